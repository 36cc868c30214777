"""A small vocabulary of drawing: shapes and words as SVG, no library, no script.

Text stays text. Every picture has a title and a description for those who cannot see it, colours
that colour-blind people can tell apart, and patterns or labels that survive a black-and-white print.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from seawall.reporting.markup import Child, Markup, join, tag

__all__ = [
    "INK",
    "LEVER_FILLS",
    "circle",
    "line",
    "path",
    "patterns",
    "picture",
    "rect",
    "shorten",
    "text",
    "width_of",
    "wrap",
]

#: Colours by role: a variable of the page, and what stands where the picture is alone.
#: Hues are from Okabe and Ito (2008); lightness differs, so that roles differ in grey too.
INK = {
    "ink": "var(--ink, #1b2733)",
    "soft": "var(--soft, #4d5b69)",
    "rule": "var(--rule, #c9d1d9)",
    "faint": "var(--faint, #e9edf1)",
    "paper": "var(--paper, #ffffff)",
    "before": "var(--before, #e69f00)",
    "plan": "var(--plan, #0b5c8f)",
    "saved": "var(--saved, #d3e5f0)",
}

#: Fill of each lever: a colour, and a pattern drawn over it so that grey prints can be read.
LEVER_FILLS = {
    "platform": ("#0b5c8f", ""),
    "talent": ("#e69f00", "diagonal"),
    "governance": ("#8a9ba8", "dots"),
    "science": ("#00795a", "cross"),
    "discipline": ("#cc79a7", "vertical"),
}

#: Width of a letter as a share of the size of the type, on average, and of a letter of an ideographic script.
_NARROW, _WIDE = 0.57, 1.0


def width_of(words: str, size: float = 13) -> float:
    """Width that a text will take, within a tenth or so."""
    return size * sum(_WIDE if unicodedata.east_asian_width(c) in "WF" else _NARROW for c in words)


def shorten(words: str, width: float, size: float = 13) -> str:
    """Cut a text to a width, with an ellipsis where something is cut."""
    if width_of(words, size) <= width:
        return words
    while words and width_of(words + "…", size) > width:
        words = words[:-1]
    return words.rstrip() + "…"


def wrap(words: str, width: float, size: float = 13, lines: int = 2) -> list[str]:
    """Break a text into a few lines of a width; the last is cut if need be."""
    out: list[str] = []
    rest = words.strip()
    while rest and len(out) < lines - 1 and width_of(rest, size) > width:
        head = shorten(rest, width + width_of("…", size), size).removesuffix("…")
        head = rest[: _break(rest, len(head))]
        if not head:
            break
        out.append(head)
        rest = rest[len(head) :].strip()
    return [*out, shorten(rest, width, size)] if rest or not out else out


def _break(words: str, most: int) -> int:
    """Where a line of at most some letters ends: at a space, or beside an ideograph that may stand there."""
    for i in range(most, 0, -1):
        before, after = words[i - 1], words[i : i + 1]
        if after == " ":
            return i
        wide = any(unicodedata.east_asian_width(c) in "WF" for c in (before, after) if c)
        if wide and before not in "“（《" and after not in "，。；：、！？”）》%":
            return i
    return most


def _style(fill: str | None, stroke: str | None) -> str | None:
    """Colours as a style: variables of the page work in style, not in every attribute."""
    parts = [f"{k}:{INK.get(v, v)}" for k, v in (("fill", fill), ("stroke", stroke)) if v is not None]
    return ";".join(parts) or None


def rect(x: float, y: float, width: float, height: float, fill: str = "plan", **more: object) -> Markup:
    """A rectangle; ``fill`` is a role of `INK`, a colour or a ``url(#pattern)``."""
    stroke = more.pop("stroke", None)
    style = _style(fill, None if stroke is None else str(stroke))
    return tag("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), style=style, **more)


def circle(x: float, y: float, radius: float, fill: str = "plan", **more: object) -> Markup:
    """A circle about a point."""
    stroke = more.pop("stroke", None)
    title = more.pop("title", None)
    child = tag("title", str(title)) if title is not None else None
    style = _style(fill, None if stroke is None else str(stroke))
    return tag("circle", child, cx=x, cy=y, r=max(0.0, radius), style=style, **more)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = "ink", **more: object) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, style=_style(None, stroke), **more)


def path(points: Sequence[tuple[float, float]], stroke: str = "plan", fill: str = "none", **more: object) -> Markup:
    """A line through points, or the area that they enclose."""
    return tag(
        "polyline" if fill == "none" else "polygon",
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        style=_style(fill, stroke),
        **more,
    )


def text(x: float, y: float, words: Child, fill: str = "ink", **more: object) -> Markup:
    """Words at a point; ``anchor`` is start, middle or end; ``full`` shows under the pointer."""
    anchor = more.pop("anchor", None)
    full = more.pop("full", None)
    size = more.pop("size", None)
    child = tag("title", str(full)) if full is not None and full != words else None
    return tag("text", words, child, x=x, y=y, text_anchor=anchor, font_size=size, style=_style(fill, None), **more)


def patterns(name: str) -> Markup:
    """Draw the patterns of a picture: ``url(#<name>-<lever>)`` and ``url(#<name>-before)``."""
    marks = {
        "": "",
        "diagonal": "M-2,8 L8,-2 M0,10 L10,0",
        "dots": "M2,2 h2 v2 h-2 z M6,6 h2 v2 h-2 z",
        "cross": "M0,0 L8,8 M8,0 L0,8",
        "vertical": "M2,0 V8 M6,0 V8",
    }
    fills = {**LEVER_FILLS, "before": ("#e69f00", "diagonal"), "upkeep": ("#ffffff", "diagonal")}
    out = []
    for role, (colour, mark) in fills.items():
        stroke = "#1b2733" if role == "upkeep" else "#ffffff"
        lines = tag("path", d=marks[mark], stroke=stroke, stroke_width=1.4, fill="none", opacity=0.85) if mark else None
        base = tag("rect", width=8, height=8, fill=colour)
        out.append(tag("pattern", base, lines, id=f"{name}-{role}", width=8, height=8, patternUnits="userSpaceOnUse"))
    return tag("defs", *out)


def picture(
    name: str,
    size: tuple[float, float],
    title: str,
    description: str,
    *shapes: Markup,
) -> Markup:
    """Frame shapes as one picture.

    Parameters
    ----------
    name : str
        Unique on its page; ids begin with it.
    size : (float, float)
        Width and height of the drawing, in its own units.
    title, description : str
        What is shown, and what there is to see in it, for those who cannot see.
    *shapes : Markup
        What is drawn, from the back to the front.
    """
    width, height = size
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        join(*shapes),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_family="inherit",
        font_size=13,
        class_="picture",
    )
