"""Strata: outbreaks that take off are drawn more often, and means stay what they are."""

from __future__ import annotations

import numpy as np
import pytest

import cases
import seawall as sw
from seawall.outbreak import Ensemble
from seawall.outbreak.strata import CANDIDATES, LEAST, TAKE_OFF, Strata, choose
from test_outbreak_undisturbed import PLACES

SPREADING = {
    "hazard": "cov", "events_per_year": 1, "r0": 2.0, "dispersion": 0.1, "latent_days": 3, "infectious_days": 3,
    "ifr": 0.01,
}  # fmt: skip


def simulated(n: int, seed: int) -> sw.Outbreaks:
    case = cases.smallest(
        places=PLACES,
        hazards=[SPREADING],
        actions=[{"action": "none", "lever": "talent", "capital_cost": 0, "valued": "no"}],
        effects=[],
    )
    return sw.simulate(case, undisturbed=True, n=n, seed=seed)


def test_weights_are_the_shares_of_the_candidates() -> None:
    took_off = np.zeros(400, bool)
    took_off[::10] = True
    positions, strata = choose(took_off, 10, (0.5, 0.5))
    assert (np.diff(positions) > 0).all()
    assert (took_off[positions] == strata.large).all()
    assert strata.large.sum() == 7
    assert strata.weight.sum() == pytest.approx(1)
    assert strata.weight[strata.large].sum() == pytest.approx(0.1)
    assert strata.mean(strata.large.astype(float)) == pytest.approx(0.1)


@pytest.mark.parametrize("share", [0.0, 1.0, 0.95])
def test_nothing_is_split_where_all_are_alike(share: float) -> None:
    took_off = np.arange(400) < share * 400
    positions, strata = choose(took_off, 8, (0.0, 0.999999))
    assert len(positions) == 8
    assert (strata.weight == 1 / 8).all()
    assert strata.candidates == 0


@pytest.mark.parametrize(("large", "n"), [(1, 6), (2, 30), (355, 30), (3, 400)])
def test_scarce_kinds_are_kept_whole(large: int, n: int) -> None:
    took_off = np.arange(400) < large
    positions, strata = choose(took_off, n, (0.999999, 0.0))
    assert len(set(positions.tolist())) == n
    assert strata.weight.sum() == pytest.approx(1)
    assert strata.weight[strata.large].sum() == pytest.approx(large / 400)


def test_variance_of_one_stratum_is_the_plain_one() -> None:
    each = np.array([1.0, 5.0, 2.0, 9.0])
    strata = Strata.one(4)
    assert strata.mean(each) == each.mean()
    assert strata.variance(each) == pytest.approx(each.var(ddof=1) / 4)


def test_variance_is_that_of_repeated_samples() -> None:
    """Draw many samples from a population of two kinds; the spread of their means is what is stated."""
    rng = np.random.default_rng(5)
    means, stated = [], []
    for _i in range(2000):
        took_off = rng.random(400) < 0.2
        values = np.where(took_off, rng.exponential(100, 400), rng.exponential(1, 400))
        positions, strata = choose(took_off, 10, tuple(rng.random(2)))
        means.append(strata.mean(values[positions]))
        stated.append(strata.variance(values[positions]))
    assert np.mean(means) == pytest.approx(0.2 * 100 + 0.8, rel=0.03)
    assert np.mean(stated) == pytest.approx(np.var(means), rel=0.15)


@pytest.mark.parametrize("n", [6, 18])
@pytest.mark.parametrize("r0", [0.5, 2.0])
def test_small_places_have_their_share_over_seeds(n: int, r0: float) -> None:
    """Where an outbreak starts may decide what it does: no place may be left out whatever the seed."""
    places = [
        {"place": "A", "population": 95_000, "lat": 0, "lon": 0},
        {"place": "B", "population": 5_000, "lat": 0, "lon": 5},
    ]
    case = cases.smallest(
        places=places,
        hazards=[{**SPREADING, "r0": r0, "dispersion": 0.5}],
        actions=[{"action": "none", "lever": "talent", "capital_cost": 0, "valued": "no"}],
        effects=[],
    )
    shares = []
    for seed in range(1, 101):
        sample = Ensemble(case, n, seed).samples[0]
        shares.append(sample.strata.mean((sample.start == 1).astype(float)))
    spread = np.std(shares, ddof=1) / 10
    assert np.mean(shares) == pytest.approx(0.05, abs=max(4 * spread, 1e-3))
    assert np.max(shares) > 0


def test_the_mean_is_that_of_many_outbreaks_drawn_alike_and_its_error_is_smaller() -> None:
    many = simulated(LEAST * 1000, 1).table
    split = [simulated(20, seed) for seed in range(2, 42)]
    means = np.array([o.deaths.mean for o in split])
    true = float((many["weight"] * many["deaths"]).sum())
    assert means.mean() == pytest.approx(true, abs=4 * means.std(ddof=1) / np.sqrt(len(means)))
    # twenty outbreaks drawn alike would spread by this much
    weight = many["weight"] / many["weight"].sum()
    plain = float((weight * (many["deaths"] - true) ** 2).sum() / 20)
    assert means.var(ddof=1) < plain / 3
    covered = [o.deaths.low <= true <= o.deaths.high for o in split]
    assert np.mean(covered) > 0.8


def test_every_hazard_is_split_by_its_own_candidates() -> None:
    table = simulated(20, 1).table
    number = table["outbreak"].str.rsplit("-", n=1).str[1].astype(int)
    assert number.is_monotonic_increasing
    assert number.between(1, CANDIDATES * 20).all()
    large = table["infections"] >= TAKE_OFF
    assert large.sum() == 14
    assert table.loc[large, "weight"].sum() < table.loc[~large, "weight"].sum()
    few = simulated(LEAST - 1, 1).table
    assert (few["weight"] == 1 / (LEAST - 1)).all()
