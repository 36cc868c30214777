"""Reading a case from a folder of CSV files, and writing it back, whole or not at all."""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from seawall.case.files import whole_folder
from seawall.case.schedule import Schedule
from seawall.case.schema import Problem
from seawall.case.tables import TABLES
from seawall.errors import InputError
from seawall.language import _

if TYPE_CHECKING:
    from seawall.case.case import Case

__all__ = [
    "RawCase",
    "as_raw",
    "examples",
    "find",
    "languages_of",
    "read_folder",
    "read_schedule",
    "write_files",
    "write_folder",
]

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


@dataclass
class RawCase:
    """A case as it stands in its files: text only, nothing checked yet.

    ``tables`` maps a table to its header and its rows; a row is (line in the file, cells).
    """

    settings: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, tuple[list[str], list[tuple[int, list[str]]]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def examples() -> list[str]:
    """Names of the packaged cases."""
    return sorted(p.name for p in EXAMPLES.iterdir() if (p / "case.yaml").is_file())


def find(case: str | os.PathLike[str]) -> Path | None:
    """Folder of a case: a path, a plan's folder, or the name of a packaged one; None if there is none."""
    path = Path(case)
    if path.is_dir():
        inside = path / "case"
        return inside if not (path / "case.yaml").is_file() and (inside / "case.yaml").is_file() else path
    if str(case) in examples():
        return EXAMPLES / str(case)
    return None


def _decode(path: Path, table: str, problems: list[Problem]) -> str | None:
    """Text of a file in UTF-8, with or without byte order mark; else a problem."""
    try:
        raw = path.read_bytes()
    except OSError as e:
        message = _("the file cannot be read ({reason})").format(reason=e.strerror or e)
        problems.append(Problem(table, None, None, None, message))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw.count(b"\n", 0, e.start) + 1
        message = _("the file is not UTF-8 (byte 0x{byte:02x}); save it as CSV UTF-8").format(byte=raw[e.start])
        problems.append(Problem(table, line, None, None, message))
        return None


def _read_csv(path: Path, table: str, raw: RawCase) -> None:
    text = _decode(path, table, raw.problems)
    if text is None:
        return
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raw.problems.append(Problem(table, line, None, None, _("the file holds a zero byte; save it as CSV UTF-8")))
        return
    header: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(c.strip() for c in cells):
                continue
            stripped = [c.strip() for c in cells]
            if stripped[0].startswith("#"):
                continue
            if header is None:
                header = stripped
            else:
                rows.append((start, stripped))
    except csv.Error as e:
        message = _("the line cannot be read as CSV ({error}); check its quotation marks").format(error=e)
        raw.problems.append(Problem(table, line, None, None, message))
        return
    if header is None:
        raw.problems.append(Problem(table, None, None, None, _("the file is empty; its first line names the columns")))
        return
    raw.tables[table] = (header, rows)


def read_folder(folder: Path) -> RawCase:
    """Read every known file of a folder as text, noting what cannot be read."""
    raw = RawCase()
    settings = folder / "case.yaml"
    if not settings.is_file():
        raw.problems.append(Problem("case", None, None, None, _("the file is missing; it holds the settings")))
    else:
        text = _decode(settings, "case", raw.problems)
        if text is not None:
            _read_settings(text, raw)
    for path in sorted(folder.iterdir()):
        stem = path.name.split(".")[0]
        if path.suffix == ".csv" and path.stem in TABLES:
            _read_csv(path, path.stem, raw)
        elif path.suffix == ".csv":
            message = _("there is no such table; known: {known}").format(known=", ".join(TABLES))
            raw.problems.append(Problem(path.stem, None, None, None, message, "warning"))
        elif stem.lower() in TABLES and path.is_file():
            message = _("the file {name} is not read; save it as {table}.csv").format(
                name=path.name, table=stem.lower()
            )
            raw.problems.append(Problem(stem.lower(), None, None, None, message, "warning"))
    return raw


def languages_of(case: str | os.PathLike[str]) -> tuple[str, ...]:
    """Languages that the settings of a case name, before the case is read; none where they cannot be told."""
    raw = RawCase()
    try:
        folder = find(case)
        if folder is None or not (folder / "case.yaml").is_file():
            return ()
        _read_settings(_decode(folder / "case.yaml", "case", raw.problems) or "", raw)
    except (OSError, ValueError):
        # what is wrong with the case is told when it is read
        return ()
    named = raw.settings.get("languages")
    words = named.split(",") if isinstance(named, str) else named if isinstance(named, list) else []
    return tuple(word.strip() for word in words if isinstance(word, str))


class _Loader(yaml.SafeLoader):
    """Reads plain YAML and refuses a name that stands twice, of which one would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Mapping of a node, each of its names once."""
        names = [n.value for n, _value in node.value if isinstance(n, yaml.ScalarNode)]
        for n, _value in node.value:
            if isinstance(n, yaml.ScalarNode) and names.count(n.value) > 1:
                raise yaml.constructor.ConstructorError(
                    problem=_("{name} stands twice").format(name=n.value), problem_mark=n.start_mark
                )
        return super().construct_mapping(node, deep)


def _read_settings(text: str, raw: RawCase) -> None:
    try:
        values = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except RecursionError:
        raw.problems.append(Problem("case", None, None, None, _("the file is nested too deeply")))
        return
    except (yaml.YAMLError, ValueError) as e:
        # ValueError: a day that no calendar has, a number of thousands of digits
        mark = getattr(e, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        message = _("the file cannot be read as YAML ({error})").format(error=getattr(e, "problem", None) or e)
        raw.problems.append(Problem("case", line, None, None, message))
        return
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raw.problems.append(Problem("case", 1, None, None, _("the file must hold lines of the form name: value")))
        return
    raw.settings = values


def _cell(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value)


def _quoted(cell: str) -> str:
    """A cell as CSV writes it; the csv module of Python 3.11 would leave a lone carriage return bare."""
    if any(sign in cell for sign in ',"\n\r'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def table_text(case: Case, table: str) -> str:
    """A table as the text of its CSV file."""
    frame = case[table]
    lines = [",".join(frame.columns)]
    lines += [",".join(_quoted(_cell(v)) for v in row) for row in frame.itertuples(index=False, name=None)]
    return "\n".join(lines) + "\n"


def as_raw(case: Case) -> RawCase:
    """A case as it would stand in its files, so that one made in Python is checked like any other."""
    raw = RawCase(settings={k: v for k, v in case.settings.to_dict().items() if v is not None})
    for table in sorted(case.present):
        frame = case[table]
        cells = [[_cell(v) for v in row] for row in frame.itertuples(index=False, name=None)]
        raw.tables[table] = (list(frame.columns), list(enumerate(cells, 2)))
    return raw


def write_folder(case: Case, folder: str | os.PathLike[str]) -> None:
    """Write a case as a folder, whole or not at all.

    The files of a case that is there are replaced; what else lies in its folder stays.

    Raises
    ------
    InputError
        If the target is a file, or a folder that holds something and no case.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise InputError(_("{folder} is a file; choose a folder for the case").format(folder=target))
    there = sorted(target.iterdir()) if target.exists() else []
    if there and not (target / "case.yaml").is_file():
        raise InputError(_("{folder} holds something else than a case; choose a new folder").format(folder=target))
    own = {"case.yaml", *(f"{table}.csv" for table in TABLES)}
    with whole_folder(target) as temporary:
        for path in there:
            if path.is_dir() and not path.is_symlink():
                shutil.copytree(path, temporary / path.name, symlinks=True)
            elif path.name not in own:
                shutil.copy2(path, temporary / path.name, follow_symlinks=False)
        write_files(case, temporary)


def write_files(case: Case, folder: Path) -> None:
    """Write the files of a case into a folder that is there."""
    settings = {k: v for k, v in case.settings.to_dict().items() if v is not None}
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
    (folder / "case.yaml").write_text(text, "utf-8")
    for table in TABLES:
        if table in case.present:
            (folder / f"{table}.csv").write_text(table_text(case, table), "utf-8", newline="\n")


def read_schedule(plan: str | os.PathLike[str]) -> Schedule:
    """Read a schedule: a plan's folder, or a CSV file with the columns action and start.

    Raises
    ------
    InputError
        If there is no such file, or a row cannot be read: every fault is told.
    """
    path = Path(plan)
    if path.is_dir():
        path = path / "schedule.csv"
    if not path.is_file():
        message = _("--plan: {path} is neither the folder of a plan nor a CSV file with action,start")
        raise InputError(message.format(path=plan))
    raw = RawCase()
    _read_csv(path, path.stem, raw)
    faults = [str(p) for p in raw.problems]
    header, rows = raw.tables.get(path.stem, ([], []))
    if not faults and not {"action", "start"} <= set(header):
        faults.append(_("{file}: the first line must name the columns action and start").format(file=path.name))
    starts: dict[str, int] = {}
    for line, cells in rows if not faults else []:
        row = dict(zip(header, cells, strict=False))
        action, start = row.get("action", ""), row.get("start", "")
        if not (start.isascii() and start.isdigit() and len(start) == 4):
            message = _("{file} line {line}, start: {value!r} is not a year; write it like 2027")
            faults.append(message.format(file=path.name, line=line, value=start))
        elif action in starts:
            message = _("{file} line {line}, action: {value!r} appears twice")
            faults.append(message.format(file=path.name, line=line, value=action))
        else:
            starts[action] = int(start)
    if faults:
        raise InputError(*faults)
    return Schedule(starts)
