"""Each delay of the record: fitted, with its interval, its agreement and what would narrow it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.assessment.timeliness import TARGET_DAYS
from seawall.calibration.agreement import agreement
from seawall.calibration.fitting import LEAST_EVENTS, drop_allowed, fit_chain
from seawall.calibration.record import DATES, STEPS, TOTAL, Span, met
from seawall.language import _, _n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.calibration.fitting import Chain
    from seawall.calibration.record import Event

__all__ = ["Delay", "delays_of"]

TARGETS = dict(zip(STEPS, TARGET_DAYS.values(), strict=True))


@dataclass(frozen=True)
class Delay:
    """One delay as the record tells it, in days.

    Parameters
    ----------
    step : str
        From which date to which.
    n, sums : int
        Events that tell it, and those among them that tell only its sum with a neighbour.
    family : str or None
        None: not fitted, for the reason in ``why``; then median and quartiles are those of the record.
    median, low, high : float or None
        With its 95% interval; None at an end: open.
    quartiles : tuple of float or None
    mean, mean_low, mean_high : float or None
        Longer delays than a year count as a year.
    aic : mapping of family to float
    distance, p : float or None
        Agreement of the family with the record.
    recorded_median, recorded_met : float
        Of the events that tell it in full; the share that meets 7-1-7.
    more_events : int or None
        So many more would halve the interval.
    """

    step: str
    n: int
    sums: int
    recorded_median: float
    recorded_met: float
    quartiles: tuple[float, float] | None = None
    family: str | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    aic: dict[str, float] = field(default_factory=dict)
    distance: float | None = None
    p: float | None = None
    more_events: int | None = None
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The delay as ``seawall calibrate --json`` prints it."""
        fitted = self.family is not None
        return {
            "step": self.step,
            "n": self.n,
            "censored": self.sums,
            "family": self.family,
            "median": self.median,
            "low": self.low,
            "high": self.high,
            "quartiles": None if self.quartiles is None else list(self.quartiles),
            "mean": self.mean,
            "mean_low": self.mean_low,
            "mean_high": self.mean_high,
            "fit": {"distance": self.distance, "p": self.p, "aic": self.aic} if fitted else None,
            "more_events": self.more_events,
            "why": self.why,
        }


def delays_of(events: Sequence[Event], seed: int) -> tuple[list[Delay], Chain]:
    """Delays of some events, and the chain of the three steps as fitted.

    The delay from emergence to notification is told besides where an event lacks the day of
    detection only.
    """
    spans = [s for i, e in enumerate(events) for s in e.spans(i)]
    chain = fit_chain(spans, len(STEPS))
    out = [_delay(chain, k, step, seed, DATES[k : k + 2], events) for k, step in enumerate(STEPS)]
    whole = [
        Span(i, 0, 0, int(d))
        for i, e in enumerate(events)
        if not math.isnan(d := e.between("emergence", "notification"))
    ]
    if any(e.days[1] is None for i, e in enumerate(events) if i in {s.event for s in whole}):
        out.append(_delay(fit_chain(whole, 1), 0, TOTAL, seed, ("emergence", "notification"), events))
    return out, chain


def _delay(chain: Chain, k: int, step: str, seed: int, dates: Sequence[str], events: Sequence[Event]) -> Delay:
    days = np.array([e.between(*dates) for e in events])
    known = days[~np.isnan(days)]
    median = float(np.median(known)) if len(known) else float("nan")
    share = met(days, TARGETS.get(step, math.inf)) if step in TARGETS else float("nan")
    if k not in chain.fits:
        if len(known) < LEAST_EVENTS:
            why = _n(
                "{n} event tells it in full; a fit needs {least}",
                "{n} events tell it in full; a fit needs {least}",
                len(known),
            ).format(n=len(known), least=LEAST_EVENTS)
        else:
            why = _("it took {days:g} days in every event; a fit needs delays that differ").format(days=median)
        quartiles = tuple(float(q) for q in np.quantile(known, [0.25, 0.75])) if len(known) else None
        return Delay(
            step, len(known), 0, median, share, quartiles,  # type: ignore[arg-type]
            median=None if math.isnan(median) else median, why=why,
        )  # fmt: skip
    fit = chain.fits[k]
    low, high = chain.interval(k, 0.5)
    mean_low, mean_high = chain.interval(k, None)
    distance, p = agreement(chain, k, seed)
    return Delay(
        step,
        fit.n,
        fit.sums,
        median,
        share,
        (fit.quantile(0.25), fit.quantile(0.75)),
        fit.family,
        fit.quantile(0.5),
        low,
        high,
        fit.mean,
        mean_low,
        mean_high,
        fit.aic,
        distance,
        p,
        _more(fit.n),
    )


def _more(n: int) -> int:
    """Events to add until the interval is half as wide, on the scale of logarithms."""
    wanted, total = 0.25 * drop_allowed(n) / n, n
    while drop_allowed(total) / total > wanted:
        total += 1
    return total - n
