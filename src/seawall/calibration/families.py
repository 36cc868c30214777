"""Families of delays, and the chance that two dates lie so many days apart.

A date says the day and not the hour. Two events whose dates differ by d days lie between d - 1 and
d + 1 days apart; if the first falls evenly over its day, the chance of a difference d is the mean
of F(d + 1 - u) - F(d - u) over u from 0 to 1 (Charniga et al. 2024, doi 10.1371/journal.pcbi.1012520,
on such doubly censored delays). With G(t) the integral of F from 0 to t this is
G(d + 1) - 2 G(d) + G(d - 1), and G has a closed form in each family.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gamma, gammainc, gammaincinv, gammaln, log_ndtr, ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FAMILIES", "LONGEST_DAYS", "Family", "mean_days", "quantile", "unit_of", "whole_day_chance"]

#: Mean delays count longer ones as this, days: an outbreak that nobody answers for a year is not answered.
LONGEST_DAYS = 365.0
#: Chance below which differences of integrals lose their digits.
_DIGITS = 1e-8
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True)
class Family:
    """Delays that differ by a scale and a shape; functions of the delay in units of the scale.

    Parameters
    ----------
    name : str
    bounds : tuple of float
        Logarithms of the least and the greatest shape that are tried.
    cdf : function (t, shape)
        Chance of a delay up to t.
    density : function (t, shape)
    partial : function (t, shape)
        Mean of the delay over those up to t only: integral of s f(s) from 0 to t.
    inverse : function (p, shape)
        Quantile.
    """

    name: str
    bounds: tuple[float, float]
    cdf: Callable[[NDArray[np.float64], float], NDArray[np.float64]]
    density: Callable[[NDArray[np.float64], float], NDArray[np.float64]]
    partial: Callable[[NDArray[np.float64], float], NDArray[np.float64]]
    inverse: Callable[[float, float], float]


def _log(t: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(t))


def _lognormal_density(t: NDArray[np.float64], s: float) -> NDArray[np.float64]:
    return np.asarray(np.exp(-0.5 * (np.log(t) / s) ** 2) / (t * s * math.sqrt(2 * math.pi)))


def _weibull_density(t: NDArray[np.float64], s: float) -> NDArray[np.float64]:
    return np.asarray(s * t ** (s - 1.0) * np.exp(-(t**s)))


def _gamma_density(t: NDArray[np.float64], s: float) -> NDArray[np.float64]:
    return np.asarray(np.exp((s - 1.0) * np.log(t) - t - gammaln(s)))


FAMILIES: dict[str, Family] = {
    f.name: f
    for f in (
        Family(
            "lognormal",
            (math.log(0.05), math.log(4.0)),
            lambda t, s: ndtr(_log(t) / s),
            _lognormal_density,
            lambda t, s: np.exp(0.5 * s * s + log_ndtr(_log(t) / s - s)),
            lambda p, s: math.exp(s * float(ndtri(p))),
        ),
        Family(
            "Weibull",
            (math.log(0.2), math.log(20.0)),
            lambda t, s: -np.expm1(-(t**s)),
            _weibull_density,
            lambda t, s: gamma(1.0 + 1.0 / s) * gammainc(1.0 + 1.0 / s, t**s),
            lambda p, s: (-math.log1p(-p)) ** (1.0 / s),
        ),
        Family(
            "gamma",
            (math.log(0.08), math.log(400.0)),
            lambda t, s: gammainc(s, t),
            _gamma_density,
            lambda t, s: s * gammainc(s + 1.0, t),
            lambda p, s: float(gammaincinv(s, p)),
        ),
    )
}
"""Families tried, by name."""


def _integral(family: Family, days: NDArray[np.float64], scale: float, shape: float) -> NDArray[np.float64]:
    """Integral of the distribution function from 0 to each of some days."""
    t = np.maximum(days, 0.0)
    return np.asarray(t * family.cdf(t / scale, shape) - scale * family.partial(t / scale, shape))


def whole_day_chance(family: Family, days: NDArray[np.float64], scale: float, shape: float) -> NDArray[np.float64]:
    """Chance that two dates differ by each of some whole numbers of days.

    Parameters
    ----------
    family : Family
    days : float array (day,)
        Whole numbers from 0.
    scale : float
        Days.
    shape : float

    Returns
    -------
    float array (day,)
        Over all days it sums to 1.
    """
    around = _integral(family, np.concatenate([days - 1.0, days, days + 1.0]), scale, shape)
    before, here, after = around.reshape(3, -1)
    chance = after - 2.0 * here + before
    # far out the integrals agree in all their digits but the last: add up the density instead
    far = (chance < _DIGITS) & (days >= 1)
    if far.any():
        chance = chance.copy()
        chance[far] = _triangle(family, days[far], scale, shape)
    return np.asarray(np.maximum(chance, 1e-300))


def _triangle(family: Family, days: NDArray[np.float64], scale: float, shape: float) -> NDArray[np.float64]:
    """Density times 1 - |t - d|, added up over a day either side of d."""
    total = np.zeros_like(days)
    with np.errstate(under="ignore", over="ignore"):
        for side in (-0.5, 0.5):
            for node, weight in zip(_NODES, _WEIGHTS, strict=True):
                off = side + 0.5 * node
                total += 0.5 * weight * (1.0 - abs(off)) * family.density((days + off) / scale, shape) / scale
    return total


def quantile(family: Family, p: float, scale: float, shape: float) -> float:
    """Delay that a share p does not exceed, days."""
    return scale * family.inverse(p, shape)


def mean_days(family: Family, scale: float, shape: float) -> float:
    """Mean delay, days, longer ones than `LONGEST_DAYS` counted as that."""
    at = np.array([LONGEST_DAYS])
    return float(LONGEST_DAYS - _integral(family, at, scale, shape)[0])


def unit_of(family: Family, p: float, shape: float) -> float:
    """Quantile p at a scale of one day."""
    return max(family.inverse(p, shape), 1e-12)
