"""Random draws without state: one uniform per (outbreak, place, day, mechanism), and quantiles.

A count is the exact quantile of its distribution at that uniform, so it rises with the uniform,
with the number of trials and with their probability: two plans that share their uniforms differ by
their capacity and not by luck. Small means are inverted term by term. Larger ones begin with the
Cornish-Fisher expansion to fourth order (Cornish and Fisher 1938, doi 10.2307/1400905), whose error
is bounded; only where that error could move the count by one is the distribution function itself
summed and the count put right. Both ways give the same count, so there is no seam between them.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, uint64

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "GAMMA_POINTS",
    "binomial_quantile",
    "binomial_quantiles",
    "gamma_at",
    "gamma_quantile",
    "gamma_table",
    "name_key",
    "normal_quantile",
    "normal_quantiles",
    "place_base",
    "poisson_quantile",
    "uniform",
    "uniform_at",
]

#: Means below which counts are inverted term by term.
SMALL_MEAN = 6.0
#: Normal deviates beyond which an expansion is not trusted.
TRUSTED = 4.5
#: Points of the table of Gamma quantiles, even in the normal deviate from -`GAMMA_REACH` to it.
GAMMA_POINTS = 1025
GAMMA_REACH = 7.0
#: Shape from which quantiles of the Gamma are read between rows at even steps of 1 / sqrt(shape),
#: and the number of steps from there to an infinite shape. Such rows are nearly straight, so that
#: few points are enough; the table stays in the fastest memory.
LARGE_SHAPE = 4.0
LARGE_ROWS = 32
LARGE_POINTS = 129


def name_key(*names: object) -> int:
    """A 64-bit key from names; the same on every machine."""
    text = "\x1f".join(map(str, names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


# -- uniforms -------------------------------------------------------------------------------------


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _mix(z):  # type: ignore[no-untyped-def]
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def place_base(outbreak, place):  # type: ignore[no-untyped-def]
    """What the uniforms of one outbreak in one place have in common; keys are uint64."""
    return _mix(_mix(uint64(outbreak) + uint64(0x9E3779B97F4A7C15)) ^ uint64(place))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def uniform_at(base, day, mechanism):  # type: ignore[no-untyped-def]
    """Uniform in (0, 1) for a `place_base`; day and mechanism are small integers.

    The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood 2014,
    doi 10.1145/2714064.2660195), applied to the keys one after the other.
    """
    z = _mix(base + uint64(day) * uint64(0xD6E8FEB86659FD93) + uint64(mechanism) * uint64(0xA0761D6478BD642F))
    return (float(z >> uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True, error_model="numpy")
def uniform(outbreak, place, day, mechanism):  # type: ignore[no-untyped-def]
    """Uniform in (0, 1) for one draw; keys are uint64, day and mechanism small integers."""
    return uniform_at(place_base(outbreak, place), day, mechanism)


# -- the normal -----------------------------------------------------------------------------------


@njit(cache=True, nogil=True, error_model="numpy", inline="always", fastmath={"contract"})
def _middle(q):  # type: ignore[no-untyped-def]
    """Normal quantile at 1/2 + q, |q| at most 0.425."""
    r = 0.180625 - q * q
    top = 2509.0809287301226727 * r + 33430.575583588128105
    top = ((top * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125
    top = ((top * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608
    low = 5226.495278852545925 * r + 28729.085735721942674
    low = ((low * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077
    low = ((low * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0
    return q * top / low


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _outside(u):  # type: ignore[no-untyped-def]
    """Normal quantile at u or at 1 - u where u is below 0.075: how far out it lies, a positive number."""
    r = math.sqrt(-math.log(u))
    if r <= 5.0:
        r -= 1.6
        top = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
        top = ((top * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r + 3.64784832476320460504
        top = ((top * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734
        low = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
        low = ((low * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455
        low = ((low * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        top = ((top * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123
        top = ((top * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772
        low = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
        low = ((low * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525
        low = ((low * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0
    return top / low


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def normal_quantiles(u, n, z):  # type: ignore[no-untyped-def]
    """Normal quantiles of the first n of some uniforms, into z; the middle in one sweep that compiles to vectors."""
    for i in range(n):
        z[i] = _middle(u[i] - 0.5)
    for i in range(n):
        q = u[i] - 0.5
        if abs(q) > 0.425:
            z[i] = -_outside(u[i]) if q < 0.0 else _outside(1.0 - u[i])


@njit(cache=True, nogil=True, error_model="numpy")
def normal_quantile(u):  # type: ignore[no-untyped-def]
    """Quantile of the standard normal, relative error about 1e-15 (Wichura 1988, doi 10.2307/2347330)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return _middle(q)
    return -_outside(u) if q < 0.0 else _outside(1.0 - u)


