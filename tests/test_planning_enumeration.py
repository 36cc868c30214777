"""Small cases, every schedule: what `simulate` says of all of them is what `plan` says of the best."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

import seawall as sw
from seawall.case import Case, Rules
from seawall.planning import account, enumeration, sensitivity
from test_planning_cases import MORE, combinations, random_case

#: Outbreaks simulated.
N = 30
#: Random cases of the run; more behind SEAWALL_RANDOM_CASES.
SEEDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 15, *range(100, 100 + MORE)]


@pytest.fixture(autouse=True)
def assumptions_unweighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which assumptions matter says nothing about the schedule, and takes most of the time of a small case."""
    empty = pd.DataFrame(columns=sensitivity._COLUMNS)
    monkeypatch.setattr(account, "sensitivity", lambda *_args, **_options: empty)


@dataclass(frozen=True)
class Everything:
    """What `simulate` says of every schedule of a case."""

    objectives: dict[tuple[tuple[str, int], ...], float]
    costs: dict[tuple[tuple[str, int], ...], float]
    broken: int

    @property
    def best(self) -> float:
        return min(self.objectives.values())


def simulate_all(case: Case, seed: int, n: int = N) -> Everything:
    """Simulate every schedule; those without violations are kept."""
    objectives, costs, broken = {}, {}, 0
    for schedule in combinations(case):
        result = sw.simulate(case, schedule=schedule, n=n, seed=seed).to_dict()
        if result["violations"]:
            broken += 1
        else:
            key = tuple(schedule.items())
            objectives[key], costs[key] = result["objective"], result["cost"]
    return Everything(objectives, costs, broken)


def may_choose(case: Case) -> set[tuple[tuple[str, int], ...]]:
    """Schedules among which `plan` chooses."""
    rules = Rules(case.canonical)
    codes = rules.edits.actions
    return {
        tuple((a, int(s)) for a, s in zip(codes, starts, strict=True) if s in case.settings.budget_years)
        for starts in enumeration.schedules(rules)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all_schedules(seed: int) -> None:
    case = random_case(seed)
    everything = simulate_all(case, seed)
    assert may_choose(case) == set(everything.objectives)
    if not everything.objectives:
        with pytest.raises(sw.NoFeasiblePlan, match="no schedule keeps the rules"):
            sw.plan(case, n=N, seed=seed)
        return
    plan = sw.plan(case, n=N, seed=seed)
    assert plan.objective == everything.best
    assert plan.objective == everything.objectives[tuple(plan.schedule.items())]
    assert plan.lower_bound == plan.objective
    assert (plan.bound, plan.status, plan.gap, plan.gap_of_total) == ("enumerated", "optimal", 0.0, 0.0)
    assert plan.objective == plan.plan_loss + plan.cost
    nothing = sw.simulate(case, schedule={}, n=N, seed=seed).course
    least = 0.0 if () in everything.objectives else min(everything.costs.values())
    assert plan.baseline_objective == pytest.approx(nothing.objective + least, rel=1e-9)
