"""What is known of each hazard as a disease: periods, symptoms, severity, how it is recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.case import rows
from seawall.outbreak.world import generation_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["Diseases"]


class Diseases:
    """Hazards of a case as diseases, arrays (hazard,).

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    """

    def __init__(self, case: Case) -> None:
        hazards = case["hazards"]
        number = {c: hazards[c].to_numpy(np.float64) for c in hazards.columns if hazards[c].dtype.kind in "fi"}
        self.names = hazards["hazard"].to_numpy(str)
        self.origin = hazards["origin"].to_numpy(str)
        self.containable = (hazards["measures"] == "yes").to_numpy(bool)
        self.symptomatic = number["symptomatic"]
        self.hospitalised = number["hospitalised"]
        self.dispersion = number["dispersion"]
        self.incubation = np.where(
            np.isnan(number["incubation_days"]), number["latent_days"], number["incubation_days"]
        )
        self.intervals = [self._interval(r) for r in rows(hazards)]
        self.age_years = self._years_by_age(case)
        self._presymptomatic = number["presymptomatic"]
        self._left: dict[tuple[int, float], float] = {}
        self._recognised = number["recognised"]

    @staticmethod
    def _interval(row: object) -> NDArray[np.float64]:
        """Generation interval: as given, else latent and infectious periods one after the other."""
        latent, infectious = float(row.latent_days), float(row.infectious_days)  # type: ignore[attr-defined]
        mean, sd = float(row.generation_days), float(row.generation_sd)  # type: ignore[attr-defined]
        if np.isnan(mean):
            # exponential periods: infection of others is uniform over the second (Svensson 2007,
            # doi 10.1016/j.mbs.2006.10.010)
            mean = latent + infectious
            sd = float(np.hypot(latent, infectious))
        elif np.isnan(sd):
            sd = mean * float(np.hypot(latent, infectious)) / (latent + infectious)
        return generation_interval(mean, sd)

    def _years_by_age(self, case: Case) -> NDArray[np.float64]:
        """Life years lost per death by the ages that die of each hazard; NaN: not known."""
        ages, severity = case["ages"], case["severity"]
        out = np.full(len(self.names), np.nan)
        if not len(ages) or ages["life_years"].isna().any():
            return out
        share = ages["share"].to_numpy(np.float64) * ages["susceptibility"].to_numpy(np.float64)
        for h, name in enumerate(self.names):
            of = severity[severity["hazard"] == name].set_index("age_group")["fatality"]
            dying = share * np.array([float(of.get(a, 1.0)) for a in ages["age_group"]])
            if dying.sum() > 0:
                out[h] = float(dying @ ages["life_years"].to_numpy(np.float64) / dying.sum())
        return out

    def left(self, h: int, days: float) -> float:
        """Share of a case's onward transmission that is still to come so many days after its onset.

        What isolation can prevent: the share of transmission before symptoms decides whether an
        outbreak can be controlled by it (Fraser et al. 2004, doi 10.1073/pnas.0307506101).
        """
        if (h, days) not in self._left:
            self._left[h, days] = self._still_to_come(h, days)
        return self._left[h, days]

    def _still_to_come(self, h: int, days: float) -> float:
        interval = self.intervals[h]
        ends = np.arange(1, len(interval) + 1) + 0.5
        onset = float(self.incubation[h])
        if not np.isnan(self._presymptomatic[h]):
            # a day's share is spread evenly over the day, day 1 from one half on
            passed = np.concatenate([[0.0], np.cumsum(interval)])
            onset = float(np.interp(self._presymptomatic[h], passed, np.concatenate([[0.5], ends])))
        return float(interval @ np.clip(ends - (onset + days), 0.0, 1.0))

    def with_symptoms(self, h: int, asymptomatic: float) -> float:
        """Share of transmission by people with symptoms, where those without pass on so much less."""
        ill = float(self.symptomatic[h])
        both = ill + (1.0 - ill) * asymptomatic
        return ill / both if both > 0 else 0.0

    def noticed(self, h: int, sampled: NDArray[np.float64], care: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance that an infection is noticed and sampled, array (place,).

        How recognisable the disease is multiplies the odds of suspicion among those who seek care.
        """
        ill, factor = float(self.symptomatic[h]), float(self._recognised[h])
        if factor == 1.0:
            return ill * sampled
        suspicion = np.divide(sampled, care, out=np.zeros_like(care), where=care > 0)
        odds = factor * suspicion
        return ill * care * odds / (1.0 - suspicion + odds)

    def in_hospital(self, h: int, admission_days: float, stay_days: float) -> tuple[float, int, int]:
        """Share admitted, and whole days from infection to admission and in hospital."""
        return (
            float(self.hospitalised[h]),
            round(float(self.incubation[h]) + admission_days),
            max(1, round(stay_days)),
        )

    def deaths_short_of_bed(self, ifr: NDArray[np.float64], excess: float) -> NDArray[np.float64]:
        """Further deaths for each patient who finds no bed; deaths otherwise are taken to be among patients."""
        known = self.hospitalised > 0
        fatality = np.minimum(1.0, np.divide(ifr, self.hospitalised, out=np.zeros_like(ifr), where=known))
        return np.asarray(np.minimum(excess * fatality, 1.0 - fatality))
