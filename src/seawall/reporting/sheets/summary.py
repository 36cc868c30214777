"""The first sheet: the five figures, then the totals as live formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import Accounts
from seawall.reporting.names import case_title, lever_name
from seawall.reporting.numbers import currency_name
from seawall.reporting.sheets.book import HEAD, Column
from seawall.reporting.words import figures

if TYPE_CHECKING:
    from seawall.reporting.sheets.book import Book, Sheet
    from seawall.reporting.sheets.budget import BudgetCells
    from seawall.reporting.sheets.plan import PlanCells

__all__ = ["fill_summary", "summary_sheet"]


def summary_sheet(book: Book, a: Accounts) -> Sheet:
    """Begin the first sheet with the five figures; the totals follow when their cells are known."""
    columns = [Column(_("What"), 36), Column(_("Figure"), 24, "strong"), Column(_("In full"), 110)]
    settings = a.case.settings
    note = _("Case {name}, digest {digest}, seed {seed}, {n} outbreaks.").format(
        name=settings.name, digest=a.plan.case.digest, seed=a.plan.seed, n=a.plan.n
    )
    sheet = book.sheet("summary", case_title(a.case), note, columns)
    for i, figure in enumerate(figures(a), HEAD + 1):
        sheet.row(i, [figure.label, figure.headline, figure.sentence])
    return sheet


def fill_summary(sheet: Sheet, a: Accounts, plan: PlanCells, budget: BudgetCells, largest: str) -> None:
    """Write the totals as formulas over the other sheets."""
    row = HEAD + 7
    sheet.text(row, 0, _("Totals"), "head")
    sheet.text(row, 1, currency_name(a.case.settings.currency), "head")
    row += 1
    for lever in a.by_lever.index:
        name = lever_name(str(lever))
        value = float(a.by_lever.loc[lever, list(a.budget_years)].sum())
        formula = f"=SUMIF({plan.levers},A{row + 1},{plan.column(plan.total)})"
        sheet.text(row, 0, name)
        sheet.formula(row, 1, formula, value)
        row += 1
    for year in a.budget_years:
        sheet.text(row, 0, _("Spending in {year}").format(year=year))
        sheet.formula(row, 1, f"={plan.sum_of(plan.years[year])}", float(a.spending[year].sum()))
        row += 1
    left = float(a.plan.budget_use["amount"].sum() - a.plan.budget_use["spent"].sum())
    totals = [
        (_("Cost in the budget years"), f"={plan.sum_of(plan.total)}", a.nominal),
        (_("Money in the budgets"), f"={budget.amount}", float(a.plan.budget_use["amount"].sum())),
        (_("Not spent"), f"={budget.amount}-{budget.spent}", left),
    ]
    if a.after in plan.years:
        words = _("Upkeep a year from {year} on, not funded").format(year=a.after)
        totals.append((words, f"={plan.sum_of(plan.years[a.after])}", a.upkeep))
    for label, formula, value in totals:
        sheet.text(row, 0, label, "total_text")
        sheet.formula(row, 1, formula, value, "total")
        row += 1
    sheet.text(row, 0, _("Largest difference on the sheet of checks (should be 0)"))
    sheet.formula(row, 1, f"={largest}", 0.0, "cents")
