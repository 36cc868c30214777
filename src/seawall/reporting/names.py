"""How things are called in a report: levers, places, actions, areas, indicators, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.assessment import frameworks
from seawall.case import LEVERS
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.case import Case

__all__ = [
    "area_label",
    "earmark_name",
    "evidence_name",
    "indicator_label",
    "lever_name",
    "localised",
    "place_name",
    "title_of",
    "translated",
]


def translated(text: str) -> str:
    """Text of a packaged table in the language in force; text of a case's own stays as it is."""
    return _(text) if text else ""


def evidence_name(evidence: str) -> str:
    """Name of a grade of evidence for people."""
    names = {
        "measured": _("measured"),
        "published": _("published"),
        "expert": _("expert judgement"),
        "assumed": _("assumed"),
    }
    return names.get(evidence, evidence)


def lever_name(lever: str) -> str:
    """Name of a lever for people."""
    names = {
        "science": _("Science"),
        "discipline": _("Disciplines"),
        "talent": _("People"),
        "platform": _("Laboratories and platforms"),
        "governance": _("Governance"),
    }
    return names.get(lever, lever)


def earmark_name(earmark: str) -> str:
    """Name of what alone a source may pay for: a lever or an area."""
    return lever_name(earmark) if earmark in LEVERS else translated(earmark)


def localised(row: Mapping[Any, Any], column: str) -> str:
    """A name in the language in force where the case has it, else as it is."""
    # Translators: ending of the columns that hold names in your language, "_zh" in Chinese; else leave empty.
    ending = _("ending of name columns")
    own = row.get(f"{column}{ending}", "") if ending.startswith("_") else ""
    return str(own or row[column] or "")


def title_of(case: Case, action: str) -> str:
    """Title of an action, its code where it has none."""
    rows = case["actions"]
    row = rows[rows["action"] == action]
    return localised(row.iloc[0].to_dict(), "title") or action if len(row) else action


def place_name(case: Case, place: str) -> str:
    """Name of a place, its code where it has none; no place is the whole case."""
    if not place:
        return _("everywhere")
    rows = case["places"]
    row = rows[rows["place"] == place]
    return localised(row.iloc[0].to_dict(), "name") or place if len(row) else place


def indicator_label(framework: str, indicator: str) -> str:
    """Code and name of an indicator, with its framework."""
    known = frameworks().get(framework)
    name = known.name_of(indicator) if known else indicator
    if name == indicator:
        return _("{framework} {indicator}").format(framework=framework, indicator=indicator)
    return _("“{name}” ({framework} {indicator})").format(name=name, framework=framework, indicator=indicator)


def area_label(case: Case, area: str) -> str:
    """Code and name of a technical area, where a framework of the case knows it."""
    for framework in (case.settings.framework, *sorted(set(case["scores"]["framework"])), *frameworks()):
        known = frameworks().get(framework)
        if known and area in known.areas:
            return _("{code} {name}").format(code=area, name=known.area_name(area))
    return translated(area)
