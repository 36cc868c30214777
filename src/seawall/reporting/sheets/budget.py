"""The budget: what each source has, carries in, spends and has left, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.names import case_text, earmark_name
from seawall.reporting.numbers import currency_name
from seawall.reporting.sheets.book import HEAD, Column, cell, span

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.sheets.book import Book

__all__ = ["BudgetCells", "budget_sheet"]

_YEAR, _AMOUNT, _CARRIED, _SPENT, _LEFT = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class BudgetCells:
    """Where other sheets find years, spending and totals."""

    name: str
    first: int
    last: int

    def total(self, column: int) -> str:
        """Reference to a total."""
        return cell(self.last + 1, column, self.name, fixed=True)

    @property
    def amount(self) -> str:
        """All money of the budgets."""
        return self.total(_AMOUNT)

    @property
    def spent(self) -> str:
        """All that is spent."""
        return self.total(_SPENT)

    def spent_in(self, year: str) -> str:
        """Formula for what all sources spend in the year of a cell."""
        years, spent = (span((self.first, c), (max(self.first, self.last), c), self.name) for c in (_YEAR, _SPENT))
        return f"=SUMIF({years},{year},{spent})"


def budget_sheet(book: Book, a: Accounts) -> BudgetCells:
    """Write what each source has, spends and has left."""
    columns = [
        Column(_("Source"), 30),
        Column(_("Year"), 8, "year"),
        Column(_("Amount"), 16, "money"),
        Column(_("Carried in"), 16, "money"),
        Column(_("Spent"), 16, "money"),
        Column(_("Left"), 16, "money"),
        Column(_("Carries over"), 10),
        Column(_("Only for"), 18),
        Column(_("Where the figure comes from"), 36),
    ]
    note = _(
        "Amounts in {currency}. Left = amount + carried in − spent; what carries over opens the source's next year."
    )
    sheet = book.sheet("budget", _("Budget"), note.format(currency=currency_name(a.case.settings.currency)), columns)
    own = a.case["budgets"].set_index(["source", "year"])
    use = a.plan.budget_use.sort_values(["source", "year"], ignore_index=True)
    left: dict[tuple[str, int], tuple[float, int]] = {}
    first = HEAD + 1
    for i, r in enumerate(records(use)):
        row = first + i
        at = (str(r.source), int(r.year))
        carries = str(own.at[at, "carry_over"]) == "yes" if at in own.index else False
        reference = str(own.at[at, "reference"]) if at in own.index else ""
        carried, before = left.get((at[0], at[1] - 1), (0.0, -1))
        sheet.row(row, [case_text(a.case, r.source), float(r.year), float(r.amount)])
        if before >= 0:
            sheet.formula(row, _CARRIED, f"={cell(before, _LEFT)}", carried)
        else:
            sheet.number(row, _CARRIED, 0.0)
        sheet.number(row, _SPENT, float(r.spent))
        rest = float(r.amount) + carried - float(r.spent)
        formula = f"={cell(row, _AMOUNT)}+{cell(row, _CARRIED)}-{cell(row, _SPENT)}"
        sheet.formula(row, _LEFT, formula, rest)
        sheet.row(row, [_("yes") if carries else _("no"), earmark_name(r.earmark, a.case), reference], _LEFT + 1)
        if carries:
            left[at] = (rest, row)
    cells = BudgetCells(sheet.name, first, first + len(use) - 1)
    bottom = cells.last + 1
    sheet.text(bottom, 0, _("Total"), "total_text")
    for column, name in ((_AMOUNT, "amount"), (_SPENT, "spent")):
        if len(use):
            block = f"{cell(first, column)}:{cell(cells.last, column)}"
            sheet.formula(bottom, column, f"=SUM({block})", float(use[name].sum()), "total")
        else:
            sheet.number(bottom, column, 0.0, "total")
    return cells
