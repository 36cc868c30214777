"""The packaged frameworks: complete, unique, in their own order."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd
import pytest

from seawall.assessment import frameworks
from seawall.case import score_links


def packaged_table() -> pd.DataFrame:
    with files("seawall").joinpath("data", "frameworks.csv").open("rb") as f:
        return pd.read_csv(f, dtype=str, keep_default_na=False)


def test_every_row_is_complete():
    table = packaged_table()
    assert list(table.columns) == [
        "framework",
        "indicator",
        "area",
        "area_name",
        "pillar",
        "name",
        "scale_low",
        "scale_high",
    ]
    assert (table != "").all(axis=None)
    assert (table == table.map(str.strip)).all(axis=None)


def test_every_row_is_unique_by_code_and_by_name():
    table = packaged_table()
    assert not table.duplicated(["framework", "indicator"]).any()
    assert not table.duplicated(["framework", "name"]).any()


def test_an_area_has_one_name_one_pillar_and_a_framework_one_scale():
    table = packaged_table()
    assert (table.groupby(["framework", "area"])[["area_name", "pillar"]].nunique() == 1).all(axis=None)
    assert (table.groupby(["framework", "area_name"])["area"].nunique() == 1).all()
    assert (table.groupby("framework")[["scale_low", "scale_high"]].nunique() == 1).all(axis=None)


def test_names_are_short():
    words = packaged_table()["name"].str.split().str.len()
    assert words.between(2, 6).all()


@pytest.mark.parametrize(
    ("name", "n_indicators", "n_areas", "low", "high"),
    [("JEE1", 48, 19, 1.0, 5.0), ("SPAR2", 35, 15, 0.0, 100.0)],
)
def test_size_and_scale(name, n_indicators, n_areas, low, high):
    framework = frameworks()[name]
    assert len(framework.indicators) == n_indicators
    assert len(framework.areas) == n_areas
    assert (framework.scale_low, framework.scale_high) == (low, high)
    assert {framework.area_of(i) for i in framework.indicators} == set(framework.areas)


def test_the_code_of_an_indicator_is_its_area_and_a_number():
    for framework in frameworks().values():
        for area in framework.areas:
            members = [i for i in framework.indicators if framework.area_of(i) == area]
            assert members == [f"{area}.{n}" for n in range(1, len(members) + 1)]


def test_levels_of_the_scales():
    assert frameworks()["JEE1"].at_level(0.75) == 4.0
    assert frameworks()["SPAR2"].at_level(0.75) == 75.0
    assert frameworks()["JEE1"].percent(1.0) == 20.0
    assert frameworks()["SPAR2"].percent(60.0) == 60.0


def test_links_from_scores_to_governance_name_known_indicators():
    for row in score_links().to_dict("records"):
        assert row["indicator"] in frameworks()[row["framework"]].indicators


def test_an_indicator_that_is_not_listed_keeps_its_code():
    framework = frameworks()["JEE1"]
    assert framework.area_of("X.9.1") == "X"
    assert framework.name_of("X.9.1") == "X.9.1"
    assert framework.area_name("X") == "X"


def test_packaged_frameworks_cannot_be_changed():
    with pytest.raises(TypeError):
        frameworks()["JEE1"].indicators["P.1.1"] = None  # type: ignore[index]
