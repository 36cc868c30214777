"""The rules of a schedule and who pays for it, against plain ones written anew here."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import maximum_flow

import cases
import seawall as sw
from seawall.case import Case, Costs, Rules
from test_planning_cases import MORE, combinations, random_case

Schedule = dict[str, int]

ACTIONS = [
    {"action": "clinics", "lever": "platform", "area": "labs", "capital_cost": 120, "annual_cost": 7},
    {"action": "rodents", "lever": "governance", "area": "law", "capital_cost": 60, "annual_cost": 5, "build_years": 1},
    {"action": "training", "lever": "talent", "area": "labs", "capital_cost": 90, "annual_cost": 3, "build_years": 2},
]


def money(**sources: tuple[list[float], str, str]) -> list[dict[str, Any]]:
    """Rows of ``budgets`` from the amounts of 2027 on, carry-over and earmark of each source."""
    return [
        {"source": s, "year": 2027 + i, "amount": amount, "carry_over": carry, "earmark": earmark}
        for s, (amounts, carry, earmark) in sources.items()
        for i, amount in enumerate(amounts)
    ]


def made(settings: dict[str, Any] | None = None, **tables: Any) -> Case:
    """Three budget years and two evaluation years, three actions, plenty of money."""
    tables = {"actions": ACTIONS, "budgets": money(state=([1000, 1000, 1000], "no", ""))} | tables
    return cases.smallest(settings={"evaluation_years": 2, **(settings or {})}, **tables)


def broken(case: Case, schedule: Schedule) -> list[tuple[str, str, int | None]]:
    """Rules that a schedule breaks: rule, action, year."""
    return [(v.rule, v.action, v.year) for v in Rules(case).violations(case.edits.starts(schedule))]


def spending(case: Case, schedule: Schedule) -> list[float]:
    """Nominal spending of each budget and evaluation year."""
    return Costs(case).spending(case.edits.starts(schedule)).tolist()


def spent(case: Case, schedule: Schedule) -> dict[tuple[str, int], float]:
    """What each source pays in each year."""
    costs = Costs(case)
    paid = costs.payments(case.edits.starts(schedule)).spent
    return {(s, int(y)): float(p) for s, y, p in zip(costs.row_source, costs.row_year, paid, strict=True)}


# -- written anew: plain, slow, from the words of the design -----------------------------------


def spending_of_actions(case: Case, schedule: Schedule) -> dict[tuple[str, int], float]:
    """Nominal spending by action and year."""
    out: dict[tuple[str, int], float] = {}
    for a in case["actions"].to_dict("records"):
        if a["action"] not in schedule:
            continue
        start, build = schedule[a["action"]], int(a["build_years"])
        for year in case.settings.years:
            amount = a["capital_cost"] / max(1, build) if start <= year < start + max(1, build) else 0.0
            amount += a["annual_cost"] if year >= start + build else 0.0
            if amount:
                out[a["action"], year] = amount
    return out


def can_pay(case: Case, schedule: Schedule) -> bool:
    """Whether money reaches every action: a maximum flow in whole units of money, hence exact."""
    need = {
        key: amount
        for key, amount in spending_of_actions(case, schedule).items()
        if key[1] in case.settings.budget_years
    }
    facts = case["actions"].set_index("action")
    rows = case["budgets"].to_dict("records")
    nodes = ["in", "out", *((r["source"], r["year"]) for r in rows), *(("need", *key) for key in need)]
    at = {node: i for i, node in enumerate(nodes)}
    total = sum(need.values())
    arcs = []
    for r in rows:
        me = at[r["source"], r["year"]]
        arcs.append((at["in"], me, r["amount"]))
        heir = (r["source"], r["year"] + 1)
        if r["carry_over"] == "yes" and heir in at:
            arcs.append((me, at[heir], total))
        for a, year in need:
            if year == r["year"] and r["earmark"] in {"", facts["lever"][a], facts["area"][a]}:
                arcs.append((me, at["need", a, year], total))
    arcs += [(at["need", *key], at["out"], amount) for key, amount in need.items()]
    assert all(float(c).is_integer() for _i, _j, c in arcs)
    tails, heads, capacities = zip(*arcs, strict=True) if arcs else ((), (), ())
    graph = coo_matrix((np.array(capacities, np.int32), (tails, heads)), shape=(len(nodes), len(nodes))).tocsr()
    return int(maximum_flow(graph, at["in"], at["out"]).flow_value) == int(total)


def broken_rules(case: Case, schedule: Schedule) -> set[str]:
    """Names of the rules that a schedule breaks, from the tables row by row."""
    rules = {
        "timing": timely,
        "requires": prepared,
        "excludes": compatible,
        "locks": unlocked,
        "floors": floored,
        "staff": staffed,
        "upkeep_cap": kept_up,
        "budget": can_pay,
    }
    return {name for name, holds in rules.items() if not holds(case, schedule)}


def in_force(case: Case, schedule: Schedule) -> dict[str, int]:
    """First year in force of every action of a schedule."""
    build = dict(zip(case["actions"]["action"], case["actions"]["build_years"], strict=True))
    return {a: start + int(build[a]) for a, start in schedule.items()}


def timely(case: Case, schedule: Schedule) -> bool:
    """All money is spent in budget years, and no action starts before its earliest or after its latest year."""
    years, facts = case.settings.budget_years, case["actions"].set_index("action").to_dict("index")
    for a, start in schedule.items():
        last = start + max(1, int(facts[a]["build_years"])) - 1
        if start < years[0] or last > years[-1] or start < facts[a]["earliest"] or start > facts[a]["latest"]:
            return False
    return True


def prepared(case: Case, schedule: Schedule) -> bool:
    """Prerequisites are in force at the start; of a group one is enough."""
    force = in_force(case, schedule)
    alternatives: dict[tuple[str, str], list[str]] = {}
    for i, r in enumerate(case["requires"].to_dict("records")):
        alternatives.setdefault((r["action"], r["group"] or f"row {i}"), []).append(r["requires"])
    return all(
        any(b in force and force[b] <= schedule[a] for b in any_of)
        for (a, _group), any_of in alternatives.items()
        if a in schedule
    )


def compatible(case: Case, schedule: Schedule) -> bool:
    """Of two that exclude each other at most one is taken."""
    return not any({r["action"], r["excludes"]} <= set(schedule) for r in case["excludes"].to_dict("records"))


def unlocked(case: Case, schedule: Schedule) -> bool:
    """Locks hold; a comparison with a year that is not stated is false."""
    for r in case["locks"].to_dict("records"):
        start = schedule.get(r["action"])
        broken_lock = {
            "never": start is not None,
            "must": start is None or start > r["year"],
            "not_before": start is not None and start < r["year"],
        }
        if broken_lock[r["rule"]]:
            return False
    return True


def floored(case: Case, schedule: Schedule) -> bool:
    """The latest score reaches its floor in the floor's year."""
    for r in case["floors"].to_dict("records"):
        scores = case.at(int(r["year"]), schedule)["scores"]
        mine = scores[(scores["framework"] == r["framework"]) & (scores["indicator"] == r["indicator"])]
        if not len(mine) or mine.sort_values("year")["score"].iloc[-1] < r["score"] - 1e-9:
            return False
    return True


