"""Chapter 5: what must hold for the plan to work: who, what money, which staff, which laws, which risks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.ledger import Ledger, cell, computed, result, woven
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, localised, title_of
from seawall.reporting.numbers import count, currency_name, decimal, exact, money, share
from seawall.reporting.rare import rare_sentences
from seawall.reporting.sections.money import sources
from seawall.reporting.sections.parts import Column, Section, bullets, paragraph, table

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["prerequisites", "safeguards", "staff_needed"]

#: Assumptions told among the risks.
_ASSUMPTIONS = 3


def safeguards(a: Accounts, ledger: Ledger, title: str) -> Section:
    """Organisation, money, upkeep, staff, prerequisites and risks."""
    parts = [
        tag("h3", _("Organisation")),
        *_organisation(a, ledger),
        tag("h3", _("Money by source and year")),
        *_money(a, ledger),
        tag("h3", _("Upkeep after the plan")),
        *_upkeep(a, ledger),
        tag("h3", _("Staff that the actions take")),
        *_staff(a, ledger),
        tag("h3", _("Legal and other prerequisites")),
        *_prerequisites(a, ledger),
        tag("h3", _("What the plan rests on")),
        bullets(_risks(a, ledger)),
    ]
    return Section("safeguards", title, join(*parts), page=True)


def _organisation(a: Accounts, ledger: Ledger) -> list[Markup]:
    """Institutions with what they lead."""
    if not len(a.actions):
        return [paragraph(_("The plan holds no action."))]
    named = a.actions[a.actions["lead"] != ""]
    grouped = named.groupby("lead").agg(actions=("action", "size"), cost=("nominal", "sum"))
    grouped = grouped.sort_values(["cost", "actions"], ascending=False, kind="stable").reset_index()
    words = _("Institutions that lead actions of the plan: {n}. Actions with a lead: {actions} of {all}.").format(
        n=len(grouped), actions=len(named), all=len(a.actions)
    )
    columns = [Column(_("Lead"), "long"), Column(_("Actions"), "n"), Column(_("Cost in the budget years"), "n")]
    cells: list[list[Child]] = [[r.lead, str(r.actions), exact(float(r.cost))] for r in records(grouped)]
    caption = _("Responsibility by institution, {currency}").format(currency=currency_name(a.case.settings.currency))
    if not len(grouped):
        return [paragraph(words)]
    origin = cell("actions", "lead", how=_("Costs as paid in the budget years, summed by lead."))
    return [paragraph(words), ledger.under(table(columns, cells, caption), origin, _("Responsibility by institution"))]


def _money(a: Accounts, ledger: Ledger) -> list[Markup]:
    currency = a.case.settings.currency
    words = woven(
        _("The budgets hold {available} in {first}-{last}; the plan spends {spent}."),
        available=ledger.cite(
            money(a.available, currency), cell("budgets", "amount", how=_("Sum over the budget years.")), _("Money of the budgets")
        ),
        spent=ledger.cite(
            money(a.nominal, currency), result("budget_use.spent", _("Sum over sources and years, as paid.")), _("Spending of the plan")
        ),
        first=str(a.budget_years[0]),
        last=str(a.budget_years[-1]),
    )  # fmt: skip
    return [paragraph(words), ledger.under(sources(a), result("budget_use"), _("Money by source and year"))]


def _upkeep(a: Accounts, ledger: Ledger) -> list[Markup]:
    currency = a.case.settings.currency
    if a.upkeep_in_all <= 0:
        return [paragraph(_("The actions cost nothing after the last budget year."))]
    words = woven(
        _("From {year} on, what has been built costs {upkeep} a year, and {all} until {last}. No money is named for it yet: the plan counts on its being paid, for otherwise the gains fade."),
        year=str(a.after),
        upkeep=ledger.cite(
            money(a.upkeep, currency), cell("actions", "annual_cost", how=_("Sum over the plan's actions in force.")), _("Upkeep a year after the plan")
        ),
        all=ledger.cite(money(a.upkeep_in_all, currency), result("upkeep_unfunded"), _("Upkeep of all evaluation years")),
        last=str(a.last),
    )  # fmt: skip
    return [paragraph(words)]


def staff_needed(a: Accounts) -> pd.DataFrame:
    """Specialists whom the plan's actions take from today's stock.

    Returns
    -------
    DataFrame
        cadre, name, stock (all places, base year), then a column for each budget year: people
        taken for building and running. Only cadres of which any are taken.
    """
    times = a.actions.set_index("action")[["start", "in_force"]]
    rows = a.case["action_staff"]
    out: list[dict[Any, Any]] = []
    for cadre, mine in rows[rows["action"].isin(times.index)].groupby("cadre", sort=True):
        taken: dict[int, float] = {}
        for year in a.budget_years:
            need = 0.0
            for r in records(mine):
                start, in_force = (int(v) for v in times.loc[r.action])
                need += float(r.build) if start <= year < in_force else float(r.run) if year >= in_force else 0.0
            taken[year] = need
        if max(taken.values()) > 0:
            stock = a.case["cadre_stock"]
            out.append(
                {"cadre": str(cadre), "stock": float(stock.loc[stock["cadre"] == cadre, "stock"].sum()), **taken}
            )
    known = {
        str(r["cadre"]): localised(r, "name", a.case) or str(r["cadre"]) for r in a.case["cadres"].to_dict("records")
    }
    frame = pd.DataFrame(out, columns=["cadre", "stock", *a.budget_years])
    frame.insert(1, "name", [known.get(str(c), str(c)) for c in frame["cadre"]])
    return frame


def _staff(a: Accounts, ledger: Ledger) -> list[Markup]:
    frame = staff_needed(a)
    if not len(frame):
        return [paragraph(_("No action of the plan takes specialists from today's stock, as far as the case says."))]
    columns = [
        Column(_("Cadre"), "long"),
        Column(_("At work in {year}").format(year=a.case.settings.base_year), "n"),
        *(Column(str(y), "n") for y in a.budget_years),
    ]
    cells: list[list[Child]] = [
        [str(r["name"]), count(float(r["stock"])), *(count(float(r[y])) for y in a.budget_years)]
        for r in frame.to_dict("records")
    ]
    caption = _("Specialists whom the plan's actions take for building and running (table action_staff)")
    origin = cell("action_staff", "build, run", how=_("Summed over the plan's actions by year."))
    return [ledger.under(table(columns, cells, caption), origin, _("Staff that the actions take"))]


def prerequisites(a: Accounts) -> pd.DataFrame:
    """Actions of the plan that have to be in force before others of the plan can start.

    Returns
    -------
    DataFrame
        requires, in_force, action, start, legal (whether what is required is governance); what is
        legal first.
    """
    times = {r.action: (int(r.start), int(r.in_force), str(r.lever)) for r in records(a.actions)}
    rows = a.case["requires"]
    rows = rows[rows["action"].isin(set(times)) & rows["requires"].isin(set(times))]
    out = [
        (r.requires, times[r.requires][1], r.action, times[r.action][0], times[r.requires][2] == "governance")
        for r in records(rows)
    ]
    frame = pd.DataFrame(out, columns=["requires", "in_force", "action", "start", "legal"])
    return frame.sort_values(["legal", "in_force", "requires", "action"], ascending=[False, True, True, True])


def _prerequisites(a: Accounts, ledger: Ledger) -> list[Markup]:
    frame = prerequisites(a)
    if not len(frame):
        return [paragraph(_("No action of the plan has to wait for another."))]
    words = _(
        "{n} actions wait for another to be in force; {legal} of these wait for law, rules or an institution."
        " If what they wait for comes late, they come late."
    ).format(n=frame["action"].nunique(), legal=frame.loc[frame["legal"], "action"].nunique())
    columns = [
        Column(_("Must be in force first"), "long"),
        Column(_("In force"), "n"),
        Column(_("Before this can start"), "long"),
        Column(_("Starts"), "n"),
    ]
    cells: list[list[Child]] = [
        [title_of(a.case, str(r.requires)), str(r.in_force), title_of(a.case, str(r.action)), str(r.start)]
        for r in records(frame)
    ]
    listed = table(columns, cells, _("Prerequisites within the plan, those of governance first"))
    return [paragraph(words), ledger.under(listed, cell("requires", "requires"), _("Prerequisites within the plan"))]


def _risks(a: Accounts, ledger: Ledger) -> list[Child]:
    """What would make the plan fall short, each with its figure."""
    return [*_doubts(a, ledger), *_money_risks(a, ledger), *_research(a, ledger)]


def _doubts(a: Accounts, ledger: Ledger) -> list[Child]:
    """Assumptions, the search for a better plan, rare hazards."""
    plan, currency = a.plan, a.case.settings.currency
    out: list[Child] = []
    if math.isfinite(plan.assumed_share):
        out.append(
            woven(
                _("{share} of the value of the actions rests on effects that are assumed."),
                share=ledger.cite(share(plan.assumed_share), result("assumed_share"), _("Share that rests on assumptions")),
            )
        )  # fmt: skip
    for r in records(plan.assumptions.head(_ASSUMPTIONS)):
        note = (case_text(a.case, str(r.note)) or str(r.parameter)).rstrip(".。")
        out.append(
            woven(
                _("“{note}”: at its low value the loss averted a year is {at_low}, at its high value {at_high}."),
                note=note,
                at_low=money(float(r.saved_low), currency),
                at_high=ledger.cite(
                    money(float(r.saved_high), currency),
                    result(f"assumptions, parameter {r.parameter}, saved_low, saved_high"),
                    _("At both ends of the assumption {parameter}").format(parameter=r.parameter),
                ),
            )
        )
    if math.isfinite(plan.gap) and plan.gap > 0:
        out.append(
            woven(
                _("Another plan within the rules could save at most another {gap} of all that could be saved."),
                gap=ledger.cite(share(plan.gap), result("gap"), _("Optimality gap")),
            )
        )
    words = rare_sentences(a)
    if words:
        out.append(join(words, ledger.mark(_("the whole sentence"), result("value_by_hazard"), _("Rare hazards"))))
    return out


def _money_risks(a: Accounts, ledger: Ledger) -> list[Child]:
    """Budgets that nobody has decided yet."""
    rows = a.case["budgets"]
    rows = rows[rows["year"].isin(a.budget_years)]
    total = float(rows["amount"].sum())
    if total <= 0:
        return []
    assumed = float(rows.loc[rows["evidence"] == "assumed", "amount"].sum()) / total
    return [
        woven(
            _("{share} of the money in the budgets is assumed, not decided or published."),
            share=ledger.cite(share(assumed), cell("budgets", "evidence", how=_("By amount.")), _("Budgets that are assumed")),
        )
    ]  # fmt: skip


def _research(a: Accounts, ledger: Ledger) -> list[Child]:
    """Research that the plan pays for may fail."""
    before = a.case["projects"]["p_success"].to_numpy(float)
    after = a.case.at(a.reading, a.plan.schedule)["projects"]["p_success"].to_numpy(float)
    paid = after > before
    if not paid.any():
        return []
    return [
        woven(
            _("Of {n} research projects that the plan pays for, {expected} are expected to give a product; any of them may fail."),
            n=str(int(paid.sum())),
            expected=ledger.cite(
                decimal(float(after[paid].sum()), 2),
                computed("case.at(year, schedule), projects.p_success", _("Sum of the chances of success.")),
                _("Research projects expected to succeed"),
            ),
        )
    ]  # fmt: skip
