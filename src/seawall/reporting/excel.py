"""The costed plan as a workbook whose totals are live formulas that agree with ours."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from seawall.reporting.accounts import Accounts
from seawall.reporting.names import case_title
from seawall.reporting.sheets.assumptions import assumptions_sheet
from seawall.reporting.sheets.book import Book
from seawall.reporting.sheets.budget import budget_sheet
from seawall.reporting.sheets.check import check_sheet
from seawall.reporting.sheets.lines import cost_lines
from seawall.reporting.sheets.plan import plan_sheet
from seawall.reporting.sheets.summary import fill_summary, summary_sheet

if TYPE_CHECKING:
    from seawall.planning.result import Plan

__all__ = ["workbook"]


def workbook(plan: Plan) -> bytes:
    """Write a plan as an Excel workbook in the language in force.

    Parameters
    ----------
    plan : Plan
        The plan; nothing else is read.

    Returns
    -------
    bytes
        Sheets Summary, Plan, Cost lines, Budget, Check and Assumptions. Every formula carries the
        value that Seawall computed, for readers that do not calculate.
    """
    accounts = Accounts(plan)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    raw = Workbook(out, options)
    raw.set_properties({"title": case_title(plan.case), "comments": plan.case.digest, "author": "Seawall"})
    book = Book(raw)
    summary = summary_sheet(book, accounts)
    blocks = cost_lines(book, accounts)
    cells = plan_sheet(book, accounts, blocks)
    budget = budget_sheet(book, accounts)
    largest = check_sheet(book, accounts, cells, budget)
    assumptions_sheet(book, accounts)
    fill_summary(summary, accounts, cells, budget, largest)
    raw.close()
    return out.getvalue()
