"""Chapter 4: the key projects, by a stated rule, with their cost by year."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.ledger import Ledger, cell
from seawall.reporting.markup import Child, join, tag
from seawall.reporting.names import lever_name, place_name
from seawall.reporting.numbers import currency_name, decimal, in_size, share, sizes
from seawall.reporting.sections.parts import Column, Section, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["MOST", "key_projects", "projects"]

#: Key projects of a plan, at most.
MOST = 20


def key_projects(a: Accounts) -> pd.DataFrame:
    """Actions that save most and that cost most, taken in turn, at most `MOST`; by lever and start."""
    rows = a.actions
    saving = rows[rows["value"] > 0].sort_values(["value", "action"], ascending=[False, True])["action"]
    dear = rows.sort_values(["nominal", "action"], ascending=[False, True])["action"]
    turns = [code for pair in zip_longest(saving, dear) for code in pair if code is not None]
    chosen = list(dict.fromkeys(turns))[:MOST]
    return rows[rows["action"].isin(chosen)].reset_index(drop=True)


def projects(a: Accounts, ledger: Ledger, title: str) -> Section:
    """A table of the key projects."""
    rows = key_projects(a)
    if not len(rows):
        return Section("projects", title, paragraph(_("The plan holds no action.")), page=True)
    years = a.budget_years
    total = a.nominal
    size = sizes()[-1][0]
    if float(rows["nominal"].max()) < size:
        size = 1.0

    def paid_in(values: Iterable[float]) -> list[str]:
        return [decimal(v / size) for v in values]

    words = _(
        "Key projects are the actions that save most by the model and those that cost most, taken in turn until there"
        " are {most}. These {n} take {share} of the plan's money in the budget years."
    ).format(most=MOST, n=len(rows), share=share(float(rows["nominal"].sum()) / total) if total > 0 else "–")
    columns = [
        Column(_("Key project"), "long"),
        Column(_("Lead"), "lead"),
        Column(_("Starts"), "n"),
        Column(_("In force"), "n"),
        *(Column(str(y), "n") for y in years),
        Column(_("Total"), "n"),
    ]
    cells: list[list[Child] | str] = []
    for _rank, group in rows.groupby("rank", sort=True):
        cells.append(lever_name(str(group["lever"].iloc[0])))
        for _i, r in group.iterrows():
            code = str(r["action"])
            paid = [float(v) for v in a.spending.loc[code, list(years)].to_numpy(float)]
            how = _("As paid in the budget years: the capital cost over the years of building, then the annual cost.")
            origin = cell("actions", "capital_cost, annual_cost", code, how, str(r["source"]))
            where = _("{code} · {place}").format(code=code, place=place_name(a.case, str(r["place"])))
            cells.append(
                [
                    join(r["title"], tag("div", where, class_="small")),
                    r["lead"] or _("not named"),
                    str(int(r["start"])),
                    str(int(r["in_force"])),
                    *paid_in(paid),
                    ledger.cite(decimal(sum(paid) / size), origin, _("{title}, cost by year").format(title=r["title"])),
                ]
            )
    sums = [float(a.spending.loc[list(rows["action"]), y].sum()) for y in years]
    last: list[Child] = [_("Total"), "", "", "", *paid_in(sums), decimal(sum(sums) / size)]
    caption = _("Cost of the key projects by year, {currency}, as paid").format(
        currency=in_size(size, currency_name(a.case.settings.currency))
    )
    return Section("projects", title, join(paragraph(words), table(columns, cells, caption, last)), page=True)
