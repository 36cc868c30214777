"""The least money that closes gaps, given what actions would do to scores.

The rule
--------
An action counts for a gap if one of its effects raises the latest score of the indicator: ``set``
to a higher score, ``add``, or ``multiply``. Effects count at full strength, whatever their lag, ramp
or life; of several ``set`` the best holds and ``add`` comes on top; ``multiply`` counts as its gain
on today's score, so that several together are never overrated. An action that lowers the score of an
indicator with a gap is left out. An action costs its capital cost and one annual cost for every budget
year, undiscounted, and brings along the cheapest of the actions that it requires. Budgets, timing,
exclusions and locks do not enter: they are the plan's business.

The cost of one indicator is that of the cheapest set of actions that closes its gap; the total is
that of the cheapest set that closes every gap that can be closed, so an action that serves several
indicators is paid once and the total is at most the sum. Both are exact: a covering problem
with few actions, solved to optimality as an integer programme.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.case.edits import matching_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case.case import Case

__all__ = ["Closing", "least_cost"]


@dataclass(frozen=True)
class Closing:
    """What closing gaps costs at least, in the case's currency.

    Parameters
    ----------
    by_indicator : mapping of str to float
        Cost of closing the gap of each indicator alone: 0 where there is none, NaN where no set of
        actions closes it.
    total : float
        Cost of closing together all gaps that can be closed; NaN where there are gaps and none can.
    unclosed : tuple of str
        Indicators whose gap no set of actions closes; the total leaves them out.
    """

    by_indicator: dict[str, float]
    total: float
    unclosed: tuple[str, ...]


@dataclass(frozen=True)
class _Gain:
    """What one effect of one action adds to the score of one indicator."""

    action: str
    points: float
    sets: bool


def least_cost(case: Case, latest: pd.DataFrame, shortfall: pd.Series) -> Closing:
    """Find the least cost of closing each gap, and all of them together.

    Parameters
    ----------
    case : Case
        Actions, their effects and prerequisites.
    latest : DataFrame
        Rows of ``scores`` that stand today, one an indicator (framework, indicator, year, score).
    shortfall : Series
        Gap of each indicator in points of the framework's scale, by indicator; 0: none.

    Returns
    -------
    Closing
        Costs by indicator and in total, by the rule at the top of this module.
    """
    gaps = {str(i): float(g) for i, g in shortfall.items() if g > 0}
    gains = _gains(case.tables["effects"], latest, gaps)
    years = len(case.settings.budget_years)
    actions = case.tables["actions"]
    cost = actions["capital_cost"] + years * actions["annual_cost"]
    price = {str(a): float(c) for a, c in zip(actions["action"], cost, strict=True)}
    groups = _prerequisites(case.tables["requires"])
    by_indicator = {str(i): 0.0 for i in shortfall.index}
    for indicator, gap in gaps.items():
        by_indicator[indicator] = _cheapest({indicator: gap}, gains, price, groups)
    unclosed = tuple(i for i in gaps if np.isnan(by_indicator[i]))
    closable = {i: g for i, g in gaps.items() if i not in unclosed}
    total = float("nan") if gaps and not closable else _cheapest(closable, gains, price, groups)
    return Closing(by_indicator, total, unclosed)


def _gains(effects: pd.DataFrame, latest: pd.DataFrame, gaps: Iterable[str]) -> dict[str, list[_Gain]]:
    """Gains by indicator with a gap, without actions that lower the score of any of them."""
    rows = latest[latest["indicator"].isin(list(gaps))].reset_index(drop=True)
    names = rows["indicator"].astype(str).tolist()
    scores = rows["score"].to_numpy(np.float64)
    gains: dict[str, list[_Gain]] = {i: [] for i in names}
    harmful = set()
    found = effects[(effects["table"] == "scores") & (effects["column"] == "score")]
    for e in found.sort_values(["action", "key", "op"]).to_dict("records"):
        action, op, value = str(e["action"]), str(e["op"]), float(e["value"])
        for row in matching_rows(rows, "scores", str(e["key"])):
            score = float(scores[row])
            points = {"set": value - score, "add": value, "multiply": score * (value - 1.0)}.get(op, 0.0)
            if points < 0:
                harmful.add(action)
            elif points > 0:
                gains[names[row]].append(_Gain(action, points, op == "set"))
    return {i: [g for g in found if g.action not in harmful] for i, found in gains.items()}


def _prerequisites(requires: pd.DataFrame) -> dict[str, list[tuple[str, ...]]]:
    """For each action the groups of actions of which one is needed; rows without a group stand alone."""
    groups: dict[str, dict[str, list[str]]] = {}
    for r in requires.sort_values(["action", "requires"]).to_dict("records"):
        label = f"group {r['group']}" if r["group"] else f"action {r['requires']}"
        groups.setdefault(str(r["action"]), {}).setdefault(label, []).append(str(r["requires"]))
    return {action: [tuple(g) for g in found.values()] for action, found in groups.items()}


def _candidates(
    gaps: Iterable[str],
    gains: dict[str, list[_Gain]],
    price: dict[str, float],
    groups: dict[str, list[tuple[str, ...]]],
) -> list[str]:
    """Actions that serve any of the gaps and all that these may bring along, sorted."""
    found: set[str] = set()
    new = {g.action for i in gaps for g in gains[i] if g.action in price}
    while new:
        found |= new
        new = {a for b in new for group in groups.get(b, ()) for a in group if a in price} - found
    return sorted(found)


def _cheapest(
    gaps: dict[str, float],
    gains: dict[str, list[_Gain]],
    price: dict[str, float],
    groups: dict[str, list[tuple[str, ...]]],
) -> float:
    """Cost of the cheapest set of actions that closes all gaps; NaN where none does.

    Variables are one binary an action, and one in [0, 1] a ``set`` effect: which of them holds.
    """
    actions = _candidates(gaps, gains, price, groups)
    if not gaps or not actions:
        return 0.0 if not gaps else float("nan")
    column = {a: j for j, a in enumerate(actions)}
    n_sets = sum(g.sets for i in gaps for g in gains[i] if g.action in column)
    width = len(actions) + n_sets
    rows, least = [], []
    slot = len(actions)
    for indicator, gap in gaps.items():
        reached, one_holds = np.zeros(width), np.zeros(width)
        for g in gains[indicator]:
            if g.action not in column:
                continue
            if not g.sets:
                reached[column[g.action]] += g.points
                continue
            reached[slot], one_holds[slot] = g.points, -1.0
            taken = np.zeros(width)
            taken[slot], taken[column[g.action]] = -1.0, 1.0
            rows.append(taken)
            least.append(0.0)
            slot += 1
        rows += [reached, one_holds]
        least += [gap, -1.0]
    for action in actions:
        for group in groups.get(action, ()):
            needed = np.zeros(width)
            np.add.at(needed, [column[a] for a in group if a in column], 1.0)
            needed[column[action]] -= 1.0
            rows.append(needed)
            least.append(0.0)
    prices = np.array([price[a] for a in actions])
    chosen = _solve(prices, np.vstack(rows), np.array(least))
    return float("nan") if chosen is None else float(prices[chosen].sum())


def _solve(
    prices: NDArray[np.float64], rows: NDArray[np.float64], least: NDArray[np.float64]
) -> NDArray[np.bool_] | None:
    """Minimise the price of binaries (the first variables) with ``rows @ x >= least``; None: impossible."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow to import

    n, width = len(prices), rows.shape[1]
    cost = np.zeros(width)
    cost[:n] = prices / (float(prices.max()) or 1.0)
    solved = milp(
        cost,
        integrality=np.r_[np.ones(n), np.zeros(width - n)],
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(rows, least - 1e-9, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    return solved.x[:n] > 0.5 if solved.x is not None else None