def staffed(case: Case, schedule: Schedule) -> bool:
    """In no budget year more people of a cadre are taken than work today."""
    stock, force = case["cadre_stock"].groupby("cadre")["stock"].sum(), in_force(case, schedule)
    for year in case.settings.budget_years:
        used: dict[str, float] = {}
        for r in case["action_staff"].to_dict("records"):
            a = r["action"]
            if a in schedule and schedule[a] <= year:
                used[r["cadre"]] = used.get(r["cadre"], 0.0) + (r["build"] if year < force[a] else r["run"])
        if any(n > stock[c] for c, n in used.items()):
            return False
    return True


def kept_up(case: Case, schedule: Schedule) -> bool:
    """Upkeep after the budget years stays under its cap."""
    cap, spend = case.settings.upkeep_cap, spending_of_actions(case, schedule)
    after = [y for y in case.settings.years if y > case.settings.budget_years[-1]]
    return cap is None or all(sum(v for (_a, y), v in spend.items() if y == year) <= cap for year in after)


def check_payments(case: Case, schedule: Schedule) -> None:
    """Payments cover all spending, nobody pays more than there is, and earmarks hold."""
    paid = spent(case, schedule)
    spend = spending_of_actions(case, schedule)
    scale = max(1.0, *(abs(v) for v in paid.values()))
    for year in case.settings.budget_years:
        due = sum(v for (_a, y), v in spend.items() if y == year)
        assert sum(v for (_s, y), v in paid.items() if y == year) == pytest.approx(due, rel=1e-6, abs=1e-6 * scale)
    carried: dict[tuple[str, int], float] = {}
    for r in sorted(case["budgets"].to_dict("records"), key=lambda r: r["year"]):
        key = (r["source"], int(r["year"]))
        left = r["amount"] + carried.get(key, 0.0) - paid[key]
        assert left >= -1e-6 * scale
        assert paid[key] >= -1e-6 * scale
        if r["carry_over"] == "yes":
            carried[r["source"], key[1] + 1] = left
    # the same payments as whole budgets, nothing carried: a flow must exist, so every earmark holds
    exact = case["budgets"].assign(
        amount=[float(np.ceil(paid[r.source, int(r.year)] - 1e-3)) for r in case["budgets"].itertuples()],
        carry_over="no",
    )
    if all(abs(v - round(v)) < 1e-3 for v in paid.values()):
        assert can_pay(case.with_table("budgets", exact), schedule)


