"""What every page of a lever needs: capacities by year, the lever's actions, what each of them moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case import NEVER, Case, Parameters, Rules
from seawall.levers import FIELDS, PRODUCT_FIELDS, Levers
from seawall.reporting.accounts import Accounts, records

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.levers import Capacity

__all__ = ["MISSION_DAYS", "LeverAccounts", "Move", "chance_within", "column", "weighted_median"]

#: A smaller change than this is none.
NOTHING = 1e-9
#: Fields of Capacity by place of which people see the mean, weighted by population.
_MEANS = ("sampled", "deploy_days", "result_days", "sequencing_days")
#: Fields of which people see the sum over places or laboratories.
_SUMS = ("traced_per_day", "spare_tests", "beds")
#: Fields of the country as a whole.
_SCALARS = tuple(f.name for f in FIELDS if not f.shape)
#: Product fields by product; the first one is its day.
PRODUCTS = {
    "identification": ("naming_days",),
    "diagnostic": ("assay_days",),
    "vaccine": ("vaccine_day", "vaccine_efficacy", "vaccine_doses_per_day", "vaccine_stock"),
    "therapeutic": ("therapeutic_day", "therapeutic_efficacy", "therapeutic_doses_per_day", "therapeutic_stock"),
}
#: The 100 Days Mission of 2021: tests, treatments and vaccines within 100 days of a pandemic threat.
MISSION_DAYS = 100.0
_READ = frozenset(column for field in FIELDS for column in field.reads)


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Smallest value that at least half of the weight does not exceed; inf stands for never."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    if not len(values) or reached[-1] <= 0:
        return float("nan")
    return float(values[order][int(np.searchsorted(reached, reached[-1] / 2 - 1e-12 * reached[-1]))])


@dataclass(frozen=True)
class Move:
    """What an action changes in the reading year, with all other actions of the plan in force.

    ``kind`` is a field of Capacity, a product, ``stock`` or ``input`` (something that outbreaks read
    directly); ``subject`` is the hazard, family, cadre or column concerned; ``without`` and
    ``with_it`` are means over places weighted by population where the field has places, and the
    chance of use within 100 days for a product; ``gained`` counts places that have such an answer
    only with the action.
    """

    kind: str
    subject: str
    without: float
    with_it: float
    gained: int = 0


@dataclass(frozen=True, eq=False)
class LeverAccounts:
    """Capacity by year without the plan and with it, computed from the case and the schedule alone."""

    accounts: Accounts

    @property
    def case(self) -> Case:
        """The case in canonical order."""
        return self.accounts.case

    @property
    def base(self) -> int:
        """Today."""
        return self.case.settings.base_year

    @property
    def reading(self) -> int:
        """The year in which the plan is read."""
        return self.accounts.reading

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Today, every budget year, and the reading year."""
        return tuple(sorted({self.base, *self.accounts.budget_years, self.reading}))

    @cached_property
    def levers(self) -> Levers:
        """The levers, compiled."""
        return Levers(self.case)

    @cached_property
    def none(self) -> NDArray[np.int64]:
        """Start years of doing nothing."""
        return self.case.edits.starts({})

    @property
    def starts(self) -> NDArray[np.int64]:
        """Start years of the plan."""
        return self.accounts.starts

    @cached_property
    def before(self) -> dict[int, Capacity]:
        """Capacity by year if nothing is done."""
        return dict(zip(self.years, self.levers.capacities(self.none, self.years), strict=True))

    @cached_property
    def after(self) -> dict[int, Capacity]:
        """Capacity by year under the plan."""
        return dict(zip(self.years, self.levers.capacities(self.starts, self.years), strict=True))

    @cached_property
    def idle(self) -> Parameters:
        """Parameters in force if nothing is done."""
        return Parameters(self.case, self.none)

    @cached_property
    def planned(self) -> Parameters:
        """Parameters in force under the plan."""
        return Parameters(self.case, self.starts)

    @cached_property
    def people(self) -> NDArray[np.float64]:
        """Residents by place."""
        return self.case.residents

    @cached_property
    def place_codes(self) -> list[str]:
        """Codes of the places, in the order of every array."""
        return self.case["places"]["place"].tolist()

    # -- actions of a lever ---------------------------------------------------------------

    def actions_of(self, lever: str) -> pd.DataFrame:
        """The plan's actions of a lever, those that avert most deaths first."""
        mine = self.accounts.actions
        mine = mine[mine["lever"] == lever]
        return mine.sort_values(["deaths", "start", "action"], ascending=[False, True, True], ignore_index=True)

    def cost_of(self, actions: pd.DataFrame) -> float:
        """What some of the plan's actions cost in the budget years."""
        return float(actions["nominal"].sum())

    @cached_property
    def lever_totals(self) -> dict[str, dict[str, float]]:
        """``Plan.levers`` by lever: what would be lost without all of a lever's actions, with intervals."""
        figures = self.accounts.plan.levers.set_index("lever").astype(float)
        return {str(lever): {str(k): float(v) for k, v in row.items()} for lever, row in figures.iterrows()}

    def left_out(self, lever: str) -> list[tuple[str, str]]:
        """Candidate actions of a lever that the plan does not hold, each with the kind of reason."""
        mine = self.case["actions"]
        mine = mine[(mine["lever"] == lever) & ~mine["action"].isin(set(self.accounts.plan.schedule))]
        return [(str(r.action), self.obstacle(str(r.action))) for r in records(mine)]

    @cached_property
    def _rules(self) -> tuple[Rules, list[list[int]], set[tuple[str, str]]]:
        rules = Rules(self.case)
        return rules, rules.options(), {(v.rule, v.detail) for v in rules.violations(self.starts)}

    @cached_property
    def _obstacles(self) -> dict[str, str]:
        return {}

    @cached_property
    def _valued(self) -> frozenset[str]:
        rows = self.case["actions"]
        return frozenset(rows.loc[rows["valued"] == "yes", "action"])

    def obstacle(self, action: str) -> str:
        """What keeps a candidate out: a rule that it breaks in every start year, or that nothing asks for it."""
        if action not in self._obstacles:
            self._obstacles[action] = self._find_obstacle(action)
        return self._obstacles[action]

    def _find_obstacle(self, action: str) -> str:
        rules, options, known = self._rules
        a = self.case.edits.index[action]
        broken: list[set[str]] = []
        for year in options[a]:
            if year >= NEVER:
                continue
            starts = self.starts.copy()
            starts[a] = year
            found = {v.rule for v in rules.violations(starts) if (v.rule, v.detail) not in known}
            if not found:
                return "no gain" if action in self._valued else "not valued"
            broken.append(found)
        if not broken:
            return "barred"
        always = set.intersection(*broken)
        order = ("requires", "excludes", "budget", "staff", "upkeep_cap")
        return next((rule for rule in order if rule in always), "several")

    # -- what an action moves -------------------------------------------------------------

    @cached_property
    def _without(self) -> dict[str, Capacity]:
        return {}

    def without(self, action: str) -> Capacity:
        """Capacity of the reading year under the plan less one action."""
        if action not in self._without:
            starts = self.starts.copy()
            starts[self.case.edits.index[action]] = NEVER
            self._without[action] = self.levers.capacities(starts, [self.reading])[0]
        return self._without[action]

    @cached_property
    def _moves(self) -> dict[str, list[Move]]:
        return {}

    def moves(self, action: str) -> list[Move]:
        """What one action of the plan changes in the reading year, beside all the others."""
        if action not in self._moves:
            self._moves[action] = self._find_moves(action)
        return self._moves[action]

    def _find_moves(self, action: str) -> list[Move]:
        old, new = self.without(action), self.after[self.reading]
        out = [m for m in (self._mean(f, getattr(old, f), getattr(new, f)) for f in _MEANS) if m]
        for field in (*_SUMS, *_SCALARS):
            pair = float(getattr(old, field).sum()), float(getattr(new, field).sum())
            if _differ(*pair):
                out.append(Move(field, "", *pair))
        for i, hazard in enumerate(self.case["hazards"]["hazard"]):
            pair = float(old.frequency[i]), float(new.frequency[i])
            if _differ(*pair):
                out.append(Move("frequency", str(hazard), *pair))
        out += self._product_moves(old, new)
        for i, cadre in enumerate(self.case["cadres"]["cadre"]):
            pair = float(old.stock[i].sum()), float(new.stock[i].sum())
            if _differ(*pair):
                out.append(Move("stock", str(cadre), *pair))
        return out + self._inputs(action)

    def _mean(self, field: str, old: NDArray[np.float64], new: NDArray[np.float64]) -> Move | None:
        both = np.isfinite(old) & np.isfinite(new)
        gained = int((np.isfinite(new) & ~np.isfinite(old)).sum())
        weight = self.people * both
        if weight.sum() <= 0:
            return Move(field, "", np.inf, np.inf, gained) if gained else None
        pair = [float(np.average(np.where(both, v, 0.0), weights=weight)) for v in (old, new)]
        return Move(field, "", pair[0], pair[1], gained) if _differ(*pair) or gained else None

    def _product_moves(self, old: Capacity, new: Capacity) -> list[Move]:
        """Products that an action betters, by family: the chance that each is in use within 100 days."""
        out: dict[tuple[str, str], Move] = {}
        for h, family in enumerate(self.levers.science.families):
            low, high = old.products[h], new.products[h]
            for product, fields in PRODUCTS.items():
                if any(abs(_worth(low, f) - _worth(high, f)) > NOTHING for f in fields):
                    chance = [chance_within(m, fields[0], MISSION_DAYS) for m in (low, high)]
                    out.setdefault((product, family), Move(product, family, chance[0], chance[1]))
        return list(out.values())

    def _inputs(self, action: str) -> list[Move]:
        """Columns that outbreaks read without a lever between, which the action edits."""
        rows = self.case["effects"]
        mine = rows[rows["action"] == action]
        starts = self.starts.copy()
        starts[self.case.edits.index[action]] = NEVER
        out = []
        for table, column in sorted(set(zip(mine["table"], mine["column"], strict=True))):
            values = [self.case.edits.values(table, column, self.reading, s) for s in (starts, self.starts)]
            for i in np.flatnonzero(np.abs(values[1] - values[0]) > NOTHING):
                row: dict[Any, Any] = self.case[table].iloc[int(i)].to_dict()
                name = f"assumptions.{row['parameter']}" if table == "assumptions" else f"{table}.{column}"
                if name not in _READ and table != "scores":
                    subject = str(row.get("hazard", "")) if table in {"hazards", "immunity"} else ""
                    out.append(Move("input", f"{name}|{subject}", float(values[0][i]), float(values[1][i])))
        merged: dict[str, list[Move]] = {}
        for m in out:
            merged.setdefault(m.subject, []).append(m)
        return [
            Move("input", s, float(np.mean([m.without for m in g])), float(np.mean([m.with_it for m in g])))
            for s, g in merged.items()
        ]


def _differ(old: float, new: float) -> bool:
    return abs(new - old) > NOTHING * max(1.0, abs(old))


def column(mixture: NDArray[np.float64], field: str) -> NDArray[np.float64]:
    """One product field of the outcomes of research."""
    return np.asarray(mixture[:, PRODUCT_FIELDS.index(field)])


def chance_within(mixture: NDArray[np.float64], field: str, days: float) -> float:
    """Chance that a day of the mixture comes within some days."""
    return float(column(mixture, "probability")[column(mixture, field) <= days].sum())


def _worth(mixture: NDArray[np.float64], field: str) -> float:
    """A mean of a product field that moves whenever the field does; a day that never comes counts as nothing."""
    p, values = column(mixture, "probability"), column(mixture, field)
    return float((p / (1.0 + values) if field.endswith(("_day", "_days")) else p * values).sum())
