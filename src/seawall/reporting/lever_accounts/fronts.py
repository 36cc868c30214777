"""Research fronts with the projects that serve them, what these give, and who pays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case.edits import matching_rows
from seawall.reporting.accounts import records
from seawall.reporting.lever_accounts.base import LeverAccounts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Front", "Fronts", "Project"]


@dataclass(frozen=True)
class Project:
    """A project, and what the plan makes of it.

    ``chance``: of success, today and in the reading year under the plan; ``ready``: first year in
    which its product may be used, 0 while nobody pays; ``told``: actions of the plan that pay for it,
    each with the deaths that it averts in the reading year; ``offered``: candidates that would pay;
    ``shared``: whether the former pay for other projects too.
    """

    project: str
    family: str
    product: str
    phase: str
    chance: tuple[float, float]
    day: float
    ready: int
    cost: float
    evidence: str
    told: tuple[tuple[str, float], ...]
    offered: tuple[str, ...]
    shared: bool

    @property
    def actions(self) -> tuple[str, ...]:
        """Actions of the plan that pay for it."""
        return tuple(a for a, _deaths in self.told)

    @property
    def deaths(self) -> float:
        """Deaths averted in the reading year by the actions that pay for it; NaN where none is known."""
        known = [d for _a, d in self.told if d == d]
        return sum(known) if known else nan

    @property
    def paid(self) -> bool:
        """Whether it may succeed under the plan."""
        return self.chance[1] > 0


@dataclass(frozen=True)
class Front:
    """A front with its programme and its projects; ``running``: whether students enter, today and under the plan."""

    front: str
    programme: str
    running: tuple[bool, bool]
    projects: tuple[Project, ...]

    @property
    def deaths(self) -> float:
        """Deaths averted a year by the actions behind its projects, each counted once; 0 where none is known."""
        return float(np.nansum(list(dict(pair for p in self.projects for pair in p.told).values())))


@dataclass(frozen=True, eq=False)
class Fronts:
    """All fronts and projects of a case under a plan."""

    levers: LeverAccounts

    @cached_property
    def projects(self) -> dict[str, Project]:
        """Every project by code."""
        return {str(row.project): self._project(i, row) for i, row in enumerate(records(self.levers.case["projects"]))}

    @cached_property
    def _payers(self) -> dict[str, list[int]]:
        """Actions that give projects their chance of success, with the rows that each edits."""
        effects = self.levers.case["effects"]
        mine = effects[(effects["table"] == "projects") & (effects["column"] == "p_success")]
        out: dict[str, list[int]] = {}
        for e in records(mine):
            out.setdefault(str(e.action), []).extend(
                matching_rows(self.levers.case["projects"], "projects", str(e.key)).tolist()
            )
        return out

    def _project(self, i: int, row: Any) -> Project:
        levers, year = self.levers, self.levers.reading
        plan = levers.accounts.plan
        deaths = dict(zip(plan.actions["action"], plan.actions["deaths"].astype(float), strict=True))
        payers = [a for a, rows in sorted(self._payers.items()) if i in rows]
        taken = [a for a in payers if a in plan.schedule]
        chance = (
            float(levers.idle.column("projects", "p_success", levers.base)[i]),
            float(levers.planned.column("projects", "p_success", year)[i]),
        )
        return Project(
            str(row.project),
            str(row.family),
            str(row.product),
            str(row.phase),
            chance,
            float(levers.planned.column("projects", "available_day", year)[i]),
            self._ready(i),
            float(row.cost),
            str(row.evidence),
            tuple((a, float(deaths[a])) for a in taken),
            tuple(a for a in payers if a not in plan.schedule),
            any(len(set(self._payers[a])) > 1 for a in taken),
        )

    def _ready(self, i: int) -> int:
        """First year in which a project's product may be used under the plan, 0 for never."""
        levers = self.levers
        begun = next(
            (y for y in range(levers.base, levers.accounts.last + 1) if self._chance(i, y) > 0),
            0,
        )
        return begun and ceil(begun + float(levers.planned.column("projects", "years_left", begun)[i]) - 1e-9)

    def _chance(self, i: int, year: int) -> float:
        return float(self.levers.planned.column("projects", "p_success", year)[i])

    @cached_property
    def fronts(self) -> list[Front]:
        """Every front; those whose projects avert most deaths first, then those with money, then the others."""
        case, base, year = self.levers.case, self.levers.base, self.levers.reading
        at = {p: i for i, p in enumerate(case["programmes"]["programme"])}
        today = self.levers.idle.column("programmes", "intake", base)
        later = self.levers.planned.column("programmes", "intake", year)
        links = case["projects"]["front"].to_numpy(str)
        out = []
        for row in records(case["fronts"]):
            i = at.get(str(row.programme), -1)
            served = [str(p) for p, f in zip(case["projects"]["project"], links, strict=True) if f == row.front]
            if row.project and row.project not in served:
                served.append(str(row.project))
            projects = sorted((self.projects[p] for p in served), key=lambda p: (-np.nan_to_num(p.deaths), p.project))
            runs = (bool(today[i] > 0), bool(later[i] > 0)) if i >= 0 else (False, False)
            out.append(Front(str(row.front), str(row.programme), runs, tuple(projects)))
        return sorted(out, key=lambda f: (-f.deaths, not any(p.paid for p in f.projects), not f.projects, f.front))

    @property
    def money(self) -> pd.DataFrame:
        """Actions of the plan that pay for projects."""
        actions = self.levers.accounts.actions
        return actions[actions["action"].isin(set(self._payers))]
