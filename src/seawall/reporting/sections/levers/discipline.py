"""Disciplines: programmes, who may enter and who teaches, competencies that nobody teaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import Chart
from seawall.reporting.charts.growth import Growth, growths
from seawall.reporting.lever_accounts.training import Training
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, localised, place_name
from seawall.reporting.numbers import count, decimal
from seawall.reporting.prose import series
from seawall.reporting.sections.levers.common import actions, arrow, marked, marks, named
from seawall.reporting.sections.parts import Column, Section, bullets, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.reporting.lever_accounts import LeverAccounts

__all__ = ["disciplines"]


def disciplines(accounts: LeverAccounts) -> Section:
    """Programmes of the case without the plan and with it."""
    title = _("Disciplines")
    if not len(accounts.case["programmes"]):
        words = _("The case names no programme of training: hiring keeps pace with attrition.")
        return Section("disciplines", title, join(paragraph(words), actions(accounts, "discipline")), page=True)
    training = Training(accounts)
    body = join(
        paragraph(_opening(accounts, training)),
        figure(_chart(accounts, training)),
        _programmes(accounts, training),
        _teachers(accounts, training),
        _competencies(accounts, training),
        actions(accounts, "discipline"),
    )
    return Section("disciplines", title, body, page=True)


def _opening(accounts: LeverAccounts, training: Training) -> str:
    base, year = accounts.base, accounts.reading
    today, later = training.before.entrants[base], training.after.entrants[year]
    state = _("Of {n} programmes, {runs} take students today, {entrants} a year.").format(
        n=len(today), runs=int((today > 0).sum()), entrants=count(float(today.sum()))
    )
    does = _(
        "Under the plan, {runs} take {entrants} students in {year}; {more} graduate that year, {less} without it."
    ).format(
        runs=int((later > 0).sum()),
        entrants=count(float(later.sum())),
        year=year,
        more=count(float(training.after.graduates[year].sum())),
        less=count(float(training.before.graduates[year].sum())),
    )
    idle = int((later <= 0).sum())
    bound = sum(word == "faculty" for word in training.after.limit[year])
    lacking = sum(not new for _old, new in training.competencies.values())
    missing = _(
        "Still missing: students in {idle} programmes, teachers in {bound}, and {lacking} competencies that no running"
        " programme teaches."
    ).format(idle=idle, bound=bound, lacking=lacking)
    return sentences(state, does, missing)


def _chart(accounts: LeverAccounts, training: Training) -> Chart | None:
    cadres = sorted({int(c) for c in accounts.levers.talents.trains})
    until = accounts.reading
    years = [y for y in training.years if y <= until]
    codes = accounts.case["cadres"]["cadre"].tolist()
    rows = []
    for i in cadres:
        before, after = (training.by_cadre(c, i, until) for c in (training.before, training.after))
        if max(*before, *after) > 0:
            rows.append(Growth(named(accounts.case, "cadres", codes[i]), before, after))
    if not rows:
        return None
    title = _("Graduates a year, by what they become")
    pictures = growths("graduates", title, years, rows, count)
    note = _(
        "Each row has its own scale from 0; the figures are those of the first year today and the last with the plan."
    )
    return Chart(title, note, pictures)


def limit_name(word: str) -> str:
    """What keeps a programme from taking more students."""
    words = {
        "intake": _("planned intake"),
        "max_intake": _("largest intake"),
        "faculty": _("teachers"),
        "": _("does not run"),
    }
    return words[word]


def _programmes(accounts: LeverAccounts, training: Training) -> Markup:
    case = accounts.case
    base, year = accounts.base, accounts.reading
    columns = [
        Column(_("Programme"), "long"),
        Column(_("Region")),
        Column(_("Graduates become")),
        Column(_("Years"), "n"),
        Column(_("Students who enter a year"), "n"),
        Column(_("Limited by")),
        Column(_("More graduates from"), "n"),
        Column(_("Competencies"), "n"),
    ]
    taught = case["curricula"].groupby("programme")["competency"].nunique()
    levels: dict[str, list[list[Child]]] = {}
    for i, r in enumerate(records(case["programmes"])):
        where = case_text(case, str(r.region)) if r.region else place_name(case, str(r.place))
        name = localised(r._asdict(), "name", case) or str(r.programme)
        discipline = case_text(case, str(r.discipline)) if r.discipline else ""
        first = training.first_new(i)
        levels.setdefault(str(r.level), []).append(
            [
                _("{programme} · {discipline}").format(programme=name, discipline=discipline) if discipline else name,
                where,
                named(case, "cadres", str(r.cadre)),
                decimal(float(r.years)) if r.years > 0 else _("under 1"),
                marked(
                    arrow(
                        float(training.before.entrants[base][i]), float(training.after.entrants[year][i]), count
                    ),
                    str(r.evidence),
                ),
                limit_name(training.after.limit[year][i]),
                str(first) if first else "–",
                str(int(taught.get(r.programme, 0))) if len(taught) else "–",
            ]
        )  # fmt: skip
    rows: list[list[Child] | str] = []
    for level in sorted(levels):
        rows += [case_text(case, level) if level else _("level not given"), *levels[level]]
    caption = _(
        "Programmes by level: students today → with the plan in {year}; what limits them then; the first year in which"
        " the plan gives more graduates."
    ).format(year=year)
    return table(columns, rows, marks(caption))


def _teachers(accounts: LeverAccounts, training: Training) -> Markup:
    """Cadres that teach, by year, with what trains them and what they teach."""
    case = accounts.case
    if not training.teachers:
        return paragraph(_("No programme of the case asks for teachers."))
    talents = accounts.levers.talents
    codes = case["cadres"]["cadre"].tolist()
    names = [localised(r._asdict(), "name", case) or str(r.programme) for r in records(case["programmes"])]
    columns = [
        Column(_("Teachers"), "words"),
        *(Column(str(y), "n") for y in accounts.years),
        Column(_("{year} without the plan").format(year=accounts.reading), "n"),
        Column(_("Limit entry to"), "n"),
    ]
    rows: list[list[Child]] = []
    for c in training.teachers:
        trained = [names[i] for i in range(len(names)) if talents.trains[i] == c]
        needed = [i for i in range(len(names)) if talents.taught_by[i] == c]
        limits = sum(training.after.limit[accounts.reading][i] == "faculty" for i in needed)
        lines = [
            _("Trained by: {programmes}").format(programmes=series(trained) or _("no programme")),
            _("Needed by: {programmes}").format(programmes=series(names[i] for i in needed) or _("no programme")),
        ]
        stocks = [
            (training.idle_stocks if y == accounts.base else training.planned_stocks)[y][c].sum()
            for y in accounts.years
        ]
        rows.append(
            [
                join(named(case, "cadres", codes[c]), *(tag("div", line, class_="small") for line in lines)),
                *(count(float(v)) for v in stocks),
                count(float(training.idle_stocks[accounts.reading][c].sum())),
                _("{n} of {all} programmes").format(n=limits, all=len(needed)),
            ]
        )
    caption = _(
        "Teachers at work: {base} as it is, then under the plan; they limit how many students may enter."
    ).format(base=accounts.base)
    return table(columns, rows, caption)


def _competencies(accounts: LeverAccounts, training: Training) -> Markup:
    """What running programmes teach, and what they do not."""
    known = training.competencies
    if not known:
        return paragraph(_("The case does not say which competencies its programmes teach."))

    def names(chosen: list[str]) -> str:
        return series(case_text(accounts.case, c) for c in sorted(chosen))

    new = [c for c, (old, later) in known.items() if later and not old]
    without = [c for c, (_old, later) in known.items() if not later]
    items = [
        _("Competencies of running programmes: {today} of {all} today, {later} with the plan in {year}.").format(
            today=sum(old for old, _later in known.values()),
            all=len(known),
            later=sum(later for _old, later in known.values()),
            year=accounts.reading,
        )
    ]
    if new:
        items.append(_("New with the plan: {names}.").format(names=names(new)))
    if without:
        items.append(_("Of no programme that runs even then: {names}.").format(names=names(without)))
    return bullets(items)
