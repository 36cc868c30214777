"""Chapter 3: the main tasks, lever by lever, a numbered paragraph for each technical area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.case import LEVERS
from seawall.language import _
from seawall.reporting.ledger import Ledger, cell, computed, woven
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import area_label, indicator_label, lever_name
from seawall.reporting.numbers import money
from seawall.reporting.outlook import standing
from seawall.reporting.prose import running, series
from seawall.reporting.sections.parts import Section, paragraph

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["tasks"]

#: Indicators named for a task group, at most.
_SERVED = 4


def tasks(a: Accounts, ledger: Ledger, title: str) -> Section:
    """What is done under each lever, area by area."""
    parts: list[Markup] = [
        paragraph(
            _(
                "Tasks stand under the lever that they belong to, and within it by technical area. Years are those in"
                " which an action starts and from which it is in force; costs are those of the budget years, as paid."
            )
        )
    ]
    number = 0
    for lever in LEVERS:
        candidates = a.case["actions"][a.case["actions"]["lever"] == lever]
        if not len(candidates):
            continue
        mine = a.actions[a.actions["lever"] == lever]
        parts.append(tag("h3", lever_name(lever)))
        parts.append(paragraph(_gist(a, lever, mine, len(candidates), ledger)))
        order = mine.groupby("area")["nominal"].sum().sort_values(ascending=False, kind="stable")
        for area in order.index:
            number += 1
            parts.append(_group(a, str(area), mine[mine["area"] == area], candidates, number, ledger))
        missed = sorted(set(candidates["area"]) - set(order.index))
        if missed:
            names = series(area_label(a.case, str(v)) or _("other tasks") for v in missed)
            parts.append(paragraph(_("Areas with candidates but no action in the plan: {names}.").format(names=names)))
    return Section("tasks", title, join(*parts), page=True)


def _gist(a: Accounts, lever: str, mine: pd.DataFrame, candidates: int, ledger: Ledger) -> Child:
    if not len(mine):
        return _("The plan holds none of the {n} candidate actions.").format(n=candidates)
    return woven(
        _("{taken} of {all} candidate actions, for {cost} in {first}-{last}."),
        taken=str(len(mine)),
        all=str(candidates),
        cost=ledger.cite(
            money(float(mine["nominal"].sum()), a.case.settings.currency),
            computed(
                "seawall.case.Costs.action_years",
                _("Spending of the lever's actions in the budget years, from capital_cost, annual_cost and the start."),
            ),
            _("Cost of the lever “{lever}”").format(lever=lever_name(lever)),
        ),
        first=str(a.budget_years[0]),
        last=str(a.budget_years[-1]),
    )


def _group(a: Accounts, area: str, mine: pd.DataFrame, candidates: pd.DataFrame, number: int, ledger: Ledger) -> Markup:
    """One task group: its number and name, what is done in which year, and who leads."""
    name = area_label(a.case, area) or _("other tasks")
    listed: list[Child] = []
    for _i, r in mine.sort_values(["start", "action"]).iterrows():
        code = str(r["action"])
        clause = (
            _("{title} (from {start}, in force from {in_force}, {cost})")
            if int(r["in_force"]) > int(r["start"])
            else _("{title} (from {start}, {cost})")
        )
        how = _("As paid in the budget years: the capital cost over the years of building, then the annual cost.")
        origin = cell("actions", "capital_cost, annual_cost", code, how, str(r["source"]))
        listed.append(
            woven(
                clause,
                title=str(r["title"]),
                start=str(int(r["start"])),
                in_force=str(int(r["in_force"])),
                cost=ledger.cite(money(float(r["nominal"]), a.case.settings.currency), origin, str(r["title"])),
            )
        )
    actions = listed[0]
    for item in listed[1:]:
        actions = woven(_("{first}; {rest}"), first=actions, rest=item)
    served = _served(a, mine)
    leads = list(dict.fromkeys(str(v) for v in mine["lead"] if v))
    out: list[Child] = [
        tag("strong", _("{number}. {name}.").format(number=number, name=name)),
        woven(_("The tasks are: {actions}."), actions=actions),
    ]
    if served:
        out.append(_("They serve {names}.").format(names=series(served)))
    if leads:
        out.append(_("Responsible: {names}.").format(names=series(leads)))
    left = int((candidates["area"] == area).sum()) - len(mine)
    if left > 0:
        out.append(_("Candidates of this area that the plan leaves out: {n}.").format(n=left))
    return tag("p", running(*out), class_="task", id=f"task-{number}")


def _served(a: Accounts, mine: pd.DataFrame) -> list[str]:
    """Indicators that a group serves, the first few; none where no framework of the case is known."""
    today = standing(a.case)
    if today is None:
        return []
    codes = list(dict.fromkeys(str(c) for c in mine["indicator"] if c))[:_SERVED]
    return [indicator_label(today.framework.name, c) for c in codes]
