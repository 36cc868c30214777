"""The rules of a schedule: timing, prerequisites, exclusions, locks, floors, staff, money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case.costs import Costs
from seawall.case.edits import NEVER
from seawall.case.frames import rows
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from seawall.case.case import Case

__all__ = ["Rules", "Violation"]


@dataclass(frozen=True)
class Violation:
    """A rule that a schedule breaks: which, by which action (empty: none), in which year."""

    rule: str
    action: str
    year: int | None
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """As it stands in JSON."""
        return {"rule": self.rule, "action": self.action, "year": self.year, "detail": self.detail}


class Rules:
    """The rules of a case, compiled for the fast checking of many schedules.

    Schedules are int arrays of start years in the order of ``case.edits.actions``, `NEVER` where
    an action is not taken.

    Parameters
    ----------
    case : Case
        A checked case.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.edits = case.edits
        self.costs = Costs(case)
        index = self.edits.index
        actions = case["actions"].set_index("action").loc[list(self.edits.actions)]
        self.years = np.array(case.settings.budget_years, np.int64)
        first, last = int(self.years[0]), int(self.years[-1])
        span = np.maximum(1, self.edits.build)
        #: First and last year in which each action may start, locks aside.
        self.earliest = np.fmax(actions["earliest"].to_numpy(np.float64), first)
        self.latest = np.fmin(actions["latest"].to_numpy(np.float64), last - span + 1)
        self.groups = self._prerequisites(index)
        self.excludes = [(index[r.action], index[r.excludes]) for r in rows(case["excludes"])]
        self.locks = [(index[r.action], r.rule, r.year) for r in rows(case["locks"])]
        self.floors = self._floors()
        self.staff = self._staff(index)
        self._checks: tuple[Callable[[NDArray[np.int64]], list[Violation]], ...] = (
            self._timing,
            self._required,
            self._excluded,
            self._locked,
            self._floored,
            self._staffed,
            self._paid,
            self._upkeep,
        )

    def violations(self, starts: NDArray[np.int64]) -> tuple[Violation, ...]:
        """Every rule that a schedule breaks, in the order of the rules."""
        return tuple(v for check in self._checks for v in check(starts))

    def allows(self, starts: NDArray[np.int64]) -> bool:
        """Whether a schedule breaks no rule."""
        return not any(check(starts) for check in self._checks)

    def options(self) -> list[list[int]]:
        """Start years that each action may have on its own, `NEVER` among them unless it is locked in."""
        out: list[list[int]] = []
        for a in range(len(self.edits.actions)):
            years = [int(y) for y in self.years if self.earliest[a] <= y <= self.latest[a]]
            must = False
            for b, rule, year in self.locks:
                if a != b:
                    continue
                if rule == "never":
                    years = []
                elif rule == "not_before":
                    years = [y for y in years if y >= year]
                elif rule == "must":
                    must = True
                    years = [y for y in years if np.isnan(year) or y <= year]
            out.append(years if must else [*years, NEVER])
        return out

    def name(self, a: int) -> str:
        """Code of an action by position."""
        return self.edits.actions[a]

    def in_force(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """First year in force of every action."""
        return starts + self.edits.build

    # -- compiled tables ------------------------------------------------------------------

    def _prerequisites(self, index: Mapping[str, int]) -> list[tuple[int, tuple[int, ...]]]:
        """For each action and group, the actions of which one must be in force."""
        groups: dict[tuple[str, str], list[int]] = {}
        for i, r in enumerate(rows(self.case["requires"].sort_values(["action", "requires"]))):
            label = f"={r.group}" if r.group else f"#{i}"
            groups.setdefault((r.action, label), []).append(index[r.requires])
        return [(index[a], tuple(members)) for (a, _label), members in groups.items()]

    def _floors(self) -> list[tuple[int, float, str, int]]:
        """Row of ``scores`` that answers each floor, the floor, its name and its year."""
        scores = self.case["scores"]
        out = []
        for r in rows(self.case["floors"]):
            same = scores[(scores["framework"] == r.framework) & (scores["indicator"] == r.indicator)]
            past = same[same["year"] <= r.year]
            if len(past):
                row = int(past["year"].idxmax())
            elif len(same):
                row = int(same["year"].idxmin())
            else:
                row = -1
            position = int(np.flatnonzero(scores.index == row)[0]) if row >= 0 else -1
            out.append((position, float(r.score), f"{r.framework} {r.indicator}", int(r.year)))
        return out

    def _staff(self, index: Mapping[str, int]) -> list[tuple[str, float, list[tuple[int, float, float]]]]:
        """For each cadre with a known stock: its name, its stock today, and who needs how many."""
        stock = self.case["cadre_stock"].groupby("cadre")["stock"].sum()
        out = []
        for cadre, group in self.case["action_staff"].groupby("cadre"):
            if cadre in stock.index:
                need = [(index[r.action], float(r.build), float(r.run)) for r in rows(group)]
                out.append((str(cadre), float(stock[cadre]), need))
        return out

    # -- rules ----------------------------------------------------------------------------

    def _timing(self, starts: NDArray[np.int64]) -> list[Violation]:
        out = []
        late_or_early = (starts < NEVER) & ((starts < self.earliest) | (starts > self.latest))
        for a in np.flatnonzero(late_or_early).tolist():
            detail = _("starts in {start}; it may start from {first:.0f} to {last:.0f}").format(
                start=starts[a], first=self.earliest[a], last=self.latest[a]
            )
            out.append(Violation("timing", self.name(a), int(starts[a]), detail))
        return out

    def _required(self, starts: NDArray[np.int64]) -> list[Violation]:
        force = self.in_force(starts)
        out = []
        for a, members in self.groups:
            if starts[a] < NEVER and not any(starts[m] < NEVER and force[m] <= starts[a] for m in members):
                names = _(" or ").join(self.name(m) for m in members)
                detail = _("needs {names} in force when it starts").format(names=names)
                out.append(Violation("requires", self.name(a), int(starts[a]), detail))
        return out

    def _excluded(self, starts: NDArray[np.int64]) -> list[Violation]:
        return [
            Violation("excludes", self.name(a), int(starts[a]), _("shuts out {name}").format(name=self.name(b)))
            for a, b in self.excludes
            if starts[a] < NEVER and starts[b] < NEVER
        ]

    def _locked(self, starts: NDArray[np.int64]) -> list[Violation]:
        out = []
        for a, rule, year in self.locks:
            taken = starts[a] < NEVER
            if rule == "must" and not (taken and (np.isnan(year) or starts[a] <= year)):
                by = "" if np.isnan(year) else _(" by {year:.0f}").format(year=year)
                out.append(Violation("locks", self.name(a), None, _("must be started{by}").format(by=by)))
            elif rule == "never" and taken:
                out.append(Violation("locks", self.name(a), int(starts[a]), _("must never be started")))
            elif rule == "not_before" and taken and starts[a] < year:
                detail = _("must not start before {year:.0f}").format(year=year)
                out.append(Violation("locks", self.name(a), int(starts[a]), detail))
        return out

    def _floored(self, starts: NDArray[np.int64]) -> list[Violation]:
        out = []
        for position, floor, name, year in self.floors:
            score = -np.inf
            if position >= 0:
                score = float(self.edits.values("scores", "score", year, starts)[position])
            if score < floor - 1e-9:
                found = _("has no score") if position < 0 else _("reaches {score:g}").format(score=score)
                detail = _("{name} {found}; at least {floor:g} is demanded").format(name=name, found=found, floor=floor)
                out.append(Violation("floors", "", year, detail))
        return out

    def _staffed(self, starts: NDArray[np.int64]) -> list[Violation]:
        out = []
        force = self.in_force(starts)
        for cadre, stock, need in self.staff:
            for year in self.years:
                used = 0.0
                for a, build, run in need:
                    if starts[a] < NEVER:
                        used += build if starts[a] <= year < force[a] else run if force[a] <= year else 0.0
                if used > stock * (1 + 1e-9):
                    detail = _("{used:g} {cadre} are needed; there are {stock:g}").format(
                        used=used, cadre=cadre, stock=stock
                    )
                    out.append(Violation("staff", "", int(year), detail))
        return out

    def _paid(self, starts: NDArray[np.int64]) -> list[Violation]:
        short = self.costs.payments(starts).shortfall
        return [
            Violation("budget", "", int(y), _("{amount:,.0f} cannot be paid").format(amount=short[i]))
            for i, y in enumerate(self.years)
            if short[i] > 0
        ]

    def _upkeep(self, starts: NDArray[np.int64]) -> list[Violation]:
        cap = self.case.settings.upkeep_cap
        if cap is None:
            return []
        spend = self.costs.spending(starts)
        return [
            Violation("upkeep_cap", "", year, _("upkeep of {amount:,.0f}").format(amount=spend[i]))
            for i, year in enumerate(self.case.settings.years)
            if i >= len(self.years) and spend[i] > cap * (1 + 1e-9)
        ]
