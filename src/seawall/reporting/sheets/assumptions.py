"""The assumptions, with what the saving would be at the low and the high value of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.names import case_text, evidence_name
from seawall.reporting.numbers import currency_name
from seawall.reporting.sheets.book import HEAD, Column

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.sheets.book import Book

__all__ = ["assumptions_sheet"]


def assumptions_sheet(book: Book, a: Accounts) -> None:
    """Write every assumption of the plan, the widest swing first."""
    columns = [
        Column(_("Assumption"), 60),
        Column(_("Parameter"), 22),
        Column(_("Low"), 10, "number"),
        Column(_("Used"), 10, "number"),
        Column(_("High"), 10, "number"),
        Column(_("Unit"), 14),
        Column(_("Evidence"), 16),
        Column(_("Averted a year at the low value"), 18, "money"),
        Column(_("Averted a year at the high value"), 18, "money"),
        Column(_("Swing"), 18, "money"),
        Column(_("Source"), 40),
    ]
    note = _("Loss averted in {year}, in {currency}, one assumption at a time; the widest swing first.").format(
        year=a.reading, currency=currency_name(a.case.settings.currency)
    )
    sheet = book.sheet("assumptions", _("Assumptions that matter"), note, columns)
    sources = a.case.assumptions["source"]
    for row, r in enumerate(records(a.plan.assumptions), HEAD + 1):
        sheet.row(
            row,
            [
                case_text(a.case, r.note) or r.parameter,
                r.parameter,
                float(r.low),
                float(r.central),
                float(r.high),
                case_text(a.case, r.unit),
                evidence_name(str(r.evidence)),
                float(r.saved_low),
                float(r.saved_high),
                float(r.swing),
                sources.get(r.parameter, ""),
            ],
        )
