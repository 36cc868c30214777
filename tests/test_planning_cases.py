"""Random small cases for the tests of planning, and the test that they are as varied as they should be.

``random_case(seed)`` is deterministic: places, hazards, two to four actions with effects of several
kinds, and rules of every kind. ``combinations(case)`` lists every schedule: each action in every
budget year, or not at all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import cases
import seawall as sw
from seawall.case import Case

Rows = list[dict[str, Any]]

#: (actions, budget years) of random cases: 9 to 81 schedules.
SIZES = ((2, 2), (3, 2), (4, 2), (2, 3), (3, 3))

#: Environment variable: how many random cases more than the run has.
MORE = int(os.environ.get("SEAWALL_RANDOM_CASES", "0"))


def random_case(seed: int, size: tuple[int, int] | None = None, *, rules: bool = True, harmless: bool = False) -> Case:
    """A random small case.

    Parameters
    ----------
    seed : int
    size : (actions, budget years), optional
    rules : bool
        Whether there are prerequisites, exclusions, locks, floors, staff and a cap on upkeep.
    harmless : bool
        Leave out what may rightly make things worse: adverse effects, and effects that end.
    """
    r = random.Random(f"case {seed}")
    n_actions, n_years = size or r.choice(SIZES)
    years = list(range(2027, 2027 + n_years))
    tables = _world(r)
    actions = tables["actions"] = _actions(r, n_actions, years)
    tables["effects"] = _effects(r, tables, harmless)
    if rules:
        tables |= _rules(r, tables, years)
    tables["budgets"] = _budgets(r, actions, years)
    settings = {
        "budget_years": years,
        "base_year": years[0] - r.choice([0, 0, 1]),
        "evaluation_years": 2,
        "value_life_year": r.choice([200, 1000, 3000]),
        "perspective": r.choice(["health", "societal"]),
        "unspent_value": r.choice([1, 1, 1, 0.5, 0]),
        "discount_money": r.choice([0.03, 0.05]),
    }
    if rules and r.random() < 0.15:
        settings["upkeep_cap"] = round(0.6 * sum(a["annual_cost"] for a in actions))
    return cases.build(tables, {**cases.SETTINGS, **settings})


def _world(r: random.Random) -> dict[str, Rows]:
    """Places, hazards and, in some cases, laboratories, people, products and scores."""
    places = [
        {
            "place": "ABC"[i],
            "population": r.choice([40_000, 300_000, 1_500_000]),
            "lat": round(r.uniform(0, 5), 2),
            "lon": round(r.uniform(0, 5), 2),
            "care_seeking": round(r.uniform(0.2, 0.8), 2),
        }
        for i in range(r.choice([2, 2, 3]))
    ]
    hazards = [
        {
            "hazard": ("flu", "fever")[i],
            "origin": r.choice(["domestic", "imported", "laboratory"]),
            "route": r.choice(["", "zoonotic"]),
            "events_per_year": r.choice([0.2, 1, 3]),
            "r0": r.choice([1.1, 1.5, 2.2]),
            "dispersion": r.choice([0.2, 1.0]),
            "latent_days": r.choice([2, 6]),
            "infectious_days": r.choice([3, 8]),
            "symptomatic": r.choice([0.5, 1.0]),
            "ifr": r.choice([0.002, 0.03]),
            "imports_per_day": r.choice([0, 0, 0.02]),
        }
        for i in range(r.choice([1, 2]))
    ]
    tables: dict[str, Rows] = {"places": places, "hazards": hazards}
    if r.random() < 0.5:
        tables["facilities"] = [
            {
                "facility": name, "place": place, "kind": "laboratory", "status": status,
                "tests_per_day": 20, "turnaround_days": 2, "sequencing_per_day": sequencing,
            }
            for name, place, status, sequencing in (("old", "A", "open", 0), ("new", "B", "candidate", 5))
        ]  # fmt: skip
    if r.random() < 0.4:
        role = r.choice(["tracing", "response", "surveillance"])
        tables["cadres"] = [
            {"cadre": "staff", "role": role, "annual_attrition": 0.15},
            {"cadre": "teacher", "role": "faculty", "annual_attrition": 0.05},
        ]
        tables["cadre_stock"] = [
            {"cadre": "staff", "place": "A", "stock": 3},
            {"cadre": "staff", "place": "B", "stock": 1},
            {"cadre": "teacher", "place": "A", "stock": 2},
        ]
        tables["programmes"] = [
            {"programme": "course", "cadre": "staff", "years": 1, "intake": 2, "faculty_cadre": "teacher",
             "students_per_faculty": 4},
        ]  # fmt: skip
    if r.random() < 0.3:
        tables["countermeasures"] = [
            {"family": "flu", "product": "diagnostic", "status": r.choice(["none", "available"])},
            {"family": "flu", "product": "vaccine", "status": "none", "available_day": 60, "doses_per_day": 5000},
        ]
    if r.random() < 0.5:
        tables["scores"] = [
            {"framework": "JEE1", "indicator": indicator, "year": 2026, "score": r.choice([1, 2])}
            for indicator in ("P.2.1", "R.2.1")
        ]
    return tables


def _actions(r: random.Random, n: int, years: list[int]) -> Rows:
    scale = r.choice([1e3, 1e5, 1e6])
    out = []
    for i in range(n):
        build = r.choice([0, 0, 1, 2]) if len(years) > 1 else r.choice([0, 1])
        row = {
            "action": f"a{i}",
            "lever": r.choice(["platform", "talent", "governance"]),
            "area": r.choice(["", "law", "labs"]),
            "capital_cost": 2 * round(scale * r.choice([0.1, 0.5, 1, 2])),
            "annual_cost": round(scale * r.choice([0, 0, 0.1, 0.3])),
            "build_years": build,
        }
        if r.random() < 0.2:
            row["earliest"] = years[-1] - 1
        if r.random() < 0.2:
            row["latest"] = years[-1] - max(0, build - 1)
        out.append(row)
    return out


def _menu(tables: dict[str, Rows]) -> list[tuple[str, str, str, str, Any]]:
    """Effects that make sense in a world: table, key, column, op, value."""
    hazard = tables["hazards"][0]["hazard"]
    out: list[tuple[str, str, str, str, Any]] = [
        ("places", "*", "care_seeking", "close", 0.3),
        ("places", "A", "care_seeking", "multiply", 1.2),
        ("places", "B", "care_seeking", "add", 0.1),
        ("places", "*", "care_seeking", "set", 0.85),
        ("hazards", "*", "events_per_year", "multiply", 0.7),
        ("hazards", hazard, "events_per_year", "add", -0.05),
        ("hazards", hazard, "ifr", "multiply", 0.8),
        ("hazards", hazard, "r0", "multiply", 0.9),
        ("hazards", "*", "immune", "close", 0.1),
    ]
    if "facilities" in tables:
        out += [
            ("facilities", "new", "status", "set", "open"),
            ("facilities", "*", "turnaround_days", "multiply", 0.5),
            ("facilities", "old", "tests_per_day", "add", 20),
        ]
    if "cadres" in tables:
        out += [
            ("cadre_stock", "staff|*", "stock", "add", 4),
            ("cadre_stock", "teacher|A", "stock", "add", 2),
            ("programmes", "course", "intake", "add", 3),
            ("programmes", "course", "students_per_faculty", "multiply", 2),
            ("cadres", "staff", "annual_attrition", "multiply", 0.3),
        ]
    if "countermeasures" in tables:
        out += [
            ("countermeasures", "flu|vaccine", "status", "set", "available"),
            ("countermeasures", "flu|vaccine", "doses_per_day", "add", 5000),
            ("countermeasures", "flu|diagnostic", "status", "set", "available"),
        ]
    if "scores" in tables:
        out += [
            ("scores", "JEE1|P.2.1|2026", "score", "set", 4),
            ("scores", "JEE1|P.2.1|2026", "score", "add", 1),
            ("scores", "JEE1|R.2.1|2026", "score", "multiply", 2),
            ("scores", "JEE1|R.2.1|2026", "score", "set", 3),
        ]
    return out


#: Effects for the worse.
_ADVERSE = (
    ("hazards", "*", "events_per_year", "add", 0.1),
    ("places", "A", "care_seeking", "add", -0.1),
    ("hazards", "*", "ifr", "add", 0.002),
)


def _effects(r: random.Random, tables: dict[str, Rows], harmless: bool) -> Rows:
    menu = _menu(tables)
    rare = menu[9:] or menu
    out = []
    for i, action in enumerate(tables["actions"]):
        chosen = {r.choice(rare if i % 2 else menu), r.choice(menu)}
        lines = [(*line, "no") for line in sorted(chosen, key=str)]
        if not harmless and r.random() < 0.12:
            lines.append((*r.choice(_ADVERSE), "yes"))
        for table, key, column, op, value, adverse in lines:
            row = {
                "action": action["action"], "table": table, "key": key, "column": column, "op": op,
                "value": value, "adverse": adverse, "lag_years": r.choice([0, 0, 1]),
                "ramp_years": r.choice([0, 0, 1]),
            }  # fmt: skip
            if not harmless and r.random() < 0.12:
                row["lasts_years"] = 2
            out.append(row)
    return out


def _rules(r: random.Random, tables: dict[str, Rows], years: list[int]) -> dict[str, Rows]:
    """Prerequisites, exclusions, locks, floors and staff, each in some cases."""
    codes = [a["action"] for a in tables["actions"]]
    last = codes[-1]
    out: dict[str, Rows] = {}
    free = True
    if r.random() < 0.3:
        group = r.choice(["", "any"])
        out["requires"] = [
            {"action": last, "requires": c, "group": group} for c in r.sample(codes[:-1], min(2, len(codes) - 1))
        ]
        free = False
    elif r.random() < 0.3:
        out["excludes"] = [{"action": codes[0], "excludes": last}]
    if r.random() < 0.2:
        rule = r.choice(["must", "never", "not_before"])
        year = {"must": r.choice([None, years[0], years[-1]]), "never": None, "not_before": years[-1]}[rule]
        out["locks"] = [{"action": codes[0] if free else last, "rule": rule, "year": year}]
    if "scores" in tables and r.random() < 0.4:
        indicator = r.choice(["P.2.1", "R.2.1"])
        out["floors"] = [
            {
                "framework": "JEE1",
                "indicator": indicator,
                "year": years[-1] + r.choice([0, 1]),
                "score": r.choice([2, 3]),
            }
        ]
    if "cadres" in tables and r.random() < 0.4:
        out["action_staff"] = [
            {"action": c, "cadre": "staff", "build": r.choice([0, 3]), "run": r.choice([1, 2])} for c in codes[:2]
        ]
    return out


def _budgets(r: random.Random, actions: Rows, years: list[int]) -> Rows:
    total = sum(a["capital_cost"] + a["annual_cost"] * len(years) for a in actions)
    out = []
    for source, earmark in zip(
        ("state", "donor", "fund"), ("", *r.sample(["talent", "platform", "law", "labs"], 2)), strict=True
    ):
        if source != "state" and r.random() < 0.4:
            continue
        carry = r.choice(["yes", "no"])
        level = r.choice([0.4, 0.8, 1.2]) * total / len(years)
        out += [
            {"source": source, "year": y, "amount": round(level * r.choice([0.5, 1, 1.5])), "carry_over": carry,
             "earmark": earmark}
            for y in years
            if source == "state" or r.random() < 0.8
        ]  # fmt: skip
    return out


def combinations(case: Case) -> Iterator[dict[str, int]]:
    """Every schedule of a case: each action in every budget year, or not at all."""
    codes = sorted(case["actions"]["action"])
    for starts in product([None, *case.settings.budget_years], repeat=len(codes)):
        yield {a: y for a, y in zip(codes, starts, strict=True) if y is not None}


def test_random_cases_are_checked_cases_of_every_kind() -> None:
    made = [random_case(seed) for seed in range(60)]
    assert all(not [p for p in sw.check(case) if p.severity == "error"] for case in made)
    for table in (
        "facilities",
        "programmes",
        "countermeasures",
        "scores",
        "requires",
        "excludes",
        "locks",
        "floors",
        "action_staff",
    ):
        assert 3 <= sum(len(case[table]) > 0 for case in made) <= 57, table
    columns = {(t, c) for case in made for t, c in case.edits.columns}
    assert len(columns) >= 14
    assert {op for case in made for op in case["effects"]["op"]} == {"set", "add", "multiply", "close"}
    assert any((case["effects"]["adverse"] == "yes").any() for case in made)
    assert any((case["budgets"]["carry_over"] == "yes").any() for case in made)
    assert any(case["requires"]["group"].ne("").any() for case in made)


def test_a_random_case_is_the_same_every_time() -> None:
    assert random_case(3) == random_case(3)
    assert random_case(3) != random_case(4)


def test_combinations_are_all_and_each_once() -> None:
    case = random_case(0, (3, 2))
    found = [tuple(sorted(s.items())) for s in combinations(case)]
    assert len(found) == len(set(found)) == 27
    assert () in found
