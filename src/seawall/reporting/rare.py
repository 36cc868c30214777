"""How rare hazards carry the mean: loss by hazard, with and without those that seldom come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.names import localised
from seawall.reporting.numbers import money, share
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["RARE", "hazard_table", "rare_sentences"]

#: Events a year below which a hazard is called rare: less often than once in twenty years.
RARE = 0.05


def hazard_table(a: Accounts) -> pd.DataFrame:
    """Plan.value_by_hazard with the name of each hazard (``name_``), its events a year and what is saved."""
    table = a.plan.value_by_hazard.copy()
    own = a.case["hazards"].set_index("hazard")
    known = own.reindex(table["hazard"])
    names = {str(h): localised(row, "name", a.case) or str(h) for h, row in own.to_dict("index").items()}
    table["name_"] = [names.get(h, h) for h in table["hazard"]]
    table["events_per_year"] = known["events_per_year"].to_numpy()
    table["saved"] = table["baseline"] - table["plan"]
    return table


def rare_sentences(a: Accounts) -> str:
    """What rare hazards carry of the loss and of the saving, and what the plan saves without them."""
    table = hazard_table(a)
    rare = table["events_per_year"] < RARE
    total, saved = float(table["baseline"].sum()), float(table["saved"].sum())
    if not rare.any() or rare.all() or total <= 0:
        return ""
    currency = a.case.settings.currency
    often = table[~rare]
    parts = [
        _(
            "Hazards that come less often than once in {years} years ({names}) carry {loss} of the expected loss without the plan."
        ).format(
            years=round(1 / RARE),
            names=_("; ").join(table.loc[rare, "name_"]),
            loss=share(float(table.loc[rare, "baseline"].sum()) / total),
        )
    ]
    if saved <= 0:
        return sentences(*parts)
    parts.append(
        _("They carry {saved} of what the plan saves.").format(
            saved=share(float(table.loc[rare, "saved"].sum()) / saved)
        )
    )
    names = {
        "before": money(float(often["baseline"].sum()), currency),
        "after": money(float(often["plan"].sum()), currency),
        "saved": money(float(often["saved"].sum()), currency),
        "cost": money(a.plan.cost, currency),
        "last": a.last,
    }
    if float(often["saved"].sum()) >= a.plan.cost:
        sentence = _(
            "Leaving them out, expected loss to {last} falls from {before} to {after};"
            " that saving of {saved} alone exceeds the plan's cost of {cost}."
        )
    else:
        sentence = _(
            "Leaving them out, expected loss to {last} falls from {before} to {after};"
            " that saving of {saved} does not reach the plan's cost of {cost}: the plan is in part an insurance against them."
        )
    parts.append(sentence.format(**names))
    return sentences(*parts)
