"""The situation: hazards abroad and at home, what past events taught, what scores say, other countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.past import past as past_chart
from seawall.reporting.charts.pressure import pressure
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, evidence_name, place_name
from seawall.reporting.numbers import amount, count, currency_name, days, decimal, exact, share
from seawall.reporting.outlook import Peer, Standing, abroad, at_home, past, peers, standing
from seawall.reporting.prose import event_name, family_name, origin_name, series
from seawall.reporting.sections.hazards import often
from seawall.reporting.sections.parts import Column, Section, cite, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.assessment.timeliness import Timeliness
    from seawall.reporting.accounts import Accounts

__all__ = [
    "abroad_table",
    "areas_table",
    "events_table",
    "finding",
    "home_table",
    "lessons",
    "peers_table",
    "pressure_words",
    "situation",
    "unweighed",
]

#: Rows of the table of hazards abroad that a reader can take in; the rest is summed.
_ABROAD = 12
#: Countries beside this one in the table by area; more do not fit on a page.
_COUNTRIES = 6
#: Readiness from which scores are called high, and share of events below which they are called slow.
_HIGH, _SLOW = 60.0, 0.5
_MILLION = 1e6


def situation(a: Accounts) -> Section:
    """What threatens, what past outbreaks showed, what scores say, and how others stand."""
    outside, home = abroad(a.case), at_home(a)
    events, speed = past(a.case)
    scored, others = standing(a.case), peers(a.case)
    parts = [tag("h3", _("Hazards abroad"))]
    if len(outside):
        chart = figure(pressure(a.case, outside))
        parts += [tag("div", chart, tag("div", paragraph(pressure_words(a, outside))), class_="charts")]
        parts.append(abroad_table(a, outside))
    else:
        parts.append(paragraph(_("The case holds no record of outbreaks abroad.")))
    parts += [tag("h3", _("Hazards at home")), home_table(a, home), paragraph(_held(a, home))]
    parts.append(tag("h3", _("Past outbreaks and what they taught")))
    if len(events):
        chart = figure(past_chart(a.case, events))
        parts += [tag("div", chart, tag("div", paragraph(lessons(speed))), class_="charts")]
        parts.append(events_table(a, events))
    else:
        parts.append(paragraph(_("The case holds no log of past outbreaks; how fast they were met is not known.")))
    parts.append(tag("h3", _("What scores say and what events show")))
    parts.append(paragraph(finding(scored, speed)))
    if scored is not None and others:
        parts += [tag("h3", _("Beside other countries")), peers_table(scored, others, a)]
        parts.append(areas_table(scored, others, a))
    return Section("situation", _("Situation"), join(*parts), page=True)


def pressure_words(a: Accounts, outside: pd.DataFrame) -> str:
    """Where the pressure to import hazards comes from."""
    known = outside.dropna(subset=["index"])
    if not len(known):
        return _("Outbreaks abroad are on record, but no arrivals: the pressure to import them cannot be weighed.")
    by_origin = known.groupby("origin")["index"].sum().sort_values(ascending=False, kind="stable")
    top = [case_text(a.case, str(o)) for o in by_origin.index[:3]]
    families = known.groupby("family")["index"].sum().sort_values(ascending=False, kind="stable")
    return sentences(
        _("Of {n} origins on record, {first} carry {share} of the import pressure.").format(
            n=outside["origin"].nunique(), first=series(top), share=share(float(by_origin.iloc[:3].sum()) / 100)
        ),
        unweighed(outside),
        _("Most of it is {family} ({share}).").format(
            family=family_name(a.case, str(families.index[0])), share=share(float(families.iloc[0]) / 100)
        ),
        _(
            "The index is outbreaks a year times the origin's share of arrivals, scaled so that all together are 100."
            " It compares origins; it is no forecast of cases, and the outbreak model does not read it."
        ),
    )


def unweighed(outside: pd.DataFrame) -> str:
    """For how many origins the pressure cannot be weighed; empty where it can for all."""
    known = outside.dropna(subset=["index"])["origin"].nunique()
    everywhere = outside["origin"].nunique()
    if known == everywhere:
        return ""
    return _("Arrivals are on record for {known} of {all} origins; the others have no index.").format(
        known=known, all=everywhere
    )


def abroad_table(a: Accounts, outside: pd.DataFrame) -> Markup:
    """Outbreaks abroad by origin and family."""
    columns = [
        Column(_("Origin"), "long"),
        Column(_("Hazard family")),
        Column(_("Record"), "n"),
        Column(_("Outbreaks"), "n"),
        Column(_("Outbreaks a year"), "n"),
        Column(_("Arrivals a year"), "n"),
        Column(_("Share of arrivals"), "n"),
        Column(_("Import pressure (index)"), "n"),
    ]
    cells: list[list[Child]] = [
        [
            case_text(a.case, str(r.origin)),
            family_name(a.case, str(r.family)),
            _years(float(r.first_year), float(r.last_year)),
            count(float(r.outbreaks)),
            decimal(float(r.per_year), 2),
            exact(float(r.arrivals)),
            share(float(r.share)),
            decimal(float(r.index_), 2),
        ]
        for r in records(outside.head(_ABROAD).rename(columns={"index": "index_"}))
    ]
    rest = len(outside) - _ABROAD
    caption = _("Outbreaks on record abroad and the pressure to import them, the highest first")
    if rest > 0:
        caption = _(
            "Outbreaks on record abroad and the pressure to import them, the highest first; {n} more rows stand in the"
            " case's table origins"
        ).format(n=rest)
    return join(table(columns, cells, caption), _sources(outside))


def _years(first: float, last: float) -> str:
    """The years of a record, one where it begins and ends in the same."""
    return f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"


def _sources(outside: pd.DataFrame) -> Markup:
    """The sources of the record, each once; rows share them."""
    pairs = dict.fromkeys(zip(outside["source"].astype(str), outside["evidence"].astype(str), strict=True))
    known = [cited(source, evidence) for source, evidence in pairs if source]
    return tag("p", join(*known, between=_("; ")), class_="small") if known else Markup("")


def home_table(a: Accounts, home: pd.DataFrame) -> Markup:
    """Hazards at home: how often, and what they are expected to take a year without the plan."""
    currency = currency_name(a.case.settings.currency)
    columns = [
        Column(_("Hazard"), "long"),
        Column(_("Where it starts")),
        Column(_("How often"), "n"),
        Column(_("Deaths in an average outbreak"), "n"),
        Column(_("Deaths a year"), "n"),
        Column(_("Loss a year"), "n"),
    ]
    cells: list[list[Child]] = [
        [
            r.name,
            origin_name(str(r.origin)),
            often(float(r.events_per_year)),
            count(float(r.each)),
            count(float(r.deaths)),
            amount(float(r.loss)),
        ]
        for r in records(home.assign(each=_each(home)))
    ]
    total: list[Child] = [_("Total"), "", "", "", count(float(home["deaths"].sum())), amount(float(home["loss"].sum()))]
    caption = _(
        "Expected in {year} without the plan, in {currency}: means over many possible years, most of which see less"
    ).format(year=a.reading, currency=currency)
    return table(columns, cells, caption, total)


def _each(home: pd.DataFrame) -> pd.Series:
    """Deaths in an average outbreak of each hazard; NaN where it never comes."""
    return home["deaths"] / home["events_per_year"].where(home["events_per_year"] > 0)


def _held(a: Accounts, home: pd.DataFrame) -> str:
    """Why outbreaks differ so; empty where measures have no cost, or no hazard takes as many lives."""
    if a.case.settings.perspective != "societal" or not (_each(home) >= _MILLION).any():
        return ""
    return _("Where community measures can hold an outbreak, few die; where they cannot, millions may.")


def lessons(speed: Timeliness) -> str:
    """Which step was slow, in sentences."""
    if not speed.n_complete:
        first = _("No past outbreak has all its dates, so that 7-1-7 cannot be judged as a whole.")
    else:
        first = _("Of {n} past outbreaks with all dates, {share} met all three 7-1-7 targets.").format(
            n=speed.n_complete, share=share(speed.met_717)
        )
    steps = {
        _("found within 7 days of emergence"): speed.detect_met,
        _("notified within 1 day of being found"): speed.notify_met,
        _("answered within 7 days of notification"): speed.respond_met,
    }
    known = {words: met for words, met in steps.items() if met == met}
    told = [_("{share} were {step}.").format(share=share(met), step=words) for words, met in known.items()]
    slowest = ""
    if known and min(known.values()) < 1:
        step = min(known, key=known.__getitem__)
        slowest = {
            0: _("The step that failed most often is finding them."),
            1: _("The step that failed most often is notifying them."),
            2: _("The step that failed most often is answering them."),
        }[list(steps).index(step)]
    return sentences(first, *told, slowest)


def events_table(a: Accounts, events: pd.DataFrame) -> Markup:
    """Past outbreaks one by one, with what held them up."""
    columns = [
        Column(_("Outbreak"), "long"),
        Column(_("Place")),
        Column(_("Days until found"), "n"),
        Column(_("Days until notified"), "n"),
        Column(_("Days until answered"), "n"),
        Column(_("7-1-7"), "nowrap"),
        Column(_("What held it up"), "words"),
        Column(_("Source"), "small"),
    ]
    cells: list[list[Child]] = [
        [
            join(event_name(a.case, str(r.family), str(r.year)), tag("div", str(r.event), class_="small")),
            place_name(a.case, str(r.place)) if r.place else "–",
            days(float(r.detect_days)),
            days(float(r.notify_days)),
            days(float(r.respond_days)),
            met(r.met_717),
            case_text(a.case, str(r.bottleneck)) or "–",
            cited(str(r.source), str(r.evidence)),
        ]
        for r in records(events)
    ]
    caption = _(
        "Past outbreaks, the latest first: days from emergence until found, from there until notified, and from there"
        " until answered"
    )
    return table(columns, cells, caption)


def met(value: Any) -> str:
    """Whether an outbreak met 7-1-7; not every one has all its dates."""
    if pd.isna(value):
        return _("not known")
    return _("met") if value else _("not met")


def cited(source: str, evidence: str) -> Child:
    """A source with its grade."""
    if not source:
        return evidence_name(evidence)
    return join(cite(source), _(" ({grade})").format(grade=evidence_name(evidence)))


def finding(scored: Standing | None, speed: Timeliness) -> str:
    """What scores say beside what events show."""
    if scored is None:
        return _("The case holds no scores of an assessment.")
    first = _("The latest scores ({framework}, {year}) give a readiness of {readiness} of 100.").format(
        framework=scored.framework.name, year=scored.year, readiness=decimal(scored.readiness, 2)
    )
    if scored.framework.name.startswith("SPAR"):
        first = _("By its own report ({framework}, {year}), the country's readiness is {readiness} of 100.").format(
            framework=scored.framework.name, year=scored.year, readiness=decimal(scored.readiness, 2)
        )
    if not speed.n_complete:
        return sentences(first, _("No past outbreak with all dates is there to hold against it."))
    second = _("Of {n} past outbreaks with all dates, {share} met 7-1-7.").format(
        n=speed.n_complete, share=share(speed.met_717)
    )
    high, slow = scored.readiness >= _HIGH, speed.met_717 < _SLOW
    if high and slow:
        third = _(
            "A high score beside slow events is a finding, not an error: scores say what is in place on paper,"
            " events say how fast it works when it is needed. The plan is judged by the second."
        )
    elif slow:
        third = _("Scores and events agree: there is much to build, and outbreaks are met late.")
    elif high:
        third = _("Scores and events agree: much is in place, and most outbreaks on record were met in time.")
    else:
        third = _(
            "Events went better than scores suggest: the log may hold the outbreaks that were met well, and leave out"
            " those that nobody saw."
        )
    return sentences(first, second, third)


def peers_table(own: Standing, others: list[Peer], a: Accounts) -> Markup:
    """Readiness of other countries beside this one over the same indicators."""
    columns = [
        Column(_("Country"), "long"),
        Column(_("Year"), "n"),
        Column(_("Indicators scored by both"), "n"),
        Column(_("Its readiness"), "n"),
        Column(_("Readiness here, same indicators"), "n"),
    ]
    cells: list[list[Child]] = [
        [
            case_text(a.case, p.name),
            str(p.standing.year),
            str(p.shared),
            decimal(p.theirs, 2),
            decimal(p.own, 2),
        ]
        for p in others
    ]
    caption = _(
        "Readiness from 0 to 100 ({framework}): the mean of area means, computed for every country by the same code,"
        " over the indicators that both have; with all its indicators this country has {readiness}"
    ).format(framework=own.framework.name, readiness=decimal(own.readiness, 2))
    return table(columns, cells, caption)


def areas_table(own: Standing, others: list[Peer], a: Accounts) -> Markup:
    """Area means of this country and of others."""
    shown = others[:_COUNTRIES]
    columns = [
        Column(_("Technical area"), "long"),
        Column(_("Here"), "n"),
        *(Column(case_text(a.case, p.name), "n") for p in shown),
    ]
    theirs = [dict(zip(p.standing.areas["area"], p.standing.areas["score"], strict=True)) for p in shown]
    cells: list[list[Child]] = []
    for r in records(own.areas):
        name = own.framework.area_name(str(r.area))
        label = _("{code} {name}").format(code=r.area, name=name) if name != r.area else str(r.area)
        cells.append(
            [label, decimal(float(r.score), 2), *(decimal(float(t.get(r.area, float("nan"))), 2) for t in theirs)]
        )
    caption = _("Mean score by technical area ({framework}), on the framework's own scale").format(
        framework=own.framework.name
    )
    return table(columns, cells, caption)
