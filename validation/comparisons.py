"""Every comparison: what is compared with what, within which bound, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy import special

import seawall as sw
from seawall.outbreak.draws import binomial_quantile, gamma_quantile, gamma_table, poisson_quantile
from seawall.outbreak.world import World, generation_interval
from validation import cities, control, runs, seir, theory, timeliness
from validation import twins as twinned
from validation.lines import Line, between, near

__all__ = ["COMPARISONS", "Line"]

#: Large enough that nobody runs short of susceptible people in the weeks in which growth is read.
MANY = 10**9


# -- draws ----------------------------------------------------------------------------------------

U = np.concatenate([[1e-9, 1e-6], (np.arange(1500) + 0.377) / 1500, [1 - 1e-6, 1 - 1e-9]])


def right(counts: np.ndarray, u: np.ndarray, below: Callable[[np.ndarray], np.ndarray]) -> int:
    """For how many uniforms a count is the least whose distribution function reaches it, up to rounding."""
    slip = 1e-14
    return int(((below(counts) >= u - slip) & (below(counts - 1) < u + slip)).sum())


def draws() -> Iterator[Line]:
    """Quantiles against SciPy's distribution functions."""
    rng, many = np.random.default_rng(1), 100_000
    u = rng.random(many)
    n = np.floor(10 ** rng.uniform(0, 9, many)).astype(np.int64)
    p = np.where(rng.random(many) < 0.5, rng.random(many), 10 ** rng.uniform(-9, 0, many))
    k = np.array([binomial_quantile(*x) for x in zip(u, n, p, strict=True)])

    def below(x: np.ndarray) -> np.ndarray:
        inside = special.betaincc(np.maximum(x, 0) + 1.0, np.maximum(n - x, 1), p)
        return np.where(x < 0, 0.0, np.where(x >= n, 1.0, inside))

    hits = right(k, u, below)
    what = "binomial counts of 1 to 10⁹ trials, at 100,000 random uniforms"
    yield Line(what, "SciPy", "all exact", f"{hits:,} exact", "all", hits == many)
    mean = 10 ** rng.uniform(-6, 6, many)
    k = np.array([poisson_quantile(*x) for x in zip(u, mean, strict=True)])
    hits = right(k, u, lambda x: np.where(x < 0, 0.0, special.pdtr(np.maximum(x, 0), mean)))
    what = "Poisson counts of means up to 10⁶, the same"
    yield Line(what, "SciPy", "all exact", f"{hits:,} exact", "all", hits == many)
    for k_, many_cases in ((0.05, 81), (0.16, 26), (1.0, 5)):
        table = gamma_table(k_)
        for m, where in ((1, "one case"), (many_cases, "just beyond the rows by case")):
            x = np.array([gamma_quantile(v, m, table) for v in U])
            error = float(np.abs(special.gammainc(k_ * m, k_ * x) - U).max())
            yield near(f"Gamma load, k {k_:g}, {where}, error of the distribution function", "SciPy", 0, error, 6e-5)


# -- theory ---------------------------------------------------------------------------------------


def extinctions() -> Iterator[Line]:
    """Share of introductions that die out, against the root of the branching process."""
    n = 2000
    for r0, k in ((1.5, 0.1), (1.63, 0.16), (2.5, 0.5), (3.0, 0.3), (2.0, 50.0)):
        case = runs.one_place(20_000, r0=r0, dispersion=k, latent_days=2, infectious_days=2)
        table = sw.simulate(case, undisturbed=True, n=n, seed=1).table
        q = theory.extinction(r0, k)
        bound = 3 * math.sqrt(q * (1 - q) / n)
        # weighted, as outbreaks that take off are drawn more often
        got = float(table.loc[table["infections"] < 1000, "weight"].sum() / table["weight"].sum())
        yield near(f"share that dies out, R0 {r0:g}, k {k:g}", "branching process", q, got, bound)


def final_sizes() -> Iterator[Line]:
    """Share of all people infected by large outbreaks, against the final-size equation."""
    people = 200_000
    for r0, immune in ((1.4, 0.0), (2.0, 0.0), (4.0, 0.0), (3.0, 0.4)):
        case = runs.one_place(people, r0=r0, dispersion=0.5, immune=immune)
        share = sw.simulate(case, undisturbed=True, n=200, seed=2).table["infections"].to_numpy() / people
        large = share[share > 0.02]
        expected = theory.final_size(r0 * (1 - immune)) * (1 - immune)
        # what the final size lacks in a finite population is of the order of one over its square root
        bound = 3 * large.std(ddof=1) / math.sqrt(len(large)) + 1e-4
        name = f"share infected, R0 {r0:g}" + (f", {immune:.0%} immune" if immune else "")
        yield near(name, "final-size equation", expected, float(large.mean()), float(bound))


def growth_measured(r0: float, mean: float, sd: float, *, n: int = 2000) -> float:
    """Growth a day that the package shows, after the first five generations."""
    world = World(runs.one_place(MANY).canonical)
    first = math.ceil(5 * mean)
    last = first + round(2.5 / theory.growth_gamma(r0, mean, sd))
    s = runs.surface(world, n, 3, r0=r0, dispersion=10.0, interval=(mean, sd), limit=last + 8)
    return runs.growth_seen(s, first, last)


