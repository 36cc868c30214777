"""Markup that cannot be broken by what it holds: plain text is escaped, markup is not.

One builder serves HTML and SVG alike, so that no text of a case reaches a page unescaped.
"""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = ["Child", "Markup", "join", "raw", "tag"]

_VOID = frozenset({"br", "col", "hr", "img", "link", "meta"})
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
# what XML 1.0 forbids even when escaped
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """A string that is markup already; everything else is text."""

    __slots__ = ()


Child: TypeAlias = "str | Markup | int | float | None"


def escape(text: object) -> str:
    """Text as it may stand in an element or a quoted attribute, in HTML and in XML."""
    return _FORBIDDEN.sub("\ufffd", str(text)).translate(_ESCAPES)


def join(*children: Child, between: str = "") -> Markup:
    """Children one after the other; text is escaped, None is nothing."""
    parts = [c if isinstance(c, Markup) else escape(c) for c in children if c is not None]
    return Markup(between.join(parts))


def raw(text: str) -> Markup:
    """Text of our own that is markup; never text of a case."""
    return Markup(text)


def _attribute(value: object) -> str:
    """A number as short as a drawing needs, anything else escaped."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(value)


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """One element with its children.

    Parameters
    ----------
    name : str
        Name of the element.
    *children : str, Markup, number or None
        Content; strings are escaped unless they are `Markup`, None is left out.
    **attributes : object
        Attributes; ``class_`` gives ``class``, other underscores become hyphens, ``True`` gives
        an empty attribute, ``None`` and ``False`` give none. Names with capitals stay as they are.
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        parts.append(f'{label}=""' if value is True else f'{label}="{_attribute(value)}"')
    start = " ".join(parts)
    if name in _VOID:
        return Markup(f"<{start}>")
    return Markup(f"<{start}>{join(*children)}</{name}>")
