"""Speed of the renewal kernel against other daily outbreak models in Python, and against its own limits, in one run.

All meet the same places, the same travel, the same R0, first cases in one place and 365 days; the kernel is given
the generation interval of the peers, day by day, and the dispersion that their infectious periods cause. A
patch-day is one place on one day.

They are not the same model. The peers draw three binomials a patch-day whether anything happens there or not;
the kernel draws a binomial and a Gamma, skips places where nothing can happen, and stops when an outbreak is
over. So two ratios are printed: patch-days that were simulated, and whole outbreaks, which is what a user
waits for. Attack rates stand beside them: they must agree, or the speeds compare nothing.

Rates are by the second of the clock, and by the second that a core worked. The latter hardly feel what else the
machine does, so ratios are of them; at rest, a model that keeps all cores busy has the one as the other times the
cores.

    python benchmarks/outbreak.py --peers         make out/peers, the environment of benchmarks/peers.txt
    python benchmarks/outbreak.py                 all four parts, with the peers that are there
    python benchmarks/outbreak.py --only limit    one of: peers, contained, growth, limit
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numba import njit

from seawall.case.coerce import build
from seawall.outbreak.draws import binomial_quantile, gamma_quantile, gamma_table, uniform
from seawall.outbreak.kernel import MEASURED, NEVER_DAY, NO_LIMIT, WINDOW, undisturbed, working_space
from seawall.outbreak.surface import Course, Response, Surface
from seawall.outbreak.world import World

R0, LATENT, INFECTIOUS, FIRST, DAYS = 2.5, 3.0, 5.0, 10, 365
#: A stay of K days, geometric from 1 on, gives offspring the variance R0 + R0² Var K / (E K)² = R0 + R0² / DISPERSION.
DISPERSION = math.exp(1.0 / INFECTIOUS)
#: R0 of outbreaks of which most die out by themselves.
LOW_R0 = 1.3
#: An outbreak of fewer infections is small; as in peers/common.py.
SMALL = 1000
REPEATS = 3
HERE = Path(__file__).resolve().parent
HOME = HERE.parent / "out" / "peers"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
#: Script, package, and outbreaks at 31 and at 340 places that one process takes.
PEERS = (
    ("numpy_seir", "NumPy SEIR", "numpy", {31: 128, 340: 8}),
    ("laser_measles", "laser-measles", "laser-measles", {31: 32, 340: 8}),
    ("epydemix_seir", "epydemix + numba", "epydemix", {31: 8, 340: 1}),
    ("starsim_sir", "starsim (agents)", "starsim", {31: 1, 340: 1}),
)
OURS = {31: 2048, 340: 192}
#: A response that contains most outbreaks: the day on which it begins, and what it prevents.
ANSWER_DAY, PREVENTED = 20, 0.6


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


@dataclass(frozen=True)
class Run:
    """What one run took and gave.

    Seconds by the clock, seconds of work of all cores, outbreaks, patch-days, attack rate, share of small outbreaks.
    """

    seconds: float
    work: float
    outbreaks: int
    patch_days: int
    attack: float
    small: float

    @property
    def rates(self) -> tuple[float, float]:
        """Patch-days and outbreaks a second of work of one core."""
        return self.patch_days / self.work, self.outbreaks / self.work


# ours: all that depends on how the kernel is called --------------------------------------------------------------


def interval() -> np.ndarray:
    """Generation interval of the peers from day 1: geometric days until infectious, then geometric days of it.

    As in the package, the last thousandth is folded into the last day.
    """
    days = np.arange(400)
    onset, recovery = -math.expm1(-1 / LATENT), -math.expm1(-1 / INFECTIOUS)
    # sum of two periods of at least one day each: its first possible day is 2
    both = np.convolve(onset * (1 - onset) ** days, recovery * (1 - recovery) ** days)[:400]
    weights = np.concatenate([[0.0], both])
    length = int(np.searchsorted(np.cumsum(weights), 1.0 - 1e-3)) + 1
    weights[length - 1] = 1.0 - weights[: length - 1].sum()
    return np.ascontiguousarray(weights[:length])


def course(world: World, r0: float, limit: int) -> Course:
    """The course of outbreaks like the peers', without introductions from abroad."""
    return Course(world.population, r0, DISPERSION, interval(), 0, np.zeros(len(world.codes)), limit)


