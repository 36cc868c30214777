"""What a schedule costs, year by year, and who pays for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.case.edits import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case.case import Case

__all__ = ["Costs", "Payments"]


#: Share of a schedule's spending that rounding may leave unpaid.
SLACK = 1e-7


@dataclass(frozen=True)
class Payments:
    """Who pays for a schedule.

    Parameters
    ----------
    spent : float array (budget row,)
        What each row of ``budgets`` pays in its own year, carried money included.
    shortfall : float array (budget year,)
        Spending that no source can pay.
    """

    spent: NDArray[np.float64]
    shortfall: NDArray[np.float64]


class Costs:
    """Costs of a case's actions, compiled.

    ``capital_cost`` is spread evenly over max(1, build_years) years from the start;
    ``annual_cost`` is paid from the first year in force to the last evaluation year.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        settings = case.settings
        self.build = case.edits.build
        actions = case["actions"].set_index("action").loc[list(case.edits.actions)]
        self.capital = actions["capital_cost"].to_numpy(np.float64)
        self.annual = actions["annual_cost"].to_numpy(np.float64)
        self.years = np.array(settings.years, np.int64)
        self.n_budget = len(settings.budget_years)
        self.discount = (1.0 + settings.discount_money) ** -(self.years - settings.base_year).astype(np.float64)
        # money within the budget counts at unspent_value; upkeep afterwards counts in full
        self.weight = self.discount * np.where(np.arange(len(self.years)) < self.n_budget, settings.unspent_value, 1.0)
        self._purses(actions)

    def _purses(self, actions: object) -> None:
        budgets = self.case["budgets"].reset_index(drop=True)
        order = sorted(range(len(budgets)), key=lambda i: (budgets["source"][i], budgets["year"][i]))
        self.row_year = np.array([int(budgets["year"][i]) for i in order], np.int64)
        self.row_amount = np.array([float(budgets["amount"][i]) for i in order])
        self.row_carries = np.array([budgets["carry_over"][i] == "yes" for i in order])
        self.row_source = [budgets["source"][i] for i in order]
        self.row_earmark = [budgets["earmark"][i] for i in order]
        self.rows = order
        labels = [(lever, area) for lever, area in zip(actions["lever"], actions["area"], strict=True)]  # type: ignore[index]
        # actions that the same rows may pay for form one class of spending
        may = [tuple(e in {"", lever, area} for e in self.row_earmark) for lever, area in labels]
        classes = sorted(set(may), key=lambda m: (sum(m), m))
        self.classes = np.array(classes, bool).reshape(len(classes), len(order))
        place = {m: i for i, m in enumerate(classes)}
        self.action_class = np.array([place[m] for m in may], np.int64)
        #: Rows in the order in which they pay: the narrowest purse, then money that lapses, then by name.
        width = self.classes.sum(0)
        self.pay_order = sorted(range(len(order)), key=lambda r: (width[r], self.row_carries[r], r))
        self._chain()

    def _chain(self) -> None:
        """For each budget row, the row of the same source that takes over what it leaves."""
        at = {(s, y): r for r, (s, y) in enumerate(zip(self.row_source, self.row_year, strict=True))}
        self.heir = np.array(
            [
                at.get((s, y + 1), -1) if carries else -1
                for s, y, carries in zip(self.row_source, self.row_year, self.row_carries, strict=True)
            ],
            np.int64,
        )

    def action_years(self, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Nominal spending, array (action, year) over budget and evaluation years."""
        years = self.years[None, :]
        start = starts[:, None]
        span = np.maximum(1, self.build)[:, None]
        taken = start < NEVER
        building = taken & (years >= start) & (years < start + span)
        running = taken & (years >= start + self.build[:, None])
        out: NDArray[np.float64] = building * (self.capital[:, None] / span) + running * self.annual[:, None]
        return out

    def spending(self, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Nominal spending, array (year,) over budget and evaluation years."""
        return np.asarray(self.action_years(starts).sum(0))

    def discounted(self, starts: NDArray[np.int64]) -> float:
        """Cost as it counts in the objective, discounted to the base year."""
        return float(self.spending(starts) @ self.weight)

    def by_action(self, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Cost of each action as it counts in the objective, array (action,)."""
        return self.action_years(starts) @ self.weight

    def payments(self, starts: NDArray[np.int64]) -> Payments:
        """Pay a schedule from the budgets.

        Year by year the narrowest purse pays first and, of equal ones, the one whose money would
        lapse. That is the best rule while earmarks nest; where it falls short, a linear programme
        decides whether any rule could pay.
        """
        spending = self.action_years(starts)[:, : self.n_budget]
        need = np.zeros((len(self.classes), self.n_budget))
        np.add.at(need, self.action_class, spending)
        paid = self._greedy(need)
        if not paid.shortfall.any() or self._out_of_reach(need):
            return paid
        return self._best(need) or paid

    def _out_of_reach(self, need: NDArray[np.float64]) -> bool:
        """Whether spending up to some year exceeds all the money there is up to it."""
        money = np.array([self.row_amount[self.row_year <= year].sum() for year in self.years[: self.n_budget]])
        spent = np.cumsum(need.sum(0))
        return bool((spent > money + SLACK * spent[-1]).any())

    def _greedy(self, need: NDArray[np.float64]) -> Payments:
        left = self.row_amount.copy()
        spent = np.zeros(len(left))
        short = np.zeros(self.n_budget)
        tolerance = SLACK * float(need.sum())
        for t in range(self.n_budget):
            year = self.years[t]
            for c in range(len(need)):
                due = need[c, t]
                for r in self.pay_order:
                    if due <= 0:
                        break
                    if self.row_year[r] == year and self.classes[c, r]:
                        part = min(due, left[r])
                        left[r] -= part
                        spent[r] += part
                        due -= part
                if due > tolerance:
                    short[t] += due
            for r in np.flatnonzero((self.row_year == year) & (self.heir >= 0)).tolist():
                left[self.heir[r]] += left[r]
        return Payments(spent, short)

    def _best(self, need: NDArray[np.float64]) -> Payments | None:
        """Payments by linear programme, or None where nobody could pay.

        Variables: what row r pays to class c in its year, and what r hands to its heir.
        """
        from scipy.optimize import linprog  # noqa: PLC0415 - slow to import and seldom needed

        slots = [
            (c, r)
            for c in range(len(need))
            for r in range(len(self.row_year))
            if self.classes[c, r] and self.row_year[r] in self.years[: self.n_budget]
        ]
        heirs = [r for r in range(len(self.row_year)) if self.heir[r] >= 0]
        n = len(slots) + len(heirs)
        if n == 0:
            return None
        have = np.zeros((len(self.row_year), n))
        pay = np.zeros((need.size, n))
        first = int(self.years[0])
        for j, (c, r) in enumerate(slots):
            have[r, j] = 1.0
            pay[c * self.n_budget + int(self.row_year[r]) - first, j] = 1.0
        for j, r in enumerate(heirs, len(slots)):
            have[r, j] = 1.0
            have[self.heir[r], j] = -1.0
        scale = float(need.max())
        solved = linprog(
            np.r_[np.ones(len(slots)), np.zeros(len(heirs))],  # pay what is due and no more
            A_ub=np.vstack([have, -pay]),
            b_ub=np.r_[self.row_amount, -need.reshape(-1)] / scale,
            bounds=(0, None),
            method="highs",
        )
        if solved.status != 0:
            return None
        due = need.reshape(-1) - (pay @ solved.x) * scale
        if due.max() > SLACK * need.sum():
            return None
        spent = np.zeros(len(self.row_year))
        for j, (_c, r) in enumerate(slots):
            spent[r] += solved.x[j] * scale
        return Payments(spent, np.zeros(self.n_budget))
