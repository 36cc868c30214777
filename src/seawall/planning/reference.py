"""Losses of single hazards under reference sets of actions, each action at its best.

For any schedule, the actions in force in a year are a set; the year's loss is at least the loss
under any larger set whose actions all started at their earliest, with effects that never lapse,
people who never leave and nothing adverse. That needs monotonicity of the loss in capacity and
nothing else, and it is tested on every pair of sets valued here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import NEVER, Parameters
from seawall.case.checks_effects import without_harm
from seawall.levers import FIELDS, Levers
from seawall.outbreak.loss import outbreak_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case, Rules
    from seawall.levers import Capacity
    from seawall.outbreak import Valuation

__all__ = ["Reference", "best_of", "earliest_starts"]

#: The best of several values, by field; products are the same in a block of years, frequencies are priced by year.
_BEST = {f.name: np.max if f.good == "more" else np.min for f in FIELDS if f.name not in {"products", "frequency"}}


def earliest_starts(rules: Rules) -> NDArray[np.int64]:
    """Earliest year in which each action can start, prerequisites counted; `NEVER` if in none."""
    starts = np.array([min(options) for options in rules.options()], np.int64)
    build = rules.edits.build
    for _round in range(len(starts)):
        before = starts.copy()
        for a, members in rules.groups:
            if starts[a] < NEVER:
                ready = min(int(starts[m] + build[m]) if starts[m] < NEVER else NEVER for m in members)
                later = [y for y in rules.options()[a] if y >= max(ready, int(starts[a]))]
                starts[a] = min(later, default=NEVER)
        if (starts == before).all():
            break
    return starts


class Reference:
    """Loss of a hazard in blocks of years under sets of actions.

    Parameters
    ----------
    valuation : Valuation
    rules : Rules
    """

    def __init__(self, valuation: Valuation, rules: Rules) -> None:
        self.valuation = valuation
        self.ensemble = valuation.ensemble
        self.rules = rules
        self.case = _at_best(rules.case)
        self.levers = Levers(self.case, staying=True)
        self.earliest = earliest_starts(rules)
        self.everything = frozenset(int(a) for a in np.flatnonzero(self.earliest < NEVER))
        self._loss: dict[tuple[int, frozenset[int]], NDArray[np.float64]] = {}
        #: First and last year of those valued together with each year, by hazard and set.
        self._together: dict[tuple[int, frozenset[int]], NDArray[np.int64]] = {}

    def starts(self, actions: frozenset[int]) -> NDArray[np.int64]:
        """Start years of a set, each at its earliest."""
        out = np.full(len(self.earliest), NEVER, np.int64)
        index = list(actions)
        out[index] = self.earliest[index]
        return out

    def loss(self, h: int, actions: frozenset[int]) -> NDArray[np.float64]:
        """Discounted loss of hazard h by year under a set, array (year,); a lower bound in late years.

        Years after the last budget year in which nothing but staff and delays change are valued
        once, at the best of each field over them.
        """
        key = (h, actions)
        if key not in self._loss:
            self._loss[key], self._together[key] = self._value(h, actions)
        return self._loss[key]

    def _value(self, h: int, actions: frozenset[int]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        valuation, ensemble = self.valuation, self.ensemble
        starts = self.starts(actions)
        parameters = Parameters(self.case, starts)
        capacities = self.levers.capacities(starts, valuation.years)
        out = np.zeros(len(valuation.years))
        together = np.zeros((2, len(valuation.years)), np.int64)
        for block in self._blocks(h, capacities, parameters):
            best = capacities[block[0]] if len(block) == 1 else best_of([capacities[i] for i in block])
            outcome = ensemble.hazard_year(h, best, parameters)
            together[:, block] = [[block[0]], [block[-1]]]
            for i in block:
                price = ensemble.price(capacities[i], parameters)
                _deaths, health, money = outbreak_loss(h, price, outcome)
                out[i] = price.frequency[h] * (
                    outcome.strata.mean(health) * valuation.health_factor[i]
                    + outcome.strata.mean(money) * valuation.money_factor[i]
                )
        return out, together

    def _blocks(self, h: int, capacities: list[Capacity], parameters: Parameters) -> list[list[int]]:
        """Years that may be valued together: the same products, course and coefficients."""
        n_budget = len(self.valuation.case.settings.budget_years)
        blocks: list[list[int]] = []
        last: tuple[object, ...] = ()
        for i, capacity in enumerate(capacities):
            same = (
                capacity.products[h].tobytes(),
                *(
                    parameters.column(t, c, capacity.year).tobytes()
                    for t, c in self.case.edits.columns
                    if t in {"hazards", "immunity", "assumptions"}
                ),
            )
            if i > n_budget and same == last:
                blocks[-1].append(i)
            else:
                blocks.append([i])
            last = same
        return blocks

    def worst_violation(self) -> float:
        """Most by which the loss rose when a set grew, over all pairs valued, summed over hazards and years."""
        worst: dict[tuple[int, int], float] = {}
        by_hazard: dict[int, list[frozenset[int]]] = {}
        for h, actions in self._loss:
            by_hazard.setdefault(h, []).append(actions)
        for h, sets in by_hazard.items():
            for small in sets:
                for large in sets:
                    if small < large:
                        rise = self._loss[h, large] - self._loss[h, small]
                        # a year valued at the best of several must not be held against one valued alone
                        first, last = self._together[h, large]
                        fair = (first <= self._together[h, small][0]) & (last >= self._together[h, small][1])
                        for i in np.flatnonzero((rise > 0) & fair):
                            worst[h, int(i)] = max(worst.get((h, int(i)), 0.0), float(rise[i]))
        return float(sum(worst.values())) + self._beaten()

    def _beaten(self) -> float:
        """Most by which a schedule valued exactly lost less than all actions together at their best."""
        least = np.zeros((len(self.valuation.years), len(self.ensemble.names)))
        for h in self.ensemble.samples:
            least[:, h] = self.loss(h, self.everything)
        return max((float(np.maximum(0.0, least - v.discounted).sum()) for v in self.valuation.known), default=0.0)

    def pairs(self) -> int:
        """Number of sets valued."""
        return len(self._loss)


def _at_best(case: Case) -> Case:
    """A case in which actions do nothing adverse, effects never lapse, and starting early is best.

    A programme that becomes shorter lets two classes graduate at once, of whom most are left if that
    happens late; so where programmes become shorter, nobody leaves.
    """
    effects = without_harm(case).assign(lasts_years=np.nan)
    if ((effects["table"] == "programmes") & (effects["column"] == "years")).any():
        effects = effects[(effects["table"] != "cadres") | (effects["column"] != "annual_attrition")]
        case = case.with_table("cadres", case["cadres"].assign(annual_attrition=0.0))
    return case.with_table("effects", effects.reset_index(drop=True)).canonical


def best_of(block: list[Capacity]) -> Capacity:
    """A capacity at least as good as each of some years' in every field."""
    return replace(block[-1], **{name: best([getattr(c, name) for c in block], axis=0) for name, best in _BEST.items()})
