"""Chapter 1: the situation and the problems that the plan answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.chapters.goals import write
from seawall.reporting.ledger import Ledger, cell, computed, result, woven
from seawall.reporting.markup import Markup, join, tag
from seawall.reporting.names import case_text
from seawall.reporting.numbers import count, money, share
from seawall.reporting.outlook import abroad, at_home, past, peers, standing
from seawall.reporting.prose import event_name, series
from seawall.reporting.sections.parts import Section, bullets, paragraph
from seawall.reporting.sections.situation import (
    abroad_table,
    areas_table,
    events_table,
    finding,
    home_table,
    lessons,
    peers_table,
    unweighed,
)

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.indicators import Indicators

__all__ = ["situation"]

#: Events and gaps told in words; the tables hold the rest.
_TOLD = 5


def situation(a: Accounts, indicators: Indicators, ledger: Ledger, title: str) -> Section:
    """What threatens from abroad and at home, what past outbreaks showed, what is missing."""
    parts: list[Markup] = [
        tag("h3", _("Hazards from abroad")),
        *_abroad(a, ledger),
        tag("h3", _("Hazards at home")),
        *_home(a, ledger),
        tag("h3", _("What past outbreaks showed")),
        *_past(a, ledger),
        tag("h3", _("Problems to be solved")),
        *_problems(a, indicators, ledger),
    ]
    return Section("situation", title, join(*parts), page=True)


def _abroad(a: Accounts, ledger: Ledger) -> list[Markup]:
    outside = abroad(a.case)
    if not len(outside):
        return [paragraph(_("The case holds no record of outbreaks abroad."))]
    key = "seawall.reporting.outlook.abroad"
    first, last = int(outside["first_year"].min()), int(outside["last_year"].max())
    one = _("In {first}, {outbreaks} outbreaks of {families} hazard families are on record in {n} origins.")
    words = [
        woven(
            one
            if first == last
            else _(
                "Between {first} and {last}, {outbreaks} outbreaks of {families} hazard families are on record in {n} origins."
            ),
            first=str(first),
            last=str(last),
            outbreaks=ledger.cite(
                count(float(outside["outbreaks"].sum())),
                cell("origins", "outbreaks", how=_("Sum.")),
                _("Outbreaks abroad"),
            ),
            families=str(outside["family"].nunique()),
            n=str(outside["origin"].nunique()),
        )
    ]
    how = _("Outbreaks a year times the origin's share of arrivals, scaled to 100 in all; it compares origins only.")
    known = outside.dropna(subset=["index"])
    if len(known):
        by_origin = known.groupby("origin")["index"].sum().sort_values(ascending=False, kind="stable")
        words.append(
            woven(
                _("The pressure to import them, outbreaks a year times the share of arrivals, is greatest from {names}: {share} of the whole."),
                names=series(case_text(a.case, str(o)) for o in by_origin.index[:3]),
                share=ledger.cite(
                    share(float(by_origin.iloc[:3].sum()) / 100), computed(key, how), _("Import pressure of three origins")
                ),
            )
        )  # fmt: skip
    left = unweighed(outside)
    listed = ledger.under(
        abroad_table(a, outside),
        cell("origins", "outbreaks … arrivals", how=how),
        _("Outbreaks abroad and import pressure"),
    )
    return [*map(paragraph, words), paragraph(left), listed]


def _home(a: Accounts, ledger: Ledger) -> list[Markup]:
    home = at_home(a)
    currency = a.case.settings.currency
    total = woven(
        _("Without the plan, outbreaks are expected to take {deaths} lives and {loss} a year, as a mean over many possible years."),
        deaths=ledger.cite(count(a.plan.before.deaths.mean), result("before.deaths.mean"), _("Expected deaths a year without the plan")),
        loss=ledger.cite(money(a.plan.before.loss.mean, currency), result("before.loss.mean"), _("Expected loss a year without the plan")),
    )  # fmt: skip
    out = [paragraph(total)]
    if len(home) and float(home["loss"].sum()) > 0:
        top = home.iloc[0]
        out.append(
            paragraph(
                woven(
                    _("The heaviest is “{hazard}”, which carries {share} of the loss."),
                    hazard=str(top["name"]),
                    share=ledger.cite(
                        share(float(top["loss"]) / float(home["loss"].sum())),
                        result(f"before.hazards, hazard {top['hazard']}, loss", _("Its share of the sum over hazards.")),
                        _("Share of the heaviest hazard"),
                    ),
                )
            )
        )  # fmt: skip
    how = _("Events a year are those of the table hazards; deaths and loss are simulated.")
    return [*out, ledger.under(home_table(a, home), result("before.hazards", how), _("Hazards at home"))]


def _past(a: Accounts, ledger: Ledger) -> list[Markup]:
    events, speed = past(a.case)
    if not len(events):
        return [paragraph(_("The case holds no log of past outbreaks; how fast they were met is not known."))]
    out = [paragraph(lessons(speed))]
    if speed.n_complete:
        out = [
            paragraph(
                join(
                    lessons(speed),
                    ledger.mark(
                        share(speed.met_717),
                        cell("events", "emergence … response", how=_("Days between the dates; events with all four.")),
                        _("Share of past outbreaks that met 7-1-7"),
                    ),
                )
            )
        ]
    told = [r for r in records(events) if r.bottleneck][:_TOLD]
    if told:
        out.append(paragraph(_("What held them up, as the log has it:")))
        out.append(
            bullets(
                join(
                    _("{event}: {bottleneck}").format(
                        event=event_name(a.case, str(r.family), str(r.year)),
                        bottleneck=case_text(a.case, str(r.bottleneck)),
                    ),
                    ledger.mark(
                        str(r.year) or str(r.event),
                        cell("events", "bottleneck", str(r.event), source=str(r.source)),
                        _("What held up “{event}”").format(event=event_name(a.case, str(r.family), str(r.year))),
                    ),
                )
                for r in told
            )
        )
    origin = cell("events", "emergence … response", how=_("Days between the dates."))
    return [*out, ledger.under(events_table(a, events), origin, _("Past outbreaks"))]


def _problems(a: Accounts, indicators: Indicators, ledger: Ledger) -> list[Markup]:
    """What is missing: scores far from target, staff below the norm, slow steps; then how others stand."""
    scored, others = standing(a.case), peers(a.case)
    _events, speed = past(a.case)
    out = [paragraph(finding(scored, speed))]
    problems = [*_low_scores(indicators, ledger), *_few_staff(indicators, ledger), *_slow_steps(indicators, ledger)]
    if problems:
        out += [paragraph(_("The widest gaps from which the plan starts:")), bullets(problems)]
    if scored is not None and others:
        how = _(
            "Means by area, and the mean of these, by the code of the assessment; for this country from the table scores."
        )
        origin = cell("peers", "score", f"*|{scored.framework.name}|*", how)
        out.append(ledger.under(peers_table(scored, others, a), origin, _("Readiness of other countries")))
        out.append(ledger.under(areas_table(scored, others, a), origin, _("Scores of other countries by area")))
    return out


def _low_scores(indicators: Indicators, ledger: Ledger) -> list[Markup]:
    widest = sorted(indicators.areas, key=lambda g: g.base - g.wanted)[:_TOLD]
    return [
        woven(
            _("{area} scores {score}, where {target} is wanted."),
            area=g.name,
            score=ledger.cite(write(g, g.base), g.origin, g.name),
            target=write(g, g.wanted),
        )
        for g in widest
        if g.base < g.wanted
    ]


def _few_staff(indicators: Indicators, ledger: Ledger) -> list[Markup]:
    return [
        woven(
            _("{cadre}: {stock} at work, {share} of the norm of {norm}."),
            cadre=g.name,
            stock=ledger.cite(write(g, g.base), g.origin, g.name),
            share=share(g.base / g.wanted),
            norm=write(g, g.wanted),
        )
        for g in indicators.staff
        if g.base < g.wanted
    ]


def _slow_steps(indicators: Indicators, ledger: Ledger) -> list[Markup]:
    return [
        woven(
            _("{what}: {days} days, where {target} are wanted."),
            what=g.name,
            days=ledger.cite(write(g, g.base), g.origin, g.name),
            target=write(g, g.wanted),
        )
        for g in indicators.headline
        if g.unit == "day" and g.base > g.wanted
    ]
