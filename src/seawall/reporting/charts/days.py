"""How many days until outbreaks are found and answered, without the plan and with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.numbers import days as write_days
from seawall.reporting.svg import circle, line, picture, text
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["days"]

_LEFT, _RIGHT, _ROW = 10.0, 150.0, 62.0


def days(a: Accounts) -> Chart:
    """Median days by step, as a dumbbell with the 7-1-7 target; a median that does not exist is said in words."""
    before, after = a.plan.before.timeliness, a.plan.after.timeliness
    large = before.LARGE
    rows = [
        (
            _("Finding outbreaks of {large} people or more").format(large=large),
            before.large_detect_median_days,
            after.large_detect_median_days,
            7.0,
            _("over half never found"),
        ),
        (
            _("Answering them, from notification"),
            before.large_respond_median_days,
            after.large_respond_median_days,
            7.0,
            _("over half never answered"),
        ),
        (
            _("Finding any outbreak with one case of illness or more"),
            before.detect_median_days,
            after.detect_median_days,
            7.0,
            _("over half never found"),
        ),
        (
            _("Notifying, from finding"),
            before.notify_median_days,
            after.notify_median_days,
            1.0,
            _("over half never notified"),
        ),
    ]
    known = [v for _words, b, c, target, _never in rows for v in (b, c, target) if math.isfinite(v)]
    x = Scale.over(0.0, max(known), _LEFT, WIDTH - _RIGHT, 4)
    height = len(rows) * _ROW + 70
    axis = len(rows) * _ROW + 8
    shapes: list[Markup] = []
    for tick in x.ticks:
        shapes.append(line(x(tick), 22, x(tick), axis, "rule", stroke_width=1))
        shapes.append(text(x(tick), axis + 16, write_days(tick), "soft", anchor="middle", size=12))
    shapes += [_row(x, i * _ROW + 16, row) for i, row in enumerate(rows)]
    entries = [
        ("ring", "before", _("without the plan")),
        ("dot", "plan", _("with the plan")),
        ("tick", "soft", _("7-1-7 target")),
    ]
    shapes.append(key(entries, height - 26)[0])
    shapes.append(text(WIDTH, axis + 16, _("days (median)"), "soft", anchor="end", size=12))
    title = _("Days until outbreaks are found and answered")
    note = _(
        "Medians over outbreaks, weighted by how often they occur."
        " Outbreaks of {large} people or more are those that would infect as many if left alone."
    ).format(large=large)
    description = sentences(*(_described(row) for row in rows))
    return Chart(title, note, (picture("days", (WIDTH, height), title, description, *shapes),))


def _described(row: tuple[str, float, float, float, str]) -> str:
    words, before, after, _target, never = row
    first = write_days(before) if math.isfinite(before) else never
    second = write_days(after) if math.isfinite(after) else never
    return _("{what}: {before} without the plan, {after} with it.").format(what=words, before=first, after=second)


def _row(x: Scale, y: float, row: tuple[str, float, float, float, str]) -> Markup:
    """One step: its name above, then what was and what will be."""
    words, before, after, target, never = row
    mid = y + 22
    edge = WIDTH - _RIGHT + 12
    at_before = x(before) if math.isfinite(before) else edge
    at_after = x(after) if math.isfinite(after) else edge
    shapes = [
        text(0, y, words, "ink"),
        line(x(0), mid, x.end, mid, "rule", stroke_width=1),
        line(x(target), mid - 11, x(target), mid + 11, "soft", stroke_width=3),
    ]
    if math.isfinite(before) or math.isfinite(after):
        dash = None if math.isfinite(before) and math.isfinite(after) else "2 4"
        shapes.append(line(at_before, mid, at_after, mid, "plan", stroke_width=3, stroke_dasharray=dash))
    for value, at in ((before, at_before), (after, at_after)):
        ring = value is before
        if math.isfinite(value):
            shapes.append(
                circle(at, mid, 6.5, "paper", stroke="before", stroke_width=3) if ring else circle(at, mid, 7, "plan")
            )
    shapes.append(_labels(edge + 6, mid, before, after, never))
    return join(*shapes)


def _labels(x: float, mid: float, before: float, after: float, never: str) -> Markup:
    """What the row says in words, at its right end."""
    if not math.isfinite(before) and not math.isfinite(after):
        return _stacked(x, mid, never, _("in either case"))
    if math.isfinite(before) and math.isfinite(after):
        words = _("{before} → {after}").format(before=write_days(before), after=write_days(after))
        return text(x, mid + 5, words, "ink", font_weight="600")
    if math.isfinite(after):
        return _stacked(x, mid, never, _("→ {after}").format(after=write_days(after)))
    return _stacked(x, mid, _("{before} →").format(before=write_days(before)), never)


def _stacked(x: float, mid: float, first: str, second: str) -> Markup:
    return join(text(x, mid - 2, first, "ink", size=12), text(x, mid + 13, second, "ink", size=12, font_weight="600"))