# -- counts ---------------------------------------------------------------------------------------

# Binomial and Poisson counts are told apart by the ratio of neighbouring terms,
# P(k + 1) / P(k) = (a - b k) / (k + 1): b = p / (1 - p) and a = n b for the binomial, b = 0 and
# a = mean for the Poisson.


@njit(cache=True, nogil=True, error_model="numpy")
def _stirling(n):  # type: ignore[no-untyped-def]
    """What Stirling's formula lacks of the logarithm of n!; n a whole number from 0 on."""
    if n < 16.0:
        if n < 1.0:
            return 0.0
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.9189385332046727418
    m = 1.0 / (n * n)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - m / 1188) * m) * m) * m) / n


@njit(cache=True, nogil=True, error_model="numpy")
def _deviance(x, m):  # type: ignore[no-untyped-def]
    """X log(x / m) + m - x without loss of figures where x is near m."""
    if abs(x - m) < 0.1 * (x + m):
        v = (x - m) / (x + m)
        s, e, j = (x - m) * v, 2.0 * x * v, 1
        while True:
            e *= v * v
            more = s + e / (2 * j + 1)
            if more == s:
                return s
            s = more
            j += 1
    return x * math.log(x / m) + m - x


@njit(cache=True, nogil=True, error_model="numpy")
def _term(k, n, p, mean):  # type: ignore[no-untyped-def]
    """P(k) of Binomial(n, p), or of Poisson(mean) where n is negative (Loader's saddle-point form, 2000)."""
    if n < 0:
        if k == 0:
            return math.exp(-mean)
        return math.exp(-_stirling(float(k)) - _deviance(float(k), mean)) / math.sqrt(2.0 * math.pi * k)
    if k <= 0:
        return math.exp(n * math.log1p(-p))
    if k >= n:
        return math.exp(n * math.log(p))
    x, y, q = float(k), float(n - k), 1.0 - p
    e = _stirling(float(n)) - _stirling(x) - _stirling(y) - _deviance(x, n * p) - _deviance(y, n * q)
    return math.exp(e) * math.sqrt(n / (2.0 * math.pi * x * y))


@njit(cache=True, nogil=True, error_model="numpy")
def _put_right(k, u, n, p, mean):  # type: ignore[no-untyped-def]
    """The quantile at u, from a count k that is near it, by summing the shorter tail."""
    most = n if n >= 0 else 2**62
    k = min(max(k, 0), most)
    b = p / (1.0 - p) if n >= 0 else 0.0
    a = n * b if n >= 0 else mean
    at = _term(k, n, p, mean)
    if u <= 0.5:
        # below = P(X <= k)
        below, term, i = at, at, k
        while i > 0:
            term *= i / (a - b * (i - 1))
            below += term
            i -= 1
            if term < 1e-17 * below:
                break
        while below < u and k < most:
            at *= (a - b * k) / (k + 1)
            k += 1
            below += at
        while k > 0 and below - at >= u:
            below -= at
            at *= k / (a - b * (k - 1))
            k -= 1
        return k
    # above = P(X > k), compared with 1 - u
    v = 1.0 - u
    term = at * (a - b * k) / (k + 1) if k < most else 0.0
    above, i = term, k + 1
    while i < most and term > 1e-17 * above:
        term *= (a - b * i) / (i + 1)
        above += term
        i += 1
    while above > v and k < most:
        at *= (a - b * k) / (k + 1)
        k += 1
        above -= at
    while k > 0 and above + at <= v:
        above += at
        at *= k / (a - b * (k - 1))
        k -= 1
    return k


