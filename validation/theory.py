"""What theory says of outbreaks left alone; closed forms and roots, no simulation."""

from __future__ import annotations

import math

from scipy.optimize import brentq


def extinction(r0: float, k: float) -> float:
    """Probability that a chain from one case dies out.

    Least root of q = (1 + R0 (1 - q) / k)^-k: offspring negative binomial (Lloyd-Smith et al. 2005,
    doi 10.1038/nature04153).
    """
    q = 0.0
    for _ in range(100_000):
        nearer = (1 + r0 * (1 - q) / k) ** -k
        if abs(nearer - q) < 1e-14:
            break
        q = nearer
    return nearer


def final_size(r: float) -> float:
    """Share of the susceptible that a large outbreak infects: z = 1 - exp(-R z), R with immunity in it."""
    return 0.0 if r <= 1 else float(brentq(lambda z: 1 - math.exp(-r * z) - z, 1e-9, 1.0))


def growth(r0: float, interval: list[float]) -> float:
    """Growth a day at the beginning: root of 1 = R0 Σ w(s) exp(-r s) (Wallinga and Lipsitch 2007)."""
    return float(
        brentq(lambda r: r0 * sum(w * math.exp(-r * s) for s, w in enumerate(interval, 1)) - 1, -1.0, 5.0, xtol=1e-14)
    )


def growth_gamma(r0: float, mean: float, sd: float) -> float:
    """The same for a Gamma generation interval in continuous time: R0 = (1 + r sd²/mean)^((mean/sd)²)."""
    return (r0 ** ((sd / mean) ** 2) - 1) * mean / sd**2


def growth_seir(r0: float, latent: float, infectious: float) -> float:
    """The same for exponential latent and infectious periods: R0 = (1 + r L)(1 + r D)."""
    a, b, c = latent * infectious, latent + infectious, 1 - r0
    return c / -b if a == 0 else (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a)


def doubling(r: float) -> float:
    """Days in which a number doubles."""
    return math.log(2) / r
