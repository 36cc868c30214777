"""Days from a sample to the name of its agent, for a known and for a new one, by place and year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Parameters
from seawall.levers import PRODUCT_FIELDS
from seawall.reporting.lever_accounts.base import LeverAccounts, column, weighted_median

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.levers import Capacity

__all__ = ["GOAL_DAYS", "Identification", "Naming", "Reach"]

#: Days from sample to name that the pages hold places against; a yardstick of the report, not of the case.
GOAL_DAYS = 3.0
#: A smaller change than this many days is none.
_NO_DAYS = 1e-6


@dataclass(frozen=True)
class Naming:
    """Days by place, arrays (place,); inf: never.

    ``known``: from sampling to the result for a known agent; ``new``: until a new agent is named;
    ``in_use``: until tests for the new agent are in use. The last two are means over outcomes of
    research, and over the new hazards weighted by how often they come.
    """

    known: NDArray[np.float64]
    new: NDArray[np.float64]
    in_use: NDArray[np.float64]


@dataclass(frozen=True)
class Reach:
    """What is told of one kind of days in one year: median by population, best and worst place, and places within the goal."""

    median: float
    best: float
    worst: float
    within: int


@dataclass(frozen=True, eq=False)
class Identification:
    """Days to identify an agent, without the plan and with it."""

    levers: LeverAccounts

    @cached_property
    def new_hazards(self) -> list[int]:
        """Positions of the hazards for which no test is at hand today."""
        products = self.levers.before[self.levers.base].products
        return [h for h, mixture in enumerate(products) if bool((_sure(mixture, "assay_days") > 0).any())]

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        often = self.levers.before[self.levers.base].frequency[self.new_hazards]
        return often / often.sum() if often.sum() > 0 else np.full(len(often), 1.0 / max(1, len(often)))

    @cached_property
    def before(self) -> dict[int, Naming]:
        """Days by year if nothing is done."""
        return {y: self.naming(c, self.levers.idle) for y, c in self.levers.before.items()}

    @cached_property
    def after(self) -> dict[int, Naming]:
        """Days by year under the plan."""
        return {y: self.naming(c, self.levers.planned) for y, c in self.levers.after.items()}

    def naming(self, capacity: Capacity, parameters: Parameters) -> Naming:
        """Days by place under one capacity."""
        known = capacity.result_days
        if not self.new_hazards:
            later = parameters.assumption("assay_days_novel", capacity.year)
            return Naming(known, capacity.sequencing_days, capacity.sequencing_days + later)
        new, in_use = np.zeros_like(known), np.zeros_like(known)
        for weight, h in zip(self._weights, self.new_hazards, strict=True):
            for p, named, tested in outcomes(capacity, h):
                if weight * p > 0:
                    new, in_use = new + weight * p * named, in_use + weight * p * tested
        return Naming(known, new, in_use)

    def reach(self, days: NDArray[np.float64]) -> Reach:
        """What one kind of days comes to in the nation."""
        if not len(days):
            return Reach(float("nan"), float("nan"), float("nan"), 0)
        return Reach(
            weighted_median(days, self.levers.people),
            float(days.min()),
            float(days.max()),
            int((days <= GOAL_DAYS + _NO_DAYS).sum()),
        )

    @cached_property
    def movers(self) -> list[tuple[str, float, float, float]]:
        """Actions of the plan that bring identification forward, the strongest first.

        Each with the days that a known agent, a new agent and its tests would take longer without
        it in the reading year, means over places by population; inf where places would have no
        answer at all.
        """
        now = self.after[self.levers.reading]
        out = []
        for action in sorted(self.levers.accounts.plan.schedule):
            starts = self.levers.starts.copy()
            starts[self.levers.case.edits.index[action]] = 10**6
            old = self.naming(self.levers.without(action), Parameters(self.levers.case, starts))
            known, new, use = (self._longer(getattr(old, f), getattr(now, f)) for f in ("known", "new", "in_use"))
            if max(known, new, use) > 0.005:
                out.append((action, known, new, use))
        return sorted(out, key=lambda row: (-row[2], -row[1], -row[3], row[0]))

    def _longer(self, old: NDArray[np.float64], new: NDArray[np.float64]) -> float:
        """Mean days by which an answer comes later, by population; inf where some place loses its answer."""
        if bool((np.isinf(old) & np.isfinite(new)).any()):
            return float("inf")
        both = np.isfinite(old) & np.isfinite(new)
        weight = self.levers.people * both
        if weight.sum() <= 0:
            return 0.0
        return float(np.average(np.where(both, old, 0.0) - np.where(both, new, 0.0), weights=weight))


def outcomes(capacity: Capacity, h: int) -> list[tuple[float, NDArray[np.float64], NDArray[np.float64]]]:
    """Outcomes of research for one hazard: probability, days until named, days until tests are in use, by place.

    A method of identification works in the laboratories that can sequence, beside ordinary sequencing;
    where a test is at hand the agent is a known one.
    """
    out = []
    for row in capacity.products[h]:
        product = dict(zip(PRODUCT_FIELDS, row.tolist(), strict=True))
        if product["probability"] <= 0:
            continue
        if product["assay_days"] <= 0:
            out.append((product["probability"], capacity.result_days, capacity.result_days))
            continue
        named = np.minimum(capacity.sequencing_days, capacity.specimen_days + product["naming_days"])
        out.append((product["probability"], named, named + product["assay_days"]))
    return out


def _sure(mixture: NDArray[np.float64], field: str) -> NDArray[np.float64]:
    """A product field of the outcomes that can happen."""
    return column(mixture, field)[column(mixture, "probability") > 0]
