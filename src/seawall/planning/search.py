"""A good plan, fast: measure what each action does, search on look-ups, value exactly, repeat.

Around a reference schedule, the loss of a hazard in a year is taken as a product of one factor
for each action. The factors are measured by simulation, one action at a time, in the first
evaluation year, for the hazards where something can be saved; annealing searches on the product;
its best schedules are valued exactly, and the best of them is the next reference. The first plan
comes from the other side: all actions together, less what is not worth its cost, so that actions
which are worth something only with others are seen too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import NEVER
from seawall.outbreak import Ensemble
from seawall.outbreak.loss import year_loss
from seawall.outbreak.strata import LEAST
from seawall.planning.anneal import anneal, feasible
from seawall.planning.compiled import compile_rules
from seawall.planning.master import Master

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from seawall.case import Rules
    from seawall.outbreak import Valuation

__all__ = ["Search"]

#: Of each action: the start at which it was measured, its log factors then, and at the end.
Measured = dict[int, tuple[int, "NDArray[np.float64]", "NDArray[np.float64]"]]

#: Share of what all actions together could save below which a hazard is not measured.
IMMATERIAL = 0.005
#: Single actions are measured on this part of the outbreaks, but on at least so many of each hazard.
PROBE_PART, PROBE_LEAST = 3, LEAST
#: Share of its cost below which an action that was left out is not measured once more.
HOPELESS = 0.2
#: Most that one action may be thought to do to the logarithm of a loss.
MOST_LOG_FACTOR = 12.0


@dataclass
class Incumbent:
    """The best schedule so far and its exact value."""

    starts: NDArray[np.int64]
    objective: float


@dataclass
class Search:
    """Search for a plan of a case.

    Parameters
    ----------
    valuation : Valuation
        Values candidates exactly.
    rules : Rules
    master : Master
        Integer programme of the rules alone.
    everything : int array (action,)
        Every action at its earliest; need not keep the rules.
    deadline : float
        ``time.monotonic()`` at which to stop.
    progress : callable
        Told how many of how many steps are done.
    """

    valuation: Valuation
    rules: Rules
    master: Master
    everything: NDArray[np.int64]
    deadline: float
    progress: Callable[[int, int], None]
    best: Incumbent | None = None
    complete: bool = True
    seen: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.arrays = compile_rules(self.rules, self.master)
        self.years = [int(y) for y in self.rules.years]
        self.options = self.rules.options()
        self.reading_years = (
            self.valuation.years[len(self.years)] if len(self.valuation.years) > len(self.years) else self.years[-1],
        )
        self.probe = self._smaller()
        self.movable = [a for a, o in enumerate(self.options) if any(s != NEVER for s in o)]
        self._slow = self._slow_actions()
        self.material = list(self.valuation.ensemble.samples)
        self.material = self._material()

    def _smaller(self) -> Ensemble:
        """Outbreaks on which single actions are measured: fewer, as factors need less than values do."""
        full = self.valuation.ensemble
        n = max(PROBE_LEAST * len(full.samples), full.n // PROBE_PART)
        return Ensemble(full.case, n, full.seed) if n < full.n else full

    def _material(self) -> list[int]:
        """Hazards for which all actions together save a share that is worth measuring."""
        year = self.reading_years[0]
        none = self.valuation.case.edits.starts({})
        saved = self._loss(none, year) - self._loss(self.everything, year)
        return [h for h in self.material if saved[h] > IMMATERIAL * max(0.0, float(saved.sum()))]

    def _slow_actions(self) -> frozenset[int]:
        """Actions whose effect goes on growing: they change how people are trained or research ends."""
        edits = self.rules.edits
        return frozenset(
            a
            for table, column in edits.columns
            if table == "programmes" or (table, column) == ("cadres", "annual_attrition")
            for a in edits.actions_on(table, column)
        )

    # -- measuring ------------------------------------------------------------------------

    def _loss(self, starts: NDArray[np.int64], year: int) -> NDArray[np.float64]:
        """Loss of a year by hazard, not discounted, array (hazard,)."""
        price, outcomes = self.probe.years(starts, [year], self.material)[0]
        lost = year_loss(price, outcomes)
        return lost.health + lost.money

    def measure(self, reference: NDArray[np.int64], actions: list[int]) -> Measured:
        """Log factor of each action at the reading year (and at the end, for slow ones).

        Returns
        -------
        mapping of action to (start, near, far)
            ``near`` and ``far`` are arrays (hazard,) for a start in year ``start``.
        """
        near_year, far_year = self.reading_years[0], self.valuation.years[-1]
        here = {y: self._loss(reference, y) for y in {near_year, far_year}}
        out: Measured = {}
        for i, a in enumerate(actions):
            if time.monotonic() > self.deadline:
                self.complete = False
                break
            self.progress(i, len(actions))
            taken = reference[a] < NEVER
            other = reference.copy()
            start = int(reference[a]) if taken else min(s for s in self.options[a] if s != NEVER)
            other[a] = NEVER if taken else start
            ratios = []
            for y in (near_year, far_year) if a in self._slow else (near_year,):
                there = self._loss(other, y)
                with_it, without = (here[y], there) if taken else (there, here[y])
                ratios.append(_log_ratio(with_it, without))
            out[a] = (start, ratios[0], ratios[-1])
            self.seen[a] = np.minimum(ratios[0], self.seen.get(a, 0.0))
        return out

    def _log_factors(self, measured: Measured) -> NDArray[np.float64]:
        """Log factors by (action, start, year, hazard) from what was measured at one start."""
        years = self.valuation.years
        n_hazards = len(self.valuation.ensemble.names)
        out = np.zeros((len(self.options), len(self.years), len(years), n_hazards))
        last = years[-1]
        build = self.rules.edits.build
        for a, (start, near, far) in measured.items():
            age_near = self.reading_years[0] - int(start)
            age_far = max(last - int(start), age_near + 1)
            for s in self.options[a]:
                if s == NEVER:
                    continue
                for i, y in enumerate(years):
                    age = y - s
                    if age < build[a]:
                        continue
                    if age >= age_near:
                        w = min(1.0, (age - age_near) / (age_far - age_near))
                        factor = near + w * (far - near)
                    else:
                        factor = near * self._grown(a, age, age_near)
                    out[a, self.years.index(s), i] = factor
        return np.clip(out, -MOST_LOG_FACTOR, MOST_LOG_FACTOR)

    def _grown(self, a: int, age: int, age_near: int) -> float:
        """Share of an action's measured effect that it has at a younger age."""
        start = self.years[0]
        edits = self.rules.edits
        one = np.full(len(self.options), NEVER, np.int64)
        one[a] = start
        shares = []
        for effects in edits.effects_of(a):
            then, now = (effects.strength(start + x, one) for x in (age_near, age))
            shares.append(now / then if then > 0 else 1.0)
        if a in self._slow:
            return max(0.0, (age - float(edits.build[a])) / max(1.0, age_near - float(edits.build[a]))) ** 2
        return float(np.mean(shares)) if shares else 1.0

    # -- searching ------------------------------------------------------------------------

    def consider(self, starts: NDArray[np.int64]) -> bool:
        """Value a schedule exactly and keep it if it is the best that keeps the rules."""
        if not self.rules.allows(starts):
            return False
        objective = self.valuation.value(starts).objective
        if self.best is None or objective < self.best.objective:
            self.best = Incumbent(starts.copy(), objective)
            return True
        return False

    def run(self, steps: int, seeds: int) -> None:
        """Thin out all actions together; then measure, anneal and value around the best, twice.

        Parameters
        ----------
        steps, seeds : int
            Moves of each annealing, and annealings a round.
        """
        assert self.best is not None  # noqa: S101 - the planner considers one first
        self.thin_out()
        candidates = self.movable
        for _round in range(2):
            reference = self.best.starts
            measured = self.measure(reference, candidates)
            if not self.complete:
                return
            for starts in self._anneal(reference, measured, steps, seeds):
                if time.monotonic() > self.deadline:
                    self.complete = False
                    return
                self.consider(starts)
            candidates = self._worth_measuring(reference, measured)
        self.polish()

    def polish(self) -> None:
        """Leave out of the best plan what saves less than it costs, in batches that are split where they fail.

        Annealing sees single factors, measured around another plan; here every change is valued exactly.
        """
        assert self.best is not None  # noqa: S101 - the planner considers one first
        starts = self.best.starts
        measured = self.measure(starts, [a for a in self.movable if starts[a] < NEVER])
        if not self.complete:
            return
        cost = self.valuation.costs.by_action(starts)
        years = self.valuation.health_factor.sum()
        ratio = {a: self._saved(starts, m[1]) * years / max(cost[a], 1.0) for a, m in measured.items()}
        queue = [sorted((a for a in ratio if ratio[a] < 1.0), key=lambda a: (ratio[a], a))]
        while queue:
            batch = queue.pop(0)
            trial = self.best.starts.copy()
            trial[batch] = NEVER
            self._drop_dependents(trial)
            if time.monotonic() > self.deadline:
                self.complete = False
                return
            if not self.consider(trial) and len(batch) > 1:
                half = len(batch) // 2
                queue[:0] = [batch[:half], batch[half:]]

    def _worth_measuring(self, reference: NDArray[np.int64], measured: Measured) -> list[int]:
        """Actions of the best plan, and those that were seen to save a share of their cost that may matter."""
        assert self.best is not None  # noqa: S101 - the planner considers one first
        taken = self.best.starts < NEVER
        cost = self.valuation.costs.by_action(np.where(taken, self.best.starts, self.everything))
        years = self.valuation.health_factor.sum()
        out = []
        for a, (_start, near, far) in measured.items():
            saved = max(abs(self._saved(reference, near)), abs(self._saved(reference, far))) * years
            if taken[a] or reference[a] < NEVER or saved > HOPELESS * cost[a]:
                out.append(a)
        return out

    def thin_out(self) -> None:
        """From all actions together, leave out what is not worth its cost, then what money does not reach.

        Actions are tried for leaving out in batches, the dearest for what they give first, and a
        batch that costs more than it saves is split; so a set that works only together survives.
        The rest is scheduled by integer programme.
        """
        kept = self.everything.copy()
        self._drop_dependents(kept)
        measured = self.measure(kept, [a for a in self.movable if kept[a] < NEVER])
        if not self.complete:
            self._consider_set(kept, {a: self._saved(kept, m[1]) for a, m in measured.items()})
            return
        cost = self.valuation.costs.by_action(self.everything)
        years = self.valuation.health_factor[len(self.years) - 1 :].sum()
        ratio = {a: self._saved(kept, m[1]) / max(cost[a], 1.0) for a, m in measured.items()}
        for _pass in range(2):
            order = sorted((a for a in ratio if kept[a] < NEVER), key=lambda a: (ratio[a], -cost[a], a))
            size = max(1, len(order) // 8)
            batches = [order[i : i + size] for i in range(0, len(order), size)]
            now = float(self._loss(kept, self.reading_years[0]).sum()) * years
            while batches:
                if time.monotonic() > self.deadline:
                    self.complete = False
                    self._consider_set(kept, {a: r * cost[a] for a, r in ratio.items()})
                    return
                batch = [a for a in batches.pop(0) if kept[a] < NEVER]
                trial = kept.copy()
                trial[batch] = NEVER
                self._drop_dependents(trial)
                gone = (kept < NEVER) & (trial >= NEVER)
                then = float(self._loss(trial, self.reading_years[0]).sum()) * years
                if then - now < cost[gone].sum():
                    kept, now = trial, then
                elif len(batch) > 1:
                    half = len(batch) // 2
                    batches[:0] = [batch[:half], batch[half:]]
        self._schedule(kept)

    def _schedule(self, kept: NDArray[np.int64]) -> None:
        """Schedule a set of actions as early as money allows, leaving out the least worthy, and value it."""
        for _pass in range(2):
            left = [a for a in self.movable if kept[a] < NEVER]
            measured = self.measure(kept, left)
            starts = self._consider_set(kept, {a: self._saved(kept, m[1]) for a, m in measured.items()})
            if starts is None or not self.complete:
                return
            missing = [a for a in left if starts[a] >= NEVER]
            if not missing:
                return
            kept[missing] = NEVER
            self._drop_dependents(kept)

    def _consider_set(self, kept: NDArray[np.int64], saved: dict[int, float]) -> NDArray[np.int64] | None:
        """Value the schedule that fits most of a set into the money; what each saves a year decides.

        Members of a set may be worth little one by one and much together, so each counts at least
        twice its cost.
        """
        cost = self.valuation.costs.by_action(kept) / max(1.0, float(self.valuation.costs.discount.sum()))
        worth = {a: max(saved.get(a, 0.0), 2.0 * float(cost[a])) for a in self.movable if kept[a] < NEVER}
        solution = Master(self.rules, worth).solve(
            seconds=max(1.0, min(20.0, self.deadline - time.monotonic())), gap=1e-3, nodes=500
        )
        if solution.starts is not None:
            self.consider(solution.starts)
        return solution.starts

    def _saved(self, reference: NDArray[np.int64], near: NDArray[np.float64]) -> float:
        """Loss of the reading year that an action saves, given its log factors."""
        here = self._loss(reference, self.reading_years[0])
        return float((here * (np.exp(-near) - 1.0)).sum())

    def _drop_dependents(self, starts: NDArray[np.int64]) -> None:
        """Leave out what has lost its prerequisites."""
        changed = True
        while changed:
            changed = False
            for a, members in self.rules.groups:
                if starts[a] < NEVER and all(starts[m] >= NEVER for m in members):
                    starts[a] = NEVER
                    changed = True

    def ranking(self) -> dict[int, list[int]]:
        """Actions by the most that they were seen to do to each hazard's loss, most first."""
        out: dict[int, list[int]] = {}
        for h in self.valuation.ensemble.samples:
            effect = {a: -float(near[h]) for a, near in self.seen.items() if near[h] < -1e-9}
            out[h] = sorted(effect, key=lambda a: (-effect[a], a))
        return out

    def _anneal(
        self,
        reference: NDArray[np.int64],
        measured: Measured,
        steps: int,
        seeds: int,
    ) -> list[NDArray[np.int64]]:
        """Distinct schedules that annealing finds best, the most promising first."""
        assert self.best is not None  # noqa: S101 - the planner considers one first
        factors = self._log_factors(measured)
        none = len(self.years)
        to_position = {y: i for i, y in enumerate(self.years)} | {NEVER: none}
        at = np.array([to_position[int(s)] for s in reference], np.int64)
        first = np.array([to_position[int(s)] for s in self.best.starts], np.int64)
        exponent = sum((factors[a, at[a]] for a in range(len(at)) if at[a] < none), np.zeros(factors.shape[2:]))
        base = self.valuation.value(reference).discounted / np.exp(exponent)
        allowed = np.zeros((len(first), none + 1), bool)
        for a, options in enumerate(self.options):
            for s in options:
                allowed[a, to_position[s]] = True
        cost = np.array([self.valuation.costs.by_action(np.full(len(first), y, np.int64)) for y in self.years]).T
        scale = max(1.0, float(self.valuation.value(reference).objective))
        if not feasible(first, self.arrays):
            return []
        found: dict[bytes, tuple[float, NDArray[np.int64]]] = {}
        for seed in range(seeds):
            starts, value = anneal(
                first, allowed, base, np.ascontiguousarray(cost), factors, self.arrays, steps, 2e-3 * scale,
                2e-7 * scale, seed,
            )  # fmt: skip
            years = np.array([self.years[s] if s < none else NEVER for s in starts], np.int64)
            found[years.tobytes()] = (value, years)
        return [years for _value, years in sorted(found.values(), key=lambda x: x[0])]


def _log_ratio(with_it: NDArray[np.float64], without: NDArray[np.float64]) -> NDArray[np.float64]:
    """log(with / without), 0 where either is nothing."""
    both = (with_it > 0) & (without > 0)
    ratio = np.log(np.where(both, with_it, 1.0) / np.where(both, without, 1.0))
    return np.where(without <= 0, 0.0, np.where(with_it <= 0, -MOST_LOG_FACTOR, ratio))
