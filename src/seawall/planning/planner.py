"""The verb ``plan``: search for a plan, bound every other, and account for both."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Rules
from seawall.case.load import load
from seawall.errors import InputError, NoFeasiblePlan
from seawall.language import _
from seawall.outbreak import DEFAULT_N, Ensemble, Valuation
from seawall.outbreak.simulation import check_options
from seawall.planning import enumeration
from seawall.planning.account import Settled, account
from seawall.planning.bound import Bound, lower_bound
from seawall.planning.master import Master
from seawall.planning.reference import Reference
from seawall.planning.search import Search

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.planning.result import Plan

__all__ = ["Progress", "plan"]

#: Told the stage, and how many of how many steps of it are done.
Progress = Callable[[str, int, int], None]

#: Work of the search: moves of each annealing, and annealings a round.
STEPS, SEEDS = 300_000, 2
#: Rounds in which the bound tells one more action apart.
BOUND_ROUNDS = 6
#: Share of the time limit by which search and bound must end.
SEARCH_UNTIL, BOUND_UNTIL = 0.45, 0.6


def plan(  # noqa: PLR0913 - one parameter an option of the command
    case: Case | str | os.PathLike[str],
    *,
    years: int | None = None,
    budget: float | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    n: int = DEFAULT_N,
    seed: int = 1,
    progress: Progress | None = None,
) -> Plan:
    """Choose which actions to fund, in which year.

    Parameters
    ----------
    case : Case, path, or name of a packaged case
    years : int, optional
        Plan the first so many budget years only.
    budget : float, optional
        Scale all budgets to this total.
    gap : float, optional
        Stop when the share of what could be saved that the plan may still miss is this small.
    time_limit : float, optional
        Seconds for everything; without it the work is fixed and the answer the same everywhere.
    n, seed : int
        Outbreaks simulated, and seed of every draw.
    progress : callable, optional
        Told of the stages of the work.

    Returns
    -------
    Plan
        Interrupted (Ctrl-C), it is the best so far.

    Raises
    ------
    InputError
        If the case has errors or an option is out of range.
    NoFeasiblePlan
        If no schedule keeps the rules.
    """
    began = time.monotonic()
    _check_plan_options(years, budget, gap, time_limit)
    check_options(n, seed)
    case = restrict(load(case), years, budget)
    tell = progress or (lambda _stage, _done, _total: None)
    ends = math.inf if time_limit is None else began + time_limit
    tell(_("drawing outbreaks"), 0, 1)
    valuation = Valuation(Ensemble(case, n, seed))
    rules = Rules(valuation.case)
    master = Master(rules)
    none = valuation.case.edits.starts({})
    baseline = valuation.value(none)
    demanded = master.solve(seconds=max(1.0, min(60.0, ends - time.monotonic())))
    if demanded.impossible:
        raise NoFeasiblePlan(_no_plan(rules, none))
    first = none if demanded.starts is None else demanded.starts
    least = valuation.costs.discounted(first)
    finder = _Finder(valuation, rules, master, first, baseline.loss + least, gap, began, ends, tell)
    found = finder.run()
    try:
        return account(case, valuation, found, tell)
    except KeyboardInterrupt:
        return account(case, valuation, replace(found, status="interrupted"), tell)


def _check_plan_options(years: int | None, budget: float | None, gap: float | None, time_limit: float | None) -> None:
    faults = []
    if years is not None and years < 1:
        faults.append(_("--years: {value} is not a number of years; choose 1 or more").format(value=years))
    if budget is not None and not (0 <= budget < math.inf):
        faults.append(_("--budget: {value} is not an amount; choose 0 or more").format(value=budget))
    if gap is not None and not (0 <= gap < 1):
        faults.append(_("--gap: {value} is not a share; choose from 0 to 1, such as 0.05").format(value=gap))
    if time_limit is not None and not (0 < time_limit < math.inf):
        faults.append(_("--time-limit: {value} is not a number of seconds above 0").format(value=time_limit))
    if faults:
        raise InputError(*faults)


def restrict(case: Case, years: int | None, budget: float | None) -> Case:
    """The case with fewer budget years, or with all budgets scaled to a total."""
    all_years = case.settings.budget_years
    if years is not None and years < len(all_years):
        kept = all_years[:years]
        budgets = case["budgets"]
        case = case.with_settings(budget_years=kept).with_table(
            "budgets", budgets[budgets["year"].isin(kept)].reset_index(drop=True)
        )
    if budget is not None:
        budgets = case["budgets"]
        total = math.fsum(budgets["amount"])  # whatever the order of rows
        if total <= 0 < budget:
            raise InputError(_("--budget: budgets.csv holds no money to scale; give each source its amount there"))
        share = budget / total if total > 0 else 1.0
        case = case.with_table("budgets", budgets.assign(amount=budgets["amount"] * share))
    return case


def _no_plan(rules: Rules, none: NDArray[np.int64]) -> str:
    broken = "; ".join(f"{v.rule}: {v.detail}" for v in rules.violations(none)[:5])
    return _("no schedule keeps the rules of the case. Doing nothing breaks: {broken}").format(broken=broken)


@dataclass
class _Finder:
    """Search and bound, with their limits."""

    valuation: Valuation
    rules: Rules
    master: Master
    first: NDArray[np.int64]
    baseline_objective: float
    gap: float | None
    began: float
    ends: float
    tell: Progress
    status: str = "done"

    def _until(self, share: float) -> float:
        return math.inf if self.ends == math.inf else self.began + share * (self.ends - self.began)

    def run(self) -> Settled:
        """Enumerate a small case, search and bound any other."""
        if enumeration.count(self.rules) <= enumeration.SMALL:
            found = self._enumerate()
            if found is not None:
                return found
        return self._search()

    def _enumerate(self) -> Settled | None:
        best, best_value, done = None, math.inf, 0
        total = enumeration.count(self.rules)
        try:
            for starts in enumeration.schedules(self.rules):
                done += 1
                if done % 64 == 0:
                    self.tell(_("valuing every schedule"), min(done, total), total)
                    if time.monotonic() > self._until(SEARCH_UNTIL):
                        self.status = "limit"
                        break
                value = self.valuation.value(starts).objective
                if value < best_value:
                    best, best_value = starts, value
        except KeyboardInterrupt:
            self.status = "interrupted"
        if self.status != "done":
            self.first = self.first if best is None else best
            return None
        if best is None:
            raise NoFeasiblePlan(_no_plan(self.rules, self.valuation.case.edits.starts({})))
        return self._settled(best, Bound(best_value, 0.0, None, done), "enumerated", "optimal")

    def _search(self) -> Settled:
        reference = Reference(self.valuation, self.rules)
        search = Search(
            self.valuation,
            self.rules,
            self.master,
            reference.earliest,
            self._until(SEARCH_UNTIL),
            lambda done, total: self.tell(_("measuring actions"), done, total),
        )
        search.consider(self.valuation.case.edits.starts({}))
        search.consider(self.first)
        if search.best is None:
            raise NoFeasiblePlan(_no_plan(self.rules, self.valuation.case.edits.starts({})))
        rounds = 0 if self.status == "interrupted" else BOUND_ROUNDS
        try:
            if self.status == "done":
                search.run(STEPS, SEEDS)
            if not search.complete:
                self.status = "limit"
        except KeyboardInterrupt:
            self.status, rounds = "interrupted", 0
        try:
            bound = self._bound(reference, search, rounds)
        except KeyboardInterrupt:
            self.status = "interrupted"
            bound = self._bound(reference, search, 0)
        if bound.starts is not None and search.consider(bound.starts):
            self.tell(_("the bound found a better plan"), 1, 1)
        breach = bound.value - search.best.objective
        if breach > 1e-6 * search.best.objective:
            # the plan beats its bound: loss is not monotone where no pair of sets showed it
            bound = replace(bound, value=bound.value - 2 * breach, worst_violation=bound.worst_violation + breach)
        value = min(bound.value, search.best.objective)
        return self._settled(search.best.starts, replace(bound, value=value), "checked", self.status)

    def _settled(self, starts: NDArray[np.int64], bound: Bound, kind: str, status: str) -> Settled:
        return Settled(starts, bound, kind, status, self.baseline_objective, self.gap, self.ends)

    def _bound(self, reference: Reference, search: Search, rounds: int) -> Bound:
        assert search.best is not None  # noqa: S101 - checked by `_search`
        objective = search.best.objective
        wanted = self.gap or 0.0
        target = (objective - wanted * self.baseline_objective) / (1.0 - wanted)
        deadline = self._until(BOUND_UNTIL)
        bound = lower_bound(
            reference,
            search.ranking(),
            self.valuation.value(search.best.starts).discounted.sum(0),
            target=target,
            rounds=rounds,
            deadline=deadline,
            progress=lambda done, total: self.tell(_("bounding every other plan"), done, total),
        )
        if time.monotonic() > deadline and self.status == "done":
            self.status = "limit"
        return bound
