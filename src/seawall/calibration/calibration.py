"""The verb ``calibrate``: delays and coefficients from a case's own events."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from seawall.calibration.advice import advise
from seawall.calibration.comparison import families_of, seen
from seawall.calibration.delays import delays_of
from seawall.calibration.measured import measure
from seawall.calibration.model import Model
from seawall.calibration.record import Event, read_events
from seawall.calibration.result import Calibration
from seawall.calibration.suspicion import FACTORS, SIZES, fit_suspicion
from seawall.case.load import load
from seawall.errors import InputError
from seawall.language import _
from seawall.outbreak.simulation import check_options

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from seawall.calibration.fitting import Chain
    from seawall.case import Case

__all__ = ["DEFAULT_N", "calibrate"]

#: Outbreaks simulated unless told otherwise: enough of each hazard for a distribution of days.
DEFAULT_N = 1200
#: Days between two dates of an event that follow each other, beyond which a year is taken to be mistyped.
LONGEST_SPAN = 3653


def calibrate(
    case: Case | str | os.PathLike[str],
    *,
    since: int | None = None,
    n: int = DEFAULT_N,
    seed: int = 1,
) -> Calibration:
    """Fit the delays of a case's own events, and the coefficients that follow from them.

    Parameters
    ----------
    case : Case, path, or name of a packaged case
    since : int, optional
        Year; events that began before it are left out, for they tell of another capacity.
    n : int
        Outbreaks simulated, shared out over hazards.
    seed : int
        Seed of every draw.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the case has errors or no events that tell a delay, or an option is out of range.
    """
    case = load(case)
    check_options(n, seed)
    events = _events(case, since)
    delays, chain = delays_of(events, seed)
    model = Model(case, n, seed)
    simulated = model.simulate([float(f) for f in FACTORS], SIZES)
    suspicion = fit_suspicion(_detection(events, chain), simulated)
    told, untold = measure(model, delays, suspicion, events)
    families = families_of(events, simulated)
    years = [date.fromordinal(min(d for d in e.days if d is not None)).year for e in events]
    return Calibration(
        case,
        n,
        seed,
        model.year,
        len(events),
        min(years),
        max(years),
        tuple(delays),
        tuple(told),
        tuple(untold),
        tuple(seen(events, simulated)),
        tuple(families),
        suspicion,
        tuple(advise(events, delays, families)),
    )


def _events(case: Case, since: int | None) -> list[Event]:
    """Events of a case that have a date; InputError where none tells a delay."""
    if not len(case["events"]):
        raise InputError(
            _(
                "events: the case has no past events to calibrate on; write events.csv with the columns "
                "event, family, place, emergence, detection, notification, response"
            )
        )
    events = [e for e in read_events(case["events"], since) if any(d is not None for d in e.days)]
    if since is not None and not events:
        raise InputError(_("--since: no event of the case began in {year} or later").format(year=since))
    spans = [s for i, e in enumerate(events) for s in e.spans(i)]
    far = sorted({s.event for s in spans if abs(s.days) > LONGEST_SPAN})
    if far:
        message = _("events: the dates of {names} lie more than ten years apart; check their years")
        raise InputError(message.format(names=", ".join(events[i].name for i in far)))
    if not any(s.days >= 0 for s in spans):
        raise InputError(_("events: no event has two dates in their order, so that no delay is known"))
    return events


def _detection(events: list[Event], chain: Chain) -> list[tuple[Event, NDArray[np.float64]]]:
    """Each event that says when it was detected, with the weight of each number of days."""
    out = []
    notify = chain.fits.get(1)
    for e in events:
        days, total = e.between("emergence", "detection"), e.between("emergence", "notification")
        if not math.isnan(days):
            weight = np.zeros(int(days) + 1)
            weight[-1] = 1.0
        elif e.days[1] is None and not math.isnan(total) and notify is not None:
            # notification took the rest
            weight = notify.chance(np.arange(total + 1.0))[::-1]
        else:
            continue
        out.append((e, weight))
    return out
