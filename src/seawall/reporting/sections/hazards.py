"""Value by hazard, and how the rare ones carry the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.hazards import hazards as chart
from seawall.reporting.markup import Child, join, tag
from seawall.reporting.numbers import amount, change, count, currency_name, decimal
from seawall.reporting.rare import hazard_table, rare_sentences
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["hazards"]


def hazards(a: Accounts) -> Section:
    """Loss and deaths by hazard, without the plan and with it."""
    rows = hazard_table(a).sort_values("baseline", ascending=False)
    columns = [
        Column(_("Hazard"), "long"),
        Column(_("How often"), "n"),
        Column(_("Deaths a year without the plan"), "n"),
        Column(_("Deaths a year with the plan"), "n"),
        Column(_("Loss without the plan"), "n"),
        Column(_("Loss with the plan"), "n"),
        Column(_("Saved"), "n"),
        Column(_("Change"), "n"),
    ]
    cells: list[list[Child]] = [
        [
            r["name_"],
            often(float(r["events_per_year"])),
            count(float(r["baseline_deaths"])),
            count(float(r["plan_deaths"])),
            amount(float(r["baseline"])),
            amount(float(r["plan"])),
            amount(float(r["saved"])),
            change(float(r["baseline"]), float(r["plan"])),
        ]
        for _i, r in rows.iterrows()
    ]
    total: list[Child] = [
        _("Total"),
        "",
        count(float(rows["baseline_deaths"].sum())),
        count(float(rows["plan_deaths"].sum())),
        amount(float(rows["baseline"].sum())),
        amount(float(rows["plan"].sum())),
        amount(float(rows["saved"].sum())),
        change(float(rows["baseline"].sum()), float(rows["plan"].sum())),
    ]
    caption = _("Loss in {currency}, discounted and summed to {last}; deaths a year in {year}.").format(
        currency=currency_name(a.case.settings.currency), last=a.last, year=a.reading
    )
    words = rare_sentences(a)
    told = tag("div", tag("h3", _("How rare hazards carry the mean")), paragraph(words)) if words else None
    drawn = tag("div", figure(chart(a)), told, class_="charts")
    return Section("hazards", _("Value by hazard"), join(drawn, table(columns, cells, caption, total)))


def often(events: float) -> str:
    """How often a hazard comes, as people say it."""
    if not events > 0:
        return _("never")
    if events >= 1:
        return _("{n} a year").format(n=decimal(events, 2))
    return _("once in {n} years").format(n=decimal(1 / events, 2))
