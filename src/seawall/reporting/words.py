"""The five figures that a minister reads first, each a whole sentence with unit and interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import Accounts
from seawall.reporting.names import case_text, localised
from seawall.reporting.numbers import count, days, decimal, money, share

if TYPE_CHECKING:
    from seawall.planning.result import Plan

__all__ = ["Figure", "figures", "five_figures", "sentences"]

#: A gap below this share is no gap: the tolerance of the design for "nothing can be saved".
NO_GAP = 1e-9
#: Share of the deaths averted from which one hazard is named for them.
ONE_HAZARD = 0.6


@dataclass(frozen=True)
class Figure:
    """One of the five: what it is about, the figure itself, and what it says in full."""

    label: str
    headline: str
    sentence: str


def sentences(*parts: str) -> str:
    """Whole sentences one after the other, with a space where the script has one."""
    out = ""
    for part in parts:
        if part:
            out += part if not out or out.endswith(("。", "！", "？")) else f" {part}"
    return out


def five_figures(plan: Plan) -> list[tuple[str, str]]:
    """Return the five figures as lines of plain text.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    list of (str, str)
        Label and sentence: what it costs, what it saves, how fast outbreaks are found and
        answered, what any other plan could still save, what rests on assumptions.
    """
    return [(f.label, f.sentence) for f in figures(Accounts(plan))]


def figures(accounts: Accounts) -> list[Figure]:
    """The five figures, each with its headline."""
    return [_cost(accounts), _saving(accounts), _speed(accounts), _gap(accounts), _assumed(accounts)]


def _cost(a: Accounts) -> Figure:
    settings = a.case.settings
    currency = settings.currency
    span = {"first": a.budget_years[0], "last": a.budget_years[-1], "all": len(a.case["actions"])}
    label = _("What it costs")
    if not len(a.plan.schedule):
        return Figure(
            label,
            money(0, currency),
            _("The plan takes none of the {all} candidate actions and spends nothing in {first}-{last}.").format(
                **span
            ),
        )
    parts = [
        _(
            "{count} of {all} candidate actions cost {cost} in {first}-{last}, of {available} that the budgets hold."
        ).format(
            count=len(a.plan.schedule),
            cost=money(a.nominal, currency),
            available=money(a.available, currency),
            **span,
        )
    ]
    if a.upkeep > 0:
        parts.append(
            _(
                "From {after} on, keeping them up costs {upkeep} a year, {total} to {last},"
                " for which no money is named yet."
            ).format(
                after=a.after, upkeep=money(a.upkeep, currency), total=money(a.upkeep_in_all, currency), last=a.last
            )
        )
    else:
        parts.append(_("From {after} on, nothing is left to pay.").format(after=a.after))
    if settings.price_year:
        parts.append(_("Amounts are at prices of {year}.").format(year=settings.price_year))
    return Figure(label, money(a.nominal, currency), sentences(*parts))


def _saving(a: Accounts) -> Figure:
    plan, currency = a.plan, a.case.settings.currency
    if not len(plan.schedule):
        sentence = _(
            "Nothing is done, so nothing is saved: in {year}, {deaths} deaths and a loss of {loss} are expected."
        ).format(year=a.reading, deaths=count(plan.before.deaths.mean), loss=money(plan.before.loss.mean, currency))
        return Figure(_("What it saves"), _("nothing"), sentence)
    deaths, low, high = plan.deaths_averted
    parts = [
        _(
            "In {year}, {deaths} fewer deaths are expected than without the plan"
            " (95% interval {low} to {high}), of {baseline} expected without it."
        ).format(
            year=a.reading,
            deaths=count(deaths),
            low=count(low),
            high=count(high),
            baseline=count(plan.before.deaths.mean),
        ),
        _("The loss averted in that year is {loss} (95% interval {low} to {high}).").format(
            loss=money(plan.loss_averted[0], currency),
            low=money(plan.loss_averted[1], currency),
            high=money(plan.loss_averted[2], currency),
        ),
    ]
    parts.append(_one_hazard(a))
    if low <= 0 <= high:
        parts.append(
            _("The interval for deaths includes none: with this many outbreaks drawn, the saving may be chance.")
        )
    parts.append(
        _("These are means over many possible years: most years see less, the rare year with a pandemic far more.")
    )
    headline = _("{deaths} deaths averted a year").format(deaths=count(deaths))
    return Figure(_("What it saves"), headline, sentences(*parts))


def _one_hazard(a: Accounts) -> str:
    """Which hazard most of the saving rests on, where one carries most of it."""
    table = a.plan.value_by_hazard
    saved = (table["baseline_deaths"] - table["plan_deaths"]).to_numpy(float)
    total, most = float(saved.clip(min=0).sum()), int(saved.argmax()) if len(saved) else 0
    if total <= 0 or saved[most] < ONE_HAZARD * total:
        return ""
    row = a.case["hazards"].set_index("hazard", drop=False).loc[table["hazard"].iloc[most]]
    return _("One hazard carries {share} of it: “{hazard}”.").format(
        share=share(saved[most] / total), hazard=localised(row.to_dict(), "name", a.case) or row["hazard"]
    )


def _found(before: float, after: float, large: int) -> str:
    """When outbreaks worth finding are found; a median may not exist."""
    names = {"large": large, "before": days(before), "after": days(after)}
    if math.isfinite(before) and math.isfinite(after):
        sentence = _(
            "Of outbreaks that would infect at least {large} people if left alone, half are found within"
            " {after} days of emergence; without the plan, within {before} days."
        )
    elif math.isfinite(after):
        sentence = _(
            "Of outbreaks that would infect at least {large} people if left alone, half are found within"
            " {after} days of emergence; without the plan, more than half are never found."
        )
    elif math.isfinite(before):
        sentence = _(
            "Of outbreaks that would infect at least {large} people if left alone, more than half are never found;"
            " without the plan, half are found within {before} days of emergence."
        )
    else:
        sentence = _(
            "Of outbreaks that would infect at least {large} people if left alone, more than half are never found,"
            " with the plan or without it."
        )
    return sentence.format(**names)


def _answered(before: float, after: float) -> str:
    """When response starts, counted from notification."""
    names = {"before": days(before), "after": days(after)}
    if math.isfinite(before) and math.isfinite(after):
        sentence = _(
            "Half of them are answered within {after} days of notification; without the plan, within {before} days."
        )
    elif math.isfinite(after):
        sentence = _(
            "Half of them are answered within {after} days of notification;"
            " without the plan, more than half are never answered."
        )
    elif math.isfinite(before):
        sentence = _(
            "More than half of them are never answered; without the plan, half within {before} days of notification."
        )
    else:
        sentence = _("More than half of them are never answered, with the plan or without it.")
    return sentence.format(**names)


def _speed(a: Accounts) -> Figure:
    before, after = a.plan.before.timeliness, a.plan.after.timeliness
    b, c = before.large_detect_median_days, after.large_detect_median_days
    if math.isfinite(b) and math.isfinite(c):
        headline = _("{before} → {after} days to find").format(before=days(b), after=days(c))
    else:
        headline = _("{before} → {after} found").format(
            before=share(before.large_found), after=share(after.large_found)
        )
    shares = _(
        "Of these, {found} are found and {met} meet all three 7-1-7 targets;"
        " without the plan, {found_before} and {met_before}."
    ).format(
        found=share(after.large_found),
        met=share(after.large_met_717),
        found_before=share(before.large_found),
        met_before=share(before.large_met_717),
    )
    every = _(
        "Of all outbreaks with at least one case of illness, {found} are found, {before} without the plan."
    ).format(found=share(after.found), before=share(before.found))
    sentence = sentences(
        _found(b, c, before.LARGE),
        _answered(before.large_respond_median_days, after.large_respond_median_days),
        shares,
        every,
    )
    return Figure(_("How fast outbreaks are found and answered"), headline, sentence)


def bound_meaning(a: Accounts) -> str:
    """What the bound rests on, in one sentence."""
    if a.plan.bound == "enumerated":
        return _("Every schedule that the rules allow was valued.")
    # less than a unit of money is rounding, not a breach
    if a.plan.worst_violation >= 1:
        return _(
            "The limit holds if more capacity never raises expected loss; this was tested on every pair of capacities"
            " valued, and the worst breach seen ({worst}) is already counted against the plan."
        ).format(worst=money(a.plan.worst_violation, a.case.settings.currency))
    return _(
        "The limit holds if more capacity never raises expected loss; this was tested on every pair of capacities"
        " valued, and no breach was seen."
    )


def _gap(a: Accounts) -> Figure:
    plan, label = a.plan, _("How much a better plan could add")
    if not math.isfinite(plan.gap):
        headline = _("unknown")
        return Figure(label, headline, _("No limit was found on what another plan could save."))
    missed = plan.objective - plan.lower_bound
    if plan.gap <= NO_GAP:
        first = _("No other plan that the rules allow is better.")
    else:
        first = _(
            "No other plan that the rules allow could save more than another {gap} of all that could be saved,"
            " {amount} to {last}; that is {total} of loss and cost together."
        ).format(
            gap=share(plan.gap),
            amount=money(missed, a.case.settings.currency),
            last=a.last,
            total=share(plan.gap_of_total),
        )
    stopped = {
        "limit": _("The planner stopped at its time limit; more time might narrow this."),
        "interrupted": _("The planner was interrupted; more time might narrow this."),
    }.get(plan.status, "")
    headline = _("at most {gap}").format(gap=share(plan.gap)) if plan.gap > NO_GAP else _("nothing")
    return Figure(label, headline, sentences(first, bound_meaning(a), stopped))


def _assumed(a: Accounts) -> Figure:
    plan, currency = a.plan, a.case.settings.currency
    label = _("How much rests on assumptions")
    if not (math.isfinite(plan.assumed_share) and plan.actions["value"].gt(0).any()):
        return Figure(
            label, _("nothing to share"), _("The plan holds no action whose value could rest on assumptions.")
        )
    parts = [
        _(
            "{share} of the value of the plan's actions rests on effects that are assumed,"
            " not measured, published or judged by experts."
        ).format(share=share(plan.assumed_share))
    ]
    if len(plan.assumptions):
        top = plan.assumptions.iloc[0]
        parts.append(
            _(
                "Worth measuring first: “{note}”. At its low value ({low}) the loss averted a year is {at_low}, at its"
                " high value ({high}) {at_high}, weighed on a smaller draw of outbreaks."
            ).format(
                note=(case_text(a.case, str(top["note"])) or str(top["parameter"])).rstrip(".。"),
                low=decimal(top["low"]),
                high=decimal(top["high"]),
                at_low=money(top["saved_low"], currency),
                at_high=money(top["saved_high"], currency),
            )
        )
    headline = _("{share} of the value").format(share=share(plan.assumed_share))
    return Figure(label, headline, sentences(*parts))
