"""epydemix, with numba: a stochastic compartmental model whose groups are the places.

Its contact matrix between groups takes the same travel. The matrix is given once for all days, which spares
it a copy a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from common import Problem, serve
from epydemix import EpiModel
from epydemix.model.epimodel import simulate
from epydemix.population import Population

if TYPE_CHECKING:
    from collections.abc import Callable


def prepare(problem: Problem, n: int, seed: int) -> Callable[[], tuple[int, np.ndarray]]:
    """See `common.serve`."""
    people = problem.population.astype(np.float64)
    names = [f"P{i}" for i in range(len(people))]
    # its pressure on group i is the sum over j of matrix[i, j] I[j] / N[j]
    matrix = problem.contacts.T * people[None, :] / people[:, None]
    population = Population("benchmark")
    population.add_population(people, names)
    population.add_contact_matrix(matrix)
    model = EpiModel(compartments=["S", "E", "I", "R"])
    model.set_population(population)
    model.add_transition("S", "E", params=(problem.beta, "I"), kind="mediated")
    model.add_transition("E", "I", params=1 / problem.latent, kind="spontaneous")
    model.add_transition("I", "R", params=1 / problem.infectious, kind="spontaneous")
    dates = list(pd.date_range("2020-01-01", periods=problem.days - 1))
    first = np.zeros(len(people))
    first[0] = problem.first
    begin = {"S": people - first, "E": first, "I": np.zeros(len(people)), "R": np.zeros(len(people))}
    rng = np.random.default_rng(seed)

    def run() -> tuple[int, np.ndarray]:
        infected = np.zeros(n)
        for i in range(n):
            done = simulate(
                model,
                initial_conditions_dict=begin,
                resample_frequency=None,
                simulation_dates=dates,
                contact_matrices=[{"overall": matrix}] * len(dates),
                rng=rng,
            )
            infected[i] = people.sum() - done.compartments["S_total"][-1]
        return n * len(names) * len(dates), infected

    return run


if __name__ == "__main__":
    serve("epydemix", prepare)