# -- the words of the design, one by one --------------------------------------------------------


def test_capital_is_spread_evenly_over_the_years_of_building() -> None:
    assert spending(made(), {"training": 2027}) == [45, 45, 3, 3, 3]
    assert spending(made(), {"training": 2028}) == [0, 45, 45, 3, 3]
    assert spending(made(), {"rodents": 2028}) == [0, 60, 5, 5, 5]


def test_without_building_capital_and_first_upkeep_fall_in_the_same_year() -> None:
    assert spending(made(), {"clinics": 2028}) == [0, 127, 7, 7, 7]


def test_effects_are_in_force_when_upkeep_begins() -> None:
    effects = [
        {"action": a, "table": "hazards", "key": "flu", "column": "ifr", "op": "multiply", "value": 0.5}
        for a in ("clinics", "rodents", "training")
    ]
    case = made(effects=effects)
    for action, first in (("clinics", 2027), ("rodents", 2028), ("training", 2029)):
        assert case.at(first - 1, {action: 2027})["hazards"]["ifr"][0] == 0.01
        assert case.at(first, {action: 2027})["hazards"]["ifr"][0] == 0.005


def test_all_capital_falls_within_the_budget_years() -> None:
    for action, latest in (("clinics", 2029), ("rodents", 2029), ("training", 2028)):
        assert broken(made(), {action: latest}) == []
        assert broken(made(), {action: latest + 1}) == [("timing", action, latest + 1)]
        assert broken(made(), {action: 2026}) == [("timing", action, 2026)]


def test_earliest_and_latest() -> None:
    rows = [{**a, "earliest": 2028, "latest": 2028} for a in ACTIONS]
    case = made(actions=rows)
    for year, rules in ((2027, ["timing"]), (2028, []), (2029, ["timing"])):
        assert [r for r, *_ in broken(case, {"clinics": year})] == rules


def test_a_prerequisite_is_in_force_when_the_dependent_starts() -> None:
    case = made(requires=[{"action": "clinics", "requires": "rodents"}])
    assert broken(case, {"rodents": 2027, "clinics": 2028}) == []
    assert broken(case, {"rodents": 2027, "clinics": 2027}) == [("requires", "clinics", 2027)]
    assert broken(case, {"clinics": 2028}) == [("requires", "clinics", 2028)]
    assert broken(case, {"rodents": 2027}) == []


def test_of_a_group_any_one_is_enough_and_groups_are_each_needed() -> None:
    rows = [{"action": "training", "requires": r, "group": "g"} for r in ("clinics", "rodents")]
    case = made(requires=rows)
    assert broken(case, {"clinics": 2027, "training": 2027}) == []
    assert broken(case, {"rodents": 2027, "training": 2028}) == []
    assert broken(case, {"rodents": 2027, "training": 2027}) == [("requires", "training", 2027)]
    alone = made(requires=[{**r, "group": ""} for r in rows])
    assert broken(alone, {"clinics": 2027, "training": 2028}) == [("requires", "training", 2028)]
    assert broken(alone, {"clinics": 2027, "rodents": 2027, "training": 2028}) == []


