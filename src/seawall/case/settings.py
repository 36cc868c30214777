"""What ``case.yaml`` says: name, money, years and how losses are weighed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from seawall.language import N_

__all__ = ["MEANINGS", "Settings"]

#: What each setting means; the reference page and the skeleton of a new case read it.
MEANINGS: dict[str, str] = {
    "name": N_("Short name of the case"),
    "title": N_("Title of reports"),
    "iso3": N_("ISO 3166-1 code of the country"),
    "languages": N_("Languages of the case, the first by default"),
    "currency": N_("Currency of every amount (ISO 4217)"),
    "price_year": N_("Year of whose prices amounts are"),
    "base_year": N_("Year to which losses and costs are discounted; state today"),
    "budget_years": N_("Years in which money is spent"),
    "evaluation_years": N_("Years after the last budget year over which losses and upkeep count"),
    "discount_money": N_("Yearly discount rate of money"),
    "discount_health": N_("Yearly discount rate of life years"),
    "value_life_year": N_("Money that a life year is worth"),
    "perspective": N_("health: life years and care; societal: economic interruption too"),
    "unspent_value": N_("1: money saved counts; 0: the budget is there to be used"),
    "upkeep_cap": N_("Most upkeep a year after the last budget year; no limit where empty"),
    "travel_model": N_("gravity or radiation: how people travel where travel has no table"),
    "framework": N_("Framework whose scores drive governance; the latest scored where empty"),
}


@dataclass(frozen=True)
class Settings:
    """Settings of a case, with their defaults.

    Amounts are in ``currency`` at prices of ``price_year``; rates are shares a year.
    """

    name: str = "case"
    title: str = ""
    iso3: str = ""
    languages: tuple[str, ...] = ("en",)
    currency: str = "USD"
    price_year: int = 0
    base_year: int = 0
    budget_years: tuple[int, ...] = ()
    evaluation_years: int = 10
    discount_money: float = 0.03
    discount_health: float = 0.03
    value_life_year: float = 1000.0
    perspective: str = "health"
    unspent_value: float = 1.0
    upkeep_cap: float | None = None
    travel_model: str = "gravity"
    framework: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        """Budget years, then evaluation years: all years over which losses and costs count."""
        last = self.budget_years[-1]
        return (*self.budget_years, *range(last + 1, last + 1 + self.evaluation_years))

    def to_dict(self) -> dict[str, Any]:
        """Settings as they stand in ``case.yaml``."""
        out = asdict(self)
        out["languages"], out["budget_years"] = list(self.languages), list(self.budget_years)
        return out


NAMES = tuple(f.name for f in fields(Settings))
assert set(MEANINGS) == set(NAMES)  # noqa: S101 - a setting without a meaning is a programming error
