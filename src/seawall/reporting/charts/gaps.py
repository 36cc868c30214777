"""Scores by area: where the country stands, where the plan takes it, and the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.numbers import decimal
from seawall.reporting.svg import circle, line, picture, shorten, text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Area", "gaps"]

_ROW, _LEFT, _TOP = 25.0, 226.0, 26.0


@dataclass(frozen=True)
class Area:
    """A technical area: its score today, after the plan, and the target."""

    name: str
    score: float
    after: float
    target: float


def gaps(areas: Sequence[Area], framework: str) -> Chart | None:
    """Dumbbells from the score of today over that under the plan to the target; the widest gap first."""
    if not areas:
        return None
    ordered = sorted(areas, key=lambda r: (-(r.target - r.score), r.name))
    top = max(max(r.score, r.after, r.target) for r in ordered)
    least = min(min(r.score, r.after, r.target) for r in ordered)
    # most scales run from 1 to 5 or from 0 to 100
    x = Scale.over(1.0 if least >= 1 and top <= 5 else 0.0, max(top, 5.0), _LEFT, WIDTH - 12, 4)
    bottom = _TOP + len(ordered) * _ROW
    shapes: list[Markup] = []
    for tick in x.ticks:
        shapes.append(line(x(tick), 20, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), 14, decimal(tick), "soft", anchor="middle", size=12))
    shapes += [_area(x, _TOP + i * _ROW, r) for i, r in enumerate(ordered)]
    entries = [
        ("ring", "before", _("today")),
        ("dot", "plan", _("under the plan")),
        ("tick", "ink", _("target")),
    ]
    shapes.append(key(entries, bottom + 8)[0])
    title = _("Scores by technical area ({framework})").format(framework=framework)
    note = _(
        "Mean score of an area's indicators. Only actions with an effect on scores move them; the widest gap is first."
    )
    described = _("; ").join(
        _("{area}: {score} today, {after} under the plan, target {target}").format(
            area=r.name, score=decimal(r.score, 2), after=decimal(r.after, 2), target=decimal(r.target, 2)
        )
        for r in ordered
    )
    return Chart(title, note, (picture("gaps", (WIDTH, bottom + 34), title, described, *shapes),))


def _area(x: Scale, y: float, row: Area) -> Markup:
    mid = y + 12
    return join(
        text(0, mid + 4, shorten(row.name, _LEFT - 12, 12), "ink", size=12, full=row.name),
        line(x(row.score), mid, x(row.target), mid, "rule", stroke_width=5),
        line(x(row.score), mid, x(row.after), mid, "plan", stroke_width=3),
        line(x(row.target), mid - 8, x(row.target), mid + 8, "ink", stroke_width=3),
        circle(x(row.score), mid, 5, "paper", stroke="before", stroke_width=2.5),
        circle(x(row.after), mid, 4, "plan") if row.after > row.score else None,
    )
