"""Specialists by cadre and place: how many there are, how many are needed, who comes and who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.reporting.lever_accounts.base import LeverAccounts, weighted_median
from seawall.reporting.lever_accounts.training import Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ROLES", "Cadre", "Spread", "Workforce"]

#: Roles that the model of outbreaks reads, in the order in which an outbreak meets them.
ROLES = ("surveillance", "laboratory", "tracing", "response", "biosafety")


@dataclass(frozen=True)
class Spread:
    """Share of the norm in the worst place, the place of the median resident, and the best place."""

    lowest: float
    median: float
    highest: float


@dataclass(frozen=True)
class Cadre:
    """One cadre today, in the reading year without the plan, and with it.

    ``need``: people at the norm, NaN where no norm is known; ``attrition``: share that leaves a
    year, today and under the plan; ``leaves``: whether leavers are not replaced by ordinary hiring;
    ``hired``: whom actions bring in by the reading year; ``graduates``: of programmes by then,
    without the plan and with it.
    """

    code: str
    role: str
    today: float
    idle: float
    planned: float
    need: float
    assumed_norm: bool
    attrition: tuple[float, float]
    leaves: bool
    hired: float
    graduates: tuple[float, float]
    spread: tuple[Spread, Spread] | None


@dataclass(frozen=True, eq=False)
class Workforce:
    """The workforce of a case without the plan and with it."""

    levers: LeverAccounts
    training: Training

    @cached_property
    def cadres(self) -> list[Cadre]:
        """Every cadre of the case."""
        return [self._cadre(i) for i in range(len(self.levers.case["cadres"]))]

    def _cadre(self, i: int) -> Cadre:
        levers, talents = self.levers, self.levers.levers.talents
        row = levers.case["cadres"].iloc[i]
        base, year = levers.base, levers.reading
        old, idle, new = (
            levers.before[base].stock[i], levers.before[year].stock[i], levers.after[year].stock[i]
        )  # fmt: skip
        norm = self._norm(i)
        graduates = [sum(self.training.by_cadre(c, i, year)[1:]) for c in (self.training.before, self.training.after)]
        return Cadre(
            str(row["cadre"]),
            str(row["role"]),
            float(old.sum()),
            float(idle.sum()),
            float(new.sum()),
            float(norm.sum()) if norm is not None else float("nan"),
            self._norm_assumed(i),
            (
                float(levers.idle.column("cadres", "annual_attrition", base)[i]),
                float(levers.planned.column("cadres", "annual_attrition", year)[i]),
            ),
            bool(talents.leaves[i]),
            sum(self._hired(i, y) for y in range(base + 1, year + 1)),
            (graduates[0], graduates[1]),
            None if norm is None else (self._spread(old, norm), self._spread(new, norm)),
        )

    def _norm(self, i: int) -> NDArray[np.float64] | None:
        """People of a cadre at its norm by place; None where neither the case nor the package has one."""
        row = self.levers.case["cadres"].iloc[i]
        if np.isnan(float(row["norm_per_100k"])) and f"norm_{row['role']}" not in self.levers.case.coefficients:
            return None
        return np.asarray(self.levers.levers.talents.norm[i])

    def _norm_assumed(self, i: int) -> bool:
        """Whether the norm is an assumption rather than a published figure."""
        row = self.levers.case["cadres"].iloc[i]
        if not np.isnan(float(row["norm_per_100k"])):
            return bool(row["evidence"] == "assumed")
        known = self.levers.case.assumptions["evidence"]
        return bool(known.get(f"norm_{row['role']}", "assumed") == "assumed")

    def _hired(self, i: int, year: int) -> float:
        talents = self.levers.levers.talents
        come = self.levers.planned.inflow("cadre_stock", "stock", year)
        return float(come[talents.stock_at[0] == i].sum())

    def _spread(self, stock: NDArray[np.float64], norm: NDArray[np.float64]) -> Spread:
        share = np.divide(stock, norm, out=np.zeros_like(stock), where=norm > 0)[norm > 0]
        if not len(share):
            return Spread(float("nan"), float("nan"), float("nan"))
        people = self.levers.people[norm > 0]
        return Spread(float(share.min()), weighted_median(share, people), float(share.max()))

    @cached_property
    def roles(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Share of the norm by role, today and under the plan, arrays (place,), at most 1; known roles only."""
        talents = self.levers.levers.talents
        out = {}
        for role in ROLES:
            old = talents.adequacy(role, self.levers.before[self.levers.base].stock)
            new = talents.adequacy(role, self.levers.after[self.levers.reading].stock)
            if old is not None and new is not None:
                out[role] = (old, new)
        return out
