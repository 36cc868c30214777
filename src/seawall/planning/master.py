"""The rules of a case as an integer programme: one function a rule.

Variables: x[a, s] = 1 if action a starts in option s; what each class of spending takes from each
budget row; what a row hands to its source's next year. The planner adds losses to it for a lower
bound, or minimises cost alone for what locks and floors demand.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import highspy
import numpy as np

from seawall.case import NEVER
from seawall.case.costs import SLACK
from seawall.case.edits import matching_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from seawall.case import Rules

__all__ = ["Master", "Solution"]

#: Most schedules that are ruled out one by one for a floor that no linear rule describes.
MOST_ROUNDS = 40


def _solver() -> highspy.Highs:
    """A new solver. Its first one writes a banner to standard output, which is ours for results."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        # another user of the library in this process may have left it another number of threads
        highspy.Highs.resetGlobalScheduler(True)
        return highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@dataclass(frozen=True)
class Solution:
    """What the solver found: start years (None: none found), and a bound on the objective.

    ``impossible`` says that there is nothing to find.
    """

    starts: NDArray[np.int64] | None
    objective: float
    bound: float
    values: NDArray[np.float64]
    impossible: bool = False


@dataclass
class _Rows:
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)


class Master:
    """An integer programme over the schedules that keep the rules.

    Parameters
    ----------
    rules : Rules
        Compiled rules of the case.
    worth : mapping of action to float, optional
        What an action is worth in each year in force, taken off its cost in the objective.
    """

    def __init__(self, rules: Rules, worth: Mapping[int, float] | None = None) -> None:
        self.worth = worth or {}
        self.rules = rules
        self.costs = rules.costs
        self.years = [int(y) for y in rules.years]
        self._objective: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._whole: list[bool] = []
        self._rows = _Rows()
        self.x: dict[tuple[int, int], int] = {}
        self._start_variables()
        for add in (
            self._once,
            self._prerequisites,
            self._exclusions,
            self._floors,
            self._staff,
            self._budgets,
            self._upkeep,
        ):
            add()

    # -- building -------------------------------------------------------------------------

    def variable(self, cost: float, low: float, high: float, *, whole: bool = False) -> int:
        """Add a variable and return its position."""
        self._objective.append(cost)
        self._low.append(low)
        self._high.append(high)
        self._whole.append(whole)
        return len(self._objective) - 1

    def row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """Add low <= sum of terms <= high."""
        rows = self._rows
        merged: dict[int, float] = {}
        for i, v in terms:
            merged[i] = merged.get(i, 0.0) + v
        rows.index.extend(merged)
        rows.value.extend(merged.values())
        rows.start.append(len(rows.index))
        rows.low.append(low)
        rows.high.append(high)

    def in_force(self, a: int, year: int) -> list[tuple[int, float]]:
        """Terms that add up to 1 if action a is in force in a year."""
        build = int(self.rules.edits.build[a])
        return [(i, 1.0) for (b, s), i in self.x.items() if b == a and s + build <= year]

    def _start_variables(self) -> None:
        none = np.full(len(self.rules.edits.actions), NEVER, np.int64)
        self.must = []
        for a, options in enumerate(self.rules.options()):
            for s in options:
                if s != NEVER:
                    one = none.copy()
                    one[a] = s
                    cost = float(self.costs.action_years(one)[a] @ self.costs.weight)
                    in_force = self.costs.years >= s + self.rules.edits.build[a]
                    cost -= self.worth.get(a, 0.0) * float(self.costs.discount @ in_force)
                    self.x[a, s] = self.variable(cost, 0.0, 1.0, whole=True)
            self.must.append(NEVER not in options)
        self._of: list[list[tuple[int, int]]] = [[] for _ in none]
        for (a, s), i in self.x.items():
            self._of[a].append((s, i))

    def _once(self) -> None:
        for a, must in enumerate(self.must):
            if self._of[a] or must:
                self.row([(i, 1.0) for _s, i in self._of[a]], 1.0 if must else 0.0, 1.0)

    def _prerequisites(self) -> None:
        for a, members in self.rules.groups:
            for year in self.years:
                terms = [(i, 1.0) for s, i in self._of[a] if s <= year]
                if not terms:
                    continue
                for b in members:
                    build = int(self.rules.edits.build[b])
                    terms += [(i, -1.0) for s, i in self._of[b] if s + build <= year]
                self.row(terms, -np.inf, 0.0)

    def _exclusions(self) -> None:
        for a, b in self.rules.excludes:
            self.row([(i, 1.0) for _s, i in (*self._of[a], *self._of[b])], -np.inf, 1.0)

    def _floors(self) -> None:
        """Demand enough gains, where those of single actions add up to at least the gain of all.

        Where actions multiply a score or lower it they may not; then, and where of several ``set``
        only the best holds, `solve` rules out what does not reach its floor.
        """
        effects = self.rules.case["effects"]
        multiply = effects[(effects["table"] == "scores") & (effects["op"] == "multiply")]
        scores = self.rules.case["scores"]
        multiplied = {int(i) for key in multiply["key"] for i in matching_rows(scores, "scores", key)}
        for position, floor, _name, year in self.rules.floors:
            if position < 0:
                self.row([], 1.0, 1.0)
                continue
            gains = self.floor_gains(position, year)
            base = float(self.rules.edits.base("scores", "score")[position])
            if position not in multiplied and min(gains.values(), default=0.0) >= 0:
                self.row([(self.x[k], g) for k, g in gains.items()], floor - base - 1e-9, np.inf)

    def _rule_out(self, starts: NDArray[np.int64]) -> bool:
        """Shut out start years that miss a floor, alike in every action that moves scores; False if none is missed."""
        edits = self.rules.edits
        missed = [
            position
            for position, floor, _name, year in self.rules.floors
            if edits.values("scores", "score", year, starts)[position] < floor - 1e-9
        ]
        for position in missed:
            movers = self._movers(position)
            terms = [(i, -1.0 if starts[a] == s else 1.0) for (a, s), i in self.x.items() if a in movers]
            self.row(terms, 1.0 - sum(starts[a] < NEVER for a in movers), np.inf)
        return bool(missed)

    def _movers(self, position: int) -> set[int]:
        """Actions that edit one score."""
        effects = self.rules.case["effects"]
        of = effects[(effects["table"] == "scores") & (effects["column"] == "score")]
        scores = self.rules.case["scores"]
        return {
            self.rules.edits.index[action]
            for action, key in zip(of["action"], of["key"], strict=True)
            if position in matching_rows(scores, "scores", key)
        }

    def floor_gains(self, position: int, year: int) -> dict[tuple[int, int], float]:
        """What each (action, start) alone adds to one score in a year."""
        edits = self.rules.edits
        none = np.full(len(edits.actions), NEVER, np.int64)
        base = float(edits.base("scores", "score")[position])
        out = {}
        for a in edits.actions_on("scores", "score"):
            for s, _i in self._of[a]:
                one = none.copy()
                one[a] = s
                gain = float(edits.values("scores", "score", year, one)[position]) - base
                if gain:
                    out[a, s] = gain
        return out

    def _staff(self) -> None:
        for _cadre, stock, need in self.rules.staff:
            for year in self.years:
                terms = []
                for a, build, run in need:
                    span = int(self.rules.edits.build[a])
                    for s, i in self._of[a]:
                        if s <= year < s + span:
                            terms.append((i, build))
                        elif year >= s + span:
                            terms.append((i, run))
                self.row(terms, -np.inf, stock * (1 + 1e-9))

    def _budgets(self) -> None:
        costs = self.costs
        # in units of the greatest spending, so that the solver's tolerance is small beside it
        scale = max(float(costs.capital.max(initial=0.0)), float(costs.annual.max(initial=0.0))) or 1.0
        pays: dict[tuple[int, int], int] = {}
        for r, year in enumerate(costs.row_year):
            if year in self.years:
                for c in range(len(costs.classes)):
                    if costs.classes[c, r]:
                        pays[c, r] = self.variable(0.0, 0.0, np.inf)
        hands = {r: self.variable(0.0, 0.0, np.inf) for r in range(len(costs.row_year)) if costs.heir[r] >= 0}
        for r in range(len(costs.row_year)):
            terms = [(i, 1.0) for (_c, q), i in pays.items() if q == r]
            terms += [(hands[r], 1.0)] if r in hands else []
            terms += [(i, -1.0) for q, i in hands.items() if costs.heir[q] == r]
            self.row(terms, -np.inf, float(costs.row_amount[r]) / scale)
        need: dict[tuple[int, int], list[tuple[int, float]]] = {}
        none = np.full(len(self.rules.edits.actions), NEVER, np.int64)
        for (a, s), i in self.x.items():
            one = none.copy()
            one[a] = s
            spend = costs.action_years(one)[a, : costs.n_budget] / scale
            for t in np.flatnonzero(spend).tolist():
                need.setdefault((int(costs.action_class[a]), t), []).append((i, -float(spend[t])))
        slack = SLACK * float(costs.capital.sum() + costs.annual.sum() * costs.n_budget) / scale
        for (c, t), terms in need.items():
            paid = [(i, 1.0) for (b, r), i in pays.items() if b == c and costs.row_year[r] == self.years[t]]
            self.row(paid + terms, -slack, np.inf)

    def _upkeep(self) -> None:
        cap = self.rules.case.settings.upkeep_cap
        if cap is not None and len(self.costs.years) > self.costs.n_budget:
            self.row([(i, float(self.costs.annual[a])) for (a, _s), i in self.x.items()], -np.inf, cap * (1 + 1e-9))

    # -- solving --------------------------------------------------------------------------

    def solve(self, *, seconds: float, gap: float = 1e-6, nodes: int = 20_000) -> Solution:
        """Minimise; the bound is valid whenever the solver stops.

        ``nodes`` limits the work, so that the same case gives the same answer on any machine;
        ``seconds`` is a stop for the impatient.
        """
        ends = time.monotonic() + seconds
        for _round in range(MOST_ROUNDS):
            solution = self._solve(max(1.0, ends - time.monotonic()), gap, nodes)
            if solution.starts is None or not self._rule_out(solution.starts) or time.monotonic() > ends:
                break
        return solution

    def _solve(self, seconds: float, gap: float, nodes: int) -> Solution:
        solver = _solver()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 1),
            ("time_limit", seconds),
            ("mip_rel_gap", gap),
            ("mip_max_nodes", nodes),
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
        ):
            solver.setOptionValue(option, value)
        solver.passModel(self._model())
        solver.run()
        info = solver.getInfo()
        values = np.array(solver.getSolution().col_value)
        feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        if not feasible:
            impossible = solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
            return Solution(None, np.inf, float(info.mip_dual_bound), values, impossible)
        starts = np.full(len(self.rules.edits.actions), NEVER, np.int64)
        for (a, s), i in self.x.items():
            if values[i] > 0.5:
                starts[a] = s
        return Solution(starts, float(info.objective_function_value), float(info.mip_dual_bound), values)

    def _model(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        rows = self._rows
        infinity = highspy.kHighsInf
        lp.num_col_, lp.num_row_ = len(self._objective), len(rows.low)
        lp.col_cost_ = np.array(self._objective)
        lp.col_lower_ = np.clip(np.array(self._low), -infinity, infinity)
        lp.col_upper_ = np.clip(np.array(self._high), -infinity, infinity)
        lp.row_lower_ = np.clip(np.array(rows.low), -infinity, infinity)
        lp.row_upper_ = np.clip(np.array(rows.high), -infinity, infinity)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(rows.start, np.int32)
        lp.a_matrix_.index_ = np.array(rows.index, np.int32)
        lp.a_matrix_.value_ = np.array(rows.value, np.float64)
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous for whole in self._whole
        ]
        return lp
