"""Rules on effects: what they edit exists, may be edited, and gets better unless it is said not to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case.checks_cells import did_you_mean, fault_at, parse_cell, parse_number
from seawall.case.defaults import framework_scales, packaged_assumptions
from seawall.case.edits import matching_rows
from seawall.case.tables import TABLES
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from seawall.case.case import Case
    from seawall.case.schema import Column, Problem, Table

__all__ = ["EFFECT_RULES", "without_harm"]

#: Columns in which an empty cell stands for no limit, or for all posts filled: nothing is better.
_UNLIMITED = frozenset({("programmes", "max_intake"), ("programmes", "students_per_faculty"), ("staffing", "filled")})
#: Columns in which an empty cell stands for a coefficient of the same name.
_COEFFICIENTS = frozenset(
    {("hazards", "import_days"), ("hazards", "cost_per_case"), ("hazards", "interruption_per_case")}
)


@dataclass(frozen=True)
class _Edit:
    """An effect whose table, column and rows exist.

    ``value`` is None where it cannot be read; words of a choice count from worst to best.
    ``better`` says for each edited row whether more (1) or less (-1) is better, 0 if nothing may
    edit it; ``old`` is what stands there before any edit, NaN where the table says nothing.
    """

    position: int
    action: str
    spec: Column
    table: str
    key: str
    text: str
    op: str
    value: float | None
    adverse: bool
    rows: NDArray[np.int64]
    better: NDArray[np.int64]
    old: NDArray[np.float64]

    def problem(self, column: str, value: str, message: str, warning: bool = False) -> Problem:
        """Problem of this effect's row."""
        return fault_at("effects", self.position, column, value, message, "warning" if warning else "error")


def check_effect_targets(case: Case) -> list[Problem]:
    """The table, the column and the rows that an effect edits exist, and the column may be edited."""
    out = []
    effects = case["effects"]
    columns = (effects[c].tolist() for c in ("table", "key", "column"))
    for i, (table, key, column) in enumerate(zip(*columns, strict=True)):
        if table:
            out += _target_faults(case, i, table, key, column)
    return out


def check_effect_values(_case: Case, edits: list[_Edit]) -> list[Problem]:
    """The value of an effect suits its operation and its column."""
    out = []
    for edit in edits:
        message = _operand_fault(edit)
        if message:
            out.append(edit.problem("value", edit.text, message))
    return out


def check_effect_limits(case: Case, edits: list[_Edit]) -> list[Problem]:
    """Scores are set on the scale of their framework, coefficients within what they can be."""
    out = []
    for edit in edits:
        low, high = _limits(case, edit)
        if edit.op == "set" and edit.value is not None and not low <= edit.value <= high:
            message = _("{value:g} does not lie between {low:g} and {high:g}")
            out.append(edit.problem("value", edit.text, message.format(value=edit.value, low=low, high=high)))
    return out


def check_effect_operations(_case: Case, edits: list[_Edit]) -> list[Problem]:
    """Words can only be set; only what has a best value can be closed to it."""
    out = []
    for edit in edits:
        if edit.op and edit.spec.kind == "choice" and edit.op != "set":
            message = _("{column} holds words: it can only be set, to one of {choices}")
            text = message.format(column=edit.spec.name, choices=", ".join(edit.spec.choices))
            out.append(edit.problem("op", edit.op, text))
        elif edit.op == "close" and edit.spec.best is None:
            message = _("{column} has no best value to close the distance to; use set, add or multiply")
            out.append(edit.problem("op", edit.op, message.format(column=edit.spec.name)))
    return out


def check_effect_direction(case: Case, edits: list[_Edit]) -> list[Problem]:
    """No effect makes things worse without saying so."""
    out = []
    for edit in edits:
        if edit.adverse or edit.value is None or not edit.op:
            continue
        worse = _worsens(case, edit)
        if worse.any():
            row = int(np.flatnonzero(worse)[0])
            wanted = _("more") if edit.better[row] > 0 else _("less")
            message = _("the effect makes {column} worse, of which {wanted} is better; mend it or write adverse = yes")
            text = message.format(column=edit.spec.name, wanted=wanted)
            if edit.op == "set" and edit.spec.kind != "choice" and not math.isnan(edit.old[row]):
                text += _(" (it stands at {old:g})").format(old=edit.old[row])
            elif edit.op == "set" and math.isnan(edit.old[row]):
                text += _(" (see what an empty cell means)")
            out.append(edit.problem("value", edit.text, text))
    return out


