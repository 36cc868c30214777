"""Talents: specialists by cadre and place against their norm, who leaves and who comes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.language import _, _n
from seawall.reporting.charts.frame import Chart
from seawall.reporting.charts.growth import Growth, growths
from seawall.reporting.lever_accounts.training import Training
from seawall.reporting.lever_accounts.workforce import ROLES, Cadre, Workforce
from seawall.reporting.markup import Child, Markup, join
from seawall.reporting.names import case_text, place_name
from seawall.reporting.numbers import count, share
from seawall.reporting.prose import series
from seawall.reporting.sections.levers.common import actions, arrow, marked, marks, named
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.reporting.lever_accounts import LeverAccounts

__all__ = ["talents"]


def talents(accounts: LeverAccounts) -> Section:
    """The workforce of the case without the plan and with it."""
    title = _("Talents")
    case = accounts.case
    if not len(case["cadres"]):
        words = _("The case names no cadre of specialists: staff of every role stand at an assumed density.")
        return Section("talents", title, join(paragraph(words), actions(accounts, "talent")), page=True)
    force = Workforce(accounts, Training(accounts))
    body = join(
        paragraph(_opening(accounts, force)),
        figure(_chart(accounts, force)),
        _cadres(accounts, force),
        _flows(accounts, force),
        _places(accounts, force),
        actions(accounts, "talent"),
    )
    return Section("talents", title, body, page=True)


def role_name(role: str) -> str:
    """What a role does, for people."""
    words = {
        "laboratory": _("Laboratory"),
        "surveillance": _("Surveillance"),
        "tracing": _("Contact tracing"),
        "response": _("Rapid response"),
        "biosafety": _("Biosafety"),
        "faculty": _("Teaching"),
        "other": _("Other"),
    }
    return words.get(role, role)


def _opening(accounts: LeverAccounts, force: Workforce) -> str:
    year = accounts.reading
    state = _n(
        "{people} specialists of {n} cadre are at work today.",
        "{people} specialists of {n} cadres are at work today.",
        len(force.cadres),
    ).format(people=count(sum(c.today for c in force.cadres)), n=len(force.cadres))
    does = _("With the plan there are {after} in {year}; without it, {idle}.").format(
        after=count(sum(c.planned for c in force.cadres)), year=year, idle=count(sum(c.idle for c in force.cadres))
    )
    short = [
        role
        for role in force.roles
        if sum(float(v) < 0.5 for v in force.roles[role][1]) * 2 > len(accounts.place_codes)
    ]
    if not force.roles:
        missing = ""
    elif short:
        missing = _("Still below half of the norm in most places: {roles}.").format(roles=series(map(role_name, short)))
    else:
        missing = _("No role stays below half of its norm in most places.")
    return sentences(state, does, missing)


def _chart(accounts: LeverAccounts, force: Workforce) -> Chart:
    codes = accounts.case["cadres"]["cadre"].tolist()
    rows = []
    for c in force.cadres:
        i = codes.index(c.code)
        before = [float(accounts.before[y].stock[i].sum()) for y in accounts.years]
        after = [float(accounts.after[y].stock[i].sum()) for y in accounts.years]
        # laboratories are staffed by their posts, and teachers by their classes
        need = c.need if c.role in {"surveillance", "tracing", "response", "biosafety"} else math.nan
        rows.append(Growth(named(accounts.case, "cadres", c.code), before, after, need))
    title = _("People at work by cadre")
    pictures = growths("stocks", title, accounts.years, rows, count)
    note = _(
        "Each row has its own scale from 0; the figures are those of the first year today and the last with the plan."
    )
    return Chart(title, note, pictures)


def _need(cadre: Cadre) -> Child:
    if not math.isfinite(cadre.need):
        return "–"
    return marked(count(cadre.need), "assumed" if cadre.assumed_norm else "")


def _of_norm(people: float, need: float) -> float:
    return people / need if math.isfinite(need) and need > 0 else math.nan


def _cadres(accounts: LeverAccounts, force: Workforce) -> Markup:
    columns = [
        Column(_("Cadre"), "long"),
        Column(_("Today"), "n"),
        Column(_("{year} without the plan").format(year=accounts.reading), "n"),
        Column(_("{year} with the plan").format(year=accounts.reading), "n"),
        Column(_("Need by the norm"), "n"),
        Column(_("Share of the norm"), "n"),
        Column(_("Lowest place"), "n"),
        Column(_("Median resident"), "n"),
        Column(_("Highest place"), "n"),
    ]
    rows: list[list[Child] | str] = []
    for role in dict.fromkeys([*ROLES, "faculty", "other"]):
        mine = [c for c in force.cadres if c.role == role]
        if mine:
            rows.append(role_name(role))
        for c in mine:
            spread: list[Child] = ["–"] * 3
            if c.spread is not None:
                old, new = c.spread
                spread = [
                    arrow(old.lowest, new.lowest, share),
                    arrow(old.median, new.median, share),
                    arrow(old.highest, new.highest, share),
                ]
            rows.append(
                [
                    named(accounts.case, "cadres", c.code),
                    count(c.today),
                    count(c.idle),
                    count(c.planned),
                    _need(c),
                    arrow(_of_norm(c.today, c.need), _of_norm(c.planned, c.need), share),
                    *spread,
                ]
            )
    caption = _(
        "People at work by role and cadre. Shares of the norm today → with the plan in {year}; shares of the cadres of one"
        " role add up. Laboratories work by their posts and teaching by its classes, whatever the norm."
    ).format(year=accounts.reading)
    return table(columns, rows, marks(caption))


def _flows(accounts: LeverAccounts, force: Workforce) -> Markup:
    columns = [
        Column(_("Cadre"), "long"),
        Column(_("Leave a year"), "n"),
        Column(_("Replaced by ordinary hiring"), "short"),
        Column(_("Graduates without the plan"), "n"),
        Column(_("Graduates with the plan"), "n"),
        Column(_("Recruited by actions"), "n"),
    ]
    facts = accounts.case["cadres"].set_index("cadre")["evidence"]
    rows: list[list[Child]] = [
        [
            named(accounts.case, "cadres", c.code),
            marked(arrow(*c.attrition, share), str(facts[c.code])),
            _("no") if c.leaves else _("yes"),
            count(c.graduates[0]),
            count(c.graduates[1]),
            count(c.hired),
        ]
        for c in force.cadres
    ]
    caption = _(
        "Who leaves and who comes, {first} to {last} together. A cadre that no programme trains today is kept up by"
        " ordinary hiring."
    ).format(first=accounts.base + 1, last=accounts.reading)
    return table(columns, rows, marks(caption))


def _places(accounts: LeverAccounts, force: Workforce) -> Markup:
    """Share of the norm in every place, by role."""
    if not force.roles:
        return paragraph(_("The case does not say where its specialists work."))
    case = accounts.case
    columns = [Column(_("Place"), "long"), *(Column(role_name(r), "n") for r in force.roles)]
    regions: dict[str, list[list[Child]]] = {}
    for i, (code, region) in enumerate(zip(accounts.place_codes, case["places"]["region"], strict=True)):
        cells: list[Child] = [place_name(case, code)]
        cells += [arrow(float(old[i]), float(new[i]), share) for old, new in force.roles.values()]
        regions.setdefault(str(region), []).append(cells)
    rows: list[list[Child] | str] = []
    for region in sorted(regions):
        if region:
            rows.append(case_text(case, region))
        rows += regions[region]
    caption = _(
        "Staff of each role as a share of its norm, at most 100%, by place: today → with the plan in {year}."
    ).format(year=accounts.reading)
    return table(columns, rows, caption)
