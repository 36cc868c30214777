"""Readiness, gaps and the least cost of closing them."""

from __future__ import annotations

import json
from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seawall
from seawall.assessment import assess
from seawall.case import TABLES, Case, Settings
from seawall.errors import InputError

#: Scores of Nigeria's Joint External Evaluation of June 2017, by area.
NIGERIA = {
    "P.1": (1, 1),
    "P.2": (2,),
    "P.3": (2, 2, 2, 2),
    "P.4": (2, 3, 1),
    "P.5": (2,),
    "P.6": (1, 1),
    "P.7": (3, 4),
    "D.1": (3, 1, 2, 2),
    "D.2": (3, 2, 3, 3),
    "D.3": (3, 2),
    "D.4": (3, 4, 2),
    "R.1": (1, 1),
    "R.2": (2, 2, 3, 2),
    "R.3": (1,),
    "R.4": (1, 1),
    "R.5": (1, 3, 2, 3, 3),
    "PoE": (1, 1),
    "CE": (1, 2),
    "RE": (3, 3),
}


def frame(table: str, rows: list[dict]) -> pd.DataFrame:
    """A table as a case holds it: every column, defaults filled in, numbers as float."""
    columns = {}
    for column in TABLES[table].columns:
        default = column.default if column.default is not None else ""
        values = [row.get(column.name, default) for row in rows]
        if column.numeric:
            columns[column.name] = pd.Series(values, dtype="float64")
        else:
            columns[column.name] = pd.Series([str(v) for v in values], dtype="str")
    return pd.DataFrame(columns)


def make_case(budget_years: int = 5, framework: str = "", **tables: list[dict]) -> Case:
    years = tuple(range(2027, 2027 + budget_years))
    rules = Settings(base_year=2026, budget_years=years, framework=framework, currency="NGN")
    return Case({t: frame(t, tables.get(t, [])) for t in TABLES}, rules, frozenset(tables))


def scored(framework: str = "JEE1", year: int = 2024, /, **scores: float) -> list[dict]:
    """Rows of ``scores``; P_1_1=2 stands for P.1.1."""
    return [
        {"framework": framework, "indicator": i.replace("_", "."), "year": year, "score": s} for i, s in scores.items()
    ]


def action(name: str, capital: float, annual: float = 0.0) -> dict:
    return {"action": name, "lever": "governance", "capital_cost": capital, "annual_cost": annual}


def effect(name: str, key: str, op: str, value: float, **more: object) -> dict:
    return {"action": name, "table": "scores", "key": key, "column": "score", "op": op, "value": value, **more}


def nigeria_scores(year: int = 2017) -> list[dict]:
    return [
        {"framework": "JEE1", "indicator": f"{area}.{n}", "year": year, "score": score}
        for area, scores in NIGERIA.items()
        for n, score in enumerate(scores, 1)
    ]


def costs(result) -> dict[str, float]:
    return dict(zip(result.gaps["indicator"], result.gaps["cost_to_target"], strict=True))


# -- readiness ------------------------------------------------------------------------------


def test_readiness_of_nigeria_2017_is_that_published():
    result = assess(make_case(scores=nigeria_scores()))
    assert result.framework == "JEE1"
    assert result.readiness == pytest.approx(38.84, abs=0.005)
    assert round(result.readiness) == 39
    assert (len(result.areas), len(result.gaps)) == (19, 48)


def test_readiness_of_the_packaged_case():
    result = assess(seawall.load("nigeria"), "JEE1")
    assert result.readiness == pytest.approx(38.84, abs=0.005)
    assert result.cost_to_target > 0
    assert len(result.timeliness) > 0


def test_each_area_counts_the_same_whatever_its_number_of_indicators():
    result = assess(make_case(scores=scored(P_1_1=1, P_1_2=1, P_2_1=5)))
    assert result.areas["score"].tolist() == [1.0, 5.0]
    assert result.readiness == 60.0


def test_a_scale_to_100_is_taken_as_it_is():
    result = assess(make_case(scores=scored("SPAR2", C1_1=20) + scored("SPAR2", 2024, **{"C2.1": 60})))
    assert result.readiness == pytest.approx(np.mean([20, 60]))
    assert result.gaps["target"].tolist() == [75.0, 75.0]


def test_areas_come_in_the_order_of_the_framework():
    assert assess(make_case(scores=nigeria_scores()[::-1])).areas["area"].tolist() == list(NIGERIA)


def test_the_latest_year_of_each_indicator_counts():
    rows = scored("JEE1", 2023, P_1_1=4, P_2_1=3) + scored("JEE1", 2017, P_1_1=1)
    result = assess(make_case(scores=rows))
    assert dict(zip(result.gaps["indicator"], result.gaps["score"], strict=True)) == {"P.1.1": 4.0, "P.2.1": 3.0}


