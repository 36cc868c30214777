"""What a comparison yields: a line of the table of hits and misses."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Line", "between", "near"]


@dataclass(frozen=True)
class Line:
    """One comparison: a figure of Seawall's, what it should be, and the bound on their difference."""

    what: str
    against: str
    expected: str
    got: str
    bound: str
    hit: bool
    note: str = ""


def near(what: str, against: str, expected: float, got: float, bound: float, *, unit: str = "", note: str = "") -> Line:
    """A line that is a hit if the two differ by no more than a bound."""
    tell = lambda x: f"{x:.4g}{unit}"  # noqa: E731
    return Line(what, against, tell(expected), tell(got), f"± {bound:.2g}{unit}", abs(got - expected) <= bound, note)


def between(what: str, against: str, interval: tuple[float, str, float], got: float, unit: str, note: str = "") -> Line:
    """A line that is a hit if the figure lies in a published interval: low, central (as told) and high."""
    low, central, high = interval
    bound = f"{low:,.4g} to {high:,.4g}{unit}"
    return Line(what, against, f"{central}{unit}", f"{got:,.3g}{unit}", bound, low <= got <= high, note)