def test_exclusion_holds_both_ways_whenever_the_two_start() -> None:
    for a, b in (("clinics", "rodents"), ("rodents", "clinics")):
        case = made(excludes=[{"action": a, "excludes": b}])
        assert [r for r, *_ in broken(case, {"clinics": 2027, "rodents": 2029})] == ["excludes"]
        assert broken(case, {"clinics": 2027}) == broken(case, {"rodents": 2029}) == []


@pytest.mark.parametrize(
    ("rule", "year", "starts_allowed"),
    [
        ("must", None, {2027, 2028, 2029}),
        ("must", 2028, {2027, 2028}),
        ("never", None, {None}),
        ("not_before", 2028, {None, 2028, 2029}),
    ],
)
def test_locks(rule: str, year: int | None, starts_allowed: set[int | None]) -> None:
    case = made(locks=[{"action": "clinics", "rule": rule, "year": year}])
    for start in (None, 2027, 2028, 2029):
        rules = [r for r, *_ in broken(case, {} if start is None else {"clinics": start})]
        assert rules == ([] if start in starts_allowed else ["locks"])


def test_floors_are_reached_in_their_year() -> None:
    score = {"framework": "JEE1", "indicator": "P.1.1"}
    effects = [
        {"action": "rodents", "table": "scores", "key": "JEE1|P.1.1|2023", "column": "score", "op": "add", "value": 2,
         "ramp_years": 1},
    ]  # fmt: skip
    case = made(
        scores=[{**score, "year": 2023, "score": 2}], floors=[{**score, "year": 2029, "score": 4}], effects=effects
    )
    assert broken(case, {"rodents": 2027}) == []
    assert broken(case, {"rodents": 2028}) == broken(case, {}) == [("floors", "", 2029)]


def test_a_floor_reads_the_latest_score_of_its_time() -> None:
    score = {"framework": "JEE1", "indicator": "P.1.1"}
    scores = [
        {**score, "year": 2018, "score": 1},
        {**score, "year": 2024, "score": 3},
        {**score, "year": 2040, "score": 1},
    ]
    for floor, rules in ((3, []), (4, ["floors"])):
        case = made(scores=scores, floors=[{**score, "year": 2029, "score": floor}])
        assert [r for r, *_ in broken(case, {})] == rules
    missing = made(floors=[{**score, "year": 2029, "score": 1}])
    assert [r for r, *_ in broken(missing, {"clinics": 2027})] == ["floors"]


def test_staff_in_building_and_in_running() -> None:
    case = made(
        cadres=[{"cadre": "bench", "role": "laboratory"}, {"cadre": "uncounted", "role": "tracing"}],
        cadre_stock=[{"cadre": "bench", "place": p, "stock": n} for p, n in (("A", 2), ("B", 1))],
        action_staff=[
            {"action": "rodents", "cadre": "bench", "build": 3, "run": 1},
            {"action": "training", "cadre": "bench", "build": 2, "run": 3},
            {"action": "clinics", "cadre": "uncounted", "build": 99, "run": 99},
        ],
    )
    assert broken(case, {"rodents": 2027}) == broken(case, {"training": 2027}) == broken(case, {"clinics": 2027}) == []
    assert broken(case, {"rodents": 2027, "training": 2028}) == []
    assert broken(case, {"rodents": 2027, "training": 2027}) == [("staff", "", 2027), ("staff", "", 2029)]
    assert broken(case, {"rodents": 2029, "training": 2027}) == [("staff", "", 2029)]


def test_upkeep_is_capped_after_the_budget_only() -> None:
    case = made({"upkeep_cap": 10})
    assert broken(case, {"clinics": 2027, "training": 2027}) == []
    over = [("upkeep_cap", "", 2030), ("upkeep_cap", "", 2031)]
    assert broken(case, {"clinics": 2027, "rodents": 2028}) == over
    assert broken(made({"upkeep_cap": 10, "evaluation_years": 0}), {"clinics": 2027, "rodents": 2028}) == []


