"""A response branches an outbreak from its stored course: the same as run from the start, and the same every time.

The plain model of `validation` is the judge: it shares no code with the package, only the uniforms. Every mechanism
alone, and all at once, is in `validation/twins.py` and runs with its comparisons.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cases
import seawall as sw
from seawall.case import Case
from seawall.levers import PRODUCT_FIELDS, capacities
from seawall.outbreak.kernel import MEASURED, NEVER_DAY
from seawall.outbreak.surface import DAYS, Response, Surface
from seawall.outbreak.world import World, generation_interval

sys.path.insert(0, str(Path(__file__).parents[1]))
from validation import plain, runs, twins

PLACES = twins.FOUR
N = 8
#: Nothing is prevented; no deployment takes time, and tracers never run short.
NOTHING: dict[str, Any] = {"deploy": [0.0] * 4, "traced": [1e12] * 4}


@pytest.fixture(scope="module")
def world() -> World:
    return World(runs.case(PLACES, {}).canonical)


def surface_of(world: World, *, imports: bool = False, r0: float = 1.8, seed: int = 3) -> Surface:
    """Undisturbed courses of a superspreading agent in four places with travel and some immunity."""
    thinned = (world.population * np.array([0.9, 1.0, 0.5, 1.0])).astype(np.int64)
    arrivals: dict[str, Any] = {"arrivals": [0.2, 0.05, 0.0, 0.01], "import_days": 60} if imports else {}
    return runs.surface(
        world, N, seed, r0=r0, dispersion=0.4, interval=(6.0, 4.2), susceptible=thinned, limit=150, **arrivals
    )


def both(**settings: Any) -> tuple[plain.Response, Response]:
    """One response as the plain model and as the package has it."""
    mine = plain.Response(**{**NOTHING, **settings})
    return mine, twins.as_package(mine)


def outcomes(surface: Surface, tau: int, response: Response, *, vaccine: int = 0, therapy: int = 0) -> np.ndarray:
    """Infections, treated, days under measures of each outbreak; medicine so many days after the response."""
    at = np.full((len(surface.days), len(DAYS)), tau)
    at[:, DAYS.index("vaccine")] += vaccine
    at[:, DAYS.index("therapeutic")] += therapy
    return surface.respond(at, response)[:, [MEASURED.index(n) for n in ("infections", "treated", "under_measures")]]


MECHANISMS: dict[str, dict[str, Any]] = {
    "tracing": {"isolation": 0.7, "traced": [3.0, 0.5, 1.0, 0.2], "deploy": [2.4, 3.0, 0.0, 5.9]},
    "tests": {
        "isolation": 0.7, "traced": [9.0, 9.0, 9.0, 9.0], "tests_per_case": 4.0, "untested": 0.3, "spare": [9.0, 2.0],
        "ask": [[0, 1], [0, 1], [1, 0], []],
    },
    "behaviour": {"behaviour": 0.3},
    "infection control": {"care": 0.2},
    "measures": {"measures": 0.4, "around": 40},
    "measures with a vaccine": {
        "measures": 0.4,
        "around": 1e9,
        "doses_per_day": 4e-3,
        "vaccine_efficacy": 0.2,
    },
    "vaccine": {"vaccine_efficacy": 0.8, "doses_per_day": 4e-3, "doses_in_store": 0.1, "delivery_days": 10.0},
    "therapy": {"treated_per_day": 2.0, "courses_in_store": 40.0, "delivery_days": 20.0},
    "beds": {"hospitalised": 0.2, "wait": 8, "stay": 11, "beds": [40.0, 9.0, 0.0, 1.5], "care": 0.1},
}  # fmt: skip
MECHANISMS["all"] = {k: v for m in list(MECHANISMS.values()) for k, v in m.items()}


# -- the plain model -----------------------------------------------------------------------------


@pytest.mark.parametrize("imports", [False, True])
def test_every_count_left_alone_is_that_of_the_plain_model(world: World, imports: bool) -> None:
    surface = surface_of(world, imports=imports)
    for j, new in enumerate(runs.courses(surface)):
        course = runs.twin(surface, j).run()
        assert (new == np.array(course.new)).all()
        assert surface.alone[j].tolist() == [course.infections, 0, course.end, 0, 0, 0, 0, 0, course.control]
    assert surface.infections.max() > 1000
    if imports:
        assert np.count_nonzero(surface.infections > 10) > N / 2


@pytest.mark.parametrize("mechanism", list(MECHANISMS))
@pytest.mark.parametrize("tau", [1, 45])
def test_a_branched_outbreak_is_the_plain_model_run_from_the_start(world: World, mechanism: str, tau: int) -> None:
    surface = surface_of(world, imports=mechanism in {"tracing", "all"})
    mine, theirs = both(**MECHANISMS[mechanism])
    days = plain.Days(tau, tau + 2, tau + 4, tau + 1, tau + 7, tau + 3)
    at = np.tile(twins.columns(days), (N, 1))
    got = surface.respond(at, theirs)
    places = surface.by_place(at, theirs)
    for j in range(N):
        course = runs.twin(surface, j).run(mine, days)
        assert got[j].tolist() == pytest.approx(twins.measured(course, mine), rel=1e-9)
        assert places[j].tolist() == np.sum(course.new, axis=0).tolist()
    alone = surface.infections
    if mechanism == "therapy":
        assert (got[:, 0] == alone).all()
        assert got[:, MEASURED.index("treated")].max() > 0
    else:
        assert got[:, 0].sum() < alone.sum()


def test_beds_are_counted_in_undisturbed_outbreaks_too(world: World) -> None:
    surface = surface_of(world)
    mine, theirs = both(**{**MECHANISMS["beds"], "care": 0.0})
    never = np.full((N, len(DAYS)), NEVER_DAY)
    got = surface.respond(never, theirs)[:, MEASURED.index("bed_days_short")]
    beds = (mine.hospitalised, mine.wait, mine.stay, mine.beds)
    assert got == pytest.approx([runs.twin(surface, j).run().bed_days_short(*beds) for j in range(N)])
    assert got.max() > 1000


CHAIN: dict[str, dict[str, Any]] = {
    "known": {},
    "imports": {"imports_per_day": 0.1, "import_days": 90, "r0": 1.1},
    "new": {"new": True},
    "recognised": {"recognised": 6.0, "r0": 1.4},
    "measures": {"measures": True},
}


def chain_case(*, new: bool = False, measures: bool = False, **hazard: Any) -> Case:
    """Four places, one hazard with a vaccine and a therapeutic, two laboratories."""
    flu = {"hazard": "any", "events_per_year": 3, "r0": 1.9, "latent_days": 2, "infectious_days": 4, "ifr": 0.02}
    more = {"symptomatic": 0.7, "dispersion": 0.3, "incubation_days": 2.6, "hospitalised": 0.06, "life_years": 20}
    action = {"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}
    lab = {"kind": "laboratory", "status": "open"}
    have = [] if new else [{"family": "any", "product": "diagnostic", "status": "available"}]
    medicine = {"family": "any", "status": "available", "available_day": 12.4}
    return cases.smallest(
        places=[{**p, "care_seeking": c} for p, c in zip(PLACES, (0.6, 0.3, 0.8, 0.0), strict=True)],
        hazards=[{**flu, **more, **hazard}],
        actions=[action],
        effects=[],
        facilities=[
            {"facility": "L", "place": "B", **lab, "tests_per_day": 20, "turnaround_days": 1.3},
            {"facility": "M", "place": "A", **lab, "tests_per_day": 9, "turnaround_days": 0.6, "sequencing_per_day": 3},
        ],
        countermeasures=[
            *have,
            {**medicine, "product": "vaccine", "doses_per_day": 300, "stock": 4000, "efficacy": 0.9},
            {**medicine, "product": "therapeutic", "doses_per_day": 1.5, "stock": 60, "efficacy": 0.6},
        ],
        assumptions=[
            {"parameter": "measures_cost", "central": 0.01 if measures else 1e6},
            # enough tracers that tests run short
            {"parameter": "tracers_per_100k", "central": 60},
        ],
        settings={"perspective": "societal"},
    )


def met(case: Case, hazard: dict[str, Any]) -> tuple[plain.Capacity, plain.Response, dict[str, float]]:
    """What the documents say of a hazard of `chain_case`, from the capacity of a year."""
    capacity = capacities(case, None, [2027])[0]
    product = dict(zip(PRODUCT_FIELDS, capacity.products[0][0], strict=True))
    people = [p["population"] for p in PLACES]
    new = product["assay_days"] > 0
    reading = np.minimum(capacity.sequencing_days, capacity.specimen_days + product["naming_days"])
    care = [0.6, 0.3, 0.8, 0.0]
    can = plain.Capacity(
        noticed=[plain.noticed(0.7, c, s, hazard.get("recognised", 1.0)) for c, s in zip(care, capacity.sampled, strict=True)],
        result=(reading if new else capacity.result_days).tolist(),
        care_delay=3, cluster=10, cluster_report=3, notify=float(capacity.notify_days),
        activate=float(capacity.activate_days), assess=float(capacity.assess_days), care=float(capacity.care_days),
        communicate=float(capacity.communicate_days), measures=float(capacity.measures_days),
        deploy=capacity.deploy_days.tolist(), new_agent=new, abroad=21, assay=product["assay_days"],
    )  # fmt: skip
    interval = plain.generation_interval(6, math.hypot(2, 4))
    spare, answer = capacity.spare_tests.tolist(), capacity.answer_days
    ask = [
        sorted((k for k in range(2) if spare[k] > 0 and math.isfinite(row[k])), key=lambda k: row[k]) for row in answer
    ]
    response = plain.Response(
        deploy=capacity.deploy_days.tolist(), traced=capacity.traced_per_day.tolist(), spare=spare, ask=ask,
        tests_per_case=5, untested=0.5,
        isolation=0.8 * plain.with_symptoms(0.7, 0.32) * plain.still_to_come(interval, 2.6 + 2),
        behaviour=float(capacity.behaviour), care=0.3 * 0.06, measures=0.5, around=10_000,
        hospitalised=0.06, wait=round(2.6 + 5), stay=10, beds=capacity.beds.tolist(),
        doses_per_day=300 / sum(people), doses_in_store=4000 / sum(people), vaccine_efficacy=0.9,
        treated_per_day=1.5, courses_in_store=60,
    )  # fmt: skip
    return can, response, product


@pytest.mark.parametrize("kind", list(CHAIN))
def test_the_whole_chain_from_first_case_to_deaths_and_measures(kind: str) -> None:
    n, seed, hazard = 20, 5, CHAIN[kind]
    case = chain_case(**hazard)
    got = sw.simulate(case, n=n, seed=seed)
    table, stones = got.table, got.milestones.set_index("outbreak")
    can, response, product = met(case, hazard)
    people, names = [p["population"] for p in PLACES], [p["place"] for p in PLACES]
    r0, rate = hazard.get("r0", 1.9), hazard.get("imports_per_day", 0.0)
    pressure = plain.pressures(plain.gravity(people, [(p["lat"], p["lon"]) for p in PLACES]), people)
    ends: dict[bool, list[tuple[int, float, float]]] = {False: [], True: []}
    days = ("detect", "notify", "respond")
    for row in table.itertuples():
        i = int(row.outbreak.rsplit("-", 1)[1]) - 1
        outbreak = plain.Outbreak(
            plain.key("outbreak", seed, "any", i), names.index(row.place), names, people, people, pressure, r0, 0.3,
            plain.generation_interval(6, math.hypot(2, 4)), 1825,
            [rate * p / sum(people) for p in people], 90 if rate else 0,
        )  # fmt: skip
        when = plain.milestones(outbreak, outbreak.run().new, 0.7, 2.6, can)
        origin = 0.0 if math.isinf(when.emergence) else when.emergence
        day = stones.loc[row.outbreak]
        for name in (*days, "sample", "identify", "coordination", "assessment", "confirmation", "investigation", "care",
                     "communication", "measures"):  # fmt: skip
            expected = getattr(when, name) - origin
            assert day[f"{name}_day"] == pytest.approx(expected if math.isfinite(expected) else np.nan, nan_ok=True)
            if name in days:
                assert getattr(row, f"{name}_day") == pytest.approx(day[f"{name}_day"], nan_ok=True)
        for strict, end in ends.items():
            mine = response if strict else plain.Response(**{**vars(response), "measures": 0.0})
            medicine = when.days(outbreak.rounding, product["vaccine_day"], product["therapeutic_day"])
            course = outbreak.run(mine, medicine)
            short = course.bed_days_short(0.06, mine.wait, 10, mine.beds) / 10
            treated = 0.6 * course.treated
            deaths = 0.02 * max(0, course.infections - treated) + short * plain.further_deaths(0.02, 0.06, 0.6)
            loss = deaths * 20 * case.settings.value_life_year + course.infections * (50 * 0.7 + 100)
            loss += course.under_measures * (0.01 if kind == "measures" else 1e6)
            end.append((course.infections, deaths, loss))
    weights = table["weight"].to_numpy()
    taken = np.dot(weights, [e[2] for e in ends[True]]) < np.dot(weights, [e[2] for e in ends[False]])
    assert taken == (kind == "measures")
    infections, deaths, loss = zip(*ends[bool(taken)], strict=True)
    assert table["infections"].tolist() == list(infections)
    assert table["deaths"].tolist() == pytest.approx(list(deaths), rel=1e-9)
    assert table["loss"].tolist() == pytest.approx(list(loss), rel=1e-9)
    assert table["respond_day"].notna().sum() > 2
    assert table["detect_day"].isna().any() or rate > 0


# -- before and after the response ----------------------------------------------------------------


@pytest.mark.parametrize("tau", [1, 2, 17, 60, 140])
def test_nothing_happens_after_a_response_that_stops_everything(world: World, tau: int) -> None:
    surface = surface_of(world)
    _mine, stop = both(behaviour=1.0)
    before = [new[:tau].sum() for new in runs.courses(surface)]
    assert outcomes(surface, tau, stop)[:, 0].tolist() == before


def test_the_first_case_stands_even_if_the_response_starts_on_its_day(world: World) -> None:
    surface = surface_of(world)
    _mine, stop = both(behaviour=1.0)
    assert outcomes(surface, 0, stop)[:, 0].tolist() == [1] * N


def test_a_response_that_does_nothing_changes_nothing(world: World) -> None:
    surface = surface_of(world, imports=True)
    _mine, nothing = both()
    for tau in (1, 30, 100, 10_000, NEVER_DAY):
        assert (outcomes(surface, tau, nothing)[:, 0] == surface.infections).all()


def test_responses_do_not_depend_on_what_was_asked_before(world: World) -> None:
    _mine, strong = both(**{**MECHANISMS["all"], "isolation": 0.1, "measures": 0.0, "behaviour": 0.05, "care": 0.0})
    _mine, weak = both(**MECHANISMS["behaviour"])
    fresh = surface_of(world)
    asked = surface_of(world)
    for tau in (90, 3, 20):
        outcomes(asked, tau, weak)
        outcomes(asked, tau, strong, vaccine=30)
    want = outcomes(fresh, 20, strong, vaccine=2)
    assert (outcomes(asked, 20, strong, vaccine=2) == want).all()
    assert (outcomes(asked, 20, strong, vaccine=2) == want).all()
    assert not (outcomes(asked, 20, strong, vaccine=30) == want).all()


def test_a_course_is_that_of_its_own_outbreak_whichever_others_are_drawn(world: World) -> None:
    few = surface_of(world)
    world_of_many = runs.surface(
        world, 3 * N, 3, r0=1.8, dispersion=0.4, interval=(6.0, 4.2), susceptible=few.susceptible, limit=150
    )
    same = [j for j in range(N) if few.sample.start[j] == world_of_many.sample.start[j]]
    assert len(same) > 2
    assert (few.infections[same] == world_of_many.infections[same]).all()


# -- medicine ------------------------------------------------------------------------------------


def test_no_more_people_are_treated_than_there_are_courses(world: World) -> None:
    surface = surface_of(world, r0=3.0)
    _mine, store = both(treated_per_day=0.0, courses_in_store=500.0, delivery_days=10.0)
    _mine, made = both(treated_per_day=3.0, courses_in_store=500.0, delivery_days=10.0)
    large = surface.infections > 10_000
    assert large.any()
    treated = outcomes(surface, 20, store)[:, 1]
    assert treated[large] == pytest.approx(500)
    assert (treated <= 500 + 1e-9).all()
    # of the infected seven tenths are reached at most
    late = np.array([new[20:].sum() for new in runs.courses(surface)])
    for response in (store, made):
        assert (outcomes(surface, 20, response)[:, 1] <= 0.7 * late + 1e-9).all()
    more = outcomes(surface, 20, made)[:, 1]
    assert (more >= treated).all()
    assert (more <= 500 + 3 * surface.days).all()
    assert more[large].min() > 500


def test_medicine_that_comes_later_prevents_less(world: World) -> None:
    surface = surface_of(world, r0=3.0)
    _mine, response = both(**{**MECHANISMS["vaccine"], **MECHANISMS["therapy"]})
    by_delay = [outcomes(surface, 10, response, vaccine=d, therapy=d).sum(0) for d in (0, 20, 40, 90)]
    infections, treated, _under = np.array(by_delay).T
    assert (np.diff(infections) > 0).all()
    assert (np.diff(treated) < 0).any()


# -- the same bytes ------------------------------------------------------------------------------


def text(outbreaks: Any) -> str:
    return json.dumps(outbreaks.to_dict())


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    case = chain_case()
    first = text(sw.simulate(case, n=20, seed=1))
    assert text(sw.simulate(chain_case(), n=20, seed=1)) == first
    assert text(sw.simulate(case, n=20, seed=2)) != first


def test_the_number_of_threads_changes_nothing() -> None:
    program = (
        "import json, sys; sys.path[:0] = sys.argv[1:]; import cases, seawall as sw;"
        "plan = {'clinics': 2027, 'training': 2028};"
        "print(json.dumps(sw.simulate(cases.smallest(), plan, n=50, seed=4).to_dict()))"
    )
    paths = [str(Path(__file__).parent), str(Path(sw.__file__).parents[1])]
    printed = [
        subprocess.run(
            [sys.executable, "-c", program, *paths],
            env={**os.environ, "SEAWALL_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert json.loads(printed[0])["deaths"]["mean"] > 0


def test_a_generation_interval_is_stored_in_the_order_of_days() -> None:
    w = generation_interval(4, 2)
    world = World(runs.one_place(100_000).canonical)
    surface = runs.surface(world, 400, 1, r0=1.5, dispersion=50.0, interval=(4.0, 2.0), limit=len(w) + 1)
    # children of the first case alone: those of day 1, whose parents can only be the first case
    first = np.array([new[1, 0] for new in runs.courses(surface)])
    assert first.mean() == pytest.approx(1.5 * w[0], abs=4 * math.sqrt(1.5 * w[0] / 400))
