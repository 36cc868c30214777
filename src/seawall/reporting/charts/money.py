"""Money by year: what each lever takes, and what each source pays of what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key, short_labels, value_axis
from seawall.reporting.markup import Markup, join
from seawall.reporting.names import case_text, lever_name
from seawall.reporting.numbers import currency_name, in_size, money
from seawall.reporting.svg import line, patterns, picture, rect, shorten, text

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["money_by_lever", "money_by_source"]

_LEFT, _TOP, _PLOT = 46.0, 28.0, 190.0


def unit_of_money(size: float, currency: str) -> str:
    """What the numbers of an axis are."""
    return in_size(size, currency_name(currency))


def money_by_lever(a: Accounts) -> Chart:
    """Bars a year, stacked by lever; a mark where the year's money ends; upkeep of the year after beside them."""
    currency = a.case.settings.currency
    years = [y for y in (*a.budget_years, a.after) if y in a.by_lever.columns or y in a.budget_years]
    spending = a.by_lever.reindex(columns=years, fill_value=0.0)
    use = a.plan.budget_use.groupby("year")["amount"].sum()
    top = max([float(spending.sum().max() if len(spending) else 0.0), float(use.reindex(years).max() or 0.0), 1.0])
    y = Scale.over(0.0, top, _TOP + _PLOT, _TOP, 4)
    labels, size = short_labels(y.ticks)
    slot = (WIDTH - _LEFT) / len(years)
    shapes = [
        patterns("money-lever"),
        text(0, 14, unit_of_money(size, currency), "soft", size=12),
        value_axis(y, (_LEFT, WIDTH), labels),
    ]
    for i, year in enumerate(years):
        left = _LEFT + i * slot
        shapes.append(_stack(spending[year], y, left + slot * 0.18, slot * 0.64))
        if year in use.index and year <= a.budget_years[-1]:
            at = y(float(use[year]))
            shapes.append(line(left + slot * 0.06, at, left + slot * 0.94, at, "ink", stroke_width=2.5))
        label = _("{year} on").format(year=year) if year == a.after else str(year)
        shapes.append(text(left + slot / 2, _TOP + _PLOT + 18, label, "soft", anchor="middle", size=12))
    if a.after in years:
        at = _LEFT + (len(years) - 1) * slot
        shapes.append(line(at, _TOP, at, _TOP + _PLOT + 22, "soft", stroke_width=1, stroke_dasharray="3 3"))
    entries = [("box", f"url(#money-lever-{lever})", lever_name(lever)) for lever in spending.index]
    entries.append(("line", "ink", _("money of the year")))
    drawn, height = key(entries, _TOP + _PLOT + 34)
    title = _("Spending a year by lever, against the money there is")
    note = _(
        "Amounts as paid. Money that a source carries over may be spent above the mark in a later year."
        " From {after} on: upkeep a year, for which no money is named."
    ).format(after=a.after)
    described = _("{total} in the budget years, then {upkeep} a year.").format(
        total=money(a.nominal, currency), upkeep=money(a.upkeep, currency)
    )
    size_of = (WIDTH, _TOP + _PLOT + 40 + height)
    return Chart(title, note, (picture("money-lever", size_of, title, described, *shapes, drawn),))


def _stack(values: pd.Series, y: Scale, left: float, width: float) -> Markup:
    """One bar of levers, the first at the bottom."""
    out, base = [], 0.0
    for lever, value in values.items():
        top = base + float(value)
        fill = f"url(#money-lever-{lever})"
        out.append(rect(left, y(top), width, y(base) - y(top), fill, stroke="ink", stroke_width=0.5))
        base = top
    return join(*out)


def money_by_source(a: Accounts) -> Chart:
    """A small row of bars for each source: the outline is what it has, the filling what it pays."""
    currency = a.case.settings.currency
    use = a.plan.budget_use
    sources = sorted(set(use["source"]))
    years = sorted({int(y) for y in use["year"]})
    row, room = 56.0, 36.0
    slot = WIDTH / max(1, len(years))
    top = max(float(use[["amount", "spent"]].to_numpy().max()) if len(use) else 1.0, 1.0)
    shapes: list[Markup] = [patterns("money-source")]
    for i, source in enumerate(sources):
        mine = use[use["source"] == source].groupby("year")[["amount", "spent"]].sum()
        total = _("{spent} of {amount}").format(
            spent=money(float(mine["spent"].sum()), currency), amount=money(float(mine["amount"].sum()), currency)
        )
        y = 16 + i * (row + 14)
        shapes.append(
            text(
                0,
                y,
                shorten(case_text(a.case, source), WIDTH * 0.5),
                "ink",
                full=case_text(a.case, source),
                font_weight="600",
            )
        )
        shapes.append(text(WIDTH, y, total, "soft", anchor="end", size=12))
        scale = Scale((0.0, top), y + 10 + room, y + 10)
        for j, year in enumerate(years):
            if year in mine.index:
                shapes.append(_pair(scale, (j + 0.2) * slot, slot * 0.6, mine.loc[year]))
        shapes.append(line(0, scale.start, WIDTH, scale.start, "soft", stroke_width=1))
    bottom = 16 + len(sources) * (row + 14) - 8
    shapes += [text((j + 0.5) * slot, bottom, year, "soft", anchor="middle", size=12) for j, year in enumerate(years)]
    entries = [("box", "plan", _("paid")), ("box", "paper", _("money of the year"))]
    shapes.append(key(entries, bottom + 8)[0])
    title = _("What each source pays, of what it has")
    note = _("All rows share one scale. A filling above its outline is money carried over from the year before.")
    described = _("; ").join(
        _("{source}: {spent} of {amount}").format(
            source=case_text(a.case, s),
            spent=money(float(use.loc[use["source"] == s, "spent"].sum()), currency),
            amount=money(float(use.loc[use["source"] == s, "amount"].sum()), currency),
        )
        for s in sources
    )
    return Chart(title, note, (picture("money-source", (WIDTH, bottom + 34), title, described, *shapes),))


def _pair(scale: Scale, left: float, width: float, row: pd.Series) -> Markup:
    """What a source has in a year, and what it pays."""
    amount, spent = float(row["amount"]), float(row["spent"])
    outline = rect(left, scale(amount), width, scale.start - scale(amount), "none", stroke="ink", stroke_width=1.4)
    return join(rect(left, scale(spent), width, scale.start - scale(spent), "plan"), outline)
