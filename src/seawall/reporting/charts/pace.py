"""Days to a name year by year: the median of the population, between the best and the worst place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Scale, key, value_axis
from seawall.reporting.markup import Markup, join
from seawall.reporting.numbers import days
from seawall.reporting.svg import circle, line, path, picture, text

__all__ = ["Pace", "pace"]

_LEFT, _RIGHT, _TOP, _PLOT = 36.0, 52.0, 30.0, 150.0


@dataclass(frozen=True)
class Pace:
    """One panel: median without the plan and with it by year, best and worst place under the plan."""

    name: str
    title: str
    years: Sequence[int]
    before: Sequence[float]
    after: Sequence[float]
    best: Sequence[float]
    worst: Sequence[float]
    goal: float


def pace(given: Pace) -> Markup:
    """Draw one panel; what never happens is left out."""
    known = [v for v in (*given.before, *given.after, *given.worst, given.goal) if math.isfinite(v)]
    x = Scale((float(given.years[0]), float(max(given.years[-1], given.years[0] + 1))), _LEFT, WIDTH - _RIGHT)
    y = Scale.over(0.0, max(known), _TOP + _PLOT, _TOP, 4)
    shapes: list[Markup] = [
        text(0, 14, given.title, "ink", font_weight="600"),
        value_axis(y, (_LEFT, WIDTH - _RIGHT), [days(t) for t in y.ticks]),
    ]
    if all(math.isfinite(v) for v in (*given.best, *given.worst)):
        upper = [(x(float(v)), y(n)) for v, n in zip(given.years, given.worst, strict=True)]
        lower = [(x(float(v)), y(n)) for v, n in zip(given.years, given.best, strict=True)]
        shapes.append(path([*upper, *reversed(lower)], "none", "saved", opacity=0.9))
    shapes.append(line(_LEFT, y(given.goal), WIDTH - _RIGHT, y(given.goal), "soft", stroke_width=1.5))
    shapes += [_curve(x, y, given.years, given.before, "before", True), _curve(x, y, given.years, given.after, "plan")]
    shapes += [
        text(x(float(v)), _TOP + _PLOT + 18, v, "soft", anchor="middle", size=12)
        for v in given.years[:: max(1, math.ceil(len(given.years) / 7))]
    ]
    shapes.append(_ends(x.end + 8, y, given))
    entries = [
        ("dash", "before", _("median without the plan")),
        ("line", "plan", _("median with the plan")),
        ("box", "saved", _("best to worst place with the plan")),
        ("line", "soft", _("{days} days").format(days=days(given.goal))),
    ]
    drawn, height = key(entries, _TOP + _PLOT + 28)
    described = _("Median of the population: {before} days in {first}, {after} days with the plan in {last}.").format(
        before=days(given.before[0]), first=given.years[0], after=days(given.after[-1]), last=given.years[-1]
    )
    return picture(given.name, (WIDTH, _TOP + _PLOT + 32 + height), given.title, described, *shapes, drawn)


def _curve(x: Scale, y: Scale, years: Sequence[int], values: Sequence[float], ink: str, dashed: bool = False) -> Markup:
    points = [(x(float(v)), y(n)) for v, n in zip(years, values, strict=True) if math.isfinite(n)]
    if not points:
        return Markup("")
    return join(
        path(points, ink, stroke_width=2.5, stroke_dasharray="6 4" if dashed else None),
        circle(*points[-1], 3.5, ink),
    )


def _ends(left: float, y: Scale, given: Pace) -> Markup:
    """The last figures of both curves, apart where they would run into each other."""
    last = [values[-1] for values in (given.before, given.after) if math.isfinite(values[-1])]
    if len({days(v) for v in last}) < 2:
        last = last[:1]
    at = [y(v) + 4 for v in last]
    if len(at) == 2 and abs(at[0] - at[1]) < 13:
        middle, sign = (at[0] + at[1]) / 2, 1.0 if at[0] > at[1] else -1.0
        at = [middle + sign * 7, middle - sign * 7]
    return join(
        *(text(left, place, days(v), "ink", size=12, font_weight="600") for place, v in zip(at, last, strict=True))
    )
