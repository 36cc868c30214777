"""Cost lines: quantity times unit cost, for the actions of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.names import case_text
from seawall.reporting.numbers import currency_name
from seawall.reporting.sheets.book import HEAD, Column, cell, span

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.sheets.book import Book

__all__ = ["Blocks", "cost_lines"]

_TOTAL = 8


@dataclass(frozen=True)
class Blocks:
    """Where the lines of an action stand.

    ``at`` maps (action, once or annual) to a reference to its totals; ``differs`` maps an action
    to what its lines and the amounts in the case differ by.
    """

    at: dict[tuple[str, str], str]
    differs: dict[str, float]


@dataclass(frozen=True)
class _Line:
    """One line of an action's budget; ``number`` is None for what no line explains."""

    action: str
    recurs: str
    number: float | None
    title: str
    item: str
    quantity: float
    unit_cost: float
    source: str

    @property
    def total(self) -> float:
        return self.quantity * self.unit_cost


def _own(a: Accounts) -> dict[tuple[str, str], list[_Line]]:
    """Lines of the plan's actions by action and recurrence, with the unit cost that counts."""
    lines = a.case["cost_lines"]
    lines = lines[lines["action"].isin(set(a.plan.schedule))].copy()
    published = dict(zip(a.case["unit_costs"]["item"], a.case["unit_costs"]["cost"], strict=True))
    lines["unit_cost"] = (
        lines["unit_cost"].where(lines["unit_cost"].notna(), lines["item"].map(published)).astype(float)
    )
    lines["unit_cost"] = lines["unit_cost"].fillna(0.0)
    lines["order"] = (lines["recurs"] != "once").astype(int)
    out: dict[tuple[str, str], list[_Line]] = {}
    for r in records(lines.sort_values(["action", "order", "line"])):
        line = _Line(r.action, r.recurs, r.line, r.title, r.item, float(r.quantity), float(r.unit_cost), r.source)
        out.setdefault((r.action, r.recurs), []).append(line)
    return out


def _rest(a: Accounts, lines: list[_Line]) -> float:
    """What the lines leave of the amount in the case; 0 where they add up."""
    action, recurs = lines[0].action, lines[0].recurs
    amounts = a.actions.set_index("action")["capital_cost" if recurs == "once" else "annual_cost"]
    amount = float(amounts[action])
    rest = amount - sum(line.total for line in lines)
    return rest if abs(rest) > 1e-9 * max(1.0, abs(amount)) else 0.0


def cost_lines(book: Book, a: Accounts) -> Blocks:
    """Write the lines; where they do not add up to the amount in the case, a line says by how much.

    Parameters
    ----------
    book : Book
        The workbook.
    a : Accounts
        The plan's accounts.

    Returns
    -------
    Blocks
        Where each action's lines stand.
    """
    columns = [
        Column(_("Action"), 16),
        Column(_("Activity"), 34),
        Column(_("Line"), 7, "year"),
        Column(_("What the money is for"), 40),
        Column(_("Item"), 14),
        Column(_("Quantity"), 12, "number"),
        Column(_("Unit cost"), 14, "cents"),
        Column(_("Once or annual"), 12),
        Column(_("Total"), 16, "money"),
        Column(_("Source"), 36),
    ]
    note = _(
        "Total = quantity × unit cost, in {currency}. Once: part of the capital cost; annual: part of the annual cost."
    )
    sheet = book.sheet("lines", _("Cost lines"), note.format(currency=currency_name(a.case.settings.currency)), columns)
    words = {"once": _("once"), "annual": _("annual")}
    titles = dict(zip(a.actions["action"], a.actions["title"], strict=True))
    row = HEAD + 1
    blocks: dict[tuple[str, str], str] = {}
    differs: dict[str, float] = {}
    for (action, recurs), lines in _own(a).items():
        rest = _rest(a, lines)
        if rest:
            differs[action] = differs.get(action, 0.0) + rest
            unexplained = _("Not itemised: rest of the amount in the case")
            lines.append(_Line(action, recurs, None, unexplained, "", 1.0, rest, ""))
        for i, line in enumerate(lines, row):
            named = [action, titles[action], line.number, case_text(a.case, line.title), line.item]
            sheet.row(i, [*named, line.quantity, line.unit_cost, words[recurs]])
            sheet.formula(i, _TOTAL, f"={cell(i, 5)}*{cell(i, 6)}", line.total)
            sheet.words(i, _TOTAL + 1, line.source)
        blocks[action, recurs] = span((row, _TOTAL), (row + len(lines) - 1, _TOTAL), sheet.name)
        row += len(lines)
    return Blocks(blocks, differs)
