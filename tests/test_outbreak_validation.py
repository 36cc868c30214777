"""The table in `docs/validation.md` cannot lie: its fast comparisons are run again."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from validation import cities, plain, theory, timeliness
from validation.__main__ import PAGE
from validation.comparisons import COMPARISONS
from validation.pictures import FOLDER, PICTURES
from validation.tracing import Disease, controlled

FAST = [(name, lines) for name, lines, slow in COMPARISONS if not slow]


def tabled() -> dict[tuple[str, str, str], bool]:
    """Whether each line of the table is a hit, by group, what is compared, and with what."""
    out: dict[tuple[str, str, str], bool] = {}
    group = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            group = line[4:]
        cells = [c.strip() for c in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 6 and cells[5].startswith(("hit", "**miss**")):
            key = (group, cells[0], cells[1])
            assert key not in out, "a line stands twice"
            out[key] = cells[5].startswith("hit")
    return out


@pytest.mark.parametrize(("group", "lines"), FAST, ids=[name for name, _lines in FAST])
def test_hits_and_misses_are_those_of_the_table(group: str, lines) -> None:
    table = {key: hit for key, hit in tabled().items() if key[0] == group}
    assert {(group, line.what, line.against): line.hit for line in lines()} == table


def test_every_comparison_is_in_the_table_and_misses_have_a_reason() -> None:
    groups = {group for group, _what, _against in tabled()}
    assert groups == {name for name, _lines, _slow in COMPARISONS}
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("**miss**") == text.count("**miss**: ") == sum(not hit for hit in tabled().values())


def test_the_numbers_of_hits_and_misses_and_the_pictures_are_those_of_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    hits = list(tabled().values())
    assert f"{len(hits)} comparisons: {sum(hits)} hits, {len(hits) - sum(hits)} misses." in text
    shown = re.findall(r"images/validation/([a-z-]+)\.svg", text)
    assert sorted(shown) == sorted(PICTURES) == sorted(f.stem for f in FOLDER.glob("*.svg"))


def test_a_picture_of_few_draws_is_as_it_was_committed() -> None:
    assert (FOLDER / "isolation.svg").read_text(encoding="utf-8") == PICTURES["isolation"]() + "\n"


def test_the_record_of_cities() -> None:
    r = cities.record()
    # 801 cases to 23 January (Li et al. 2020, doi 10.1126/science.abb3221)
    assert r.cases[:14].sum() == 801
    assert r.trips.shape == (371, 371)
    assert not np.diag(r.trips).any()
    assert (r.both_ways == r.both_ways.T).all()
    assert r.arrival[r.wuhan] == 7


def test_the_radiation_law_sends_nearly_everybody_somewhere() -> None:
    out = cities.radiation()
    people = cities.record().cities["population"].to_numpy(float)
    # in a finite country a part of a place's people, those it has of all, find nothing elsewhere;
    # two cities of the data set lie at one point and share what lies beyond
    assert out.sum(1) == pytest.approx(1 - people / people.sum(), abs=0.05)
    assert (out >= 0).all()
    assert not np.diag(out).any()


def test_tracing_without_isolation_is_a_branching_process_and_perfect_tracing_is_control() -> None:
    free = Disease(r0=2.5, dispersion=0.5, delay=(1.0, 1e12))
    n = 1500
    q = theory.extinction(2.5, 0.5)
    assert controlled(free, 0.0, 1, n) == pytest.approx(q, abs=3 * (q * (1 - q) / n) ** 0.5)
    mean, sd = Disease().interval()
    assert (mean, sd) == pytest.approx((7.17, 2.98), abs=0.01)
    assert controlled(Disease(r0=1.5), 1.0, 5, 200) == 1


def test_intervals_of_shares_and_weighted_quantiles() -> None:
    assert timeliness.wilson(22, 41) == pytest.approx((0.387, 0.679), abs=0.001)
    values = timeliness.quantiles(cities.pd.Series([3.0, 1.0, 2.0]), cities.pd.Series([1.0, 1.0, 8.0]))
    assert values == [2.0, 2.0, 2.0]


def test_theory_at_its_limits() -> None:
    # one other on average, or fewer: every chain ends, and nobody is left to be counted
    assert theory.extinction(0.9, 0.3) == pytest.approx(1)
    assert theory.final_size(0.9) == 0
    # without superspreading the offspring are Poisson, and the two roots meet: q = exp(-R0 (1 - q)), z = 1 - q
    assert theory.extinction(2.0, 1e9) == pytest.approx(1 - theory.final_size(2.0), abs=1e-6)
    # geometric offspring: 1 / R0
    assert theory.extinction(4.0, 1.0) == pytest.approx(0.25)
    assert theory.growth(2.0, [1.0]) == pytest.approx(theory.growth_gamma(2.0, 1.0, 1e-4), rel=1e-6)
    assert theory.growth_gamma(2.0, 5.0, 5.0) == pytest.approx(theory.growth_seir(2.0, 0.0, 5.0))
    assert theory.growth(1.0, plain.generation_interval(6, 4)) == pytest.approx(0, abs=1e-9)


def test_the_plain_quantiles_are_near_the_exact_ones() -> None:
    near, exact = (plain.Quantiles(0.4, exact=e) for e in (False, True))
    for u in (0.003, 0.21, 0.5, 0.83, 0.9991):
        for n, p in ((10, 0.3), (1000, 0.2), (1000, 0.93), (10**6, 1e-3)):
            assert abs(near.infected(u, n, p) - exact.infected(u, n, p)) <= 1
        for cases in (1, 40, 400):
            assert near.load(u, cases) == pytest.approx(exact.load(u, cases), rel=2e-3, abs=1e-4)
        assert abs(near.arrived(u, 300.0) - exact.arrived(u, 300.0)) <= 1
