"""Speed of the renewal kernel against a plain NumPy metapopulation, in one run.

The peer is a chain-binomial SEIR model, `numpy.random.Generator.binomial` over all replicates and
places at once: what one would write first. Both meet the same places, the same travel, R0 2.5, ten
first cases in one place and 365 days; the generation interval of the kernel has the mean and the
standard deviation of the peer's. A patch-day is one place on one day.

The two are not the same model. The peer draws three binomials a patch-day whether anything happens
there or not, and its offspring are overdispersed only by the length of illness; the kernel draws a
binomial and a Gamma, skips places where nothing can happen, stops when an outbreak is over, and has
superspreading. So two ratios are printed: patch-days that were simulated, and whole outbreaks, which
is what a user waits for. Attack rates stand beside them: they must agree, or the speeds compare
nothing.

    python benchmarks/outbreak.py
"""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from seawall.case.coerce import build
from seawall.outbreak.draws import gamma_table
from seawall.outbreak.kernel import WINDOW, undisturbed
from seawall.outbreak.world import World, generation_interval

R0, LATENT, INFECTIOUS, FIRST, DAYS = 2.5, 3.0, 5.0, 10, 365
#: Large enough that superspreading plays no part, as in the peer.
DISPERSION = 100.0
REPEATS = 3


def country(places: int) -> World:
    """A country of some places, their populations and positions drawn at random; gravity travel."""
    rng = np.random.default_rng(7)
    rows = [
        {
            "place": f"P{i:03d}",
            "population": int(10 ** rng.uniform(5.3, 7.0)),
            "lat": rng.uniform(20, 45),
            "lon": rng.uniform(80, 120),
        }
        for i in range(places)
    ]
    hazard = {"hazard": "any", "events_per_year": 1, "r0": R0, "latent_days": LATENT, "infectious_days": INFECTIOUS}
    action = {"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}
    case = build(
        {
            "places": rows,
            "hazards": [{**hazard, "ifr": 0}],
            "actions": [action],
            "effects": [],
            "budgets": [{"source": "any", "year": 2027, "amount": 0}],
        },
        {"name": "benchmark", "currency": "USD", "budget_years": [2027]},
    )
    return World(case.canonical)


def renewal(world: World, n: int, threads: int) -> tuple[float, float]:
    """Run n outbreaks with the kernel: patch-days simulated, and share of people infected."""
    places = len(world.codes)
    interval = generation_interval(LATENT + INFECTIOUS, math.hypot(LATENT, INFECTIOUS))
    course = (R0, DISPERSION, np.ascontiguousarray(interval[::-1]), 0)
    gamma = gamma_table(DISPERSION)
    keys = np.arange(1, n + 1).astype(np.uint64)
    start, nothing = np.zeros(n, np.int64), np.zeros(places)
    store = (np.zeros(n, np.int64), np.zeros((0, places), np.int32), np.zeros((0, places)))
    length = len(interval)

    def some(which: np.ndarray) -> tuple[int, int]:
        work = (
            np.empty(places, np.int64), np.zeros((places, 2 * length)), np.zeros((places, WINDOW), np.int64),
            np.zeros(places, np.int64), np.zeros(places), np.zeros(n, np.int64), np.zeros(n, np.int64),
            np.zeros(places, np.int64),
        )  # fmt: skip
        days, total = undisturbed(
            keys, which, start, FIRST, world.population, world.place_keys, world.travel, course, gamma, nothing,
            DAYS, work, *store,
        )  # fmt: skip
        return int(days[which].sum()), int(total[which].sum())

    chunks = [np.arange(i, min(n, i + 8)) for i in range(0, n, 8)]
    if threads == 1:
        done = [some(chunk) for chunk in chunks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            done = list(pool.map(some, chunks))
    return places * sum(d for d, _t in done), sum(t for _d, t in done) / n / float(world.population.sum())


def peer(world: World, n: int) -> tuple[float, float]:
    """Run n outbreaks of a chain-binomial SEIR model in NumPy, all at once."""
    rng = np.random.default_rng(1)
    places = len(world.codes)
    ptr, idx, weight = world.travel
    contacts = np.zeros((places, places))
    for p in range(places):
        contacts[p, idx[ptr[p] : ptr[p + 1]]] = weight[ptr[p] : ptr[p + 1]]
    s = np.tile(world.population, (n, 1))
    e, i = np.zeros_like(s), np.zeros_like(s)
    s[:, 0] -= FIRST
    i[:, 0] = FIRST
    onset, recovery = 1 - math.exp(-1 / LATENT), 1 - math.exp(-1 / INFECTIOUS)
    # per infectious day, so that a case infects R0 people over its mean stay of 1 / recovery days
    contacts *= R0 * recovery
    for _day in range(1, DAYS):
        infected = rng.binomial(s, -np.expm1(-(i @ contacts)))
        ill, well = rng.binomial(e, onset), rng.binomial(i, recovery)
        s -= infected
        e += infected - ill
        i += ill - well
    return n * places * DAYS, 1 - s.sum() / n / float(world.population.sum())


def best(run, *args) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
    """Least time of some repeats, and what the run returned."""
    seconds = math.inf
    for _ in range(REPEATS):
        begin = time.perf_counter()
        patch_days, attack = run(*args)
        seconds = min(seconds, time.perf_counter() - begin)
    return seconds, patch_days, attack


def main() -> None:
    cores = os.cpu_count() or 1
    renewal(country(3), 8, 1)  # compile
    print(f"R0 {R0}, {FIRST} first cases in one place, {DAYS} days; least of {REPEATS} runs; {cores} cores")
    print(f"{'places':>6} {'model':<22} {'M patch-days/s':>15} {'outbreaks/s':>12} {'attack':>7}")
    for places, n in ((31, 256), (340, 48)):
        world = country(places)
        seconds, patch_days, attack = best(peer, world, n)
        base = patch_days / seconds, n / seconds
        print(f"{places:6d} {'NumPy SEIR':<22} {base[0] / 1e6:15.2f} {base[1]:12.1f} {attack:7.3f}")
        for threads in sorted({1, cores}):
            seconds, patch_days, attack = best(renewal, world, n, threads)
            rate, runs = patch_days / seconds, n / seconds
            name = f"renewal, {threads} thread{'s' * (threads > 1)}"
            print(f"{places:6d} {name:<22} {rate / 1e6:15.2f} {runs:12.1f} {attack:7.3f}", end="")
            print(f"   ratio {rate / base[0]:.1f} in patch-days, {runs / base[1]:.1f} in outbreaks")


if __name__ == "__main__":
    main()