def growths() -> Iterator[Line]:
    """Growth at the beginning, against the Euler-Lotka equation for the interval in use."""
    for r0, mean, sd in ((2.0, 6.0, 4.2), (1.5, 15.3, 9.3), (1.8, 2.6, 1.3)):
        got = theory.doubling(growth_measured(r0, mean, sd))
        interval = generation_interval(mean, sd).tolist()
        name = f"doubling time, R0 {r0:g}, generation interval {mean:g} ± {sd:g} days"
        exact = theory.doubling(theory.growth(r0, interval))
        yield near(name, "Euler-Lotka, interval cut into days", exact, got, 0.02 * exact, unit=" d")
        smooth = theory.doubling(theory.growth_gamma(r0, mean, sd))
        yield near(name, "Euler-Lotka, continuous", smooth, got, 0.03 * smooth, unit=" d")


# -- the plain model ------------------------------------------------------------------------------


def equal(what: str, tally: twinned.Tally) -> Line:
    """A line that is a hit if everything measured of every outbreak is equal."""
    apart = int(tally.apart.sum())
    values = tally.outbreaks * len(tally.apart)
    note = f"{tally.changed} of {tally.outbreaks} outbreaks differ from those left alone"
    return Line(
        f"{what}: what is measured of {tally.outbreaks} outbreaks", "plain model, run from the start",
        f"{values:,} equal", f"{values - apart:,} equal", "all", apart == 0, note,
    )  # fmt: skip


def twins() -> Iterator[Line]:
    """Every count of every day and place, and all that is measured under a response, against the plain model."""
    for name, pairs, apart in twinned.travels():
        what = f"travel between twelve places by {name}"
        yield Line(what, "plain model", f"{pairs} equal", f"{pairs - apart} equal", "all", apart == 0)
    cells, wrong = twinned.alone(6, seed=3, limit=200)
    what = "counts of new infections by day and place, left alone"
    yield Line(what, "plain model", f"{cells:,} equal", f"{cells - wrong:,} equal", "all", wrong == 0)
    for name, tally in twinned.one_by_one(2, seed=4):
        yield equal(name, tally)
    yield equal("all mechanisms at once", twinned.all_at_once(4, 7, seed=5))


def many_twins() -> Iterator[Line]:
    """The same, on more and longer outbreaks."""
    for name, tally in twinned.one_by_one(5, seed=6, limit=250):
        yield equal(name, tally)
    yield equal("all mechanisms at once", twinned.all_at_once(10, 10, seed=7, limit=250))


def exact_quantiles() -> Iterator[Line]:
    """What the table of the Gamma does to outcomes: the plain model with SciPy's quantile."""
    s = twinned.surface("coronavirus", 60, 5, twelve=False, limit=1000)
    exact = np.array([runs.twin(s, j, exact=True).run().infections for j in range(60)])
    expected, got = float(exact.mean()), float(s.infections.mean())
    what = "mean infections of 60 outbreaks, infectiousness read from a table"
    yield near(what, "plain model, SciPy's quantiles", expected, got, 0.005 * expected)


# -- another kind of model ------------------------------------------------------------------------


def compartments() -> Iterator[Line]:
    """A chain-binomial SEIR model whose generation interval has the same mean and standard deviation."""
    r0, latent, infectious, people = 2.0, 3.0, 5.0, 200_000
    mean, sd = seir.moments(latent, infectious)
    mine = seir.run(people, r0, latent, infectious, 400, seed=4).sum(1) / people
    mine = mine[mine > 0.02]
    world = World(runs.one_place(people).canonical)
    s = runs.surface(world, 400, 6, r0=r0, dispersion=1.0, interval=(mean, sd))
    share = s.infections / people
    share = share[share > 0.02]
    bound = 3 * math.hypot(mine.std() / math.sqrt(len(mine)), share.std() / math.sqrt(len(share)))
    yield near("share infected, R0 2", "chain-binomial SEIR", float(mine.mean()), float(share.mean()), bound)
    days = seir.run(10**8, r0, latent, infectious, 40, first=500, seed=2).sum(0)
    growth = math.log(days[70:77].sum() / days[50:57].sum()) / 20
    theirs, ours = theory.doubling(growth), theory.doubling(growth_measured(r0, mean, sd))
    note = "a sum of two geometric stays against a Gamma of the same mean and spread"
    yield near("doubling time, R0 2", "chain-binomial SEIR", theirs, ours, 0.05 * theirs, unit=" d", note=note)


# -- published figures ----------------------------------------------------------------------------


