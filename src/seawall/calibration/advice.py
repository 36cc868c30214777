"""What to record better, so that the next calibration says more."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seawall.calibration.record import DATES
from seawall.language import N_, _, _n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.calibration.comparison import FamilyDays
    from seawall.calibration.delays import Delay
    from seawall.calibration.record import Event

__all__ = ["DATE_NAMES", "STEP_NAMES", "advise"]

#: Most events that a sentence names.
NAMED = 8
#: Chance below which a family of delays is said not to fit.
DOUBTFUL = 0.05

DATE_NAMES = {
    "emergence": N_("emergence"),
    "detection": N_("detection"),
    "notification": N_("notification"),
    "response": N_("response"),
}
STEP_NAMES = {
    "emergence_detection": N_("emergence to detection"),
    "detection_notification": N_("detection to notification"),
    "notification_response": N_("notification to response"),
    "emergence_notification": N_("emergence to notification"),
}


def _listed(names: Sequence[str]) -> str:
    """Some names, the rest counted."""
    text = _(", ").join(names[:NAMED])
    rest = len(names) - NAMED
    return text if rest <= 0 else _("{names} and {n} more").format(names=text, n=rest)


def advise(events: Sequence[Event], delays: Sequence[Delay], families: Sequence[FamilyDays]) -> list[str]:
    """Sentences on what is missing, most useful first."""
    return [*_dates(events), *_backwards(events), *_precision(delays), *_families(families)]


def _dates(events: Sequence[Event]) -> list[str]:
    out = []
    for i, name in enumerate(DATES):
        lacking = [e.name for e in events if e.days[i] is None]
        if lacking:
            message = _n(
                "{n} of {all} events lacks the day of {date}: {names}",
                "{n} of {all} events lack the day of {date}: {names}",
                len(lacking),
            )
            out.append(
                message.format(n=len(lacking), all=len(events), date=_(DATE_NAMES[name]), names=_listed(lacking))
            )
    return out


def _backwards(events: Sequence[Event]) -> list[str]:
    wrong = []
    for e in events:
        known = [d for d in e.days if d is not None]
        if any(b < a for a, b in pairwise(known)):
            wrong.append(e.name)
    if not wrong:
        return []
    message = _("dates run backwards, and the delays between them are left out: {names}")
    return [message.format(names=_listed(wrong))]


def _precision(delays: Sequence[Delay]) -> list[str]:
    out = []
    for d in delays:
        name = _(STEP_NAMES[d.step])
        if d.more_events is not None:
            message = _n(
                "{step}: {n} more event with both dates would halve the interval",
                "{step}: {n} more events with both dates would halve the interval",
                d.more_events,
            )
            out.append(message.format(step=name, n=d.more_events))
        if d.p is not None and d.p < DOUBTFUL:
            message = _("{step}: no family of delays fits the record well (p = {p:.2g}); look for two kinds of events")
            out.append(message.format(step=name, p=d.p))
    return out


def _families(families: Sequence[FamilyDays]) -> list[str]:
    out = []
    silent = [f.family or _("(no family)") for f in families if f.hazards and not f.events]
    if silent:
        out.append(_("hazards of these families have no event on record: {names}").format(names=_listed(silent)))
    strange = [f.family or _("(no family)") for f in families if f.events and not f.hazards]
    if strange:
        message = _("events of these families are compared with all hazards, for none has their family: {names}")
        out.append(message.format(names=_listed(strange)))
    return out
