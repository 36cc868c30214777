"""The planner's other path, search and bound, on cases small enough to know the best."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cases
import seawall as sw
from seawall.case import Case
from seawall.levers import FIELDS, Levers
from seawall.planning import Plan, account, enumeration, planner, sensitivity
from seawall.planning.reference import best_of
from test_planning_cases import MORE, random_case

#: Outbreaks simulated.
N = 30
#: Random cases of the run; more behind SEAWALL_RANDOM_CASES. Among them are adverse effects,
#: effects that end, stocks with attrition and programmes, which a test below makes sure of.
SEEDS = [0, 1, 2, 8, 10, 20, 29, 36, 57, *range(200, 200 + MORE)]


@pytest.fixture(autouse=True)
def assumptions_unweighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which assumptions matter says nothing about the schedule, and takes most of the time of a small case."""
    empty = pd.DataFrame(columns=sensitivity._COLUMNS)
    monkeypatch.setattr(account, "sensitivity", lambda *_args, **_options: empty)


@dataclass(frozen=True)
class Pair:
    """The best of all schedules, and what is found without looking at all."""

    best: Plan
    found: Plan

    @property
    def hit(self) -> bool:
        return self.found.objective == self.best.objective


def both_ways(case: Case, seed: int = 1, n: int = N) -> Pair:
    """Plan a case by enumeration, and again by search and bound."""
    best = sw.plan(case, n=n, seed=seed)
    assert best.bound == "enumerated"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enumeration, "SMALL", 0)
        return Pair(best, sw.plan(case, n=n, seed=seed))


@cache
def random_pair(seed: int) -> Pair | None:
    """Both ways of a random case; None if no schedule is allowed."""
    try:
        return both_ways(random_case(seed), seed)
    except sw.NoFeasiblePlan:
        return None


def check(pair: Pair, seed: int = 1, n: int = N) -> None:
    """What must hold of a plan that was searched for, against the best of all."""
    best, found = pair.best, pair.found
    assert found.bound == "checked"
    assert found.objective >= best.objective
    assert found.lower_bound <= best.objective * (1 + 1e-6)
    assert found.lower_bound <= found.objective
    assert found.worst_violation >= 0
    assert found.baseline_objective == pytest.approx(best.baseline_objective)
    saving = found.baseline_objective - found.lower_bound
    if saving > 1e-9 * found.baseline_objective:
        assert found.gap == pytest.approx((found.objective - found.lower_bound) / saving, abs=1e-6)
    again = sw.simulate(found.case, schedule=found.schedule, n=n, seed=seed).course
    assert again.violations == ()
    assert again.objective == found.objective


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_that_is_searched_keeps_the_rules_and_its_bound(seed: int) -> None:
    pair = random_pair(seed)
    if pair is not None:
        check(pair, seed)


def test_most_searches_find_the_best() -> None:
    pairs = [p for p in map(random_pair, SEEDS) if p is not None]
    hits = sum(p.hit for p in pairs)
    print(f"the search found the best schedule in {hits} of {len(pairs)} cases")  # noqa: T201 - shown by pytest -rP
    assert len(pairs) >= 6
    assert hits >= 0.5 * len(pairs)


def test_the_cases_hold_what_bounds_find_hard() -> None:
    made = [random_case(seed) for seed in SEEDS]
    assert any((c["effects"]["adverse"] == "yes").any() for c in made)
    assert any(c["effects"]["lasts_years"].notna().any() for c in made)
    for table in ("cadre_stock", "programmes", "cadres", "scores", "facilities"):
        assert any((c["effects"]["table"] == table).any() for c in made), table
    assert any(len(c["floors"]) for c in made)


# -- cases made to break the bound ----------------------------------------------------------------

OUTBREAK = {
    "hazard": "flu", "origin": "domestic", "events_per_year": 2, "r0": 1.8, "latent_days": 2, "infectious_days": 4,
    "ifr": 0.01,
}  # fmt: skip


