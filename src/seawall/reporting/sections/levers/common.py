"""What the pages of the levers share: names, marks of evidence, and the list of a lever's actions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case import TABLES, Case
from seawall.language import _, _n
from seawall.reporting.accounts import records
from seawall.reporting.lever_accounts import LeverAccounts, Move
from seawall.reporting.markup import Child, Markup, join, tag
from seawall.reporting.names import case_text, evidence_name, localised, title_of
from seawall.reporting.numbers import count, currency_name, days, decimal, exact, money, share
from seawall.reporting.prose import family_name
from seawall.reporting.sections.parts import Column, no_sum, paragraph, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["actions", "arrow", "deaths_cell", "marked", "marks", "moved", "named", "never", "reason_word"]

#: Changes of one action that are told; more would hide the first.
_TOLD = 4


def named(case: Case, table_name: str, code: str, column: str = "name") -> str:
    """Name of a row of a table by its code; the code where it has none."""
    frame = case[table_name]
    found = np.flatnonzero(frame[TABLES[table_name].key[0]].to_numpy() == code)
    if not len(found):
        return code
    row = {c: frame[c].iat[int(found[0])] for c in frame.columns if c.startswith(column)}
    return localised(row, column, case) or code


def marked(words: str, evidence: str) -> Child:
    """A figure, with a mark where it is assumed."""
    return join(words, tag("sup", "a", title=evidence_name("assumed"))) if evidence == "assumed" else words


def marks(caption: str) -> str:
    """A caption that says what the mark of assumed figures means."""
    return _("{caption} Marked a: assumed.").format(caption=caption)


def never(value: float, write: Callable[[float], str] = days) -> str:
    """A number of days, or never."""
    return write(value) if math.isfinite(value) else _("never")


def arrow(before: float, after: float, write: Callable[[float], str]) -> str:
    """A figure today and under the plan; once where nothing changes."""
    first, last = write(before), write(after)
    return first if first == last else _("{before} → {after}").format(before=first, after=last)


def deaths_cell(value: float) -> str:
    """Deaths averted a year by one action."""
    return count(value) if math.isfinite(value) else _("not valued")


def reason_word(kind: str) -> str:
    """Why a candidate is not in the plan, in a word or two."""
    words = {
        "requires": _("prerequisite"),
        "excludes": _("shut out"),
        "budget": _("budget"),
        "staff": _("specialists"),
        "upkeep_cap": _("upkeep"),
        "several": _("several rules"),
        "barred": _("not allowed"),
        "no gain": _("no gain"),
        "not valued": _("not valued"),
    }
    return words.get(kind, kind)


# -- what an action moves -----------------------------------------------------------------


def _templates() -> dict[str, tuple[str, Callable[[float], str]]]:
    return {
        "sampled": (_("chance that a case is sampled {without} → {with_it}"), share),
        "traced_per_day": (_("new cases traced a day {without} → {with_it}"), count),
        "spare_tests": (_("tests a day for an outbreak {without} → {with_it}"), count),
        "beds": (_("hospital beds for an outbreak {without} → {with_it}"), count),
        "deploy_days": (_("days until responders work {without} → {with_it}"), _fine),
        "result_days": (_("days to the result for a known agent {without} → {with_it}"), _fine),
        "sequencing_days": (_("days of sequencing until a new agent is named {without} → {with_it}"), _fine),
        "notify_days": (_("days to notification {without} → {with_it}"), _fine),
        "activate_days": (_("days until the response is activated {without} → {with_it}"), _fine),
        "assess_days": (_("days until the risk is assessed {without} → {with_it}"), _fine),
        "communicate_days": (_("days until communities are informed {without} → {with_it}"), _fine),
        "care_days": (_("days until infection control and case management {without} → {with_it}"), _fine),
        "measures_days": (_("days until community measures hold {without} → {with_it}"), _fine),
        "behaviour": (_("transmission that informed communities prevent {without} → {with_it}"), share),
        "frequency": (_("outbreaks a year of {subject} {without} → {with_it}"), decimal),
        "vaccine": (_("chance of a vaccine against {subject} within 100 days {without} → {with_it}"), share),
        "therapeutic": (_("chance of a medicine against {subject} within 100 days {without} → {with_it}"), share),
        "diagnostic": (_("chance of tests for {subject} within 100 days of its name {without} → {with_it}"), share),
        "stock": (_("people at work, {subject}: {without} → {with_it}"), count),
        "input": (_("{subject}: {without} → {with_it}"), decimal),
    }


def _same(product: str) -> str:
    """What is said of a product that betters without reaching the 100 days more often."""
    words = {
        "vaccine": _("a better or larger supply of vaccine against {subject}"),
        "therapeutic": _("a better or larger supply of medicine against {subject}"),
        "diagnostic": _("tests for {subject} sooner"),
        "identification": _("{subject} named sooner in the laboratory"),
    }
    return words[product]


def _fine(value: float) -> str:
    """Days with one decimal more than in a sentence, as one action moves them by little."""
    return decimal(value) if math.isfinite(value) else _("never")


def _subject(accounts: LeverAccounts, move: Move) -> str:
    case = accounts.case
    if move.kind == "frequency":
        return named(case, "hazards", move.subject)
    if move.kind == "stock":
        return named(case, "cadres", move.subject)
    if move.kind != "input":
        return family_name(case, move.subject) if move.subject else ""
    name, hazard = move.subject.split("|", 1)
    table_name, column = name.split(".", 1)
    if table_name == "assumptions":
        return case_text(case, str(case.assumptions["note"].get(column, "")) or column).rstrip(".")
    what = _(TABLES[table_name].by_name[column].meaning)
    if not hazard:
        return what
    return _("{what} ({hazard})").format(what=what, hazard=named(case, "hazards", hazard))


def moved(accounts: LeverAccounts, action: str) -> str:
    """What an action changes in the reading year, beside all others of the plan, as clauses."""
    templates = _templates()
    out = []
    for move in accounts.moves(action):
        subject = _subject(accounts, move)
        sentence, write = templates.get(move.kind, ("", decimal))
        if move.kind in {"vaccine", "therapeutic", "diagnostic", "identification"} and (
            not sentence or write(move.without) == write(move.with_it)
        ):
            out.append(_same(move.kind).format(subject=subject))
        elif math.isfinite(move.with_it):
            before, after = write(move.without), write(move.with_it)
            if before == after:
                before, after = decimal(move.without, 4), decimal(move.with_it, 4)
            out.append(sentence.format(subject=subject, without=before, with_it=after))
        if move.gained:
            words = _n("{n} place gets an answer at last", "{n} places get an answer at last", move.gained)
            out.append(words.format(n=move.gained))
    if len(out) > _TOLD:
        more = len(out) - _TOLD
        out = [*out[:_TOLD], _n("{n} change more", "{n} changes more", more).format(n=more)]
    return _("; ").join(out) or _("nothing that the model sees in {year}").format(year=accounts.reading)


# -- the actions of a lever ---------------------------------------------------------------


def actions(accounts: LeverAccounts, lever: str) -> Markup:
    """The plan's actions of a lever, what their value rests on, and the candidates without money."""
    mine = accounts.actions_of(lever)
    left = accounts.left_out(lever)
    parts: list[Child] = [tag("h3", _("Actions of this lever"))]
    if not len(mine) and not left:
        return join(*parts, paragraph(_("The case holds no candidate action of this lever.")))
    parts.append(paragraph(_totals(accounts, lever, len(mine), len(left))))
    if len(mine):
        parts.append(_funded(accounts, mine))
    if left:
        parts.append(_unfunded(accounts, left))
    return join(*parts)


