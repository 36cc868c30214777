"""The plan's money as paid: nominal, by action and year, by lever, by source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case import LEVERS, Case, Costs
from seawall.reporting.names import case_text, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from seawall.planning.result import Plan

__all__ = ["Accounts", "records"]


def records(frame: pd.DataFrame) -> Iterable[Any]:
    """Rows of a frame, their cells by name: ``row.title``."""
    return frame.itertuples(index=False)


@dataclass(frozen=True, eq=False)
class Accounts:
    """What a plan spends, nominal, from its case and its schedule alone."""

    plan: Plan

    @cached_property
    def case(self) -> Case:
        """The case in canonical order, as everything is computed from it."""
        return self.plan.case.canonical

    @cached_property
    def costs(self) -> Costs:
        """Costs of the case, compiled."""
        return Costs(self.case)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Start years in the order of ``case.edits.actions``."""
        return self.case.edits.starts(self.plan.schedule)

    @property
    def budget_years(self) -> tuple[int, ...]:
        """Years in which money is spent."""
        return tuple(self.case.settings.budget_years)

    @property
    def after(self) -> int:
        """The year after the last budget year, in which nothing but upkeep is paid."""
        return self.budget_years[-1] + 1

    @property
    def reading(self) -> int:
        """The year for which yearly deaths and losses are told: that of ``Plan.before`` and ``Plan.after``."""
        return self.plan.after.year

    @property
    def last(self) -> int:
        """Last year over which losses and upkeep count."""
        return self.case.settings.years[-1]

    @cached_property
    def spending(self) -> pd.DataFrame:
        """Spending by action of the schedule (rows) and year (columns), nominal."""
        table = self.costs.action_years(self.starts)
        frame = pd.DataFrame(table, index=list(self.case.edits.actions), columns=[int(y) for y in self.costs.years])
        return frame.loc[sorted(self.plan.schedule)]

    @cached_property
    def actions(self) -> pd.DataFrame:
        """One action of the schedule a row: Plan.actions and the case's own columns, by start."""
        extra = ["action", "lead", "indicator", "build_years", "capital_cost", "annual_cost", "source"]
        own = self.case["actions"].reindex(columns=extra)
        frame = self.plan.actions.merge(own, on="action", how="left", validate="one_to_one")
        frame["title"] = [title_of(self.case, a) for a in frame["action"]]
        frame["lead"] = [case_text(self.case, str(v or "")) for v in frame["lead"]]
        frame["in_force"] = frame["start"].astype(int) + frame["build_years"].fillna(0).astype(int)
        frame["nominal"] = [self.nominal_of(a) for a in frame["action"]]
        frame["rank"] = [LEVERS.index(v) if v in LEVERS else len(LEVERS) for v in frame["lever"]]
        return frame.sort_values(["rank", "start", "action"], ignore_index=True)

    def nominal_of(self, action: str) -> float:
        """What an action costs in the budget years."""
        return float(self.spending[list(self.budget_years)].sum(axis=1)[action])

    def average_of(self, action: str) -> float:
        """What an action costs a year on average, over budget and evaluation years."""
        return float(self.spending.mean(axis=1)[action])

    @cached_property
    def by_lever(self) -> pd.DataFrame:
        """Spending by lever (rows) and year (columns)."""
        lever = self.plan.actions.set_index("action")["lever"]
        grouped = self.spending.groupby(lever.reindex(self.spending.index)).sum()
        return grouped.reindex([v for v in LEVERS if v in grouped.index])

    @property
    def nominal(self) -> float:
        """All spending in the budget years."""
        return float(self.spending[list(self.budget_years)].to_numpy().sum())

    @property
    def available(self) -> float:
        """All money of the budgets in the budget years."""
        use = self.plan.budget_use
        return float(use.loc[use["year"].isin(self.budget_years), "amount"].sum())

    @property
    def upkeep(self) -> float:
        """Upkeep in the year after the last budget year, for which no money is named."""
        return float(self.spending[self.after].sum()) if self.after in self.spending else 0.0

    @property
    def upkeep_in_all(self) -> float:
        """Upkeep of all evaluation years together."""
        return float(self.spending.drop(columns=list(self.budget_years)).to_numpy().sum())
