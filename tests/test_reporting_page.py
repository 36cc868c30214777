"""The page: whole, self-contained, escaped, legible whatever the plan."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from math import nan

import numpy as np
import pandas as pd
import pytest

from seawall.case import Case
from seawall.planning.result import Plan
from seawall.reporting.html import html
from seawall.reporting.words import five_figures
from test_reporting_example import HAZARDS, SCHEDULE, YEARS, make_case, make_plan, many_actions

VOID = {"br", "col", "hr", "img", "link", "meta"}
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """A page read strictly: every element is closed in turn; text and links are kept."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def svgs(text: str) -> list[ET.Element]:
    return [ET.fromstring(part) for part in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]  # noqa: S314 - our own


def odd_plans() -> dict[str, Plan]:
    many, all_of_them = many_actions()
    plan = make_plan()
    none = replace(
        plan.before,
        timeliness=replace(
            plan.before.timeliness, large_detect_median_days=nan, large_respond_median_days=nan, large_found=0.2
        ),
    )
    huge = plan.value_by_hazard.assign(baseline=lambda t: t["baseline"] * 1e9, plan=lambda t: t["plan"] * 1e9)
    islands = make_plan().places.assign(lon=lambda t: np.where(t.index % 2, 179.0, -179.0))
    return {
        "one place, no action": make_plan(make_case(n_places=1), {}),
        "sixty actions": make_plan(many, all_of_them),
        "no median before": make_plan(before=none),
        "no median at all": make_plan(before=none, after=replace(none, year=2033)),
        "median lost": make_plan(before=plan.after, after=none),
        "huge numbers": make_plan(value_by_hazard=huge, deaths_averted=(6e9, 5e9, 7e9)),
        "across the date line": make_plan(places=islands),
        "no assumptions": make_plan(assumptions=plan.assumptions.iloc[:0]),
        "no scores": make_plan(without_scores(make_case()), {"lab_net": 2027}),
        "nothing saved": make_plan(deaths_averted=(0.0, -3.0, 3.0), gap=0.0, worst_violation=2.5),
        "no bound": make_plan(gap=nan),
        "no national frame": make_plan(national=plan.national.iloc[:0]),
        "no evaluation": make_plan(make_case().with_settings(evaluation_years=0)),
        "one hazard scale": make_plan(value_by_hazard=plan.value_by_hazard.iloc[3:5]),
    }


def without_scores(case: Case) -> Case:
    empty = {t: case[t].iloc[:0] for t in ("scores", "floors")}
    effects = case["effects"][case["effects"]["table"] != "scores"]
    return replace(
        case, tables={**case.tables, **empty, "effects": effects}, settings=replace(case.settings, framework="")
    )


ODD = odd_plans()


@pytest.fixture(scope="module")
def page() -> str:
    return html(make_plan())


def test_the_page_is_well_formed_and_says_what_it_must(page: str) -> None:
    read = Page(page)
    for label, sentence in five_figures(make_plan()):
        assert label in read.text
        assert sentence in read.text
    plan = make_plan()
    for title in plan.actions["title"]:
        assert title in read.text
    for hazard in HAZARDS:
        assert hazard[1] in read.text
    for parameter, note in plan.assumptions[["parameter", "note"]].itertuples(index=False):
        assert parameter in read.text
        assert note in read.text
    assert plan.case.digest in read.text


def test_sections_stand_in_the_order_of_a_ministers_questions(page: str) -> None:
    wanted = [
        "five", "pictures", "situation", "frontier", "identification", "countermeasures", "disciplines", "talents",
        "platforms", "levers", "actions", "money", "not-valued", "without-money", "hazards", "assumptions", "method",
        "provenance", "sign-off",
    ]  # fmt: skip
    read = Page(page)
    assert [i for i in read.ids if i in wanted] == wanted
    assert {link.removeprefix("#") for link in read.links} == set(wanted)
    assert len(read.ids) == len(set(read.ids))
    assert ("html", "lang", "en") in read.attributes


