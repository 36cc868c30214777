"""How something grows year by year without the plan and with it: a small row of lines for each thing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Scale, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.svg import circle, line, path, picture, shorten, text

__all__ = ["Growth", "growth", "growths"]

_PLOT, _GAP, _TOP = 40.0, 40.0, 4.0
_RIGHT = 92.0
#: Rows up to which one picture is enough.
_FEW = 3


@dataclass(frozen=True)
class Growth:
    """One row: its name, its values by year without the plan and with it, and a need (NaN: none)."""

    name: str
    before: Sequence[float]
    after: Sequence[float]
    need: float = math.nan


def growths(
    name: str, title: str, years: Sequence[int], rows: Sequence[Growth], write: Callable[[float], str]
) -> tuple[Markup, ...]:
    """Draw the rows in two pictures of about the same height, in one where they are few."""
    half = len(rows) if len(rows) <= _FEW else math.ceil(len(rows) / 2)
    return tuple(
        growth(f"{name}-{k}", title, years, rows[start : start + half], write)
        for k, start in enumerate(range(0, len(rows), half))
    )


def growth(
    name: str, title: str, years: Sequence[int], rows: Sequence[Growth], write: Callable[[float], str]
) -> Markup:
    """Draw the rows one under the other, each on its own scale from 0."""
    x = Scale((float(years[0]), float(max(years[-1], years[0] + 1))), 6.0, WIDTH - _RIGHT)
    shapes: list[Markup] = []
    y = _TOP
    for row in rows:
        shapes.append(_row(x, y, years, row, write))
        y += _PLOT + _GAP
    step = max(1, math.ceil(len(years) / 6))
    shapes += [text(x(float(v)), y + 4, v, "soft", anchor="middle", size=12) for v in years[::step]]
    entries = [("dash", "before", _("without the plan")), ("line", "plan", _("with the plan"))]
    if any(math.isfinite(r.need) for r in rows):
        entries.append(("line", "soft", _("need by the norm, where it is in reach")))
    drawn, height = key(entries, y + 12)
    described = _("; ").join(
        _("{name}: {first} in {year}, then {before} without the plan and {after} with it in {last}").format(
            name=r.name,
            first=write(r.before[0]),
            year=years[0],
            before=write(r.before[-1]),
            after=write(r.after[-1]),
            last=years[-1],
        )
        for r in rows
    )
    return picture(name, (WIDTH, y + 16 + height), title, described, *shapes, drawn)


def _row(x: Scale, top: float, years: Sequence[int], row: Growth, write: Callable[[float], str]) -> Markup:
    most = max(*row.before, *row.after, 1e-9)
    # a need far beyond all values would press the lines flat
    shown = math.isfinite(row.need) and row.need <= 2.5 * most
    y = Scale((0.0, max(most, row.need) if shown else most), top + 24 + _PLOT, top + 26)
    points = [[(x(float(v)), y(n)) for v, n in zip(years, values, strict=True)] for values in (row.before, row.after)]
    first, last = write(row.before[0]), write(row.after[-1])
    ends = first if first == last else _("{before} → {after}").format(before=first, after=last)
    shapes = [
        text(0, top + 13, shorten(row.name, WIDTH - _RIGHT - 10, 12.5), "ink", size=12.5, full=row.name),
        text(WIDTH, top + 13, ends, "ink", anchor="end", size=12.5, font_weight="600"),
        line(x.start, y.start, x.end, y.start, "soft", stroke_width=1),
    ]
    if math.isfinite(row.need):
        words = _("need {need}").format(need=write(row.need))
        at = y(row.need) if shown else y.end + 10
        shapes.append(text(WIDTH, at + 4, words, "soft", anchor="end", size=12))
        if shown:
            shapes.append(line(x.start, y(row.need), x.end, y(row.need), "soft", stroke_width=1.5))
    shapes += [
        path(points[0], "before", stroke_width=2.5, stroke_dasharray="6 4"),
        path(points[1], "plan", stroke_width=2.5),
        circle(*points[1][-1], 3.5, "plan"),
    ]
    return join(*shapes)
