"""What the saving would be at the low and at the high value of each assumption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key, short_labels
from seawall.reporting.charts.money import unit_of_money
from seawall.reporting.markup import Markup, join
from seawall.reporting.names import case_text
from seawall.reporting.numbers import decimal, money
from seawall.reporting.svg import circle, line, picture, text, wrap

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["swings"]

_ROW, _TOP, _SIDE, _MOST = 62.0, 8.0, 12.0, 8


def swings(a: Accounts) -> Chart | None:
    """A line for each of the assumptions that matter most, from the saving at its low value to that at its high."""
    table = a.plan.assumptions.head(_MOST)
    if not len(table):
        return None
    currency = a.case.settings.currency
    ends = table[["saved_low", "saved_high"]].to_numpy(float)
    x = Scale.over(min(0.0, float(ends.min())), float(ends.max()), _SIDE, WIDTH - _SIDE, 4)
    labels, size = short_labels(x.ticks)
    bottom = _TOP + len(table) * _ROW
    shapes: list[Markup] = []
    for tick, label in zip(x.ticks, labels, strict=True):
        shapes.append(line(x(tick), _TOP, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), bottom + 16, label, "soft", anchor="middle", size=12))
    shapes += [_assumption(a, x, _TOP + i * _ROW, row) for i, (_i, row) in enumerate(table.iterrows())]
    unit = _("{unit} averted a year").format(unit=unit_of_money(size, currency))
    shapes.append(text(WIDTH / 2, bottom + 34, unit, "soft", anchor="middle", size=12))
    entries = [
        ("ring", "before", _("at the low value")),
        ("dot", "plan", _("at the high value")),
    ]
    shapes.append(key(entries, bottom + 44)[0])
    title = _("What to measure first: loss averted if one assumption is wrong")
    note = _(
        "One assumption at a time, the others at their central value; the widest line first."
        " Weighed on a smaller draw of outbreaks than the five figures: compare the lines with each other."
    )
    described = _("; ").join(
        _("{note}: {low} to {high}").format(
            note=case_text(a.case, r.note) or r.parameter,
            low=money(r.saved_low, currency),
            high=money(r.saved_high, currency),
        )
        for r in records(table)
    )
    return Chart(title, note, (picture("swings", (WIDTH, bottom + 70), title, described, *shapes),))


def _assumption(a: Accounts, x: Scale, y: float, row: pd.Series) -> Markup:
    """One assumption: what it is, in two lines, and the line of its swing."""
    words = _("{note}: {low} to {high} ({unit})").format(
        note=case_text(a.case, row["note"]) or row["parameter"],
        low=decimal(row["low"]),
        high=decimal(row["high"]),
        unit=case_text(a.case, row["unit"]),
    )
    lines = wrap(words, WIDTH, 12, 2)
    mid = y + 48
    low, high = x(float(row["saved_low"])), x(float(row["saved_high"]))
    return join(
        *(text(0, y + 14 + 15 * i, part, "ink", size=12, class_="halo", full=words) for i, part in enumerate(lines)),
        line(low, mid, high, mid, "plan", stroke_width=4),
        circle(low, mid, 5.5, "paper", stroke="before", stroke_width=2.5),
        circle(high, mid, 6, "plan"),
    )
