"""The value of a schedule: expected loss and cost over all years, on a fixed sample of outbreaks.

There is one path. `simulate --plan` and the planner both end here, so that they agree to the last
digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Costs, Parameters
from seawall.outbreak.loss import discount_factors, outbreak_loss, year_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.outbreak.ensemble import Ensemble

__all__ = ["ScheduleValue", "Valuation"]


@dataclass(frozen=True)
class ScheduleValue:
    """What a schedule comes to.

    Parameters
    ----------
    loss : float
        Discounted expected loss over budget and evaluation years.
    cost : float
        Discounted cost, as it counts in the objective.
    deaths, loss_by_year : float array (year, hazard)
        Expected deaths and loss of each year, not discounted.
    discounted : float array (year, hazard)
        Loss discounted to the base year.
    """

    loss: float
    cost: float
    deaths: NDArray[np.float64]
    loss_by_year: NDArray[np.float64]
    discounted: NDArray[np.float64]

    @property
    def objective(self) -> float:
        """Loss plus cost."""
        return self.loss + self.cost


class Valuation:
    """Values schedules of a case on the outbreaks of an ensemble.

    Parameters
    ----------
    ensemble : Ensemble
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        self.case = ensemble.case
        self.costs = Costs(self.case)
        self.years = self.case.settings.years
        self.health_factor, self.money_factor = discount_factors(self.case.settings)
        self._known: dict[bytes, ScheduleValue] = {}

    def value(self, starts: NDArray[np.int64]) -> ScheduleValue:
        """Value of start years in the order of ``case.edits.actions``."""
        key = starts.tobytes()
        if key not in self._known:
            self._known[key] = self._value(starts)
        return self._known[key]

    @property
    def known(self) -> list[ScheduleValue]:
        """Values of all schedules valued so far."""
        return list(self._known.values())

    def _value(self, starts: NDArray[np.int64]) -> ScheduleValue:
        deaths, loss, discounted = [], [], []
        for i, (price, outcomes) in enumerate(self.ensemble.years(starts, self.years)):
            year = year_loss(price, outcomes)
            deaths.append(year.deaths)
            loss.append(year.health + year.money)
            discounted.append(year.health * self.health_factor[i] + year.money * self.money_factor[i])
        table = np.array(discounted)
        return ScheduleValue(
            float(table.sum()),
            self.costs.discounted(starts),
            np.array(deaths),
            np.array(loss),
            table,
        )

    def interval(self, starts: NDArray[np.int64]) -> tuple[float, float, float]:
        """Objective with a 95% interval for the number of outbreaks drawn: mean, low, high."""
        return self._interval(self._by_outbreak(starts), self.costs.discounted(starts))

    def difference(self, starts: NDArray[np.int64], other: NDArray[np.int64]) -> tuple[float, float, float]:
        """By how much the objective of other start years is above, with a 95% interval: mean, low, high.

        Outbreaks are the same under both, so that most of the chance cancels.
        """
        one, two = self._by_outbreak(starts), self._by_outbreak(other)
        cost = self.costs.discounted(other) - self.costs.discounted(starts)
        return self._interval({h: two[h] - one[h] for h in one}, cost)

    def _by_outbreak(self, starts: NDArray[np.int64]) -> dict[int, NDArray[np.float64]]:
        """Discounted loss over all years of each outbreak, by hazard; their mean is what is expected.

        Outbreaks of a hazard are drawn once and meet every year, so that this is one observation.
        """
        totals: dict[int, NDArray[np.float64]] = {}
        parameters = Parameters(self.case, starts)
        for i, capacity in enumerate(self.ensemble.levers.capacities(starts, self.years)):
            price = self.ensemble.price(capacity, parameters)
            for h in self.ensemble.samples:
                outcome = self.ensemble.hazard_year(h, capacity, parameters, price)
                _deaths, health, money = outbreak_loss(h, price, outcome)
                each = price.frequency[h] * (health * self.health_factor[i] + money * self.money_factor[i])
                totals[h] = totals.get(h, 0.0) + each
        return totals

    def _interval(self, totals: dict[int, NDArray[np.float64]], certain: float) -> tuple[float, float, float]:
        """Sum over hazards of the means of their outbreaks, with a 95% interval: mean, low, high."""
        samples = self.ensemble.samples
        mean = sum(samples[h].strata.mean(t) for h, t in totals.items()) + certain
        half = 1.96 * sum(samples[h].strata.variance(t) for h, t in totals.items()) ** 0.5
        return mean, mean - half, mean + half