def check_effect_neutral(_case: Case, edits: list[_Edit]) -> list[Problem]:
    """Every effect changes something."""
    neutral = {"add": 0.0, "multiply": 1.0, "close": 0.0}
    out = []
    for edit in edits:
        same = edit.op == "set" and edit.value is not None and bool((edit.old == edit.value).all())
        if same or (edit.value is not None and neutral.get(edit.op) == edit.value):
            out.append(edit.problem("value", edit.text, _("the effect changes nothing"), warning=True))
    return out


def check_effect_empty_cells(_case: Case, edits: list[_Edit]) -> list[Problem]:
    """Only ``set`` reaches a cell in which nothing stands."""
    filled: dict[tuple[str, str], NDArray[np.int64]] = {}
    for edit in edits:
        if edit.op == "set":
            at = (edit.table, edit.spec.name)
            filled[at] = np.union1d(filled.get(at, np.empty(0, np.int64)), edit.rows)
    out = []
    for edit in edits:
        if edit.op in {"", "set"}:
            continue
        rows = np.setdiff1d(edit.rows[np.isnan(edit.old)], filled.get((edit.table, edit.spec.name), []))
        if len(rows):
            message = _("{n} of the {all} cells are empty: {op} does nothing there; write numbers or use set")
            text = message.format(n=len(rows), all=len(edit.rows), op=edit.op)
            out.append(edit.problem("op", edit.op, text, warning=True))
    return out


def check_effect_sets(_case: Case, edits: list[_Edit]) -> list[Problem]:
    """No two actions set the same cell; of those that do, the best holds."""
    owner: dict[tuple[str, str], dict[int, str]] = {}
    out = []
    for edit in edits:
        if edit.op != "set":
            continue
        cells = owner.setdefault((edit.table, edit.spec.name), {})
        other = next((cells[r] for r in edit.rows.tolist() if cells.get(r, edit.action) != edit.action), "")
        if other:
            message = _("action {other!r} sets the same cell; while both are in force the best value holds")
            out.append(edit.problem("key", edit.key, message.format(other=other), warning=True))
        for r in edit.rows.tolist():
            cells.setdefault(r, edit.action)
    return out


def check_effect_life(case: Case) -> list[Problem]:
    """An effect reaches full strength before it ends."""
    effects = case["effects"]
    message = _("the effect ends after {lasts:.0f} years, before its ramp of {ramp:.0f} years is over")
    return [
        fault_at("effects", i, "lasts_years", f"{lasts:.0f}", message.format(lasts=lasts, ramp=ramp), "warning")
        for i, (ramp, lasts) in enumerate(zip(effects["ramp_years"], effects["lasts_years"], strict=True))
        if lasts <= ramp
    ]


def check_actions_do_something(case: Case) -> list[Problem]:
    """An action that the model is to value has an effect."""
    acting = set(case["effects"]["action"].tolist())
    actions = case["actions"]
    message = _("{action!r} is valued and has no effect: it would only cost; give it effects or write valued = no")
    return [
        fault_at("actions", i, "valued", valued, message.format(action=action), "warning")
        for i, (action, valued) in enumerate(zip(actions["action"], actions["valued"], strict=True))
        if valued == "yes" and action and action not in acting
    ]


# -- what an effect edits ---------------------------------------------------------------------


def _target_faults(case: Case, i: int, table: str, key: str, column: str) -> list[Problem]:
    if table not in TABLES:
        message = _("there is no table {table!r}{suggestion}")
        text = message.format(table=table, suggestion=did_you_mean(table, TABLES))
        return [fault_at("effects", i, "table", table, text)]
    out = []
    spec = TABLES[table].by_name.get(column)
    editable = [c.name for c in TABLES[table].columns if c.good] or (["central"] if table == "assumptions" else [])
    if column and (spec is None or column not in editable):
        message = (
            _("{table}.csv has no column {column!r}; editable: {editable}{suggestion}")
            if spec is None
            else _("{column} of {table}.csv cannot be edited; editable: {editable}")
        )
        text = message.format(
            table=table,
            column=column,
            editable=", ".join(editable) or _("none"),
            suggestion=did_you_mean(column, editable),
        )
        out.append(fault_at("effects", i, "column", column, text))
    if key:
        message = _key_fault(case, TABLES[table], key)
        if message:
            out.append(fault_at("effects", i, "key", key, message))
    return out


