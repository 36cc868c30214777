"""Cartograms: a tile for each place where the case puts it, of one size, legible on every shade."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from math import nan
from typing import Any

import numpy as np
import pytest

from seawall.case import Case
from seawall.language import use_language
from seawall.reporting.accounts import Accounts
from seawall.reporting.charts.classes import class_words, cuts, grade, spread
from seawall.reporting.charts.tiles import has_tiles, short_names, tiles
from seawall.reporting.html import html
from test_reporting_example import make_case, make_plan

SVG = "{http://www.w3.org/2000/svg}"
#: Rows and columns of ten places, as an atlas would lay them: counted from 2, with an empty corner.
WHERE = [(2, 3), (2, 4), (3, 2), (3, 3), (3, 4), (4, 2), (4, 3), (4, 4), (5, 3), (5, 5)]


def tiled(**columns: list[Any]) -> Case:
    case = make_case()
    rows, lines = zip(*WHERE, strict=True)
    places = case["places"].assign(tile_row=[float(r) for r in rows], tile_column=[float(c) for c in lines])
    return case.with_table("places", places.assign(**columns))


def drawn(case: Case) -> list[ET.Element]:
    charts = tiles(Accounts(make_plan(case)))
    return [ET.fromstring(p) for c in charts for p in c.pictures]  # noqa: S314 - our own


def test_a_case_has_tiles_only_where_it_says_where_they_stand() -> None:
    assert not has_tiles(make_case())
    assert tiles(Accounts(make_plan(make_case()))) == []
    assert has_tiles(tiled())


def test_every_place_has_one_square_at_its_row_and_column() -> None:
    for svg in drawn(tiled()):
        groups = svg.findall(f"{SVG}g")
        squares = [g.find(f"{SVG}rect") for g in groups if g.find(f"{SVG}title") is not None]
        corners = [(float(r.attrib["x"]), float(r.attrib["y"])) for r in squares if r is not None]
        sides = {(r.attrib["width"], r.attrib["height"]) for r in squares if r is not None}
        assert len(corners) == len(WHERE) == len(set(corners))
        assert len(sides) == 1
        (width, height) = sides.pop()
        assert width == height
        # the step from one tile to the next is the same across and down, and follows rows and columns
        step = float(width) + 2
        left, top = min(x for x, _y in corners), min(y for _x, y in corners)
        cells = {(round((y - top) / step), round((x - left) / step)) for x, y in corners}
        assert cells == {(r - 2, c - 2) for r, c in WHERE}


def test_before_and_after_are_shown_with_the_value_in_the_tile() -> None:
    pictures = drawn(tiled())
    assert len(pictures) == 6
    plan = make_plan(tiled())
    said = [set(svg.itertext()) for svg in pictures]
    # the first measure is days from detection until the response: 28, 27, … without the plan, 12, 11.4, … with it
    assert {f"{28 - i}" for i in range(10)} <= said[0]
    assert {"12", "11"} <= said[1]
    sampled = plan.places["sampled_after"]
    assert f"{sampled[0] * 100:.0f}%" in said[5]


@pytest.mark.parametrize("path", ["charts/tiles.py", "charts/heat.py"])
def test_black_words_are_legible_on_every_shade(path: str) -> None:
    from importlib.resources import files

    source = files("seawall.reporting").joinpath(path).read_text("utf-8")
    shades = re.findall(r"#[0-9a-f]{6}", source.split("_SHADES = (", 1)[1].split(")", 1)[0])
    assert len(shades) >= 4
    lightness = [_luminance(s) for s in shades]
    # 4.5 to 1 is what WCAG asks of text
    assert min(lightness) + 0.05 >= 4.5 * 0.05
    assert lightness == sorted(lightness, reverse=True)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_names_lose_what_every_reader_of_a_map_knows() -> None:
    names = ["Lagos State", "Hebei Province", "State", "Kano", *["X"] * 6]
    chinese = ["内蒙古自治区", "广西壮族自治区", "重庆市", "河北省", *["甲"] * 6]
    case = tiled(name=names, name_zh=chinese)
    codes = list(case["places"]["place"])
    short = short_names(case, codes)
    assert [short[c] for c in codes[:4]] == ["Lagos", "Hebei", "State", "Kano"]
    with use_language("zh"):
        short = short_names(case, codes)
        assert [short[c] for c in codes[:4]] == ["内蒙古", "广西", "重庆", "河北"]


def test_a_name_that_does_not_fit_gives_way_to_the_code_and_stays_under_the_pointer() -> None:
    case = tiled()
    first = str(case["places"]["place"][0])
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwll"
    case = tiled(name=[long, *case["places"]["name"][1:]])
    svg = drawn(case)[0]
    words = [t.text for t in svg.iter(f"{SVG}text")]
    assert long not in words
    assert first.rsplit("-", 1)[-1] in words
    assert any(long in (t.text or "") for t in svg.iter(f"{SVG}title"))


def test_a_place_never_reached_is_of_the_worst_class_and_said_in_words() -> None:
    plan = make_plan(tiled())
    places = plan.places.assign(sequencing_days_before=[nan, *plan.places["sequencing_days_before"][1:]])
    charts = tiles(Accounts(make_plan(tiled(), places=places)))
    svg = ET.fromstring(charts[1].pictures[0])  # noqa: S314 - our own
    assert "never" in set(svg.itertext())


def test_classes_by_hand() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert cuts(values, more=True) == [2.0, 3.0, 4.0]
    assert cuts(values, more=False) == [4.0, 3.0, 2.0]
    # places that differ in the second digit only
    close = np.array([7.1, 7.2, 7.3, 7.4, 7.5])
    assert cuts(close, more=True) == [7.2, 7.3, 7.4]
    assert cuts(np.array([nan]), more=True) == []
    assert [grade(v, [2.0, 3.0, 4.0], True) for v in (1.9, 2.0, 3.5, 4.0)] == [0, 1, 2, 3]
    assert [grade(v, [4.0, 3.0, 2.0], False) for v in (4.1, 4.0, 2.5, 2.0, nan)] == [0, 1, 2, 3, 0]
    assert spread(("a", "b", "c", "d"), [1.0]) == ["a", "d"]
    assert spread(("a", "b", "c", "d"), []) == ["d"]
    assert class_words([4.0, 2.0], False, lambda v: f"{v:g}") == ["over 4, or never", "2 to 4", "2 or less"]


def test_tiles_take_the_place_of_the_map_and_bring_their_table() -> None:
    with_tiles, without = html(make_plan(tiled())), html(make_plan())
    assert 'id="places"' in with_tiles
    assert "map-sampled-before" not in with_tiles
    assert 'id="places"' not in without
    assert "map-sampled-before" in without
    for name in make_case()["places"]["name"]:
        assert name in with_tiles
