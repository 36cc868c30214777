"""Programmes year by year: who enters, what binds, who graduates; teachers; competencies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.levers.talents import LONGEST_PROGRAMME
from seawall.reporting.accounts import records
from seawall.reporting.lever_accounts.base import NOTHING, LeverAccounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Parameters

__all__ = ["Classes", "Training"]


@dataclass(frozen=True)
class Classes:
    """Entrants and graduates by year, arrays (programme,), and what limits entry.

    ``limit`` is ``intake``, ``max_intake``, ``faculty`` or empty where nobody would enter.
    """

    entrants: dict[int, NDArray[np.float64]]
    limit: dict[int, list[str]]
    graduates: dict[int, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Training:
    """Programmes of a case without the plan and with it."""

    levers: LeverAccounts

    @cached_property
    def years(self) -> range:
        """From today to the last year that counts."""
        return range(self.levers.base, self.levers.accounts.last + 1)

    @cached_property
    def idle_stocks(self) -> dict[int, NDArray[np.float64]]:
        """People at work by year if nothing is done, arrays (cadre, place)."""
        return self.levers.levers.talents.stocks(self.levers.idle, self.years[-1])

    @cached_property
    def planned_stocks(self) -> dict[int, NDArray[np.float64]]:
        """People at work by year under the plan, arrays (cadre, place)."""
        return self.levers.levers.talents.stocks(self.levers.planned, self.years[-1])

    @cached_property
    def before(self) -> Classes:
        """Classes if nothing is done."""
        return self._classes(self.levers.idle, self.idle_stocks)

    @cached_property
    def after(self) -> Classes:
        """Classes under the plan."""
        return self._classes(self.levers.planned, self.planned_stocks)

    def _classes(self, parameters: Parameters, stocks: dict[int, NDArray[np.float64]]) -> Classes:
        base, n = self.levers.base, len(self.levers.case["programmes"])
        entrants: dict[int, NDArray[np.float64]] = {}
        limits: dict[int, list[str]] = {}
        graduates = {y: np.zeros(n) for y in self.years}
        today = parameters if base not in stocks else self.levers.idle
        for year in range(base - LONGEST_PROGRAMME, self.years[-1] + 1) if n else ():
            # classes before today entered as they do today
            own, stock = (today, self.idle_stocks[base]) if year < base else (parameters, stocks[year])
            numbers, words = self._enter(own, year, stock)
            if year >= base:
                entrants[year], limits[year] = numbers, words
            finished = numbers * own.column("programmes", "completion", year)
            length = np.ceil(own.column("programmes", "years", year) - 1e-9).astype(np.int64)
            for i in range(n):
                if year + int(length[i]) in graduates:
                    graduates[year + int(length[i])][i] += finished[i]
        return Classes(entrants, limits, graduates)

    def _enter(
        self, parameters: Parameters, year: int, stock: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], list[str]]:
        """Who enters in a year, and what limits the number."""
        wanted = parameters.column("programmes", "intake", year)
        most = parameters.column("programmes", "max_intake", year)
        faculty = self._faculty(self._before_courses(parameters, year, stock))
        taught = faculty * parameters.column("programmes", "students_per_faculty", year)
        numbers = np.fmin(np.fmin(wanted, most), taught)
        words = []
        for i in range(len(wanted)):
            if wanted[i] <= 0:
                words.append("")
            elif taught[i] < min(wanted[i], np.nan_to_num(most[i], nan=np.inf)) - NOTHING:
                words.append("faculty")
            else:
                words.append("max_intake" if most[i] < wanted[i] - NOTHING else "intake")
        return numbers, words

    def _faculty(self, stock: NDArray[np.float64]) -> NDArray[np.float64]:
        """Teachers of each programme, NaN where none are asked for."""
        talents = self.levers.levers.talents
        if not len(stock):
            return np.full(len(talents.taught_by), np.nan)
        here = stock[talents.taught_by, np.maximum(talents.stands_in, 0)]
        own = np.where(talents.stands_in >= 0, here, stock.sum(1)[talents.taught_by])
        return np.where(talents.taught_by >= 0, own, np.nan)

    def _before_courses(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> NDArray[np.float64]:
        """People at work when classes enter: less the graduates of this year's short courses."""
        talents = self.levers.levers.talents
        short = np.flatnonzero(
            np.isin(talents.trains, talents.taught_by) & (parameters.column("programmes", "years", year) <= 0)
        )
        if not len(short):
            return stock
        wanted = np.fmin(
            parameters.column("programmes", "intake", year), parameters.column("programmes", "max_intake", year)
        )
        taught = self._faculty(stock) * parameters.column("programmes", "students_per_faculty", year)
        joined = np.fmin(wanted, taught) * parameters.column("programmes", "completion", year)
        out = stock.copy()
        for i in short:
            out[talents.trains[i]] -= joined[i] * talents.share[i]
        return np.maximum(out, 0.0)

    def first_new(self, i: int) -> int:
        """First year in which the plan gives a programme more graduates than it would have, 0 for never."""
        for year in self.years:
            if self.after.graduates[year][i] > self.before.graduates[year][i] + NOTHING:
                return year
        return 0

    def by_cadre(self, classes: Classes, cadre: int, until: int) -> list[float]:
        """Graduates of all programmes of a cadre by year, from today."""
        mine = self.levers.levers.talents.trains == cadre
        return [float(classes.graduates[y][mine].sum()) for y in self.years if y <= until]

    @cached_property
    def competencies(self) -> dict[str, tuple[bool, bool]]:
        """Every competency of the curricula: taught by a programme that runs today, and under the plan."""
        case = self.levers.case
        at = {p: i for i, p in enumerate(case["programmes"]["programme"])}
        today = self.before.entrants[self.levers.base] if at else np.zeros(0)
        later = self.after.entrants[self.levers.reading] if at else np.zeros(0)
        out: dict[str, tuple[bool, bool]] = {}
        for row in records(case["curricula"]):
            i = at[str(row.programme)]
            old = out.get(str(row.competency), (False, False))
            out[str(row.competency)] = (old[0] or bool(today[i] > 0), old[1] or bool(later[i] > 0))
        return out

    @cached_property
    def teachers(self) -> list[int]:
        """Cadres that teach, by position."""
        talents = self.levers.levers.talents
        teach = {int(c) for c in talents.taught_by if c >= 0}
        return sorted(teach | {i for i, role in enumerate(talents.roles) if role == "faculty"})