# -- which framework ------------------------------------------------------------------------


def test_the_framework_scored_last_is_used_and_of_equal_ones_the_first_by_name():
    rows = scored("JEE1", 2019, P_1_1=2) + scored("SPAR2", 2022, **{"C1.1": 40}) + scored("OWN", 2022, a=3)
    assert assess(make_case(scores=rows)).framework == "OWN"
    assert assess(make_case(scores=rows, framework="SPAR2")).framework == "SPAR2"
    assert assess(make_case(scores=rows, framework="SPAR2"), "JEE1").framework == "JEE1"


def test_an_unknown_framework_is_refused_by_naming_those_known():
    with pytest.raises(InputError, match=r"'JEE9'.*JEE1, OWN, SPAR2"):
        assess(make_case(scores=scored("OWN", a=3)), "JEE9")
    with pytest.raises(InputError, match=r"case\.yaml, framework.*'JEE9'"):
        assess(make_case(framework="JEE9"))


def test_a_framework_of_the_case_s_own_has_the_areas_of_its_codes():
    result = assess(make_case(scores=scored("OWN", **{"lab.x": 2, "lab.y": 4, "staff": 5})))
    assert result.areas["area"].tolist() == ["lab", "staff"]
    assert result.areas["score"].tolist() == [3.0, 5.0]
    assert result.readiness == pytest.approx(80.0)
    assert set(result.gaps["target"]) == {3.75}


def test_a_framework_of_the_case_s_own_scored_above_5_runs_to_100():
    assert assess(make_case(scores=scored("OWN", a=6, b=4))).readiness == pytest.approx(5.0)


@pytest.mark.parametrize("score", [0.0, 5.5])
def test_a_score_off_the_scale_is_refused(score):
    with pytest.raises(InputError, match=r"scores\.csv, score: JEE1 P\.1\.1 .* 1 to 5"):
        assess(make_case(scores=scored(P_1_1=score)))


# -- gaps -----------------------------------------------------------------------------------


def test_a_gap_is_what_the_target_is_above_the_score():
    targets = [
        {"framework": "JEE1", "indicator": "P.1.1", "year": 2028, "target": 2},
        {"framework": "JEE1", "indicator": "P.1.1", "year": 2031, "target": 5},
        {"framework": "JEE1", "indicator": "P.2.1", "year": 2031, "target": 2},
        {"framework": "SPAR2", "indicator": "P.3.1", "year": 2031, "target": 90},
    ]
    result = assess(make_case(scores=scored(P_1_1=3, P_2_1=4, P_3_1=1), targets=targets))
    assert result.gaps["indicator"].tolist() == ["P.3.1", "P.1.1", "P.2.1"]
    assert result.gaps["target"].tolist() == [4.0, 5.0, 2.0]
    assert result.gaps["gap"].tolist() == [3.0, 2.0, 0.0]
    assert result.areas["gap"].tolist() == [2.0, 0.0, 3.0]


def test_the_target_level_is_an_assumption_that_a_case_may_change():
    own = [{"parameter": "target_level", "central": 0.5}]
    assert assess(make_case(scores=scored(P_1_1=1), assumptions=own)).gaps["target"].tolist() == [3.0]


# -- cost to target -------------------------------------------------------------------------


def test_an_action_costs_capital_and_one_annual_cost_for_each_budget_year():
    tables = {
        "scores": scored(P_1_1=3),
        "actions": [action("law", 100, 10)],
        "effects": [effect("law", "JEE1|P.1.1|*", "add", 1)],
    }
    assert assess(make_case(**tables)).cost_to_target == pytest.approx(150.0)
    assert assess(make_case(3, **tables)).cost_to_target == pytest.approx(130.0)


def test_an_action_that_serves_two_indicators_is_paid_once():
    result = assess(
        make_case(
            scores=scored(P_1_1=3, P_1_2=3),
            actions=[action("both", 100), action("one", 80), action("other", 80)],
            effects=[
                effect("both", "JEE1|*|*", "add", 1),
                effect("one", "JEE1|P.1.1|2024", "add", 1),
                effect("other", "JEE1|P.1.2|*", "set", 4),
            ],
        )
    )
    assert costs(result) == {"P.1.1": pytest.approx(80.0), "P.1.2": pytest.approx(80.0)}
    assert result.cost_to_target == pytest.approx(100.0)


