"""Platforms: laboratories and other facilities by kind, level and place, with their staff and upkeep."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import Chart
from seawall.reporting.charts.spans import Spans, spans
from seawall.reporting.lever_accounts.base import weighted_median
from seawall.reporting.lever_accounts.installations import HIGH_LEVEL, Installations, State
from seawall.reporting.markup import Child, Markup, join
from seawall.reporting.names import localised, place_name, title_of
from seawall.reporting.numbers import count, days, decimal, share
from seawall.reporting.prose import series
from seawall.reporting.sections.levers.common import actions, arrow, cost_words, named, never
from seawall.reporting.sections.levers.identification import halves
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.reporting.lever_accounts import LeverAccounts

__all__ = ["platforms"]


def platforms(accounts: LeverAccounts) -> Section:
    """Facilities of the case today and under the plan."""
    title = _("Platforms")
    if not len(accounts.case["facilities"]):
        words = _("The case names no laboratory and no other facility.")
        return Section("platforms", title, join(paragraph(words), actions(accounts, "platform")), page=True)
    found = Installations(accounts)
    body = join(
        paragraph(_opening(accounts, found)),
        _kinds(accounts, found),
        paragraph(_levels(accounts, found)),
        _opened(accounts, found),
        paragraph(_upkeep(accounts, found)),
        _posts(accounts, found),
        figure(_chart(accounts, found)),
        _places(accounts, found),
        actions(accounts, "platform"),
    )
    return Section("platforms", title, body, page=True)


def kind_name(kind: str) -> str:
    """Kind of a facility for people."""
    words = {
        "laboratory": _("Laboratory"),
        "sequencing_hub": _("Sequencing hub"),
        "key_laboratory": _("Key laboratory"),
        "biobank": _("Biobank"),
        "data_platform": _("Data platform"),
        "stockpile": _("Stockpile"),
        "production": _("Production"),
    }
    return words.get(kind, kind)


def _per_100k(accounts: LeverAccounts, values: NDArray[np.float64]) -> NDArray[np.float64]:
    people = accounts.people
    return np.divide(values * 1e5, people, out=np.zeros_like(values), where=people > 0)


def _nation(accounts: LeverAccounts, values: NDArray[np.float64]) -> float:
    return float(values.sum()) * 1e5 / float(accounts.people.sum())


def _opening(accounts: LeverAccounts, found: Installations) -> str:
    old, new, year = found.today, found.planned, accounts.reading
    state = _("{open} of {all} facilities are open today, with {tests} tests a day per 100,000 people.").format(
        open=int(old.open.sum()), all=len(found.table), tests=decimal(_nation(accounts, old.tests))
    )
    results = [
        weighted_median(c.result_days, accounts.people) for c in (accounts.before[accounts.base], accounts.after[year])
    ]
    does = _(
        "With the plan, in {year}, {open} are open with {tests} tests; half of the population has a result for a known"
        " agent within {after} days, {before} today."
    ).format(
        year=year,
        open=int(new.open.sum()),
        tests=decimal(_nation(accounts, new.tests)),
        after=never(results[1]),
        before=never(results[0]),
    )
    posts = sum(p[3] for p in found.posts), sum(p[4] for p in found.posts)
    missing = _("Still missing: a laboratory of biosafety level 3 in {n} of {all} places.").format(
        n=len(found.lacking(new)), all=len(accounts.place_codes)
    )
    unfilled = ""
    if found.posts and posts[0] > 0:
        unfilled = _("Of {required} posts in open facilities, {share} are filled then.").format(
            required=count(posts[0]), share=share(posts[1] / posts[0])
        )
    return sentences(state, does, missing, unfilled)


def _kinds(accounts: LeverAccounts, found: Installations) -> Markup:
    columns = [
        Column(_("Kind"), "long"),
        Column(_("Biosafety level"), "n"),
        Column(_("Open today"), "n"),
        Column(_("Open in {year}").format(year=accounts.reading), "n"),
        Column(_("Candidates left"), "n"),
        Column(_("Tests a day"), "n"),
        Column(_("Sequences a day"), "n"),
        Column(_("Mean share of equipment staffed"), "n"),
    ]
    kinds = found.table["kind"].to_numpy(str)
    levels = found.table["biosafety_level"].to_numpy(np.float64)
    order = {k: i for i, k in enumerate(dict.fromkeys(kinds))}
    rows: list[list[Child]] = []
    for kind, level in sorted(set(zip(kinds, levels, strict=True)), key=lambda p: (order[p[0]], p[1])):
        mine = (kinds == kind) & (levels == level)
        rows.append([kind_name(str(kind)), decimal(float(level)), *_totals(found, mine)])
    caption = _(
        "Facilities by kind and biosafety level. Tests, sequences and staff today → with the plan in {year}, with the"
        " people there are."
    ).format(year=accounts.reading)
    total: list[Child] = [_("Total"), "", *_totals(found, np.ones(len(kinds), bool))]
    return table(columns, rows, caption, total)


def _totals(found: Installations, mine: NDArray[np.bool_]) -> list[Child]:
    old, new = found.today, found.planned

    def staffed(state: State) -> float:
        chosen = mine & state.open
        return float(state.staffed[chosen].mean()) if chosen.any() else math.nan

    return [
        str(int((mine & old.open).sum())),
        str(int((mine & new.open).sum())),
        str(int((mine & ~new.open).sum())),
        arrow(float(old.tests[mine].sum()), float(new.tests[mine].sum()), count),
        arrow(float(old.sequences[mine].sum()), float(new.sequences[mine].sum()), count),
        arrow(staffed(old), staffed(new), share),
    ]


def _levels(accounts: LeverAccounts, found: Installations) -> str:
    """Places without a laboratory of level 3."""
    old, new = found.lacking(found.today), found.lacking(found.planned)
    gained = [p for p in old if p not in new]

    def names(codes: list[str]) -> str:
        return series(place_name(accounts.case, p) for p in codes)

    if not old:
        return _("Every place has an open facility of biosafety level {level} or above.").format(level=HIGH_LEVEL)
    has = [p for p in accounts.place_codes if p not in old]
    if not has:
        first = _("No place has an open facility of biosafety level {level} or above today.").format(level=HIGH_LEVEL)
    elif len(has) < len(old):
        # the shorter list is the one that people read
        first = _(
            "{n} places have no open facility of biosafety level {level} or above today: all but {names}."
        ).format(n=len(old), level=HIGH_LEVEL, names=names(has))
    else:
        first = _("Without an open facility of biosafety level {level} or above today: {names}.").format(
            level=HIGH_LEVEL, names=names(old)
        )
    if not gained:
        return sentences(first, _("The plan changes this in no place."))
    return sentences(first, _("The plan gives one to {names}.").format(names=names(gained)))


def _opened(accounts: LeverAccounts, found: Installations) -> Markup:
    """Facilities that the plan opens."""
    if not found.opened:
        return paragraph(_("The plan opens no facility."))
    facts = list(records(found.table))
    columns = [
        Column(_("Opened by the plan"), "long"),
        Column(_("Place")),
        Column(_("Kind")),
        Column(_("Level"), "n"),
        Column(_("Open from"), "n"),
        Column(_("Tests a day"), "n"),
        Column(_("Sequences a day"), "n"),
        Column(_("Action"), "words"),
    ]
    rows: list[list[Child]] = []
    for i, year, openers in found.opened:
        r = facts[i]
        rows.append(
            [
                localised(r._asdict(), "name", accounts.case) or str(r.facility),
                place_name(accounts.case, str(r.place)),
                kind_name(str(r.kind)),
                decimal(float(r.biosafety_level)),
                str(year) if year else "–",
                count(float(found.planned.tests[i])),
                count(float(found.planned.sequences[i])),
                series(title_of(accounts.case, a) for a in openers),
            ]
        )
    caption = _("Facilities that the plan opens; tests and sequences in {year} with the people there are.").format(
        year=accounts.reading
    )
    return table(columns, rows, caption)


def _upkeep(accounts: LeverAccounts, found: Installations) -> str:
    a = accounts.accounts
    old, new = found.running_cost
    parts = []
    if old > 0 or new > 0:
        parts.append(
            _("Running what is open costs {old} a year today and {new} with the plan, as the case has it.").format(
                old=cost_words(accounts, old), new=cost_words(accounts, new)
            )
        )
    first, whole = found.upkeep_of("platform")
    if first > 0:
        parts.append(
            _(
                "Upkeep of the actions of this lever comes to {first} a year from {after} on, {whole} to {last}, for"
                " which no money is named; for all levers together it is {all}."
            ).format(
                first=cost_words(accounts, first),
                after=a.after,
                whole=cost_words(accounts, whole),
                last=a.last,
                all=cost_words(accounts, a.plan.upkeep_unfunded),
            )
        )
    else:
        parts.append(_("The actions of this lever leave no upkeep from {after} on.").format(after=a.after))
    return sentences(*parts)


def _posts(accounts: LeverAccounts, found: Installations) -> Markup:
    if not found.posts:
        return paragraph(_("The case names no posts: every facility is taken to be fully staffed."))
    columns = [
        Column(_("Posts in open facilities"), "long"),
        Column(_("Required today"), "n"),
        Column(_("Filled today"), "n"),
        Column(_("Share filled today"), "n"),
        Column(_("Required in {year}").format(year=accounts.reading), "n"),
        Column(_("Filled in {year}").format(year=accounts.reading), "n"),
        Column(_("Share filled in {year}").format(year=accounts.reading), "n"),
    ]
    rows: list[list[Child]] = []
    for cadre, need, filled, later, then in found.posts:
        rows.append(
            [
                named(accounts.case, "cadres", cadre),
                count(need),
                count(filled),
                share(filled / need) if need > 0 else "–",
                count(later),
                count(then),
                share(then / later) if later > 0 else "–",
            ]
        )
    return table(columns, rows, _("Posts required and filled by cadre; people who work in the place share its posts."))


def _chart(accounts: LeverAccounts, found: Installations) -> Chart:
    before, after = (_per_100k(accounts, s.tests_at) for s in (found.today, found.planned))
    order = np.lexsort((np.arange(len(after)), after))
    rows = [
        (place_name(accounts.case, accounts.place_codes[i]), float(before[i]), float(after[i])) for i in order.tolist()
    ]
    title = _("Tests a day per 100,000 people, by place")
    top = max((v for r in rows for v in r[1:]), default=1.0)
    pictures = [
        spans(Spans("tests", title, part, decimal, _("tests a day per 100,000"), top=top), i)
        for i, part in enumerate(halves(rows))
    ]
    note = _("With the people there are. Where a place has few of its own, samples go to other places.")
    return Chart(title, note, tuple(pictures))


def _places(accounts: LeverAccounts, found: Installations) -> Markup:
    columns = [
        Column(_("Place"), "long"),
        Column(_("Facilities open"), "n"),
        Column(_("Highest level"), "n"),
        Column(_("Tests a day per 100,000"), "n"),
        Column(_("Sequences a day"), "n"),
        Column(_("Days to a result, known agent"), "n"),
        Column(_("Days of sequencing, new agent"), "n"),
    ]
    here = accounts.levers.platforms.place
    old, new = found.today, found.planned
    tests = [_per_100k(accounts, s.tests_at) for s in (old, new)]
    today, later = accounts.before[accounts.base], accounts.after[accounts.reading]
    rows: list[list[Child]] = []
    for i, code in enumerate(accounts.place_codes):
        rows.append(
            [
                place_name(accounts.case, code),
                arrow(float((old.open & (here == i)).sum()), float((new.open & (here == i)).sum()), decimal),
                arrow(float(old.level[i]), float(new.level[i]), _level),
                arrow(float(tests[0][i]), float(tests[1][i]), decimal),
                arrow(float(old.sequences_at[i]), float(new.sequences_at[i]), count),
                arrow(float(today.result_days[i]), float(later.result_days[i]), _days),
                arrow(float(today.sequencing_days[i]), float(later.sequencing_days[i]), _days),
            ]
        )
    total: list[Child] = [
        _("Nation"),
        arrow(float(old.open.sum()), float(new.open.sum()), decimal),
        arrow(float(old.level.max()), float(new.level.max()), _level),
        arrow(_nation(accounts, old.tests), _nation(accounts, new.tests), decimal),
        arrow(float(old.sequences.sum()), float(new.sequences.sum()), count),
        *(
            arrow(weighted_median(b, accounts.people), weighted_median(c, accounts.people), _days)
            for b, c in (
                (today.result_days, later.result_days),
                (today.sequencing_days, later.sequencing_days),
            )
        ),
    ]
    turnaround = arrow(old.turnaround, new.turnaround, days)
    caption = _(
        "Laboratories by place: today → with the plan in {year}. Nation: median over the population. Turnaround inside"
        " laboratories, mean over tests: {turnaround} days."
    ).format(year=accounts.reading, turnaround=turnaround)
    return table(columns, rows, caption, total)


def _days(value: float) -> str:
    return never(value)


def _level(value: float) -> str:
    return decimal(value) if value > 0 else _("none")