def made(years: list[int], effects: list[dict[str, Any]], **tables: Any) -> Case:
    """One hazard, and an action for each one that effects name, which costs next to nothing."""
    settings = {"budget_years": years, "evaluation_years": 2} | tables.pop("settings", {})
    codes = sorted({e["action"] for e in effects})
    tables = {
        "hazards": [OUTBREAK],
        "actions": [{"action": a, "lever": "talent", "capital_cost": 1000} for a in codes],
        "budgets": [{"source": "state", "year": y, "amount": 1e6} for y in years],
        "effects": effects,
    } | tables
    return cases.smallest(settings=settings, **tables)


def check_raw_bound(case: Case) -> None:
    """The bound holds by itself: before it is held against any plan, and without a correction."""
    seen = []
    lower_bound = planner.lower_bound
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "lower_bound", lambda *a, **k: seen.append(lower_bound(*a, **k)) or seen[-1])
        pair = both_ways(case)
    check(pair)
    assert seen
    for bound in seen:
        assert bound.value + bound.worst_violation <= pair.best.objective * (1 + 1e-6)
        assert bound.worst_violation <= 1e-6 * pair.best.objective


def test_a_shorter_programme_may_be_worth_more_late() -> None:
    """Two classes graduate at once; half of them are gone a year later, so the late start is best."""
    years = [2027, 2028, 2029, 2030, 2031]
    case = made(
        years,
        [{"action": "short", "table": "programmes", "key": "course", "column": "years", "op": "set", "value": 1}],
        cadres=[{"cadre": "tracer", "role": "tracing", "annual_attrition": 0.5}],
        cadre_stock=[{"cadre": "tracer", "place": p, "stock": 50} for p in "AB"],
        programmes=[{"programme": "course", "cadre": "tracer", "years": 4, "intake": 200}],
        budgets=[{"source": "state", "year": y, "amount": 1e6 if y == 2031 else 0} for y in years],
    )
    check_raw_bound(case)


def test_people_brought_in_late_are_still_there() -> None:
    """Money comes in the last year only, and of people who came earlier half would be gone each year."""
    years = [2027, 2028, 2029, 2030]
    case = made(
        years,
        [{"action": "hire", "table": "cadre_stock", "key": "tracer|*", "column": "stock", "op": "add", "value": 300}],
        cadres=[{"cadre": "tracer", "role": "tracing", "annual_attrition": 0.5}],
        cadre_stock=[{"cadre": "tracer", "place": p, "stock": 5} for p in "AB"],
        programmes=[{"programme": "course", "cadre": "tracer", "years": 1, "intake": 1}],
        budgets=[{"source": "state", "year": y, "amount": 1e6 if y == 2030 else 0} for y in years],
    )
    check_raw_bound(case)


def test_what_makes_things_worse_is_left_out_of_the_bound() -> None:
    effect = {"table": "hazards", "key": "flu", "op": "add"}
    case = made(
        [2027, 2028],
        [
            {"action": "good", "table": "hazards", "key": "flu", "column": "ifr", "op": "multiply", "value": 0.5},
            {"action": "bad", **effect, "column": "events_per_year", "value": 2, "adverse": "yes"},
        ],
    )
    check_raw_bound(case)


def test_an_effect_that_ends_may_be_wanted_late() -> None:
    years = [2027, 2028, 2029, 2030]
    case = made(
        years,
        [
            {"action": "drive", "table": "hazards", "key": "flu", "column": "ifr", "op": "multiply", "value": 0.2,
             "lasts_years": 5}
        ],
        budgets=[{"source": "state", "year": y, "amount": 1e6 if y == 2030 else 0} for y in years],
    )  # fmt: skip
    check_raw_bound(case)


