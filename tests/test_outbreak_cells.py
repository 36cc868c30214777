"""Cells of the tables move what they should, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import cases
import seawall as sw
from seawall.case import TABLES, Case
from seawall.outbreak import Outbreaks

HAZARD = {"latent_days": 3, "infectious_days": 4, "dispersion": 0.4}
HAZARDS = [
    {"hazard": "cough", "events_per_year": 2, "r0": 1.6, "ifr": 0.01, **HAZARD},
    {"hazard": "fever", "events_per_year": 1, "r0": 1.3, "ifr": 0.2, **HAZARD},
]
PLACES = [
    {"place": "A", "population": 80_000, "lat": 0.0, "lon": 0.0},
    {"place": "B", "population": 30_000, "lat": 0.0, "lon": 1.5},
    {"place": "C", "population": 10_000, "lat": 1.0, "lon": 1.0},
]
LAB = {"facility": "L", "place": "A", "kind": "laboratory", "status": "open", "tests_per_day": 40, "turnaround_days": 6}
ACTIONS = [{"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}]


def case_of(**tables: Any) -> Case:
    """Three places and two hazards, answered a little; tables to add or replace."""
    base: dict[str, Any] = {
        "places": PLACES, "hazards": HAZARDS, "facilities": [LAB], "actions": ACTIONS, "effects": [],
        "cadres": [{"cadre": "tracer", "role": "tracing"}],
        "cadre_stock": [{"cadre": "tracer", "place": p["place"], "stock": 4} for p in PLACES],
    }  # fmt: skip
    return cases.smallest(**{**base, **tables})


def text(outbreaks: Outbreaks) -> str:
    return json.dumps(outbreaks.to_dict())


def of_hazard(outbreaks: Outbreaks, hazard: str) -> tuple[Any, str]:
    """What a result says of one hazard: its entry, and its outbreaks as text."""
    entry = next(h for h in outbreaks.to_dict()["hazards"] if h["hazard"] == hazard)
    table = outbreaks.table[outbreaks.table["hazard"] == hazard]
    return entry, table.to_csv(index=False)


def changed(hazard: str, **cells: Any) -> list[dict[str, Any]]:
    """The hazards with some cells of one changed."""
    return [{**h, **cells} if h["hazard"] == hazard else h for h in HAZARDS]


# -- arithmetic ----------------------------------------------------------------------------------


def test_nobody_dies_of_what_does_not_kill() -> None:
    outbreaks = sw.simulate(case_of(hazards=[{**h, "ifr": 0} for h in HAZARDS]), n=40, seed=1)
    assert outbreaks.deaths.mean == outbreaks.deaths.p95 == 0
    assert (outbreaks.table["deaths"] == 0).all()
    assert outbreaks.loss.mean > 0


def test_twice_as_deadly_kills_twice_as_many_and_nothing_else_changes() -> None:
    before = sw.simulate(case_of(), n=40, seed=1)
    after = sw.simulate(case_of(hazards=changed("cough", ifr=0.02)), n=40, seed=1)
    assert of_hazard(after, "cough")[0]["deaths"] == 2 * of_hazard(before, "cough")[0]["deaths"]
    assert of_hazard(after, "fever") == of_hazard(before, "fever")
    same = ["outbreak", "infections", "detect_day", "respond_day", "weight"]
    assert after.table[same].equals(before.table[same])


def test_half_the_events_are_half_the_deaths_exactly() -> None:
    before = sw.simulate(case_of(), n=40, seed=1)
    after = sw.simulate(
        case_of(hazards=[{**h, "events_per_year": h["events_per_year"] / 2} for h in HAZARDS]), n=40, seed=1
    )
    for name in ("cough", "fever"):
        a, b = of_hazard(before, name)[0], of_hazard(after, name)[0]
        assert b["deaths"] == a["deaths"] / 2 > 0
        assert b["loss"] == a["loss"] / 2
        assert b["events_per_year"] == a["events_per_year"] / 2
    assert after.deaths.mean == before.deaths.mean / 2


def test_a_hazard_that_never_starts_changes_nothing_for_the_others() -> None:
    before = sw.simulate(case_of(), n=40, seed=1)
    for name in ("aardvark", "dog", "zebra"):
        never = {**HAZARDS[0], "hazard": name, "events_per_year": 0}
        after = sw.simulate(case_of(hazards=[*HAZARDS, never]), n=40, seed=1)
        for other in ("cough", "fever"):
            assert of_hazard(after, other) == of_hazard(before, other)
        assert of_hazard(after, name)[0] == {"hazard": name, "events_per_year": 0, "deaths": 0, "loss": 0}
        assert after.to_dict()["timeliness"] == before.to_dict()["timeliness"]
        assert after.deaths == before.deaths


def test_what_a_life_year_and_a_case_cost_is_arithmetic() -> None:
    table = sw.simulate(case_of(), n=30, seed=1).table
    facts = {"life_years": 10, "cost_per_case": 7, "interruption_per_case": 3, "symptomatic": 0.5}
    hazards = [{**h, **facts} for h in HAZARDS]
    for perspective, per_infection in (("health", 3.5), ("societal", 6.5)):
        settings = {"value_life_year": 200, "perspective": perspective}
        dear = [{"parameter": "measures_cost", "central": 1e6}]
        got = sw.simulate(case_of(hazards=hazards, settings=settings, assumptions=dear), n=30, seed=1).table
        expected = got["deaths"] * 10 * 200 + got["infections"] * per_infection
        assert got["loss"].to_numpy() == pytest.approx(expected.to_numpy())
    assert not got["loss"].equals(table["loss"])


def test_measures_are_taken_where_they_save_more_than_they_cost() -> None:
    """From the societal perspective only; what they cost is in the loss, and never more than what they save."""
    hazards = [{**h, "life_years": 10, "cost_per_case": 7, "interruption_per_case": 3} for h in HAZARDS]

    def run(perspective: str, cost: float, effect: float = 0.5) -> Outbreaks:
        rows = [{"parameter": "measures_cost", "central": cost}, {"parameter": "measures_effect", "central": effect}]
        settings = {"value_life_year": 200, "perspective": perspective}
        return sw.simulate(case_of(hazards=hazards, settings=settings, assumptions=rows), n=60, seed=1)

    none = run("societal", 1e6)
    infections = none.table["infections"].sum()
    assert run("health", 1e-4).table["infections"].sum() == infections
    assert run("societal", 1e-4, effect=0).table["infections"].sum() == infections
    cheap, dearer = run("societal", 1e-4), run("societal", 0.01)
    assert cheap.table["infections"].sum() < infections
    assert cheap.loss.mean < dearer.loss.mean < none.loss.mean
    burden = cheap.table["deaths"] * 10 * 200 + cheap.table["infections"] * (7 * 1.0 + 3)
    paid = (cheap.table["loss"] - burden) / 1e-4
    assert (paid > -1e-3).all()
    people = [p["population"] for p in PLACES]
    assert paid.max() > min(people)
    # the stricter the measures, the less is lost, whatever they cost
    losses = [run("societal", 0.01, effect).loss.mean for effect in (0.0, 0.2, 0.4, 0.6, 0.8)]
    assert (np.diff(losses) <= 1e-3 * losses[0]).all()


# -- capacity ------------------------------------------------------------------------------------

SLOW = [{**LAB, "tests_per_day": 5, "turnaround_days": 25}]
BETTER: dict[str, dict[str, Any]] = {
    "care_seeking": {"places": [{**p, "care_seeking": 0.9} for p in PLACES]},
    "turnaround": {"facilities": [{**SLOW[0], "turnaround_days": 1}]},
    "tests": {"facilities": [{**SLOW[0], "tests_per_day": 500, "routine_per_day": 3}]},
    "tracers": {"cadre_stock": [{"cadre": "tracer", "place": p["place"], "stock": 80} for p in PLACES]},
    "surveillance": {
        "cadres": [{"cadre": "tracer", "role": "tracing"}, {"cadre": "epi", "role": "surveillance"}],
        "cadre_stock": [
            *({"cadre": "tracer", "place": p["place"], "stock": 4} for p in PLACES),
            *({"cadre": "epi", "place": p["place"], "stock": 9} for p in PLACES),
        ],
    },
    "isolation": {"assumptions": [{"parameter": "isolation_effect", "central": 0.95}]},
    "behaviour": {"assumptions": [{"parameter": "behaviour_best", "central": 0.6}]},
    "notification": {"assumptions": [{"parameter": f"notify_days_{end}", "central": 0.2} for end in ("worst", "best")]},
    "activation": {"assumptions": [{"parameter": "activate_days_worst", "central": 1}]},
    "deployment": {"assumptions": [{"parameter": "deploy_days_worst", "central": 2}]},
    "diagnosis": {
        "countermeasures": [{"family": h["hazard"], "product": "diagnostic", "status": "available"} for h in HAZARDS]
    },
    "vaccine": {
        "countermeasures": [
            {"family": h["hazard"], "product": p, "status": "available", "available_day": day, "stock": 50_000}
            for h in HAZARDS
            for p, day in (("diagnostic", 0), ("vaccine", 5))
        ]
    },
    "therapeutic": {
        "countermeasures": [
            {"family": h["hazard"], "product": p, "status": "available", "doses_per_day": 40}
            for h in HAZARDS
            for p in ("diagnostic", "therapeutic")
        ]
    },
}


@pytest.fixture(scope="module")
def slow() -> dict[str, Outbreaks]:
    """Outbreaks of the case with a slow laboratory, with known agents and with new ones."""
    new = [{"family": h["hazard"], "product": "vaccine", "status": "none"} for h in HAZARDS]
    return {
        "known": sw.simulate(case_of(facilities=SLOW), n=120, seed=2),
        "new": sw.simulate(case_of(facilities=SLOW, countermeasures=new), n=120, seed=2),
    }


@pytest.mark.parametrize("what", list(BETTER))
def test_better_capacity_lowers_expected_deaths(slow: dict[str, Outbreaks], what: str) -> None:
    before = slow["new" if what == "diagnosis" else "known"]
    after = sw.simulate(case_of(**{"facilities": SLOW, **BETTER[what]}), n=120, seed=2)
    assert after.deaths.mean < before.deaths.mean
    assert after.table["infections"].sum() <= before.table["infections"].sum()
    # no outbreak is found later, whatever else changes
    first, second = (o.table["detect_day"].fillna(np.inf).to_numpy() for o in (before, after))
    assert (second <= first).all()
    if what in {"care_seeking", "turnaround", "tests", "surveillance", "diagnosis"}:
        assert (second < first).any()
    if what in {"notification", "activation"}:
        assert after.timeliness.found == before.timeliness.found
        assert (second == first).all()


def test_a_first_laboratory_does_not_delay_the_naming_of_a_new_agent() -> None:
    new = [{"family": h["hazard"], "product": "vaccine", "status": "none"} for h in HAZARDS]
    places = [{**p, "care_seeking": 1.0} for p in PLACES]
    assumptions = [
        {"parameter": "suspicion_high", "central": 1},
        {"parameter": "suspicion_low", "central": 0.9},
        {"parameter": "assay_days_novel", "central": 1},
    ]
    tables = {"places": places, "countermeasures": new, "assumptions": assumptions}
    without = sw.simulate(case_of(facilities=[], **tables), n=60, seed=1).table
    poor = [{**LAB, "turnaround_days": 90, "tests_per_day": 3}]
    with_one = sw.simulate(case_of(facilities=poor, **tables), n=60, seed=1).table
    answered = without["respond_day"].notna()
    assert answered.any()
    assert (with_one["respond_day"][answered] <= without["respond_day"][answered]).all()


def test_the_weakest_response_of_all_is_none() -> None:
    places = [{**p, "care_seeking": 0} for p in PLACES]
    blind = sw.simulate(case_of(places=places), n=60, seed=1)
    alone = sw.simulate(case_of(), n=60, seed=1, undisturbed=True)
    assert blind.table["detect_day"].isna().all()
    assert (blind.table["infections"] == alone.table["infections"]).all()


@pytest.mark.parametrize(
    ("parameter", "value"), [("stock_delivery_days", 0), ("transport_km_per_day", 0), ("care_delay_days", 0)]
)
def test_coefficients_of_nothing_are_taken(parameter: str, value: float) -> None:
    stores = [
        {"family": h["hazard"], "product": p, "status": "available", "stock": 100}
        for h in HAZARDS
        for p in ("diagnostic", "vaccine", "therapeutic")
    ]
    case = case_of(countermeasures=stores, assumptions=[{"parameter": parameter, "central": value}])
    outbreaks = sw.simulate(case, n=40, seed=1)
    assert np.isfinite(outbreaks.deaths.mean)
    assert (outbreaks.table["infections"] >= 1).all()
    if parameter == "transport_km_per_day":
        # nothing is sent, but the laboratory tests the samples of its own place
        found = outbreaks.table["detect_day"].notna()
        assert (outbreaks.table["place"][found] == "A").any()


# -- years ---------------------------------------------------------------------------------------


def test_students_who_enter_in_2027_count_when_they_graduate_and_not_before() -> None:
    school = {"programme": "school", "cadre": "tracer", "years": 2, "intake": 1}
    case = case_of(
        programmes=[school],
        actions=[{"action": "grow", "lever": "talent", "capital_cost": 1000}],
        effects=[
            {
                "action": "grow", "table": "programmes", "key": "school", "column": "intake",
                "op": "add", "value": 60, "lasts_years": 1,
            }
        ],
    )  # fmt: skip
    nothing, grown = (sw.simulate(case, s, n=60, seed=3).course for s in ({}, {"grow": 2027}))
    assert nothing is not None
    assert grown is not None
    before, after = (c.years.set_index("year")["deaths"] for c in (nothing, grown))
    assert (after[[2027, 2028]] == before[[2027, 2028]]).all()
    assert (after[after.index >= 2029] < before[before.index >= 2029]).all()


def test_a_year_simulated_alone_is_that_year_of_the_course() -> None:
    case = cases.full(excludes=[])
    plan = {"clinics": 2027, "rodents": 2028, "training": 2027, "lab": 2028}
    course = sw.simulate(case, plan, n=20, seed=1).course
    assert course is not None
    for year in (2027, 2029, 2034):
        alone = sw.simulate(case, plan, year=year, n=20, seed=1)
        row = course.years.set_index("year").loc[year]
        assert alone.deaths.mean == pytest.approx(row["deaths"], rel=1e-12)
        assert alone.loss.mean == pytest.approx(row["loss"], rel=1e-12)
        assert alone.year == year


def test_an_action_that_is_not_taken_or_not_yet_in_force_changes_nothing() -> None:
    case = cases.smallest()
    nothing = sw.simulate(case, n=20, seed=1)
    later = sw.simulate(case, {"training": 2028}, year=2027, n=20, seed=1)
    assert later.table.equals(nothing.table)
    assert not sw.simulate(case, {"clinics": 2027}, year=2027, n=20, seed=1).table.equals(nothing.table)


# -- order ---------------------------------------------------------------------------------------


def shuffled(case: Case, seed: int) -> Case:
    """The case with the rows of every table in another order."""
    for name in TABLES:
        if len(case[name]) > 1:
            case = case.with_table(name, case[name].sample(frac=1, random_state=seed).reset_index(drop=True))
    return case


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    case = cases.full(excludes=[])
    plan = {"clinics": 2027, "rodents": 2028, "lab": 2028, "grant": 2029, "law": 2027}
    mixed = shuffled(case, seed)
    assert not mixed["places"].equals(case["places"]) or not mixed["hazards"].equals(case["hazards"]) or seed == 1
    assert not mixed["effects"].equals(case["effects"])
    assert text(sw.simulate(mixed, plan, n=24, seed=1)) == text(sw.simulate(case, plan, n=24, seed=1))
    assert sw.simulate(mixed, n=24, seed=1).table.equals(sw.simulate(case, n=24, seed=1).table)


def test_another_name_for_a_place_changes_the_luck_but_not_the_odds() -> None:
    named = [sw.simulate(case_of(places=[{**PLACES[0], "place": p}], facilities=[{**LAB, "place": p}], cadres=[], cadre_stock=[]),
                         n=1200, seed=1).table["infections"].to_numpy() for p in ("A", "Z")]  # fmt: skip
    assert not (named[0] == named[1]).all()
    spread = np.hypot(*(x.std() / np.sqrt(len(x)) for x in named))
    assert abs(named[0].mean() - named[1].mean()) < 4 * spread


# -- what is summed up ---------------------------------------------------------------------------


def test_yearly_totals_are_those_of_the_outbreaks() -> None:
    outbreaks = sw.simulate(case_of(), n=60, seed=1)
    table, hazards = outbreaks.table, outbreaks.hazards.set_index("hazard")
    for name, rows in table.groupby("hazard"):
        assert rows["weight"].sum() == pytest.approx(hazards["events_per_year"][name])
        assert (rows["weight"] * rows["deaths"]).sum() == pytest.approx(hazards["deaths"][name])
        assert (rows["weight"] * rows["loss"]).sum() == pytest.approx(hazards["loss"][name])
    for total, column in ((outbreaks.deaths, "deaths"), (outbreaks.loss, "loss")):
        assert total.mean == pytest.approx(hazards[column].sum())
        assert total.low < total.mean < total.high
        assert total.p05 <= total.p95 <= total.cvar95
        # most years lie below a mean that rare years carry, and the worst far above it
        assert total.cvar95 > total.mean


def test_the_interval_of_the_mean_covers_a_far_larger_sample() -> None:
    truth = sw.simulate(case_of(), n=4000, seed=99).deaths.mean
    small = [sw.simulate(case_of(), n=60, seed=s).deaths for s in range(40)]
    covered = sum(d.low <= truth <= d.high for d in small)
    # a skewed mean is covered less often than 95%, and systematic placing covers it more often
    assert covered >= 32
    assert not all(d.low <= 0.5 * truth <= d.high for d in small)


def test_timeliness_is_that_of_the_table() -> None:
    outbreaks = sw.simulate(case_of(), n=200, seed=1)
    t, table = outbreaks.timeliness, outbreaks.table
    detect = table["detect_day"].fillna(np.inf)
    assert t.found == pytest.approx((table["weight"] * np.isfinite(detect)).sum() / table["weight"].sum())
    quick = (detect <= 7) & (table["notify_day"] - detect <= 1) & (table["respond_day"] - table["notify_day"] <= 7)
    assert t.met_717 == pytest.approx((table["weight"] * quick).sum() / table["weight"].sum())
    assert t.large_found > t.found
    order = detect.sort_values().index
    cumulative = table["weight"][order].cumsum() / table["weight"].sum()
    median = detect[order][(cumulative >= 0.5 - 1e-12).to_numpy()].iloc[0]
    assert t.detect_median_days == median or (np.isinf(median) and np.isnan(t.detect_median_days))
    found = table[np.isfinite(detect)]
    assert (found["notify_day"] >= found["detect_day"]).all()
    assert (found["respond_day"] >= found["notify_day"]).all()
