"""A map of the places: circles at their latitude and longitude, without the plan and with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.classes import class_words, cuts, grade, spread
from seawall.reporting.charts.frame import WIDTH, Chart
from seawall.reporting.markup import Markup, join
from seawall.reporting.names import place_name
from seawall.reporting.numbers import days, share
from seawall.reporting.svg import circle, line, picture, rect, shorten, text, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["places"]

_MARGIN, _TOP, _KEY = 46.0, 26.0, 44.0
_TALL, _FLAT = 350.0, 190.0
#: Shades from worst to best; lightness alone tells them apart.
_SHADES = ("#f4dfb8", "#e3a94f", "#6f8fb0", "#0b3d66")
_NAMED = 8


def places(a: Accounts) -> list[Chart]:
    """Two maps for each of two capacities: the chance that a case is sampled, and the days to a result."""
    frame = a.plan.places
    out = []
    if len(frame) and {"sampled_before", "sampled_after"} <= set(frame.columns):
        title = _("Chance that a case is noticed and sampled")
        out.append(_chart(a, "sampled", title, more=True))
    if len(frame) and {"result_days_before", "result_days_after"} <= set(frame.columns):
        title = _("Days from a sample to its result")
        out.append(_chart(a, "result_days", title, more=False))
    return out


def _chart(a: Accounts, field: str, title: str, more: bool) -> Chart:
    frame = a.plan.places
    marks = cuts(frame[[f"{field}_before", f"{field}_after"]].to_numpy(float), more)
    shades = spread(_SHADES, marks)
    spots = _Spots(frame)
    write = share if more else days

    names = [place_name(a.case, str(p)) for p in frame["place"]]
    panels = []
    for ending, words in (("before", _("Without the plan, {year}")), ("after", _("With the plan, {year}"))):
        values = frame[f"{field}_{ending}"].to_numpy(float)
        year = a.case.settings.base_year if ending == "before" else a.reading
        heading = words.format(year=year)
        finite = [v for v in values if math.isfinite(v)]
        described = _("{title}: from {low} to {high} among {n} places.").format(
            title=title,
            low=write(min(finite, default=math.nan)),
            high=write(max(finite, default=math.nan)),
            n=len(frame),
        )
        shapes = [
            _circles(
                spots,
                [shades[grade(v, marks, more)] for v in values],
                [_tip(n, v, write) for n, v in zip(names, values, strict=True)],
            ),
            _names(spots, names),
            text(0, 15, heading, "ink", font_weight="600"),
            _legend(spots.height - 22, shades, class_words(marks, more, write)),
        ]
        panels.append(
            picture(f"map-{field.replace('_', '-')}-{ending}", (WIDTH, spots.height), heading, described, *shapes)
        )
    note = _(
        "Each circle is a place, its area as large as its population. Darker is better; the scale is the same in both."
    )
    return Chart(title, note, tuple(panels))


def _tip(name: str, value: float, write: Callable[[float], str]) -> str:
    words = write(value) if math.isfinite(value) else _("never")
    return _("{place}: {value}").format(place=name, value=words)


class _Spots:
    """Where places stand in the picture, and how large."""

    def __init__(self, frame: pd.DataFrame) -> None:
        lat, lon = frame["lat"].to_numpy(float), frame["lon"].to_numpy(float).copy()
        if lon.max() - lon.min() > 180:  # a country across the date line
            lon[lon < 0] += 360
        narrow = math.cos(math.radians(float(lat.mean())))
        x, y = lon * max(narrow, 0.1), -lat
        wide, tall = float(x.max() - x.min()), float(y.max() - y.min())
        room = WIDTH - 2 * _MARGIN
        per = min(
            room / wide if wide > 0 else math.inf, (_TALL - _TOP - _KEY - _MARGIN) / tall if tall > 0 else math.inf
        )
        per = per if math.isfinite(per) else 1.0
        inner = max(tall * per, _FLAT - 2 * _MARGIN)
        self.height = _TOP + inner + _MARGIN * 1.3 + _KEY
        self.x = WIDTH / 2 + (x - (x.max() + x.min()) / 2) * per
        self.y = _TOP + _MARGIN * 0.8 + inner / 2 + (y - (y.max() + y.min()) / 2) * per
        people = frame["population"].to_numpy(float)
        largest = 30.0 if len(frame) < 20 else 19.0
        self.radius = largest * (people / people.max()) ** 0.5
        self.radius = self.radius.clip(3.0, largest)
        self.order = list(people.argsort()[::-1])


def _circles(spots: _Spots, shades: list[str], tips: list[str]) -> Markup:
    """Circles, the largest at the back."""
    return join(
        *(
            circle(spots.x[i], spots.y[i], spots.radius[i], shades[i], stroke="soft", stroke_width=1, title=tips[i])
            for i in spots.order
        )
    )


def _names(spots: _Spots, names: list[str]) -> Markup:
    """Names of the largest places, where they do not run into each other."""
    taken: list[tuple[float, float, float, float]] = []
    out: list[Markup] = []
    for i in spots.order:
        if len(out) >= _NAMED:
            break
        name = shorten(names[i], 130, 12)
        half = width_of(name, 12) / 2
        x = min(max(spots.x[i], half), WIDTH - half)
        below = spots.y[i] + spots.radius[i] + 11
        above = spots.y[i] - spots.radius[i] - 4
        for y in (below, above):
            box = (x - half, y - 10, x + half, y + 3)
            if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                taken.append(box)
                out.append(text(x, y, name, "ink", anchor="middle", size=12, class_="halo", full=names[i]))
                break
    return join(*out)


def _legend(y: float, shades: Sequence[str], words: Sequence[str]) -> Markup:
    """The classes, worst to best."""
    if not words:
        return Markup("")
    out, x = [], 0.0
    for shade, label in zip(shades, words, strict=True):
        out.append(rect(x, y + 2, 14, 14, shade, stroke="soft", stroke_width=0.8))
        out.append(text(x + 19, y + 14, label, "soft", size=12))
        x += 19 + width_of(label, 12) + 10
    return join(line(0, y - 6, WIDTH, y - 6, "rule", stroke_width=1), *out)
