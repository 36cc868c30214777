"""Classes of a value on a map: round numbers that part it, in which class a value falls, and its words."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from seawall.language import _
from seawall.reporting.numbers import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["class_words", "cuts", "grade", "spread"]


def cuts(values: NDArray[np.float64], more: bool) -> list[float]:
    """Round numbers that part the values of both maps into about equal classes, worst to best."""
    known = values[np.isfinite(values)]
    if not len(known):
        return []
    quarters = [float(q) for q in np.quantile(known, (0.25, 0.5, 0.75))]
    inside: list[float] = []
    # places that differ little need a digit more to be told apart
    for digits in (1, 2):
        marks = {rounded(q, digits if q < 10 else 2) for q in quarters}
        inside = sorted(c for c in marks if known.min() < c <= known.max())
        if len(inside) == len(quarters):
            break
    return inside if more else inside[::-1]


def grade(value: float, marks: Sequence[float], more: bool) -> int:
    """Class of a value as it is written, to two digits, 0 the worst; what does not exist is the worst."""
    if math.isnan(value):
        return 0
    value = rounded(value, 2) if abs(value) < 100 else value
    return sum(value >= c if more else value <= c for c in marks)


def spread(shades: Sequence[str], marks: Sequence[float]) -> list[str]:
    """One shade a class, from the first to the last however many there are; the best where there is one class."""
    if not marks:
        return [shades[-1]]
    return [shades[round(i * (len(shades) - 1) / len(marks))] for i in range(len(marks) + 1)]


def class_words(marks: Sequence[float], more: bool, write: Callable[[float], str]) -> list[str]:
    """What each class holds, worst to best."""
    said = [write(c) for c in marks]
    if not said:
        return []
    if more:
        return [
            _("under {a}").format(a=said[0]),
            *(_("{a} to {b}").format(a=p, b=q) for p, q in pairwise(said)),
            _("{a} or more").format(a=said[-1]),
        ]
    return [
        _("over {a}, or never").format(a=said[0]),
        *(_("{b} to {a}").format(a=p, b=q) for p, q in pairwise(said)),
        _("{a} or less").format(a=said[-1]),
    ]
