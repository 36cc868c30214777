"""The table in `validation/README.md` cannot lie: its fast comparisons are run again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from validation import plain, theory
from validation.__main__ import README
from validation.comparisons import COMPARISONS

FAST = [(name, lines) for name, lines, slow in COMPARISONS if not slow]


def tabled() -> dict[tuple[str, str, str], bool]:
    """Whether each line of the table is a hit, by group, what is compared, and with what."""
    out: dict[tuple[str, str, str], bool] = {}
    group = ""
    for line in README.read_text(encoding="utf-8").splitlines():
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
    text = README.read_text(encoding="utf-8")
    assert text.count("**miss**") == text.count("**miss**: ") == sum(not hit for hit in tabled().values())


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
