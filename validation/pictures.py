"""Pictures of the comparisons with what was recorded and published, drawn into `docs/images/validation/`.

python -m validation --pictures
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from seawall.reporting.charts.frame import Scale, key
from seawall.reporting.markup import Markup, join, tag
from seawall.reporting.svg import circle, line, path, picture, rect, text
from validation import cities, control, timeliness

__all__ = ["PICTURES", "draw"]

FOLDER = Path(__file__).parents[1] / "docs" / "images" / "validation"
WIDTH, MARGIN = 660.0, 14.0
RECORD, OURS, OTHER, THIRD = "ink", "plan", "before", "#00795a"


def grid(x: Scale, y: Scale, x_labels: Sequence[str], y_labels: Sequence[str]) -> Markup:
    """Grid lines and numbers of both axes."""
    left, right, bottom, top = x.start, x.end, y.start, y.end
    out = []
    for tick, label in zip(y.ticks, y_labels, strict=True):
        out.append(line(left, y(tick), right, y(tick), "rule", stroke_width=1))
        out.append(text(left - 6, y(tick) + 4, label, "soft", anchor="end", size=12))
    for tick, label in zip(x.ticks, x_labels, strict=True):
        out.append(line(x(tick), bottom, x(tick), top, "rule", stroke_width=1))
        out.append(text(x(tick), bottom + 17, label, "soft", anchor="middle", size=12))
    return join(*out)


def band(points: Sequence[float], low: Sequence[float], high: Sequence[float], fill: str) -> Markup:
    """An area between two lines."""
    outline = [*zip(points, low, strict=True), *reversed(list(zip(points, high, strict=True)))]
    return path(outline, "none", fill, opacity=0.22)


def plain(ticks: Sequence[float]) -> list[str]:
    """Ticks as they are."""
    return [f"{t:,.4g}" for t in ticks]


def framed(
    name: str, bottom: float, title: str, note: str, entries: list[tuple[str, str, str]], *shapes: Markup
) -> Markup:
    """A picture with its title above it, its key from ``bottom`` on, and a margin."""
    keys, height = key(entries, bottom, 0, WIDTH) if entries else (join(), 0.0)
    size = (WIDTH + 2 * MARGIN, bottom + height + 2 * MARGIN)
    head = text(0, 16, title, "ink", size=14, font_weight="bold")
    inside = tag("g", head, *shapes, keys, transform=f"translate({MARGIN:g} {MARGIN:g})")
    return picture(f"validation-{name}", size, title, note, rect(0, 0, *size, "paper"), inside)


def reached() -> Markup:
    """Cities reached by day: the record, and what Seawall has infected before travel from Wuhan ended."""
    r = cities.record()
    days = np.arange(1, 31)
    x, y = Scale((1, 6, 11, 16, 21, 26, 30), 40, WIDTH - 16), Scale.over(0, 371, 330, 40, 6)
    dates = [(cities.FIRST + timedelta(days=int(t) - 1)).strftime("%-d %b") for t in x.ticks]
    shapes = [grid(x, y, dates, plain(y.ticks))]
    total = (np.cumsum(r.cases, 0) > 0).sum(1)
    lead = (cities.FIRST - cities.START).days
    until = cities.DAYS - lead
    for law, fill in (("measured", OURS), ("gravity", OTHER)):
        there = (np.cumsum(cities.found(law), 1) > 0).sum(2)[:, lead:]
        low, middle, high = np.quantile(there, [0.05, 0.5, 0.95], axis=0)
        at = [x(d) for d in days[:until]]
        shapes.append(band(at, [y(v) for v in low], [y(v) for v in high], fill))
        shapes.append(path([*zip(at, [y(v) for v in middle], strict=True)], fill, stroke_width=2.5))
    plainly = (np.cumsum(cities.found("measured", travellers=False), 1) > 0).sum(2)[:, lead:]
    middle = np.median(plainly, axis=0)
    dots = [(x(d), y(v)) for d, v in zip(days[:until], middle, strict=True)]
    shapes.append(path(dots, OURS, stroke_width=2, stroke_dasharray="2 4"))
    shapes.append(path([(x(d), y(v)) for d, v in zip(days, total, strict=True)], RECORD, stroke_width=3))
    shapes.append(line(x(until), y.start, x(until), y.end, "soft", stroke_width=1.2, stroke_dasharray="5 4"))
    shapes.append(text(x(until) + 6, y.end + 12, "travel from Wuhan ends", "soft", size=12))
    entries = [
        ("line", RECORD, "record: cities with a confirmed case"),
        ("line", OURS, "Seawall, measured travel: cities with an infection"),
        ("line", OTHER, "Seawall, gravity: the same"),
        ("dash", OURS, "measured travel, by residence"),
    ]
    title = "COVID-19 in 371 Chinese cities, January and February 2020"
    note = (
        "Cities reached by day. Bands hold nine in ten simulated outbreaks of the published size; infected travellers "
        "from Wuhan are counted where they went. The record of confirmed cases starts later and climbs to 313 cities; "
        f"with gravity {np.median((cities.found('gravity').sum(1) > 0).sum(1)):.0f}, with measured travel "
        f"{np.median((cities.found('measured').sum(1) > 0).sum(1)):.0f} cities are infected when travel ends."
    )
    return framed("reached", 360, title, note, entries, *shapes)


def cases() -> Markup:
    """Cases by city: two panels, measured travel and gravity."""
    r = cities.record()
    theirs = np.cumsum(r.cases, 0)[-1].astype(float)
    shapes, width = [], (WIDTH - 40) / 2
    for i, (law, told) in enumerate((("measured", "measured travel"), ("gravity", "gravity"))):
        ours = cities.found(law).sum(1).mean(0)
        left = 46 + i * (width + 20)
        x = Scale((0.01, 0.1, 1, 10, 100, 1000), left, left + width - 40, log=True)
        y = Scale((1, 10, 100, 1000, 10000), 330, 62, log=True)
        labels = ["0.01", "0.1", "1", "10", "100", "1,000"]
        shapes.append(grid(x, y, labels, ["1", "10", "100", "1,000", "10,000"] if i == 0 else [""] * 5))
        fit = cities.log_correlation(ours * (np.arange(len(ours)) != r.wuhan), theirs)
        shapes.append(text(left, 50, f"{told}: correlation of logs {fit:.2f}", "ink", size=13))
        for c in range(len(ours)):
            if c != r.wuhan and theirs[c] > 0:
                hubei = r.cities["province"][c] == "HB"
                fill, px = (OTHER if hubei else OURS), x(max(ours[c], 0.01))
                shapes.append(circle(px, y(theirs[c]), 3, fill, opacity=0.7))
        shapes.append(text(left + (width - 40) / 2, 366, "infections, Seawall, to 23 January", "soft",
                           anchor="middle", size=12))  # fmt: skip
    entries = [("dot", OTHER, "cities of Hubei"), ("dot", OURS, "other cities")]
    note = (
        "One dot a city, Wuhan left out: confirmed cases against the mean number of infections simulated. Dots at the "
        "left edge had none or next to none in Seawall."
    )
    title = "Cases by city: confirmed to 8 February, and simulated"
    return framed("cases", 376, title, note, entries, *shapes)


def maps() -> Markup:
    """Where cases were confirmed, and where Seawall had infections."""
    r = cities.record()
    lon, lat = r.cities["lon"].to_numpy(), r.cities["lat"].to_numpy()
    arrival = r.arrival
    panels = [("on record, confirmed", [
        ("by 23 January", arrival <= 14, OTHER), ("by 8 February", (arrival > 14) & (arrival <= 30), OURS),
        ("not", ~np.isfinite(arrival), "rule"),
    ])]  # fmt: skip
    for law, told in (("measured", "measured travel"), ("gravity", "gravity")):
        chance = (cities.found(law).sum(1) > 0).mean(0)
        panels.append((f"Seawall, {told}", [
            ("nearly always", chance >= 0.9, OTHER), ("sometimes", (chance >= 0.1) & (chance < 0.9), OURS),
            ("hardly ever", chance < 0.1, "rule"),
        ]))  # fmt: skip
    shapes, width = [], WIDTH / 3
    for i, (told, groups) in enumerate(panels):
        left = i * width
        shapes.append(text(left + 4, 42, told, "ink", size=12))
        for _name, these, fill in reversed(groups):
            for c in np.flatnonzero(these):
                px = left + 8 + (lon[c] - 73) / (135 - 73) * (width - 16)
                py = 54 + (54 - lat[c]) / (54 - 17) * 170
                shapes.append(circle(round(px, 1), round(py, 1), 2.6, fill))
        entries = [("dot", fill, f"{name}: {int(these.sum())}") for name, these, fill in groups]
        for row, entry in enumerate(entries):
            shapes.append(key([entry], 236 + 20 * row, left, width)[0])
    note = "One dot a city. Of 371 cities, which were reached on record, and which in simulated outbreaks."
    title = "Which cities were reached: on record, and by 23 January in Seawall"
    return framed("maps", 296, title, note, [], *shapes)


def isolation() -> Markup:
    """R left by measures, as a share of R before: published intervals and Seawall's two levels."""
    x, top, row = Scale((0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6), 170, WIDTH - 16), 34, 40
    bottom = top + row * len(control.FALLS)
    shapes = []
    for tick in x.ticks:
        shapes.append(line(x(tick), top, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), bottom + 17, f"{tick:g}", "soft", anchor="middle", size=12))
    for i, (where, disease, before, after, _source) in enumerate(control.FALLS):
        mid = top + row * i + row / 2
        share = after[0] / before[0]
        half = control.spread(before, after)
        shapes.append(text(0, mid + 4, where, "ink", size=13))
        shapes.append(line(x(share * np.exp(-half)), mid - 6, x(share * np.exp(half)), mid - 6, RECORD, stroke_width=3))
        shapes.append(circle(x(share), mid - 6, 5.5, RECORD))
        weak, strict = control.fall(disease)
        shapes.append(circle(x(weak), mid + 8, 5.5, OURS))
        if disease == "sars":
            shapes.append(circle(x(strict), mid + 8, 5, "paper", stroke=OURS, stroke_width=2.5))
    entries = [
        ("dot", RECORD, "published, 95% interval"),
        ("dot", OURS, "Seawall: isolation, behaviour, infection control"),
        ("ring", OURS, "and community measures"),
    ]
    shapes.append(text((x.start + x.end) / 2, bottom + 36, "R after measures ÷ R before", "soft", anchor="middle",
                       size=12))  # fmt: skip
    note = (
        "Published falls of transmission in five places with their intervals, and what is left in Seawall by isolation, "
        "informed behaviour and infection control, and for SARS by community measures besides."
    )
    return framed("isolation", bottom + 46, "What measures leave of transmission", note, entries, *shapes)


