"""Facilities by kind, level and place: what is open, what it can do, who staffs it, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.case.edits import matching_rows
from seawall.reporting.accounts import records
from seawall.reporting.lever_accounts.base import LeverAccounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Parameters

__all__ = ["HIGH_LEVEL", "Installations", "State"]

#: Biosafety level from which a laboratory may grow dangerous pathogens.
HIGH_LEVEL = 3


@dataclass(frozen=True)
class State:
    """Facilities in one year; arrays (facility,) and (place,).

    ``tests`` and ``sequences`` are a day, with the staff at hand; ``level`` is the highest biosafety
    level open in a place, 0 where nothing is open.
    """

    open: NDArray[np.bool_]
    staffed: NDArray[np.float64]
    tests: NDArray[np.float64]
    sequences: NDArray[np.float64]
    tests_at: NDArray[np.float64]
    sequences_at: NDArray[np.float64]
    level: NDArray[np.float64]
    turnaround: float


@dataclass(frozen=True, eq=False)
class Installations:
    """Facilities of a case today and in the reading year under the plan."""

    levers: LeverAccounts

    @property
    def table(self) -> pd.DataFrame:
        """Facilities, in the order of every array."""
        return self.levers.case["facilities"]

    @cached_property
    def today(self) -> State:
        """What is open today."""
        base = self.levers.base
        return self._state(self.levers.idle, base, self.levers.before[base].stock)

    @cached_property
    def planned(self) -> State:
        """What is open in the reading year under the plan."""
        year = self.levers.reading
        return self._state(self.levers.planned, year, self.levers.after[year].stock)

    def _state(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> State:
        platforms = self.levers.levers.platforms
        is_open = parameters.column("facilities", "status", year) >= 1.0
        staffed = platforms.staffed(parameters, year, stock, is_open) if len(is_open) else np.ones(0)
        tests = parameters.column("facilities", "tests_per_day", year) * staffed * is_open
        sequences = parameters.column("facilities", "sequencing_per_day", year) * staffed * is_open
        n = len(self.levers.place_codes)
        tests_at, sequences_at, level = np.zeros(n), np.zeros(n), np.zeros(n)
        np.add.at(tests_at, platforms.place, tests)
        np.add.at(sequences_at, platforms.place, sequences)
        levels = self.table["biosafety_level"].to_numpy(np.float64) * is_open
        np.maximum.at(level, platforms.place, levels)
        turnaround = parameters.column("facilities", "turnaround_days", year)
        weighed = float((turnaround * tests).sum() / tests.sum()) if tests.sum() > 0 else float("nan")
        return State(is_open, staffed, tests, sequences, tests_at, sequences_at, level, weighed)

    @cached_property
    def opened(self) -> list[tuple[int, int, tuple[str, ...]]]:
        """Facilities that the plan opens: position, first year open (0: after the reading year), actions."""
        starts = self.levers.starts
        effects = self.levers.case["effects"]
        mine = effects[(effects["table"] == "facilities") & (effects["column"] == "status")]
        mine = mine[mine["action"].isin(set(self.levers.accounts.plan.schedule))]
        openers: dict[int, list[str]] = {}
        for e in records(mine):
            for i in matching_rows(self.table, "facilities", str(e.key)).tolist():
                openers.setdefault(i, []).append(str(e.action))
        out = []
        for i, actions in sorted(openers.items()):
            if self.today.open[i]:
                continue
            years = range(self.levers.base, self.levers.accounts.last + 1)
            values = (self.levers.case.edits.values("facilities", "status", y, starts)[i] for y in years)
            year = next((y for y, v in zip(years, values, strict=True) if v >= 1.0), 0)
            out.append((i, year, tuple(sorted(set(actions)))))
        return sorted(out, key=lambda row: (row[1] or 10**6, row[0]))

    def lacking(self, state: State) -> list[str]:
        """Places without an open facility of biosafety level 3 or above."""
        return [p for p, level in zip(self.levers.place_codes, state.level, strict=True) if level < HIGH_LEVEL]

    @cached_property
    def posts(self) -> list[tuple[str, float, float, float, float]]:
        """Posts of open facilities by cadre: required and filled today, required and filled under the plan."""
        rows = self.levers.case["staffing"]
        base, year = self.levers.base, self.levers.reading
        today = self._filled(self.today, self.levers.idle, base, self.levers.before[base].stock)
        later = self._filled(self.planned, self.levers.planned, year, self.levers.after[year].stock)
        return [
            (c, *(float(part[(rows["cadre"] == c).to_numpy()].sum()) for part in (*today, *later)))
            for c in sorted(set(rows["cadre"]))
        ]

    def _filled(
        self, state: State, parameters: Parameters, year: int, stock: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Posts required and filled at open facilities, arrays (row of staffing,).

        Where people of the cadre in the place are known, its posts there share them, each alike.
        """
        platforms = self.levers.levers.platforms
        required = platforms.required * state.open[platforms.post_facility] if len(platforms.required) else np.zeros(0)
        filled = parameters.column("staffing", "filled", year)
        own = np.fmin(np.where(np.isnan(filled), required, filled), required)
        need = np.zeros_like(stock)
        np.add.at(need, (platforms.post_cadre, platforms.post_place), required)
        share = np.minimum(1.0, np.divide(stock, need, out=np.ones_like(stock), where=need > 0))
        from_stock = required * share[platforms.post_cadre, platforms.post_place]
        return required, np.where(platforms.from_stock, from_stock, own)

    @cached_property
    def running_cost(self) -> tuple[float, float]:
        """Running cost a year of what is open today, and of what is open under the plan, as tabled."""
        cost = self.table["annual_cost"].to_numpy(np.float64)
        return float(cost[self.today.open].sum()), float(cost[self.planned.open].sum())

    def upkeep_of(self, lever: str) -> tuple[float, float]:
        """Upkeep of a lever's actions for which no money is named: in the first year after, and in all."""
        a = self.levers.accounts
        if lever not in a.by_lever.index:
            return 0.0, 0.0
        spent = a.by_lever.loc[[lever]].drop(columns=list(a.budget_years)).to_numpy(np.float64).ravel()
        return float(spent[0]) if len(spent) else 0.0, float(spent.sum())
