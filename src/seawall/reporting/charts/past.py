"""Past outbreaks: the days that finding, notifying and answering them took, beside 7-1-7."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key
from seawall.reporting.markup import Markup
from seawall.reporting.numbers import days
from seawall.reporting.prose import event_name
from seawall.reporting.svg import line, picture, rect, shorten, text
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    import pandas as pd

    from seawall.case import Case

__all__ = ["past"]

_ROW, _TOP = 38.0, 26.0
_SHOWN = 12
_FILLS = {"detect": "#e69f00", "notify": "#56b4e9", "respond": "#0b3d66"}
#: 7 + 1 + 7 days.
_TARGET = 15.0


def past(case: Case, events: pd.DataFrame) -> Chart | None:
    """Stacked bars of days for each past outbreak with all its dates, the latest first; None where there is none."""
    steps = [f"{s}_days" for s in _FILLS]
    known = events.dropna(subset=steps).head(_SHOWN)
    if not len(known):
        return None
    longest = max(float(known[steps].sum(axis=1).max()), _TARGET)
    x = Scale.over(0.0, longest, 0.0, WIDTH - 44, 4)
    bottom = _TOP + len(known) * _ROW
    shapes: list[Markup] = []
    for tick in x.ticks:
        at = "start" if tick == x.ticks[0] else "middle"
        shapes.append(line(x(tick), 20, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), 14, days(tick), "soft", anchor=at, size=12))
    # beneath the names, which have a halo
    shapes.append(line(x(_TARGET), 18, x(_TARGET), bottom, "ink", stroke_width=2, stroke_dasharray="4 3"))
    for i, r in enumerate(records(known)):
        y = _TOP + i * _ROW
        name = event_name(case, str(r.family), str(r.year))
        shapes.append(text(0, y + 13, shorten(name, WIDTH), "ink", class_="halo", full=name, size=12))
        start = 0.0
        for step, fill in _FILLS.items():
            taken = float(getattr(r, f"{step}_days"))
            shapes.append(rect(x(start), y + 18, x(start + taken) - x(start), 13, fill))
            start += taken
        shapes.append(text(x(start) + 6, y + 29, days(start), "ink", size=12))
    entries = [
        ("box", _FILLS["detect"], _("until found")),
        ("box", _FILLS["notify"], _("until notified")),
        ("box", _FILLS["respond"], _("until answered")),
        ("dash", "ink", _("7 + 1 + 7 days")),
    ]
    drawn, height = key(entries, bottom + 8)
    title = _("Days that past outbreaks took, from emergence")
    note = _("Outbreaks with all dates known, the latest first. The broken line is where 7-1-7 ends.")
    described = sentences(
        *(
            _("{event}: {detect}, {notify} and {respond} days.").format(
                event=event_name(case, str(r.family), str(r.year)),
                detect=_day(r.detect_days),
                notify=_day(r.notify_days),
                respond=_day(r.respond_days),
            )
            for r in records(known)
        )
    )
    return Chart(title, note, (picture("past", (WIDTH, bottom + 14 + height), title, described, *shapes, drawn),))


def _day(value: float) -> str:
    return days(float(value)) if math.isfinite(value) else "–"