def tracing() -> Markup:
    """Share of outbreaks controlled by share of contacts traced: three panels by R."""
    shapes, width = [], (WIDTH - 40) / 3
    styles = ((control.BY_CASE, RECORD, None), (control.OURS, OURS, None), (control.KNOWN, OURS, "3 4"))
    for i, (r0, curves) in enumerate(control.curves().items()):
        left = 40 + i * (width + 6)
        x, y = Scale((0, 0.2, 0.4, 0.6, 0.8, 1), left, left + width - 20), Scale((0, 0.25, 0.5, 0.75, 1), 250, 56)
        labels = ["0", "25%", "50%", "75%", "100%"] if i == 0 else [""] * 5
        shapes.append(grid(x, y, ["0", "20", "40", "60", "80", "100"], labels))
        shapes.append(text(left, 46, f"R {r0:g}", "ink", size=13))
        for who, stroke, dash in styles:
            points = [(x(s), y(v)) for s, v in zip(control.SHARES, curves[who], strict=True)]
            shapes.append(path(points, stroke, stroke_width=2.6, stroke_dasharray=dash))
            if dash is None:
                shapes += [circle(px, py, 3.5, stroke) for px, py in points]
    shapes.append(text(WIDTH / 2, 288, "contacts traced, per cent", "soft", anchor="middle", size=12))
    entries = [
        ("line", RECORD, "case by case, after Hellewell et al. 2020"),
        ("line", OURS, "Seawall"),
        ("dash", OURS, "Seawall's share, from each case's own onset"),
    ]
    note = (
        "Share of outbreaks from 20 cases that are controlled, by share of contacts traced. Seawall controls fewer, for "
        "it puts more transmission before onset; computed from each case's own onset, its one share is close at R 1.5 "
        "and 2.5 and too good at 3.5."
    )
    return framed("tracing", 298, "Outbreaks controlled by tracing and isolation", note, entries, *shapes)


