"""What options of `plan` do to the case, and what must not change a plan: the order of rows, a second run."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cases
import seawall as sw
from seawall.case import Case
from seawall.planning import account, enumeration, sensitivity
from seawall.reporting import open_plan, save_plan
from test_planning_cases import random_case

N = 12


@pytest.fixture(autouse=True)
def assumptions_unweighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which assumptions matter says nothing about the schedule, and takes most of the time of a small case."""
    empty = pd.DataFrame(columns=sensitivity._COLUMNS)
    monkeypatch.setattr(account, "sensitivity", lambda *_args, **_options: empty)


def shuffled(case: Case, seed: int) -> Case:
    """The same case with the rows of every table in another order."""
    rng = np.random.default_rng(seed)
    for name in case.present:
        frame = case[name]
        case = case.with_table(name, frame.iloc[rng.permutation(len(frame))].reset_index(drop=True))
    return case


def document(case: Case, **options: float) -> str:
    return json.dumps(sw.plan(case, n=N, **options).to_dict())


def test_the_order_of_rows_changes_no_byte() -> None:
    case = cases.full()
    assert not shuffled(case, 1)["effects"].equals(case["effects"])
    assert document(shuffled(case, 1)) == document(case)
    # the sum of these in floating point depends on the order of rows
    case = case.with_table("budgets", case["budgets"].assign(amount=[0.1, 0.2, 0.3]))
    back = case.with_table("budgets", case["budgets"].iloc[::-1].reset_index(drop=True))
    assert document(back, budget=300_000) == document(case, budget=300_000)


def test_the_order_of_rows_changes_no_byte_of_a_searched_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enumeration, "SMALL", 0)
    case = random_case(20)
    first = document(case)
    assert document(shuffled(case, 3)) == first
    assert document(case) == first
    assert document(case, seed=2) != first


def test_fewer_years_plan_the_first_ones_only() -> None:
    case = cases.smallest()
    plan = sw.plan(case, n=N, years=2)
    assert plan.case.settings.budget_years == (2027, 2028)
    assert plan.case.settings.years == tuple(range(2027, 2034))
    assert set(plan.schedule.values()) <= {2027, 2028}
    assert {row["year"] for row in plan.to_dict()["budget_use"]} == {2027, 2028}
    trimmed = case.with_settings(budget_years=(2027, 2028))
    budgets = case["budgets"][case["budgets"]["year"] < 2029].reset_index(drop=True)
    assert plan.to_dict() == sw.plan(trimmed.with_table("budgets", budgets), n=N).to_dict()
    assert sw.plan(case, n=N, years=3).to_dict() == sw.plan(case, n=N).to_dict()
    assert case.settings.budget_years == (2027, 2028, 2029)


def test_a_budget_scales_every_source() -> None:
    case = cases.smallest()
    plan = sw.plan(case, n=N, budget=600_000)
    assert plan.case["budgets"]["amount"].tolist() == [200_000] * 3
    assert case["budgets"]["amount"].tolist() == [100_000] * 3
    nothing = sw.plan(case, n=N, budget=0)
    assert dict(nothing.schedule) == {}
    assert nothing.objective == nothing.baseline_objective == nothing.baseline_loss


def test_a_plan_s_folder_holds_the_case_as_it_was(tmp_path) -> None:
    plan = sw.plan(cases.smallest(), n=N, seed=3, budget=450_000, years=2)
    save_plan(plan, tmp_path / "out")
    kept = sw.load(tmp_path / "out" / "case")
    assert kept["budgets"]["amount"].sum() == pytest.approx(450_000)
    assert kept.settings.budget_years == (2027, 2028)
    schedule = sw.read_schedule(tmp_path / "out")
    assert schedule == plan.schedule
    assert sw.simulate(tmp_path / "out", schedule=schedule, n=N, seed=3).course.objective == plan.objective
    assert sw.plan(tmp_path / "out", n=N, seed=3).to_dict() == plan.to_dict()
    assert json.loads((tmp_path / "out" / "plan.json").read_text("utf-8")) == plan.to_dict()
    assert open_plan(tmp_path / "out").to_dict() == plan.to_dict()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"years": 0}, "--years"),
        ({"budget": -1.0}, "--budget"),
        ({"budget": float("nan")}, "--budget"),
        ({"gap": 1.0}, "--gap"),
        ({"gap": float("nan")}, "--gap"),
        ({"time_limit": 0.0}, "--time-limit"),
        ({"time_limit": float("inf")}, "--time-limit"),
        ({"n": 0}, "-n"),
        ({"seed": -1}, "--seed"),
    ],
)
def test_options_out_of_range(options: dict[str, float], named: str) -> None:
    with pytest.raises(sw.InputError, match=named):
        sw.plan(cases.smallest(), **options)


