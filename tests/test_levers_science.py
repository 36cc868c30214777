"""Research by hand: which products there are in a year, as a mixture over what succeeds."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import cases
import seawall as sw
from seawall.levers import PRODUCT_FIELDS, capacities

Row = dict[str, Any]
FIELD = {name: i for i, name in enumerate(PRODUCT_FIELDS)}


def mixture(hazard: str = "flu", year: int = 2031, schedule: dict[str, int] | None = None, **tables: Any) -> np.ndarray:
    """Outcomes of research for one hazard, array (outcome, product field); those of no probability left out."""
    nothing = {"actions": [{"action": "none", "lever": "science", "capital_cost": 0, "valued": "no"}], "effects": []}
    case = cases.smallest(**{**nothing, **tables})
    out = capacities(case, schedule, [year])[0].products
    rows = out[sorted(case["hazards"]["hazard"]).index(hazard)]
    assert rows[:, 0].sum() == pytest.approx(1, abs=1e-12)
    return rows[rows[:, 0] > 0]


def outcomes(rows: np.ndarray, *fields: str) -> dict[tuple[float, ...], float]:
    """Probability of each combination of some fields."""
    out: dict[tuple[float, ...], float] = {}
    for row in rows:
        key = tuple(round(float(row[FIELD[f]]), 9) for f in fields)
        out[key] = out.get(key, 0.0) + float(row[0])
    return out


def project(name: str, p: float, **facts: Any) -> Row:
    return {
        "project": name, "family": "flu", "product": "vaccine", "phase": "phase2",
        "years_left": 2, "p_success": p, "available_day": 100, **facts,
    }  # fmt: skip


def ready(name: str, **facts: Any) -> Row:
    return {"family": "flu", "product": name, "status": "available", **facts}


VACCINE = ("vaccine_day", "vaccine_efficacy", "vaccine_doses_per_day", "vaccine_stock")
NONE = (np.inf, 0, 0, 0)


# -- what is at hand -----------------------------------------------------------------------------


def test_without_a_table_there_are_tests_and_nothing_else() -> None:
    (row,) = mixture()
    assert row[FIELD["assay_days"]] == 0
    assert tuple(row[FIELD[f]] for f in VACCINE) == NONE
    assert np.isinf(row[FIELD["therapeutic_day"]])


def test_with_a_table_an_agent_without_a_test_is_new() -> None:
    tables = {"countermeasures": [ready("vaccine", available_day=30, doses_per_day=500, stock=9)]}
    (row,) = mixture(**tables)
    assert row[FIELD["assay_days"]] == 60
    assert tuple(row[FIELD[f]] for f in VACCINE) == (30, 0.7, 500, 9)
    (other,) = mixture("lassa", **tables)
    assert other[FIELD["assay_days"]] == 60
    assert np.isinf(other[FIELD["vaccine_day"]])


def test_a_test_comes_on_its_day_or_on_that_of_a_new_agent() -> None:
    for day, expected in ((0, 0), (12, 12), (90, 60)):
        (row,) = mixture(countermeasures=[ready("diagnostic", available_day=day)])
        assert row[FIELD["assay_days"]] == expected


def test_a_product_that_is_none_is_none_until_an_action_gives_it() -> None:
    rows = [ready("vaccine", available_day=7, efficacy=0.5), ready("diagnostic")]
    rows[0]["status"] = "none"
    tables = {
        "countermeasures": rows,
        "actions": [{"action": "license", "lever": "science", "capital_cost": 1, "build_years": 2}],
        "effects": [
            {"action": "license", "table": "countermeasures", "key": "flu|vaccine", "column": "status", "op": "set", "value": "available"}
        ],
    }  # fmt: skip
    assert outcomes(mixture(year=2028, schedule={"license": 2027}, **tables), *VACCINE) == {NONE: 1}
    assert outcomes(mixture(year=2029, schedule={"license": 2027}, **tables), *VACCINE) == {(7, 0.5, 0, 0): 1}


def test_hazards_of_a_family_share_its_products() -> None:
    hazards = [{**h, "family": f} for h, f in zip(cases.smallest_tables()["hazards"], ("resp", "resp"), strict=True)]
    rows = [{"family": "resp", "product": "therapeutic", "status": "available", "doses_per_day": 3, "efficacy": 0.25}]
    for name in ("flu", "lassa"):
        (row,) = mixture(name, hazards=hazards, countermeasures=rows)
        assert row[FIELD["therapeutic_efficacy"]] == 0.25
        assert row[FIELD["therapeutic_doses_per_day"]] == 3


# -- what may succeed ----------------------------------------------------------------------------


def test_two_projects_make_the_four_patterns_of_their_success() -> None:
    projects = [
        project("fast", 0.3, available_day=50, efficacy=0.4, doses_per_day=100),
        project("strong", 0.6, available_day=200, efficacy=0.9, doses_per_day=700),
    ]
    got = outcomes(mixture(projects=projects), *VACCINE)
    expected: dict[tuple[float, ...], float] = {}
    for fast, strong in product((True, False), repeat=2):
        probability = (0.3 if fast else 0.7) * (0.6 if strong else 0.4)
        at_hand = [v for ok, v in ((fast, (50, 0.4, 100)), (strong, (200, 0.9, 700))) if ok]
        best = (min(v[0] for v in at_hand), *(max(v[i] for v in at_hand) for i in (1, 2)), 0) if at_hand else NONE
        expected[best] = expected.get(best, 0.0) + probability
    assert got == pytest.approx(expected)
    assert len(got) == 4


def test_projects_for_different_products_succeed_independently() -> None:
    projects = [
        project("shot", 0.25, efficacy=0.8),
        project("pill", 0.35, product="therapeutic", available_day=20, efficacy=0.6),
        project("swab", 0.1, product="diagnostic", available_day=5),
    ]
    rows = mixture(projects=projects, countermeasures=[ready("vaccine", available_day=300, efficacy=0.2)])
    got = outcomes(rows, "assay_days", "vaccine_efficacy", "vaccine_day", "therapeutic_efficacy")
    expected = {
        (5 if swab else 60, 0.8 if shot else 0.2, 100 if shot else 300, 0.6 if pill else 0): (0.25 if shot else 0.75)
        * (0.35 if pill else 0.65)
        * (0.1 if swab else 0.9)
        for shot, pill, swab in product((True, False), repeat=3)
    }
    assert got == pytest.approx(expected)


def test_a_method_of_identification_serves_every_new_agent_and_no_known_one() -> None:
    method = project("metagenomics", 0.4, family="*", product="identification", available_day=2)
    new = outcomes(mixture(projects=[method], countermeasures=[ready("vaccine")]), "naming_days", "assay_days")
    assert new == pytest.approx({(2, 60): 0.4, (np.inf, 60): 0.6})
    known = outcomes(mixture(projects=[method], countermeasures=[ready("diagnostic")]), "naming_days", "assay_days")
    assert known == pytest.approx({(0, 0): 1.0})


def test_a_new_agent_is_named_sooner_where_the_method_is_at_hand() -> None:
    """Ordinary sequencing takes five days in the laboratory; a method of two days saves three of them."""
    rows = [{"family": "nothing", "product": "vaccine", "status": "none"}]
    lab = {"facility": "LAB", "place": "A", "kind": "laboratory", "status": "open", "tests_per_day": 50}
    detect = {}
    for days in (2, 5, 40):
        method = project("metagenomics", 1.0, family="*", product="identification", available_day=days, years_left=0)
        case = cases.smallest(
            countermeasures=rows,
            projects=[method],
            facilities=[{**lab, "turnaround_days": 1, "sequencing_per_day": 5}],
        )
        detect[days] = np.nan_to_num(sw.simulate(case, n=64).table["detect_day"].to_numpy(), nan=np.inf)
    assert (detect[2] <= detect[5]).all()
    assert (detect[2] < detect[40]).any()
    assert (detect[5] == detect[40]).all()


def test_patterns_that_come_to_the_same_are_one() -> None:
    twins = [project(n, 0.5, efficacy=0.8) for n in ("a", "b")]
    assert outcomes(mixture(projects=twins), *VACCINE) == pytest.approx({(100, 0.8, 0, 0): 0.75, NONE: 0.25})
    assert len(mixture(projects=twins)) == 2


@pytest.mark.parametrize(("year", "p"), [(2027, 0.0), (2028, 0.0), (2029, 0.4), (2034, 0.4)])
def test_a_project_counts_from_the_year_in_which_it_could_be_done(year: int, p: float) -> None:
    got = outcomes(mixture(year=year, projects=[project("a", 0.4)]), "vaccine_day")
    assert got == pytest.approx({(np.inf,): 1 - p, (100,): p} if p else {(np.inf,): 1})


def test_certain_and_hopeless_projects_have_one_outcome() -> None:
    assert outcomes(mixture(projects=[project("a", 1)]), "vaccine_day") == {(100,): 1}
    assert outcomes(mixture(projects=[project("a", 0)]), "vaccine_day") == {(np.inf,): 1}


def test_money_for_a_project_gives_it_a_chance_after_the_years_that_it_takes() -> None:
    grant = {"action": "grant", "table": "projects", "key": "a", "column": "p_success", "op": "set", "value": 0.3}
    tables = {
        "projects": [project("a", 0)],
        "actions": [{"action": "grant", "lever": "science", "capital_cost": 1}],
        "effects": [grant],
    }
    for start in (2027, 2028):
        for year in range(2027, 2033):
            got = outcomes(mixture(year=year, schedule={"grant": start}, **tables), "vaccine_day")
            # two years of work are left, and they begin when somebody pays
            assert got == pytest.approx({(np.inf,): 0.7, (100,): 0.3} if year >= start + 2 else {(np.inf,): 1})


def test_a_success_never_makes_what_is_at_hand_worse() -> None:
    at_hand = [ready("vaccine", available_day=10, efficacy=0.9, doses_per_day=50, stock=1000)]
    poor = project("poor", 0.5, available_day=400, efficacy=0.1, doses_per_day=5)
    assert outcomes(mixture(countermeasures=at_hand, projects=[poor]), *VACCINE) == {(10, 0.9, 50, 1000): 1}


def test_hazards_with_fewer_outcomes_are_filled_up_with_outcomes_of_no_probability() -> None:
    case = cases.smallest(projects=[project("a", 0.5)])
    out = capacities(case, None, [2031])[0].products
    assert out.shape == (2, 2, len(PRODUCT_FIELDS))
    flu, lassa = out
    assert sorted(flu[:, 0]) == [0.5, 0.5]
    assert sorted(lassa[:, 0]) == [0, 1]
    assert not np.isnan(out).any()
