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
from seawall.outbreak.kernel import NO_LIMIT, undisturbed
from seawall.outbreak.surface import Course, Surface
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


def renewal(world: World, n: int, threads: int) -> tuple[float, float, float]:
    """Run n outbreaks with the kernel: seconds, patch-days simulated, and share of people infected."""
    places = len(world.codes)
    interval = generation_interval(LATENT + INFECTIOUS, math.hypot(LATENT, INFECTIOUS))
    sample = world.draw("any", "domestic", n, 1)
    # cut off on the first day: all that is wanted of it are arrays of the right sizes
    s = Surface(world, sample, Course(world.population, R0, DISPERSION, interval, 0, np.zeros(places), 1))
    start = np.zeros(n, np.int64)
    store = (np.zeros(n, np.int64), np.zeros((0, places), np.int32), np.zeros((0, places)))

    def some(which: np.ndarray) -> tuple[int, int]:
        days, total = undisturbed(
            sample.keys, which, start, FIRST, s.susceptible, world.place_keys, world.travel, s.course, s.gamma,
            s.import_rate, DAYS, NO_LIMIT, s._work(), *store,
        )  # fmt: skip
        return int(days[which].sum()), int(total[which].sum())

    chunks = [np.arange(i, min(n, i + 8)) for i in range(0, n, 8)]
    begin = time.perf_counter()
    if threads == 1:
        done = [some(chunk) for chunk in chunks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            done = list(pool.map(some, chunks))
    seconds = time.perf_counter() - begin
    people = float(world.population.sum())
    return seconds, places * sum(d for d, _t in done), sum(t for _d, t in done) / n / people


def peer(world: World, n: int) -> tuple[float, float, float]:
    """Run n outbreaks of a chain-binomial SEIR model in NumPy, all at once: the same."""
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
    begin = time.perf_counter()
    for _day in range(1, DAYS):
        infected = rng.binomial(s, -np.expm1(-(i @ contacts)))
        ill, well = rng.binomial(e, onset), rng.binomial(i, recovery)
        s -= infected
        e += infected - ill
        i += ill - well
    seconds = time.perf_counter() - begin
    return seconds, n * places * DAYS, 1 - s.sum() / n / float(world.population.sum())


def main() -> None:
    """Run the two by turns, so that a busy moment of the machine meets both."""
    cores = os.cpu_count() or 1
    renewal(country(3), 8, 1)  # compile
    print(f"R0 {R0}, {FIRST} first cases in one place, {DAYS} days; least time of {REPEATS} runs; {cores} cores")
    print(f"{'places':>6} {'model':<22} {'M patch-days/s':>15} {'outbreaks/s':>12} {'attack':>7}")
    for places, n in ((31, 256), (340, 16)):
        world = country(places)
        threads = sorted({1, cores})
        runs = {"NumPy SEIR": lambda w=world, m=n: peer(w, m)}
        runs |= {f"renewal, {t} thread{'s' * (t > 1)}": lambda w=world, m=n, t=t: renewal(w, m, t) for t in threads}
        seconds, results = dict.fromkeys(runs, math.inf), {}
        for _ in range(REPEATS):
            for name, run in runs.items():
                took, *results[name] = run()
                seconds[name] = min(seconds[name], took)
        rate = {name: (results[name][0] / seconds[name], n / seconds[name]) for name in runs}
        for name, (patch_days, outbreaks) in rate.items():
            tail = ""
            if name != "NumPy SEIR":
                ratios = [a / b for a, b in zip(rate[name], rate["NumPy SEIR"], strict=True)]
                tail = f"   ratio {ratios[0]:.1f} in patch-days, {ratios[1]:.1f} in outbreaks"
            print(f"{places:6d} {name:<22} {patch_days / 1e6:15.2f} {outbreaks:12.1f} {results[name][1]:7.3f}{tail}")


if __name__ == "__main__":
    main()
