"""How things are called in a report: levers, places, actions, areas, indicators, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.assessment import frameworks
from seawall.case import LEVERS
from seawall.language import _, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.case import Case

__all__ = [
    "area_label",
    "case_text",
    "case_title",
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


def case_text(case: Case, text: str) -> str:
    """Text of a case in the language in force, by its table ``translations``; else as it is.

    Areas, leads, levels, regions, sources of money, titles of cost lines, units, notes and
    competencies are read so. A text that the case has from a packaged table, such as the note of
    an assumption, is known without a row.
    """
    return case.translations.get((text, language())) or translated(text)


def case_title(case: Case) -> str:
    """Title of a case's reports, its name where it has none."""
    return case_text(case, case.settings.title or case.settings.name)


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
        "science": _("Frontier layout"),
        "discipline": _("Disciplines"),
        "talent": _("Talents"),
        "platform": _("Platforms"),
        "governance": _("Governance"),
    }
    return names.get(lever, lever)


def earmark_name(earmark: str, case: Case | None = None) -> str:
    """Name of what alone a source may pay for: a lever or an area."""
    if earmark in LEVERS:
        return lever_name(earmark)
    return translated(earmark) if case is None else area_label(case, earmark) if earmark else ""


def localised(row: Mapping[Any, Any], column: str, case: Case | None = None) -> str:
    """A name of a row in the language in force.

    Parameters
    ----------
    row : mapping
        Row of a table with the column, and perhaps with the same in a language: ``name_zh``.
    column : str
        ``name``, ``title`` or ``label``.
    case : Case, optional
        Where the row is silent, its table ``translations`` is asked.
    """
    own = row.get(f"{column}_{language()}", "")
    if isinstance(own, str) and own:
        return own
    text = str(row[column] or "")
    return text if case is None else case_text(case, text)


def title_of(case: Case, action: str) -> str:
    """Title of an action, its code where it has none."""
    rows = case["actions"]
    row = rows[rows["action"] == action]
    return localised(row.iloc[0].to_dict(), "title", case) or action if len(row) else action


def place_name(case: Case, place: str) -> str:
    """Name of a place, its code where it has none; no place is the whole case."""
    if not place:
        return _("everywhere")
    rows = case["places"]
    row = rows[rows["place"] == place]
    return localised(row.iloc[0].to_dict(), "name", case) or place if len(row) else place


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
    return case_text(case, area)
