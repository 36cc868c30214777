"""Outbreaks of the package and of the plain model, draw for draw: worlds, hazards, and every mechanism of a response.

Responses, and the days from which their parts are there, are drawn by chance, so that strengths,
delays and shortages of all sizes meet.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import numpy as np

from seawall.outbreak.kernel import MEASURED, NEVER_DAY
from seawall.outbreak.surface import DAYS, Response, Surface
from seawall.outbreak.world import World
from validation import plain, runs

#: Four places that exchange travellers; small, so that the plain model is done in seconds.
FOUR = [
    {"place": "A", "population": 60_000, "lat": 0.0, "lon": 0.0},
    {"place": "B", "population": 20_000, "lat": 0.0, "lon": 1.0},
    {"place": "C", "population": 9_000, "lat": 1.0, "lon": 0.5},
    {"place": "D", "population": 3_000, "lat": 2.0, "lon": 0.5},
]
#: Twelve places: a town with its neighbours, another far away, and villages that so few visit that travel to them is
#: left out.
TWELVE = [
    *({**p, "place": f"E{i}", "lat": float(p["lat"]) + 5} for i, p in enumerate(FOUR)),
    {"place": "F0", "population": 30_000, "lat": 0.0, "lon": 8.0},
    *({"place": f"G{i}", "population": 60 + 20 * i, "lat": -20.0 - 2 * i, "lon": 30.0 + i} for i in range(7)),
]
#: R0, dispersion, generation interval, and introductions a day; a share of people is immune.
HAZARDS: dict[str, dict[str, Any]] = {
    "coronavirus": {"r0": 2.5, "dispersion": 0.1, "interval": (5.2, 2.0)},
    "Ebola": {"r0": 1.7, "dispersion": 0.2, "interval": (15.3, 9.3)},
    "influenza": {"r0": 1.5, "dispersion": 2.0, "interval": (2.6, 1.3), "rate": 0.3, "import_days": 50},
    "measles": {"r0": 9.0, "dispersion": 0.3, "interval": (11.7, 3.0), "immune": 0.85},
}
#: Parts of a response that are there, by mechanism; see `answers`.
MECHANISMS: dict[str, tuple[str, ...]] = {
    "isolation": ("isolation",),
    "tracers": ("isolation", "traced"),
    "deployment": ("isolation", "deploy"),
    "tests": ("isolation", "traced", "tests"),
    "behaviour": ("behaviour",),
    "infection control": ("care",),
    "measures": ("measures",),
    "vaccine": ("vaccine",),
    "therapeutic": ("therapeutic",),
    "beds": ("behaviour", "beds"),
}
EVERYTHING = tuple(sorted({part for parts in MECHANISMS.values() for part in parts}))


@cache
def world(twelve: bool) -> World:
    """One of the two worlds."""
    return World(runs.case(TWELVE if twelve else FOUR, {}).canonical)


def travels() -> Iterator[tuple[str, int, int]]:
    """Travel by each law among the twelve places: its name, how many pairs there are, and how many differ."""
    people = [int(p["population"]) for p in TWELVE]
    points = [(float(p["lat"]), float(p["lon"])) for p in TWELVE]
    rng = np.random.default_rng(1)
    # nobody goes to some places, hardly anybody to others, and one place has more trips than people
    trips = 10 ** rng.uniform(-2, 3, (12, 12)) * (rng.random((12, 12)) < 0.7)
    trips[11] += 500
    names = [p["place"] for p in TWELVE]
    rows = [
        {"origin": names[p], "destination": names[q], "trips_per_day": float(trips[p, q])}
        for p, q in zip(*trips.nonzero(), strict=True)
    ]
    laws = {
        "gravity": (plain.gravity(people, points), {}, ""),
        "radiation": (plain.radiation(people, points), {}, "radiation"),
        "a table of trips": (plain.tabled(people, trips.tolist()), {"travel": rows}, ""),
    }
    for name, (contacts, tables, model) in laws.items():
        case = runs.case(TWELVE, {}, **tables)
        if model:
            case = replace(case, settings=replace(case.settings, travel_model=model))
        ptr, idx, weight = World(case.canonical).travel
        got = np.zeros((12, 12))
        for p in range(12):
            got[p, idx[ptr[p] : ptr[p + 1]]] = weight[ptr[p] : ptr[p + 1]]
        expected = np.array(plain.pressures(contacts, people))
        # a last digit may be rounded up instead of down
        apart = ~np.isclose(got, expected, rtol=1.3e-7, atol=0) | ((got > 0) != (expected > 0))
        yield name, got.size, int(apart.sum())


@cache
def surface(hazard: str, n: int, seed: int, *, twelve: bool, limit: int) -> Surface:
    """Outbreaks of a hazard, left alone."""
    facts = dict(HAZARDS[hazard])
    place = world(twelve)
    immune = facts.pop("immune", 0.1) * (0.5 + np.arange(len(place.codes)) % 3 / 2)
    rate = facts.pop("rate", 0.0)
    return runs.surface(
        place,
        n,
        seed,
        limit=limit,
        susceptible=np.round(place.population * (1 - np.minimum(immune, 0.95))).astype(np.int64),
        arrivals=(rate * place.population / place.population.sum()).tolist(),
        **facts,
    )


def answers(rng: np.random.Generator, parts: tuple[str, ...], places: int, laboratories: int) -> plain.Response:
    """A response with some parts, of strengths drawn by chance; people and doses fit to small places."""
    some = lambda low, high, n=places: np.exp(rng.uniform(math.log(low), math.log(high), n)).tolist()  # noqa: E731
    has = lambda part, value, other: value if part in parts else other  # noqa: E731
    spare = has("tests", (np.array(some(1, 60, laboratories)) * (rng.random(laboratories) < 0.9)).tolist(), [])
    # a place does not reach every laboratory, and one that has nothing to spare is not asked
    ask = [[int(k) for k in rng.permutation(len(spare)) if spare[k] > 0 and rng.random() < 0.7] for _p in range(places)]
    share = lambda part, low, high: has(part, float(rng.uniform(low, high)), 0.0)  # noqa: E731
    return plain.Response(
        deploy=has("deploy", (6 * rng.random(places)).tolist(), [0.0] * places),
        traced=has("traced", (np.array(some(0.1, 15)) * (rng.random(places) < 0.85)).tolist(), [1e9] * places),
        spare=spare,
        ask=ask,
        tests_per_case=float(rng.uniform(0.5, 8)),
        untested=share("tests", 0, 1) if spare else 1.0,
        isolation=share("isolation", 0.2, 0.9),
        behaviour=share("behaviour", 0.05, 0.4),
        care=share("care", 0.05, 0.3),
        measures=share("measures", 0.1, 0.5),
        around=some(3, 3000, 1)[0],
        hospitalised=share("beds", 0.02, 0.3),
        wait=int(rng.integers(0, 20)),
        stay=int(rng.integers(1, 30)),
        beds=some(0.5, 100),
        doses_per_day=share("vaccine", 1e-4, 5e-3),
        doses_in_store=share("vaccine", 0, 0.3),
        delivery_days=float(rng.uniform(1, 40)),
        coverage=float(rng.uniform(0.5, 0.9)),
        vaccine_efficacy=share("vaccine", 0.4, 0.9),
        treated_per_day=share("therapeutic", 0, 5),
        courses_in_store=share("therapeutic", 0, 200),
    )


def days(rng: np.random.Generator, latest: int) -> plain.Days:
    """Days from which the parts of a response are there; now and then never."""
    drawn = [NEVER_DAY if rng.random() < 0.1 else int(rng.integers(0, latest)) for _part in DAYS]
    return plain.Days(*drawn)


def as_package(mine: plain.Response) -> Response:
    """A plain response as the package has it."""
    longest = max(map(len, mine.ask), default=0)
    order = [[*row, *[-1] * (longest - len(row))] for row in mine.ask]
    return Response(
        np.array(mine.deploy, np.float64),
        np.array(mine.traced, np.float64),
        np.array(mine.spare, np.float64),
        np.array(order, np.int64).reshape(len(mine.traced), longest),
        mine.tests_per_case,
        mine.untested,
        mine.isolation,
        mine.behaviour,
        mine.care,
        mine.measures,
        mine.around,
        (mine.hospitalised, mine.wait, mine.stay),
        np.array(mine.beds, np.float64) if mine.beds else np.zeros(len(mine.traced)),
        (mine.doses_per_day, mine.doses_in_store, mine.delivery_days, mine.coverage, mine.vaccine_efficacy),
        (mine.coverage, mine.treated_per_day, mine.courses_in_store, mine.delivery_days),
    )


def columns(when: plain.Days) -> list[int]:
    """Days in the order in which the package has them."""
    assert tuple(f.name for f in fields(plain.Days)) == DAYS
    return [getattr(when, f.name) for f in fields(plain.Days)]


def measured(course: plain.Course, mine: plain.Response) -> list[float]:
    """What the package measures of an outbreak, from a plain course."""
    short = course.bed_days_short(mine.hospitalised, mine.wait, mine.stay, mine.beds) if mine.hospitalised > 0 else 0.0
    values = {
        "infections": course.infections,
        "treated": course.treated,
        "end": course.end,
        "under_measures": course.under_measures,
        "bed_days_short": short,
        "followed": course.followed,
        "tests": course.tests,
        "tests_short": course.tests_short,
        "control": course.control,
    }
    assert tuple(values) == MEASURED
    return [float(v) for v in values.values()]


@dataclass
class Tally:
    """How many measured values are equal, by column, and in how many outbreaks a column is not zero."""

    outbreaks: int = 0
    apart: np.ndarray = None  # type: ignore[assignment]
    seen: np.ndarray = None  # type: ignore[assignment]
    changed: int = 0

    def __post_init__(self) -> None:
        self.apart, self.seen = np.zeros(len(MEASURED), int), np.zeros(len(MEASURED), int)

    def add(self, got: np.ndarray, expected: list[float], alone: float) -> None:
        """One outbreak: counts and days must be equal, real numbers to 1e-9 of their size."""
        self.outbreaks += 1
        self.changed += got[0] != alone
        for i, (a, b) in enumerate(zip(got, expected, strict=True)):
            whole = MEASURED[i] in {"infections", "end", "control"}
            self.apart[i] += a != b if whole else not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
            self.seen[i] += b != 0


#: Outbreaks begun for each that is compared: most die out soon.
BEGUN = 6
#: Infections from which an outbreak is large.
LARGE = 30


def compare(parts: tuple[str, ...], tally: Tally, s: Surface, rng: np.random.Generator, *, latest: int = 60) -> None:
    """Outbreaks of a surface under one response, each with days of its own: one in `BEGUN`, large ones first."""
    mine = answers(rng, parts, len(s.susceptible), 6 if len(s.susceptible) > 4 else 3)
    when = [days(rng, latest) for _j in range(len(s.days))]
    got = s.respond(np.array([columns(w) for w in when]), as_package(mine))
    for j in np.argsort(s.infections < LARGE, kind="stable")[: len(s.days) // BEGUN].tolist():
        tally.add(got[j], measured(runs.twin(s, j).run(mine, when[j]), mine), float(s.infections[j]))


def one_by_one(n: int, *, seed: int, limit: int = 110) -> Iterator[tuple[str, Tally]]:
    """Each mechanism alone, over all hazards in both worlds, n outbreaks each."""
    rng = np.random.default_rng(seed)
    for name, parts in MECHANISMS.items():
        tally = Tally()
        for twelve in (False, True):
            for hazard in HAZARDS:
                compare(parts, tally, surface(hazard, BEGUN * n, seed, twelve=twelve, limit=limit), rng)
        yield name, tally


def all_at_once(n: int, repeats: int, *, seed: int, limit: int = 110) -> Tally:
    """All mechanisms at once, over all hazards in both worlds: n outbreaks each under every one of some responses."""
    rng = np.random.default_rng(seed)
    tally = Tally()
    for twelve in (False, True):
        for hazard in HAZARDS:
            for _repeat in range(repeats):
                compare(EVERYTHING, tally, surface(hazard, BEGUN * n, seed, twelve=twelve, limit=limit), rng)
    return tally


def alone(n: int, *, seed: int, limit: int) -> tuple[int, int]:
    """Counts of new infections by day and place, left alone: how many there are, and how many differ."""
    cells = wrong = 0
    for twelve in (False, True):
        for hazard in HAZARDS:
            s = surface(hazard, n, seed, twelve=twelve, limit=limit)
            for j, new in enumerate(runs.courses(s)):
                mine = np.array(runs.twin(s, j).run().new)
                cells += new.size
                wrong += int((new != mine).sum()) if new.shape == mine.shape else new.size
    return cells, wrong
