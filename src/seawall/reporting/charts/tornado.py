"""What would be lost in a year at the low and at the high value of each assumption: a tornado."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import WIDTH, Chart, Scale, key, short_labels
from seawall.reporting.charts.money import unit_of_money
from seawall.reporting.markup import Markup, join, raw, tag
from seawall.reporting.names import case_text
from seawall.reporting.numbers import decimal, money
from seawall.reporting.svg import line, picture, rect, shorten, text, width_of, wrap

if TYPE_CHECKING:
    import pandas as pd

    from seawall.case import Case
    from seawall.outbreak.sensitivity import Sensitivity
    from seawall.reporting.accounts import Accounts

__all__ = ["Bar", "loss_of_ranking", "loss_without_plan", "standalone", "tornado"]

_ROW, _TOP, _SIDE, _MOST = 62.0, 22.0, 12.0, 10
#: Height of a bar; paper around a picture that stands alone.
_BAR, _MARGIN = 13.0, 16.0
#: Share of a line that words fill on average, broken at spaces.
_FULL = 0.9
#: What a picture that stands alone must bring along; a page has it in its styles.
_STYLE = """
svg.picture { font-family: "Source Sans 3", "Segoe UI", "Noto Sans", "Noto Sans SC", "PingFang SC",
  "Microsoft YaHei", Helvetica, Arial, sans-serif; background: #ffffff; }
svg.picture .halo { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round; }
"""


@dataclass(frozen=True)
class Bar:
    """One assumption: what it is, its range, and the loss at its low and at its high value, money a year."""

    note: str
    span: str
    low: float
    high: float


def loss_without_plan(a: Accounts) -> Chart | None:
    """Tornado of the loss without the plan, in the year in which the plan is read; None where it was not weighed."""
    table = a.plan.assumptions
    if not len(table) or "loss_low" not in table:
        return None
    title = _("Loss in {year} without the plan if one assumption is wrong").format(year=a.reading)
    bars = _bars(a.case, table.rename(columns={"loss_low": "loss_at_low", "loss_high": "loss_at_high"}))
    return tornado("tornado", title, bars, a.plan.before.loss.mean, a.case.settings.currency)


def loss_of_ranking(found: Sensitivity, *, alone: bool = False) -> Chart | None:
    """Tornado of a ranking; None where nothing moves the loss.

    Parameters
    ----------
    found : Sensitivity
    alone : bool
        Whether the picture bears its title and its note.
    """
    table = found.moving
    if not len(table):
        return None
    title = _("Expected loss in {year} if one assumption is wrong").format(year=found.outbreaks.year)
    bars = _bars(found.case, table)
    return tornado("tornado", title, bars, found.outbreaks.loss.mean, found.outbreaks.currency, alone=alone)


def _bars(case: Case, table: pd.DataFrame) -> list[Bar]:
    """The bars that matter most, the widest first."""
    found = [
        Bar(
            (case_text(case, r.note) or r.parameter).rstrip(".。"),
            _("{low} to {high} ({unit})").format(
                low=decimal(r.low), high=decimal(r.high), unit=case_text(case, r.unit)
            ),
            float(r.loss_at_low),
            float(r.loss_at_high),
        )
        for r in records(table)
    ]
    return sorted(found, key=lambda b: -abs(b.high - b.low))[:_MOST]


def tornado(name: str, title: str, bars: Sequence[Bar], centre: float, currency: str, *, alone: bool = False) -> Chart:
    """A bar for each assumption, from the loss at its low value to that at its high, about the loss at all central ones.

    Parameters
    ----------
    name : str
        Unique on its page.
    title : str
    bars : sequence of Bar
        From the top to the bottom.
    centre : float
        Loss at the central values, money a year.
    currency : str
        Code of the currency.
    alone : bool
        Whether the picture bears its title and its note.
    """
    note = _(
        "One assumption at a time, the others at their central value; the widest bar first."
        " The line is the loss at all central values; bars are weighed on a smaller draw of outbreaks."
    )
    head, top = _head(title, note) if alone else (Markup(""), _TOP)
    ends = [v for b in bars for v in (b.low, b.high)]
    x = Scale.over(min(centre, *ends), max(centre, *ends), _SIDE, WIDTH - _SIDE, 4)
    labels, size = short_labels(x.ticks)
    bottom = top + len(bars) * _ROW
    paper = rect(-_MARGIN, -_MARGIN, WIDTH + 2 * _MARGIN, bottom + 74 + 2 * _MARGIN, "paper")
    shapes: list[Markup] = [paper, head] if alone else []
    for tick, label in zip(x.ticks, labels, strict=True):
        shapes.append(line(x(tick), top, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), bottom + 16, label, "soft", anchor="middle", size=12))
    shapes += [_bar(x, centre, top + i * _ROW, b) for i, b in enumerate(bars)]
    at = x(centre)
    anchor = "start" if at < WIDTH / 3 else "end" if at > WIDTH * 2 / 3 else "middle"
    shapes.append(text(at, top - 8, money(centre, currency), "ink", anchor=anchor, size=12))
    unit = _("{unit} lost a year").format(unit=unit_of_money(size, currency))
    shapes.append(text(WIDTH / 2, bottom + 34, unit, "soft", anchor="middle", size=12))
    entries = [("box", "before", _("at the low value")), ("box", "plan", _("at the high value"))]
    shapes.append(key(entries, bottom + 44)[0])
    described = _("; ").join(
        _("{note}, {span}: {low} to {high}").format(
            note=b.note, span=b.span, low=money(b.low, currency), high=money(b.high, currency)
        )
        for b in bars
    )
    return Chart(title, note, (picture(name, (WIDTH, bottom + 74), title, described, *shapes),))


def _head(title: str, note: str) -> tuple[Markup, float]:
    """Title and note over a picture that stands alone, with where the picture begins."""
    out: list[Markup] = []
    y = 0.0
    for words, fill, size in ((title, "ink", 16), (note, "soft", 12)):
        for part in wrap(words, WIDTH, size, 3):
            y += size * 1.3
            out.append(text(0, y, part, fill, size=size, font_weight="600" if fill == "ink" else None))
        y += 6
    return join(*out), y + _TOP


def _bar(x: Scale, centre: float, y: float, b: Bar) -> Markup:
    """One assumption: what it is, in two lines, and its bar; both ends on one side lie one under the other."""
    whole = _("{note}: {span}").format(note=b.note, span=b.span)
    # a long note is cut, its range never
    room = 2 * _FULL * WIDTH - width_of(whole, 12) + width_of(b.note, 12)
    lines = wrap(_("{note}: {span}").format(note=shorten(b.note, room, 12), span=b.span), WIDTH, 12, 2)
    top, middle = y + 39, x(centre)
    same_side = (b.low - centre) * (b.high - centre) > 0
    height = _BAR / 2 if same_side else _BAR
    shapes = []
    for value, fill, at in ((b.low, "before", top), (b.high, "plan", top + (height if same_side else 0.0))):
        left, right = sorted((middle, x(value)))
        shapes.append(rect(left, at, right - left, height, fill, stroke="paper", stroke_width=0.5))
    return join(
        *(text(0, y + 14 + 15 * i, part, "ink", size=12, class_="halo", full=whole) for i, part in enumerate(lines)),
        *shapes,
        line(middle, top - 3, middle, top + _BAR + 3, "ink", stroke_width=2),
    )


def standalone(chart: Chart) -> str:
    """A chart of one picture as a file of its own: styles inside, colours as numbers."""
    (drawn,) = chart.pictures
    head, rest = drawn.split(">", 1)
    width, height = (float(v) for v in re.findall(r'viewBox="0 0 (\d+) (\d+)"', head)[0])
    box = f"{-_MARGIN:.0f} {-_MARGIN:.0f} {width + 2 * _MARGIN:.0f} {height + 2 * _MARGIN:.0f}"
    head = re.sub(r'viewBox="[^"]*"', f'viewBox="{box}"', head)
    # programs other than browsers know no variables
    plain = re.sub(r"var\(--\w+, (#[0-9a-fA-F]+)\)", r"\1", f"{head}>{tag('style', raw(_STYLE))}{rest}")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{plain}\n'
