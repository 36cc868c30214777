"""Levers and areas that the plan gives nothing, and why, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import LEVERS, NEVER, Rules
from seawall.language import _
from seawall.reporting.accounts import Accounts, area_label, lever_name, title_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Unfunded", "unfunded"]


@dataclass(frozen=True)
class Unfunded:
    """A lever or an area without money.

    ``cheapest`` is the title of its cheapest candidate action, with its ``cost`` in the budget
    years if it starts as early as it may; empty and NaN where there is none.
    """

    kind: str
    name: str
    candidates: int
    cheapest: str
    cost: float
    why: str


def unfunded(accounts: Accounts) -> list[Unfunded]:
    """Every lever, then every area of the candidate actions, that the plan gives no action."""
    actions = accounts.case["actions"]
    taken = actions["action"].isin(set(accounts.plan.schedule))
    rules = Rules(accounts.case)
    out = []
    for lever in LEVERS:
        mine = actions["lever"] == lever
        if not (mine & taken).any():
            out.append(_row(accounts, rules, _("lever"), lever_name(lever), list(actions.loc[mine, "action"])))
    for area in sorted(set(actions["area"]) - {""}):
        mine = actions["area"] == area
        if not (mine & taken).any():
            out.append(_row(accounts, rules, _("area"), area_label(accounts.case, str(area)), list(actions.loc[mine, "action"])))
    return out


def _row(accounts: Accounts, rules: Rules, kind: str, name: str, candidates: list[str]) -> Unfunded:
    nothing = float("nan")
    if not candidates:
        return Unfunded(kind, name, 0, "", nothing, _("The case holds no candidate action for it."))
    options = rules.options()
    index = accounts.case.edits.index
    open_years = {a: [y for y in options[index[a]] if y < NEVER] for a in candidates}
    possible = [a for a in candidates if open_years[a]]
    if not possible:
        why = _("No candidate may start: locks forbid it, or it could not be finished by {last}.").format(
            last=accounts.budget_years[-1]
        )
        return Unfunded(kind, name, len(candidates), "", nothing, why)
    costs = {a: _cost(accounts, index[a], open_years[a][0]) for a in possible}
    cheapest = min(possible, key=lambda a: (costs[a], a))
    why = _why(accounts, rules, cheapest, open_years[cheapest])
    return Unfunded(kind, name, len(candidates), title_of(accounts.case, cheapest), costs[cheapest], why)


def _cost(accounts: Accounts, a: int, start: int) -> float:
    """What one action costs in the budget years if it starts in a year."""
    starts = np.full_like(accounts.starts, NEVER)
    starts[a] = start
    return float(accounts.costs.action_years(starts)[a, : len(accounts.budget_years)].sum())


def _broken(rules: Rules, starts: NDArray[np.int64], known: set[tuple[str, str]]) -> set[str]:
    """Rules that a schedule breaks beyond those that the plan breaks already."""
    return {v.rule for v in rules.violations(starts) if (v.rule, v.detail) not in known}


def _why(accounts: Accounts, rules: Rules, action: str, years: list[int]) -> str:
    """Why the plan does not hold the cheapest candidate; only what can be checked."""
    a = accounts.case.edits.index[action]
    known = {(v.rule, v.detail) for v in rules.violations(accounts.starts)}
    broken: list[set[str]] = []
    for year in years:
        starts = accounts.starts.copy()
        starts[a] = year
        rule = _broken(rules, starts, known)
        if not rule:
            return _allowed(accounts, action, year)
        broken.append(rule)
    reasons = {
        "requires": _("The cheapest candidate needs another action in force first, which the plan does not hold."),
        "excludes": _("The plan holds an action that shuts out the cheapest candidate."),
        "budget": _("In no start year is enough money left for the cheapest candidate beside the plan."),
        "staff": _("In no start year are enough specialists free for the cheapest candidate beside the plan."),
        "upkeep_cap": _("Beside the plan, the cheapest candidate would break the limit on later upkeep."),
    }
    always = set.intersection(*broken)
    for rule_name, reason in reasons.items():
        if rule_name in always:
            return reason
    return _("In every start year the cheapest candidate breaks some rule beside the plan.")


def _allowed(accounts: Accounts, action: str, year: int) -> str:
    rows = accounts.case["actions"]
    if rows.loc[rows["action"] == action, "valued"].iloc[0] == "yes":
        return _(
            "The cheapest candidate could start in {year} within every rule; the planner found no better plan with it."
        ).format(year=year)
    return _(
        "The cheapest candidate could start in {year} within every rule;"
        " the model does not value it, and no floor or lock is left that asks for it."
    ).format(year=year)
