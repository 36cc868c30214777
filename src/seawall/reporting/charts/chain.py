"""From research front to project, from project to product or method, from there to deaths averted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.svg import line, path, picture, rect, text, wrap

__all__ = ["Link", "Strand", "chain"]

_BOXES = ((0.0, 142.0), (157.0, 160.0), (332.0, 87.0))
_BOX, _HEAD, _SIZE, _LINE = 62.0, 20.0, 11.5, 14.0


@dataclass(frozen=True)
class Link:
    """One project of a front: its name, what it gives, what comes of it; paid for or not."""

    project: str
    gives: str
    result: str
    paid: bool


@dataclass(frozen=True)
class Strand:
    """A front with its links."""

    front: str
    links: Sequence[Link]


def chain(name: str, title: str, strands: Sequence[Strand]) -> Markup:
    """Draw fronts one under the other, each with its chain."""
    shapes: list[Markup] = []
    y = 2.0
    for strand in strands:
        shapes.append(_head(y, strand.front))
        y += _HEAD
        for link in strand.links:
            shapes.append(_link(y, link))
            y += _BOX + 6
        y += 10
    entries = [("box", "saved", _("paid for by the plan")), ("box", "paper", _("without money"))]
    drawn, height = key(entries, y)
    described = _("; ").join(
        _("{front}: {project}, {gives}, {result}").format(
            front=s.front, project=link.project, gives=link.gives, result=link.result
        )
        for s in strands
        for link in s.links
    )
    return picture(name, (WIDTH, y + height), title, described, *shapes, drawn)


def _head(y: float, words: str) -> Markup:
    first = wrap(words, WIDTH - 4, 13, 1)[0]
    return text(0, y + 14, first, "ink", size=13, font_weight="600", full=words)


def _link(y: float, link: Link) -> Markup:
    out = []
    for (left, width), words in zip(_BOXES, (link.project, link.gives, link.result), strict=True):
        out.append(_box(left, width, y, wrap(words, width - 10, _SIZE, 4), link.paid, full=words))
    for (left, width), (after, _width) in pairwise(_BOXES):
        middle = y + _BOX / 2
        ink = "plan" if link.paid else "rule"
        out.append(line(left + width, middle, after - 4, middle, ink, stroke_width=2))
        tip = [(after - 6, middle - 4), (after, middle), (after - 6, middle + 4)]
        out.append(path(tip, "none", ink))
    return join(*out)


def _box(left: float, width: float, y: float, lines: Sequence[str], paid: bool, full: str) -> Markup:
    dash = None if paid else "4 3"
    first = y + _BOX / 2 - (len(lines) - 1) * _LINE / 2 + 4
    return join(
        rect(
            left, y, width, _BOX, "saved" if paid else "paper", stroke="plan" if paid else "soft",
            stroke_width=1.2, stroke_dasharray=dash, rx=3,
        ),
        *(
            text(left + 6, first + i * _LINE, words, "ink" if paid else "soft", size=_SIZE, full=full)
            for i, words in enumerate(lines)
        ),
    )  # fmt: skip
