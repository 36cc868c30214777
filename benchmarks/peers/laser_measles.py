"""The compartmental model of laser-measles: a stochastic SEIR metapopulation in daily steps.

It takes the same travel matrix, through a mixing of its own kind, and runs one outbreak at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from common import Problem, serve
from laser.measles.compartmental import CompartmentalModel, CompartmentalParams
from laser.measles.compartmental.components import (
    InfectionParams,
    InfectionProcess,
    InfectionSeedingParams,
    InfectionSeedingProcess,
)
from laser.measles.components import create_component
from laser.measles.mixing.base import BaseMixing

if TYPE_CHECKING:
    from collections.abc import Callable


class Given(BaseMixing):
    """Mixing that is given as a matrix (from, to)."""

    def __init__(self, matrix: np.ndarray) -> None:
        super().__init__(None, None)
        self._mixing_matrix = matrix

    def get_migration_matrix(self) -> np.ndarray:
        """Contacts outside the own place."""
        return self._mixing_matrix - np.diag(np.diag(self._mixing_matrix))


def prepare(problem: Problem, n: int, seed: int) -> Callable[[], tuple[int, np.ndarray]]:
    """See `common.serve`."""
    names = [f"P{i}" for i in range(len(problem.population))]
    scenario = pl.DataFrame(
        {
            "id": names,
            "pop": problem.population,
            "lat": problem.lat,
            "lon": problem.lon,
            "mcv1": np.zeros(len(names)),
        }
    )
    infection = InfectionParams(
        beta=problem.beta, exp_mu=problem.latent, inf_mu=problem.infectious, mixer=Given(problem.contacts)
    )
    seeding = InfectionSeedingParams(target_patches=names[:1], num_infections=problem.first)

    def model(i: int) -> CompartmentalModel:
        params = CompartmentalParams(num_ticks=problem.days - 1, seed=seed * 100_000 + i, show_progress=False)
        out = CompartmentalModel(scenario, params)
        out.add_component(create_component(InfectionSeedingProcess, seeding))
        out.add_component(create_component(InfectionProcess, infection))
        return out

    models = [model(i) for i in range(n)]

    def run() -> tuple[int, np.ndarray]:
        for m in models:
            m.run()
        left = np.array([m.patches.states.S.sum(dtype=np.int64) for m in models])
        return n * len(names) * (problem.days - 1), problem.population.sum() - left

    return run


if __name__ == "__main__":
    serve("laser-measles", prepare)
