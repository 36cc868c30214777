"""Deaths and loss from what was simulated, a year and discounted over years; nothing twice.

Loss is life years lost at the case's value of a life year, care and lost work of the ill, and,
from the societal perspective, the economic interruption that infections and measures bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Settings
    from seawall.outbreak.results import HazardYear, Price

__all__ = ["Parts", "YearLoss", "discount_factors", "outbreak_loss", "parts_of_loss", "year_loss"]


@dataclass(frozen=True)
class YearLoss:
    """Expected deaths and loss of one year by hazard, arrays (hazard,)."""

    deaths: NDArray[np.float64]
    health: NDArray[np.float64]
    money: NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Deaths of outbreaks and the parts of their loss in money, arrays (outbreak,)."""

    deaths: NDArray[np.float64]
    health: NDArray[np.float64]
    illness: NDArray[np.float64]
    interruption: NDArray[np.float64]
    measures: NDArray[np.float64]


def parts_of_loss(h: int, price: Price, outcome: HazardYear) -> Parts:
    """Deaths and the parts of the loss of each outbreak of hazard h."""
    deaths = price.ifr[h] * np.maximum(0.0, outcome.infections - outcome.treated)
    deaths = deaths + price.deaths_short_of_bed[h] * outcome.short_of_bed
    return Parts(
        deaths,
        deaths * price.health_per_death[h],
        outcome.infections * price.illness_per_infection[h],
        outcome.infections * price.interruption_per_infection[h],
        outcome.under_measures * price.money_per_measure_day,
    )


def outbreak_loss(
    h: int, price: Price, outcome: HazardYear
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Deaths, health loss and money loss of each outbreak of hazard h, arrays (outbreak,)."""
    parts = parts_of_loss(h, price, outcome)
    return parts.deaths, parts.health, parts.illness + parts.interruption + parts.measures


def year_loss(price: Price, outcomes: dict[int, HazardYear]) -> YearLoss:
    """Expected deaths and loss of a year: frequency times the mean over the outbreaks drawn."""
    n = len(price.frequency)
    deaths, health, money = np.zeros(n), np.zeros(n), np.zeros(n)
    for h, outcome in outcomes.items():
        for total, each in zip((deaths, health, money), outbreak_loss(h, price, outcome), strict=True):
            total[h] = price.frequency[h] * outcome.strata.mean(each)
    return YearLoss(deaths, health, money)


def discount_factors(settings: Settings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Discount factors of health and of money for each budget and evaluation year."""
    ages = np.array(settings.years, np.float64) - settings.base_year
    return (1.0 + settings.discount_health) ** -ages, (1.0 + settings.discount_money) ** -ages
