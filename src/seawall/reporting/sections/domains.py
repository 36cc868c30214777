"""Domains of law or policy: what is on offer in each, what is funded, and where gaps remain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.case import LEVERS
from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.heat import heat
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import localised
from seawall.reporting.numbers import currency_name, exact, share
from seawall.reporting.prose import series
from seawall.reporting.sections.parts import Column, Section, figure, paragraph, table
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["coverage", "domain_cells", "domain_names", "domain_table", "domains", "gaps"]


def domains(a: Accounts) -> Section | None:
    """Domains by lever; None where the case has no table of domains."""
    if not len(a.case["domains"]):
        return None
    cells, names = domain_cells(a), domain_names(a)
    levers = [v for v in LEVERS if v in set(a.case["actions"]["lever"])]
    chart = heat(cells, names, levers, currency_name(a.case.settings.currency))
    words = tag("div", paragraph(coverage(a)), *(paragraph(p) for p in gaps(a)))
    drawn = tag("div", figure(chart), words, class_="charts")
    return Section("domains", _("The plan by domain"), join(drawn, domain_table(a)), page=True)


def domain_names(a: Accounts) -> dict[str, str]:
    """Name of each domain of the case, in the order of their codes; then what belongs to none."""
    rows = a.case["domains"].sort_values("domain").to_dict("records")
    names = {str(r["domain"]): localised(r, "name", a.case) or str(r["domain"]) for r in rows}
    others = set(a.case["actions"]["domain"]) - set(names)
    return names | ({"": _("no domain")} if others else {})


def domain_cells(a: Accounts) -> pd.DataFrame:
    """Candidate and funded actions of each domain and lever.

    Returns
    -------
    DataFrame
        domain (empty: none of the table's), lever, candidates, funded, cost (in the budget years,
        as paid); only pairs with a candidate.
    """
    rows = a.case["actions"][["action", "lever", "domain"]].copy()
    rows["domain"] = rows["domain"].where(rows["domain"].isin(set(a.case["domains"]["domain"])), "")
    cost = dict(zip(a.actions["action"], a.actions["nominal"], strict=True))
    rows["funded"] = rows["action"].isin(set(cost)).astype(int)
    rows["cost"] = [float(cost.get(x, 0.0)) for x in rows["action"]]
    grouped = rows.groupby(["domain", "lever"], as_index=False)
    return grouped.agg(candidates=("action", "size"), funded=("funded", "sum"), cost=("cost", "sum"))


def _values(a: Accounts) -> pd.DataFrame:
    """Each domain's candidates, funded actions, valued ones among these, cost and value."""
    names = domain_names(a)
    known = set(a.case["domains"]["domain"])
    rows = a.case["actions"][["action", "domain", "valued"]].merge(
        a.actions[["action", "nominal", "value"]], on="action", how="left"
    )
    rows["domain"] = rows["domain"].where(rows["domain"].isin(known), "")
    rows["funded"] = rows["nominal"].notna()
    rows["seen"] = rows["funded"] & (rows["valued"] == "yes")
    rows["value"] = rows["value"].fillna(0.0).clip(lower=0.0)
    out = rows.groupby("domain").agg(
        candidates=("action", "size"),
        valued=("valued", lambda v: int((v == "yes").sum())),
        funded=("funded", "sum"),
        seen=("seen", "sum"),
        cost=("nominal", "sum"),
        value=("value", "sum"),
    )
    out = out.reindex(list(names), fill_value=0)
    return out.assign(name=list(names.values()))


def coverage(a: Accounts) -> str:
    """How many domains the plan reaches."""
    rows = _values(a).drop(index="", errors="ignore")
    parts = [
        _("The plan funds actions in {reached} of {all} domains.").format(
            reached=int((rows["funded"] > 0).sum()), all=len(rows)
        )
    ]
    top = rows[rows["cost"] > 0].sort_values("cost", ascending=False, kind="stable")
    total = float(rows["cost"].sum())
    if len(top) and total > 0:
        parts.append(
            _("Most money goes to “{domain}”: {share} of what is spent in all domains.").format(
                domain=top["name"].iloc[0], share=share(float(top["cost"].iloc[0]) / total)
            )
        )
    return sentences(*parts)


def gaps(a: Accounts) -> list[str]:
    """What is missing, a sentence each: no candidate, none funded, none that the model values."""
    rows = _values(a).drop(index="", errors="ignore")
    none = rows[rows["candidates"] == 0]["name"]
    unfunded = rows[(rows["candidates"] > 0) & (rows["funded"] == 0)]["name"]
    blind = rows[(rows["funded"] > 0) & (rows["seen"] == 0)]["name"]
    out = []
    if len(none):
        out.append(_("The case offers no action in: {names}.").format(names=series(none)))
    if len(unfunded):
        out.append(_("There are candidates but the plan funds none in: {names}.").format(names=series(unfunded)))
    if len(blind):
        out.append(
            _(
                "The model values none of the funded actions in: {names}. That it cannot see what they are good for"
                " says nothing against them."
            ).format(names=series(blind))
        )
    return out or [_("Every domain has funded actions, among them some that the model values.")]


def domain_table(a: Accounts) -> Markup:
    """Domains with their actions, money and share of value."""
    rows = _values(a)
    total_cost, total_value = float(rows["cost"].sum()), float(rows["value"].sum())
    columns = [
        Column(_("Domain"), "long"),
        Column(_("Candidate actions"), "n"),
        Column(_("Of these valued by the model"), "n"),
        Column(_("Funded actions"), "n"),
        Column(_("Of these valued by the model"), "n"),
        Column(_("Cost in the budget years"), "n"),
        Column(_("Share of cost"), "n"),
        Column(_("Share of value"), "n"),
    ]
    cells: list[list[Child]] = [
        [
            r.name,
            str(r.candidates),
            str(r.valued),
            str(r.funded),
            str(r.seen),
            exact(float(r.cost)),
            share(float(r.cost) / total_cost) if total_cost > 0 else "–",
            share(float(r.value) / total_value) if total_value > 0 else "–",
        ]
        for r in records(rows)
    ]
    total: list[Child] = [
        _("Total"),
        *(str(int(rows[c].sum())) for c in ("candidates", "valued", "funded", "seen")),
        exact(total_cost),
        "",
        "",
    ]
    caption = _(
        "Costs in {currency}, as paid. Share of value: of the sum of what each action saves in {year} by itself, given"
        " all others of the plan."
    ).format(currency=currency_name(a.case.settings.currency), year=a.reading)
    return table(columns, cells, caption, total)
