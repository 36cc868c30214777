"""Governance by hand: days between worst and best, and frequencies by what is done today."""

from __future__ import annotations

from typing import Any

import pytest

import cases
from seawall.case.defaults import packaged_assumptions
from seawall.levers import Capacity, capacities
from seawall.levers.governance import DELAYS

Row = dict[str, Any]

HAZARDS = [
    {"hazard": h, "origin": o, "route": r, "events_per_year": e, "r0": 1, "latent_days": 1, "infectious_days": 1, "ifr": 0}
    for h, o, r, e in (
        ("bite", "domestic", "zoonotic", 3.0),
        ("cough", "domestic", "air", 2.0),
        ("leak", "laboratory", "zoonotic", 0.1),
        ("visit", "imported", "", 0.5),
    )
]  # fmt: skip


#: An indicator of JEE1 linked to each delay, and to no other delay where there is one.
INDICATOR = {
    "notify_days": "D.2.2",
    "activate_days": "R.2.1",
    "assess_days": "D.2.3",
    "communicate_days": "R.5.2",
    "care_days": "P.3.3",
    "measures_days": "P.1.1",
}


def days(name: str, level: float, worst: float | None = None) -> float:
    """Days at a level: on a straight line in logarithms between the packaged worst and best."""
    central = packaged_assumptions()["central"]
    worst = float(central[f"{name}_worst"]) if worst is None else worst
    best = float(central[f"{name}_best"])
    return float(worst * (best / worst) ** level)


def scores(framework: str = "JEE1", year: int = 2023, **levels: float) -> list[Row]:
    return [
        {"framework": framework, "indicator": i.replace("_", "."), "year": year, "score": s} for i, s in levels.items()
    ]


def capacity(
    year: int = 2027, schedule: dict[str, int] | None = None, *, effects: list[Row] | None = None, **tables: Any
) -> Capacity:
    actions = [{"action": "act", "lever": "governance", "capital_cost": 1}]
    case = cases.smallest(**{"hazards": HAZARDS, "actions": actions, "effects": effects or [], **tables})
    return capacities(case, schedule, [year])[0]


# -- days and behaviour --------------------------------------------------------------------------


@pytest.mark.parametrize(("score", "level"), [(1, 0.0), (2, 0.25), (3, 0.5), (5, 1.0)])
def test_days_run_geometrically_from_worst_to_best(score: float, level: float) -> None:
    rows = [{"framework": "JEE1", "indicator": i, "year": 2023, "score": score} for i in (*INDICATOR.values(), "R.5.1")]
    got = capacity(scores=rows)
    for name in DELAYS:
        assert float(getattr(got, name)) == pytest.approx(days(name, level)), name
    assert float(got.behaviour) == pytest.approx(0.25 * level)


@pytest.mark.parametrize("name", DELAYS)
def test_an_indicator_moves_its_own_delay_and_no_other(name: str) -> None:
    rows = [{"framework": "JEE1", "indicator": INDICATOR[name], "year": 2023, "score": 5}]
    got = capacity(scores=rows)
    levels = dict.fromkeys(DELAYS, 0.4) | {name: 1.0}
    for other, level in levels.items():
        assert float(getattr(got, other)) == pytest.approx(days(other, level)), other


def test_linked_indicators_count_alike_and_others_not() -> None:
    some = capacity(scores=scores(P_2_1=1, D_2_2=5, D_3_1=2, D_1_1=5, P_3_1=5))
    assert float(some.notify_days) == pytest.approx(days("notify_days", (0 + 1 + 0.25) / 3))
    # nothing is scored that drives activation and behaviour: the level in assumptions
    assert float(some.activate_days) == pytest.approx(days("activate_days", 0.4))
    assert float(some.behaviour) == pytest.approx(0.25 * 0.4)
    assert float(capacity().notify_days) == pytest.approx(days("notify_days", 0.4))


def test_the_latest_score_of_the_framework_in_use_counts() -> None:
    rows = [*scores(D_2_2=1, year=2017), *scores(D_2_2=3, year=2023), *scores("SPAR2", 2022, C2_1=100)]
    assert float(capacity(scores=rows).notify_days) == pytest.approx(days("notify_days", 0.5))
    spar = capacity(scores=rows, settings={"framework": "SPAR2"})
    assert float(spar.notify_days) == pytest.approx(days("notify_days", 1))
    later = [*rows, *scores("SPAR2", 2024, C5_1=50)]
    assert float(capacity(scores=later).notify_days) == pytest.approx(days("notify_days", 0.75))


