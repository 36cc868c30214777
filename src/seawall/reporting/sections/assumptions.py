"""The assumptions, the one most worth measuring first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.swings import swings
from seawall.reporting.charts.tornado import loss_without_plan
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, evidence_name
from seawall.reporting.numbers import amount, currency_name, decimal, share
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["assumptions"]


def assumptions(a: Accounts) -> Section:
    """Every assumption with what the saving would be at its ends; all of the case's where none was weighed."""
    title = _("Assumptions that matter")
    weighed = len(a.plan.assumptions) > 0
    words = ""
    if a.plan.actions["value"].gt(0).any():
        words = _("{share} of the value of the plan's actions rests on effects graded as assumed.").format(
            share=share(a.plan.assumed_share)
        )
    if weighed:
        told = _(
            "Each row changes one number alone, from its low to its high value, and shows what the plan would then"
            " avert in {year}. Where the ends lie far apart, measuring that number is worth more than arguing about"
            " the plan."
        ).format(year=a.reading)
        caption = _(
            "Loss averted in {year}, {currency}, at the low and at the high value of one assumption at a time"
        ).format(year=a.reading, currency=currency_name(a.case.settings.currency))
        drawn = tag("div", figure(swings(a)), figure(loss_without_plan(a)), class_="charts")
        body = join(paragraph(words), paragraph(told), drawn, _table(a, a.plan.assumptions, caption, weighed))
        return Section("assumptions", title, body)
    told = _("This run did not weigh the assumptions one by one: the planner had no time left. They are listed below.")
    rows = a.case.assumptions.rename_axis("parameter").reset_index()
    caption = _("Every coefficient of the model with the value used")
    return Section("assumptions", title, join(paragraph(words), paragraph(told), _table(a, rows, caption, weighed)))


def _table(a: Accounts, rows: pd.DataFrame, caption: str, weighed: bool) -> Markup:
    """The assumptions one by one, with what was averted at their ends where that was weighed."""
    columns = [
        Column(_("Assumption"), "words"),
        Column(_("Low"), "n"),
        Column(_("Used"), "n"),
        Column(_("High"), "n"),
        Column(_("Unit")),
        Column(_("Evidence"), "short"),
    ]
    if weighed:
        columns += [
            Column(_("Averted a year at the low value"), "n"),
            Column(_("Averted a year at the high value"), "n"),
        ]
    cells: list[list[Child]] = []
    for _i, r in rows.iterrows():
        ends = [amount(float(r["saved_low"])), amount(float(r["saved_high"]))] if weighed else []
        cells.append(
            [
                join(case_text(a.case, r["note"]) or r["parameter"], tag("div", r["parameter"], class_="small")),
                decimal(float(r["low"])),
                decimal(float(r["central"])),
                decimal(float(r["high"])),
                case_text(a.case, r["unit"]),
                evidence_name(str(r["evidence"])),
                *ends,
            ]
        )
    return table(columns, cells, caption)
