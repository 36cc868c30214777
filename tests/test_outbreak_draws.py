"""Draws without state: counts are the exact quantiles of their distributions, loads those of the Gamma nearly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit
from scipy import special, stats

from seawall.outbreak.draws import (
    LARGE_SHAPE,
    SMALL_MEAN,
    binomial_quantile,
    binomial_quantiles,
    gamma_quantile,
    gamma_table,
    name_key,
    normal_quantile,
    normal_quantiles,
    place_base,
    poisson_quantile,
    uniform,
    uniform_at,
)
from seawall.outbreak.world import generation_interval

# no u equals a step of a distribution function, where the two sides of a tie are both right
U = np.concatenate(
    [[1.3e-12, 1.7e-9, 1.1e-6, 1.9e-4], (np.arange(999) + 0.3779) / 999, 1 - np.array([1.3e-4, 1.7e-6, 1.1e-9])]
)
#: Error of the distribution function of a load, for a dispersion of 0.05 or more.
GAMMA_ERROR = 6e-5


@njit
def binomials(u: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = binomial_quantile(u[i], n[i], p[i])
    return out


@njit
def poissons(u: np.ndarray, mean: np.ndarray) -> np.ndarray:
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = poisson_quantile(u[i], mean[i])
    return out


@njit
def gammas(u: np.ndarray, m: int, table: tuple[float, np.ndarray, np.ndarray]) -> np.ndarray:
    out = np.empty(u.size)
    for i in range(u.size):
        out[i] = gamma_quantile(u[i], m, table)
    return out


@njit
def drawn(base: np.ndarray, many: int, n: int, p: float) -> np.ndarray:
    """Binomial counts as simulations draw them: by outbreak and place, day and mechanism."""
    out = np.empty((base.size, many), np.int64)
    for i in range(base.size):
        for d in range(many):
            out[i, d] = binomial_quantile(uniform_at(base[i], d, 0), n, p)
    return out.ravel()


@njit
def loads(base: np.ndarray, many: int, m: int, table: tuple[float, np.ndarray, np.ndarray]) -> np.ndarray:
    """Gamma loads in the same way."""
    out = np.empty((base.size, many))
    for i in range(base.size):
        for d in range(many):
            out[i, d] = gamma_quantile(uniform_at(base[i], d, 1), m, table)
    return out.ravel()


@njit
def uniforms(outbreaks: np.ndarray, places: np.ndarray, days: np.ndarray, mechanism: int) -> np.ndarray:
    out = np.empty((outbreaks.size, places.size, days.size))
    for i in range(outbreaks.size):
        for j in range(places.size):
            for k in range(days.size):
                out[i, j, k] = uniform(outbreaks[i], places[j], days[k], mechanism)
    return out


def alike(u: np.ndarray, n: int, p: float) -> np.ndarray:
    """Counts at many uniforms, of one binomial."""
    return binomials(u, np.full(u.size, n), np.full(u.size, p))


# -- counts --------------------------------------------------------------------------------------


def random_u(rng: np.random.Generator, n: int) -> np.ndarray:
    """Uniforms, one in three far out in a tail."""
    u = rng.random(n)
    low, high = rng.random(n) < 1 / 6, rng.random(n) < 1 / 6
    u[low] = 10 ** rng.uniform(-15, -1, low.sum())
    u[high] = 1 - 10 ** rng.uniform(-14, -1, high.sum())
    return u


def test_the_binomial_is_the_exact_quantile() -> None:
    """F(k - 1) < u <= F(k) by SciPy, up to the rounding of sums of terms near 1."""
    rng = np.random.default_rng(1)
    many = 200_000
    u, n = random_u(rng, many), np.floor(10 ** rng.uniform(0, 9.0001, many)).astype(np.int64)
    p = np.where(rng.random(many) < 0.3, rng.random(many), 10 ** rng.uniform(-9, 0, many))
    p = np.where(rng.random(many) < 0.2, 1 - p, p)
    # around the mean at which the rule changes
    seam = rng.random(many) < 0.1
    p = np.where(seam, np.minimum(1.0, SMALL_MEAN * rng.uniform(0.99, 1.01, many) / n), p)
    k = binomials(u, n, p)
    assert ((k >= 0) & (k <= n)).all()

    def below(x: np.ndarray) -> np.ndarray:
        return np.where(
            x >= n, 1.0, np.where(x < 0, 0.0, special.betaincc(np.maximum(x, 0) + 1.0, np.maximum(n - x, 1), p))
        )

    def above(x: np.ndarray) -> np.ndarray:
        return np.where(
            x >= n, 0.0, np.where(x < 0, 1.0, special.betainc(np.maximum(x, 0) + 1.0, np.maximum(n - x, 1), p))
        )

    slip, v = 1e-15, 1 - u
    low = (below(k) >= u - slip - 1e-11 * u) & (below(k - 1) < u + slip + 1e-11 * u)
    high = (above(k) <= v + slip + 1e-11 * v) & (above(k - 1) > v - slip - 1e-11 * v)
    assert np.where(u <= 0.5, low, high).all()
    # and strictly for all but the odd tie
    assert (
        np.where(u <= 0.5, (below(k) >= u) & (below(k - 1) < u), (above(k) <= v) & (above(k - 1) > v))
    ).mean() > 0.998


def test_sweeps_give_the_same_as_single_draws() -> None:
    rng = np.random.default_rng(3)
    many = 200_000
    u, n = random_u(rng, many), np.floor(10 ** rng.uniform(0, 9, many)).astype(np.int64)
    p = np.where(rng.random(many) < 0.5, rng.random(many), 10 ** rng.uniform(-9, 0, many))
    p[:1000], p[1000:2000] = 0.0, 1.0
    z, x, error = np.empty(many), np.full(many, -1.0), np.empty(many)
    normal_quantiles(u, many, z)
    assert np.abs(z - special.ndtri(u)).max() < 1e-13
    binomial_quantiles(u, z, n.astype(np.float64), p, many - 5, x, error)
    assert (x[:-5] == binomials(u, n, p)[:-5]).all()
    # what was not asked for is left alone
    assert (x[-5:] == -1).all()


def test_the_poisson_is_the_exact_quantile() -> None:
    rng = np.random.default_rng(2)
    many = 200_000
    # SciPy's own distribution function of the Poisson loses its figures beyond 4.5 standard deviations of large means
    u, mean = random_u(rng, many), 10 ** rng.uniform(-9, 9, many)
    trusted = (mean < 1e4) | (np.abs(special.ndtri(u)) < 4.4)
    u, mean = u[trusted], mean[trusted]
    k = poissons(u, mean)
    v = 1 - u

    def below(x: np.ndarray) -> np.ndarray:
        return np.where(x < 0, 0.0, special.pdtr(np.maximum(x, 0), mean))

    def above(x: np.ndarray) -> np.ndarray:
        return np.where(x < 0, 1.0, special.pdtrc(np.maximum(x, 0), mean))

    low = (below(k) >= u * (1 - 1e-10)) & (below(k - 1) < u * (1 + 1e-10))
    high = (above(k) <= v * (1 + 1e-10)) & (above(k - 1) > v * (1 - 1e-10))
    assert np.where(u <= 0.5, low, high).all()


#: Trials and probabilities of the ten million draws.
DRAWN = (
    (1, 0.3), (2, 0.999), (7, 0.5), (30, 0.19), (30, 0.21), (1_000, 1e-9), (1_000, 0.98), (10**6, 5.9e-6),
    (10**6, 6.1e-6), (10**9, 1e-9), (10**9, 1e-7), (10**9, 0.4), (10**9, 1.0), (50_000, 1 - 1e-5),
)  # fmt: skip


def bases() -> np.ndarray:
    """Keys of 120 outbreaks in 10 places, as simulations make them."""
    outbreaks = [name_key("outbreak", 1, "flu", i) for i in range(120)]
    places = [name_key("place", f"P{i}") for i in range(10)]
    return np.array([place_base(np.uint64(o), np.uint64(p)) for o in outbreaks for p in places], np.uint64)


def test_ten_million_draws_follow_their_distributions() -> None:
    """Chi-square of counts in up to 200 cells, and Kolmogorov-Smirnov of loads, with the uniforms that simulations use."""
    base, many, total = bases(), 600, 0
    values = []
    for n, p in DRAWN:
        k = drawn(base, many, n, p)
        total += k.size
        edges = np.unique(stats.binom.ppf((np.arange(1, 200)) / 200, n, p)).astype(np.int64)
        steps = np.concatenate([[0.0], stats.binom.cdf(edges, n, p), [1.0]])
        cells = np.diff(steps)
        seen = np.bincount(np.searchsorted(edges, k, side="left"), minlength=cells.size)
        enough = cells * k.size >= 5
        assert seen[~enough].sum() <= 30
        if enough.sum() > 1:
            values.append(
                stats.chisquare(seen[enough], cells[enough] / cells[enough].sum() * seen[enough].sum()).pvalue
            )
        assert k.mean() == pytest.approx(n * p, abs=4.5 * math.sqrt(n * p * (1 - p) / k.size) + 1e-9)
    for m, dispersion in ((1, 0.1), (3, 0.16), (1, 0.5), (60, 0.05), (80, 0.1), (10**6, 2.0)):
        x = loads(base, many // 6, m, gamma_table(dispersion))
        total += x.size
        values.append(stats.kstest(special.gammainc(dispersion * m, dispersion * x), "uniform").pvalue)
    assert total >= 10**7
    # many tests at once: the least of them is as small as one in their number, at most
    assert min(values) > 0.01 / len(values), sorted(values)[:3]


def test_counts_at_their_limits() -> None:
    assert binomial_quantile(0.5, 0, 0.3) == binomial_quantile(0.5, 9, 0.0) == poisson_quantile(0.5, 0.0) == 0
    assert binomial_quantile(0.5, 9, 1.0) == 9
    assert alike(U, 30, 0.999).max() <= 30
    assert alike(U, 60, 0.5).max() <= 60
    # nobody of a billion at hardly any risk, everybody at nearly certain risk
    assert binomial_quantile(0.5, 10**9, 1e-12) == 0
    assert binomial_quantile(0.5, 10**9, 1 - 1e-12) == 10**9


@pytest.mark.parametrize("n", [13, 60, 1_000, 10**6, 10**9])
def test_the_binomial_rises_with_u_n_and_p_across_the_seams(n: int) -> None:
    u = np.sort(U)
    risks = [np.linspace(0, 15, 301) / n, np.linspace(0.499, 0.501, 41), 1 - np.linspace(0, 15, 301) / n]
    for p in risks:
        by_p = np.array([alike(u, n, x) for x in np.sort(np.clip(p, 0, 1))])
        assert (np.diff(by_p, axis=1) >= 0).all()
        assert (np.diff(by_p, axis=0) >= 0).all()
    for p in (SMALL_MEAN / n, min(1.0, 25 / n), 0.5):
        by_n = np.array([alike(u, m, p) for m in range(max(1, n - 40), n + 40)])
        assert (np.diff(by_n, axis=0) >= 0).all()
        # one more trial is one more at most
        assert (np.diff(by_n, axis=0) <= 1).all()


def test_the_poisson_rises_with_u_and_its_mean_across_the_seam() -> None:
    u = np.sort(U)
    for means in (np.linspace(0, 12, 601), SMALL_MEAN * (1 + np.linspace(-1e-9, 1e-9, 21)), np.geomspace(10, 1e9, 300)):
        by_mean = np.array([poissons(u, np.full(u.size, m)) for m in means])
        assert (np.diff(by_mean, axis=0) >= 0).all()
        assert (np.diff(by_mean, axis=1) >= 0).all()


def test_the_normal_quantile() -> None:
    u = np.concatenate([U, [0.075, 0.925, 0.5, 0.0749999, 1e-300, 2.0**-54]])
    got = np.array([normal_quantile(x) for x in u])
    exact = special.ndtri(u)
    # SciPy's own is right to a few units in the last place; near 1 the uniform itself has lost figures
    assert np.abs(got - exact).max() < 1e-14 * max(1.0, np.abs(exact).max())


# -- infectiousness ------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0.05, 0.1, 0.16, 0.5, 1.0, 10.0, 100.0])
def test_the_gamma_follows_its_distribution_in_table_and_beyond(k: float) -> None:
    table = gamma_table(k)
    rows = math.ceil(LARGE_SHAPE / k)
    assert table[1].shape[0] == rows
    u = np.concatenate([U, (np.arange(20_000) + 0.5) / 20_000])
    for m in (1, 2, 3, rows, rows + 1, 2 * rows, 30 * rows, 10**7):
        assert np.abs(special.gammainc(k * m, k * gammas(u, m, table)) - u).max() < GAMMA_ERROR


@pytest.mark.parametrize("k", [0.05, 0.1, 0.5, 2.0])
def test_the_gamma_has_the_mean_and_variance_it_should(k: float) -> None:
    table = gamma_table(k)
    rows = table[1].shape[0]
    # where the tail is long the middle of a cell is too little of the last ones: they are cut finer
    inner = (np.arange(200_000) + 0.5) / 200_000 * 0.999
    for m in (1, 3, rows, rows + 1, 10 * rows, 1000 * rows):
        edges = 1 - np.geomspace(1e-3, 1e-12, 20_001)
        tail = gammas((edges[1:] + edges[:-1]) / 2, m, table)
        weight = np.diff(edges)
        x = gammas(inner, m, table)
        mean = 0.999 * x.mean() + weight @ tail
        assert mean == pytest.approx(m, rel=1e-4)
        second = 0.999 * (x**2).mean() + weight @ tail**2
        assert second - mean**2 == pytest.approx(m / k, rel=2e-3)


@pytest.mark.parametrize("k", [0.05, 0.1, 0.5, 5.0])
def test_the_gamma_rises_with_u_and_with_cases_across_the_seam(k: float) -> None:
    table = gamma_table(k)
    rows = table[1].shape[0]
    u = np.sort(U)
    cases = [*range(max(1, rows - 20), rows + 21), *range(10 * rows + 21, 10 * rows + 29)]
    by_m = np.array([gammas(u, m, table) for m in cases])
    assert (np.diff(by_m, axis=1) > 0).all()
    assert (np.diff(by_m, axis=0) > 0).all()
    # one more case adds what it should, on the seam as beside it
    middle = (u > 1e-3) & (u < 1 - 1e-3)
    exact = special.gammaincinv(k * np.array(cases)[:, None], u[middle]) / k
    assert np.diff(by_m[:, middle], axis=0) == pytest.approx(np.diff(exact, axis=0), abs=0.004 + 0.001 / k)


def test_the_offspring_of_one_case_are_negative_binomial() -> None:
    r0, k = 1.8, 0.4
    table = gamma_table(k)
    rng = np.random.default_rng(1)
    n = 200_000
    offspring = poissons(rng.uniform(size=n), r0 * gammas(rng.uniform(size=n), 1, table))
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
