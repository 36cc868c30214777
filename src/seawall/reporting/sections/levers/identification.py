"""Rapid identification: days from a sample to the name of its agent, known or new, by place and year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.language import _, _n
from seawall.levers import PRODUCT_FIELDS
from seawall.reporting.charts.frame import Chart
from seawall.reporting.charts.pace import Pace, pace
from seawall.reporting.charts.spans import Spans, spans
from seawall.reporting.lever_accounts.identification import GOAL_DAYS, Identification
from seawall.reporting.markup import Child, Markup, join
from seawall.reporting.names import lever_name, place_name, title_of
from seawall.reporting.numbers import days, decimal, share
from seawall.reporting.prose import series
from seawall.reporting.sections.levers.common import named, never
from seawall.reporting.sections.levers.through import through
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.reporting.lever_accounts import LeverAccounts

__all__ = ["rapid"]


def rapid(accounts: LeverAccounts) -> Section:
    """Days to a name today, on the way, and under the plan."""
    title = _("Rapid identification")
    if not len(accounts.case["facilities"]):
        words = _(
            "The case names no laboratory: samples go nowhere, and outbreaks are found by clusters of illness only."
        )
        return Section("identification", title, paragraph(words), page=True)
    found = Identification(accounts)
    body = join(
        paragraph(_opening(accounts, found)),
        paragraph(_meaning(accounts, found)),
        figure(_by_year(accounts, found)),
        _years(accounts, found),
        _movers(accounts, found),
        _research(accounts, found),
        figure(_by_place(accounts, found)),
        _places(accounts, found),
    )
    return Section("identification", title, body, page=True)


def _opening(accounts: LeverAccounts, found: Identification) -> str:
    base, year = accounts.base, accounts.reading
    known = [found.reach(n.known) for n in (found.before[base], found.after[year])]
    new = [found.reach(n.new) for n in (found.before[base], found.after[year])]
    use = [found.reach(n.in_use) for n in (found.before[base], found.after[year])]
    state = _(
        "For half of the population, a known agent is named {known} today and {known_after} with the plan in {year},"
        " counted from the sample; a new one {new} today and {new_after} then."
    ).format(
        known=_when(known[0].median),
        new=_when(new[0].median),
        known_after=_when(known[1].median),
        new_after=_when(new[1].median),
        year=year,
    )
    use_words = _("Tests for a new agent are in use {before} today and {after} with the plan.").format(
        before=_when(use[0].median), after=_when(use[1].median)
    )
    missing = _(
        "Within {goal} days, {known} of {all} places name a known agent under the plan ({known_before} today) and"
        " {new} name a new one ({new_before} today)."
    ).format(
        goal=days(GOAL_DAYS),
        all=len(accounts.place_codes),
        known=known[1].within,
        known_before=known[0].within,
        new=new[1].within,
        new_before=new[0].within,
    )
    return sentences(state, use_words, missing)


def _when(value: float) -> str:
    """Within how many days something happens, as part of a sentence."""
    if not math.isfinite(value):
        return _("never")
    number = 1 if days(value) == "1" else 2
    return _n("within {days} day", "within {days} days", number).format(days=days(value))


def _meaning(accounts: LeverAccounts, found: Identification) -> str:
    goal = _("The {goal} days are an assumed yardstick of this page, not a figure of the case.").format(
        goal=days(GOAL_DAYS)
    )
    hazards = series(
        named(accounts.case, "hazards", str(accounts.case["hazards"]["hazard"][h])) for h in found.new_hazards
    )
    if hazards:
        what = _(
            "New to laboratories: {hazards}. Days for a new agent are means over the outcomes of research that the plan"
            " pays for."
        ).format(hazards=hazards)
    else:
        what = _(
            "No hazard of the case is new to laboratories; the days for a new agent are those of sequencing alone."
        )
    return sentences(what, goal)


# -- by year ------------------------------------------------------------------------------


def _by_year(accounts: LeverAccounts, found: Identification) -> Chart:
    pictures = []
    for field, title in (("known", _("A known agent")), ("new", _("A new agent"))):
        before = [found.reach(getattr(found.before[y], field)) for y in accounts.years]
        after = [found.reach(getattr(found.after[y], field)) for y in accounts.years]
        given = Pace(
            f"pace-{field}",
            title,
            accounts.years,
            [r.median for r in before],
            [r.median for r in after],
            [r.best for r in after],
            [r.worst for r in after],
            GOAL_DAYS,
        )
        pictures.append(pace(given))
    note = _("Median over the population, by year; the band runs from the best place to the worst.")
    return Chart(_("Days from sample to name"), note, tuple(pictures))


def _years(accounts: LeverAccounts, found: Identification) -> Markup:
    columns = [
        Column(_("Year"), "n"),
        Column(_("Known agent: median"), "n"),
        Column(_("best to worst place"), "n"),
        Column(_("places within {goal} days").format(goal=days(GOAL_DAYS)), "n"),
        Column(_("New agent: median"), "n"),
        Column(_("best to worst place"), "n"),
        Column(_("places within {goal} days").format(goal=days(GOAL_DAYS)), "n"),
        Column(_("Tests in use: median"), "n"),
    ]
    rows: list[list[Child]] = []
    for year in accounts.years:
        naming = (found.before if year == accounts.base else found.after)[year]
        cells: list[Child] = [str(year)]
        for values in (naming.known, naming.new):
            reach = found.reach(values)
            best, worst = never(reach.best), never(reach.worst)
            span = best if best == worst else _("{best} to {worst}").format(best=best, worst=worst)
            cells += [never(reach.median), span, str(reach.within)]
        rows.append([*cells, never(found.reach(naming.in_use).median)])
    caption = _("Days from sample to name by year: {base} as it is, then under the plan; {n} places.").format(
        base=accounts.base, n=len(accounts.place_codes)
    )
    return table(columns, rows, caption)


# -- what moved it ------------------------------------------------------------------------


def _longer(value: float) -> str:
    if math.isinf(value):
        return _("no answer in some places")
    return decimal(value, 2) if value > 0.005 else "–"


def _movers(accounts: LeverAccounts, found: Identification) -> Markup:
    if not found.movers:
        return paragraph(_("No action of the plan changes these days."))
    facts: dict[Any, Any] = accounts.accounts.actions.set_index("action").to_dict("index")
    columns = [
        Column(_("Action"), "long"),
        Column(_("Lever")),
        Column(_("Starts"), "n"),
        Column(_("By what"), "words"),
        Column(_("Known agent, days"), "n"),
        Column(_("New agent, days"), "n"),
        Column(_("Tests in use, days"), "n"),
    ]
    rows: list[list[Child]] = [
        [
            title_of(accounts.case, action),
            lever_name(str(facts[action]["lever"])),
            str(int(facts[action]["start"])),
            through(accounts.case, action),
            _longer(known),
            _longer(new),
            _longer(use),
        ]
        for action, known, new, use in found.movers
    ]
    caption = _(
        "What brings the name sooner: days that it would take longer in {year} without this action alone, mean over the"
        " population. What two actions share is counted for neither."
    ).format(year=accounts.reading)
    return table(columns, rows, caption)


def _research(accounts: LeverAccounts, found: Identification) -> Markup:
    """Outcomes of research for each new hazard in the reading year."""
    if not found.new_hazards:
        return Markup("")
    columns = [
        Column(_("New agent"), "long"),
        Column(_("Chance"), "n"),
        Column(_("Days to name it, other than by sequencing"), "n"),
        Column(_("Days from its name to tests"), "n"),
    ]
    rows: list[list[Child]] = []
    for h in found.new_hazards:
        merged: dict[tuple[float, float], float] = {}
        for row in accounts.after[accounts.reading].products[h]:
            product = dict(zip(PRODUCT_FIELDS, row.tolist(), strict=True))
            if product["probability"] > 0:
                at = (product["naming_days"], product["assay_days"])
                merged[at] = merged.get(at, 0.0) + product["probability"]
        name = named(accounts.case, "hazards", str(accounts.case["hazards"]["hazard"][h]))
        for (method, tests), chance in sorted(merged.items(), key=lambda item: -item[1]):
            other = days(method) if math.isfinite(method) else _("no other method")
            rows.append([name, share(chance), other if tests > 0 else "–", days(tests) if tests > 0 else _("at hand")])
    caption = _("Outcomes of research in {year} under the plan, each with its chance.").format(year=accounts.reading)
    return table(columns, rows, caption)


# -- by place -----------------------------------------------------------------------------


def halves(rows: Sequence[tuple[str, float, float]]) -> list[Sequence[tuple[str, float, float]]]:
    """Rows in two parts where they are many, so that two pictures stand side by side."""
    if len(rows) <= 20:
        return [rows]
    middle = math.ceil(len(rows) / 2)
    return [rows[:middle], rows[middle:]]


def _by_place(accounts: LeverAccounts, found: Identification) -> Chart:
    before, after = found.before[accounts.base].new, found.after[accounts.reading].new
    order = np.lexsort((np.arange(len(after)), -np.where(np.isfinite(after), after, 1e9)))
    rows = [
        (place_name(accounts.case, accounts.place_codes[i]), float(before[i]), float(after[i])) for i in order.tolist()
    ]
    title = _("Days until a new agent is named, by place")
    top = max((v for r in rows for v in r[1:] if math.isfinite(v)), default=1.0)
    pictures = [
        spans(
            Spans("new-agent", title, part, days, _("days"), GOAL_DAYS, _("{goal} days").format(goal=days(GOAL_DAYS)),
                  _("never"), top=top),
            i,
        )
        for i, part in enumerate(halves(rows))
    ]  # fmt: skip
    note = _("The slowest places under the plan come first.")
    return Chart(title, note, tuple(pictures))


def _places(accounts: LeverAccounts, found: Identification) -> Markup:
    years = accounts.accounts.budget_years
    middle = years[len(years) // 2]
    moments = [
        (accounts.base, found.before[accounts.base]),
        (middle, found.after[middle]),
        (accounts.reading, found.after[accounts.reading]),
    ]
    columns = [
        Column(_("Place"), "long"),
        *(Column(_("Known agent, {year}").format(year=y), "n") for y, _naming in moments),
        *(Column(_("New agent, {year}").format(year=y), "n") for y, _naming in moments),
        *(Column(_("Tests in use, {year}").format(year=y), "n") for y, _naming in (moments[0], moments[-1])),
    ]
    rows: list[list[Child]] = [
        [
            place_name(accounts.case, code),
            *(never(float(n.known[i])) for _year, n in moments),
            *(never(float(n.new[i])) for _year, n in moments),
            *(never(float(n.in_use[i])) for _year, n in (moments[0], moments[-1])),
        ]
        for i, code in enumerate(accounts.place_codes)
    ]
    caption = _("Days from sample to name in every place: {base} as it is, later years under the plan.").format(
        base=accounts.base
    )
    return table(columns, rows, caption)
