"""The plan's money as paid: nominal, by action and year, by lever, by source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.assessment import frameworks
from seawall.case import LEVERS, Case, Costs
from seawall.language import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.planning.result import Plan

__all__ = ["Accounts", "area_label", "indicator_label", "lever_name", "place_name", "title_of"]


def lever_name(lever: str) -> str:
    """Name of a lever for people."""
    names = {
        "science": _("Science"),
        "discipline": _("Disciplines"),
        "talent": _("People"),
        "platform": _("Laboratories and platforms"),
        "governance": _("Governance"),
    }
    return names.get(lever, lever)


def _localised(row: pd.Series, column: str) -> str:
    """A name in the language in force where the case has it, else as it is."""
    # Translators: ending of the columns that hold names in your language, "_zh" in Chinese; else leave empty.
    ending = _("ending of name columns")
    own = row.get(f"{column}{ending}", "") if ending.startswith("_") else ""
    return str(own or row[column] or "")


def title_of(case: Case, action: str) -> str:
    """Title of an action, its code where it has none."""
    rows = case["actions"]
    row = rows[rows["action"] == action]
    return _localised(row.iloc[0], "title") or action if len(row) else action


def place_name(case: Case, place: str) -> str:
    """Name of a place, its code where it has none; no place is the whole case."""
    if not place:
        return _("everywhere")
    rows = case["places"]
    row = rows[rows["place"] == place]
    return _localised(row.iloc[0], "name") or place if len(row) else place


def indicator_label(framework: str, indicator: str) -> str:
    """Code and name of an indicator, with its framework."""
    known = frameworks().get(framework)
    name = known.name_of(indicator) if known else indicator
    if name == indicator:
        return _("{framework} {indicator}").format(framework=framework, indicator=indicator)
    return _("“{name}” ({framework} {indicator})").format(name=name, framework=framework, indicator=indicator)


def area_label(case: Case, area: str) -> str:
    """Code and name of a technical area, where a framework of the case knows it."""
    for framework in (case.settings.framework, *sorted(set(case["scores"]["framework"])), *frameworks()):
        known = frameworks().get(framework)
        if known and area in known.areas:
            return _("{code} {name}").format(code=area, name=known.area_name(area))
    return area


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
        """The year after the last budget year, for which yearly figures are told."""
        return self.budget_years[-1] + 1

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
        frame["in_force"] = frame["start"].astype(int) + frame["build_years"].fillna(0).astype(int)
        frame["nominal"] = [self.nominal_of(a) for a in frame["action"]]
        frame["rank"] = [LEVERS.index(v) if v in LEVERS else len(LEVERS) for v in frame["lever"]]
        return frame.sort_values(["rank", "start", "action"], ignore_index=True)

    def nominal_of(self, action: str) -> float:
        """What an action costs in the budget years."""
        return float(self.spending.loc[action, list(self.budget_years)].sum())

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
