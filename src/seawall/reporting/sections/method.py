"""How the figures came about, what they cannot tell, how to repeat them, and who signs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.markup import Markup, join, tag
from seawall.reporting.numbers import currency_name, exact, money, share
from seawall.reporting.sections.parts import Column, Section, bullets, paragraph, table
from seawall.reporting.words import bound_meaning

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["method", "provenance", "sign_off"]


def installed() -> str:
    """Version of Seawall."""
    try:
        return version("seawall")
    except PackageNotFoundError:
        return _("not installed as a package")


def method(a: Accounts) -> Section:
    """Half a page: how, and what it cannot tell."""
    s = a.case.settings
    names = {
        "n": exact(a.plan.n),
        "life": money(s.value_life_year, s.currency),
        "health": share(s.discount_health),
        "rate": share(s.discount_money),
        "first": s.budget_years[0],
        "last": a.last,
        "year": a.reading,
    }
    scope = (
        _("illness and response, and the economic interruption that outbreaks bring")
        if s.perspective == "societal"
        else _("illness and response; economic interruption is left out")
    )
    how = [
        _(
            "The country is described in plain tables: places, laboratories, staff, hazards, scores."
            " An action is a dated change of numbers in those tables; its cost is the one given in the case."
        ),
        _(
            "{n} outbreaks are simulated from their first infection, each standing for the number of such events a year."
            " The same outbreaks run with the plan and without it, so that the two differ by capacity and not by luck."
        ).format(**names),
        _(
            "Loss counts life years at {life} each, {scope}. Money is discounted at {rate} a year and life years at"
            " {health}, to {base}, and summed over {first}-{last}."
        ).format(scope=scope, base=s.base_year, **names),
        _(
            "The planner looks for the start years that make expected loss and cost together least, within budgets,"
            " prerequisites, floors, building times and staff; then it limits what any other schedule could add."
        ),
    ]
    limits = [
        _("Expected loss a year is a mean; no single year looks like it. Rare pandemics carry much of it."),
        _(
            "Intervals show the chance in drawing outbreaks. They do not cover wrong assumptions: the section on"
            " assumptions shows how far each one alone could move the saving."
        ),
        _("Past {last} nothing counts, so that what lasts longer is worth more than shown.").format(**names),
        _("Within a place, people mix evenly; differences inside it are not seen."),
        _("Only natural, zoonotic and laboratory-incident outbreaks are modelled, for defence and planning."),
        _("What the model does not value is listed above; a list is not a judgement that it can wait."),
    ]
    body = join(*(paragraph(p) for p in how), tag("h3", _("What this cannot tell")), bullets(limits))
    return Section("method", _("Method and limits"), body, page=True)


def provenance(a: Accounts) -> Section:
    """All that is needed to repeat the figures."""
    plan, s = a.plan, a.case.settings
    sample = plan.out_of_sample
    facts = [
        (_("Case"), _("{name}, digest {digest}").format(name=s.name, digest=plan.case.digest)),
        (_("Seawall version"), installed()),
        (_("Outbreaks and seed"), _("{n} outbreaks, seed {seed}").format(n=exact(plan.n), seed=plan.seed)),
        (_("How the planner ended"), status_name(plan.status)),
        (_("Loss and cost together"), _exact_money(plan.objective, s.currency)),
        (_("No plan can go below"), _exact_money(plan.lower_bound, s.currency)),
        (_("What the limit rests on"), bound_meaning(a)),
        (_("Worst breach seen"), money(plan.worst_violation, s.currency)),
    ]
    if {"mean", "low", "high"} <= set(sample):
        checked = _("{mean} (95% interval {low} to {high}); the plan's own figure is {own}").format(
            mean=money(sample["mean"], s.currency),
            low=money(sample["low"], s.currency),
            high=money(sample["high"], s.currency),
            own=money(plan.objective, s.currency),
        )
        facts.append((_("Loss and cost together on fresh outbreaks"), checked))
    body = tag("dl", *(join(tag("dt", k), tag("dd", v)) for k, v in facts), class_="facts")
    return Section("provenance", _("How to repeat these figures"), body)


def _exact_money(value: float, currency: str) -> str:
    return _("{amount} {currency}").format(amount=exact(value), currency=currency_name(currency))


def status_name(status: str) -> str:
    """How the planner ended, for people."""
    names = {
        "optimal": _("no schedule is better"),
        "gap": _("the gap asked for is reached"),
        "done": _("the planner's work is done and a gap is left"),
        "limit": _("out of time, with the best plan so far"),
        "interrupted": _("interrupted, with the best plan so far"),
    }
    return names.get(status, status)


def sign_off(a: Accounts) -> Section:
    """Where people sign, for exactly this plan."""
    words = _(
        "The signatures below stand for the plan with the case digest {digest}, seed {seed} and {n} outbreaks,"
        " whose figures anyone can compute again."
    ).format(digest=a.plan.case.digest, seed=a.plan.seed, n=exact(a.plan.n))
    columns = [Column(""), Column(_("Name and post")), Column(_("Signature")), Column(_("Date"))]
    rows = [
        [who, "", "", ""] for who in (_("Prepared by"), _("Reviewed by"), _("Financing confirmed by"), _("Approved by"))
    ]
    signed = Markup(table(columns, rows, _("Sign-off")).replace("<table>", '<table class="sign">', 1))
    return Section("sign-off", _("Sign-off"), tag("div", paragraph(words), signed, class_="together"))
