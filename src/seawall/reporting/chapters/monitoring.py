"""Chapter 6: how anyone can tell, year by year, whether the plan is on course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.chapters.goals import unit_name, write
from seawall.reporting.ledger import Ledger
from seawall.reporting.markup import Child, join, tag
from seawall.reporting.sections.parts import Column, Section, paragraph, table

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.indicators import Goal, Indicators

__all__ = ["monitoring"]


def monitoring(a: Accounts, indicators: Indicators, ledger: Ledger, title: str) -> Section:
    """A table of indicators with milestones, source of data and lead."""
    words = _(
        "Each indicator is measured once a year and held against its milestone. The institution named leads every action"
        " of the plan that moves the indicator; where several do, or none, one has to be named. When measured values differ from the milestones, the tables of the case are brought up to date and"
        " the plan is computed anew."
    )
    columns = [
        Column(_("Indicator"), "long"),
        Column(_("Base"), "n"),
        *(Column(str(y), "n") for y in a.budget_years),
        Column(_("Target ({year})").format(year=a.reading), "n"),
        Column(_("Source of data"), "data"),
        Column(_("Responsible"), "lead"),
    ]
    cells: list[list[Child] | str] = []
    for heading, rows in (
        (_("Results"), indicators.headline),
        (_("Staff"), indicators.staff),
        (_("Scores by technical area"), indicators.areas),
    ):
        if rows:
            cells.append(heading)
            cells += [_row(a, g, ledger) for g in rows]
    caption = _("Indicators, milestones by year and targets; a dash where the model gives no value for a year")
    return Section("monitoring", title, join(paragraph(words), table(columns, cells, caption)), page=True)


def _row(a: Accounts, goal: Goal, ledger: Ledger) -> list[Child]:
    named = join(goal.name, tag("div", unit_name(goal.unit), class_="small"))
    by_year = _("{name}, by year and in {year}").format(name=goal.name, year=a.reading)
    return [
        named,
        ledger.cite(write(goal, goal.base), goal.origin, goal.name),
        *(write(goal, goal.years[y]) for y in a.budget_years),
        ledger.cite(write(goal, goal.final), goal.course, by_year),
        goal.data,
        goal.lead or _("to be named"),
    ]
