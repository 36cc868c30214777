"""Levers and areas that the plan gives nothing, and why, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import LEVERS, NEVER, Rules
from seawall.language import _
from seawall.reporting.accounts import Accounts
from seawall.reporting.names import area_label, lever_name, title_of
from seawall.reporting.numbers import currency_name, exact
from seawall.reporting.words import sentences

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
            out.append(
                _row(
                    accounts, rules, _("area"), area_label(accounts.case, str(area)), list(actions.loc[mine, "action"])
                )
            )
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
    why = _why(accounts, rules, cheapest, open_years[cheapest], _("The cheapest candidate"))
    rows = accounts.case["actions"]
    valued = set(rows.loc[rows["valued"] == "yes", "action"]) & set(possible)
    if valued and cheapest not in valued:
        second = min(valued, key=lambda a: (costs[a], a))
        subject = _("The cheapest that the model values, “{title}” ({cost} {currency}),").format(
            title=title_of(accounts.case, second),
            cost=exact(costs[second]),
            currency=currency_name(accounts.case.settings.currency),
        )
        why = sentences(why, _why(accounts, rules, second, open_years[second], subject))
    return Unfunded(kind, name, len(candidates), title_of(accounts.case, cheapest), costs[cheapest], why)


def _cost(accounts: Accounts, a: int, start: int) -> float:
    """What one action costs in the budget years if it starts in a year."""
    starts = np.full_like(accounts.starts, NEVER)
    starts[a] = start
    return float(accounts.costs.action_years(starts)[a, : len(accounts.budget_years)].sum())


def _broken(rules: Rules, starts: NDArray[np.int64], known: set[tuple[str, str]]) -> set[str]:
    """Rules that a schedule breaks beyond those that the plan breaks already."""
    return {v.rule for v in rules.violations(starts) if (v.rule, v.detail) not in known}


def _why(accounts: Accounts, rules: Rules, action: str, years: list[int], subject: str) -> str:
    """Why the plan does not hold a candidate; only what can be checked."""
    a = accounts.case.edits.index[action]
    known = {(v.rule, v.detail) for v in rules.violations(accounts.starts)}
    broken: list[set[str]] = []
    for year in years:
        starts = accounts.starts.copy()
        starts[a] = year
        rule = _broken(rules, starts, known)
        if not rule:
            return _allowed(accounts, action, year, subject)
        broken.append(rule)
    reasons = {
        "requires": _("{subject} needs another action in force first, which the plan does not hold."),
        "excludes": _("{subject} is shut out by an action that the plan holds."),
        "budget": _("{subject} cannot be paid beside the plan in any start year."),
        "staff": _("{subject} needs more specialists than are free beside the plan in any start year."),
        "upkeep_cap": _("{subject} would, beside the plan, break the limit on later upkeep."),
    }
    always = set.intersection(*broken)
    for rule_name, reason in reasons.items():
        if rule_name in always:
            return reason.format(subject=subject)
    return _("{subject} breaks, in every start year, some rule beside the plan.").format(subject=subject)


def _allowed(accounts: Accounts, action: str, year: int, subject: str) -> str:
    rows = accounts.case["actions"]
    if rows.loc[rows["action"] == action, "valued"].iloc[0] == "yes":
        return _("{subject} could start in {year} within every rule; the planner found no better plan with it.").format(
            subject=subject, year=year
        )
    return _(
        "{subject} could start in {year} within every rule;"
        " the model does not value it, and no floor or lock is left that asks for it."
    ).format(subject=subject, year=year)
