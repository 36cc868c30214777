"""Chapter 2: what the plan is to reach, by indicator and year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.ledger import Ledger, result, woven
from seawall.reporting.markup import Child, Markup, join
from seawall.reporting.numbers import count, days, decimal, money, share
from seawall.reporting.sections.parts import Column, Section, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.reporting.accounts import Accounts
    from seawall.reporting.indicators import Goal, Indicators

__all__ = ["goals", "unit_name", "write"]


def unit_name(unit: str) -> str:
    """A unit in words."""
    names = {
        "day": _("days"),
        "share": _("share"),
        "person": _("persons"),
        "place": _("places"),
        "death": _("deaths a year"),
        "score": _("points"),
        "number": _("number"),
    }
    return names[unit]


def write(goal: Goal, value: float) -> str:
    """A value of an indicator, without its unit."""
    if not math.isfinite(value):
        return "–"
    if goal.unit == "day":
        return days(value)
    if goal.unit == "share":
        return share(value)
    if goal.unit == "score":
        return decimal(value, 2)
    return count(value)


def goals(a: Accounts, indicators: Indicators, ledger: Ledger, title: str) -> Section:
    """The aim in words, then indicators by year, then staff."""
    plan, currency = a.plan, a.case.settings.currency
    deaths, low, high = plan.deaths_averted
    aim = woven(
        _("By {year}, the plan is to avert {deaths} deaths and {loss} of loss a year (for deaths, a 95% interval of {low} to {high})."),
        year=str(a.reading),
        deaths=ledger.cite(count(deaths), result("deaths_averted"), _("Deaths averted a year")),
        loss=ledger.cite(money(plan.loss_averted[0], currency), result("loss_averted"), _("Loss averted a year")),
        low=count(low),
        high=count(high),
    )  # fmt: skip
    how = _(
        "Targets are what the plan reaches by the model, not wishes: each value is computed from the actions in force"
        " in that year. Where a norm or a target from outside is known, it stands beside them. A dash means that the"
        " model gives no value for that year."
    )
    parts = [paragraph(aim), paragraph(how), _table(a, indicators.headline, ledger, _("Goals by year"))]
    if indicators.staff:
        parts.append(_table(a, indicators.staff, ledger, _("Stock of key cadres by year, against the norm")))
    return Section("goals", title, join(*parts), page=True)


def _table(a: Accounts, rows: Sequence[Goal], ledger: Ledger, caption: str) -> Markup:
    years = a.budget_years
    columns = [
        Column(_("Indicator"), "long"),
        Column(_("Unit")),
        Column(_("Base"), "n"),
        *(Column(str(y), "n") for y in years),
        Column(_("Target ({year})").format(year=a.reading), "n"),
        Column(_("Norm or wanted"), "n"),
    ]
    cells: list[list[Child]] = []
    for g in rows:
        by_year = _("{name}, by year and in {year}").format(name=g.name, year=a.reading)
        row: list[Child] = [
            g.name,
            unit_name(g.unit),
            ledger.cite(write(g, g.base), g.origin, g.name),
            *(write(g, g.years[y]) for y in years),
            ledger.cite(write(g, g.final), g.course, by_year),
            "–",
        ]
        if g.aim is not None and math.isfinite(g.wanted):
            row[-1] = ledger.cite(write(g, g.wanted), g.aim, _("{name}, norm").format(name=g.name))
        cells.append(row)
    return table(columns, cells, caption)
