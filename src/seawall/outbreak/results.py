"""What outbreaks do under one capacity, and what that costs: arrays that pass between the parts of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from seawall.outbreak.strata import Strata

__all__ = ["HazardYear", "Price"]


@dataclass(frozen=True)
class HazardYear:
    """What the outbreaks of one hazard do under one year's capacity; arrays (outbreak,).

    Days count from emergence; inf: never. ``symptomatic`` says whether anybody fell ill;
    ``under_measures`` counts days of people under community measures, person-day; ``strata`` holds
    the weights of the outbreaks.
    """

    infections: NDArray[np.float64]
    treated: NDArray[np.float64]
    under_measures: NDArray[np.float64]
    detect: NDArray[np.float64]
    notify: NDArray[np.float64]
    respond: NDArray[np.float64]
    symptomatic: NDArray[np.bool_]
    alone: NDArray[np.int64]
    strata: Strata


@dataclass(frozen=True)
class Price:
    """What one infection, one death and one person-day of measures cost in a year: arithmetic on what was run.

    Arrays (hazard,), ``money_per_measure_day`` a number for all; health and money are discounted
    at their own rates.
    """

    frequency: NDArray[np.float64]
    ifr: NDArray[np.float64]
    health_per_death: NDArray[np.float64]
    money_per_infection: NDArray[np.float64]
    money_per_measure_day: float
