"""The chance of suspicion that the recorded days of detection speak for.

One factor multiplies the odds of ``suspicion_low`` and ``suspicion_high``. For each event the model
gives the days from the first onset to detection over outbreaks of its family (of all hazards where
the case has none of that family), each with its weight, given that it was found, and that left
alone it would have made so many people ill in one place: what nobody finds, nobody records, and a
single case that leads nowhere seldom enters a log. The size by the day of detection would not do:
where surveillance is good, only outbreaks that were found late have that size. A recorded day need not be one of the
model's; on the scale log(1 + days) it differs from it by a normal error, whose spread is fitted
beside the factor and profiled out. A model that cannot follow the record then shows a wide spread
and a flat likelihood, not a false certainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import ndtr

from seawall.calibration.fitting import drop_allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seawall.calibration.model import Simulated
    from seawall.calibration.record import Event

__all__ = ["FACTORS", "SIZES", "Suspicion", "alike", "fit_suspicion"]

#: Factors on the odds that are tried, from a ninetieth to ninety.
FACTORS = np.exp(np.arange(-4.5, 4.51, 0.5))
#: People ill in one place, if left alone, from which an outbreak is taken to be recorded: the second
#: is used, the others say how much rests on it.
SIZES = (1, 3, 10)
USED = 1
#: Spreads tried, in natural logarithms of 1 + days.
SPREADS = np.exp(np.linspace(np.log(0.15), np.log(3.0), 16))
#: Least number of events that speak.
LEAST_EVENTS = 5


@dataclass(frozen=True)
class Suspicion:
    """What the record says of the chance of suspicion.

    Parameters
    ----------
    status : str
        ``told``; ``few``: too few events; ``flat``: every factor does; ``low``, ``high``: the record
        speaks for less or more than any factor tried, or the interval is open on that side.
    n : int
        Events that speak.
    elsewhere : tuple of str
        Those among them whose family no hazard has.
    factor, low, high : float or None
        On the odds; the interval covers the estimates under other sizes of what gets recorded.
    spread : float or None
        Factor by which a recorded day typically differs from the model's.
    by_size : mapping of int to float or None
        Estimate for each size.
    """

    status: str
    n: int
    elsewhere: tuple[str, ...]
    factor: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    by_size: dict[int, float | None] | None = None


def alike(simulated: Sequence[Simulated], family: str) -> list[Simulated]:
    """Hazards of a family; all where there is none."""
    return [s for s in simulated if family and s.family == family] or list(simulated)


def recorded(s: Simulated, factor: int, size: int) -> NDArray[np.float64]:
    """Weight of each outbreak in a record: 0 where it is not found, or would never have been of that size."""
    found = np.isfinite(s.detect[factor]) & np.isfinite(s.reached[size])
    return np.where(found, s.weight, 0.0)


def _chances(
    simulated: Sequence[Simulated], factor: int, size: int, days: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Chance of each recorded day under each spread, array (spread, day); None: nothing is found."""
    weight = np.concatenate([recorded(s, factor, size) for s in simulated])
    if weight.sum() <= 0:
        return None
    at = np.log1p(np.concatenate([s.detect[factor] for s in simulated])[weight > 0])
    weight = weight[weight > 0] / weight.sum()
    # a difference of dates is the delay to the nearest day
    upper = np.log1p(days + 0.5)
    lower = np.where(days > 0, np.log1p(np.maximum(days - 0.5, 0.0)), -np.inf)
    return np.array(
        [weight @ (ndtr((upper - at[:, None]) / spread) - ndtr((lower - at[:, None]) / spread)) for spread in SPREADS]
    )


def _surface(
    events: Sequence[tuple[Event, NDArray[np.float64]]], simulated: Sequence[Simulated], size: int
) -> NDArray[np.float64]:
    """Log-likelihood by factor and spread, array (factor, spread)."""
    out = np.zeros((len(FACTORS), len(SPREADS)))
    families = sorted({e.family for e, _w in events})
    known = {f: alike(simulated, f) for f in families}
    for i in range(len(FACTORS)):
        for family in families:
            mine = [w for e, w in events if e.family == family]
            days = np.unique(np.concatenate([np.flatnonzero(w) for w in mine])).astype(np.float64)
            chances = _chances(known[family], i, size, days)
            if chances is None:
                out[i] = -np.inf
                continue
            for w in mine:
                own = days < len(w)
                out[i] += np.log(np.maximum(chances[:, own] @ w[days[own].astype(np.int64)], 1e-300))
    return out


def _peak(profile: NDArray[np.float64], allowed: float) -> tuple[float, float | None, float | None]:
    """Highest point of a profile over log factors, and where it has fallen by so much on either side."""
    x = np.log(FACTORS)
    fine = np.linspace(x[0], x[-1], 1801)
    y = PchipInterpolator(x, np.maximum(profile, profile.max() - 1e3))(fine)
    best = int(np.argmax(y))
    below = y < y[best] - allowed
    left, right = np.flatnonzero(below[:best]), np.flatnonzero(below[best:])
    low = float(fine[left[-1]]) if len(left) else None
    high = float(fine[best + right[0]]) if len(right) else None
    return float(fine[best]), low, high


def fit_suspicion(events: Sequence[tuple[Event, NDArray[np.float64]]], simulated: Sequence[Simulated]) -> Suspicion:
    """Find the factor on the odds of suspicion under which recorded days of detection are likeliest.

    Parameters
    ----------
    events : sequence of (Event, float array (day,))
        The weight of each number of days from emergence to detection: 1 for the one recorded; where
        only the day of notification is known, the chance that notification took the rest.
    simulated : sequence of Simulated
        Under `FACTORS` and `SIZES`.
    """
    families = {s.family for s in simulated}
    elsewhere = tuple(e.name for e, _w in events if e.family not in families)
    if len(events) < LEAST_EVENTS:
        return Suspicion("few", len(events), elsewhere)
    if not simulated:
        return Suspicion("flat", len(events), elsewhere)
    by_size: dict[int, float | None] = {}
    for i, size in enumerate(SIZES):
        surface = _surface(events, simulated, i)
        if not np.isfinite(surface.max()):
            return Suspicion("flat", len(events), elsewhere)
        profile = surface.max(1)
        peak, low, high = _peak(profile, drop_allowed(len(events)))
        at_edge = peak in {float(np.log(FACTORS[0])), float(np.log(FACTORS[-1]))}
        by_size[size] = None if at_edge else float(np.exp(peak))
        if i == USED:
            chosen = peak, low, high
            spread = float(np.exp(SPREADS[int(surface[int(np.argmax(profile))].argmax())]))
    peak, low, high = chosen
    status = "told"
    if low is None and high is None:
        status = "flat"
    elif low is None:
        status = "low"
    elif high is None:
        status = "high"
    estimates = [v for v in by_size.values() if v is not None]
    return Suspicion(
        status,
        len(events),
        elsewhere,
        float(np.exp(peak)),
        None if low is None else min(float(np.exp(low)), *estimates, float(np.exp(peak))),
        None if high is None else max(float(np.exp(high)), *estimates, float(np.exp(peak))),
        spread,
        by_size,
    )
