"""What the record of past events says of delays: which days lie between which dates.

An event has four dates: emergence, detection, notification, response. Between two dates that
follow each other the delay is known. Where a date between two others is missing, the days between
these are the sum of two delays, and both are told apart by what the other events say. A missing
first or last date says nothing: a log does not say up to which day it was kept, so a response that
it does not name may have come the day after, and counts as unknown, not as censored. Dates that
run backwards are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DATES", "STEPS", "TOTAL", "Event", "Span", "read_events"]

#: Dates of an event, in their order.
DATES = ("emergence", "detection", "notification", "response")
#: Delays from each date to the next.
STEPS = ("emergence_detection", "detection_notification", "notification_response")
#: The delay that is reported besides where detection is missing.
TOTAL = "emergence_notification"


@dataclass(frozen=True)
class Span:
    """Days between two dates of an event: the sum of the delays from step ``first`` to step ``last``."""

    event: int
    first: int
    last: int
    days: int


@dataclass(frozen=True)
class Event:
    """One past event; days are ordinals of the calendar, None where the date is missing."""

    name: str
    family: str
    place: str
    days: tuple[int | None, ...]

    def spans(self, number: int) -> list[Span]:
        """Days between each known date and the next known one, backward ones too."""
        known = [(i, d) for i, d in enumerate(self.days) if d is not None]
        return [Span(number, i, j - 1, b - a) for (i, a), (j, b) in pairwise(known)]

    def between(self, first: str, last: str) -> float:
        """Days from one date to another; NaN where one is missing or they run backwards."""
        a, b = self.days[DATES.index(first)], self.days[DATES.index(last)]
        return float("nan") if a is None or b is None or b < a else float(b - a)


def read_events(table: pd.DataFrame, since: int | None = None) -> list[Event]:
    """Events of the table ``events``, in the order of their codes.

    Parameters
    ----------
    table : DataFrame
        Dates are text in the form 2024-01-31, checked.
    since : int, optional
        Year; events whose first known date lies before it are left out.
    """
    out = []
    for r in rows(table.sort_values("event", ignore_index=True, kind="stable")):
        days = tuple(date.fromisoformat(str(getattr(r, d))[:10]).toordinal() if getattr(r, d) else None for d in DATES)
        first = min((d for d in days if d is not None), default=None)
        if since is not None and (first is None or date.fromordinal(first).year < since):
            continue
        out.append(Event(str(r.event), str(r.family), str(r.place), days))
    return out


def met(days: np.ndarray[tuple[int], np.dtype[np.float64]], target: float) -> float:
    """Share of the known delays that keep a target; NaN where none is known."""
    known = days[~np.isnan(days)]
    return float((known <= target).mean()) if len(known) else float("nan")