def published_growth() -> Iterator[Line]:
    """Doubling times of outbreaks, from their published R and serial interval."""
    ebola = "WHO Ebola Response Team 2014, doi 10.1056/NEJMoa1411100"
    for country, r, low, central, high in (
        ("Guinea", 1.81, 12.9, "15.7", 20.3),
        ("Liberia", 1.51, 20.2, "23.6", 28.2),
        ("Sierra Leone", 1.38, 23.6, "30.2", 42.3),
    ):
        got = theory.doubling(growth_measured(r, 15.3, 9.3))
        what = f"doubling time of Ebola, {country} 2014: R {r:g}, serial interval 15.3 ± 9.3 days"
        yield between(what, ebola, (low, central, high), got, " d")
    got = theory.doubling(growth_measured(2.2, 7.5, 3.4))
    what = "doubling time of COVID-19, Wuhan to 4 January 2020: R0 2.2, serial interval 7.5 ± 3.4 days"
    note = "inside the interval, faster than the central estimate: the authors' R0 and growth come from different fits"
    yield between(what, "Li et al. 2020, doi 10.1056/NEJMoa2001316", (4.2, "7.4", 14), got, " d", note)
    got = theory.doubling(growth_measured(5.7, 7.5, 3.4))
    what = "doubling time of COVID-19, Wuhan: R0 5.7, serial interval 6 to 9 days (7.5 ± 3.4 taken)"
    yield between(what, "Sanche et al. 2020, doi 10.3201/eid2607.200282", (2.3, "2.3 to 3.3", 3.3), got, " d")
    for place, r, growth in (("Hong Kong", 2.1, 0.09), ("Singapore", 2.7, 0.12), ("Beijing", 3.8, 0.16)):
        told = theory.doubling(growth)
        what = f"doubling time of SARS, {place} 2003: R {r:g}, serial interval 8.4 ± 3.8 days (Lipsitch et al. 2003)"
        note = "published without an interval: a fifth either way"
        yield near(what, "Zhou and Yan 2003, doi 10.3201/eid0912.030382", told,
                   theory.doubling(growth_measured(r, 8.4, 3.8)), told / 5, unit=" d", note=note)  # fmt: skip
    got = theory.doubling(growth_measured(1.59, 9.0, 5.4))
    what = "doubling time of Marburg virus disease, Angola 2005: R 1.59, serial interval 9 ± 5.4 days"
    yield between(what, "Ajelli and Merler 2012, doi 10.1371/journal.pone.0050948", (11.3, "12.4", 13.6), got, " d")


def published_spread() -> Iterator[Line]:
    """How unequally cases infect others, and how many are infected in the end."""
    table = gamma_table(0.16)
    u = (np.arange(20_000) + 0.5) / 20_000
    load = 1.63 * np.array([gamma_quantile(x, 1, table) for x in u])
    source = "Lloyd-Smith et al. 2005, doi 10.1038/nature04153"
    what = "SARS, Singapore 2003 (R0 1.63, k 0.16): share of cases that"
    yield near(f"{what} infect less than one other on average", source, 0.73, float((load < 1).mean()), 0.01)
    yield near(f"{what} infect more than eight", source, 0.06, float((load > 8).mean()), 0.01)
    table = gamma_table(0.1)
    load = 2.5 * np.array([gamma_quantile(x, 1, table) for x in u])
    infected = np.sort(np.random.default_rng(1).poisson(load))[::-1]
    share = float((np.cumsum(infected) < 0.8 * infected.sum()).mean())
    what = "COVID-19 (R0 2.5, k 0.1): share of cases that infect 80% of all who are infected"
    yield near(what, "Endo et al. 2020, doi 10.12688/wellcomeopenres.15842.3", 0.1, share, 0.02)
    case = runs.one_place(1_000_000, r0=1.5, dispersion=2.0, latent_days=1.4, infectious_days=1.4, immune=0.05)
    sizes = sw.simulate(case, undisturbed=True, n=100, seed=7).table["infections"].to_numpy() / 1_000_000
    note = (
        "the model has one kind of people who all meet each other, and nothing is done here. In 2009 46% of school "
        "children but 14% of people of 45 to 64 were infected; schools closed, people kept apart, vaccine came"
    )
    what = "influenza 2009, share infected in the first year: R0 1.5 (1.3 to 1.7, Yang et al. 2009), 5% immune"
    source = "Van Kerkhove et al. 2013, doi 10.1111/irv.12074"
    yield between(what, source, (0.20, "0.24", 0.27), float(sizes[sizes > 0.02].mean()), "", note)


#: Name, what it yields, and whether it takes seconds.
COMPARISONS: tuple[tuple[str, Callable[[], Iterator[Line]], bool], ...] = (
    ("Draws", draws, False),
    ("Extinction", extinctions, False),
    ("Final size", final_sizes, False),
    ("Growth", growths, False),
    ("The same draws, a plain model", twins, False),
    ("The same draws, many and long outbreaks", many_twins, True),
    ("The same uniforms, exact quantiles", exact_quantiles, True),
    ("Another kind of model", compartments, False),
    ("Published growth", published_growth, False),
    ("Published spread and size", published_spread, False),
    ("Isolation and measures", control.control, False),
    ("Tracing contacts", control.tracing, True),
    ("Travel between Chinese cities", cities.travels, False),
    ("COVID-19 in Chinese cities", cities.cities, True),
    ("Delays and 7-1-7", timeliness.timeliness, True),
)
