"""A chain-binomial SEIR model of one place: another kind of model of the same disease."""

from __future__ import annotations

import math

import numpy as np


def run(
    people: int, r0: float, latent: float, infectious: float, n: int, *, first: int = 1, seed: int = 1
) -> np.ndarray:
    """New infections by day of n outbreaks, array (outbreak, day).

    Exponential latent and infectious periods, cut into days: people leave each with a fixed chance a
    day. Transmission is scaled so that a case infects R0 people over its mean stay.
    """
    rng = np.random.default_rng(seed)
    s, e, i = np.full(n, people - first), np.zeros(n, np.int64), np.full(n, first)
    onset, recovery = 1 - math.exp(-1 / latent), 1 - math.exp(-1 / infectious)
    days = [np.full(n, first)]
    while (e + i).any():
        new = rng.binomial(s, -np.expm1(-r0 * recovery * i / people))
        ill, well = rng.binomial(e, onset), rng.binomial(i, recovery)
        s, e, i = s - new, e + new - ill, i + ill - well
        days.append(new)
    return np.array(days).T


def moments(latent: float, infectious: float) -> tuple[float, float]:
    """Mean and standard deviation of its generation interval: two geometric stays, one whole and one of the rest.

    A case of day 0 leaves the latent stage after a geometric number of days; it then infects on each
    day of a geometric stay, and who is infected is counted on the day itself.
    """
    a, b = 1 - math.exp(-1 / latent), 1 - math.exp(-1 / infectious)
    return 1 / a + 1 / b, math.hypot(math.sqrt(1 - a) / a, math.sqrt(1 - b) / b)
