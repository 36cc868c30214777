"""The assumptions, the one most worth measuring first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.swings import swings
from seawall.reporting.markup import Child, join, tag
from seawall.reporting.numbers import amount, decimal, share
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["assumptions"]


def evidence_name(evidence: str) -> str:
    """Name of a grade of evidence for people."""
    names = {
        "measured": _("measured"),
        "published": _("published"),
        "expert": _("expert judgement"),
        "assumed": _("assumed"),
    }
    return names.get(evidence, evidence)


def assumptions(a: Accounts) -> Section:
    """Every assumption with what the saving would be at its ends."""
    rows = a.plan.assumptions
    title = _("Assumptions that matter")
    words = ""
    if a.plan.assumed_share == a.plan.assumed_share:
        words = _("{share} of the value of the plan's actions rests on effects graded as assumed.").format(
            share=share(a.plan.assumed_share)
        )
    if not len(rows):
        return Section("assumptions", title, paragraph(words or _("No assumption was varied.")))
    columns = [
        Column(_("Assumption"), "words"),
        Column(_("Low"), "n"),
        Column(_("Used"), "n"),
        Column(_("High"), "n"),
        Column(_("Unit")),
        Column(_("Evidence")),
        Column(_("Averted a year at the low value"), "n"),
        Column(_("Averted a year at the high value"), "n"),
    ]
    cells: list[list[Child]] = [
        [
            join(r["note"] or r["parameter"], tag("div", r["parameter"], class_="small")),
            decimal(float(r["low"])),
            decimal(float(r["central"])),
            decimal(float(r["high"])),
            r["unit"],
            evidence_name(str(r["evidence"])),
            amount(float(r["saved_low"])),
            amount(float(r["saved_high"])),
        ]
        for _i, r in rows.iterrows()
    ]
    caption = _("Loss averted in {year}, {currency}, at the low and at the high value of one assumption at a time").format(
        year=a.after, currency=a.case.settings.currency
    )
    told = _(
        "Each row changes one number alone, from its low to its high value, and shows what the plan would then avert in"
        " {year}. Where the ends lie far apart, measuring that number is worth more than arguing about the plan."
    ).format(year=a.after)
    drawn = tag("div", figure(swings(a)), tag("div", paragraph(words), paragraph(told)), class_="charts")
    return Section("assumptions", title, join(drawn, table(columns, cells, caption)))
