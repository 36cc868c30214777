"""The packaged cases: nothing wrong in them, every sum right, every fact with its source, every effect at work."""

from __future__ import annotations

import re

import numpy as np
import pytest

import seawall as sw
from seawall.case import EVIDENCE, Case
from seawall.case.edits import matching_rows

NAMES = ("nigeria", "china")
#: What a packaged case has no business to hold: folders of a machine, and addresses that hold someone else's words.
STRAY = re.compile(r"/work\b|/tmp\b|/home/|/root\b|[A-Z]:\\|file:|localhost|https?://|\.md\b|\.csv\b", re.I)


@pytest.fixture(scope="module", params=NAMES)
def example(request: pytest.FixtureRequest) -> Case:
    """A packaged case, read once for all tests of this file."""
    return sw.load(request.param)


def texts(case: Case) -> list[tuple[str, str, str]]:
    """Table, column and value of every cell that holds words."""
    return [
        (table, str(column), str(value))
        for table in sorted(case.present)
        for column in case[table].select_dtypes(exclude="number").columns
        for value in case[table][column].unique()
        if isinstance(value, str) and value
    ]


@pytest.mark.parametrize("name", NAMES)
def test_checking_finds_neither_errors_nor_warnings(name: str) -> None:
    assert [f"{p.table} {p.column}: {p.message}" for p in sw.check(name)] == []


def test_cost_lines_add_up_to_the_cost_of_every_action(example: Case) -> None:
    actions, lines = example["actions"].set_index("action"), example["cost_lines"]
    assert set(lines["action"]) == set(actions.index)
    listed = lines["item"].map(example["unit_costs"].set_index("item")["cost"])
    price = lines["unit_cost"].to_numpy()
    lines = lines.assign(total=lines["quantity"] * np.where(np.isnan(price), listed, price))
    sums = lines.pivot_table(index="action", columns="recurs", values="total", aggfunc="sum", fill_value=0.0)
    sums = sums.reindex(actions.index)
    assert actions["capital_cost"].tolist() == pytest.approx(sums["once"].tolist(), rel=0, abs=0.5)
    assert actions["annual_cost"].tolist() == pytest.approx(sums["annual"].tolist(), rel=0, abs=0.5)


def test_shares_by_age_add_up_and_severity_by_age_gives_the_fatality_of_the_hazard(example: Case) -> None:
    share = example["ages"].set_index("age_group")["share"]
    assert share.sum() == pytest.approx(1.0, abs=1e-9)
    severity, ifr = example["severity"], example["hazards"].set_index("hazard")["ifr"]
    for hazard, rows in severity.groupby("hazard"):
        assert set(rows["age_group"]) == set(share.index)
        mean = float(share[rows["age_group"]].to_numpy() @ rows["fatality"].to_numpy())
        # fatality is tabled in two or three figures
        assert mean == pytest.approx(ifr[hazard], rel=0.07), hazard


def test_no_action_is_for_nothing(example: Case) -> None:
    actions = example["actions"]
    assert ((actions["capital_cost"] + actions["annual_cost"]) > 0).all()


def test_actions_that_the_model_values_have_effects_and_every_effect_reaches_a_row(example: Case) -> None:
    actions = example["actions"]
    effects = example["effects"].astype(str)
    valued = set(actions.loc[actions["valued"] == "yes", "action"])
    assert valued <= set(effects["action"]) <= set(actions["action"])
    rows = effects[["table", "key"]].drop_duplicates()
    idle = [(r.table, r.key) for r in rows.itertuples() if not len(matching_rows(example[r.table], r.table, r.key))]
    assert idle == []


def test_candidates_are_opened_by_an_action(example: Case) -> None:
    facilities = example["facilities"]
    effects = example["effects"].astype(str)
    opened = set(effects.loc[(effects["table"] == "facilities") & (effects["column"] == "status"), "key"])
    assert set(facilities.loc[facilities["status"] == "candidate", "facility"]) - opened == set()


def test_every_fact_says_where_it_comes_from_and_how_well_it_is_known(example: Case) -> None:
    empty = []
    for table in sorted(example.present):
        frame = example[table]
        if "evidence" not in frame.columns:
            continue
        for column in ({"source", "reference"} & set(frame.columns)) | {"evidence"}:
            empty += [(table, column, i) for i in np.flatnonzero(frame[column].astype(str).str.strip() == "")]
        assert set(frame["evidence"]) <= set(EVIDENCE)
    assert empty == []


def test_sources_are_works_and_agencies_not_addresses_and_nothing_names_a_machine(example: Case) -> None:
    assert [cell for cell in texts(example) if STRAY.search(cell[2])] == []


def test_places_are_known_by_the_codes_of_the_standard(example: Case) -> None:
    places = example["places"]
    assert places["place"].is_unique
    country = {"NGA": "NG", "CHN": "CN"}[example.settings.iso3]
    assert places["place"].str.fullmatch(country + "-[A-Z]{2}").all()


def test_tiles_are_given_to_every_place_or_to_none(example: Case) -> None:
    tiles = example["places"][["tile_row", "tile_column"]]
    assert tiles.notna().all(axis=None) or tiles.isna().all(axis=None)
    assert not tiles.dropna().duplicated().any()
