"""The pressure to import hazards: bars by origin, parted by hazard family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.frame import WIDTH, Chart, key
from seawall.reporting.markup import Markup
from seawall.reporting.names import case_text
from seawall.reporting.numbers import decimal
from seawall.reporting.prose import family_name
from seawall.reporting.svg import picture, rect, shorten, text
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    import pandas as pd

    from seawall.case import Case

__all__ = ["pressure"]

_ROW, _BAR = 40.0, 15.0
_SHOWN = 8
#: Told apart by lightness too; the last is for all other families.
_FILLS = ("#0b3d66", "#e69f00", "#56b4e9", "#cc79a7", "#c9d1d9")


def pressure(case: Case, abroad: pd.DataFrame) -> Chart | None:
    """Bars of the index by origin, the longest first; None where no index is known.

    Parameters
    ----------
    case : Case
        Gives names.
    abroad : DataFrame
        As `seawall.reporting.outlook.abroad` gives it.
    """
    known = abroad.dropna(subset=["index"])
    if not len(known) or known["index"].sum() <= 0:
        return None
    by_origin = known.groupby("origin")["index"].sum().sort_values(ascending=False, kind="stable").head(_SHOWN)
    families = list(known.groupby("family")["index"].sum().sort_values(ascending=False, kind="stable").index)
    named = families if len(families) <= len(_FILLS) else families[: len(_FILLS) - 1]
    longest = float(by_origin.max())
    room = WIDTH - 48
    shapes: list[Markup] = []
    for i, (origin, value) in enumerate(by_origin.items()):
        y = i * _ROW
        name = case_text(case, str(origin))
        shapes.append(text(0, y + 15, shorten(name, WIDTH), "ink", full=name))
        x = 0.0
        mine = known[known["origin"] == origin].groupby("family")["index"].sum()
        others = sum(float(v) for f, v in mine.items() if f not in named)
        parts = [(float(mine.get(f, 0.0)), _FILLS[n]) for n, f in enumerate(named)] + [(others, _FILLS[-1])]
        for part, fill in parts:
            long = room * part / longest
            if long > 0:
                shapes.append(rect(x, y + 20, long, _BAR, fill, stroke="paper", stroke_width=0.8))
                x += long
        shapes.append(text(x + 6, y + 32, decimal(float(value), 2), "ink", size=12))
    bottom = len(by_origin) * _ROW
    entries = [("box", _FILLS[n], shorten(family_name(case, str(f)), 190, 12)) for n, f in enumerate(named)]
    if len(named) < len(families):
        entries.append(("box", _FILLS[-1], _("other families")))
    drawn, height = key(entries, bottom + 8)
    title = _("Import pressure by origin (index, all origins together 100)")
    note = _(
        "Outbreaks a year on record in the origin, times its share of arrivals. The index assumes that travellers are"
        " as likely to carry an infection from one origin as from another, and that outbreaks are recorded alike."
    )
    described = sentences(
        *(
            _("{origin}: {index}.").format(origin=case_text(case, str(o)), index=decimal(float(v), 2))
            for o, v in by_origin.items()
        )
    )
    return Chart(title, note, (picture("pressure", (WIDTH, bottom + 14 + height), title, described, *shapes, drawn),))
