"""The situation and the domains: figures worked out by hand, and what is said about them."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import pytest

from cases import full, smallest
from seawall.assessment import assess
from seawall.case import Case
from seawall.language import use_language
from seawall.reporting.accounts import Accounts
from seawall.reporting.html import html
from seawall.reporting.numbers import count
from seawall.reporting.outlook import abroad, at_home, past, peers, standing
from seawall.reporting.prose import running, series
from seawall.reporting.sections.domains import coverage, domain_cells, domains, gaps
from seawall.reporting.sections.situation import finding, home_table, lessons, pressure_words, situation
from test_reporting_example import ACTIONS, frame, make_case, make_plan
from test_reporting_page import svgs

ORIGINS = [
    # 10 outbreaks in 10 years, three quarters of arrivals: pressure 1 × 0.75
    {"origin": "East", "family": "flu", "outbreaks": 10, "first_year": 2001, "last_year": 2010, "arrivals": 300},
    # 4 outbreaks in 2 years, a quarter of arrivals: pressure 2 × 0.25
    {"origin": "West", "family": "lassa", "outbreaks": 4, "first_year": 2001, "last_year": 2002, "arrivals": 100},
    {"origin": "North", "family": "flu", "outbreaks": 9, "first_year": 2001, "last_year": 2001},
]


def test_import_pressure_is_outbreaks_a_year_times_the_share_of_arrivals() -> None:
    out = abroad(smallest(origins=ORIGINS)).set_index("origin")
    assert list(out.index) == ["East", "West", "North"]
    assert out["per_year"].tolist() == [1.0, 2.0, 9.0]
    assert out["share"].tolist()[:2] == [0.75, 0.25]
    # 0.75 and 0.5 of 1.25
    assert out["index"].tolist()[:2] == pytest.approx([60.0, 40.0])
    assert out["index"].isna()["North"]


def test_arrivals_of_an_origin_count_once_whatever_the_number_of_its_families() -> None:
    rows = [*ORIGINS[:2], {**ORIGINS[0], "family": "lassa", "outbreaks": 20}]
    out = abroad(smallest(origins=rows)).set_index(["origin", "family"])
    assert out["share"][("East", "flu")] == 0.75
    # 0.75, 1.5 and 0.5 of 2.75
    assert out["index"][("East", "lassa")] == pytest.approx(150 / 2.75)


def test_without_arrivals_there_is_no_index() -> None:
    rows = [{k: v for k, v in r.items() if k != "arrivals"} for r in ORIGINS]
    assert abroad(smallest(origins=rows))["index"].isna().all()


SCORES = [
    {"framework": "JEE1", "indicator": i, "year": 2023, "score": s}
    for i, s in (("P.1.1", 2), ("P.1.2", 4), ("D.1.1", 3))
]


def peer(name: str, *scores: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"peer": name, "framework": "JEE1", "indicator": i, "year": 2018, "score": s} for i, s in scores]


def test_peers_are_held_against_this_country_over_the_same_indicators() -> None:
    case = smallest(
        scores=SCORES,
        peers=[*peer("Low", ("P.1.1", 1), ("D.1.1", 1)), *peer("High", ("P.1.1", 5), ("P.1.2", 5), ("R.1.1", 1))],
    )
    high, low = peers(case)
    assert (high.name, low.name) == ("High", "Low")
    # over P.1.1 and P.1.2, one area: 5 of 5 against (2 + 4) / 2 of 5
    assert (high.shared, high.theirs, high.own) == (2, 100.0, 60.0)
    # over P.1.1 and D.1.1, two areas: 1 of 5 against the mean of 2 and 3
    assert (low.shared, low.theirs, low.own) == (2, 20.0, 50.0)
    # with all indicators the other has areas P.1 (5) and R.1 (1)
    assert high.standing.readiness == pytest.approx(60.0)


def test_standing_is_that_of_the_assessment() -> None:
    case = full()
    own, assessed = standing(case), assess(case)
    assert own is not None
    assert own.readiness == assessed.readiness
    assert own.areas["score"].tolist() == assessed.areas["score"].tolist()
    assert standing(smallest()) is None
    assert peers(smallest()) == []


def event(code: str, *dates: str) -> dict[str, Any]:
    return {
        "event": code,
        "family": "flu",
        **dict(zip(("emergence", "detection", "notification", "response"), dates, strict=False)),
    }


FAST = event("fast", "2020-01-01", "2020-01-05", "2020-01-06", "2020-01-10")
SLOW = event("slow", "2021-01-01", "2021-02-01", "2021-02-02", "2021-02-05")
OPEN = event("open", "2022-01-01", "2022-01-03")


def test_past_events_stand_latest_first_and_tell_the_slowest_step() -> None:
    events, speed = past(smallest(events=[FAST, SLOW, OPEN]))
    assert events["event"].tolist() == ["open", "slow", "fast"]
    assert events["year"].tolist() == ["2022", "2021", "2020"]
    told = lessons(speed)
    assert "Of 2 past outbreaks with all dates, 50% met all three" in told
    assert "67% were found within 7 days" in told
    assert told.endswith("The step that failed most often is finding them.")


def scored(level: float) -> list[dict[str, Any]]:
    return [{"framework": "SPAR2", "indicator": "C1.1", "year": 2022, "score": level}]


@pytest.mark.parametrize(
    ("level", "events", "words"),
    [
        (90, [SLOW], "A high score beside slow events is a finding, not an error"),
        (20, [SLOW], "Scores and events agree: there is much to build"),
        (90, [FAST], "most outbreaks on record were met in time"),
        (20, [FAST], "Events went better than scores suggest"),
        (90, [], "No past outbreak with all dates is there to hold against it"),
    ],
)
def test_scores_are_held_against_events(level: float, events: list[dict[str, Any]], words: str) -> None:
    case = smallest(scores=scored(level), events=events)
    told = finding(standing(case), past(case)[1])
    assert told.startswith(f"By its own report (SPAR2, 2022), the country's readiness is {level} of 100.")
    assert words in told


def test_the_report_says_what_the_case_does_not_hold() -> None:
    text = html(make_plan())
    assert "The case holds no record of outbreaks abroad." in text
    assert "The case holds no log of past outbreaks" in text


def by_domain() -> Case:
    """Fifteen actions in three domains, one of which has no candidate, and some in none."""
    domain = {"platform": "labs", "talent": "people", "governance": "rules"}
    rows = [{**a, "domain": "rules" if a.get("valued") == "no" else domain.get(str(a["lever"]), "")} for a in ACTIONS]
    rows = [{**a, "domain": "people"} if a["action"] in {"eoc", "risk_comm", "bsl"} else a for a in rows]
    case = make_case(rows)
    names = [("labs", "Laboratories"), ("people", "People"), ("rules", "Rules"), ("waters", "Waters")]
    return case.with_table("domains", frame("domains", [{"domain": d, "name": n} for d, n in names]))


def test_domains_by_lever_counted_by_hand() -> None:
    a = Accounts(make_plan(by_domain()))
    cells = domain_cells(a).set_index(["domain", "lever"])
    platform = [x for x in ACTIONS if x["lever"] == "platform" and x.get("valued") != "no"]
    assert cells.loc[("labs", "platform"), "candidates"] == len(platform)
    assert cells.loc[("labs", "platform"), "funded"] == sum(x["action"] in a.plan.schedule for x in platform)
    assert cells["cost"].sum() == pytest.approx(a.nominal)
    # science has no domain, and none of its actions is funded
    assert cells.loc[("", "science"), ["funded", "cost"]].tolist() == [0, 0]
    assert cells["candidates"].sum() == len(ACTIONS)


def test_gaps_between_domains_are_named() -> None:
    a = Accounts(make_plan(by_domain()))
    told = gaps(a)
    assert told[0] == "The case offers no action in: Waters."
    assert told[1].startswith("The model values none of the funded actions in: Rules.")
    assert coverage(a).startswith("The plan funds actions in 3 of 4 domains.")
    nothing = gaps(Accounts(make_plan(by_domain(), {})))
    assert "There are candidates but the plan funds none in: Laboratories, People and Rules." in nothing


def test_without_a_table_of_domains_there_is_no_section() -> None:
    assert domains(Accounts(make_plan())) is None
    section = domains(Accounts(make_plan(by_domain())))
    assert section is not None
    assert "no domain" in section.body


def test_lists_and_running_sentences() -> None:
    assert series([]) == ""
    assert series(["a"]) == "a"
    assert series(["a", "b"]) == "a and b"
    assert series(["a", "b", "c"]) == "a, b and c"
    with use_language("zh"):
        assert series(["甲", "乙", "丙"]) == "甲、乙和丙"
        assert series(["甲、乙", "丙"]) == "甲、乙；丙"
    assert running("One.", "", None, "Two <3.") == "One. Two &lt;3."
    assert running("一。", "二。") == "一。二。"


def test_a_median_that_does_not_exist_is_a_dash() -> None:
    events, _speed = past(smallest(events=[OPEN]))
    assert events["notify_days"].tolist() == [pytest.approx(nan, nan_ok=True)]
    case = make_case().with_table("events", frame("events", [OPEN, SLOW]))
    text = html(make_plan(case))
    assert "not known" in text
    assert "not met" in text


def test_origins_without_arrivals_are_not_passed_over_in_silence() -> None:
    told = pressure_words(Accounts(make_plan()), abroad(smallest(origins=ORIGINS)))
    # 60 and 40 of 100 are all that can be weighed
    assert "Of 3 origins on record, East and West carry 100% of the import pressure." in told
    assert "Arrivals are on record for 2 of 3 origins; the others have no index." in told


def test_pictures_keep_inside_their_frames() -> None:
    long = "A country of a very long name, with much to say about where it lies and who travels from there"
    case = by_domain()
    rows = [{**r, "origin": f"{r['origin']} {long}"} for r in ORIGINS]
    case = case.with_table("origins", frame("origins", rows))
    case = case.with_table("events", frame("events", [FAST, SLOW, OPEN]))
    case = case.with_table("places", case["places"].assign(tile_row=range(1, 11), tile_column=range(10, 0, -1)))
    drawn = svgs(html(make_plan(case)))
    names = {svg.attrib["aria-labelledby"].split("-title")[0] for svg in drawn}
    assert {"pressure", "past", "heat", "tiles-sampled-before"} <= names
    for svg in drawn:
        width, height = map(float, svg.attrib["viewBox"].split()[2:])
        for node in svg.iter():
            for key, value in node.attrib.items():
                if key in {"x", "y", "x1", "x2", "y1", "y2"}:
                    assert -1 <= float(value) <= max(width, height) + 1, (svg.attrib["aria-labelledby"], node.attrib)


def test_a_hazard_that_kills_millions_is_told_by_its_average_outbreak() -> None:
    plan = make_plan()
    a = Accounts(plan)
    home = at_home(a)
    each = home["deaths"] / home["events_per_year"]
    page = str(home_table(a, home))
    assert "Deaths in an average outbreak" in page
    assert all(f">{count(v)}<" in page for v in each)
    never = home.assign(events_per_year=0.0)
    assert ">–<" in str(home_table(a, never))


@pytest.mark.parametrize(
    ("perspective", "deaths", "told"), [("societal", 2e6, 1), ("societal", 2.0, 0), ("health", 2e6, 0)]
)
def test_what_measures_hold_is_told_where_they_are_weighed_and_millions_may_die(
    perspective: str, deaths: float, told: int
) -> None:
    plan = make_plan()
    case = replace(plan.case, settings=replace(plan.case.settings, perspective=perspective))
    hazards = plan.before.hazards.assign(deaths=deaths * case["hazards"]["events_per_year"].max())
    changed = replace(plan, case=case, before=replace(plan.before, hazards=hazards))
    assert str(situation(Accounts(changed)).body).count("millions may.") == told


def test_a_record_of_one_year_names_one_year() -> None:
    plan = make_plan(make_case().with_table("origins", frame("origins", ORIGINS)))
    page = str(situation(Accounts(plan)).body)
    assert ">2001<" in page
    assert ">2001–2010<" in page
    assert "2001–2001" not in page