def test_laboratories_that_want_the_same_staff() -> None:
    names = [f"lab{i}" for i in range(6)]
    case = made(
        [2027],
        [{"action": n, "table": "facilities", "key": n, "column": "status", "op": "set", "value": "open"} for n in names],
        facilities=[
            {"facility": n, "place": "A", "kind": "laboratory", "status": "candidate", "tests_per_day": 100,
             "turnaround_days": 1, "routine_per_day": 60}
            for n in names
        ],
        staffing=[{"facility": n, "cadre": "bench", "required": 10} for n in names],
        cadres=[{"cadre": "bench", "role": "laboratory"}],
        cadre_stock=[{"cadre": "bench", "place": "A", "stock": 10}],
    )  # fmt: skip
    check_raw_bound(case)


def test_a_year_valued_with_others_is_no_violation() -> None:
    """Evaluation years in which one set stands still and a larger one still grows are not comparable."""
    pair = random_pair(38)
    assert pair is not None
    assert pair.found.worst_violation <= 1e-3 * pair.found.objective


# -- floors ---------------------------------------------------------------------------------------


def floors(score: float, floor: float, *effects: tuple[str, str, float, str]) -> Case:
    """A floor on one score and actions on it: action, op, value, adverse; all but the last action are cheap."""
    framework, indicator = ("JEE1", "P.2.1") if score else ("SPAR2", "C2.1")
    key = {"framework": framework, "indicator": indicator}
    rows = [
        {"action": a, "table": "scores", "key": f"{framework}|{indicator}|2026", "column": "score", "op": op, "value": value,
         "adverse": adverse}
        for a, op, value, adverse in effects
    ]  # fmt: skip
    last = effects[-1][0]
    costs = [
        {"action": a, "lever": "governance", "capital_cost": 90_000 if a == last else 10}
        for a in sorted({e[0] for e in effects})
    ]
    return made(
        [2027, 2028],
        rows,
        actions=costs,
        scores=[{**key, "year": 2026, "score": score}],
        floors=[{**key, "year": 2029, "score": floor}],
    )


@pytest.mark.parametrize(
    ("case", "needs"),
    [
        (floors(1, 4, ("add", "add", 1, "no"), ("double", "multiply", 2, "no")), {"add", "double"}),
        (floors(1, 3, ("a", "set", 2, "no"), ("b", "set", 2, "no"), ("c", "set", 3, "no")), {"c"}),
        (floors(1, 3, ("a", "add", 1, "no"), ("b", "set", 2, "no")), {"a", "b"}),
        (floors(1, 4, ("a", "multiply", 2, "no"), ("b", "multiply", 2, "no")), {"a", "b"}),
        (floors(0, 40, ("a", "add", 20, "no"), ("b", "multiply", 2, "no")), {"a", "b"}),
    ],
    ids=["add and multiply", "best of several set", "set and add", "multiply twice", "multiply nothing"],
)
def test_floors_that_actions_reach_together_only(case: Case, needs: set[str]) -> None:
    pair = both_ways(case)
    check(pair)
    assert needs <= set(pair.best.schedule)
    assert needs <= set(pair.found.schedule)
    costs = case["actions"].set_index("action")["capital_cost"]
    least = sum(costs[a] for a in needs) / 1.03
    assert pair.best.baseline_objective - pair.best.baseline_loss == pytest.approx(least, rel=1e-6)


def test_an_action_that_must_be_lowers_a_score_and_another_mends_it() -> None:
    case = floors(2, 3, ("down", "set", 1, "yes"), ("up", "set", 3, "no"))
    case = case.with_table("locks", pd.DataFrame([{"action": "down", "rule": "must", "year": float("nan")}]))
    check(both_ways(case))


