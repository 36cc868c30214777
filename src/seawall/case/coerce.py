"""From text to typed tables: every column in order, defaults filled in, every fault told.

Text becomes values first, then bounds are checked, then references and rules (`checks`): a cell
that cannot be read is left blank and hides no other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case.case import Case
from seawall.case.checks import find_problems, reading_order
from seawall.case.checks_cells import blank, did_you_mean, parse_cell, show
from seawall.case.checks_facts import refusal
from seawall.case.checks_settings import FIRST_YEAR, LAST_YEAR, read_settings
from seawall.case.read import RawCase
from seawall.case.schema import Problem
from seawall.case.settings import Settings
from seawall.case.tables import TABLES
from seawall.errors import InputError
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.case.schema import Column, Table

    Rows = Sequence[tuple[int, list[str]]]

__all__ = ["assemble", "build", "coerce"]

_NUMBERS, _TEXTS = np.dtype("float64"), np.dtype("object")
#: Longest text of a cell that a CSV reader takes.
_LONGEST = 131_072


def build(tables: Mapping[str, pd.DataFrame | Iterable[Mapping[str, Any]]], settings: Mapping[str, Any]) -> Case:
    """Make a case in Python, read and checked as if it stood in files.

    Parameters
    ----------
    tables : mapping of str to DataFrame or list of dict
        Rows of each table; cells and columns that are left out (or None, NaN) take their defaults.
    settings : mapping
        What ``case.yaml`` would say.

    Returns
    -------
    Case

    Raises
    ------
    InputError
        If anything is wrong; every fault is told, rows counted as lines of a file whose header is line 1.
    """
    raw = RawCase(settings={k: _plain(v) for k, v in settings.items()})
    for name, content in tables.items():
        if name in TABLES:
            raw.tables[name] = _as_rows(name, content, raw.problems)
        else:
            message = _("there is no such table; known: {known}{suggestion}").format(
                known=", ".join(TABLES), suggestion=did_you_mean(str(name), TABLES)
            )
            raw.problems.append(Problem(str(name), None, None, None, message))
    case, problems = assemble(raw)
    if case is None:
        raise InputError(*(str(p) for p in problems if p.severity == "error"))
    return case


def assemble(raw: RawCase) -> tuple[Case | None, list[Problem]]:
    """Case from its texts, and every problem in the order in which people read the tables.

    Returns
    -------
    case : Case or None
        None if any problem is an error.
    problems : list of Problem
        Errors and warnings; rows are lines of the files.
    """
    frames, settings, problems = coerce(raw)
    draft = Case(frames, settings or Settings(), frozenset(raw.tables))
    lines = {name: [line for line, _cells in rows] for name, (_header, rows) in raw.tables.items()}
    problems += [_at_line(p, lines) for p in find_problems(draft)]
    problems.sort(key=reading_order)
    broken = any(p.severity == "error" for p in problems)
    return (None if broken else draft), problems


def coerce(raw: RawCase) -> tuple[dict[str, pd.DataFrame], Settings | None, list[Problem]]:
    """Typed tables and settings from the texts of a case.

    Parameters
    ----------
    raw : RawCase
        What stands in the files; its own problems are passed on.

    Returns
    -------
    tables : dict of str to DataFrame
        Every declared table with every declared column: float64 for numbers, else ``object``
        text. Cells that cannot be read are blank.
    settings : Settings or None
        None if any of them is wrong.
    problems : list of Problem
        Every fault found.
    """
    problems = list(raw.problems)
    lost = {p.table for p in problems if p.severity == "error"} - raw.tables.keys()
    frames: dict[str, pd.DataFrame] = {}
    for name, table in TABLES.items():
        if name in raw.tables:
            frames[name] = _frame(table, *raw.tables[name], problems)
            continue
        frames[name] = _empty(name).copy()
        if table.required and name not in lost:
            lost.add(name)
            problems.append(Problem(name, None, None, None, _("the table is missing; every case needs it")))
    settings = None
    if "case" not in lost:
        settings = read_settings(raw.settings, _budgeted(frames["budgets"]), problems)
    _canonical_effects(frames["effects"])
    gone = {(t, c.name) for t in lost & TABLES.keys() for c in TABLES[t].columns}
    for name, (header, _rows) in raw.tables.items():
        gone |= {(name, c.name) for c in TABLES[name].columns if c.required and c.name not in header}
    if gone:
        _blank_references(frames, gone)
    return frames, settings, problems


# -- one table --------------------------------------------------------------------------------


def _frame(table: Table, header: list[str], rows: Rows, problems: list[Problem]) -> pd.DataFrame:
    """One table; its faults are appended to ``problems``."""
    header, cells, whole = _rectangle(table, header, rows, problems)
    at = _header_positions(table, header, problems)
    index = pd.RangeIndex(len(cells))
    columns: dict[str, pd.Series[Any]] = {}
    for spec in table.columns:
        j = at.get(spec.name)
        if j is None:
            value = blank(spec) if spec.required else spec.default
            values = [value] * len(cells)
        else:
            values = []
            for i, row in enumerate(cells):
                value, fault = parse_cell(spec, row[j])
                if fault and whole[i]:
                    fault = _refused(table, spec, row[j]) or fault
                    problems.append(Problem(table.name, rows[i][0], spec.name, row[j], fault))
                values.append(value)
        columns[spec.name] = pd.Series(values, index=index, dtype=_NUMBERS if spec.numeric else _TEXTS)
    return pd.DataFrame(columns, index=index, copy=False)


@cache
def _empty(table: str) -> pd.DataFrame:
    return _frame(TABLES[table], [c.name for c in TABLES[table].columns], [], [])


def _refused(table: Table, spec: Column, text: str) -> str:
    """What is said of an outbreak that Seawall does not model; empty for any other fault."""
    return refusal(text) if table.name == "hazards" and spec.name == "origin" else ""


def _rectangle(
    table: Table, header: list[str], rows: Rows, problems: list[Problem]
) -> tuple[list[str], list[list[str]], list[bool]]:
    """Header and rows of one width, and which rows had it; spreadsheets add empty cells at the end."""
    width = len(header)
    while width and not header[width - 1] and not any(any(cells[width - 1 :]) for _line, cells in rows):
        width -= 1
    out: list[list[str]] = []
    whole: list[bool] = []
    for line, cells in rows:
        n = len(cells)
        while n > width and not cells[n - 1]:
            n -= 1
        if n != width:
            message = _("the row has {n} cells, the header {width}; put texts with commas in quotation marks")
            problems.append(Problem(table.name, line, None, None, message.format(n=n, width=width)))
        out.append((cells[:n] + [""] * (width - n))[:width])
        whole.append(n == width)
    return header[:width], out, whole


def _header_positions(table: Table, header: list[str], problems: list[Problem]) -> dict[str, int]:
    """Position of every known column; faults of the header are appended to ``problems``."""
    at: dict[str, int] = {}
    known = [c.name for c in table.columns]
    if len(header) == 1 and header[0] not in known and any(c in header[0] for c in ";\t|"):
        problems.append(Problem(table.name, 1, None, header[0], _("the columns must be parted by commas")))
        return at
    for j, name in enumerate(header):
        if not name:
            message = _("column {n} has no name").format(n=j + 1)
        elif name not in known:
            message = _("there is no such column; known: {known}{suggestion}").format(
                known=", ".join(known), suggestion=did_you_mean(name, known)
            )
        elif name in at:
            message = _("the column stands twice")
        else:
            at[name] = j
            continue
        problems.append(Problem(table.name, 1, name or None, name, message))
    for spec in table.columns:
        if spec.required and spec.name not in at:
            message = _("the column is missing: {meaning}").format(meaning=_(spec.meaning))
            problems.append(Problem(table.name, 1, spec.name, None, message))
    return at


# -- across tables ----------------------------------------------------------------------------


def _budgeted(budgets: pd.DataFrame) -> list[int]:
    years = {int(y) for y in budgets["year"] if not math.isnan(y)}
    return sorted(y for y in years if FIRST_YEAR <= y <= LAST_YEAR)


def _canonical_effects(effects: pd.DataFrame) -> None:
    """Write the words that effects set as the edited column writes them."""
    values = effects["value"].tolist()
    for i, (table, column) in enumerate(zip(effects["table"], effects["column"], strict=True)):
        spec = TABLES[table].by_name.get(column) if table in TABLES else None
        if spec is not None and spec.kind == "choice":
            values[i] = parse_cell(spec, values[i])[0] or values[i]
    effects["value"] = pd.Series(values, dtype=_TEXTS)


def _blank_references(frames: dict[str, pd.DataFrame], gone: set[tuple[str, str]]) -> None:
    """Blank what refers to a table or column that could not be read: one fault is told once."""
    for name, table in TABLES.items():
        for spec in table.columns:
            if spec.ref and tuple(spec.ref.split(".")) in gone:
                frames[name][spec.name] = pd.Series([""] * len(frames[name]), dtype=_TEXTS)
    keyless = {t for t, column in gone if TABLES[t].by_name[column].key}
    effects = frames["effects"]
    effects["table"] = pd.Series(["" if t in keyless else t for t in effects["table"]], dtype=_TEXTS)


def _at_line(problem: Problem, lines: Mapping[str, Sequence[int]]) -> Problem:
    """Move a problem from the position of its row to its line in the file."""
    if problem.row is None:
        return problem
    line = lines[problem.table][problem.row - 2]
    return Problem(problem.table, line, problem.column, problem.value, problem.problem, problem.severity)


# -- from Python values -----------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Python numbers and lists for numpy ones, ranges and tuples."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple, range, np.ndarray)):
        return [_plain(v) for v in value]
    return value


def _as_rows(
    table: str, content: pd.DataFrame | Iterable[Mapping[str, Any]], problems: list[Problem]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows of text, as a file would hold them."""
    if isinstance(content, pd.DataFrame) and len(content.columns):
        header = [str(c) for c in content.columns]
        cells = list(zip(*(content.iloc[:, j].tolist() for j in range(len(header))), strict=True))
    else:
        dicts = [] if isinstance(content, pd.DataFrame) else [dict(row) for row in content]
        names = list(dict.fromkeys(k for row in dicts for k in row))
        header = [str(n) for n in names] or [c.name for c in TABLES[table].columns]
        cells = [tuple(row.get(n) for n in names) for row in dicts]
    rows = []
    for i, values in enumerate(cells):
        texts = []
        for name, value in zip(header, values, strict=True):
            text, fault = _as_text(value)
            if fault:
                problems.append(Problem(table, i + 2, name, show(value), fault))
            texts.append(text)
        rows.append((i + 2, texts))
    return header, rows


def _as_text(value: Any) -> tuple[str, str]:
    """Text of a Python value, and what is wrong with it."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return "", ""
    if isinstance(value, str):
        text = value.strip()
        if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            return "", _("{value} holds a sign that no file can").format(value=show(value))
        if len(text) > _LONGEST:
            return "", _("the text is longer than {n} signs").format(n=_LONGEST)
        return text, ""
    if isinstance(value, (bool, np.bool_)):
        return ("yes" if value else "no"), ""
    if isinstance(value, (int, np.integer)):
        return (str(value), "") if abs(int(value)) < 10**300 else ("", _("the number is too large"))
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return (str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)), ""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return (value.date().isoformat() if midnight else value.isoformat()), ""
    if isinstance(value, date):
        return value.isoformat(), ""
    return "", _("{value} is not a text, a number, a flag or a date").format(value=show(value))
