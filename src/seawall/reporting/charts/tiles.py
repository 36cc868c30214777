"""A cartogram of the places: one equal tile each, so that a small place is seen as well as a large one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.classes import class_words, cuts, grade, spread
from seawall.reporting.charts.frame import WIDTH, Chart, key
from seawall.reporting.markup import Markup, join, tag
from seawall.reporting.names import place_name
from seawall.reporting.numbers import days, share
from seawall.reporting.svg import picture, rect, shorten, text, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.case import Case
    from seawall.reporting.accounts import Accounts

__all__ = ["Measure", "has_tiles", "measures", "short_names", "tiles"]

#: Shades from worst to best, all light enough for black words; lightness alone tells them apart.
_SHADES = ("#fff6dc", "#cfe6c8", "#92c9c2", "#5fa9cc")
_TOP, _LARGEST, _TYPE = 28.0, 72.0, 11.0
#: Sizes of the type of names, the first that fits.
_SIZES = (11.0, 10.0, 9.0, 8.4)
#: What a reader of a map takes for granted, longest first.
_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市",
    " Autonomous Region", " Municipality", " Province", " State",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """What a cartogram shows: a field of ``Plan.places`` and how it is written."""

    field: str
    title: str
    unit: str
    more: bool

    def write(self, value: float) -> str:
        """A value as it stands in a tile."""
        if not math.isfinite(value):
            return _("never")
        return share(value) if self.more else days(value)


def measures() -> tuple[Measure, ...]:
    """The three measures by place, in the language in force."""
    return (
        Measure("respond_days", _("Days from detection until responders work"), _("days"), more=False),
        Measure("sequencing_days", _("Days from a sample until a new agent is named"), _("days"), more=False),
        Measure("sampled", _("Chance that a case is noticed and sampled"), _("share of cases"), more=True),
    )


@dataclass(frozen=True)
class _Tile:
    """A place and where its tile stands, counted from 0."""

    place: str
    row: int
    column: int


def has_tiles(case: Case) -> bool:
    """Whether any place of a case has a tile."""
    return len(_tiles(case)) > 0


def _tiles(case: Case) -> list[_Tile]:
    known = case["places"].dropna(subset=["tile_row", "tile_column"])
    if not len(known):
        return []
    top, left = int(known["tile_row"].min()), int(known["tile_column"].min())
    return [_Tile(str(r.place), int(r.tile_row) - top, int(r.tile_column) - left) for r in records(known)]


def tiles(a: Accounts) -> list[Chart]:
    """Two cartograms, without the plan and with it, for each measure that the plan tells by place."""
    frame = a.plan.places
    laid = [t for t in _tiles(a.case) if t.place in set(frame["place"])]
    if not laid:
        return []
    told = [m for m in measures() if {f"{m.field}_before", f"{m.field}_after"} <= set(frame.columns)]
    return [_chart(a, m, laid) for m in told]


def short_names(case: Case, places: Sequence[str]) -> dict[str, str]:
    """Names of places without what every reader of a map takes for granted: province, state, municipality."""
    out = {}
    for place in places:
        name = place_name(case, place)
        ending = next((e for e in _ENDINGS if name.endswith(e) and len(name) > len(e) + 1), "")
        out[place] = name.removesuffix(ending) if ending else name
    return out


@dataclass(frozen=True)
class _Label:
    """Words of a tile, line by line, and the size of their type."""

    lines: tuple[str, ...]
    size: float


def _label(name: str, code: str, room: float) -> _Label:
    """A name in one line or in two at a space, as large as fits; the last part of the code where none does."""
    half = [i for i, c in enumerate(name) if c == " "]
    breaks = [(name,), *((name[:i], name[i + 1 :]) for i in sorted(half, key=lambda i: abs(2 * i - len(name))))]
    for size in _SIZES:
        for lines in breaks:
            # type is at times wider than reckoned
            if all(1.05 * width_of(w, size) <= room for w in lines):
                return _Label(lines, size)
    return _Label((shorten(code.rsplit("-", 1)[-1], room, _SIZES[0]),), _SIZES[0])


def _chart(a: Accounts, measure: Measure, laid: Sequence[_Tile]) -> Chart:
    frame = a.plan.places.set_index("place")
    ends = (f"{measure.field}_before", f"{measure.field}_after")
    values = {e: {t.place: float(frame[e][t.place]) for t in laid} for e in ends}
    every = frame.loc[[t.place for t in laid], list(ends)].to_numpy(float)
    marks = cuts(every, measure.more)
    shades = spread(_SHADES, marks)
    size = min(_LARGEST, WIDTH / (max(t.column for t in laid) + 1))
    names = {t.place: place_name(a.case, t.place) for t in laid}
    short = short_names(a.case, [t.place for t in laid])
    labels = {p: _label(n, p, size - 4) for p, n in short.items()}
    wide = size * (max(t.column for t in laid) + 1)
    tall = size * (max(t.row for t in laid) + 1)
    words = class_words(marks, measure.more, measure.write)
    entries = [("box", shade, label) for shade, label in zip(shades, words, strict=False)]
    panels = []
    for ending, heading, year in (
        (ends[0], _("Without the plan, {year}"), a.case.settings.base_year),
        (ends[1], _("With the plan, {year}"), a.reading),
    ):
        shown = values[ending]
        drawn = [
            _tile(
                ((WIDTH - wide) / 2 + t.column * size, _TOP + t.row * size),
                size,
                shades[grade(shown[t.place], marks, measure.more)],
                labels[t.place],
                measure.write(shown[t.place]),
                _("{place}: {value}").format(place=names[t.place], value=_full(measure, shown[t.place])),
            )
            for t in laid
        ]
        legend, height = key(entries, _TOP + tall + 30) if entries else (Markup(""), 0.0)
        unit = text(0, _TOP + tall + 22, _("In each tile: {unit}").format(unit=measure.unit), "soft", size=12)
        title = heading.format(year=year)
        body = (text(0, 15, title, "ink", font_weight="600"), *drawn, unit, legend)
        panels.append(
            picture(
                f"tiles-{ending.replace('_', '-')}",
                (WIDTH, _TOP + tall + 34 + height),
                title,
                _described(measure, shown, names),
                *body,
            )
        )
    note = _(
        "Each tile is a place, all of one size, about where it lies. Darker is better; the scale is the same in both."
        " Names and figures stand in the table below."
    )
    return Chart(measure.title, note, tuple(panels))


def _full(measure: Measure, value: float) -> str:
    """A value with its unit."""
    if not math.isfinite(value) or measure.more:
        return measure.write(value)
    return _("{days} days").format(days=days(value))


def _described(measure: Measure, values: dict[str, float], names: dict[str, str]) -> str:
    """What there is to see, for those who cannot see it."""
    known = {p: v for p, v in values.items() if math.isfinite(v)}
    if not known:
        return _("{title}: known for no place.").format(title=measure.title)
    best = (max if measure.more else min)(sorted(known), key=known.__getitem__)
    worst = (min if measure.more else max)(sorted(known), key=known.__getitem__)
    return _("{title}: best in {best} ({high}), worst in {worst} ({low}), of {n} places.").format(
        title=measure.title,
        best=names[best],
        high=_full(measure, known[best]),
        worst=names[worst],
        low=_full(measure, known[worst]),
        n=len(values),
    )


def _tile(corner: tuple[float, float], size: float, shade: str, label: _Label, figure: str, full: str) -> Markup:
    """One tile: a square with its name and, in bold, its figure."""
    x, y = corner
    step = _TYPE + 2
    middle = x + size / 2
    first = y + size / 2 - step * len(label.lines) / 2 + _TYPE * 0.36
    words = [
        text(middle, first + i * step, w, "#000000", anchor="middle", size=label.size)
        for i, w in enumerate(label.lines)
    ]
    last = text(
        middle, first + len(label.lines) * step, figure, "#000000", anchor="middle", size=_TYPE, font_weight="600"
    )
    square = rect(x + 1, y + 1, size - 2, size - 2, shade, stroke="soft", stroke_width=0.6)
    return tag("g", tag("title", full), square, join(*words), last)
