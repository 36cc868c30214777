"""Outbreaks left alone: people are conserved, they start and spread where the tables say, and they end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cases
import seawall as sw
from seawall.case import Case
from seawall.outbreak.surface import Course, Surface
from seawall.outbreak.world import World, generation_interval, share_out, whole_days

PLACES = [
    {"place": "A", "population": 50_000, "lat": 0.0, "lon": 0.0},
    {"place": "B", "population": 20_000, "lat": 0.0, "lon": 1.0},
    {"place": "C", "population": 5_000, "lat": 2.0, "lon": 0.0},
]


def case_of(places: list[dict[str, Any]] | None = None, *, hazards: Any = None, **tables: Any) -> Case:
    """A case whose actions do nothing that matters here."""
    hazard = {"hazard": "flu", "events_per_year": 2, "r0": 2, "latent_days": 2, "infectious_days": 3, "ifr": 0.01}
    rows = [{**hazard, **h} for h in (hazards or [{}])]
    action = {"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}
    return cases.smallest(places=places or PLACES, hazards=rows, actions=[action], effects=[], **tables)


def surface_of(
    case: Case,
    n: int = 12,
    seed: int = 1,
    *,
    r0: float = 2.0,
    immune: tuple[float, ...] = (0, 0, 0),
    rate: tuple[float, ...] = (0, 0, 0),
    days: int = 0,
    limit: int = 1000,
) -> Surface:
    """Undisturbed courses in the places of a case."""
    world = World(case.canonical)
    susceptible = np.round(world.population * (1 - np.array(immune))).astype(np.int64)
    course = Course(susceptible, r0, 0.5, generation_interval(5, 3), days, np.array(rate, float), limit)
    return Surface(world, world.draw("flu", "domestic", n, seed), course)


def new_of(surface: Surface, j: int) -> np.ndarray:
    """New infections of one outbreak, array (day, place)."""
    return surface.new[surface.offset[j] : surface.offset[j] + surface.days[j]]


# -- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"r0": 9.0},
        {"immune": (0.4, 0.9, 1.0)},
        {"r0": 1.2, "rate": (0.5, 0.1, 2.0), "days": 300, "immune": (0.0, 0.0, 0.99)},
    ],
)
def test_people_are_conserved_place_by_place(settings: dict[str, Any]) -> None:
    surface = surface_of(case_of(), **settings)
    assert (surface.new >= 0).all()
    for j in range(len(surface.days)):
        new = new_of(surface, j)
        assert (new.sum(0) <= surface.susceptible).all()
        assert new.sum() == surface.infections[j]
        assert new[0].sum() == min(1, surface.susceptible[surface.sample.start[j]])
    assert surface.infections.max() > 0.25 * surface.susceptible.sum()


def test_a_raging_outbreak_leaves_almost_nobody_and_never_more_than_there_are() -> None:
    table = sw.simulate(case_of(hazards=[{"r0": 25, "immune": 0.2}]), undisturbed=True, n=40, seed=1).table
    everybody = round(50_000 * 0.8) + round(20_000 * 0.8) + round(5_000 * 0.8)
    assert table["infections"].max() <= everybody
    assert table["infections"].max() > 0.999 * everybody


def test_immunity_by_place_overrules_that_of_the_hazard() -> None:
    case = case_of(hazards=[{"r0": 4, "immune": 0.5}], immunity=[{"hazard": "flu", "place": "A", "immune": 1.0}])
    table = sw.simulate(case, undisturbed=True, n=60, seed=1).table
    assert table["infections"].max() <= 10_000 + 2_500
    # a first case among the immune infects nobody, not even itself
    started = table.set_index("place")["infections"]
    assert (started["A"] == 0).all()
    assert (started[["B", "C"]] > 0).all()


def test_nobody_is_infected_by_a_pathogen_that_does_not_spread() -> None:
    assert (sw.simulate(case_of(hazards=[{"r0": 0}]), undisturbed=True, n=20, seed=1).table["infections"] == 1).all()


def test_undisturbed_means_neither_found_nor_answered() -> None:
    outbreaks = sw.simulate(case_of(), undisturbed=True, n=50, seed=1)
    table = outbreaks.table
    assert table[["detect_day", "notify_day", "respond_day"]].isna().all(axis=None)
    assert table["deaths"].to_numpy() == pytest.approx(0.01 * table["infections"].to_numpy())
    assert table["weight"].sum() == pytest.approx(2)
    assert outbreaks.deaths.mean == pytest.approx((table["weight"] * table["deaths"]).sum())
    assert outbreaks.timeliness.found == 0
    assert math.isnan(outbreaks.timeliness.detect_median_days)
    answered = sw.simulate(case_of(), n=50, seed=1).table
    assert (answered["infections"] <= table["infections"]).all()
    assert answered["infections"].sum() < table["infections"].sum()


def test_an_outbreak_ends_one_generation_interval_after_its_last_case_or_at_the_limit() -> None:
    surface = surface_of(case_of(), limit=40)
    length = len(generation_interval(5, 3))
    for j, days in enumerate(surface.days):
        quiet = days - 1 - np.flatnonzero(new_of(surface, j).sum(1))[-1]
        assert days == 40 or length <= quiet <= length + 1
    assert surface.days.max() == 40
    assert surface.days.min() < 40
    assumptions = [{"parameter": "longest_outbreak_days", "central": 30}]
    short, long = (
        sw.simulate(case, undisturbed=True, n=30, seed=1).table.set_index("outbreak")["infections"]
        for case in (case_of(assumptions=assumptions), case_of())
    )
    # what takes off in thirty days may be another choice of outbreaks
    both = short.index.intersection(long.index)
    short, long = short[both], long[both]
    assert len(both) >= 5
    assert (short <= long).all()
    assert short.sum() < long.sum()


def by_place(table: pd.DataFrame) -> dict[str, float]:
    """Share of a hazard's outbreaks that start in each place, by weight."""
    weight = table.groupby("place")["weight"].sum()
    return dict(weight / weight.sum())


