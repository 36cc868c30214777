"""Coefficients that the record measures, and those that it does not.

A delay of governance runs from ``worst`` to ``best`` as worst^(1 - level) best^level. Today's level
comes from the scores; today's delay from the record. So one of the ends follows from the other, and
that end is measured which today's delay says something of. A coefficient whose interval spans more
than a factor of `TOLD_FACTOR` is not written: the record does not tell it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.calibration.model import odds
from seawall.case import packaged_assumptions
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.calibration.delays import Delay
    from seawall.calibration.model import Model
    from seawall.calibration.record import Event
    from seawall.calibration.suspicion import Suspicion
    from seawall.case import Case

__all__ = ["PREFIX", "Measured", "Untold", "is_kept", "measure"]

#: How a source begins that this command wrote; it stands in the case and is not translated.
PREFIX = "events of the case"
#: Factor from the low to the high end of an interval beyond which a coefficient is not told.
TOLD_FACTOR = 10.0
#: Weight of an end in today's delay, below which the record says nothing of that end.
LEAST_WEIGHT = 0.25


@dataclass(frozen=True)
class Measured:
    """A coefficient as the record gives it; ``why`` is for people."""

    parameter: str
    before: float
    low: float
    central: float
    high: float
    unit: str
    source: str
    why: str
    kept: bool = False

    evidence = "measured"


@dataclass(frozen=True)
class Untold:
    """A coefficient of which the record does not say enough, and why."""

    parameter: str
    why: str


def is_kept(case: Case, parameter: str) -> bool:
    """Whether a coefficient was measured from another source already."""
    own = case["assumptions"]
    row = own[own["parameter"] == parameter]
    return bool(
        len(row) and str(row["evidence"].iloc[0]) == "measured" and not str(row["source"].iloc[0]).startswith(PREFIX)
    )


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _row(model: Model, parameter: str, values: tuple[float, float, float], n: int, why: str) -> Measured:
    low, central, high = (_round(v) for v in values)
    return Measured(
        parameter,
        model.given(parameter),
        low,
        central,
        high,
        str(packaged_assumptions().loc[parameter, "unit"]),
        f"{PREFIX}, n = {n}",
        why,
        is_kept(model.case, parameter),
    )


def measure(
    model: Model, delays: Iterable[Delay], suspicion: Suspicion, events: Iterable[Event]
) -> tuple[list[Measured], list[Untold]]:
    """Coefficients that the record measures, and those that it does not tell.

    Parameters
    ----------
    model : Model
    delays : iterable of Delay
    suspicion : Suspicion
    events : iterable of Event
    """
    by_step = {d.step: d for d in delays}
    answered = [e for e in events if not math.isnan(e.between("notification", "response"))]
    after = float(np.mean([model.after_activation(e.place) for e in answered])) if answered else 0.0
    beside = model.besides_activation()
    found = [
        _end_of(model, "notify_days", by_step["detection_notification"], 0.0, 0.0),
        _end_of(model, "activate_days", by_step["notification_response"], after, beside),
    ]
    told = [m for m in found if isinstance(m, Measured)]
    untold = [u for u in found if isinstance(u, Untold)]
    _suspicion(model, suspicion, told, untold)
    return told, untold


def _end_of(model: Model, field: str, delay: Delay, after: float, beside: float) -> Measured | Untold:
    """The worst or the best value of a delay of governance, from a mean on record.

    Parameters
    ----------
    model : Model
    field : str
    delay : Delay
        On record: the delay of governance and ``after`` more days.
    after : float
        Days that the model takes for what waits for it.
    beside : float
        Days that the model takes for what does not wait for it; no shorter delay shows on record.
    """
    worst = f"{field}_worst"
    if delay.mean is None:
        return Untold(worst, delay.why)
    if delay.mean_low is None or delay.mean_high is None:
        return Untold(worst, _("the interval of the mean delay is open on one side"))
    low, central, high = (v - after for v in (delay.mean_low, delay.mean, delay.mean_high))
    if low <= 0 or delay.mean_low < beside:
        why = _(
            "the mean is {mean:.1f} days ({low:.1f} to {high:.1f}); the other early actions take {other:.1f} in the model, "
            "which hides it"
        )
        other = max(after, beside)
        return Untold(worst, why.format(mean=delay.mean, low=delay.mean_low, high=delay.mean_high, other=other))
    parameter, values = _solved(model, field, (low, central, high))
    if not values:
        why = _("at today's level of {level:.2f} no value gives the mean delay of {mean:.1f} days")
        return Untold(worst, why.format(level=model.level(field), mean=central))
    if values[2] > TOLD_FACTOR * values[0]:
        why = _("its interval would be {low:.3g} to {high:.3g} days, more than a factor of {most:g}")
        return Untold(parameter, why.format(low=values[0], high=values[2], most=TOLD_FACTOR))
    why = _("mean delay {mean:.1f} days on record, {now:.1f} in the model at today's level of {level:.2f}")
    why = why.format(mean=central, now=model.days(field), level=model.level(field))
    return _row(model, parameter, (values[0], values[1], values[2]), delay.n, why)


def _solved(model: Model, field: str, days: tuple[float, float, float]) -> tuple[str, list[float]]:
    """Which end of a delay of governance follows from its days at today's level, and its values; none: no end does."""
    level, worst, best = model.level(field), f"{field}_worst", f"{field}_best"
    least, most = model.given(best), max(model.given(best), model.given(worst))
    if 1.0 - level >= LEAST_WEIGHT and days[1] >= least:
        return worst, [max(least, (d / least**level) ** (1.0 / (1.0 - level))) for d in days]
    if level >= LEAST_WEIGHT:
        values = [(d / most ** (1.0 - level)) ** (1.0 / level) for d in days]
        return best, values if values[1] <= most else []
    return worst, []


def _suspicion(model: Model, found: Suspicion, told: list[Measured], untold: list[Untold]) -> None:
    """Both chances of suspicion, by one factor on their odds."""
    names = ("suspicion_low", "suspicion_high")
    if found.status != "told" or found.factor is None or found.low is None or found.high is None:
        untold += [Untold(p, reason(found)) for p in names]
        return
    if found.high > TOLD_FACTOR * found.low:
        why = _("the factor on its odds would be {low:.2g} to {high:.2g}, more than a factor of {most:g} apart")
        untold += [Untold(p, why.format(low=found.low, high=found.high, most=TOLD_FACTOR)) for p in names]
        return
    why = _("recorded days of detection are likeliest where its odds are {factor:.2g} times as high").format(
        factor=found.factor
    )
    for p in names:
        now = model.given(p)
        values = (odds(now, found.low), odds(now, found.factor), odds(now, found.high))
        told.append(_row(model, p, values, found.n, why))


def reason(found: Suspicion) -> str:
    """Why nothing is told of the chance of suspicion."""
    if found.status == "few":
        return _("{n} events tell how long detection took; too few").format(n=found.n)
    if found.status == "high":
        if found.low is not None and found.low > 1:
            return _(
                "the record speaks for odds at least {low:.2g} times as high and sets no upper end: outbreaks on record "
                "were found sooner than suspicion alone lets the model find them"
            ).format(low=found.low)
        return _("the record sets no upper end")
    if found.status == "low":
        return _(
            "the record sets no lower end: outbreaks on record were found later than any chance tried lets the model find them"
        )
    return _("every chance that was tried agrees with the record")
