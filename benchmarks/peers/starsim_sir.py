"""starsim, an agent-based model: its SEIR disease, with a route of transmission between places.

It counts agents, not people. An agent here stands for `PEOPLE` people, at least `LEAST` agents a place, and
the first cases are as many agents: fewer people a place change when an outbreak peaks, hardly how many
it reaches. Its own mixing pools would need one pool for every pair of places; a route written for the
purpose, with one pressure a place, is much faster and is what is timed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import starsim as ss
from common import Problem, serve

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE, LEAST = 2000, 100


class Places(ss.Route):
    """Transmission within and between places."""

    def __init__(self, place: np.ndarray, pressure: np.ndarray) -> None:
        super().__init__(name="places")
        self.place, self.pressure = place, pressure
        self.caught = ss.bernoulli(p=0)

    def step(self) -> None:
        """Nothing changes in the places themselves."""

    def compute_transmission(self, rel_sus, rel_trans, disease_beta, disease=None):  # type: ignore[no-untyped-def]
        """Agents infected today."""
        ill = np.bincount(self.place[disease.infectious.uids], minlength=len(self.pressure))
        chance = -np.expm1(-(ill @ self.pressure))  # the rate a day is in it: the disease would take its own a year
        susceptible = disease.susceptible.uids
        self.caught.set(p=chance[self.place[susceptible]])
        return self.caught.filter(susceptible)


def prepare(problem: Problem, n: int, seed: int) -> Callable[[], tuple[int, np.ndarray]]:
    """See `common.serve`."""
    agents = np.maximum(LEAST, problem.population // PEOPLE)
    place = np.repeat(np.arange(len(agents)), agents)
    # periods end at their own fraction of a day, so that a stay lasts `infectious` days on average
    pressure = problem.r0 / problem.infectious * problem.contacts / agents

    def sim(i: int) -> ss.Sim:
        disease = ss.SEIR(
            init_prev=ss.bernoulli(p=lambda module, sim, uids: (np.asarray(uids) < problem.first).astype(float)),
            dur_exp=ss.expon(scale=ss.days(problem.latent)),
            dur_inf=ss.expon(scale=ss.days(problem.infectious)),
            p_death=ss.bernoulli(p=0),
        )
        out = ss.Sim(
            n_agents=len(place), diseases=disease, networks=Places(place, pressure), dt=ss.days(1),
            start="2020-01-01", dur=ss.days(problem.days - 2), rand_seed=seed * 1000 + i, verbose=0, copy_inputs=False,
        )  # fmt: skip
        out.init()
        return out

    sims = [sim(i) for i in range(n)]

    def run() -> tuple[int, np.ndarray]:
        for s in sims:
            s.run()
        reached = np.array([1.0 - s.diseases[0].susceptible.raw[: len(place)].mean() for s in sims])
        return n * len(agents) * len(sims[0].t.timevec), reached * problem.population.sum()

    return run


if __name__ == "__main__":
    serve("starsim", prepare)
