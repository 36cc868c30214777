"""Random draws without state: one uniform per (outbreak, place, day, mechanism), and quantiles.

A count is the quantile function of its distribution at that uniform, so it rises with the
uniform, with the number of trials and with their probability: two plans that share their
uniforms differ by their capacity and not by luck. Small means are inverted exactly; large ones
use the Cornish-Fisher expansion to fourth order (Cornish and Fisher 1938, doi 10.2307/1400905),
whose error in the distribution function is below 5e-6 above a mean of `EXACT_BELOW`.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, uint64

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "GAMMA_POINTS",
    "binomial_quantile",
    "gamma_quantile",
    "gamma_table",
    "name_key",
    "normal_quantile",
    "poisson_quantile",
    "uniform",
]

#: Means below which counts are inverted term by term.
EXACT_BELOW = 25.0
#: Points of the table of Gamma quantiles, even in the normal quantile from -`GAMMA_REACH` to it.
GAMMA_POINTS = 2049
GAMMA_REACH = 6.5
#: Shape above which the Cornish-Fisher quantile of the Gamma is used (error of the distribution
#: function below 2e-6).
LARGE_SHAPE = 40.0
#: Most rows of the table, so that a small dispersion does not ask for a huge one: below a
#: dispersion of 0.05 the seam lies at a smaller shape (8 at 0.01, where the error is below 1e-4).
MOST_ROWS = 800


def name_key(*names: object) -> int:
    """A 64-bit key from names; the same on every machine."""
    text = "\x1f".join(map(str, names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


@njit(cache=True, nogil=True, inline="always")
def _mix(z):  # type: ignore[no-untyped-def]
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@njit(cache=True, nogil=True)
def uniform(outbreak, place, day, mechanism):  # type: ignore[no-untyped-def]
    """Uniform in (0, 1) for one draw; keys are uint64, day and mechanism small integers.

    The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood 2014,
    doi 10.1145/2714064.2660195), applied to the keys one after the other.
    """
    z = _mix(uint64(outbreak) + uint64(0x9E3779B97F4A7C15))
    z = _mix(z ^ uint64(place))
    z = _mix(z + uint64(day) * uint64(0xD6E8FEB86659FD93) + uint64(mechanism) * uint64(0xA0761D6478BD642F))
    return (float(z >> uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def normal_quantile(u):  # type: ignore[no-untyped-def]
    """Quantile of the standard normal, relative error below 1.2e-9 (P. J. Acklam's rational fit)."""
    if u < 0.02425:
        q = math.sqrt(-2.0 * math.log(u))
        return _tail(q)
    if u > 1.0 - 0.02425:
        q = math.sqrt(-2.0 * math.log(1.0 - u))
        return -_tail(q)
    q = u - 0.5
    r = q * q
    top = -39.69683028665376 * r + 220.9460984245205
    top = ((top * r - 275.9285104469687) * r + 138.3577518672690) * r - 30.66479806614716
    top = (top * r + 2.506628277459239) * q
    low = -54.47609879822406 * r + 161.5858368580409
    low = ((low * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572
    return top / (low * r + 1.0)


@njit(cache=True, nogil=True)
def _tail(q):  # type: ignore[no-untyped-def]
    top = -0.007784894002430293 * q - 0.3223964580411365
    top = ((top * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968
    top = top * q + 2.938163982698783
    low = ((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416
    return top / (low * q + 1.0)


@njit(cache=True, nogil=True)
def binomial_quantile(u, n, p):  # type: ignore[no-untyped-def]
    """Smallest k with P(Binomial(n, p) <= k) >= u."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - binomial_quantile(1.0 - u, n, 1.0 - p)
    mean = n * p
    if mean < EXACT_BELOW:
        ratio = p / (1.0 - p)
        term = math.exp(n * math.log1p(-p))
        k = 0
        while u > term and k < n:
            u -= term
            k += 1
            term *= ratio * (n - k + 1) / k
            if term < 1e-18 and k > mean:
                break
        return k
    q = 1.0 - p
    skew = 1.0 - 2.0 * p
    return min(n, _rounded(mean, mean * q, skew, 1.0 - 6.0 * p * q, skew * (1.0 - 12.0 * p * q), u))


@njit(cache=True, nogil=True)
def poisson_quantile(u, mean):  # type: ignore[no-untyped-def]
    """Smallest k with P(Poisson(mean) <= k) >= u."""
    if mean <= 0.0:
        return 0
    if mean < EXACT_BELOW:
        term = math.exp(-mean)
        k = 0
        while u > term:
            u -= term
            k += 1
            term *= mean / k
            if term < 1e-18 and k > mean:
                break
        return k
    return _rounded(mean, mean, 1.0, 1.0, 1.0, u)


@njit(cache=True, nogil=True)
def _rounded(mean, variance, third, fourth, fifth, u):  # type: ignore[no-untyped-def]
    """Quantile of a count, by Cornish-Fisher to fourth order and continuity correction.

    ``third``, ``fourth`` and ``fifth`` are cumulants as multiples of the variance. Steps of one
    make the variance seem smaller by 1/12 and the fourth cumulant greater by 1/120 (Euler-Maclaurin).
    """
    z = normal_quantile(u)
    narrow = variance - 1.0 / 12.0
    sd = math.sqrt(narrow)
    s = third * variance / (narrow * sd)
    k = (fourth * variance + 1.0 / 120.0) / (narrow * narrow)
    f = fifth * variance / (narrow * narrow * sd)
    z2 = z * z
    w = z + s * (z2 - 1.0) / 6.0
    w += k * z * (z2 - 3.0) / 24.0 - s * s * z * (2.0 * z2 - 5.0) / 36.0
    w += f * (z2 * (z2 - 6.0) + 3.0) / 120.0 - s * k * (z2 * (z2 - 5.0) + 2.0) / 24.0
    w += s * s * s * (z2 * (12.0 * z2 - 53.0) + 17.0) / 324.0
    return max(0, int(math.floor(mean + sd * w + 0.5)))


def gamma_table(dispersion: float) -> NDArray[np.float64]:
    """Quantiles of the total infectiousness of m cases, Gamma(dispersion · m, mean m).

    Parameters
    ----------
    dispersion : float
        k of the offspring distribution.

    Returns
    -------
    float array (m, `GAMMA_POINTS`)
        Row m - 1 for m cases, up to a shape of `LARGE_SHAPE`; mean exactly m.
    """
    from scipy.special import gammaincinv, ndtr  # noqa: PLC0415 - slow to import, needed once

    rows = int(min(MOST_ROWS, max(1, math.ceil(LARGE_SHAPE / dispersion))))
    u = ndtr(np.linspace(-GAMMA_REACH, GAMMA_REACH, GAMMA_POINTS))
    m = np.arange(1, rows + 1)
    table: NDArray[np.float64] = gammaincinv(dispersion * m[:, None], u[None, :]) / dispersion
    weight = np.diff(u)
    mean = ((table[:, 1:] + table[:, :-1]) / 2 * weight).sum(1) / weight.sum()
    return np.ascontiguousarray(table * (m / mean)[:, None])


@njit(cache=True, nogil=True)
def gamma_quantile(u, m, dispersion, table):  # type: ignore[no-untyped-def]
    """Total infectiousness of m cases at uniform u, in units of R0; see `gamma_table`."""
    z = normal_quantile(u)
    if m <= table.shape[0]:
        x = (z + GAMMA_REACH) * ((GAMMA_POINTS - 1) / (2.0 * GAMMA_REACH))
        if x <= 0.0:
            return table[m - 1, 0]
        i = int(x)
        if i >= GAMMA_POINTS - 1:
            return table[m - 1, GAMMA_POINTS - 1]
        a = x - i
        return table[m - 1, i] * (1.0 - a) + table[m - 1, i + 1] * a
    root = math.sqrt(dispersion * m)
    z2 = z * z
    w = z + (z2 - 1.0) / (3.0 * root) + z * (z2 - 7.0) / (36.0 * root * root)
    w -= (z2 * (6.0 * z2 + 14.0) - 32.0) / (1620.0 * root * root * root)
    return max(0.0, m * (1.0 + w / root))