def test_a_cap_on_upkeep_says_nothing_where_no_year_follows_the_budget() -> None:
    effects = [{"action": "a", "table": "hazards", "key": "flu", "column": "ifr", "op": "multiply", "value": 0.5}]
    actions = [{"action": "a", "lever": "talent", "capital_cost": 500_000, "annual_cost": 1}]
    for after, taken in ((0, {"a"}), (1, set())):
        settings = {"upkeep_cap": 0, "evaluation_years": after}
        case = made([2027, 2028], effects, actions=actions, settings=settings)
        check_raw_bound(case)
        assert set(both_ways(case).found.schedule) == taken
    locked = made(
        [2027],
        effects,
        actions=actions,
        locks=[{"action": "a", "rule": "must"}],
        settings={"upkeep_cap": 0, "evaluation_years": 0},
    )
    assert dict(both_ways(locked).found.schedule) == {"a": 2027}


# -- limits and interruption ------------------------------------------------------------------------


def wide() -> Case:
    """Four actions, two years, money for all: 81 schedules, all allowed."""
    effects = [
        {
            "action": f"a{i}",
            "table": "hazards",
            "key": "flu",
            "column": "ifr",
            "op": "multiply",
            "value": 0.7 + 0.05 * i,
        }
        for i in range(4)
    ]
    return made([2027, 2028], effects)


@pytest.mark.parametrize(
    "stage", ["valuing every schedule", "measuring", "bounding", "fresh", "accounting", "weighing"]
)
def test_interrupted_at_any_stage_the_plan_is_the_best_so_far(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if stage != "valuing every schedule":
        monkeypatch.setattr(enumeration, "SMALL", 0)
    told = []

    def tell(now: str, _done: int, _total: int) -> None:
        if stage in now and stage not in "".join(told):
            told.append(now)
            raise KeyboardInterrupt
        told.append(now)

    case = wide()
    plan = sw.plan(case, n=N, progress=tell)
    assert plan.status == "interrupted"
    after = told[next(i for i, t in enumerate(told) if stage in t) + 1 :]
    assert not any("measuring" in t for t in after)
    course = sw.simulate(case, schedule=plan.schedule, n=N).course
    assert (course.objective, course.violations) == (plan.objective, ())
    best = min(
        sw.simulate(case, schedule=s, n=N).course.objective for s in ({}, {"a0": 2027}, {"a0": 2027, "a1": 2027})
    )
    assert plan.lower_bound <= best


def test_out_of_time_the_plan_is_the_best_so_far() -> None:
    case = wide()
    plan = sw.plan(case, n=N, time_limit=1e-3)
    assert plan.status == "limit"
    best = min(sw.simulate(case, schedule=s, n=N).course.objective for s in ({}, dict.fromkeys(["a0", "a1"], 2027)))
    assert plan.lower_bound <= best
    assert plan.objective == sw.simulate(case, schedule=plan.schedule, n=N).course.objective


def test_a_gap_that_is_asked_for_is_kept() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enumeration, "SMALL", 0)
        plan = sw.plan(wide(), n=N, gap=0.9)
    assert plan.gap <= 0.9
    assert plan.status in {"gap", "optimal"}


# -- the reference --------------------------------------------------------------------------------


def test_the_best_of_several_years_is_as_good_as_each_in_every_field() -> None:
    case = cases.full().canonical
    one, other = Levers(case).capacities(case.edits.starts({}), [2027, 2030])
    pieces = {f.name: np.asarray(getattr(one, f.name)) for f in FIELDS if f.name not in {"products", "frequency"}}
    # where the years do not differ of themselves, every second value is made better and the others worse
    wave = {n: np.where(np.arange(v.size).reshape(v.shape) % 2 == 0, 0.5, 2.0) for n, v in pieces.items()}
    other = replace(other, **{n: v * wave[n] for n, v in pieces.items()})
    best = best_of([one, other])
    for field in FIELDS:
        if field.name in pieces:
            ends = [getattr(one, field.name), getattr(other, field.name)]
            wanted = np.maximum(*ends) if field.good == "more" else np.minimum(*ends)
            assert np.array_equal(getattr(best, field.name), wanted), field.name
