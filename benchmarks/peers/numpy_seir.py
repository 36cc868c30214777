"""Chain-binomial SEIR metapopulation in plain NumPy, all outbreaks at once: what one would write first.

Outbreaks that are over are dropped once a week, so that only those that go on cost time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from common import Problem, serve

if TYPE_CHECKING:
    from collections.abc import Callable

WEEK = 7


def prepare(problem: Problem, n: int, seed: int, *, drop: bool = True) -> Callable[[], tuple[int, np.ndarray]]:
    """See `common.serve`; without ``drop`` every outbreak is run to the last day."""
    rng = np.random.default_rng(seed)
    # pressure on a person of one place from one infectious person of another
    pressure = problem.beta * problem.contacts / problem.population
    onset, recovery = -math.expm1(-1 / problem.latent), -math.expm1(-1 / problem.infectious)

    def run() -> tuple[int, np.ndarray]:
        s = np.tile(problem.population, (n, 1))
        e, i = np.zeros_like(s), np.zeros_like(s)
        s[:, 0] -= problem.first
        e[:, 0] = problem.first
        which, infected, patch_days = np.arange(n), np.zeros(n, np.int64), 0
        people = problem.population.sum()
        for day in range(1, problem.days):
            force = i @ pressure
            if day >= problem.answer_day:
                force *= 1.0 - problem.prevented
            new = rng.binomial(s, -np.expm1(-force))
            ill, well = rng.binomial(e, onset), rng.binomial(i, recovery)
            s -= new
            e += new - ill
            i += ill - well
            patch_days += s.size
            if drop and day % WEEK == 0:
                on = (e.any(1)) | (i.any(1))
                if not on.all():
                    infected[which[~on]] = people - s[~on].sum(1)
                    which, s, e, i = which[on], s[on], e[on], i[on]
                    if not len(which):
                        break
        infected[which] = people - s.sum(1)
        return patch_days, infected

    return run


if __name__ == "__main__":
    serve("numpy", prepare)