def _totals(accounts: LeverAccounts, lever: str, taken: int, left: int) -> str:
    if not taken:
        return _("The plan funds none of the {n} candidate actions of this lever.").format(n=left)
    told = accounts.lever_totals.get(lever)
    if told is None or not math.isfinite(told["deaths"]):
        return _("The plan funds {taken} of {all} candidate actions of this lever.").format(
            taken=taken, all=taken + left
        )
    names = {
        "taken": taken,
        "all": taken + left,
        "year": accounts.reading,
        "deaths": count(told["deaths"]),
        "low": count(told["deaths_low"]),
        "high": count(told["deaths_high"]),
        "share": share(told["assumed_share"]),
    }
    return _(
        "The plan funds {taken} of {all} candidate actions of this lever. Without all of them together, {deaths} more"
        " deaths would be expected in {year} (95% interval {low} to {high}); {share} of the value of its actions rests"
        " on effects that are assumed."
    ).format(**names)


def _funded(accounts: LeverAccounts, mine: pd.DataFrame) -> Markup:
    columns = [
        Column(_("Action"), "long"),
        Column(_("Starts"), "n"),
        Column(_("In force"), "n"),
        Column(_("Cost in the budget years"), "n"),
        Column(_("Upkeep a year"), "n"),
        Column(_("Deaths averted a year"), "n"),
        Column(_("Evidence"), "short"),
        Column(_("What it changes in {year}").format(year=accounts.reading), "words"),
    ]
    rows: list[list[Child]] = [
        [
            r.title,
            str(int(r.start)),
            str(int(r.in_force)),
            exact(float(r.nominal)),
            exact(float(r.annual_cost)),
            deaths_cell(float(r.deaths)),
            evidence_name(str(r.evidence)),
            moved(accounts, str(r.action)),
        ]
        for r in records(mine)
    ]
    caption = _(
        "Amounts in {currency}, as paid. Deaths averted: how many more would be expected in {year} without this action"
        " alone; evidence: the weakest among its effects."
    ).format(currency=currency_name(accounts.case.settings.currency), year=accounts.reading)
    return join(table(columns, rows, caption), paragraph(no_sum(), "small"))


def _unfunded(accounts: LeverAccounts, left: list[tuple[str, str]]) -> Markup:
    case = accounts.case
    facts: dict[Any, Any] = case["actions"].set_index("action").to_dict("index")
    columns = [
        Column(_("Without money"), "long"),
        Column(_("Cost until in force"), "n"),
        Column(_("Upkeep a year"), "n"),
        Column(_("Reason"), "short"),
    ]
    order = sorted(left, key=lambda row: (row[1], -float(facts[row[0]]["capital_cost"]), row[0]))
    rows: list[list[Child]] = [
        [
            title_of(case, action),
            exact(float(facts[action]["capital_cost"])),
            exact(float(facts[action]["annual_cost"])),
            reason_word(kind),
        ]
        for action, kind in order
    ]
    caption = _(
        "Candidates that the plan does not fund. No gain: it could start within every rule, and no better plan with it"
        " was found; not valued: the model cannot see its use and no rule asks for it; not allowed: locks forbid it or"
        " it could not be finished in time; otherwise the rule that it would break in every start year."
    )
    return table(columns, rows, caption)


def cost_words(accounts: LeverAccounts, amount: float) -> str:
    """An amount in the currency of the case."""
    return money(amount, accounts.case.settings.currency)
