"""The rules that a case keeps across cells, rows and tables: one small function each.

Every rule takes a case and returns the problems that it finds. Cells that could not be read are
blank (NaN or an empty text) and every rule passes over them, so the rules also run on a draft
that has other faults. The row of a problem is the position in the table plus 2, a line of a plain
file; reading moves it to the true line.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case.checks_cells import did_you_mean, fault_at
from seawall.case.checks_effects import EFFECT_RULES
from seawall.case.checks_facts import FACT_RULES
from seawall.case.checks_plans import PLAN_RULES
from seawall.case.tables import TABLES
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.case.case import Case
    from seawall.case.schema import Problem, Table

__all__ = ["RULES", "find_problems", "reading_order"]

#: Near words are looked up for this many wrong references of a column; a file of wrong ones stays fast.
_SUGGESTIONS = 20


def check_rows_exist(case: Case) -> list[Problem]:
    """There is a place, and a hazard, or there is nothing to plan for."""
    return [
        fault_at(name, None, None, None, _("the table has no row; write one at least"))
        for name in ("places", "hazards")
        if name in case.present and not len(case[name])
    ]


def check_duplicate_keys(case: Case) -> list[Problem]:
    """No two rows of a table have the same key."""
    out = []
    for name, table in TABLES.items():
        seen: set[tuple[Any, ...]] = set()
        for i, key in _keys(case, table):
            if key in seen:
                shown = "|".join(key)
                message = _("{key!r} stands in an earlier row already; {columns} must be unique").format(
                    key=shown, columns=" + ".join(table.key)
                )
                out.append(fault_at(name, i, table.key[0], shown, message))
            seen.add(key)
    return out


def check_key_signs(case: Case) -> list[Problem]:
    """Codes keep clear of the signs that join keys, match any row or begin a comment."""
    out = []
    for name, table in TABLES.items():
        for spec in table.columns:
            if not spec.key or spec.ref or spec.numeric or name == "effects":
                continue
            for i, code in enumerate(case[name][spec.name].tolist()):
                bad = next((sign for sign in "|*" if sign in code), "#" if code.startswith("#") else "")
                if bad:
                    message = _("{code!r} holds {sign!r}, which has a meaning of its own in keys; write another sign")
                    out.append(fault_at(name, i, spec.name, code, message.format(code=code, sign=bad)))
    return out


def check_references(case: Case) -> list[Problem]:
    """What a column refers to exists."""
    out = []
    for name, table in TABLES.items():
        for spec in table.columns:
            if not spec.ref or not len(case[name]):
                continue
            target, column = spec.ref.split(".")
            if spec.free and target not in case.present:
                continue
            known = dict.fromkeys(case[target][column].tolist())
            near: dict[str, str] = {}
            for i, code in enumerate(case[name][spec.name].tolist()):
                if not code or code in known:
                    continue
                if target not in case.present:
                    message = _("{code!r} is not known: the case has no {target}.csv")
                else:
                    message = _("{code!r} is not a {column} of {target}.csv{suggestion}")
                    if code not in near:
                        near[code] = did_you_mean(code, known) if len(near) < _SUGGESTIONS else ""
                text = message.format(code=code, column=column, target=target, suggestion=near.get(code, ""))
                out.append(fault_at(name, i, spec.name, code, text))
    return out


def check_place_tree(case: Case) -> list[Problem]:
    """No place lies within itself."""
    return _circles(case, "places", "place", "parent")


def check_promotion(case: Case) -> list[Problem]:
    """No cadre is promoted from itself."""
    return _circles(case, "cadres", "cadre", "promoted_from")


def check_families(case: Case) -> list[Problem]:
    """Countermeasures and projects serve a family that some hazard has; else they do nothing."""
    hazards = case["hazards"]
    families = {f or h for f, h in zip(hazards["family"], hazards["hazard"], strict=True)} - {""}
    if not families:
        return []
    return [
        fault_at(
            name,
            i,
            "family",
            family,
            _("no hazard is of the family {family!r}: the row does nothing{suggestion}").format(
                family=family, suggestion=did_you_mean(family, families)
            ),
            "warning",
        )
        for name in ("projects", "countermeasures")
        for i, family in enumerate(case[name]["family"].tolist())
        if family not in families and family not in {"", "*" if name == "projects" else ""}
    ]


def _keys(case: Case, table: Table) -> list[tuple[int, tuple[str, ...]]]:
    """Position and key of every row whose key is complete."""
    if not table.key or not len(case[table.name]):
        return []
    columns = [case[table.name][k].tolist() for k in table.key]
    out = []
    for i, parts in enumerate(zip(*columns, strict=True)):
        texts = tuple(f"{p:.0f}" if isinstance(p, float) else p for p in parts)
        if all(t and t != "nan" for t in texts):
            out.append((i, texts))
    return out


def _circles(case: Case, table: str, code: str, above: str) -> list[Problem]:
    """Rows whose chain of ``above`` comes back to them, each circle told once."""
    codes, aboves = case[table][code].tolist(), case[table][above].tolist()
    up = dict(zip(codes, aboves, strict=True))
    at = {c: i for i, c in reversed(list(enumerate(codes)))}
    done: set[str] = set()
    out = []
    for start in codes:
        path: dict[str, None] = {}
        node = start
        while node and node in up and node not in path and node not in done:
            path[node] = None
            node = up[node]
        if node in path:
            members = list(path)
            circle = " → ".join([*islice(members, members.index(node), None), node])
            message = _("{code!r} lies above itself: {circle}; one of these must have another {above}, or none")
            text = message.format(code=node, circle=circle, above=above)
            out.append(fault_at(table, at[node], above, up[node], text))
        done |= path.keys()
    return out


#: Every rule of a case, in the order in which they run.
RULES: tuple[Callable[[Case], list[Problem]], ...] = (
    check_rows_exist,
    check_duplicate_keys,
    check_key_signs,
    check_references,
    check_place_tree,
    check_promotion,
    check_families,
    *PLAN_RULES,
    *EFFECT_RULES,
    *FACT_RULES,
)


def find_problems(case: Case) -> list[Problem]:
    """Every problem that the rules find in a case, by table, row and column.

    Parameters
    ----------
    case : Case
        Typed tables; cells that could not be read are blank.

    Returns
    -------
    list of Problem
    """
    with np.errstate(invalid="ignore"):
        return sorted((problem for rule in RULES for problem in rule(case)), key=reading_order)


def reading_order(problem: Problem) -> tuple[int, str, int, int]:
    """Sort key: the settings, then the tables as people read them, by row and column."""
    names = list(TABLES)
    table = -1 if problem.table == "case" else names.index(problem.table) if problem.table in TABLES else len(names)
    columns = [c.name for c in TABLES[problem.table].columns] if problem.table in TABLES else []
    column = columns.index(problem.column) if problem.column in columns else -1
    return table, problem.table, problem.row or 0, column