def delays() -> Markup:
    """Days from first onset to detection and to notification: cumulated shares."""
    shapes, width = [], (WIDTH - 50) / 2
    panels = (
        ("start_detection", "onset_detect", "first onset to detection"),
        ("start_who", "onset_notify", "first onset to notification"),
    )
    for i, (lag, column, told) in enumerate(panels):
        left = 46 + i * (width + 6)
        x, y = Scale((0, 20, 40, 60, 80, 100), left, left + width - 24), Scale((0, 0.25, 0.5, 0.75, 1), 280, 56)
        labels = ["0", "25%", "50%", "75%", "100%"] if i == 0 else [""] * 5
        shapes.append(grid(x, y, plain(x.ticks), labels))
        shapes.append(text(left, 46, told, "ink", size=13))
        days = np.arange(101)
        known = timeliness.recorded(lag)
        shares = np.searchsorted(known, days, side="right") / len(known)
        shapes.append(path([(x(d), y(s)) for d, s in zip(days, shares, strict=True)], RECORD, stroke_width=2.6))
        for case, stroke in (("nigeria", OURS), ("china", OTHER)):
            o = timeliness.outbreaks(case)
            w = o["weight"].to_numpy()
            shares = np.array([w[(o[column] <= d).to_numpy()].sum() for d in days]) / w.sum()
            shapes.append(path([(x(d), y(s)) for d, s in zip(days, shares, strict=True)], stroke, stroke_width=2.6))
    shapes.append(text(WIDTH / 2, 318, "days", "soft", anchor="middle", size=12))
    entries = [
        ("line", RECORD, "WHO Disease Outbreak News"),
        ("line", OURS, "Seawall, Nigeria"),
        ("line", OTHER, "Seawall, China"),
    ]
    note = (
        "Share of outbreaks detected and notified by day. Simulated outbreaks are those that are found and would "
        "infect 20 people or more if left alone. On record, notification is that of WHO."
    )
    return framed("delays", 328, "Delays of detection and notification", note, entries, *shapes)


