"""Deaths a year over the years, without the plan and with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key, short_labels, value_axis
from seawall.reporting.markup import Markup, join
from seawall.reporting.numbers import count, in_size
from seawall.reporting.svg import circle, line, path, picture, rect, text

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["deaths"]

_HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 284.0, 50.0, 58.0, 30.0, 74.0


def deaths(a: Accounts) -> Chart:
    """Expected deaths a year: two lines, the space between them saved; an interval where one is known."""
    years = a.plan.years
    x = Scale(
        (float(years["year"].min()), float(max(years["year"].max(), years["year"].min() + 1))), _LEFT, WIDTH - _RIGHT
    )
    top = float(max(years["baseline_deaths"].max(), years["deaths"].max(), 0.0))
    y = Scale.over(0.0, top, _HEIGHT - _BOTTOM, _TOP, 4)
    labels, size = short_labels(y.ticks)
    title = _("Expected deaths a year from outbreaks")
    without = [(x(r.year), y(r.baseline_deaths)) for r in records(years)]
    plan = [(x(r.year), y(r.deaths)) for r in records(years)]
    entries = [
        ("dash", "before", _("without the plan")),
        ("line", "plan", _("with the plan")),
        ("box", "saved", _("averted")),
        ("tick", "ink", _("95% interval with the plan")),
    ]
    shapes = [
        _budget_span(a, x, y),
        value_axis(y, (_LEFT, WIDTH - _RIGHT), labels),
        path([*without, *reversed(plan)], "none", "saved", opacity=0.9),
        path(without, "before", stroke_width=2.5, stroke_dasharray="6 4"),
        path(plan, "plan", stroke_width=3),
        _interval(a, x, y),
        _year_labels(years["year"].tolist(), x),
        _ends(without[-1], plan[-1], float(years["baseline_deaths"].iloc[-1]), float(years["deaths"].iloc[-1])),
        text(0, 14, _unit(size), "soft", size=12),
        key(entries, _HEIGHT - 42)[0],
    ]
    note = _(
        "Means over many possible years. The grey band marks the budget years;"
        " the interval is for {year} and compares the same outbreaks with and without the plan."
    ).format(year=a.reading)
    description = _("From {first} without the plan to {last} with it in {year}.").format(
        first=count(years["baseline_deaths"].iloc[-1]),
        last=count(years["deaths"].iloc[-1]),
        year=int(years["year"].iloc[-1]),
    )
    return Chart(title, note, (picture("deaths", (WIDTH, _HEIGHT), title, description, *shapes),))


def _ends(without: tuple[float, float], plan: tuple[float, float], before: float, after: float) -> Markup:
    """What the lines come to in the last year, at their ends and apart from each other."""
    upper, lower = without[1], plan[1]
    if lower - upper < 15:
        middle = (upper + lower) / 2
        upper, lower = middle - 7.5, middle + 7.5
    x = without[0] + 8
    return join(
        text(x, upper + 4, count(before), "ink", size=12),
        text(x, lower + 4, count(after), "plan", size=12, font_weight="600"),
    )


def _unit(size: float) -> str:
    return _("{size} deaths a year").format(size=in_size(size, "").strip()) if size > 1 else _("deaths a year")


def _budget_span(a: Accounts, x: Scale, y: Scale) -> Markup:
    left, right = x(a.budget_years[0]), x(a.budget_years[-1])
    return rect(left, y.end, max(2.0, right - left), y.start - y.end, "faint")


def _year_labels(years: list[int], x: Scale) -> Markup:
    """Years under the axis, as many as have room."""
    step = max(1, -(-len(years) // 6))
    shown = [int(v) for i, v in enumerate(years) if i % step == 0]
    return join(*(text(x(v), _HEIGHT - _BOTTOM + 18, v, "soft", anchor="middle", size=12) for v in shown))


def _interval(a: Accounts, x: Scale, y: Scale) -> Markup:
    """What the plan's deaths may be in the year after the last budget year, outbreaks held the same."""
    years = a.plan.years
    row = years[years["year"] == a.reading]
    if not len(row):
        return Markup("")
    base, mean = float(row["baseline_deaths"].iloc[0]), float(row["deaths"].iloc[0])
    _mean, low, high = a.plan.deaths_averted
    at, top, bottom = x(a.reading), y(base - low), y(max(0.0, base - high))
    return join(
        line(at, top, at, bottom, "ink", stroke_width=2),
        line(at - 5, top, at + 5, top, "ink", stroke_width=2),
        line(at - 5, bottom, at + 5, bottom, "ink", stroke_width=2),
        circle(at, y(mean), 4.5, "plan", stroke="paper", stroke_width=1.5),
    )
