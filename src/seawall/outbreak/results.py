"""What outbreaks do under one capacity, and what that costs: arrays that pass between the parts of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.outbreak.milestones import Milestones
    from seawall.outbreak.strata import Strata

__all__ = ["HazardYear", "Price"]


@dataclass(frozen=True)
class HazardYear:
    """What the outbreaks of one hazard do under one year's capacity; arrays (outbreak,).

    Parameters
    ----------
    infections, treated : float arrays
        People infected, and deaths' worth of people treated.
    under_measures : float array
        Days of people under community measures, person-day.
    short_of_bed : float array
        Patients who need a bed and find none.
    followed : float array
        Cases that tracers follow, person-day.
    tests, tests_short : float arrays
        Tests done, and tests wanted beyond what laboratories could spare.
    milestones : Milestones
        Days from the first infection.
    control, end : float arrays
        Day from which a week's infections stay below those due at R = 1, and day of the last case's
        last possible infection.
    alone : int array
        Infections if left alone.
    strata : Strata
        The weights of the outbreaks.
    """

    infections: NDArray[np.float64]
    treated: NDArray[np.float64]
    under_measures: NDArray[np.float64]
    short_of_bed: NDArray[np.float64]
    followed: NDArray[np.float64]
    tests: NDArray[np.float64]
    tests_short: NDArray[np.float64]
    milestones: Milestones
    control: NDArray[np.float64]
    end: NDArray[np.float64]
    alone: NDArray[np.int64]
    strata: Strata

    @property
    def symptomatic(self) -> NDArray[np.bool_]:
        """Whether anybody fell ill, array (outbreak,)."""
        return np.isfinite(self.milestones.emergence)


@dataclass(frozen=True)
class Price:
    """What one infection, one death and one person-day of measures cost in a year: arithmetic on what was run.

    Arrays (hazard,); an infection costs illness and, from the societal perspective, interruption;
    ``money_per_measure_day`` a number for all; ``deaths_short_of_bed`` counts the
    further deaths for each patient who finds no bed. Health and money are discounted at their own
    rates.
    """

    frequency: NDArray[np.float64]
    ifr: NDArray[np.float64]
    health_per_death: NDArray[np.float64]
    life_years: NDArray[np.float64]
    illness_per_infection: NDArray[np.float64]
    interruption_per_infection: NDArray[np.float64]
    money_per_measure_day: float
    deaths_short_of_bed: NDArray[np.float64]
