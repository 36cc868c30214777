"""Where the report must not be silent: what the model cannot value, and what got no money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.markup import Child, join
from seawall.reporting.numbers import currency_name, exact, money
from seawall.reporting.reasons import Reasons
from seawall.reporting.sections.parts import Column, Section, bullets, paragraph, table
from seawall.reporting.unfunded import unfunded

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["not_valued", "without_money"]


def not_valued(a: Accounts) -> Section:
    """Actions whose use the model cannot see."""
    rows = a.case["actions"]
    unseen = rows[rows["valued"] == "no"]
    mine = a.actions[a.actions["valued"] != "yes"]
    currency = a.case.settings.currency
    title = _("What the model does not value")
    if not len(unseen):
        return Section("not-valued", title, paragraph(_("The model values every candidate action of this case.")))
    words = _(
        "Law, antimicrobial stewardship, food and chemical safety and the like have no path to loss in a model of outbreaks."
        " Such actions are not worthless: they are chosen by floors, locks and earmarks, at least cost,"
        " and none of the savings in this report counts anything for them."
    )
    count = _("The plan holds {count} of {all} such candidate actions, for {cost} in {first}-{last}.").format(
        count=len(mine),
        all=len(unseen),
        cost=money(float(mine["nominal"].sum()), currency),
        first=a.budget_years[0],
        last=a.budget_years[-1],
    )
    reasons = Reasons(a)
    listed = bullets(
        _("{title} ({cost} {currency}): {reason}").format(
            title=r["title"],
            cost=exact(float(r["nominal"])),
            currency=currency_name(currency),
            reason=reasons.reason(r),
        )
        for _i, r in mine.iterrows()
    )
    return Section("not-valued", title, join(paragraph(words), paragraph(count), listed if len(mine) else None))


def without_money(a: Accounts) -> Section:
    """Levers and areas that the plan gives nothing, and why."""
    title = _("Levers and areas without money")
    found = unfunded(a)
    if not found:
        words = _("Every lever and every area with a candidate action has an action in the plan.")
        return Section("without-money", title, paragraph(words))
    columns = [
        Column(_("Lever or area"), "long"),
        Column(_("Candidates"), "n"),
        Column(_("Cheapest candidate"), "long"),
        Column(_("Its cost in the budget years"), "n"),
        Column(_("Why it has nothing"), "words"),
    ]
    rows: list[list[Child]] = [
        [
            _("{name} ({kind})").format(name=u.name, kind=u.kind),
            str(u.candidates),
            u.cheapest or "–",
            exact(u.cost),
            u.why,
        ]
        for u in found
    ]
    caption = _("Costs in {currency}, if it starts as early as it may").format(
        currency=currency_name(a.case.settings.currency)
    )
    return Section("without-money", title, table(columns, rows, caption))
