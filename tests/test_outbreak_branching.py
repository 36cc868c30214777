"""A response branches an outbreak from its stored course: the same as run from the start, and the same every time.

The plain model of `validation` is the judge: it shares no code with the package, only the uniforms.
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
from seawall.levers import capacities
from seawall.outbreak.kernel import NEVER_DAY
from seawall.outbreak.surface import Response, Surface
from seawall.outbreak.world import World, generation_interval

sys.path.insert(0, str(Path(__file__).parents[1]))
from validation import plain, runs
from validation.comparisons import PLACES

N = 8
NOTHING = {"deploy": [0] * 4, "traced": [math.inf] * 4, "isolation": 0.0, "behaviour": 0.0}


@pytest.fixture(scope="module")
def world() -> World:
    return World(runs.case(PLACES, {}).canonical)


def surface_of(world: World, *, imports: bool = False, r0: float = 1.8, seed: int = 3) -> Surface:
    """Undisturbed courses of a superspreading agent in four places with travel and some immunity."""
    thinned = (world.population * np.array([0.9, 1.0, 0.5, 1.0])).astype(np.int64)
    arrivals = {"arrivals": [0.2, 0.05, 0.0, 0.01], "import_days": 60} if imports else {}
    return runs.surface(
        world, N, seed, r0=r0, dispersion=0.4, interval=(6.0, 4.2), susceptible=thinned, limit=150, **arrivals
    )


def both(**settings: Any) -> tuple[plain.Response, Response]:
    """One response as the plain model and as the package has it."""
    mine = plain.Response(**{**NOTHING, **settings})
    vaccine = (mine.doses_per_day, mine.doses_in_store, mine.delivery_days, mine.coverage, mine.vaccine_efficacy)
    therapy = (mine.coverage, mine.treated_per_day, mine.courses_in_store, mine.delivery_days)
    deploy, traced = np.array(mine.deploy), np.array(mine.traced, float)
    return mine, Response(deploy, traced, mine.isolation, mine.behaviour, mine.measures, mine.around, vaccine, therapy)


def outcomes(surface: Surface, tau: int, response: Response, *, vaccine: int = 0, therapy: int = 0) -> np.ndarray:
    """Infections, treated, days under measures of each outbreak; medicine so many days after the response."""
    at = np.full(len(surface.days), tau)
    return surface.respond(at, at + vaccine, at + therapy, response)[:, [0, 1, 3]]


MECHANISMS: dict[str, dict[str, Any]] = {
    "tracing": {"isolation": 0.7, "traced": [3.0, 0.5, 1.0, 0.2], "deploy": [2.4, 3.0, 0.0, 5.9]},
    "behaviour": {"behaviour": 0.3, "deploy": [0.0, 9.5, 0.0, 0.0]},
    "measures": {"measures": 0.4, "around": 40, "deploy": [0.0, 9.5, 0.0, 0.0]},
    "measures with a vaccine": {
        "measures": 0.4,
        "around": 1e9,
        "doses_per_day": 4e-3,
        "vaccine_efficacy": 0.2,
    },
    "vaccine": {"vaccine_efficacy": 0.8, "doses_per_day": 4e-3, "doses_in_store": 0.1, "delivery_days": 10.0},
    "therapy": {"treated_per_day": 2.0, "courses_in_store": 40.0, "delivery_days": 20.0},
}
MECHANISMS["all"] = {k: v for m in list(MECHANISMS.values()) for k, v in m.items()}


# -- the plain model -----------------------------------------------------------------------------


@pytest.mark.parametrize("imports", [False, True])
def test_every_count_left_alone_is_that_of_the_plain_model(world: World, imports: bool) -> None:
    surface = surface_of(world, imports=imports)
    for j, new in enumerate(runs.courses(surface)):
        mine = np.array(runs.twin(surface, j).run().new)
        days = max(len(new), len(mine))
        assert new[len(mine) :].sum() == mine[len(new) :].sum() == 0
        same = np.pad(new, ((0, days - len(new)), (0, 0))) == np.pad(mine, ((0, days - len(mine)), (0, 0)))
        assert same.all()
    assert surface.infections.max() > 1000
    if imports:
        assert np.count_nonzero(surface.infections > 10) > N / 2


@pytest.mark.parametrize("mechanism", list(MECHANISMS))
@pytest.mark.parametrize("tau", [1, 45])
def test_a_branched_outbreak_is_the_plain_model_run_from_the_start(world: World, mechanism: str, tau: int) -> None:
    surface = surface_of(world, imports=mechanism in {"tracing", "all"})
    mine, theirs = both(**MECHANISMS[mechanism])
    got = outcomes(surface, tau, theirs, vaccine=7, therapy=3)
    alone = surface.infections
    for j in np.flatnonzero(surface.days > tau):
        course = runs.twin(surface, int(j)).run(mine, tau, tau + 7, tau + 3)
        assert got[j, 0] == course.infections
        assert got[j, 1] == pytest.approx(course.treated, rel=1e-9)
        assert got[j, 2] == pytest.approx(course.under_measures, rel=1e-9)
    if mechanism == "therapy":
        assert (got[:, 0] == alone).all()
        assert got[:, 1].max() > 0
    else:
        assert got[:, 0].sum() < alone.sum()


def chain_case(**hazard: Any) -> Case:
    """Four places, one hazard with a vaccine, a laboratory in one of them."""
    flu = {"hazard": "any", "events_per_year": 3, "r0": 1.9, "latent_days": 2, "infectious_days": 4, "ifr": 0.02}
    action = {"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}
    return cases.smallest(
        places=[{**p, "care_seeking": c} for p, c in zip(PLACES, (0.6, 0.3, 0.8, 0.0), strict=True)],
        hazards=[{**flu, "symptomatic": 0.7, "dispersion": 0.3, **hazard}],
        actions=[action],
        effects=[],
        facilities=[
            {"facility": "L", "place": "B", "kind": "laboratory", "status": "open", "tests_per_day": 20, "turnaround_days": 1.3}
        ],
        countermeasures=[
            {"family": "any", "product": "diagnostic", "status": "available"},
            {
                "family": "any",
                "product": "vaccine",
                "status": "available",
                "available_day": 12.4,
                "doses_per_day": 300,
                "stock": 4000,
                "efficacy": 0.9,
            },
        ],
    )  # fmt: skip


@pytest.mark.parametrize("hazard", [{}, {"imports_per_day": 0.1, "import_days": 90, "r0": 1.1}])
def test_the_whole_chain_from_first_case_to_deaths(hazard: dict[str, Any]) -> None:
    n, seed = 20, 5
    case = chain_case(**hazard)
    table = sw.simulate(case, n=n, seed=seed).table
    capacity = capacities(case, None, [2027])[0]
    people = [p["population"] for p in PLACES]
    names = [p["place"] for p in PLACES]
    r0, rate = hazard.get("r0", 1.9), hazard.get("imports_per_day", 0.0)
    for row in table.itertuples():
        i = int(row.outbreak.rsplit("-", 1)[1]) - 1
        outbreak = plain.Outbreak(
            plain.key("outbreak", seed, "any", i), names.index(row.place), names, people, people,
            plain.gravity(people, [(p["lat"], p["lon"]) for p in PLACES]), r0, 0.3,
            plain.generation_interval(6, math.hypot(2, 4)), 1825,
            [rate * p / sum(people) for p in people], 90 if rate else 0,
        )  # fmt: skip
        alone = outbreak.run().new
        noticed = [0.7 * s for s in capacity.sampled]
        detect = plain.found(outbreak, alone, noticed, 2 + 3, capacity.result_days.tolist(), 10)
        u = outbreak.rounding
        deploy = capacity.deploy_days.tolist()
        response = plain.Response(
            deploy, capacity.traced_per_day.tolist(), 0.8 * 0.7 * plain.still_to_come(outbreak.interval, 2 + 2),
            float(capacity.behaviour),
            300 / sum(people), 4000 / sum(people), 30, 0.7, 0.9,
        )  # fmt: skip
        tau = plain.whole(detect + float(capacity.notify_days) + float(capacity.activate_days), u)
        vaccine = max(tau, plain.whole(detect + 12.4, u))
        course = outbreak.run(response, tau, vaccine)
        assert row.infections == course.infections
        assert row.deaths == pytest.approx(0.02 * course.infections)
        if math.isinf(detect):
            assert math.isnan(row.detect_day)
            assert math.isnan(row.respond_day)
        else:
            assert row.detect_day == pytest.approx(detect, abs=1e-9)
            assert row.notify_day == pytest.approx(detect + float(capacity.notify_days), abs=1e-9)
            assert row.respond_day == tau + plain.whole(deploy[outbreak.start], u)
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
    _mine, strong = both(**MECHANISMS["all"])
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
