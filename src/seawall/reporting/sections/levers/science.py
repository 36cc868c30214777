"""Frontier layout: research fronts, what serves them, what they give, and what is without money."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.chain import Link, Strand, chain
from seawall.reporting.charts.frame import Chart
from seawall.reporting.lever_accounts.base import MISSION_DAYS
from seawall.reporting.lever_accounts.fronts import Front, Fronts, Project
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, title_of
from seawall.reporting.numbers import count, days, exact, share
from seawall.reporting.prose import family_name, series
from seawall.reporting.sections.levers.common import actions, arrow, cost_words, marked, marks, named, reason_word
from seawall.reporting.sections.parts import Column, Section, bullets, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.case import Case
    from seawall.reporting.lever_accounts import LeverAccounts

__all__ = ["frontier"]

#: Projects up to which one picture is enough, and in one picture at most.
_FEW, _MANY = 3, 10


def frontier(accounts: LeverAccounts) -> Section:
    """Fronts and projects of the case under the plan."""
    fronts = Fronts(accounts)
    known, projects = bool(fronts.fronts), bool(fronts.projects)
    if not known:
        opening = _("The case names no research front, so that none can be set against what depends on it.")
    else:
        opening = _opening(accounts, fronts)
    body = join(
        paragraph(opening),
        figure(_chart(accounts, fronts)) if known else None,
        _fronts(accounts, fronts) if known else None,
        _lacking(accounts, fronts) if known else None,
        _projects(accounts, fronts) if projects else paragraph(_("The case names no research project.")),
        actions(accounts, "science"),
    )
    return Section("frontier", _("Frontier layout"), body, page=True)


def _opening(accounts: LeverAccounts, fronts: Fronts) -> str:
    listed, projects = fronts.fronts, list(fronts.projects.values())
    names = {
        "fronts": len(listed),
        "taught": sum(f.running[0] for f in listed),
        "served": sum(bool(f.projects) for f in listed),
        "funded": sum(p.chance[0] > 0 for p in projects),
        "projects": len(projects),
    }
    state = _(
        "The case names {fronts} research fronts. A programme that runs today teaches {taught} of them and a project serves"
        " {served}; money reaches {funded} of {projects} projects today."
    ).format(**names)
    paid = [p for p in projects if p.paid]
    money = fronts.money
    does = _("The plan pays for no project.")
    if paid:
        does = _("The plan pays for {paid} of {all} projects with {cost} in {first}-{last}.").format(
            paid=len(paid),
            all=len(projects),
            cost=cost_words(accounts, accounts.cost_of(money)),
            first=accounts.accounts.budget_years[0],
            last=accounts.accounts.budget_years[-1],
        )
    missing = _(
        "Still missing: money for {projects} projects, a project for {served} fronts, a running programme for {taught}."
    )
    return sentences(
        state,
        does,
        missing.format(
            projects=len(projects) - len(paid),
            served=sum(not f.projects for f in listed),
            taught=sum(not f.running[1] for f in listed),
        ),
    )


# -- words --------------------------------------------------------------------------------


def gives(case: Case, project: Project) -> str:
    """What a project gives on success, and when."""
    words = {
        "vaccine": _("Vaccine against {family}, in use on day {day}"),
        "therapeutic": _("Medicine against {family}, in use on day {day}"),
        "diagnostic": _("Tests for {family}, {day} days after its name"),
        "identification": _("A new agent named {day} days after the laboratory has it"),
    }
    return words[project.product].format(family=family_name(case, project.family), day=days(project.day))


def _likely(case: Case, project: Project) -> str:
    """What a project gives, with its chance where somebody pays for it."""
    what = gives(case, project)
    return _("{what}; chance {chance}").format(what=what, chance=share(project.chance[1])) if project.paid else what


def _result(accounts: LeverAccounts, project: Project) -> str:
    """What comes of a project under the plan."""
    if not project.paid:
        if not project.offered:
            return _("no action pays for it")
        return _("no money: {reason}").format(reason=reason_word(accounts.obstacle(project.offered[0])))
    if project.ready > accounts.reading:
        return _("counts from {year}").format(year=project.ready)
    if not math.isfinite(project.deaths):
        return _("not valued")
    if project.shared:
        return _("{deaths} deaths averted a year, shared").format(deaths=count(project.deaths))
    return _("{deaths} deaths averted a year").format(deaths=count(project.deaths))


def _project_name(accounts: LeverAccounts, project: Project) -> str:
    return named(accounts.case, "projects", project.project)


# -- pictures and tables ------------------------------------------------------------------


def _chart(accounts: LeverAccounts, fronts: Fronts) -> Chart | None:
    """Fronts with projects, in two pictures of about the same height where they are many."""
    served = [f for f in fronts.fronts if f.projects]
    if not served:
        return None
    title = _("From front to deaths averted")
    pieces: list[list[Front]] = [[]]
    links = sum(len(f.projects) for f in served)
    pages = 1 if links <= _FEW else 2 * math.ceil(links / (2 * _MANY))
    for front in served:
        if len(pieces) < pages and sum(len(f.projects) for f in pieces[-1]) >= links / pages:
            pieces.append([])
        pieces[-1].append(front)
    pictures = [chain(f"chain-{i}", title, [_strand(accounts, f) for f in piece]) for i, piece in enumerate(pieces)]
    note = _(
        "Each front with its projects, what each gives if it succeeds, and how many more deaths would be expected in"
        " {year} without the action that pays for it. Fronts that no project serves are named below."
    ).format(year=accounts.reading)
    return Chart(title, note, tuple(pictures))


def _strand(accounts: LeverAccounts, front: Front) -> Strand:
    links = [
        Link(_project_name(accounts, p), _likely(accounts.case, p), _result(accounts, p), p.paid)
        for p in front.projects
    ]
    return Strand(named(accounts.case, "fronts", front.front, "label"), links)


def _programme(accounts: LeverAccounts, front: Front) -> str:
    """Who teaches a front, and whether the programme runs."""
    if not front.programme:
        return _("none")
    name = named(accounts.case, "programmes", front.programme)
    if front.running[0]:
        return name
    if front.running[1]:
        return _("{programme} (with the plan)").format(programme=name)
    return _("{programme} (does not run)").format(programme=name)


def _fronts(accounts: LeverAccounts, fronts: Fronts) -> Markup:
    case = accounts.case
    facts = {str(r.front): r for r in records(case["fronts"])}
    figures = {
        "world_growth": _("Growth in the world, a year"),
        "national_share": _("National share"),
        "leadership": _("Leadership"),
    }
    # what the case says of no front is left out
    shown = [c for c in figures if case["fronts"][c].notna().any()]
    domains = bool((case["fronts"]["domain"] != "").any())
    columns = [
        Column(_("Front"), "long"),
        *([Column(_("Domain"))] if domains else []),
        *(Column(figures[c], "n") for c in shown),
        Column(_("Taught by")),
        Column(_("Projects with money"), "n"),
        Column(_("Deaths averted a year"), "n"),
    ]
    rows: list[list[Child]] = []
    for front in fronts.fronts:
        r = facts[front.front]
        supports = case_text(case, str(r.supports)) if r.supports else ""
        what = tag("div", _("Depends on it: {what}").format(what=supports), class_="small") if supports else None
        paid = [p for p in front.projects if p.paid]
        domain: list[Child] = [named(case, "domains", str(r.domain)) if r.domain else "–"]
        rows.append(
            [
                join(named(case, "fronts", front.front, "label"), what),
                *(domain if domains else []),
                *(_known(float(getattr(r, c)), str(r.evidence)) for c in shown),
                _programme(accounts, front),
                _("{paid} of {all}").format(paid=len(paid), all=len(front.projects)) if front.projects else _("none"),
                count(front.deaths) if any(math.isfinite(p.deaths) for p in paid) else "–",
            ]
        )
    if not shown:
        caption = _("Fronts of research and what serves them under the plan; the case does not say how they grow.")
        return table(columns, rows, caption)
    caption = _(
        "Fronts of research: growth of the world's literature, share of the works and of the leading works from this"
        " country, and what serves them under the plan."
    )
    return table(columns, rows, marks(caption))


def _known(value: float, evidence: str) -> Child:
    """A share that the case may not know."""
    return marked(share(value), evidence) if math.isfinite(value) else "–"


def _lacking(accounts: LeverAccounts, fronts: Fronts) -> Markup:
    """Fronts without a programme and without a project."""

    def names(chosen: list[Front]) -> str:
        return series(named(accounts.case, "fronts", f.front, "label") for f in chosen)

    items = []
    untaught = [f for f in fronts.fronts if not f.running[1]]
    unserved = [f for f in fronts.fronts if not f.projects]
    both = [f for f in untaught if not f.projects]
    if untaught:
        items.append(
            _("Fronts that no programme teaches that runs under the plan: {names}.").format(names=names(untaught))
        )
    if unserved:
        items.append(_("Fronts that no project serves: {names}.").format(names=names(unserved)))
    if both:
        items.append(_("Fronts with neither: {names}.").format(names=names(both)))
    return bullets(items) if items else Markup("")


def phase_name(phase: str) -> str:
    """Phase of a project for people."""
    words = {
        "preclinical": _("preclinical"),
        "phase1": _("phase 1"),
        "phase2": _("phase 2"),
        "phase3": _("phase 3"),
        "registered": _("registered"),
    }
    return words.get(phase, phase)


def _within(project: Project) -> str:
    """Whether the product would keep to the 100 days."""
    if project.product == "identification":
        return "–"
    return _("yes") if project.day <= MISSION_DAYS else _("no")


def _payers(accounts: LeverAccounts, project: Project) -> Child:
    if not project.actions:
        return _("nobody")
    facts: dict[Any, Any] = accounts.accounts.actions.set_index("action").to_dict("index")
    parts = [
        _("{title}: {cost} from {year}").format(
            title=title_of(accounts.case, a),
            cost=cost_words(accounts, float(facts[a]["nominal"])),
            year=int(facts[a]["start"]),
        )
        for a in project.actions
    ]
    return _("; ").join(parts)


def _projects(accounts: LeverAccounts, fronts: Fronts) -> Markup:
    columns = [
        Column(_("Project"), "long"),
        Column(_("Gives on success")),
        Column(_("Phase")),
        Column(_("Chance of success"), "n"),
        Column(_("Within 100 days"), "short"),
        Column(_("Usable from"), "n"),
        Column(_("Cost of what is left"), "n"),
        Column(_("Paid by")),
        Column(_("Deaths averted a year"), "n"),
    ]
    rows: list[list[Child]] = []
    ordered = sorted(fronts.projects.values(), key=lambda p: (not p.paid, -(p.deaths if p.deaths == p.deaths else 0.0)))
    for p in ordered:
        deaths = _result_cell(p)
        rows.append(
            [
                _project_name(accounts, p),
                gives(accounts.case, p),
                phase_name(p.phase),
                marked(arrow(*p.chance, share), p.evidence),
                _within(p),
                str(p.ready) if p.ready else "–",
                exact(p.cost),
                _payers(accounts, p),
                deaths,
            ]
        )
    caption = _(
        "Projects. Chance of success: today and under the plan, 0% while nobody pays. Usable from: the year, if it"
        " succeeds. Within 100 days: whether the product would then be in use 100 days after an outbreak is found."
        " Shared: the same action pays for other projects too."
    )
    return table(columns, rows, marks(caption))


def _result_cell(project: Project) -> str:
    if not project.paid or not math.isfinite(project.deaths):
        return "–"
    words = count(project.deaths)
    return _("{deaths} (shared)").format(deaths=words) if project.shared else words
