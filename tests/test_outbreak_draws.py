"""Draws without state: quantiles against SciPy, the seams between their rules, and the uniforms themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit
from scipy import special, stats

from seawall.outbreak.draws import (
    EXACT_BELOW,
    LARGE_SHAPE,
    binomial_quantile,
    gamma_quantile,
    gamma_table,
    name_key,
    normal_quantile,
    poisson_quantile,
    uniform,
)
from seawall.outbreak.world import generation_interval

# no u equals a step of a distribution function, where the two sides of a tie are both right
U = np.concatenate(
    [[1.3e-12, 1.7e-9, 1.1e-6, 1.9e-4], (np.arange(999) + 0.3779) / 999, 1 - np.array([1.3e-4, 1.7e-6, 1.1e-9])]
)
# what the docstring of `draws` and of its constants says
CDF_ERROR, GAMMA_ERROR = 5e-6, 2e-6


@njit
def binomials(u: np.ndarray, n: int, p: float) -> np.ndarray:
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = binomial_quantile(u[i], n, p)
    return out


@njit
def poissons(u: np.ndarray, mean: float) -> np.ndarray:
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = poisson_quantile(u[i], mean)
    return out


@njit
def gammas(u: np.ndarray, m: int, k: float, table: np.ndarray) -> np.ndarray:
    out = np.empty(u.size)
    for i in range(u.size):
        out[i] = gamma_quantile(u[i], m, k, table)
    return out


@njit
def uniforms(outbreaks: np.ndarray, places: np.ndarray, days: np.ndarray, mechanism: int) -> np.ndarray:
    out = np.empty((outbreaks.size, places.size, days.size))
    for i in range(outbreaks.size):
        for j in range(places.size):
            for k in range(days.size):
                out[i, j, k] = uniform(outbreaks[i], places[j], days[k], mechanism)
    return out


def outside(counts: np.ndarray, cdf) -> float:
    """How far u lies outside the step of the distribution function that a count stands for."""
    below = np.where(counts > 0, cdf(np.maximum(counts - 1, 0)), 0.0)
    return float(np.maximum(below - U, U - cdf(counts)).max())


# -- counts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 7, 24, 50, 333, 100_000, 10**8])
@pytest.mark.parametrize("mean", [1e-6, 0.02, 0.7, 3.0, 11.0, 24.9])
def test_the_binomial_is_exact_below_the_threshold(n: int, mean: float) -> None:
    p = min(mean / n, 0.97)
    assert n * min(p, 1 - p) < EXACT_BELOW
    for q in (p, 1 - p):
        assert (binomials(U, n, q) == stats.binom.ppf(U, n, q)).all()


@pytest.mark.parametrize("n", [51, 60, 99, 150, 1_000, 10**5, 10**8])
def test_the_binomial_is_as_good_as_it_says_above_the_threshold(n: int) -> None:
    means = [25.0, 25.3, 27.0, 31.5, 40.0, 70.0, 200.0, 1e4, 4e7]
    errors = [
        outside(binomials(U, n, p), lambda k, p=p: stats.binom.cdf(k, n, p))
        for mean in means
        for p in (mean / n, 1 - mean / n)
        if n * min(p, 1 - p) >= EXACT_BELOW
    ]
    assert errors
    assert max(errors) < CDF_ERROR


@pytest.mark.parametrize("mean", [1e-6, 0.3, 2.0, 9.5, 24.99])
def test_the_poisson_is_exact_below_the_threshold(mean: float) -> None:
    assert (poissons(U, mean) == stats.poisson.ppf(U, mean)).all()


@pytest.mark.parametrize("mean", [25.0, 26.1, 40.0, 150.0, 1e4, 1e7])
def test_the_poisson_is_as_good_as_it_says_above_the_threshold(mean: float) -> None:
    assert outside(poissons(U, mean), lambda k: special.pdtr(k, mean)) < CDF_ERROR


def test_counts_at_their_limits() -> None:
    assert binomial_quantile(0.5, 0, 0.3) == binomial_quantile(0.5, 9, 0.0) == poisson_quantile(0.5, 0.0) == 0
    assert binomial_quantile(0.5, 9, 1.0) == 9
    assert binomials(U, 30, 0.999).max() <= 30
    assert binomials(U, 60, 0.5).max() <= 60


@pytest.mark.parametrize("n", [60, 1_000, 10**6])
def test_the_binomial_rises_with_u_n_and_p_across_the_threshold(n: int) -> None:
    inner = U[(U > 1e-8) & (U < 1 - 1e-8)]
    by_p = np.array([binomials(np.sort(inner), n, p) for p in np.linspace(15, 40, 251) / n])
    assert (np.diff(by_p, axis=1) >= 0).all()
    # at the very threshold the expansion may differ from the exact quantile by one, for few u
    assert (np.diff(by_p, axis=0) >= -1).all()
    assert (np.diff(by_p, axis=0) < 0).mean() < 1e-5
    by_n = np.array([binomials(inner, m, 25 / n) for m in range(max(1, n - 40), n + 40)])
    assert (np.diff(by_n, axis=0) >= -1).all()
    assert (np.diff(by_n, axis=0) < 0).mean() < 1e-5


def test_the_poisson_rises_with_its_mean_across_the_threshold() -> None:
    inner = U[(U > 1e-8) & (U < 1 - 1e-8)]
    by_mean = np.array([poissons(inner, mean) for mean in np.linspace(20, 30, 401)])
    assert (np.diff(by_mean, axis=0) >= -1).all()
    assert (np.diff(by_mean, axis=0) < 0).mean() < 1e-5


def test_the_normal_quantile() -> None:
    u = np.concatenate([U, [0.02425, 1 - 0.02425, 0.5]])
    got = np.array([normal_quantile(x) for x in u])
    exact = special.ndtri(u)
    assert np.abs(got - exact).max() < 1.2e-9 * np.abs(exact).max()


# -- infectiousness ------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0.1, 0.16, 0.5, 1.0, 10.0, 100.0])
def test_the_gamma_follows_its_distribution_on_both_sides_of_the_seam(k: float) -> None:
    table = gamma_table(k)
    rows = math.ceil(LARGE_SHAPE / k)
    assert table.shape[0] == rows
    for m in (1, 2, rows, rows + 1, 2 * rows, 30 * rows):
        error = np.abs(special.gammainc(k * m, k * gammas(U, m, k, table)) - U).max()
        # a table of one very skew Gamma is scaled to the right mean, which moves its distribution a little
        assert error < (2e-5 * max(1.0, 0.16 / (k * m)) if m <= rows else GAMMA_ERROR)


@pytest.mark.parametrize("k", [0.1, 0.5, 2.0])
def test_the_gamma_has_the_mean_and_variance_it_should(k: float) -> None:
    table = gamma_table(k)
    u = (np.arange(400_000) + 0.5) / 400_000
    for m in (1, 3, table.shape[0], table.shape[0] + 1, 10 * table.shape[0]):
        x = gammas(u, m, k, table)
        assert x.mean() == pytest.approx(m, rel=2e-4)
        assert x.var() == pytest.approx(m / k, rel=5e-3)


@pytest.mark.parametrize("k", [0.1, 0.5, 5.0])
def test_the_gamma_is_smooth_in_u_and_rises_with_cases_across_the_seam(k: float) -> None:
    table = gamma_table(k)
    rows = table.shape[0]
    u = np.sort(U[(U > 1e-8) & (U < 1 - 1e-8)])
    by_m = np.array([gammas(u, m, k, table) for m in range(max(1, rows - 5), rows + 6)])
    assert (np.diff(by_m, axis=1) >= 0).all()
    assert (np.diff(by_m, axis=0) > 0).all()
    # one more case adds as much at the seam as beside it
    steps = np.diff(by_m, axis=0)
    at = rows - max(1, rows - 5)
    middle = (u > 1e-3) & (u < 1 - 1e-3)
    assert steps[at][middle] == pytest.approx(steps[at + 1][middle], abs=0.02)


def test_the_offspring_of_one_case_are_negative_binomial() -> None:
    r0, k = 1.8, 0.4
    table = gamma_table(k)
    rng = np.random.default_rng(1)
    n = 200_000
    loads = r0 * gammas(rng.uniform(size=n), 1, k, table)
    offspring = np.array([poisson_quantile(u, x) for u, x in zip(rng.uniform(size=n), loads, strict=True)])
    seen = np.bincount(np.minimum(offspring, 12), minlength=13)
    expected = stats.nbinom.pmf(np.arange(12), k, k / (k + r0))
    expected = np.append(expected, 1 - expected.sum()) * n
    assert stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue > 1e-3


# -- uniforms ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    """Uniforms by outbreak, place and day, keyed as simulations key them; mechanisms 0 and 1."""
    outbreaks = np.array([name_key("outbreak", 1, "flu", i) for i in range(40)], np.uint64)
    places = np.array([name_key("place", f"P{i}") for i in range(25)], np.uint64)
    return np.stack([uniforms(outbreaks, places, np.arange(200), m) for m in (0, 1)])


def test_uniforms_are_uniform(sample: np.ndarray) -> None:
    assert sample.min() > 0
    assert sample.max() < 1
    counts = np.bincount((sample.ravel() * 1000).astype(int), minlength=1000)
    assert stats.chisquare(counts).pvalue > 1e-3
    assert stats.kstest(sample[0].ravel()[:50_000], "uniform").pvalue > 1e-3
    # each single place, outbreak and day too
    for axes in ((0, 2, 3), (0, 1, 3), (0, 1, 2)):
        n = sample.size / np.prod([s for i, s in enumerate(sample.shape) if i not in axes])
        z = (sample.mean(axes) - 0.5) * math.sqrt(12 * n)
        assert np.abs(z).max() < 4.5


def test_uniforms_of_neighbouring_days_places_outbreaks_and_mechanisms_are_independent(sample: np.ndarray) -> None:
    pairs = {
        "day": (sample[..., 1:], sample[..., :-1]),
        "week": (sample[..., 7:], sample[..., :-7]),
        "place": (sample[:, :, 1:], sample[:, :, :-1]),
        "outbreak": (sample[:, 1:], sample[:, :-1]),
        "mechanism": (sample[1], sample[0]),
    }
    for name, (a, b) in pairs.items():
        x, y = a.ravel(), b.ravel()
        assert abs(np.corrcoef(x, y)[0, 1]) < 4.5 / math.sqrt(x.size), name
        cells = np.bincount((x * 16).astype(int) * 16 + (y * 16).astype(int), minlength=256)
        assert stats.chisquare(cells).pvalue > 1e-3, name


def test_no_two_draws_share_a_uniform(sample: np.ndarray) -> None:
    assert len(np.unique(sample)) == sample.size


def test_a_key_is_that_of_its_names_on_every_machine() -> None:
    assert name_key("place", "NG-LA") == 14_402_083_486_161_574_813
    assert name_key("a", "b") != name_key("ab") != name_key("b", "a")


# -- generation intervals ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "sd"), [(2.6, 1.3), (5.0, 3.0), (6.0, 4.47), (7.5, 3.4), (15.3, 9.3), (12.0, 12.0), (40.0, 30.0)]
)
def test_a_generation_interval_has_the_mean_and_spread_asked_for(mean: float, sd: float) -> None:
    w = generation_interval(mean, sd)
    days = np.arange(1, len(w) + 1)
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1, abs=1e-12)
    got = float(w @ days)
    # days before the first half day count as the first day; the last thousandth falls on the last day
    folded = stats.gamma.cdf(0.5, (mean / sd) ** 2, scale=sd**2 / mean)
    assert got == pytest.approx(mean, abs=0.75 * folded + 0.004 * mean)
    assert math.sqrt(w @ (days - got) ** 2) == pytest.approx(math.hypot(sd, 12**-0.5), rel=0.04)


def test_a_generation_interval_shorter_than_a_day_is_a_day() -> None:
    assert generation_interval(0.2, 0.1).tolist() == [1.0]
