"""Vaccines and medicines by hazard family: when, how much, how good, against 100 days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.reporting.lever_accounts.base import MISSION_DAYS, LeverAccounts, chance_within, column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Parameters

__all__ = ["PRODUCTS_SHOWN", "Product", "Products"]

PRODUCTS_SHOWN = ("vaccine", "therapeutic")


@dataclass(frozen=True)
class Product:
    """One product against one family in one year.

    ``chance`` that there is one, ``in_time`` that it is in use within 100 days of detection; ``day``,
    ``efficacy``, ``doses``, ``stock`` are means over the outcomes in which there is one, NaN where
    there is none. ``cover``: days until the coverage cap of the population is vaccinated, inf where
    it never is.
    """

    family: str
    product: str
    chance: float
    in_time: float
    day: float
    efficacy: float
    doses: float
    stock: float
    cover: float


@dataclass(frozen=True, eq=False)
class Products:
    """Products of every family today and in the reading year."""

    levers: LeverAccounts

    @cached_property
    def families(self) -> list[str]:
        """Families of the hazards, each once, in the order of their names."""
        return sorted(set(self.levers.levers.science.families))

    @cached_property
    def today(self) -> dict[tuple[str, str], Product]:
        """Products of the base year, by family and product."""
        return self._year(self.levers.before[self.levers.base].products, self.levers.idle, self.levers.base)

    @cached_property
    def planned(self) -> dict[tuple[str, str], Product]:
        """Products of the reading year under the plan, by family and product."""
        year = self.levers.reading
        return self._year(self.levers.after[year].products, self.levers.planned, year)

    def _year(self, products: NDArray[np.float64], parameters: Parameters, year: int) -> dict[tuple[str, str], Product]:
        first = {f: h for h, f in reversed(list(enumerate(self.levers.levers.science.families)))}
        need = parameters.assumption("coverage_cap", year) * float(self.levers.people.sum())
        delivery = max(1.0, parameters.assumption("stock_delivery_days", year))
        return {
            (f, p): _product(f, p, products[first[f]], need, delivery) for f in self.families for p in PRODUCTS_SHOWN
        }


def _product(family: str, product: str, mixture: NDArray[np.float64], need: float, delivery: float) -> Product:
    day = column(mixture, f"{product}_day")
    there = np.where(np.isfinite(day), column(mixture, "probability"), 0.0)
    chance = float(there.sum())

    def mean(values: NDArray[np.float64]) -> float:
        if chance <= 0:
            return float("nan")
        mine = there > 0
        return float((there[mine] * values[mine]).sum()) / chance

    doses, stock = column(mixture, f"{product}_doses_per_day"), column(mixture, f"{product}_stock")
    cover = np.array([cover_days(float(d), float(s), need, delivery) for d, s in zip(doses, stock, strict=True)])
    return Product(
        family,
        product,
        chance,
        chance_within(mixture, f"{product}_day", MISSION_DAYS),
        mean(day),
        mean(column(mixture, f"{product}_efficacy")),
        mean(doses),
        mean(stock),
        mean(cover) if product == "vaccine" else float("nan"),
    )


def cover_days(doses: float, stock: float, need: float, delivery: float) -> float:
    """Days to give some number of doses, of which a stock is given evenly over its delivery and the rest as made."""
    early = doses + stock / delivery
    if early <= 0:
        return float("inf")
    if need <= early * delivery:
        return need / early
    return (need - stock) / doses if doses > 0 else float("inf")