def test_two_sets_do_not_add_up_but_adds_come_on_top():
    tables = {
        "scores": scored(P_1_1=1),
        "actions": [action("three", 10), action("two", 1), action("more", 5)],
        "effects": [effect("three", "JEE1|P.1.1|*", "set", 3), effect("two", "JEE1|P.1.1|*", "set", 2)],
    }
    assert assess(make_case(**tables)).unclosed == ("P.1.1",)
    tables["effects"].append(effect("more", "JEE1|P.1.1|*", "add", 1))
    assert assess(make_case(**tables)).cost_to_target == pytest.approx(15.0)


def test_a_gap_that_the_actions_do_not_close_is_named_and_left_out_of_the_total():
    result = assess(
        make_case(
            scores=scored(P_1_1=3, P_1_2=2, P_2_1=1, P_3_1=5),
            actions=[action("law", 100), action("half", 7)],
            effects=[effect("law", "JEE1|P.1.1|*", "add", 1), effect("half", "JEE1|P.1.2|*", "add", 1)],
        )
    )
    assert result.unclosed == ("P.1.2", "P.2.1")
    assert result.cost_to_target == pytest.approx(100.0)
    assert costs(result) == {
        "P.2.1": pytest.approx(np.nan, nan_ok=True),
        "P.1.2": pytest.approx(np.nan, nan_ok=True),
        "P.1.1": pytest.approx(100.0),
        "P.3.1": 0.0,
    }


def test_no_gap_costs_nothing_and_gaps_without_actions_cost_nobody_knows_what():
    assert assess(make_case(scores=scored(P_1_1=4))).cost_to_target == 0.0
    assert pd.isna(assess(make_case(scores=scored(P_1_1=3))).cost_to_target)


def test_effects_on_other_rows_columns_and_years_close_nothing():
    result = assess(
        make_case(
            scores=scored(P_1_1=3) + scored("JEE1", 2017, P_1_1=1) + scored("SPAR2", 2020, **{"C1.1": 20}),
            actions=[action("law", 1)],
            effects=[
                effect("law", "SPAR2|*|*", "add", 50),
                effect("law", "JEE1|P.1.2|*", "add", 1),
                effect("law", "JEE1|P.1.1|2017", "add", 1),
                {**effect("law", "JEE1|P.1.1|*", "add", 1), "table": "floors"},
            ],
        ),
        "JEE1",
    )
    assert result.unclosed == ("P.1.1",)


def test_an_action_brings_along_the_cheapest_of_what_it_requires():
    tables = {
        "scores": scored(P_1_1=3),
        "actions": [action("law", 10), action("draft", 5), action("study", 3), action("review", 2)],
        "effects": [effect("law", "JEE1|P.1.1|*", "add", 1)],
        "requires": [
            {"action": "law", "requires": "draft", "group": ""},
            {"action": "draft", "requires": "study", "group": "either"},
            {"action": "draft", "requires": "review", "group": "either"},
        ],
    }
    assert assess(make_case(**tables)).cost_to_target == pytest.approx(17.0)


def test_an_action_that_lowers_a_score_with_a_gap_is_left_out():
    result = assess(
        make_case(
            scores=scored(P_1_1=3, P_1_2=3),
            actions=[action("shift", 1), action("law", 10)],
            effects=[
                effect("shift", "JEE1|P.1.1|*", "add", 1),
                effect("shift", "JEE1|P.1.2|*", "add", -1, adverse="yes"),
                effect("law", "JEE1|P.1.1|*", "add", 1),
            ],
        )
    )
    assert costs(result)["P.1.1"] == pytest.approx(10.0)


ops = st.one_of(
    st.tuples(st.just("add"), st.sampled_from([0.5, 1.0, 2.0])), st.tuples(st.just("set"), st.sampled_from([3.0, 4.0]))
)
keys = st.sampled_from(["JEE1|P.1.1|*", "JEE1|P.1.2|2024", "JEE1|*|*"])
names = st.sampled_from("abcd")


