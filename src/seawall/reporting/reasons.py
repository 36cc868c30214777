"""Why each action is in the plan: one sentence with a figure, and only what is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case import NEVER, Rules
from seawall.language import _
from seawall.reporting.accounts import Accounts, records
from seawall.reporting.names import case_text, earmark_name, indicator_label, title_of
from seawall.reporting.numbers import count, decimal, money
from seawall.reporting.words import sentences

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reasons"]

#: Less than this share of the baseline loss is not a saving that the model can see.
NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Reasons:
    """The reason for each action of a plan."""

    accounts: Accounts

    @cached_property
    def rules(self) -> Rules:
        """The rules of the case, compiled."""
        return Rules(self.accounts.case)

    def reason(self, row: pd.Series) -> str:
        """Say why an action is in the plan.

        Parameters
        ----------
        row : Series
            A row of ``Plan.actions``.

        Returns
        -------
        str
            One sentence; two where the action costs more a year than it saves and a rule keeps it.
        """
        duty = self._duty(str(row["action"]))
        if row["valued"] != "yes" or not math.isfinite(row["value"]):
            if duty:
                return _("{duty}; the model does not value it.").format(duty=duty)
            return _("No floor, lock or prerequisite asks for it, and the model does not value it.")
        if row["value"] <= NOTHING * abs(self.accounts.plan.baseline_loss):
            if duty:
                return _("{duty}; by itself it does not lower expected loss.").format(duty=duty)
            return _("Without it, expected loss would be no higher; no floor, lock or prerequisite explains it either.")
        saving = self._saving(row)
        if row["value"] < self.accounts.average_of(str(row["action"])) and duty:
            return sentences(saving, _("{duty}.").format(duty=duty))
        return saving

    def _saving(self, row: pd.Series) -> str:
        """What would be lost without a valued action, in the year for which Plan.actions tells it."""
        average = self.accounts.average_of(str(row["action"]))
        names = {
            "year": self.accounts.reading,
            "value": money(row["value"], self.accounts.case.settings.currency),
            "ratio": decimal(row["value"] / average, 2) if average > 0 else "",
            "deaths": count(row["deaths"]),
        }
        more_deaths = math.isfinite(row["deaths"]) and row["deaths"] >= 1
        if average > 0 and more_deaths:
            sentence = _(
                "Without it, expected loss in {year} would be {value} higher, {ratio} times what it costs a year,"
                " with {deaths} more deaths."
            )
        elif average > 0:
            sentence = _(
                "Without it, expected loss in {year} would be {value} higher, {ratio} times what it costs a year."
            )
        elif more_deaths:
            sentence = _("Without it, expected loss in {year} would be {value} higher, with {deaths} more deaths.")
        else:
            sentence = _("Without it, expected loss in {year} would be {value} higher.")
        return sentence.format(**names)

    # -- duties: what the rules ask for ---------------------------------------------------

    def _duty(self, action: str) -> str:
        """The rule that an action serves, as a clause that can end a sentence; empty if none."""
        a = self.accounts.case.edits.index[action]
        for find in (self._floor, self._lock, self._prerequisite, self._score, self._earmark):
            clause = find(a)
            if clause:
                return clause
        return ""

    def _scores(self, a: int, year: int) -> tuple[np.ndarray, np.ndarray]:
        """Every score in a year without an action and with it, arrays (row of scores,)."""
        with_it = self.accounts.starts
        without = with_it.copy()
        without[a] = NEVER
        edits = self.accounts.case.edits
        return edits.values("scores", "score", year, without), edits.values("scores", "score", year, with_it)

    def _floor(self, a: int) -> str:
        if a not in self.accounts.case.edits.actions_on("scores", "score"):
            return ""
        served = []
        for position, floor, name, year in self.rules.floors:
            if position < 0:
                continue
            without, with_it = self._scores(a, year)
            low, high = float(without[position]), float(with_it[position])
            if high > low + NOTHING:
                # a floor that only this action lifts its score to comes first
                served.append((not low < floor <= high + NOTHING, year, name, low, high, floor))
        if not served:
            return ""
        extra, year, name, low, high, floor = min(served)
        if extra:
            sentence = _("Helps to hold {indicator}, {high} in {year}, where at least {floor} is demanded")
        else:
            sentence = _("Raises {indicator} from {low} to {high} in {year}, where at least {floor} is demanded")
        return sentence.format(
            indicator=indicator_label(*name.split(" ", 1)),
            low=decimal(low),
            high=decimal(high),
            floor=decimal(floor),
            year=year,
        )

    def _lock(self, a: int) -> str:
        locks: list[tuple[int, Any, Any]] = list(self.rules.locks)
        for b, rule, year in locks:
            if a == b and rule == "must":
                if year != year:  # no year: at any time
                    return _("Decided beforehand: it must be in the plan")
                return _("Decided beforehand: it must be started by {year}").format(year=int(year))
        return ""

    def _prerequisite(self, a: int) -> str:
        taken = self.accounts.starts < NEVER
        for b, members in self.rules.groups:
            if taken[b] and a in members and not any(taken[m] for m in members if m != a):
                title = title_of(self.accounts.case, self.rules.name(b))
                return _("Has to be in force before “{title}” can start").format(title=title)
        return ""

    def _score(self, a: int) -> str:
        if a not in self.accounts.case.edits.actions_on("scores", "score"):
            return ""
        without, with_it = self._scores(a, self.accounts.after)
        rows = np.flatnonzero(with_it > without + NOTHING)
        if not len(rows):
            return ""
        score = self.accounts.case["scores"].iloc[int(rows[0])]
        return _("Raises {indicator} from {low} to {high}").format(
            indicator=indicator_label(str(score["framework"]), str(score["indicator"])),
            low=decimal(float(without[rows[0]])),
            high=decimal(float(with_it[rows[0]])),
        )

    def _earmark(self, a: int) -> str:
        case = self.accounts.case
        row = case["actions"].set_index("action").loc[self.rules.name(a)]
        for budget in records(case["budgets"]):
            if budget.earmark and budget.earmark in {row["lever"], row["area"]}:
                return _("May be paid by {source}, whose money is for {earmark} only").format(
                    source=case_text(case, budget.source), earmark=earmark_name(budget.earmark, case)
                )
        return ""
