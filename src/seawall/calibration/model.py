"""What the model says now of the delays that an event's dates tell: the one place that asks it.

A record counts from the day on which the first patient fell ill, the model from the first
infection. So the model is asked twice: when an outbreak is found, and when its first patient falls
ill; the latter is the day of detection of a country that notices every patient at onset. Likewise
the day on which so many people are ill in one place is that on which a country would notice a
cluster of that size at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.case import Parameters
from seawall.levers import Levers
from seawall.outbreak import Ensemble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.levers import Capacity

__all__ = ["Model", "Simulated", "with_assumptions"]

#: Cases in one place at which nobody would notice a cluster.
_NO_CLUSTER = 1e12


@dataclass(frozen=True)
class Simulated:
    """Outbreaks of one hazard in the base year, by what a record would hold of them.

    Parameters
    ----------
    hazard, family : str
    place : object array (outbreak,)
        Where each starts.
    weight : float array (outbreak,)
        Outbreaks a year that each stands for.
    detect : float array (factor, outbreak)
        Days from the first onset to detection under each factor on the odds of suspicion; inf: never found.
    reached : float array (size, outbreak)
        Days from the first onset until so many people are ill in one place; inf: never.
    notify, respond : float array (outbreak,)
        Days from detection to notification, and from there to the response, as the model stands;
        NaN: not found.
    """

    hazard: str
    family: str
    place: NDArray[np.object_]
    weight: NDArray[np.float64]
    detect: NDArray[np.float64]
    reached: NDArray[np.float64]
    notify: NDArray[np.float64]
    respond: NDArray[np.float64]


def with_assumptions(case: Case, values: dict[str, float]) -> Case:
    """The case with other central values of some coefficients, and nothing else changed."""
    own = case["assumptions"]
    changed = own[~own["parameter"].isin(list(values))]
    blank = dict.fromkeys(own.columns, "") | {"low": np.nan, "high": np.nan, "evidence": "assumed"}
    added = pd.DataFrame([blank | {"parameter": p, "central": v} for p, v in values.items()])
    frame = pd.concat([changed, added[own.columns]], ignore_index=True) if len(changed) else added[own.columns]
    return case.with_table("assumptions", frame.sort_values("parameter", ignore_index=True, kind="stable"))


def odds(share: float, factor: float) -> float:
    """A chance whose odds are multiplied by a factor."""
    return factor * share / (1.0 - share + factor * share)


class Model:
    """The model of a case in its base year, with nothing done.

    Parameters
    ----------
    case : Case
    n : int
        Outbreaks, shared out over hazards.
    seed : int
    """

    def __init__(self, case: Case, n: int, seed: int) -> None:
        self.ensemble = Ensemble(case, n, seed)
        self.case = self.ensemble.case
        self.year = self.case.settings.base_year
        self.starts = self.case.edits.starts({})
        self.parameters = Parameters(self.case, self.starts)
        self.capacity = self._capacity(self.case)

    def _capacity(self, case: Case) -> Capacity:
        return Levers(case.canonical).capacities(self.starts, [self.year])[0]

    def given(self, parameter: str) -> float:
        """Central value of a coefficient today."""
        return self.parameters.assumption(parameter, self.year)

    def level(self, field: str) -> float:
        """Mean level, 0-1, of the indicators that drive a delay of governance today."""
        return self.ensemble.levers.governance.level(self.parameters, self.year, field)

    def days(self, field: str) -> float:
        """A delay of governance today, days."""
        return float(getattr(self.capacity, field))

    def after_activation(self, place: str) -> float:
        """Days from activation until all that waits for it is there in a place: responders and measures.

        Where the place is not named, that of the average resident.
        """
        codes = self.ensemble.world.codes.tolist()
        days = np.maximum(self.capacity.deploy_days, float(self.capacity.measures_days))
        if place in codes:
            return float(days[codes.index(place)])
        return float(np.average(days, weights=self.ensemble.world.population))

    def besides_activation(self) -> float:
        """Days from notification until all that does not wait for activation is there."""
        c = self.capacity
        return max(float(c.assess_days) + float(c.measures_days), float(c.care_days), float(c.communicate_days))

    def simulate(self, factors: Sequence[float], sizes: Sequence[int]) -> list[Simulated]:
        """Outbreaks of every hazard under each factor on the odds of suspicion.

        Parameters
        ----------
        factors : sequence of float
        sizes : sequence of int
            People ill in one place.
        """
        # where nobody is told, the day of detection is the same and no response need be run
        today = replace(self.capacity, notify_days=np.array(np.inf))
        suspicion = {p: self.given(p) for p in ("suspicion_low", "suspicion_high")}
        tried = [
            self._capacity(with_assumptions(self.case, {p: odds(v, f) for p, v in suspicion.items()})) for f in factors
        ]
        tried = [replace(today, sampled=c.sampled) for c in tried]
        everyone = np.ones_like(today.sampled)
        nowhere, at_once = np.full_like(today.result_days, np.inf), np.zeros_like(today.result_days)
        onset = replace(today, sampled=everyone, result_days=at_once, sequencing_days=at_once, specimen_days=at_once)
        counted = replace(today, sampled=everyone, result_days=nowhere, sequencing_days=nowhere, specimen_days=nowhere)
        watched = [self._watched(_NO_CLUSTER), *(self._watched(float(k)) for k in sizes)]
        out = []
        for h in sorted(self.ensemble.samples):
            first, *reached = (
                e.hazard_year(h, c, Parameters(e.case, self.starts)).milestones.detect
                for e, c in zip(watched, [onset, *[counted] * len(sizes)], strict=True)
            )
            detect = [self.ensemble.hazard_year(h, c, self.parameters).milestones.detect for c in tried]
            year = self.ensemble.hazard_year(h, self.capacity, self.parameters)
            now = year.milestones
            row = self.case["hazards"].iloc[h]
            found = np.isfinite(now.detect)
            with np.errstate(invalid="ignore"):
                out.append(
                    Simulated(
                        str(row["hazard"]),
                        str(row["family"]),
                        self.ensemble.world.codes[self.ensemble.samples[h].start].astype(object),
                        float(self.capacity.frequency[h]) * year.strata.weight,
                        _since(first, np.array(detect)),
                        _since(first, np.array(reached).reshape(len(sizes), len(first))),
                        np.where(found, now.notify - now.detect, np.nan),
                        np.where(found, now.respond - now.notify, np.nan),
                    )
                )
        return out

    def _watched(self, cluster: float) -> Ensemble:
        """The outbreaks where patients seek care at onset, and a cluster of a size is noticed at once."""
        case = with_assumptions(
            self.case, {"care_delay_days": 0.0, "cluster_report_days": 0.0, "cluster_size": cluster}
        )
        # here everyone seeks care and is suspected, however a disease looks
        return self.ensemble.under(case.with_table("places", case["places"].assign(care_seeking=1.0)))


def _since(first: NDArray[np.float64], days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Days since the first onset; inf where there is none or the day never comes."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(first) & np.isfinite(days), np.maximum(days - first, 0.0), np.inf)
