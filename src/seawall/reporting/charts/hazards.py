"""Expected loss by hazard, without the plan and with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.numbers import amount, change, currency_name, money
from seawall.reporting.rare import hazard_table
from seawall.reporting.svg import circle, line, patterns, picture, rect, shorten, text

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["hazards"]

_ROW, _LEFT, _RIGHT = 50.0, 4.0, 216.0
#: Beyond this ratio of the largest to the smallest, bars of the smallest cannot be seen.
_SPAN = 100.0


def hazards(a: Accounts) -> Chart:
    """Paired bars; pairs of dots on a logarithmic scale where hazards differ a hundredfold or more."""
    table = hazard_table(a).sort_values("baseline", ascending=False)
    values = table[["baseline", "plan"]].to_numpy(float)
    positive = values[values > 0]
    log = bool(len(positive)) and positive.max() / positive.min() > _SPAN
    currency = a.case.settings.currency
    bottom = len(table) * _ROW + 12
    if log:
        x = Scale.decades(float(positive.min()), float(positive.max()), _LEFT + 6, WIDTH - _RIGHT)
    else:
        x = Scale.over(0.0, float(positive.max()) if len(positive) else 1.0, _LEFT, WIDTH - _RIGHT, 4)
    shapes: list[Markup] = [patterns("hazards")]
    for tick in x.ticks:
        shapes.append(line(x(tick), 4, x(tick), bottom, "rule", stroke_width=1))
        side = "end" if tick == x.ticks[-1] else "start" if tick == x.ticks[0] else "middle"
        at = x.end + 8 if side == "end" else 0 if side == "start" else x(tick)
        shapes.append(text(at, bottom + 16, amount(tick), "soft", anchor=side, size=12))
    shapes += [_hazard(x, i * _ROW, row, log) for i, (_i, row) in enumerate(table.iterrows())]
    mark = ("ring", "dot") if log else ("box", "box")
    before = "before" if log else "url(#hazards-before)"
    entries = [(mark[0], before, _("without the plan")), (mark[1], "plan", _("with the plan"))]
    shapes.append(key(entries, bottom + 26)[0])
    title = _("Expected loss by hazard to {year}, {currency}").format(year=a.last, currency=currency_name(currency))
    note = _("Discounted and summed over all years; the largest first.")
    if log:
        note = _(
            "Discounted and summed over all years; the largest first. Each line of the grid is a power of ten (logarithmic scale)."
        )
    described = _("; ").join(
        _("{hazard}: {before}, with the plan {after}").format(
            hazard=r.name_, before=money(r.baseline, currency), after=money(r.plan, currency)
        )
        for r in records(table)
    )
    return Chart(title, note, (picture("hazards", (WIDTH, bottom + 52), title, described, *shapes),))


def _hazard(x: Scale, y: float, row: pd.Series, log: bool) -> Markup:
    """One hazard: its name, under it its bars or dots, and its figures beside them."""
    before, after = float(row["baseline"]), float(row["plan"])
    figures = _("{before} → {after}").format(before=amount(before), after=amount(after))
    if before > 0:
        figures = _("{before} → {after} ({change})").format(
            before=amount(before), after=amount(after), change=change(before, after)
        )
    mid = y + 34
    words = join(
        text(0, y + 18, shorten(str(row["name_"]), WIDTH), "ink", class_="halo", full=row["name_"]),
        text(WIDTH, mid + 4, figures, "ink", anchor="end", size=12),
    )
    if log:
        dots = [circle(x(before), mid, 6, "paper", stroke="before", stroke_width=3)] if before > 0 else []
        dots += [circle(x(after), mid, 6, "plan")] if after > 0 else []
        bar = line(x(before), mid, x(after), mid, "plan", stroke_width=3)
        return join(line(x.start, mid, x.end, mid, "rule", stroke_width=1), bar, *dots, words)
    return join(
        rect(x.start, mid - 9, x(before) - x.start, 9, "url(#hazards-before)", stroke="ink", stroke_width=0.5),
        rect(x.start, mid + 1, x(after) - x.start, 9, "plan"),
        words,
    )
