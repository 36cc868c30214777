"""A lower bound on the objective of every schedule that keeps the rules.

For each hazard a few actions are told apart; all others count as in force, free and as early as
can be. The losses under the subsets of the few make a table, and every entry s of it a *lattice
cut*: loss >= F(s) - sum of c_a over the actions outside s that are in force, with the smallest
coefficients that hold for every subset. An integer programme over the rules, with these cuts,
cannot lie above the objective of any schedule. The hazard whose bound lies furthest below the loss
of the plan at hand has one more action told apart, round by round.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from seawall.planning.master import Master, Solution

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from seawall.planning.reference import Reference

__all__ = ["Bound", "lower_bound"]

#: Most actions told apart for one hazard.
MOST_APART = 7


@dataclass(frozen=True)
class Bound:
    """A lower bound, already less the worst violation of monotonicity that was seen.

    ``starts`` is the schedule at which the integer programme stopped: a candidate for the search.
    """

    value: float
    worst_violation: float
    starts: NDArray[np.int64] | None
    sets: int


def subsets(items: tuple[int, ...]) -> list[frozenset[int]]:
    """All subsets, the empty one first."""
    return [frozenset(c) for k in range(len(items) + 1) for c in combinations(items, k)]


def envelope(table: dict[frozenset[int], float]) -> dict[frozenset[int], float]:
    """Lower envelope: no set has a greater loss than any of its subsets."""
    return {s: min(v for t, v in table.items() if t <= s) for s in table}


def cut(table: dict[frozenset[int], float], at: frozenset[int], apart: tuple[int, ...]) -> dict[int, float]:
    """Smallest coefficients of a lattice cut at one set.

    Parameters
    ----------
    table : mapping of set to loss
        Over all subsets of ``apart``, nowhere rising as sets grow.
    at : frozenset of int
        Where the cut touches the table.
    apart : tuple of int
        Actions told apart.

    Returns
    -------
    mapping of action to coefficient
        Such that table[t] >= table[at] - sum of coefficients over t - at, for every t.
    """
    outside = [a for a in apart if a not in at]
    if not outside:
        return {}
    drops = [(frozenset(t), table[at] - table[at | frozenset(t)]) for t in subsets(tuple(outside)) if t]
    scale = max(d for _t, d in drops)
    if scale <= 0:
        return dict.fromkeys(outside, 0.0)
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    matrix = np.array([[-1.0 if a in t else 0.0 for a in outside] for t, _d in drops])
    right = np.array([-d / scale for _t, d in drops])
    solved = linprog(-matrix.sum(0), A_ub=matrix, b_ub=right, bounds=(0, None), method="highs")
    coefficients = np.maximum(solved.x, 0.0)
    # the solver's tolerance must not make the cut invalid
    missing = max(0.0, -float(np.min(right - matrix @ coefficients)))
    return {a: float((c + missing) * scale) for a, c in zip(outside, coefficients, strict=True)}


def lower_bound(
    reference: Reference,
    ranking: dict[int, list[int]],
    plan_loss: NDArray[np.float64],
    *,
    target: float,
    rounds: int,
    deadline: float,
    progress: Callable[[int, int], None],
) -> Bound:
    """Bound the objective of every schedule from below.

    Parameters
    ----------
    reference : Reference
    ranking : mapping of hazard to actions
        Actions that change a hazard's loss, the most important first.
    plan_loss : float array (hazard,)
        Discounted loss of each hazard under the plan at hand.
    target : float
        Objective of the plan at hand; a bound that reaches it is enough.
    rounds : int
        Most rounds of telling one more action apart.
    deadline : float
        ``time.monotonic()`` at which to stop.
    progress : callable
        Told the round and the number of rounds.
    """
    hazards = list(reference.ensemble.samples)
    apart: dict[int, tuple[int, ...]] = dict.fromkeys(hazards, ())
    best = -np.inf
    starts = None
    for r in range(rounds + 1):
        progress(r, rounds)
        solution, theta = _solve(reference, apart, deadline)
        if solution.bound > best:
            best, starts = solution.bound, solution.starts
        if r == rounds or time.monotonic() > deadline or best >= target * (1 - 1e-9):
            break
        if not _tell_apart(apart, ranking, plan_loss, theta):
            break
    worst = reference.worst_violation()
    return Bound(best - worst, worst, starts, reference.pairs())


def _solve(
    reference: Reference, apart: dict[int, tuple[int, ...]], deadline: float
) -> tuple[Solution, dict[int, float]]:
    """Solve the integer programme with the cuts of all tables."""
    rules = reference.rules
    master = Master(rules)
    years = reference.valuation.years
    theta: dict[int, list[int]] = {}
    for h, told in apart.items():
        rest = reference.everything - frozenset(told)
        tables = {s: reference.loss(h, rest | s) for s in subsets(told)}
        theta[h] = []
        for block in _blocks(len(rules.years), len(years)):
            table = envelope({s: float(v[block].sum()) for s, v in tables.items()})
            least = min(table.values())
            t = master.variable(1.0, least, np.inf)
            theta[h].append(t)
            if told and max(table.values()) > least:
                _cuts(master, t, table, told, years[block[-1]])
    solution = master.solve(seconds=max(1.0, deadline - time.monotonic()), gap=1e-3, nodes=2_000)
    values = {
        h: float(sum(solution.values[t] for t in variables)) if len(solution.values) else 0.0
        for h, variables in theta.items()
    }
    return solution, values


def _blocks(n_budget: int, n_years: int) -> list[list[int]]:
    """Budget years one by one, evaluation years together: what is in force then no longer changes."""
    return [[i] for i in range(n_budget)] + ([list(range(n_budget, n_years))] if n_years > n_budget else [])


def _cuts(
    master: Master,
    theta: int,
    table: dict[frozenset[int], float],
    told: tuple[int, ...],
    year: int,
) -> None:
    """Add the lattice cut of every subset, for a block of years."""
    in_force = {a: master.in_force(a, year) for a in told}
    for s in subsets(told):
        terms = [(theta, 1.0)]
        for a, c in cut(table, s, told).items():
            terms += [(i, c * v) for i, v in in_force[a]]
        master.row(terms, table[s], np.inf)


def _tell_apart(
    apart: dict[int, tuple[int, ...]],
    ranking: dict[int, list[int]],
    plan_loss: NDArray[np.float64],
    theta: dict[int, float],
) -> bool:
    """Tell one more action apart for the hazard whose bound lies furthest below the plan's loss."""
    for h in sorted(apart, key=lambda h: theta[h] - plan_loss[h]):
        left = [a for a in ranking.get(h, []) if a not in apart[h]]
        if left and len(apart[h]) < MOST_APART and plan_loss[h] > theta[h]:
            apart[h] = (*apart[h], left[0])
            return True
    return False
