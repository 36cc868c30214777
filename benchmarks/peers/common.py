"""What every peer shares: the problem that it is given, and the line that it answers with.

A peer is a program of its own, run in the environment of `benchmarks/peers.txt`:

    python benchmarks/peers/laser_measles.py problem.npz 32 1

with the problem, the number of outbreaks and a seed. It warms up, then runs once for each line of its
standard input and answers each with one line of JSON: seconds of the simulation alone by the clock and
of work of the processor, outbreaks, patch-days, attack rate, share of outbreaks that stayed small, threads,
version. One process, one thread: on several cores the benchmark starts several.
"""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

#: An outbreak of fewer infections is small: it died out, or has hardly begun when time is up.
SMALL = 1000


@dataclass(frozen=True)
class Problem:
    """An outbreak to be simulated.

    Parameters
    ----------
    population : int array (place,)
    contacts : float array (from, to)
        Share of the contacts of people of one place that fall in another.
    lat, lon : float arrays (place,)
    r0, latent, infectious : float
        Mean periods in days, as rates 1 / latent and 1 / infectious a day.
    first : int
        First cases, all in the first place, infected on day 0.
    days : int
    """

    population: np.ndarray
    contacts: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    r0: float
    latent: float
    infectious: float
    first: int
    days: int
    #: Day from which a response prevents a share of transmission.
    answer_day: int = 10**6
    prevented: float = 0.0

    @property
    def beta(self) -> float:
        """Infections a day by one infectious person.

        In daily steps a stay lasts 1 / (1 - exp(-1 / infectious)) days, a little longer than `infectious`; a peer
        with such steps gets the rate that gives it R0 over that stay.
        """
        return self.r0 * -math.expm1(-1.0 / self.infectious)


def read(path: str) -> Problem:
    """The problem in a file."""
    with np.load(path) as given:
        fields = {name: given[name] if given[name].ndim else given[name].item() for name in given.files}
    return Problem(**fields)


def serve(package: str, prepare: Callable[[Problem, int, int], Callable[[], tuple[int, np.ndarray]]]) -> None:
    """Answer each line of standard input with one run.

    Parameters
    ----------
    package : str
        Whose version is told.
    prepare : function (problem, outbreaks, seed) -> function () -> (patch-days, infections by outbreak)
        The first is set-up, which is not timed; the second is.
    """
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    path, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    problem = read(path)
    prepare(problem, 1, seed)()
    for _line in sys.stdin:
        run = prepare(problem, n, seed)
        begin, work = time.perf_counter(), time.process_time()
        patch_days, infected = run()
        seconds, work = time.perf_counter() - begin, time.process_time() - work
        answer = {
            "seconds": seconds,
            "work": work,
            "outbreaks": n,
            "patch_days": int(patch_days),
            "attack": float(infected.mean() / problem.population.sum()),
            "small": float((infected < SMALL).mean()),
            "threads": 1,
            "version": f"{package} {version(package)}",
        }
        print(json.dumps(answer), file=answers, flush=True)
