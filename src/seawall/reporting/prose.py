"""Small parts of running text: lists inside a sentence, names of families and of origins of hazards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.markup import Child, Markup, join
from seawall.reporting.names import case_text, localised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.case import Case

__all__ = ["event_name", "family_name", "origin_name", "running", "series"]


def series(items: Iterable[str]) -> str:
    """Things named one after the other inside a sentence; empty where there is none."""
    items = list(items)
    # a comma of lists inside a thing would not be told from those between things
    if any("、" in item for item in items):
        return _("; ").join(items)
    *rest, last = items or [""]
    if not rest:
        return last
    out = rest[0]
    for item in rest[1:]:
        out = _("{first}, {rest}").format(first=out, rest=item)
    return _("{first} and {last}").format(first=out, last=last)


def family_name(case: Case, family: str) -> str:
    """Name of a hazard family: that of its hazard where it has only one, else its code in words."""
    if family in {"", "*"}:
        return _("any family")
    rows = case["hazards"]
    own = rows[(rows["family"] == family) | ((rows["family"] == "") & (rows["hazard"] == family))]
    if len(own) == 1:
        name = localised(own.iloc[0].to_dict(), "name", case)
        if name:
            return name
    told = case_text(case, family)
    return family.replace("_", " ") if told == family else told


def event_name(case: Case, family: str, year: str) -> str:
    """What a past outbreak is called: its family and its year."""
    name = family_name(case, family)
    return _("{family}, {year}").format(family=name, year=year) if year else name


def origin_name(origin: str) -> str:
    """Where a hazard comes from, in words."""
    names = {
        "domestic": _("at home"),
        "imported": _("from abroad"),
        "laboratory": _("from a laboratory"),
    }
    return names.get(origin, origin)


def running(*parts: Child) -> Markup:
    """Whole sentences, some with markup, one after the other, with a space where the script has one."""
    out = Markup("")
    for part in parts:
        if part:
            text = join(part)
            # a sentence may end inside an element
            bare = re.sub(r"<[^>]*>", "", out)
            out = join(out, text, between="" if not out or bare.endswith(("。", "！", "？")) else " ")
    return out
