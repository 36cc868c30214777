"""Timeliness of past outbreaks against 7-1-7: how long detection, notification and response took.

The target is detection within 7 days of emergence, notification within 1 day of detection and
early response complete within 7 days of notification [1]_.

References
----------
.. [1] Frieden et al. (2021), 7-1-7: an organising principle, target, and accountability metric to
   make the world safer from pandemics. Lancet 398, doi 10.1016/S0140-6736(21)01250-2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["TARGET_DAYS", "Timeliness", "timeliness"]

#: Target of each interval, days.
TARGET_DAYS = {"detect": 7.0, "notify": 1.0, "respond": 7.0}
_INTERVALS = {
    "detect": ("emergence", "detection"),
    "notify": ("detection", "notification"),
    "respond": ("notification", "response"),
}


@dataclass(frozen=True, eq=False)
class Timeliness:
    """What the log of past outbreaks says of 7-1-7.

    Parameters
    ----------
    events : DataFrame
        One event a row: event, family, place, detect_days, notify_days, respond_days (NaN: a date
        is missing, or the dates run backwards), detect_met, notify_met, respond_met and met_717
        (booleans, missing where an interval is).
    detect_median_days, notify_median_days, respond_median_days : float
        Medians over the events in which the interval is known; NaN where there is none.
    detect_met, notify_met, respond_met : float
        Share of the events in which the interval is known that meets its target, 0-1.
    met_717 : float
        Share of the events in which all three intervals are known that meets all three, 0-1.
    n_complete : int
        Events in which all three intervals are known.
    n_negative : int
        Intervals left out because the later date comes before the earlier one.
    """

    events: pd.DataFrame
    detect_median_days: float
    notify_median_days: float
    respond_median_days: float
    detect_met: float
    notify_met: float
    respond_met: float
    met_717: float
    n_complete: int
    n_negative: int

    def summary(self) -> dict[str, float | int]:
        """Every figure except the table of events, by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "events"}


def timeliness(events: pd.DataFrame) -> Timeliness:
    """Measure the intervals of 7-1-7 in a log of past outbreaks.

    Parameters
    ----------
    events : DataFrame
        The table ``events`` of a case; dates are text in the form 2024-01-31.

    Returns
    -------
    Timeliness
        Intervals by event, in the order of their codes, with medians and shares.
    """
    rows = events.sort_values(list(events.columns), ignore_index=True)
    out = rows[["event", "family", "place"]].copy()
    n_negative = 0
    for name, (start, end) in _INTERVALS.items():
        days = (_dates(rows[end]) - _dates(rows[start])).dt.days.astype("float64")
        n_negative += int((days < 0).sum())
        out[f"{name}_days"] = days.where(days >= 0)
    for name, target in TARGET_DAYS.items():
        days = out[f"{name}_days"]
        out[f"{name}_met"] = (days <= target).astype("boolean").mask(days.isna())
    complete = out[[f"{name}_days" for name in _INTERVALS]].notna().all(axis=1)
    all_met = out["detect_met"] & out["notify_met"] & out["respond_met"]
    out["met_717"] = all_met.mask(~complete)
    figures: dict[str, Any] = {f"{name}_median_days": float(out[f"{name}_days"].median()) for name in _INTERVALS}
    figures |= {column: _share(out[column]) for column in (*(f"{name}_met" for name in _INTERVALS), "met_717")}
    return Timeliness(events=out, n_complete=int(complete.sum()), n_negative=n_negative, **figures)


def _dates(text: pd.Series) -> pd.Series:
    """Dates of ISO 8601; what is no date is missing, as `check` will have said."""
    return pd.to_datetime(text.astype("str").str.strip().str.slice(0, 10), format="%Y-%m-%d", errors="coerce")


def _share(met: pd.Series) -> float:
    known = met.dropna()
    return float(known.mean()) if len(known) else float("nan")
