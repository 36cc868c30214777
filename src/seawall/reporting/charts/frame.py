"""What the pictures share: their width, scales with readable ticks, axes and keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from seawall.reporting.markup import Markup, join, tag
from seawall.reporting.numbers import decimal, sizes
from seawall.reporting.svg import circle, line, rect, text, width_of

__all__ = ["WIDTH", "Chart", "Scale", "key", "nice_ticks", "value_axis"]

#: Width of a picture in its own units; narrow enough to be read on a telephone, two abreast on a desk.
WIDTH = 420.0


@dataclass(frozen=True)
class Chart:
    """A picture with the words beside it.

    ``title`` says what is shown, ``note`` what to see in it and how to read it.
    """

    title: str
    note: str
    pictures: tuple[Markup, ...]


def nice_ticks(low: float, high: float, n: int = 5) -> list[float]:
    """Round numbers that cover a range, about ``n`` of them.

    Parameters
    ----------
    low, high : float
        Range to cover; widened where it is empty.
    n : int
        About how many ticks.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return [0.0, 1.0]
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / max(1, n)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


@dataclass(frozen=True)
class Scale:
    """From numbers to positions; ``ticks`` are round numbers, the first and the last its ends."""

    ticks: tuple[float, ...]
    start: float
    end: float
    log: bool = field(default=False)

    @classmethod
    def over(cls, low: float, high: float, start: float, end: float, n: int = 5) -> Scale:
        """A plain scale over a range, widened to round numbers."""
        return cls(tuple(nice_ticks(low, high, n)), start, end)

    @classmethod
    def decades(cls, low: float, high: float, start: float, end: float, n: int = 3) -> Scale:
        """A logarithmic scale over a range of positive numbers, widened to at most ``n`` powers of ten."""
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        last = max(last, first + 1)
        step = max(1, math.ceil((last - first) / (n - 1)))
        last = first + step * math.ceil((last - first) / step)
        return cls(tuple(10.0**p for p in range(first, last + 1, step)), start, end, log=True)

    def __call__(self, value: float) -> float:
        """Position of a number, held within the ends."""
        low, high = self.ticks[0], self.ticks[-1]
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, low))
        part = (value - low) / (high - low) if high > low else 0.0
        return self.start + min(1.0, max(0.0, part)) * (self.end - self.start)


def value_axis(scale: Scale, at: tuple[float, float], labels: Sequence[str]) -> Markup:
    """Grid lines and numbers of a scale that runs upwards, from x to x in ``at``."""
    left, right = at
    out = []
    for value, label in zip(scale.ticks, labels, strict=True):
        y = scale(value)
        out.append(line(left, y, right, y, "rule" if value else "soft", stroke_width=1))
        out.append(text(left - 6, y + 4, label, "soft", anchor="end", size=12))
    return join(*out)


def short_labels(ticks: Sequence[float]) -> tuple[list[str], float]:
    """Tick labels in one unit, with the size of that unit: 1, a million, and so on, as the language counts."""
    top = max(abs(t) for t in ticks)
    size = next((s for s, _word in sizes() if top >= s), 1.0)
    return [decimal(t / size) for t in ticks], size


def key(
    entries: Sequence[tuple[str, str, str]], y: float, left: float = 0.0, width: float = WIDTH
) -> tuple[Markup, float]:
    """Draw a key that breaks into lines, and return it with the height that it took.

    Parameters
    ----------
    entries : sequence of (shape, fill, words)
        Shape is ``box``, ``dot``, ``ring``, ``line``, ``dash`` or ``tick``.
    y : float
        Top of the key.
    left, width : float
        Where it stands.
    """
    out, x, row = [], left, y
    for shape, fill, words in entries:
        need = 24 + width_of(words, 12) + 14
        if x > left and x + need > left + width:
            x, row = left, row + 20
        out.append(_mark(shape, fill, x, row))
        out.append(text(x + 22, row + 13, words, "soft", size=12))
        x += need
    return tag("g", *out), row + 22 - y


def _mark(shape: str, fill: str, x: float, y: float) -> Markup:
    """One mark of a key, 16 wide."""
    if shape == "dot":
        return circle(x + 8, y + 9, 5.5, fill)
    if shape == "ring":
        return circle(x + 8, y + 9, 5, "paper", stroke=fill, stroke_width=2)
    if shape == "tick":
        return line(x + 8, y + 2, x + 8, y + 16, fill, stroke_width=3)
    if shape in {"line", "dash"}:
        return line(
            x, y + 9, x + 16, y + 9, fill, stroke_width=2.5, stroke_dasharray="5 3" if shape == "dash" else None
        )
    return rect(x, y + 3, 16, 12, fill, stroke="soft", stroke_width=0.6)