def test_the_page_needs_no_network_and_no_script(page: str) -> None:
    read = Page(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(read.tags)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    for tag, name, value in read.attributes:
        assert not name.startswith("on")
        if value.startswith(("http", "//")):
            assert (tag, name) in {("a", "href"), ("svg", "xmlns")}


def test_addresses_in_sources_become_links_inside_a_citation() -> None:
    source = "WHO (https://example.org/a?b=1&c=2), page 3 <b>"
    case = make_case()
    plan = make_plan(case.with_table("actions", case["actions"].assign(source=source)))
    text = html(plan)
    assert "https://example.org/a?b=1&c=2" in Page(text).links
    for cite in re.findall(r"<cite>.*?</cite>", text):
        text = text.replace(cite, "")
    assert "https:" not in text


def test_text_of_the_case_is_escaped_everywhere(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page


@pytest.mark.parametrize("name", sorted(ODD))
def test_odd_plans_give_well_formed_pages_and_pictures(name: str) -> None:
    text = html(ODD[name])
    read = Page(text)
    assert len(read.ids) == len(set(read.ids))
    assert " nan" not in read.text
    assert "inf " not in read.text
    drawn = svgs(text)
    assert drawn
    for svg in drawn:
        width, height = map(float, svg.attrib["viewBox"].split()[2:])
        assert svg.attrib["role"] == "img"
        assert svg.find(f"{SVG}title") is not None
        assert svg.find(f"{SVG}desc") is not None
        for node in svg.iter():
            numbers = {k: v for k, v in node.attrib.items() if k in {"x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "r"}}
            assert all(-1 <= float(v) <= max(width, height) + 1 for v in numbers.values()), (name, node.attrib)
            if node.tag == f"{SVG}text":
                assert -1 <= float(node.attrib["x"]) <= width
                assert -1 <= float(node.attrib["y"]) <= height


def test_every_action_stands_in_the_table_and_in_a_picture() -> None:
    case, schedule = many_actions()
    text = html(make_plan(case, schedule))
    read = Page(text)
    drawn = " ".join(t for svg in svgs(text) for t in svg.itertext())
    assert len(schedule) == 60
    for action in schedule:
        title = case["actions"].set_index("action")["title"][action]
        assert title in read.text
        assert title in drawn


def test_numbers_in_the_tables_are_those_of_the_plan(page: str) -> None:
    plan = make_plan()
    read = Page(page)
    spent = plan.budget_use["spent"].sum()
    assert f"{spent:,.0f}" in read.text
    for year in YEARS:
        paid = plan.budget_use.loc[plan.budget_use["year"] == year, "spent"].sum()
        assert f"{paid:,.0f}" in read.text
    assert len(SCHEDULE) == sum(f"{a} ·" in read.text for a in SCHEDULE)


def test_without_time_for_the_assumptions_all_of_the_case_are_listed() -> None:
    read = Page(html(ODD["no assumptions"]))
    for parameter in make_case().assumptions.index:
        assert parameter in read.text


def test_same_plan_same_page(page: str) -> None:
    shuffled = make_plan()
    shuffled = replace(shuffled, actions=shuffled.actions.sample(frac=1, random_state=1, ignore_index=True))
    assert html(shuffled) == page


def test_a_place_without_a_laboratory_is_shown_as_never() -> None:
    plan = make_plan()
    assert np.isinf(plan.places["result_days_before"]).any()
    tips = [t.text or "" for svg in svgs(html(plan)) for t in svg.iter(f"{SVG}title")]
    assert "Dunari: never" in tips


def test_a_case_without_names_shows_codes() -> None:
    case = make_case()
    case = case.with_table("places", case["places"].assign(name=""))
    case = case.with_table("hazards", case["hazards"].assign(name=""))
    read = Page(html(make_plan(case, places=make_plan(case).places.assign(name=""))))
    assert "influenza_severe" in read.text
    assert pd.Series(case["places"]["place"]).iloc[0] in read.text
