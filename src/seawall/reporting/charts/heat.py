"""Domains by lever: how many candidate actions there are, how many are funded, for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.classes import class_words, spread
from seawall.reporting.charts.frame import WIDTH, Chart, key
from seawall.reporting.markup import Markup
from seawall.reporting.names import lever_name
from seawall.reporting.numbers import amount, rounded
from seawall.reporting.svg import picture, rect, text, wrap
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["heat"]

_SHADES = ("#ffffff", "#fff6dc", "#cfe6c8", "#92c9c2", "#5fa9cc")
_LEFT, _TOP, _ROW = 128.0, 36.0, 46.0


def heat(cells: pd.DataFrame, names: dict[str, str], levers: Sequence[str], currency: str) -> Chart:
    """A grid: domains down, levers across; shaded by money, with funded and candidate actions in each cell.

    Parameters
    ----------
    cells : DataFrame
        domain, lever, candidates, funded, cost.
    names : dict
        Name of each domain, in the order in which they stand.
    levers : sequence of str
        Levers across.
    currency : str
        Currency of costs.
    """
    at = {(r.domain, r.lever): (int(r.candidates), int(r.funded), float(r.cost)) for r in records(cells)}
    paid = sorted(cost for _n, _funded, cost in at.values() if cost > 0)
    marks = sorted({rounded(paid[int(len(paid) * q)], 1) for q in (1 / 3, 2 / 3)}) if paid else []
    marks = [m for m in marks if paid[0] < m <= paid[-1]]
    shades = [_SHADES[0], *spread(_SHADES[1:], marks)]
    slot = (WIDTH - _LEFT) / max(1, len(levers))
    shapes: list[Markup] = []
    for j, lever in enumerate(levers):
        for n, words in enumerate(wrap(lever_name(lever), slot - 1, 9.5)):
            shapes.append(text(_LEFT + (j + 0.5) * slot, 12 + n * 12, words, "soft", anchor="middle", size=9.5))
    for i, (domain, name) in enumerate(names.items()):
        y = _TOP + i * _ROW
        lines = wrap(name, _LEFT - 6, 11, 3)
        for n, words in enumerate(lines):
            at_line = y + _ROW / 2 + 4 + (n - (len(lines) - 1) / 2) * 13
            shapes.append(text(0, at_line, words, "ink", size=11, full=name))
        for j, lever in enumerate(levers):
            candidates, funded, cost = at.get((domain, lever), (0, 0, 0.0))
            shade = shades[0] if cost <= 0 else shades[1 + sum(cost >= m for m in marks)]
            x = _LEFT + j * slot
            shapes.append(rect(x + 1, y + 1, slot - 2, _ROW - 2, shade, stroke="rule", stroke_width=0.8))
            told = f"{funded}/{candidates}" if candidates else "–"
            shapes.append(text(x + slot / 2, y + _ROW / 2 + 4, told, "#000000", anchor="middle", size=12))
    bottom = _TOP + len(names) * _ROW
    entries = [("box", shades[0], _("no money"))]
    if not marks and paid:
        entries.append(("box", shades[1], _("funded")))
    elif marks:
        entries += [("box", s, w) for s, w in zip(shades[1:], class_words(marks, True, amount), strict=True)]
    drawn, height = key(entries, bottom + 8)
    title = _("Money by domain and lever, {currency} in the budget years").format(currency=currency)
    note = _(
        "In each cell: actions funded of candidate actions; a dash where there is no candidate. Darker: more money."
    )
    described = sentences(
        *(
            _("{domain}: {funded} of {candidates} actions funded.").format(
                domain=name,
                funded=int(cells.loc[cells["domain"] == d, "funded"].sum()),
                candidates=int(cells.loc[cells["domain"] == d, "candidates"].sum()),
            )
            for d, name in names.items()
        )
    )
    return Chart(title, note, (picture("heat", (WIDTH, bottom + 14 + height), title, described, *shapes, drawn),))
