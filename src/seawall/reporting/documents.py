"""What can be written of a plan as a page: the report, and the plan document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.errors import InputError
from seawall.language import _
from seawall.reporting.document import document
from seawall.reporting.html import html

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.planning.result import Plan

__all__ = ["DOCUMENTS", "FILES", "page_of"]

#: Pages by the name that ``report --document`` takes.
DOCUMENTS: dict[str, Callable[[Plan], str]] = {"report": html, "plan": document}
#: Name of each page's file in a plan's folder, without its ending.
FILES = {"report": "report", "plan": "document"}


def page_of(name: str) -> Callable[[Plan], str]:
    """The function that writes a page; InputError where there is none of that name."""
    if name not in DOCUMENTS:
        known = ", ".join(sorted(DOCUMENTS))
        raise InputError(_("there is no document {name!r}; known: {known}").format(name=name, known=known))
    return DOCUMENTS[name]