def renewal(world: World, n: int, threads: int, r0: float = R0, first: int = FIRST) -> Run:
    """Run n outbreaks with the kernel, keeping nothing but their sizes."""
    places = len(world.codes)
    sample = world.draw("any", "domestic", n, 1)
    # cut off on the first day: all that is wanted of it are arrays of the right sizes
    s = Surface(world, sample, course(world, r0, 1))
    start = np.zeros(n, np.int64)
    store = (np.zeros(n, np.int64), np.zeros((0, places), np.int32), np.zeros((0, places)), np.zeros((0, 2)))
    out = np.zeros((n, len(MEASURED)))

    rows = gamma_table(DISPERSION)

    def some(which: np.ndarray) -> None:
        space = working_space(places, len(s.course[1]), WINDOW + 1, 0)
        undisturbed(
            sample.keys, which, start, first, s.susceptible, world.place_keys, world.travel, s.course, rows,
            s.import_rate, DAYS, NO_LIMIT, space, *store, out,
        )  # fmt: skip

    chunks = [np.arange(i, min(n, i + 8)) for i in range(0, n, 8)]
    begin, work = time.perf_counter(), time.process_time()
    if threads == 1:
        for chunk in chunks:
            some(chunk)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(some, chunks))
    seconds, work = time.perf_counter() - begin, time.process_time() - work
    infected, days = out[:, MEASURED.index("infections")], out[:, MEASURED.index("end")]
    share = float(infected.mean() / world.population.sum())
    return Run(seconds, work, n, places * int(days.sum()), share, float((infected < SMALL).mean()))


def answered(world: World, n: int, threads: int) -> Run:
    """Run n outbreaks of R0 `LOW_R0` from one case, with a response on `ANSWER_DAY`, as the package does.

    Up to that day they run undisturbed and are stored, since other responses begin there too; the rest is
    run from the stored beginning.
    """
    places = len(world.codes)
    sample = world.draw("any", "domestic", n, 1)
    os.environ["SEAWALL_THREADS"] = str(threads)
    begin, work = time.perf_counter(), time.process_time()
    s = Surface(world, sample, course(world, LOW_R0, ANSWER_DAY))
    # the rest is run to the last day
    s.ground = replace(s.ground, limit=DAYS)
    days = np.full((n, 6), NEVER_DAY)
    days[:, 1] = ANSWER_DAY
    response = Response(
        deploy=np.zeros(places), traced=np.zeros(places), spare=np.zeros(0), order=np.zeros((places, 0), np.int64),
        tests_per_case=1.0, untested=1.0, isolation=0.0, behaviour=PREVENTED, care=0.0, measures=0.0, around=0.0,
        hospital=(0.0, 1, 1), beds=np.zeros(places), vaccine=(0.0, 0.0, 1.0, 0.0, 0.0), therapy=(0.0, 0.0, 0.0, 1.0),
    )  # fmt: skip
    out, _where = s.branch(np.arange(n), days, response)
    seconds, work = time.perf_counter() - begin, time.process_time() - work
    infected, ends = out[:, MEASURED.index("infections")], out[:, MEASURED.index("end")]
    share = float(infected.mean() / world.population.sum())
    return Run(seconds, work, n, places * int(ends.sum()), share, float((infected < SMALL).mean()))


def kept(world: World, n: int, r0: float) -> tuple[float, Surface]:
    """Run n outbreaks as the package does, courses kept, from one case each: seconds of work, and the surface."""
    sample = world.draw("any", "domestic", n, 1)
    begin = time.process_time()
    surface = Surface(world, sample, course(world, r0, DAYS))
    return time.process_time() - begin, surface


# the peers -------------------------------------------------------------------------------------------------------


def contacts(world: World) -> np.ndarray:
    """Share of the contacts of people of one place that fall in another, array (from, to)."""
    places = len(world.codes)
    ptr, idx, weight = world.travel
    out = np.zeros((places, places))
    for p in range(places):
        out[p, idx[ptr[p] : ptr[p + 1]]] = weight[ptr[p] : ptr[p + 1]]
    return out * world.population


