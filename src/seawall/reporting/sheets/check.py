"""The check: Seawall's own figures against what the formulas of this workbook come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.sheets.book import HEAD, Column, cell, span

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.sheets.book import Book, Sheet
    from seawall.reporting.sheets.budget import BudgetCells
    from seawall.reporting.sheets.plan import PlanCells

__all__ = ["check_sheet"]

_OURS, _THEIRS, _DIFFERENCE, _WEIGHT, _WEIGHTED = 1, 2, 3, 4, 5


def check_sheet(book: Book, a: Accounts, plan: PlanCells, budget: BudgetCells) -> str:
    """Write every comparison, and return a reference to the largest difference."""
    columns = [
        Column(_("What is compared"), 46),
        Column(_("Seawall's figure"), 18, "cents"),
        Column(_("This workbook's formula"), 18, "cents"),
        Column(_("Difference"), 14, "cents"),
        Column(_("Discount factor"), 12, "factor"),
        Column(_("Discounted"), 18, "cents"),
    ]
    note = _("Every difference should be 0. A changed start year, cost line or budget shows here at once.")
    sheet = book.sheet("check", _("Check"), note, columns)
    row = _years(sheet, a, plan)
    row = _spent(sheet, a, plan, budget, row)
    for i, (_i, r) in enumerate(a.actions.iterrows()):
        label = _("Cost of {action} in the budget years").format(action=r["action"])
        _compare(sheet, row, label, float(r["nominal"]), f"={cell(plan.first + i, plan.total, plan.name)}")
        row += 1
    differences = span((HEAD + 1, _DIFFERENCE), (row - 1, _DIFFERENCE))
    sheet.text(row, 0, _("Largest difference"), "total_text")
    sheet.formula(row, _DIFFERENCE, f"=ROUND(MAX(MAX({differences}),-MIN({differences})),2)", 0.0, "cents")
    return cell(row, _DIFFERENCE, sheet.name, fixed=True)


def _compare(sheet: Sheet, row: int, label: str, ours: float, formula: str) -> None:
    """One comparison; the formula comes to our own figure when the workbook is written."""
    sheet.text(row, 0, label)
    sheet.number(row, _OURS, ours, "cents")
    sheet.formula(row, _THEIRS, formula, ours, "cents")
    sheet.formula(row, _DIFFERENCE, f"={cell(row, _OURS)}-{cell(row, _THEIRS)}", 0.0, "cents")


def _years(sheet: Sheet, a: Accounts, plan: PlanCells) -> int:
    """Spending of every year, then all of them together, plain and discounted."""
    first = row = HEAD + 1
    for year, weight in zip(a.case.settings.years, a.costs.weight, strict=True):
        ours = float(a.spending[year].sum())
        _compare(sheet, row, _("Spending in {year}").format(year=year), ours, f"={plan.sum_of(plan.years[year])}")
        sheet.number(row, _WEIGHT, float(weight), "factor")
        sheet.formula(row, _WEIGHTED, f"={cell(row, _THEIRS)}*{cell(row, _WEIGHT)}", ours * float(weight), "cents")
        row += 1
    label = _("Cost in the budget years")
    _compare(sheet, row, label, a.nominal, f"={plan.sum_of(plan.total)}")
    label = _("Cost discounted to {year}, as it counts in the plan").format(year=a.case.settings.base_year)
    block = f"{cell(first, _WEIGHTED)}:{cell(row - 1, _WEIGHTED)}"
    _compare(sheet, row + 1, label, float(a.plan.cost), f"=SUM({block})")
    return row + 2


def _spent(sheet: Sheet, a: Accounts, plan: PlanCells, budget: BudgetCells, row: int) -> int:
    """What sources pay a year against what the plan spends."""
    for year in a.budget_years:
        label = _("Paid by all sources in {year}, against spending").format(year=year)
        paid = float(a.plan.budget_use.loc[a.plan.budget_use["year"] == year, "spent"].sum())
        head = cell(HEAD, plan.years[year], plan.name, fixed=True)
        sheet.text(row, 0, label)
        sheet.formula(row, _OURS, budget.spent_in(head), paid, "cents")
        spending = float(a.spending[year].sum())
        sheet.formula(row, _THEIRS, f"={plan.sum_of(plan.years[year])}", spending, "cents")
        sheet.formula(row, _DIFFERENCE, f"={cell(row, _OURS)}-{cell(row, _THEIRS)}", paid - spending, "cents")
        row += 1
    return row