# -- money ------------------------------------------------------------------------------------


def test_money_does_not_move_between_years_unless_it_carries_over() -> None:
    for carry, rules in (("yes", []), ("no", [("budget", "", 2028)])):
        case = made(budgets=money(state=([70, 57, 7], carry, "")))
        assert broken(case, {"clinics": 2028}) == rules
        assert broken(case, {"clinics": 2027}) == [("budget", "", 2027)]


def test_carried_money_is_counted_once() -> None:
    case = made(budgets=money(state=([70, 57, 7], "yes", "")))
    assert spent(case, {"clinics": 2028}) == {("state", 2027): 0, ("state", 2028): 127, ("state", 2029): 7}


def test_money_carries_over_several_years() -> None:
    case = made(budgets=money(state=([60, 40, 27], "yes", "")))
    assert broken(case, {"clinics": 2029}) == []
    assert broken(made(budgets=money(state=([60, 40, 26], "yes", ""))), {"clinics": 2029}) == [("budget", "", 2029)]


def test_an_earmarked_source_pays_only_for_what_it_names() -> None:
    for earmark, payable in (("platform", {"clinics"}), ("labs", {"clinics", "training"}), ("law", {"rodents"})):
        case = made(budgets=money(donor=([500, 500, 500], "yes", earmark)))
        for action in ("clinics", "rodents", "training"):
            rules = {r for r, *_ in broken(case, {action: 2027})}
            assert rules == (set() if action in payable else {"budget"})


def test_earmarked_money_is_used_before_free_money() -> None:
    case = made(budgets=money(donor=([120, 0, 0], "no", "platform"), state=([67, 12, 12], "no", "")))
    assert broken(case, {"clinics": 2027, "rodents": 2027}) == []
    assert spent(case, {"clinics": 2027, "rodents": 2027})["donor", 2027] == 120


#: Money that "the narrowest purse first" spends wrongly: the purse for platforms is narrower than that
#: for laboratories and pays for the bench, which leaves nothing for the roads.
CROSSED = [
    {"action": a, "lever": lever, "area": area, "capital_cost": 100}
    for a, lever, area in (
        ("bench", "platform", "labs"),
        ("roads", "platform", "law"),
        ("school", "talent", "labs"),
        ("audit", "governance", "labs"),
    )
]


def crossed(platform: float, labs: float) -> Case:
    effects = [{"action": "bench", "table": "hazards", "key": "flu", "column": "ifr", "op": "multiply", "value": 0.9}]
    purses = {"law": 0.0, "labs": labs, "platform": platform, "talent": 0.0}
    budgets = money(**{f"{i} {e}": ([amount, 0, 0], "no", e) for i, (e, amount) in enumerate(purses.items())})
    return made(actions=CROSSED, effects=effects, budgets=budgets)


def test_overlapping_earmarks_are_paid_where_any_way_exists() -> None:
    case = crossed(platform=100, labs=100)
    costs = Costs(case)
    starts = case.edits.starts({"bench": 2027, "roads": 2027})
    need = np.zeros((len(costs.classes), 3))
    np.add.at(need, costs.action_class, costs.action_years(starts)[:, :3])
    assert costs._greedy(need).shortfall.any(), "the case is meant for the linear programme"
    assert broken(case, {"bench": 2027, "roads": 2027}) == []
    assert spent(case, {"bench": 2027, "roads": 2027})["1 labs", 2027] == pytest.approx(100)
    check_payments(case, {"bench": 2027, "roads": 2027})


def test_the_linear_programme_pays_what_is_due_and_no_more() -> None:
    case = crossed(platform=150, labs=270)
    schedule = {"bench": 2027, "roads": 2027, "school": 2027}
    assert broken(case, schedule) == []
    check_payments(case, schedule)
    check_payments(crossed(platform=100, labs=1000), {"bench": 2027, "roads": 2027})


def test_crossed_money_that_nobody_could_pay() -> None:
    assert broken(crossed(platform=199, labs=0), {"bench": 2027, "roads": 2027}) == [("budget", "", 2027)]
    assert broken(crossed(platform=99, labs=500), {"bench": 2027, "roads": 2027}) == [("budget", "", 2027)]