def write_problem(path: Path, world: World, r0: float, first: int, *, response: bool) -> None:
    """Write what peers/common.py reads."""
    lat, lon = (world.case["places"][c].to_numpy(np.float64) for c in ("lat", "lon"))
    np.savez(
        path, population=world.population, contacts=contacts(world), lat=lat, lon=lon, r0=r0, latent=LATENT,
        infectious=INFECTIOUS, first=first, days=DAYS, answer_day=ANSWER_DAY if response else NEVER_DAY,
        prevented=PREVENTED,
    )  # fmt: skip


class Peer:
    """Processes of one peer, one a core, that have read a problem and wait."""

    def __init__(self, script: str, problem: Path, n: int, cores: int) -> None:
        python = PYTHON if PYTHON.exists() else Path(sys.executable)
        alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the processes
        self.processes = [
            subprocess.Popen(
                [str(python), "-W", "ignore", str(HERE / "peers" / f"{script}.py"), str(problem), str(n), str(i + 1)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env={**os.environ, **alone},
            )
            for i in range(cores)
        ]  # fmt: skip
        self.version = ""

    def run(self) -> Run:
        """Run all of them at the same time."""
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()
        # some packages greet; an answer is a line of JSON
        lines = [next((x for x in process.stdout if x.startswith("{")), "") for process in self.processes]
        if not all(lines):
            self.log.seek(0)
            raise SystemExit(f"a peer failed:\n{self.log.read()[-2000:]}")
        answers = [json.loads(line) for line in lines]
        self.version = answers[0]["version"]
        outbreaks = sum(a["outbreaks"] for a in answers)
        attack, small = (sum(a[k] * a["outbreaks"] for a in answers) / outbreaks for k in ("attack", "small"))
        seconds, work = max(a["seconds"] for a in answers), sum(a["work"] for a in answers)
        return Run(seconds, work, outbreaks, sum(a["patch_days"] for a in answers), attack, small)

    def close(self) -> None:
        """End the processes: they stop at the end of their input."""
        for process in self.processes:
            process.stdin.close()
            process.wait()
        self.log.close()


def there(package: str) -> bool:
    """Whether a peer can be run; NumPy is here at least."""
    if package == "numpy":
        return True
    look = f"import importlib.metadata as m; m.version({package!r})"
    return PYTHON.exists() and not subprocess.run([PYTHON, "-c", look], capture_output=True, check=False).returncode


def install() -> None:
    """Make the environment of the peers."""
    venv.create(HOME, with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--upgrade", "-r", HERE / "peers.txt"], check=True)


def table(
    places: int,
    r0: float,
    first: int,
    peers: tuple[tuple[str, str, str, dict[int, int]], ...],
    ours: int,
    *,
    response: bool = False,
) -> None:
    """Run the kernel and some peers by turns, so that a busy moment of the machine meets all, and print."""
    cores, world = os.cpu_count() or 1, country(places)
    best: dict[str, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.npz"
        write_problem(problem, world, r0, first, response=response)
        running = {name: Peer(script, problem, n[places], cores) for script, name, _package, n in peers}
        for turn in range(REPEATS + 1):
            mine = answered(world, ours, cores) if response else renewal(world, ours, cores, r0, first)
            runs = {"renewal": mine}
            runs |= {name: peer.run() for name, peer in running.items()}
            for name, run in runs.items():
                # in the first turn some peers still start, which slows the others: it is not counted
                if turn and (name not in best or run.work < best[name].work):
                    best[name] = run
        for peer in running.values():
            peer.close()
    mine = best["renewal"]
    for name, run in best.items():
        rates = f"{run.patch_days / run.seconds / 1e6:8.3f} {run.rates[0] / 1e6:9.3f} {run.rates[1]:11.2f}"
        ratios, version = " " * 17, ""
        if name in running:
            ratios = " ".join(f"{a / b:8.1f}" for a, b in zip(mine.rates, run.rates, strict=True))
            version = running[name].version
        print(f"{places:6d} {name:<16} {rates} {run.attack:7.4f} {run.small:6.3f} {ratios}  {version}", flush=True)


def header(title: str) -> None:
    """Title of a table of models."""
    print(f"\n{title}; {os.cpu_count()} cores. M pd: million patch-days; /core-s: a second of work of a core")
    print(f"{'':6} {'':16} {'':8} {'M pd':>9} {'outbreaks':>11} {'':14} {'renewal faster by':>17}")
    print(f"{'places':>6} {'model':<16} {'M pd/s':>8} {'/core-s':>9} {'/core-s':>11} {'attack':>7} {'small':>6} "
          f"{'pd':>8} {'outbr.':>8}")  # fmt: skip


def against_peers() -> None:
    """Large outbreaks, against all peers."""
    header(f"R0 {R0}, {FIRST} first cases in one place, {DAYS} days; least of {REPEATS} turns")
    present = tuple(p for p in PEERS if there(p[2]))
    for places in (31, 340):
        table(places, R0, FIRST, present, OURS[places])
    for _script, name, package, _n in PEERS:
        if not there(package):
            print(f"{name} is not installed: python benchmarks/outbreak.py --peers")


def contained() -> None:
    """Outbreaks of which most die out, left alone and with a response, against NumPy."""
    header(f"R0 {LOW_R0}, one first case, no response; 'small': share with fewer than {SMALL} infections")
    for places, n, ours in ((31, 512, 8192), (340, 64, 1024)):
        table(places, LOW_R0, 1, (("numpy_seir", "NumPy, ended drop", "numpy", {places: n}),), ours)
    header(f"R0 {LOW_R0}, one first case, {PREVENTED:.0%} of transmission prevented from day {ANSWER_DAY} on")
    for places, n, ours in ((31, 512, 8192), (340, 64, 1024)):
        peers = (
            ("numpy_seir", "NumPy, ended drop", "numpy", {places: n}),
            ("numpy_all_days", "NumPy, all days", "numpy", {places: n}),
        )
        table(places, LOW_R0, 1, peers, ours, response=True)


# growth ----------------------------------------------------------------------------------------------------------


def peak() -> float:
    """Most memory of this process so far, MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def cell(kind: str, places: int, n: int) -> None:
    """One cell of the tables of growth, in a process of its own, so that its memory is its own."""
    renewal(country(3), 8, 1)
    kept(country(3), 8, LOW_R0)
    begin = time.process_time()
    world = country(places)
    out = {"country": time.process_time() - begin}
    if kind == "places":
        out["nonzero"] = len(world.travel[1]) / places
        run = min((renewal(world, n, os.cpu_count() or 1) for _ in range(2)), key=lambda r: r.work)
        out |= {"seconds": run.work, "patch_days": run.patch_days, "peak": peak()}
    else:
        begin = time.process_time()
        seconds, surface = kept(world, n, LOW_R0)
        rows = int(surface.days.sum()) * places
        out |= {"seconds": seconds, "sample": time.process_time() - begin - seconds, "patch_days": rows}
        out |= {"stored": surface.nbytes / 1e6, "peak": peak()}
    print(json.dumps(out))


def in_process(kind: str, places: int, n: int) -> dict | None:
    """See `cell`; nothing, where it fails for want of memory."""
    command = [sys.executable, __file__, "--cell", kind, str(places), str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(
            f"{n:9d} outbreaks in {places} places did not run: {done.stderr[-300:] or 'killed, for memory most likely'}"
        )
        return None
    return json.loads(done.stdout.splitlines()[-1])


def growth() -> None:
    """Time and memory with places and with outbreaks."""
    print(f"\nGrowth with places (R0 {R0}, {FIRST} first cases, sizes only kept; seconds of work of a core)")
    print(
        f"{'places':>6} {'outbreaks':>9} {'travel/place':>12} {'ns/pd':>8} {'ms/outbreak':>11} {'country s':>9} {'peak MB':>8}"
    )
    for places, n in ((31, 512), (340, 48), (1000, 8), (2850, 2)):
        if (g := in_process("places", places, n)) is None:
            continue
        print(f"{places:6d} {n:9d} {g['nonzero']:12.0f} {1e9 * g['seconds'] / g['patch_days']:8.1f} "
              f"{1e3 * g['seconds'] / n:11.2f} {g['country']:9.2f} {g['peak']:8.0f}", flush=True)  # fmt: skip
    print(f"\nGrowth with outbreaks (31 places, R0 {LOW_R0}, one first case, courses kept; seconds of work of a core)")
    print(
        f"{'outbreaks':>9} {'seconds':>8} {'us/outbreak':>11} {'ns/pd':>6} {'sample s':>8} {'kept MB':>8} {'peak MB':>8}"
    )
    for n in (1_000, 10_000, 100_000):
        if (g := in_process("outbreaks", 31, n)) is None:
            continue
        print(f"{n:9d} {g['seconds']:8.2f} {1e6 * g['seconds'] / n:11.0f} {1e9 * g['seconds'] / g['patch_days']:6.1f} "
              f"{g['sample']:8.2f} {g['stored']:8.0f} {g['peak']:8.0f}", flush=True)  # fmt: skip


# the limit -------------------------------------------------------------------------------------------------------


@njit(cache=True)
def _uniforms(n, key):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(n):
        total += uniform(key, np.uint64(i & 31), i >> 5, 0)
    return total


@njit(cache=True)
def _binomials(u, s, force):  # type: ignore[no-untyped-def]
    total = 0
    for i in range(u.size):
        total += binomial_quantile(u[i], s[i], -math.expm1(-force[i]))
    return total


@njit(cache=True)
def _gammas(u, m, given):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(u.size):
        total += gamma_quantile(u[i], m[i], given)
    return total


@njit(cache=True, fastmath=True)
def _sums(coming, interval, turns):  # type: ignore[no-untyped-def]
    for turn in range(turns):
        for p in range(coming.shape[0]):
            row = coming[p]
            for i in range(interval.size):
                row[i] += interval[i] * turn
    return coming[0, 0]


@njit(cache=True, fastmath=True)
def _sends(weight, force, turns):  # type: ignore[no-untyped-def]
    for _ in range(turns):
        for p in range(0, weight.shape[0] - 3, 4):
            a, b, c, e = weight[p], weight[p + 1], weight[p + 2], weight[p + 3]
            for q in range(force.size):
                force[q] += 0.5 * a[q] + 0.4 * b[q] + 0.3 * c[q] + 0.2 * e[q]
    return force[0]


def timed(call, per: int) -> float:  # type: ignore[no-untyped-def]
    """Least time of a call of so many operations, ns an operation."""
    call()
    least = math.inf
    for _ in range(5 * REPEATS):
        begin = time.process_time()
        call()
        least = min(least, time.process_time() - begin)
    return 1e9 * least / per


def replay(world: World, n: int) -> dict:
    """Draws that n outbreaks need, from their stored courses; arithmetic of its own, not the kernel's.

    Returns shares of patch-days: ``pressed`` (any pressure: a uniform), ``binomial`` (a quantile is needed),
    ``some`` (new cases: a Gamma), ``active`` (still infectious); and the arguments of those draws.
    """
    shape = interval()
    send = contacts(world) / world.population
    _seconds, surface = kept(world, n, R0)
    rng, count = np.random.default_rng(3), dict.fromkeys(("patch_days", "pressed", "active", "some"), 0)
    args: list[tuple[np.ndarray, ...]] = []
    cohorts: list[np.ndarray] = []
    for offset, days in zip(surface.offset, surface.days, strict=True):
        new, load = surface.new[offset : offset + days], surface.infectious[offset : offset + days]
        x = np.zeros_like(load)
        for lag in range(1, min(len(shape), days - 1) + 1):
            x[lag:] += shape[lag - 1] * load[:-lag]
        force = (x @ send)[1:]
        s = world.population - np.cumsum(new, 0)[:-1]
        count["patch_days"] += force.size
        count["pressed"] += int((force > 0).sum())
        count["active"] += int((x[1:] > 0).sum())
        count["some"] += int((new[1:] > 0).sum())
        u = rng.random(force.shape)
        need = (force > 0) & (u >= 1.0 - s * force)
        args.append((u[need], s[need], force[need]))
        cohorts.append(new[1:][new[1:] > 0].astype(np.int64))
    out = {name: count[name] / count["patch_days"] for name in ("pressed", "active", "some")}
    u, s, force = (np.concatenate(a) for a in zip(*args, strict=True))
    order = rng.permutation(len(u))[:500_000]
    m = np.concatenate(cohorts)
    out |= {"binomial": len(u) / count["patch_days"], "args": (u[order], s[order], force[order])}
    return out | {"cohorts": rng.permutation(m)[:500_000], "length": len(shape)}


def bandwidth() -> float:
    """Memory that one core copies, read and written, GB/s."""
    a = np.ones(32_000_000)
    b = np.empty_like(a)
    return 16.0 / timed(lambda: np.copyto(b, a), len(a))


def limit() -> None:
    """What draws, sums and memory would cost alone, and the share of that speed which the kernel reaches."""
    rng, most = np.random.default_rng(5), bandwidth()
    hashed = timed(lambda: _uniforms(2_000_000, np.uint64(11)), 2_000_000)
    print(f"\nLimit on one core (R0 {R0}, one first case): each part alone in a tight loop, on the arguments met")
    print(f"uniform (hash) {hashed:.2f} ns; memory copied at {most:.1f} GB/s")
    for places, n in ((31, 96), (340, 12), (1000, 3)):
        world = country(places)
        r = replay(world, n)
        rows = gamma_table(DISPERSION)
        u = rng.random(len(r["cohorts"]))
        draw_b = timed(lambda r=r: _binomials(*r["args"]), len(r["args"][0]))
        draw_g = timed(lambda r=r, u=u, rows=rows: _gammas(u, r["cohorts"], rows), len(u))
        nonzero = len(world.travel[1]) / places
        turns = max(1, 1_000_000 // (places * places))
        ring, lags, force = rng.random((places, 2 * r["length"])), rng.random(r["length"]), np.zeros(places)
        weight = rng.random((places, places)) * 1e-9
        add = timed(lambda a=ring, b=lags, t=10 * turns: _sums(a, b, t), 10 * turns * places * r["length"])
        spread = timed(lambda a=weight, b=force, t=turns: _sends(a, b, t), turns * (places // 4 * 4) * places)
        parts = {
            "uniforms": (r["pressed"] + r["some"], hashed),
            "binomial quantiles": (r["binomial"], draw_b),
            "Gamma quantiles": (r["some"], draw_g),
            "sums over the generation interval": (r["some"] * r["length"], add),
            "sums over travel": (r["active"] * nonzero, spread),
        }
        floor = sum(a * b for a, b in parts.values())
        measured = min(1e9 / renewal(world, n, 1, R0, 1).rates[0] for _ in range(2 * REPEATS))
        # what is to come read and written by each cohort; weights read, pressure read and written for each four
        # places that send; about ten numbers of the place's own
        traffic = 8 * (2 * r["some"] * r["length"] + 1.5 * r["active"] * nonzero + 10)
        print(f"{places} places:")
        for name, (each, ns) in parts.items():
            print(f"  {name:<34} {each:8.2f} a patch-day x {ns:6.2f} ns = {each * ns:6.1f} ns")
        print(
            f"  together {floor:.1f} ns; the kernel takes {measured:.1f} ns a patch-day: {floor / measured:.0%} of the limit"
        )
        held = 8 * (places * 4 * r["length"] + places * nonzero + 12 * places) / 1e6
        print(f"  traffic {traffic:.0f} bytes a patch-day, {traffic / measured:.1f} GB/s, on {held:.2f} MB: "
              f"from memory it would be {traffic / most:.1f} ns")  # fmt: skip


def main() -> None:
    """Run what is asked for."""
    parts = {"peers": against_peers, "contained": contained, "growth": growth, "limit": limit}
    parser = argparse.ArgumentParser(description="Speed of the outbreak kernel.")
    parser.add_argument("--peers", action="store_true", help="make the environment of the peers, and end")
    parser.add_argument("--only", choices=parts, help="one part")
    parser.add_argument("--cell", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peers:
        return install()
    if given.cell:
        return cell(given.cell[0], int(given.cell[1]), int(given.cell[2]))
    renewal(country(3), 8, 1)  # compile
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load} before; NumPy {np.__version__}, Python {sys.version.split()[0]}")
    for part in [given.only] if given.only else parts:
        parts[part]()
    print(f"\nload {', '.join(f'{x:.1f}' for x in os.getloadavg())} after")
    return None


if __name__ == "__main__":
    main()
