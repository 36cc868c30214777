"""The plan itself: lever by lever in pictures, then action by action in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.case import LEVERS
from seawall.language import _
from seawall.reporting.charts.gantt import gantt
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import area_label, lever_name, place_name
from seawall.reporting.numbers import currency_name, exact, money
from seawall.reporting.reasons import Reasons
from seawall.reporting.sections.parts import Column, Section, cite, no_sum, paragraph, table

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["by_action", "by_lever"]


def by_lever(a: Accounts) -> Section:
    """When each lever's actions are built and in force."""
    if not len(a.plan.schedule):
        return Section("levers", _("The plan by lever"), paragraph(_("The plan holds no action.")))
    drawn = [_lever(a, lever) for lever in LEVERS if lever in a.by_lever.index]
    return Section("levers", _("The plan by lever"), tag("div", *drawn, class_="columns"))


def _lever(a: Accounts, lever: str) -> Markup:
    candidates = int((a.case["actions"]["lever"] == lever).sum())
    taken = int((a.actions["lever"] == lever).sum())
    spending = a.by_lever.T[lever]
    words = _("{count} of {all} candidate actions: {cost} in {first}-{last}, then {upkeep} a year.").format(
        count=taken,
        all=candidates,
        cost=money(float(spending[list(a.budget_years)].sum()), a.case.settings.currency),
        first=a.budget_years[0],
        last=a.budget_years[-1],
        upkeep=money(float(spending.get(a.after, 0.0)), a.case.settings.currency),
    )
    first, *rest = gantt(a, lever)
    caption = tag("figcaption", tag("h3", lever_name(lever)), tag("p", words))
    return join(tag("figure", caption, first), *(tag("figure", picture) for picture in rest))


def by_action(a: Accounts) -> Section:
    """Every action with its cost, years, reason, lead and source."""
    if not len(a.plan.schedule):
        return Section("actions", _("The actions"), paragraph(_("The plan holds no action.")))
    settings = a.case.settings
    columns = [
        Column(_("Action"), "long"),
        Column(_("Starts"), "n"),
        Column(_("In force"), "n"),
        Column(_("Cost in the budget years"), "n"),
        Column(_("Upkeep a year"), "n"),
        Column(_("Why"), "words"),
        Column(_("Lead"), "lead"),
        Column(_("Source of cost"), "small"),
    ]
    reasons = Reasons(a)
    rows: list[list[Child] | str] = []
    for lever, actions in a.actions.groupby("rank", sort=True):
        rows.append(lever_name(str(actions["lever"].iloc[0]) or str(lever)))
        rows += [_action(a, reasons, row) for _i, row in actions.iterrows()]
    total: list[Child] = [_("Total"), "", "", exact(a.nominal), exact(a.upkeep), "", "", ""]
    caption = _(
        "Amounts in {currency}, as paid. Upkeep is that of {year} on;"
        " what an action costs a year is its mean over all years from {first} to {last}."
    ).format(
        currency=_prices(currency_name(settings.currency), settings.price_year),
        year=a.after,
        first=a.budget_years[0],
        last=a.last,
    )
    listed = join(table(columns, rows, caption, total), paragraph(no_sum(), "small"))
    return Section("actions", _("The actions"), listed, page=True)


def _prices(currency: str, year: int) -> str:
    return _("{currency} at prices of {year}").format(currency=currency, year=year) if year else currency


def _action(a: Accounts, reasons: Reasons, row: pd.Series) -> list[Child]:
    where = _("{code} · {place}").format(code=row["action"], place=place_name(a.case, str(row["place"])))
    if row["area"]:
        where = _("{code} · {area} · {place}").format(
            code=row["action"],
            area=area_label(a.case, str(row["area"])),
            place=place_name(a.case, str(row["place"])),
        )
    return [
        join(row["title"], tag("div", where, class_="small")),
        str(int(row["start"])),
        str(int(row["in_force"])),
        exact(float(row["nominal"])),
        exact(float(row["annual_cost"])),
        reasons.reason(row),
        row["lead"] or _("not named"),
        cite(str(row["source"])) if row["source"] else _("none given"),
    ]
