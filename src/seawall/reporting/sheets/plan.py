"""The plan: one row an action, its cost by year as live formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import Accounts
from seawall.reporting.names import area_label, case_text, case_title, lever_name, place_name
from seawall.reporting.numbers import currency_name, exact
from seawall.reporting.sheets.book import A3, HEAD, Column, cell, column_of, span

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.sheets.book import Book, Sheet
    from seawall.reporting.sheets.lines import Blocks

__all__ = ["PlanCells", "plan_columns", "plan_sheet"]

_LEVER, _START, _BUILD, _FORCE, _CAPITAL, _ANNUAL, _FIRST = 3, 7, 8, 9, 10, 11, 12


@dataclass(frozen=True)
class PlanCells:
    """Where other sheets find the plan's figures: rows of actions, columns of years and totals."""

    name: str
    first: int
    last: int
    years: dict[int, int]
    total: int

    @property
    def sums(self) -> int:
        """Row of the totals."""
        return self.last + 1

    def column(self, column: int) -> str:
        """All actions in one column."""
        return span((self.first, column), (max(self.first, self.last), column), self.name)

    @property
    def levers(self) -> str:
        """The lever of every action."""
        return self.column(_LEVER)

    def sum_of(self, column: int) -> str:
        """Total of one column."""
        return cell(self.sums, column, self.name, fixed=True)


def plan_columns(a: Accounts) -> tuple[list[Column], dict[int, int], int]:
    """Heads of the plan, the column of every year, and the column of totals.

    After the budget years come total, the first year after them, notes; then, folded away, the
    other evaluation years, so that the discounted cost can be followed too.
    """
    columns = [
        Column(_("Action"), 14),
        Column(_("Technical area"), 18),
        Column(_("Activity"), 34),
        Column(_("Lever"), 13),
        Column(_("Place"), 12),
        Column(_("Responsible"), 16),
        Column(_("Indicator"), 10),
        Column(_("Starts"), 7, "year"),
        Column(_("Years to build"), 7, "year"),
        Column(_("In force from"), 8, "year"),
        Column(_("Capital cost"), 13, "money"),
        Column(_("Annual cost"), 12, "money"),
    ]
    years = {}
    for year in a.budget_years:
        years[year] = len(columns)
        columns.append(Column(year, 12, "money"))
    total = len(columns)
    columns.append(
        Column(_("Total {first}-{last}").format(first=a.budget_years[0], last=a.budget_years[-1]), 13, "money")
    )
    later = [y for y in a.case.settings.years if y > a.budget_years[-1]]
    for year in later[:1]:
        years[year] = len(columns)
        columns.append(Column(year, 12, "money"))
    columns += [Column(_("Funding"), 28), Column(_("Source of cost"), 30)]
    for year in later[1:]:
        years[year] = len(columns)
        columns.append(Column(year, 12, "money"))
    return columns, years, total


def plan_sheet(book: Book, a: Accounts, blocks: Blocks) -> PlanCells:
    """Write the plan; changing a start year or a cost line changes every total."""
    columns, years, total = plan_columns(a)
    note = _(
        "Amounts in {currency}, nominal. Capital is spread evenly over the years of building; annual cost is paid from"
        " the first year in force. The year after the last budget year shows upkeep, for which no money is named."
    ).format(currency=currency_name(a.case.settings.currency))
    sheet = book.sheet("plan", case_title(a.case), note, columns, A3)
    first = HEAD + 1
    cells = PlanCells(sheet.name, first, first + len(a.actions) - 1, years, total)
    for i, (_i, row) in enumerate(a.actions.iterrows()):
        _action(sheet, a, blocks, cells, first + i, row)
    _totals(sheet, a, cells)
    folded = [c for y, c in years.items() if y > a.after]
    if folded:
        sheet.raw.set_column(min(folded), max(folded), 14, None, {"level": 1, "hidden": True})
    if len(a.actions):
        sheet.raw.autofilter(HEAD, 0, cells.last, len(columns) - 1)
    return cells


def _action(sheet: Sheet, a: Accounts, blocks: Blocks, cells: PlanCells, r: int, row: pd.Series) -> None:
    action, start, build = str(row["action"]), int(row["start"]), int(row["build_years"])
    sheet.row(
        r,
        [
            action,
            area_label(a.case, str(row["area"])),
            row["title"],
            lever_name(str(row["lever"])),
            place_name(a.case, str(row["place"])),
            row["lead"],
            row["indicator"],
            start,
            build,
        ],
    )
    sheet.formula(r, _FORCE, f"={cell(r, _START)}+{cell(r, _BUILD)}", start + build, "year")
    for column, recurs, amount in ((_CAPITAL, "once", row["capital_cost"]), (_ANNUAL, "annual", row["annual_cost"])):
        block = blocks.at.get((action, recurs))
        if block:
            sheet.formula(r, column, f"=SUM({block})", float(amount))
        else:
            sheet.number(r, column, float(amount))
    for year, column in cells.years.items():
        sheet.formula(r, column, _year_formula(r, column), float(a.spending[year][action]))
    first, last = _FIRST, _FIRST + len(a.budget_years) - 1
    sheet.formula(r, cells.total, f"=SUM({cell(r, first)}:{cell(r, last)})", a.nominal_of(action))
    notes = cells.total + 1 + (1 if a.after in cells.years else 0)
    sheet.row(r, [_funding(a, blocks, row), row["source"]], notes)


def _year_formula(r: int, column: int) -> str:
    """What an action costs in the year that heads a column, from its start, building time and costs."""
    year = f"{column_of(column)}${HEAD + 1}"
    start, build, force, capital, annual = (
        f"${column_of(c)}{r + 1}" for c in (_START, _BUILD, _FORCE, _CAPITAL, _ANNUAL)
    )
    built = f"IF(AND({year}>={start},{year}<{start}+MAX(1,{build})),{capital}/MAX(1,{build}),0)"
    return f"={built}+IF({year}>={force},{annual},0)"


def _totals(sheet: Sheet, a: Accounts, cells: PlanCells) -> None:
    sheet.text(cells.sums, 0, _("Total"), "total_text")
    values = {column: float(a.spending[year].sum()) for year, column in cells.years.items()}
    values[cells.total] = a.nominal
    for column, value in sorted(values.items()):
        if len(a.actions):
            block = f"{cell(cells.first, column)}:{cell(cells.last, column)}"
            sheet.formula(cells.sums, column, f"=SUM({block})", value, "total")
        else:
            sheet.number(cells.sums, column, 0.0, "total")


def _funding(a: Accounts, blocks: Blocks, row: pd.Series) -> str:
    """Who may pay for an action, and whether its cost lines add up."""
    budgets = a.case["budgets"]
    open_to = sorted(set(budgets.loc[budgets["earmark"].isin(["", row["lever"], row["area"]]), "source"]))
    if open_to:
        words = _("May be paid by: {sources}.").format(sources=_("; ").join(case_text(a.case, s) for s in open_to))
    else:
        words = _("No source may pay for it.")
    rest = blocks.differs.get(str(row["action"]))
    if rest is None:
        return words
    added = _("{amount} {currency} is not itemised in the cost lines.").format(
        amount=exact(rest), currency=currency_name(a.case.settings.currency)
    )
    return _("{first} {second}").format(first=words, second=added)
