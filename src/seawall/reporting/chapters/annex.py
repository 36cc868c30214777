"""The annex: where every figure comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.markup import Child, join, tag
from seawall.reporting.prose import running
from seawall.reporting.sections.parts import Column, Section, cite, paragraph, table

if TYPE_CHECKING:
    from seawall.reporting.ledger import Ledger

__all__ = ["annex"]


def annex(ledger: Ledger, title: str) -> Section:
    """One row for each figure cited, in the order of the text."""
    words = _(
        "A small raised number after a figure leads to its row here. The row names the cells of the case or the key of"
        " the result that the figure comes from; the case and the results lie in the plan's folder, so that anyone can"
        " look them up or compute them again. In a table, a number holds for the figures beside it too, and the line below"
        " a table for all of its figures."
    )
    columns = [
        Column(_("Row")),
        Column(_("Figure"), "long"),
        Column(_("Value"), "n"),
        Column(_("Where from"), "words"),
        Column(_("How, and the source that the case names"), "words"),
    ]
    cells: list[list[Child]] = [
        [
            tag("span", str(e.number), id=f"ref-{e.number}"),
            e.name,
            e.figure,
            tag("span", e.origin.where, class_="where"),
            running(e.origin.how or _("As it stands there."), cite(e.origin.source) if e.origin.source else None),
        ]
        for e in ledger.entries
    ]
    caption = _("Figures of this document and where they come from")
    return Section("annex", title, join(paragraph(words), table(columns, cells, caption)), page=True)
