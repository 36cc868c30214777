"""Rows of a value before and after, on one scale, with a yardstick: places, products, anything with a name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Scale, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.svg import circle, line, picture, shorten, text

__all__ = ["Spans", "spans"]

_VALUE, _TOP = 86.0, 22.0


@dataclass(frozen=True)
class Spans:
    """What a picture of spans shows.

    ``rows``: name, value today, value under the plan; a value that is not finite does not exist.
    ``yardstick``: a value drawn as a line, NaN for none, named ``yardstick_name``; ``top``: a value
    that the scale reaches at least, so that pictures side by side share one;
    ``label``: width of the names.
    """

    name: str
    title: str
    rows: Sequence[tuple[str, float, float]]
    write: Callable[[float], str]
    unit: str
    yardstick: float = math.nan
    yardstick_name: str = ""
    never: str = "–"
    row: float = 19.0
    top: float = 0.0
    label: float = 150.0


def spans(given: Spans, part: int = 0) -> Markup:
    """Draw one picture; ``part`` numbers pictures of the same name."""
    known = [v for _name, b, c in given.rows for v in (b, c) if math.isfinite(v)]
    top = max([*known, given.top, given.yardstick if math.isfinite(given.yardstick) else 0.0, 1e-9])
    x = Scale.over(0.0, top, given.label, WIDTH - _VALUE, 4)
    bottom = _TOP + len(given.rows) * given.row + 4
    shapes: list[Markup] = []
    for tick in x.ticks:
        shapes.append(line(x(tick), _TOP - 4, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), _TOP - 8, given.write(tick), "soft", anchor="middle", size=11))
    if math.isfinite(given.yardstick):
        at = x(given.yardstick)
        shapes.append(line(at, _TOP - 4, at, bottom, "soft", stroke_width=2.5, stroke_dasharray="5 3"))
    for i, row in enumerate(given.rows):
        shapes.append(_row(given, x, _TOP + i * given.row + given.row / 2, row))
    entries = [("ring", "before", _("today")), ("dot", "plan", _("with the plan"))]
    if math.isfinite(given.yardstick):
        entries.append(("dash", "soft", given.yardstick_name))
    drawn, height = key(entries, bottom + 20)
    shapes += [text(given.label, bottom + 14, given.unit, "soft", size=12), drawn]
    described = _("; ").join(
        _("{name}: {before} today, {after} with the plan").format(
            name=name, before=_said(given, before), after=_said(given, after)
        )
        for name, before, after in given.rows
    )
    size = (WIDTH, bottom + 24 + height)
    return picture(f"{given.name}-{part}", size, given.title, described, *shapes)


def _said(given: Spans, value: float) -> str:
    return given.write(value) if math.isfinite(value) else given.never


def _row(given: Spans, x: Scale, y: float, row: tuple[str, float, float]) -> Markup:
    name, before, after = row
    shapes = [
        text(given.label - 8, y + 4, shorten(name, given.label - 10, 12), "ink", anchor="end", size=12, full=name),
        line(x(0.0), y, x.end, y, "faint", stroke_width=1),
    ]
    if math.isfinite(before) and math.isfinite(after):
        shapes.append(line(x(before), y, x(after), y, "plan", stroke_width=2.5))
    if math.isfinite(before):
        # larger where the other would hide it
        radius = 6.5 if before == after else 4.5
        shapes.append(circle(x(before), y, radius, "paper", stroke="before", stroke_width=2.5))
    if math.isfinite(after):
        shapes.append(circle(x(after), y, 4.5, "plan"))
    words = _said(given, after)
    if words != _said(given, before):
        words = _("{before} → {after}").format(before=_said(given, before), after=words)
    shapes.append(text(WIDTH, y + 4, shorten(words, _VALUE - 2, 12), "soft", anchor="end", size=12, full=words))
    return join(*shapes)