@njit(cache=True, nogil=True, error_model="numpy", inline="always", fastmath={"contract"})
def _expanded(mean, variance, third, fourth, fifth, z):  # type: ignore[no-untyped-def]
    """A half more than a count at normal deviate z, not yet whole, and what it may be wrong by.

    ``third``, ``fourth`` and ``fifth`` are cumulants as multiples of the variance. Steps of one
    make the variance seem smaller by 1/12 and the fourth cumulant greater by 1/120 (Euler-Maclaurin).
    """
    narrow = variance - 1.0 / 12.0
    sd = math.sqrt(narrow)
    f = 1.0 / sd
    f2 = f * f
    s = third * variance * f2
    k = (fourth * variance + 1.0 / 120.0) * f2
    t = fifth * variance * f2
    z2 = z * z
    # the usual terms, times the standard deviation to the power of their order
    first = s * (z2 - 1.0) * (1.0 / 6.0)
    second = z * (k * (z2 - 3.0) * (1.0 / 24.0) - s * s * (2.0 * z2 - 5.0) * (1.0 / 36.0))
    last = t * (z2 * (z2 - 6.0) + 3.0) * (1.0 / 120.0) - s * k * (z2 * (z2 - 5.0) + 2.0) * (1.0 / 24.0)
    last += s * s * s * (z2 * (12.0 * z2 - 53.0) + 17.0) * (1.0 / 324.0)
    x = mean + sd * z + first + f * (second + f * last)
    return x + 0.5, f2 * f * (0.01 + 0.02 * z2 * z2) + 1e-15 * x