def test_a_better_score_shortens_days_from_the_year_in_force() -> None:
    effect = {
        "action": "act", "table": "scores", "key": "JEE1|D.2.2|2023", "column": "score", "op": "add", "value": 2,
        "ramp_years": 1,
    }  # fmt: skip
    got = [
        float(capacity(y, {"act": 2028}, effects=[effect], scores=scores(D_2_2=1)).notify_days)
        for y in (2027, 2028, 2029, 2030)
    ]
    assert got == pytest.approx([days("notify_days", level) for level in (0, 0.25, 0.5, 0.5)])


def test_a_coefficient_that_an_action_edits() -> None:
    effect = {
        "action": "act",
        "table": "assumptions",
        "key": "notify_days_worst",
        "column": "central",
        "op": "multiply",
        "value": 0.5,
    }
    tables = {"effects": [effect], "assumptions": [{"parameter": "notify_days_worst", "central": 12}]}  # fmt: skip
    assert float(capacity(**tables).notify_days) == pytest.approx(days("notify_days", 0.4, worst=12))
    assert float(capacity(2027, {"act": 2027}, **tables).notify_days) == pytest.approx(
        days("notify_days", 0.4, worst=6)
    )


def test_a_worst_value_pushed_beyond_the_best_does_not_turn_better_scores_into_harm() -> None:
    effect = {"action": "act", "table": "assumptions", "key": "*", "column": "central", "op": "add", "value": -50}
    rows = [{"parameter": f"{name}_worst", "central": 14} for name in DELAYS]
    for score in (1, 3, 5):
        levels = [{"framework": "JEE1", "indicator": i, "year": 2023, "score": score} for i in INDICATOR.values()]
        got = capacity(2027, {"act": 2027}, effects=[effect], assumptions=rows, scores=levels)
        assert [float(getattr(got, name)) for name in DELAYS] == pytest.approx([days(name, 1) for name in DELAYS])


# -- frequencies ---------------------------------------------------------------------------------


def test_events_a_year_are_those_of_practice_today() -> None:
    rows = scores(P_6_1=3, P_4_1=4)
    assert capacity(scores=rows).frequency.tolist() == pytest.approx([3, 2, 0.1, 0.5])
    assert capacity().frequency.tolist() == pytest.approx([3, 2, 0.1, 0.5])


def test_practice_lowers_laboratory_incidents_and_watch_lowers_spillover() -> None:
    effects = [
        {"action": "act", "table": "scores", "key": f"JEE1|{i}|2023", "column": "score", "op": "set", "value": 5}
        for i in ("P.6.1", "P.4.1")
    ]
    got = capacity(2028, {"act": 2028}, effects=effects, scores=scores(P_6_1=3, P_4_1=2)).frequency
    assert got.tolist() == pytest.approx([3 * 0.7 / (1 - 0.3 * 0.25), 2, 0.1 * 0.2 / 0.6, 0.5])


def test_biosafety_officers_overrule_scores() -> None:
    # the norm of 0.1 per 100,000 is one officer in A and 0.2 in B; people weigh 5 to 1
    tables = {
        "cadres": [{"cadre": "officer", "role": "biosafety"}],
        "cadre_stock": [{"cadre": "officer", "place": p, "stock": n} for p, n in (("A", 0.5), ("B", 0.0))],
        "scores": scores(P_6_1=5),
        "effects": [
            {"action": "act", "table": "cadre_stock", "key": "officer|*", "column": "stock", "op": "add", "value": 0.1}
        ],
    }
    assert capacity(**tables).frequency[2] == pytest.approx(0.1)
    today, then = 0.5 * 5 / 6, 0.6 * 5 / 6 + 0.5 / 6
    got = capacity(2029, {"act": 2028}, **tables).frequency
    assert got[2] == pytest.approx(0.1 * (1 - 0.8 * then) / (1 - 0.8 * today))
    assert got[[0, 1, 3]].tolist() == pytest.approx([3, 2, 0.5])


def test_an_action_on_events_multiplies_what_practice_leaves() -> None:
    effects = [
        {
            "action": "act",
            "table": "hazards",
            "key": "leak",
            "column": "events_per_year",
            "op": "multiply",
            "value": 0.5,
        },
        {"action": "act", "table": "scores", "key": "JEE1|P.6.1|2023", "column": "score", "op": "set", "value": 5},
    ]
    got = capacity(2027, {"act": 2027}, effects=effects, scores=scores(P_6_1=1)).frequency
    assert got[2] == pytest.approx(0.1 * 0.5 * 0.2)