def test_every_fault_of_options_is_told_at_once() -> None:
    with pytest.raises(sw.InputError) as told:
        sw.plan(cases.smallest(), years=0, budget=-1.0, gap=2.0)
    assert len(told.value.faults) == 3


def test_no_money_cannot_be_scaled() -> None:
    case = cases.smallest(budgets=[{"source": "state", "year": 2027, "amount": 0}])
    with pytest.raises(sw.InputError, match=r"budgets\.csv"):
        sw.plan(case, n=N, budget=100.0)
    assert dict(sw.plan(case, n=N, budget=0).schedule) == {}


def test_figures_of_a_plan_add_up() -> None:
    budgets = [{"source": "state", "year": y, "amount": 90_000, "carry_over": "yes"} for y in (2027, 2028, 2029)]
    case = cases.full(budgets=budgets, settings={"value_life_year": 100_000})
    plan = sw.plan(case, n=2 * N)
    found = plan.to_dict()
    assert found["objective"] == found["plan_loss"] + found["cost"]
    assert sum(a["cost"] for a in found["actions"]) == pytest.approx(found["cost"])
    assert sum(h["plan"] for h in found["value_by_hazard"]) == pytest.approx(found["plan_loss"])
    assert sum(h["baseline"] for h in found["value_by_hazard"]) == pytest.approx(found["baseline_loss"])
    last = case.settings.budget_years[-1]
    years = plan.years.set_index("year")["cost"]
    assert sum(b["spent"] for b in found["budget_use"]) == pytest.approx(years[years.index <= last].sum())
    assert found["upkeep_unfunded"] == pytest.approx(years[years.index > last].sum())
    assert found["upkeep_unfunded"] > 0
    assert {a["action"]: a["start"] for a in found["actions"]} == dict(plan.schedule)
    assert {a["action"] for a in found["actions"] if not a["valued"]} == {"law"}
    fresh = found["out_of_sample"]
    assert fresh["low"] <= fresh["mean"] <= fresh["high"]
    levers = plan.levers.set_index("lever")
    assert levers["actions"].sum() == len(plan.schedule)
    assert levers["cost"].sum() == pytest.approx(plan.cost)
    assert (levers["value_low"] <= levers["value"]).all()
    year = account.reading_year(case)
    for lever in levers.index:
        mine = set(plan.actions.loc[plan.actions["lever"] == lever, "action"])
        rest = {a: s for a, s in plan.schedule.items() if a not in mine}
        without = sw.simulate(case, schedule=rest, year=year, n=2 * N)
        assert levers.loc[lever, "value"] == pytest.approx(without.loss.mean - plan.after.loss.mean, abs=1e-6)
        assert levers.loc[lever, "deaths"] == pytest.approx(without.deaths.mean - plan.after.deaths.mean, abs=1e-9)


def test_an_empty_schedule_is_a_plan() -> None:
    dear = [{**a, "capital_cost": 1e12} for a in cases.smallest_tables()["actions"]]
    plan = sw.plan(cases.smallest(actions=dear), n=N)
    found = plan.to_dict()
    assert (found["actions"], found["cost"], found["gap"]) == ([], 0.0, 0.0)
    assert found["objective"] == found["baseline_objective"] == found["baseline_loss"]