def _key_fault(case: Case, table: Table, key: str) -> str:
    """What is wrong with a key: its parts, the rows that it names, or what they hold."""
    parts = key.split("|")
    if key != "*" and len(parts) != len(table.key):
        return _("{key!r} has {n} parts; the key of {table}.csv is {parts}").format(
            key=key, n=len(parts), table=table.name, parts="|".join(table.key)
        )
    packaged = packaged_assumptions()
    if table.name == "assumptions" and key in packaged.index and key not in set(case["assumptions"]["parameter"]):
        return _("write a row {key!r} into assumptions.csv first; its packaged value is {value:g}").format(
            key=key, value=packaged.at[key, "central"]
        )
    if table.name not in case.present:
        return _("the case has no {table}.csv to edit").format(table=table.name)
    rows = matching_rows(case[table.name], table.name, key)
    if not len(rows):
        known = _row_keys(case, table)
        return _("no row of {table}.csv has the key {key!r}{suggestion}").format(
            table=table.name, key=key, suggestion="" if "*" in key else did_you_mean(key, known)
        )
    if table.name == "assumptions":
        names = [p for p in case["assumptions"]["parameter"].to_numpy()[rows] if p in packaged.index]
        fixed = [p for p in names if not packaged.at[p, "good"]]
        if fixed:
            return _("{parameter!r} cannot be edited: it has no good direction").format(parameter=fixed[0])
    return ""


def _row_keys(case: Case, table: Table) -> list[str]:
    columns = [case[table.name][k].tolist() for k in table.key]
    return ["|".join(f"{p:.0f}" if isinstance(p, float) else p for p in row) for row in zip(*columns, strict=True)]


def _edits(case: Case) -> Iterator[_Edit]:
    """Every effect whose target exists and may be edited."""
    effects = case["effects"]
    names = ("action", "table", "key", "column", "op", "value", "adverse")
    for i, row in enumerate(zip(*(effects[n].tolist() for n in names), strict=True)):
        action, table, key, column, op, text, adverse = row
        if not (action and table in TABLES and column in TABLES[table].by_name):
            continue
        spec = TABLES[table].by_name[column]
        rows = matching_rows(case[table], table, key)
        better = _better(case, table, spec, rows)
        if len(rows) and better.all():
            value = _operand(spec, text)
            old = _as_numbers(spec, case[table][column].to_numpy()[rows].tolist())
            yield _Edit(i, action, spec, table, key, text, op, value, adverse == "yes", rows, better, old)