def _crossed_at_random(seed: int) -> Case:
    """Random levers, areas and earmarks, so that purses overlap; whole amounts."""
    r = random.Random(f"money {seed}")
    actions = [
        {
            "action": f"a{i}", "lever": r.choice(["platform", "talent"]), "area": r.choice(["labs", "law"]),
            "capital_cost": 2 * r.randint(1, 20), "annual_cost": r.randint(0, 5), "build_years": r.randint(0, 2),
        }
        for i in range(4)
    ]  # fmt: skip
    sources = {
        f"s{i}": ([r.randint(0, 25) for _ in range(2)], r.choice(["yes", "no"]), earmark)
        for i, earmark in enumerate(r.sample(["platform", "talent", "labs", "law", ""], r.randint(2, 4)))
    }
    effects = [{"action": "a0", "table": "hazards", "key": "flu", "column": "ifr", "op": "multiply", "value": 0.9}]
    return made({"budget_years": [2027, 2028]}, actions=actions, effects=effects, budgets=money(**sources))


@pytest.mark.parametrize("seed", range(8 + MORE))
def test_money_of_every_schedule_against_a_maximum_flow(seed: int) -> None:
    case = _crossed_at_random(seed)
    rules, payable = Rules(case), 0
    for schedule in combinations(case):
        starts = case.edits.starts(schedule)
        expected = can_pay(case, schedule)
        if any(v.rule == "timing" for v in rules._timing(starts)):
            continue
        assert (not rules._paid(starts)) == expected, schedule
        if expected:
            payable += 1
            check_payments(case, schedule)
    assert payable > 1


@pytest.mark.parametrize("seed", range(12 + MORE))
def test_every_rule_of_every_schedule_against_the_tables(seed: int) -> None:
    case = random_case(seed).canonical
    rules = Rules(case)
    for schedule in combinations(case):
        starts = case.edits.starts(schedule)
        found = rules.violations(starts)
        assert {v.rule for v in found} == broken_rules(case, schedule), schedule
        assert rules.allows(starts) == (not found)
        assert all(v.action in {"", *schedule} or v.rule == "locks" for v in found)


@pytest.mark.parametrize("seed", range(6))
def test_spending_and_its_discounted_sum(seed: int) -> None:
    case = random_case(seed)
    costs, s = Costs(case), case.settings
    for schedule in combinations(case):
        starts = case.edits.starts(schedule)
        own = spending_of_actions(case, schedule)
        by_year = [sum(v for (_a, y), v in own.items() if y == year) for year in s.years]
        assert costs.spending(starts) == pytest.approx(by_year)
        weighed = sum(
            v * (s.unspent_value if y <= s.budget_years[-1] else 1) / (1 + s.discount_money) ** (y - s.base_year)
            for (_a, y), v in own.items()
        )
        assert costs.discounted(starts) == pytest.approx(weighed)
        assert costs.by_action(starts).sum() == pytest.approx(weighed)


def test_doubling_all_costs_of_actions_doubles_the_cost_of_a_schedule() -> None:
    case = made()
    schedule = {"clinics": 2028, "training": 2027}
    actions = case["actions"]
    double = case.with_table(
        "actions", actions.assign(capital_cost=2 * actions["capital_cost"], annual_cost=2 * actions["annual_cost"])
    )
    one, two = (sw.simulate(c, schedule=schedule, n=10).course for c in (case, double))
    assert one.cost > 0
    assert two.cost == 2 * one.cost
    assert two.loss == one.loss
    assert two.years["cost"].tolist() == (2 * one.years["cost"]).tolist()


def test_a_broken_rule_is_told_and_the_schedule_simulated_all_the_same() -> None:
    case = made(budgets=money(state=([1, 1, 1], "no", "")))
    result = sw.simulate(case, schedule={"clinics": 2035, "rodents": 2027}, n=10).to_dict()
    assert [(v["rule"], v["action"], v["year"]) for v in result["violations"]] == [
        ("timing", "clinics", 2035),
        ("budget", "", 2027),
        ("budget", "", 2028),
        ("budget", "", 2029),
    ]
    assert all(v["detail"] for v in result["violations"])
    assert result["objective"] > 0
