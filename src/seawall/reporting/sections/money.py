"""Money by year: by lever, and by source against what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.charts.money import money_by_lever, money_by_source
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, earmark_name, lever_name
from seawall.reporting.numbers import currency_name, exact, money
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["finance", "sources"]


def finance(a: Accounts) -> Section:
    """Who pays what, when."""
    left = a.available - a.nominal
    currency = a.case.settings.currency
    words = _("Of {available} in the budgets, the plan spends {spent}; {left} is not spent.").format(
        available=money(a.available, currency), spent=money(a.nominal, currency), left=money(left, currency)
    )
    charts = tag("div", figure(money_by_lever(a)), figure(money_by_source(a)), class_="charts")
    return Section(
        "money", _("Money by year and source"), join(paragraph(words), charts, _levers(a), sources(a)), page=True
    )


def _levers(a: Accounts) -> Markup:
    """Spending by lever and year, exact."""
    if not len(a.by_lever):
        return Markup("")
    years = list(a.budget_years)
    after = [a.after] if a.after in a.by_lever.columns else []
    columns = [
        Column(_("Lever")),
        *(Column(str(y), "n") for y in years),
        Column(_("Total"), "n"),
        *(Column(_("{year} on, a year").format(year=y), "n") for y in after),
    ]

    def cells(head: str, spending: object) -> list[Child]:
        values = [float(spending[y]) for y in years]  # type: ignore[index]
        later = [exact(float(spending[y])) for y in after]  # type: ignore[index]
        return [head, *map(exact, values), exact(sum(values)), *later]

    rows = [cells(lever_name(str(lever)), row) for lever, row in a.by_lever.iterrows()]
    caption = _("Spending by lever, {currency}").format(currency=currency_name(a.case.settings.currency))
    return table(columns, rows, caption, cells(_("Total"), a.by_lever.sum()))


def sources(a: Accounts) -> Markup:
    """What each source pays by year, of what it has, exact."""
    use = a.plan.budget_use
    if not len(use):
        return Markup("")
    years = list(a.budget_years)
    columns = [Column(_("Source")), *(Column(str(y), "n") for y in years), Column(_("Total"), "n")]
    grouped = use.groupby(["source", "year"])[["amount", "spent"]].sum()
    rows: list[list[Child] | str] = []
    for source in sorted(set(use["source"])):
        marks = sorted(set(use.loc[use["source"] == source, "earmark"]) - {""})
        rows.append(
            _("{source} (for {earmark} only)").format(
                source=case_text(a.case, source), earmark=_("; ").join(earmark_name(m, a.case) for m in marks)
            )
            if marks
            else case_text(a.case, source)
        )
        mine = grouped.loc[source].reindex(years, fill_value=0.0)
        for label, column in ((_("has"), "amount"), (_("pays"), "spent")):
            rows.append([label, *map(exact, mine[column]), exact(float(mine[column].sum()))])
    sums = use.groupby("year")["spent"].sum().reindex(years, fill_value=0.0)
    total: list[Child] = [_("All sources pay"), *map(exact, sums), exact(float(sums.sum()))]
    caption = _("What each source has and pays by year, {currency}").format(
        currency=currency_name(a.case.settings.currency)
    )
    return table(columns, rows, caption, total)