@njit(cache=True, nogil=True, error_model="numpy")
def binomial_quantile(u, n, p):  # type: ignore[no-untyped-def]
    """Smallest k with P(Binomial(n, p) <= k) >= u."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _lower_binomial(1.0 - u, n, 1.0 - p)
    return _lower_binomial(u, n, p)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def binomial_quantiles(u, z, s, p, n, x, error):  # type: ignore[no-untyped-def]
    """Quantiles of the first n of some binomials, into x, as whole numbers.

    Expansions are computed in sweeps that compile to vectors; where one may be wrong by one, the
    count is found alone.

    Parameters
    ----------
    u, z : float arrays
        Uniforms and their normal quantiles.
    s, p : float arrays
        Trials, whole numbers, and their probabilities.
    n : int
    x, error : float arrays
        Filled with the counts; with what expansions may be wrong by.
    """
    for i in range(n):
        q = 1.0 - p[i]
        mean = s[i] * p[i]
        skew = 1.0 - 2.0 * p[i]
        # where the mean is small nothing here counts, but it has to be a number
        m = max(mean, 1.0)
        x[i], error[i] = _expanded(
            m, max(mean * q, 0.5), skew, 1.0 - 6.0 * p[i] * q, skew * (1.0 - 12.0 * p[i] * q), z[i]
        )
    for i in range(n):
        k = math.floor(x[i])
        rest = x[i] - k
        sure = error[i] < rest < 1.0 - error[i] and -TRUSTED < z[i] < TRUSTED
        if sure and p[i] <= 0.5 and s[i] * p[i] >= SMALL_MEAN:
            x[i] = k
        else:
            x[i] = binomial_quantile(u[i], int(s[i]), p[i])


@njit(cache=True, nogil=True, error_model="numpy")
def _lower_binomial(u, n, p):  # type: ignore[no-untyped-def]
    """The same for p up to one half."""
    mean = n * p
    if mean < SMALL_MEAN:
        # from the first term on; a mean this small keeps it far from nothing
        b = p / (1.0 - p)
        a = n * b
        term = math.exp(n * math.log1p(-p))
        k = 0
        while u > term and k < n:
            u -= term
            term *= (a - b * k) / (k + 1)
            k += 1
            if term < 1e-18 and k > mean:
                break
        return k
    q = 1.0 - p
    z = normal_quantile(u)
    skew = 1.0 - 2.0 * p
    x, error = _expanded(mean, mean * q, skew, 1.0 - 6.0 * p * q, skew * (1.0 - 12.0 * p * q), z)
    k = int(x)
    if error < x - k < 1.0 - error and -TRUSTED < z < TRUSTED:
        return k
    return _put_right(k, u, n, p, mean)


@njit(cache=True, nogil=True, error_model="numpy")
def poisson_quantile(u, mean):  # type: ignore[no-untyped-def]
    """Smallest k with P(Poisson(mean) <= k) >= u."""
    if mean <= 0.0:
        return 0
    if mean < SMALL_MEAN:
        term = math.exp(-mean)
        k = 0
        while u > term:
            u -= term
            k += 1
            term *= mean / k
            if term < 1e-18 and k > mean:
                break
        return k
    z = normal_quantile(u)
    x, error = _expanded(mean, mean, 1.0, 1.0, 1.0, z)
    k = int(x)
    if error < x - k < 1.0 - error and -TRUSTED < z < TRUSTED:
        return k
    return _put_right(k, u, -1, 0.0, mean)


# -- infectiousness -------------------------------------------------------------------------------


@cache
def _large_rows() -> NDArray[np.float64]:
    """Rows for shapes from `LARGE_SHAPE` on, at even steps of t = 1 / sqrt(shape) from 0, array (row, point).

    The cube root of a Gamma of mean 1 is 1 + t W with W close to z / 3 (Wilson and Hilferty 1931,
    doi 10.1073/pnas.17.12.684); what is kept is W.
    """
    from scipy.special import gammaincinv, ndtr  # noqa: PLC0415 - slow to import, needed once

    z = np.linspace(-GAMMA_REACH, GAMMA_REACH, LARGE_POINTS)
    t = np.linspace(0.0, 1.0 / math.sqrt(LARGE_SHAPE), LARGE_ROWS + 1)
    shape = 1.0 / t[1:, None] ** 2
    w = (np.cbrt(gammaincinv(shape, ndtr(z)[None, :]) / shape) - 1.0) / t[1:, None]
    return np.vstack([z / 3.0, w])


def gamma_table(dispersion: float) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles of the total infectiousness of m cases, Gamma(dispersion · m, mean m).

    Parameters
    ----------
    dispersion : float
        k of the offspring distribution.

    Returns
    -------
    (dispersion, small, large)
        ``small`` (m, `GAMMA_POINTS`): row m - 1 for m cases up to a shape of `LARGE_SHAPE`;
        ``large`` (`LARGE_ROWS` + 1, `LARGE_POINTS`): beyond. Both hold cube roots, which are nearly
        straight in the normal deviate.
    """
    from scipy.special import gammaincinv, ndtr  # noqa: PLC0415 - slow to import, needed once

    z = np.linspace(-GAMMA_REACH, GAMMA_REACH, GAMMA_POINTS)
    m = np.arange(1, math.ceil(LARGE_SHAPE / dispersion) + 1)
    shape = dispersion * m[:, None]
    small = np.cbrt(gammaincinv(shape, ndtr(z)[None, :]) / shape)
    return dispersion, np.ascontiguousarray(small), _large_rows()


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def gamma_at(z, m, dispersion, small, large):  # type: ignore[no-untyped-def]
    """Total infectiousness of m cases at normal deviate z, in units of R0; see `gamma_table`."""
    x = min(max(z, -GAMMA_REACH), GAMMA_REACH) + GAMMA_REACH
    if m <= small.shape[0]:
        x *= (GAMMA_POINTS - 1) / (2.0 * GAMMA_REACH)
        i = min(int(x), GAMMA_POINTS - 2)
        w = small[m - 1, i] + (small[m - 1, i + 1] - small[m - 1, i]) * (x - i)
    else:
        x *= (LARGE_POINTS - 1) / (2.0 * GAMMA_REACH)
        i = min(int(x), LARGE_POINTS - 2)
        t = 1.0 / math.sqrt(dispersion * m)
        y = t * (LARGE_ROWS * math.sqrt(LARGE_SHAPE))
        r = min(int(y), LARGE_ROWS - 1)
        low = large[r, i] + (large[r, i + 1] - large[r, i]) * (x - i)
        high = large[r + 1, i] + (large[r + 1, i + 1] - large[r + 1, i]) * (x - i)
        w = 1.0 + t * (low + (high - low) * (y - r))
    return m * w * w * w


@njit(cache=True, nogil=True, error_model="numpy")
def gamma_quantile(u, m, table):  # type: ignore[no-untyped-def]
    """Total infectiousness of m cases at uniform u, in units of R0; see `gamma_table`."""
    return gamma_at(normal_quantile(u), m, table[0], table[1], table[2])