def _better(case: Case, table: str, spec: Column, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    signs = {"more": 1, "less": -1, "": 0}
    if table == "assumptions" and spec.name == "central":
        good = packaged_assumptions()["good"]
        parameters = case["assumptions"]["parameter"].to_numpy()[rows].tolist()
        return np.array([signs[good.get(p, "")] for p in parameters], np.int64)
    return np.full(len(rows), signs[spec.good], np.int64)


def _operand(spec: Column, text: str) -> float | None:
    if spec.kind == "choice":
        return float(spec.choices.index(text)) if text in spec.choices else None
    return parse_number(text)


def _as_numbers(spec: Column, values: list[Any]) -> NDArray[np.float64]:
    if spec.kind == "choice":
        return np.array([spec.choices.index(v) if v else math.nan for v in values], np.float64)
    return np.array(values, np.float64)


# -- what an effect does ----------------------------------------------------------------------


def _operand_fault(edit: _Edit) -> str:
    """What is wrong with the value of an effect; empty where nothing is."""
    if not edit.text or not edit.op or (edit.spec.kind == "choice" and edit.op != "set"):
        return ""  # told by other rules
    if edit.op == "set" or edit.value is None:
        return parse_cell(edit.spec, edit.text)[1]
    if edit.op == "close" and not 0 <= edit.value <= 1:
        return _("{value:g} is not a share of the distance; write a number from 0 to 1").format(value=edit.value)
    if edit.op == "multiply" and edit.value < 0:
        return _("{value:g} is less than 0; write a factor of 0 or more").format(value=edit.value)
    if edit.op == "multiply" and edit.value == 0 and edit.spec.gt is not None:
        return _("{column} must stay above {bound:g}; write a factor above 0").format(
            column=edit.spec.name, bound=edit.spec.gt
        )
    return ""


def _limits(case: Case, edit: _Edit) -> tuple[float, float]:
    """Least and greatest value on which all edited rows agree, beyond what the column declares."""
    if edit.table == "scores":
        scales = framework_scales()
        found = [scales.get(f, (0.0, 100.0)) for f in case["scores"]["framework"].iloc[edit.rows]]
    elif edit.table == "assumptions":
        units = packaged_assumptions()["unit"]
        parameters = case["assumptions"]["parameter"].iloc[edit.rows]
        found = [(0.0, 1.0 if units.get(p, "") == "share" else math.inf) for p in parameters]
    else:
        return -math.inf, math.inf
    return max(low for low, _high in found), min(high for _low, high in found)


def _worsens(case: Case, edit: _Edit) -> NDArray[np.bool_]:
    """For each edited row, whether the effect goes against the good direction."""
    if edit.value is None:
        return np.zeros(len(edit.rows), bool)
    if edit.op == "set":
        stands = _stands(case, edit)
        # an empty cell that says nothing cannot become worse
        return np.nan_to_num((edit.value - stands) * edit.better, nan=0.0) < 0
    change = {"add": edit.value, "multiply": edit.value - 1.0}.get(edit.op, 0.0)
    worse: NDArray[np.bool_] = change * edit.better < 0
    return worse


def _stands(case: Case, edit: _Edit) -> NDArray[np.float64]:
    """What stands in the edited cells, empty ones read as the levers read them."""
    at = (edit.table, edit.spec.name)
    empty = np.isnan(edit.old)
    if not empty.any():
        return edit.old
    if at in _UNLIMITED:
        return np.where(empty, np.inf * edit.better, edit.old)
    if at in _COEFFICIENTS:
        return np.where(empty, _coefficient(case, edit.spec.name), edit.old)
    if edit.spec.name == "efficacy":
        products = case[edit.table]["product"].iloc[edit.rows].tolist()
        default = [_coefficient(case, f"{p}_efficacy") for p in products]
        return np.where(empty, default, edit.old)
    return edit.old


def _coefficient(case: Case, parameter: str) -> float:
    """Central value of a coefficient; NaN where there is none."""
    own = case["assumptions"]
    found = own["central"][own["parameter"] == parameter].tolist()
    return float(found[0] if found else packaged_assumptions()["central"].get(parameter, math.nan))


#: Rules on effects whose targets exist, which are looked up once for all of them.
EDIT_RULES: tuple[Callable[[Case, list[_Edit]], list[Problem]], ...] = (
    check_effect_values,
    check_effect_limits,
    check_effect_operations,
    check_effect_direction,
    check_effect_neutral,
    check_effect_empty_cells,
    check_effect_sets,
)


def check_effects(case: Case) -> list[Problem]:
    """Every effect suits what it edits: each of `EDIT_RULES`."""
    edits = list(_edits(case))
    return [problem for rule in EDIT_RULES for problem in rule(case, edits)]


EFFECT_RULES: tuple[Callable[[Case], list[Problem]], ...] = (
    check_effect_targets,
    check_effects,
    check_effect_life,
    check_actions_do_something,
)
"""Rules on effects, in the order in which they run."""


def without_harm(case: Case) -> pd.DataFrame:
    """Effects of a case without what is adverse: of such an effect, the rows that it does not make worse stay."""
    effects = case["effects"]
    kept = [effects[effects["adverse"] != "yes"]]
    for edit in _edits(case):
        if edit.adverse:
            keys = case[edit.table][list(TABLES[edit.table].key)]
            good = edit.rows[~_worsens(case, edit)]
            names = ["|".join(str(int(v)) if isinstance(v, float) else str(v) for v in keys.iloc[i]) for i in good]
            kept.append(effects.iloc[[edit.position] * len(names)].assign(key=names))
    return pd.concat(kept, ignore_index=True)
