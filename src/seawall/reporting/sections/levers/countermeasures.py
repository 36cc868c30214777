"""Vaccines and medicines by hazard family: when, how good, how many, against the 100 days."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import Chart
from seawall.reporting.charts.spans import Spans, spans
from seawall.reporting.lever_accounts.base import MISSION_DAYS
from seawall.reporting.lever_accounts.products import PRODUCTS_SHOWN, Product, Products
from seawall.reporting.markup import Child, Markup, join
from seawall.reporting.names import lever_name
from seawall.reporting.numbers import amount, count, days, exact, share
from seawall.reporting.prose import family_name, series
from seawall.reporting.sections.levers.common import arrow, deaths_cell, marks, moved
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.reporting.lever_accounts import LeverAccounts

__all__ = ["countermeasures"]


def countermeasures(accounts: LeverAccounts) -> Section:
    """Vaccines and medicines today and under the plan."""
    title = _("Vaccines and medicines")
    case = accounts.case
    if not len(case["countermeasures"]) and not len(case["projects"]):
        words = _("The case names neither vaccines nor medicines, nor research on them: outbreaks run without any.")
        return Section("countermeasures", title, paragraph(words), page=True)
    products = Products(accounts)
    body = join(
        paragraph(_opening(accounts, products)),
        figure(_chart(accounts, products)),
        _table(accounts, products),
        _movers(accounts),
    )
    return Section("countermeasures", title, body, page=True)


def _opening(accounts: LeverAccounts, products: Products) -> str:
    families = products.families

    def in_time(found: dict[tuple[str, str], Product]) -> dict[str, int]:
        return {p: sum(found[f, p].in_time >= 0.5 for f in families) for p in PRODUCTS_SHOWN}

    today, later = in_time(products.today), in_time(products.planned)
    state = _(
        "Of {n} hazard families, {vaccines} have a vaccine in use within 100 days of detection today and {medicines} a"
        " medicine."
    ).format(n=len(families), vaccines=today["vaccine"], medicines=today["therapeutic"])
    does = _(
        "With the plan, in {year}, more likely than not {vaccines} have a vaccine in time and {medicines} a medicine."
    ).format(year=accounts.reading, vaccines=later["vaccine"], medicines=later["therapeutic"])
    bare = [f for f in families if all(products.planned[f, p].chance <= 0 for p in PRODUCTS_SHOWN)]
    missing = _("Every family has a vaccine or a medicine, or a chance of one.")
    if bare:
        missing = _("Still without any vaccine or medicine: {names}.").format(
            names=series(family_name(accounts.case, f) for f in bare)
        )
    return sentences(state, does, missing)


def _chart(accounts: LeverAccounts, products: Products) -> Chart:
    title = _("Days from detection until in use, against 100 days")
    names = {"vaccine": _("Vaccines"), "therapeutic": _("Medicines")}
    pictures = []
    for p in PRODUCTS_SHOWN:
        rows = [
            (family_name(accounts.case, f), products.today[f, p].day, products.planned[f, p].day)
            for f in products.families
        ]
        rows.sort(key=lambda r: (not math.isfinite(r[2]), -(r[2] if math.isfinite(r[2]) else 0.0)))
        given = Spans(
            f"hundred-{p}",
            names[p],
            rows,
            days,
            _("{product}, days").format(product=names[p]),
            MISSION_DAYS,
            _("100 days"),
            _("none"),
            row=24.0,
            label=196.0,
        )
        pictures.append(spans(given))
    note = _(
        "The 100 Days Mission asks for tests, medicines and vaccines within 100 days of a pandemic threat. Under the plan:"
        " the mean day where research succeeds."
    )
    return Chart(title, note, tuple(pictures))


def _table(accounts: LeverAccounts, products: Products) -> Markup:
    columns = [
        Column(_("Family"), "long"),
        Column(_("Day in use"), "n"),
        Column(_("Chance that there is one"), "n"),
        Column(_("Chance within 100 days"), "n"),
        Column(_("Efficacy"), "n"),
        Column(_("People a day"), "n"),
        Column(_("Doses in store"), "n"),
        Column(_("Days to reach the coverage cap"), "n"),
    ]
    names = {"vaccine": _("Vaccines"), "therapeutic": _("Medicines")}
    assumed = _assumed(accounts)
    rows: list[list[Child] | str] = []
    for p in PRODUCTS_SHOWN:
        rows.append(names[p])
        for f in products.families:
            old, new = products.today[f, p], products.planned[f, p]
            if new.chance <= 0 and old.chance <= 0:
                continue
            name = family_name(accounts.case, f)
            rows.append(
                [
                    _("{name} (a)").format(name=name) if (f, p) in assumed else name,
                    arrow(old.day, new.day, _day),
                    arrow(old.chance, new.chance, share),
                    arrow(old.in_time, new.in_time, share),
                    arrow(old.efficacy, new.efficacy, share),
                    arrow(old.doses, new.doses, count),
                    arrow(old.stock, new.stock, _stock),
                    arrow(old.cover, new.cover, _long) if p == "vaccine" else "–",
                ]
            )
    if not any(isinstance(r, list) for r in rows):
        return Markup("")
    cap = accounts.planned.assumption("coverage_cap", accounts.reading)
    caption = _(
        "Today → with the plan in {year}. Day, efficacy and supply are means where there is a product. The coverage cap"
        " is {cap} of {people} people."
    ).format(year=accounts.reading, cap=share(cap), people=amount(float(accounts.people.sum())))
    return table(columns, rows, marks(caption))


def _assumed(accounts: LeverAccounts) -> set[tuple[str, str]]:
    """Families and products whose row in the case is graded assumed."""
    rows = accounts.case["countermeasures"]
    return {(str(r.family), str(r.product)) for r in records(rows[rows["evidence"] == "assumed"])}


def _day(value: float) -> str:
    return days(value) if math.isfinite(value) else _("none")


def _stock(value: float) -> str:
    return count(value) if math.isfinite(value) else "–"


def _long(value: float) -> str:
    """Days to cover a population: hardly a plan beyond ten years."""
    if math.isnan(value):
        return "–"
    return exact(value) if value <= 3650 else _("over ten years")


def _movers(accounts: LeverAccounts) -> Markup:
    """Actions of the plan that better a vaccine or a medicine."""
    columns = [
        Column(_("Action"), "long"),
        Column(_("Lever")),
        Column(_("Starts"), "n"),
        Column(_("Deaths averted a year"), "n"),
        Column(_("What it changes in {year}").format(year=accounts.reading), "words"),
    ]
    rows: list[list[Child]] = [
        [
            r.title,
            lever_name(str(r.lever)),
            str(int(r.start)),
            deaths_cell(float(r.deaths)),
            moved(accounts, str(r.action)),
        ]
        for r in records(accounts.accounts.actions)
        if any(m.kind in PRODUCTS_SHOWN or "countermeasures" in m.subject for m in accounts.moves(str(r.action)))
    ]
    if not rows:
        return paragraph(
            _("No action of the plan changes a vaccine or a medicine by {year}.").format(year=accounts.reading)
        )
    return table(columns, rows, _("Actions of the plan that change vaccines and medicines."))