def on_time() -> Markup:
    """7-1-7 by step."""
    x, top, row = Scale((0, 0.25, 0.5, 0.75, 1), 180, WIDTH - 16), 34, 58
    bottom = top + row * len(timeliness.ON_TIME)
    shapes = []
    for tick in x.ticks:
        shapes.append(line(x(tick), top, x(tick), bottom, "rule", stroke_width=1))
        shapes.append(text(x(tick), bottom + 17, f"{tick:.0%}", "soft", anchor="middle", size=12))
    bars = [(case, timeliness.shares(case), fill) for case, fill in (("nigeria", OURS), ("china", OTHER))]
    for i, (step, met) in enumerate(timeliness.ON_TIME.items()):
        y = top + row * i + 6
        shapes.append(text(0, y + 26, step, "ink", size=13))
        low, high = timeliness.wilson(met, timeliness.EVENTS)
        rows = [(met / timeliness.EVENTS, RECORD), *((of[step], fill) for _case, of, fill in bars)]
        for j, (share, fill) in enumerate(rows):
            shapes.append(rect(x(0), y + 16 * j, max(1.5, x(share) - x(0)), 11, fill))
        shapes.append(line(x(low), y + 5.5, x(high), y + 5.5, "#8a9ba8", stroke_width=3))
    entries = [
        ("box", RECORD, "41 events in five countries (95% interval)"),
        ("box", OURS, "Seawall, Nigeria"),
        ("box", OTHER, "Seawall, China"),
    ]
    note = (
        "Share of events on time by step of 7-1-7: Bochner et al. 2023, and simulated outbreaks that are found and "
        "large, detection from the first onset."
    )
    return framed("on-time", bottom + 30, "On time by the measure of 7-1-7", note, entries, *shapes)


PICTURES: dict[str, Callable[[], Markup]] = {
    "reached": reached,
    "cases": cases,
    "maps": maps,
    "isolation": isolation,
    "tracing": tracing,
    "delays": delays,
    "on-time": on_time,
}


def draw(folder: Path = FOLDER) -> list[Path]:
    """Draw every picture; the same figures give the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for name, make in PICTURES.items():
        file = folder / f"{name}.svg"
        file.write_text(make() + "\n", encoding="utf-8")
        out.append(file)
    return out