# -- introductions -------------------------------------------------------------------------------


def test_introductions_come_at_their_rate_until_their_last_day() -> None:
    surface = surface_of(case_of(), n=200, r0=0.0, rate=(0.5, 0.1, 0.0), days=101)
    new = np.array([new_of(surface, j).sum(0) for j in range(200)])
    first = np.bincount(surface.sample.start, minlength=3)
    expected = 100 * np.array([0.5, 0.1, 0.0])
    assert np.abs(new.sum(0) - first - 200 * expected).max() < 4 * math.sqrt(200 * 50)
    assert stats.poisson.cdf(new[:, 0].max() - 1, 50) > 0.9
    for j in range(200):
        assert np.flatnonzero(new_of(surface, j).sum(1))[-1] <= 100


def test_imported_outbreaks_arrive_where_travellers_do() -> None:
    places = [{**p, "arrivals": a} for p, a in zip(PLACES, (0, 300, 700), strict=True)]
    hazard = {"r0": 0.0, "origin": "imported", "imports_per_day": 1.0, "import_days": 51}
    case = case_of(places, hazards=[hazard])
    table = sw.simulate(case, undisturbed=True, n=100, seed=1).table
    assert by_place(table) == pytest.approx({"B": 0.3, "C": 0.7}, abs=0.02)
    assert table["infections"].mean() == pytest.approx(1 + 50, abs=4 * math.sqrt(50 / 100))
    none = [{**p, "arrivals": 0} for p in PLACES]
    assert set(sw.simulate(case_of(none, hazards=[hazard]), undisturbed=True, n=100, seed=1).table["place"]) == {*"ABC"}


def test_domestic_outbreaks_start_by_population_and_laboratory_incidents_where_laboratories_are() -> None:
    table = sw.simulate(case_of(), undisturbed=True, n=75, seed=3).table
    assert by_place(table) == pytest.approx({"A": 50 / 75, "B": 20 / 75, "C": 5 / 75}, abs=0.05)
    lab = {"kind": "laboratory", "tests_per_day": 1, "turnaround_days": 1}
    facilities = [
        {"facility": "L1", "place": "B", "biosafety_level": 3, "status": "open", **lab},
        {"facility": "L2", "place": "C", "biosafety_level": 4, "status": "open", **lab},
        {"facility": "L3", "place": "A", "biosafety_level": 2, "status": "open", **lab},
        {"facility": "L4", "place": "A", "biosafety_level": 3, "status": "candidate", **lab},
    ]
    case = case_of(hazards=[{"origin": "laboratory"}], facilities=facilities)
    table = sw.simulate(case, undisturbed=True, n=40, seed=3).table
    assert by_place(table) == pytest.approx({"B": 0.5, "C": 0.5}, abs=0.05)


# -- travel --------------------------------------------------------------------------------------


def contacts(world: World) -> np.ndarray:
    """Share of the contacts of people of one place that fall in another, as simulations use them."""
    ptr, idx, weight = world.travel
    out = np.zeros((len(world.codes),) * 2)
    for p in range(len(world.codes)):
        at = slice(ptr[p], ptr[p + 1])
        out[p, idx[at]] = weight[at] * world.population[idx[at]]
    return out


def test_everybody_has_all_contacts_somewhere() -> None:
    rng = np.random.default_rng(2)
    places = [
        {
            "place": f"P{i}",
            "population": int(10 ** rng.uniform(3, 7)),
            "lat": rng.uniform(0, 9),
            "lon": rng.uniform(0, 9),
        }
        for i in range(60)
    ]
    shares = contacts(World(case_of(places).canonical))
    away = 1 - np.diag(shares)
    # kept in single precision
    assert away == pytest.approx(0.02, abs=2e-7)
    # what is left out is a thousandth of what falls outside at most
    assert (1 - shares.sum(1) <= 1e-3 * away + 2e-7).all()
    assert (1 - shares.sum(1) >= -2e-7).all()