@settings(max_examples=40, deadline=None)
@given(
    prices=st.lists(st.integers(1, 40), min_size=4, max_size=4),
    edits=st.dictionaries(st.tuples(names, keys), ops, max_size=6),
    needs=st.sets(st.tuples(names, names).filter(lambda p: p[0] != p[1]), max_size=2),
)
def test_the_cost_is_the_least_over_all_sets_of_actions(prices, edits, needs):
    """Every set of actions is tried, and its scores read off the edited case itself."""
    case = make_case(
        scores=scored(P_1_1=2, P_1_2=3),
        actions=[action(a, p) for a, p in zip("abcd", prices, strict=True)],
        effects=[effect(a, key, op, value) for (a, key), (op, value) in edits.items()],
        requires=[{"action": a, "requires": b} for a, b in needs],
    )
    least = {"P.1.1": np.inf, "P.1.2": np.inf}
    both = np.inf
    for chosen in chain.from_iterable(combinations("abcd", n) for n in range(5)):
        if any(a in chosen and b not in chosen for a, b in needs):
            continue
        edited = case.at(2031, dict.fromkeys(chosen, 2027))["scores"]
        reached = dict(zip(edited["indicator"], edited["score"] >= 4, strict=True))
        price = sum(prices["abcd".index(a)] for a in chosen)
        for indicator in least:
            if reached[indicator]:
                least[indicator] = min(least[indicator], price)
        if all(reached.values()):
            both = min(both, price)
    result = assess(case)
    assert result.unclosed == tuple(i for i, c in least.items() if np.isinf(c))
    for indicator, cost in least.items():
        assert costs(result)[indicator] == pytest.approx(np.nan if np.isinf(cost) else cost, nan_ok=True)
    finite = [c for c in least.values() if np.isfinite(c)]
    expected = both if len(finite) == 2 else finite[0] if finite else np.nan
    assert result.cost_to_target == pytest.approx(expected, nan_ok=True)


# -- the whole ------------------------------------------------------------------------------


def rich_tables() -> dict[str, list[dict]]:
    return {
        "scores": nigeria_scores() + nigeria_scores(2012) + scored("SPAR2", 2015, **{"C1.1": 20}),
        "targets": [
            {"framework": "JEE1", "indicator": "P.1.1", "year": y, "target": t} for y, t in ((2028, 3), (2031, 5))
        ],
        "actions": [action(f"a{n}", 10 + n, n) for n in range(6)],
        "effects": [
            effect("a0", "JEE1|P.1.1|*", "add", 4),
            effect("a1", "JEE1|*|*", "add", 1),
            effect("a2", "JEE1|D.2.1|*", "set", 4),
            effect("a3", "JEE1|D.2.2|2017", "multiply", 2),
            effect("a4", "JEE1|D.2.2|*", "set", 4),
            effect("a5", "JEE1|D.2.3|*", "add", 1),
        ],
        "requires": [{"action": "a0", "requires": r, "group": "g"} for r in ("a4", "a5")],
        "events": [
            {"event": e, "emergence": "2024-01-01", "detection": f"2024-01-{d:02d}", "notification": "2024-01-20"}
            for e, d in (("x", 3), ("y", 9), ("z", 25))
        ],
    }


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    tables = rich_tables()
    expected = assess(make_case(**tables)).to_dict()
    for rows in tables.values():
        random.shuffle(rows)
    assert assess(make_case(**tables)).to_dict() == expected


def test_the_document_has_the_keys_that_others_rely_on_and_is_json():
    document = assess(make_case(**rich_tables())).to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert set(document) == {
        "framework",
        "readiness",
        "areas",
        "cost_to_target",
        "currency",
        "gaps",
        "timeliness",
        "unclosed",
    }
    assert document["currency"] == "NGN"
    assert set(document["areas"][0]) == {"area", "name", "score", "target", "gap"}
    assert document["areas"][0]["area"] == "P.1"
    assert {g["indicator"] for g in document["gaps"] if g["cost_to_target"] is None} == set(document["unclosed"])
    assert [g["gap"] for g in document["gaps"]] == sorted((g["gap"] for g in document["gaps"]), reverse=True)
    assert document["timeliness"]["detect_median_days"] == 8.0
    assert document["timeliness"]["met_717"] is None
    assert document["timeliness"]["n_negative"] == 1


def test_the_smallest_case_has_no_framework_and_no_readiness():
    document = assess(make_case()).to_dict()
    assert document["framework"] is None
    assert document["readiness"] is None
    assert document["cost_to_target"] is None
    assert (document["areas"], document["gaps"], document["unclosed"]) == ([], [], [])
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_a_known_framework_without_scores_has_no_readiness():
    document = assess(make_case(scores=scored(P_1_1=2)), "SPAR2").to_dict()
    assert (document["framework"], document["readiness"], document["areas"]) == ("SPAR2", None, [])


def test_the_repr_fits_a_screen_and_says_what_matters():
    text = repr(assess(make_case(**rich_tables())))
    assert len(text.splitlines()) <= 24
    assert "JEE1" in text
    assert "39 of 100" in text
    assert "NGN" in text
    assert repr(assess(make_case()))


def test_an_assessment_leaves_the_case_as_it_was():
    case = make_case(**rich_tables())
    before = {name: table.copy() for name, table in case.tables.items()}
    assess(case)
    for name, table in before.items():
        pd.testing.assert_frame_equal(case.tables[name], table)
