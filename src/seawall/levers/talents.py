"""Talents and discipline: who is at work, where, and what that lets the country do.

Cohorts enter programmes, graduate after their length, join the stock of a cadre and leave it by
attrition. Entrants are limited by the programme's size and by its faculty, who are a cadre
themselves. Graduates of the class of year t count from the first of January of t + length.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["Talents"]

#: Columns that stocks of people follow from.
STOCK_COLUMNS = (
    ("cadre_stock", "stock"),
    ("cadres", "annual_attrition"),
    ("programmes", "completion"),
    ("programmes", "intake"),
    ("programmes", "max_intake"),
    ("programmes", "students_per_faculty"),
    ("programmes", "years"),
)
#: Courses of all stocks that are remembered.
STOCKS_KEPT = 500
#: Longest programme, in years: how far back cohorts may have entered.
LONGEST_PROGRAMME = 15


class Talents:
    """The workforce of a case, compiled.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.places = {p: i for i, p in enumerate(case["places"]["place"])}
        self.population = case.residents
        cadres = case["cadres"]
        self.cadres = {c: i for i, c in enumerate(cadres["cadre"])}
        self.roles = cadres["role"].to_numpy(str)
        norms = cadres["norm_per_100k"].to_numpy(np.float64)
        packaged = np.array([case.coefficients.get(f"norm_{r}", 1.0) for r in self.roles])
        norm = np.where(np.isnan(norms), packaged, norms) if len(norms) else norms
        #: People of each cadre at which it gives all it can, array (cadre, place).
        self.norm = norm[:, None] * self.population[None, :] / 1e5
        stock = case["cadre_stock"]
        self.stock_at = (
            np.array([self.cadres[c] for c in stock["cadre"]], np.int64),
            np.array([self.places[p] for p in stock["place"]], np.int64),
        )
        self.known = np.zeros((len(self.cadres), len(self.places)), bool)
        self.known[self.stock_at] = True
        self._stocks: OrderedDict[tuple[int, bool, bytes], dict[int, NDArray[np.float64]]] = OrderedDict()
        self._compile_programmes()

    def _compile_programmes(self) -> None:
        programmes = self.case["programmes"]
        self.trains = np.array([self.cadres[c] for c in programmes["cadre"]], np.int64)
        self.taught_by = np.array([self.cadres.get(c, -1) for c in programmes["faculty_cadre"]], np.int64)
        self.stands_in = np.array([self.places.get(p, -1) for p in programmes["place"]], np.int64)
        share = np.tile(self.population / self.population.sum(), (len(programmes), 1))
        for i, p in enumerate(self.stands_in):
            if p >= 0:
                share[i] = 0.0
                share[i, p] = 1.0
        self.share = share
        # a cadre that nobody trains today is kept up by ordinary hiring
        trained = np.zeros(len(self.cadres))
        np.add.at(trained, self.trains, programmes["intake"].to_numpy(np.float64))
        self.leaves = trained > 0

    @cached_property
    def _earlier_classes(self) -> dict[int, NDArray[np.float64]]:
        """Graduates of the classes that entered before the base year, by year and (cadre, place)."""
        graduates: dict[int, NDArray[np.float64]] = {}
        if len(self.trains):
            base = self.case.settings.base_year
            today = Parameters(self.case, self.case.edits.starts({}))
            stock = np.zeros((len(self.cadres), len(self.places)))
            np.add.at(stock, self.stock_at, self.case.edits.base("cadre_stock", "stock"))
            for year in range(base - LONGEST_PROGRAMME, base):
                self._enter(today, year, stock, graduates)
        return graduates

    def stocks(self, parameters: Parameters, last: int, *, staying: bool = False) -> dict[int, NDArray[np.float64]]:
        """People at work by year, arrays (cadre, place), from the base year to ``last``.

        With ``staying``, people whom actions bring in do not leave again: the most that any start
        year could give, for bounds.
        """
        key = (last, staying, parameters.starts[self.case.edits.touching(*STOCK_COLUMNS)].tobytes())
        if key not in self._stocks:
            self._stocks[key] = self._run(parameters, last, staying=staying)
            for stock in self._stocks[key].values():
                stock.flags.writeable = False
            if len(self._stocks) > STOCKS_KEPT:
                self._stocks.popitem(last=False)
        return self._stocks[key]

    def _run(self, parameters: Parameters, last: int, *, staying: bool) -> dict[int, NDArray[np.float64]]:
        """People at work by year, worked out from the base year on."""
        base = self.case.settings.base_year
        stock = np.zeros((len(self.cadres), len(self.places)))
        np.add.at(stock, self.stock_at, self.case.edits.base("cadre_stock", "stock"))
        arrived = np.zeros_like(stock)
        out: dict[int, NDArray[np.float64]] = {}
        graduates = dict(self._earlier_classes)
        for year in range(base, last + 1):
            if year > base:
                attrition = parameters.column("cadres", "annual_attrition", year) * self.leaves
                stock = stock * (1.0 - attrition[:, None])
                if year in graduates:
                    stock = stock + graduates[year]
            inflow = np.zeros_like(stock)
            np.add.at(inflow, self.stock_at, parameters.inflow("cadre_stock", "stock", year))
            if staying and year > base:
                stock = stock + arrived * attrition[:, None]
            inflow = np.maximum(inflow, -stock)
            arrived = arrived + inflow
            stock = stock + inflow
            if len(self.trains):
                before = graduates.get(year)
                self._enter(parameters, year, stock, graduates)
                if graduates.get(year) is not before:
                    stock = stock + graduates[year] - (0.0 if before is None else before)
            out[year] = stock
        return out

    def _enter(
        self,
        parameters: Parameters,
        year: int,
        stock: NDArray[np.float64],
        graduates: dict[int, NDArray[np.float64]],
    ) -> None:
        """Let the class of a year enter, and note when and where it will graduate."""
        column = parameters.column
        intake = np.fmin(column("programmes", "intake", year), column("programmes", "max_intake", year))
        taught = self.taught_by >= 0
        national = stock.sum(1)
        faculty = np.where(
            self.stands_in >= 0, stock[self.taught_by, np.maximum(self.stands_in, 0)], national[self.taught_by]
        )
        limit = np.where(taught, faculty * column("programmes", "students_per_faculty", year), np.nan)
        leave_with = np.fmin(intake, limit) * column("programmes", "completion", year)
        length = np.ceil(column("programmes", "years", year) - 1e-9).astype(np.int64)
        for ends in np.unique(length):
            of = length == ends
            joined = np.zeros_like(stock)
            np.add.at(joined, self.trains[of], leave_with[of, None] * self.share[of])
            then = year + int(ends)
            graduates[then] = graduates[then] + joined if then in graduates else joined

    def adequacy(self, role: str, stock: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Staff of a role as a share of its norm by place, at most 1; None where no such staff is known."""
        of = self._known_role(role)
        if not of.any():
            return None
        norm = self.norm[of]
        share = np.divide(stock[of], norm, out=np.ones_like(norm), where=norm > 0)
        return np.asarray(np.minimum(1.0, share.sum(0)))

    def _known_role(self, role: str) -> NDArray[np.bool_]:
        """Cadres of a role, if any of them has a stock or a programme."""
        of = self.roles == role
        trained = np.isin(np.arange(len(self.roles)), self.trains)
        return np.asarray(of & bool((of & (self.known.any(1) | trained)).any()))

    def fields(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Fields that talents own: sampled, traced_per_day, deploy_days, arrays (place,)."""
        given = partial(parameters.assumption, year=year)
        default = np.full(len(self.places), given("adequacy_default"))
        surveillance = self.adequacy("surveillance", stock)
        responders = self.adequacy("response", stock)
        surveillance = default if surveillance is None else surveillance
        responders = default if responders is None else responders
        # an action may push a worst value beyond the best one; more staff must not do harm then
        low, best = given("suspicion_low"), given("deploy_days_best")
        high, worst = max(low, given("suspicion_high")), max(best, given("deploy_days_worst"))
        of = self._known_role("tracing")
        tracers = stock[of].sum(0) if of.any() else given("tracers_per_100k") * self.population / 1e5
        return {
            "sampled": parameters.column("places", "care_seeking", year) * (low + (high - low) * surveillance),
            "traced_per_day": tracers * given("cases_per_tracer_day"),
            "deploy_days": worst + (best - worst) * responders,
        }