def test_tabled_trips_are_shares_of_people() -> None:
    travel = [
        {"origin": "A", "destination": "B", "trips_per_day": 500},
        {"origin": "B", "destination": "C", "trips_per_day": 30_000},
        {"origin": "C", "destination": "C", "trips_per_day": 4_000},
    ]
    shares = contacts(World(case_of(travel=travel).canonical))
    assert shares == pytest.approx(np.array([[0.99, 0.01, 0], [0, 0.1, 0.9], [0, 0, 1]]), rel=1e-7, abs=0)


def test_an_outbreak_goes_only_where_people_travel() -> None:
    one_way = case_of(travel=[{"origin": "A", "destination": "B", "trips_per_day": 5_000}], hazards=[{"r0": 6}])
    surface = surface_of(one_way, n=75, r0=6.0)
    reached = np.array([new_of(surface, j).sum(0) > 0 for j in range(75)])
    start = surface.sample.start
    assert reached[start == 0][:, 1].any()
    assert not reached[start == 0][:, 2].any()
    assert not reached[start == 1][:, [0, 2]].any()
    assert not reached[start == 2][:, :2].any()


# -- how outbreaks are shared out ----------------------------------------------------------------


def test_outbreaks_are_shared_out_evenly_and_every_hazard_has_one() -> None:
    hazards = [{"hazard": h, "events_per_year": e} for h, e in (("a", 0.001), ("b", 0), ("c", 9), ("d", 2))]
    table = sw.simulate(case_of(hazards=hazards), undisturbed=True, n=20, seed=1).table
    assert table["hazard"].value_counts().to_dict() == {"a": 7, "c": 7, "d": 6}
    assert table.groupby("hazard")["weight"].sum().to_dict() == pytest.approx({"a": 0.001, "c": 9, "d": 2})
    few = sw.simulate(case_of(hazards=hazards), undisturbed=True, n=1, seed=1)
    assert set(few.table["hazard"]) == {"a", "c", "d"}
    assert few.table["weight"].sum() == pytest.approx(11.001)


def test_a_hazard_that_an_action_brings_is_drawn_too() -> None:
    lab = {"action": "lab", "table": "hazards", "key": "leak", "column": "events_per_year", "op": "add", "value": 0.5}
    hazard = {"r0": 3, "latent_days": 2, "infectious_days": 3, "ifr": 0.01}
    case = cases.smallest(
        places=PLACES,
        hazards=[{"hazard": "leak", "events_per_year": 0, **hazard}, {"hazard": "flu", "events_per_year": 1, **hazard}],
        actions=[{"action": "lab", "lever": "platform", "capital_cost": 1000, "build_years": 1}],
        effects=[{**lab, "adverse": "yes", "lag_years": 2}],
    )
    course = sw.simulate(case, {"lab": 2027}, n=40, seed=1).course
    assert course is not None
    leak = course.by_hazard.set_index("hazard")["deaths"]["leak"]
    years = course.years.set_index("year")["deaths"]
    assert leak > 0
    assert years[2030] - years[2029] == pytest.approx(leak / len(range(2030, 2035)))
    nothing = sw.simulate(case, {}, n=40, seed=1).course
    assert nothing is not None
    assert nothing.by_hazard.set_index("hazard")["deaths"]["leak"] == 0


def test_shares_are_systematic() -> None:
    weights = np.array([3.0, 0.0, 1.0, 0.5])
    for u in (0.0, 0.3, 0.999):
        assert np.bincount(share_out(weights, 90, u), minlength=4).tolist() == [60, 0, 20, 10]


def test_whole_days_keep_the_mean_and_never_go_back() -> None:
    u = (np.arange(1000) + 0.5) / 1000
    assert whole_days(np.full(1000, 3.28), u).mean() == pytest.approx(3.28, abs=1e-9)
    assert (whole_days(np.full(1000, 3.0), u) == 3).all()
    assert whole_days(np.array([np.inf, 2.5]), np.array([0.9, 0.9])).tolist() == [10**6, 3]
    days = np.linspace(0, 9, 500)
    assert all((np.diff(whole_days(days, np.full(500, x))) >= 0).all() for x in (0.01, 0.5, 0.99))


def test_people_of_nested_places_are_counted_once() -> None:
    country = {"place": "X", "population": 75_000, "lat": 0.0, "lon": 0.0}
    nested = [country, *({**p, "parent": "X"} for p in PLACES)]
    case = case_of(nested, hazards=[{"r0": 25}])
    table = sw.simulate(case, undisturbed=True, n=75, seed=1).table
    # nobody lives in the country but outside its places; one person stands for them
    assert 74_900 < table["infections"].max() <= 75_001
    assert table["place"].value_counts()[["A", "B", "C"]].tolist() == pytest.approx([50, 20, 5], abs=1)
    larger = [{**country, "population": 95_000}, *nested[1:]]
    table = sw.simulate(case_of(larger, hazards=[{"r0": 25}]), undisturbed=True, n=75, seed=1).table
    assert 94_900 < table["infections"].max() <= 95_000


def test_a_place_with_less_than_a_person_has_one() -> None:
    places = [{**PLACES[0], "population": 0.3}, PLACES[1]]
    table = sw.simulate(case_of(places), undisturbed=True, n=10, seed=1).table
    assert table["infections"].between(1, 20_001).all()
