"""The plan document: whole, every figure with its source, and indicators worked out by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from math import isnan
from typing import Any

import pandas as pd
import pytest

from cases import full, smallest
from seawall.case import Case, Schedule
from seawall.errors import InputError
from seawall.reporting import report, save_plan
from seawall.reporting.accounts import Accounts
from seawall.reporting.chapters.projects import MOST, key_projects
from seawall.reporting.chapters.safeguards import prerequisites, staff_needed
from seawall.reporting.document import document
from seawall.reporting.documents import DOCUMENTS, FILES, page_of
from seawall.reporting.indicators import Goal, Indicators
from seawall.reporting.ledger import Ledger, cell, computed, result, woven
from seawall.reporting.markup import tag
from test_reporting_example import SCHEDULE, YEARS, frame, make_case, make_plan, many_actions
from test_reporting_page import ODD, Page

CHAPTERS = ["situation", "goals", "tasks", "projects", "safeguards", "monitoring", "annex", "provenance"]


@pytest.fixture(scope="module")
def text() -> str:
    return document(make_plan())


# -- the page ------------------------------------------------------------------------------------


def test_chapters_stand_in_their_order(text: str) -> None:
    read = Page(text)
    assert [i for i in read.ids if i in CHAPTERS] == CHAPTERS
    assert len(read.ids) == len(set(read.ids))


@pytest.mark.parametrize("name", sorted(ODD))
def test_odd_plans_give_whole_documents(name: str) -> None:
    page = document(ODD[name])
    read = Page(page)
    assert len(read.ids) == len(set(read.ids))
    assert {link.removeprefix("#") for link in read.links if link.startswith("#")} <= set(read.ids)
    assert " nan" not in read.text
    assert "inf " not in read.text
    assert not {"script", "link", "img"} & set(read.tags)


def test_every_mark_leads_to_a_row_and_every_row_is_led_to(text: str) -> None:
    read = Page(text)
    marks = [int(m) for m in re.findall(r'href="#ref-(\d+)"', text)]
    rows = [int(i.removeprefix("ref-")) for i in read.ids if i.startswith("ref-")]
    assert set(marks) == set(rows)
    assert rows == list(range(1, len(rows) + 1))
    assert len(rows) > 50


def test_rows_are_numbered_as_they_are_met(text: str) -> None:
    first = list(dict.fromkeys(int(m) for m in re.findall(r'href="#ref-(\d+)"', text)))
    assert first == sorted(first)


def test_every_action_is_told_with_its_years_and_its_lead(text: str) -> None:
    read = Page(text)
    a = Accounts(make_plan())
    for r in a.actions.itertuples():
        assert str(r.title) in read.text
        assert str(r.lead) in read.text
        assert f"(from {r.start}" in read.text


def test_text_of_the_case_is_escaped(text: str) -> None:
    assert "<script" not in text


def test_same_plan_same_document(text: str) -> None:
    assert document(make_plan()) == text


# -- where figures come from ----------------------------------------------------------------------


def test_the_same_figure_of_the_same_origin_has_one_row() -> None:
    ledger = Ledger()
    one = ledger.cite("7", cell("hazards", "r0", "flu"), "R0")
    again = ledger.cite("7", cell("hazards", "r0", "flu"), "R0")
    other = ledger.cite("7", cell("hazards", "r0", "mpox"), "R0")
    assert one == again != other
    assert [e.number for e in ledger.entries] == [1, 2]
    assert 'href="#ref-1"' in one


def test_origins_name_table_row_and_column_or_the_key_of_the_result() -> None:
    where = "case, table <code>cadre_stock</code>, row <code>vet|*</code>, column <code>stock</code>"
    assert cell("cadre_stock", "stock", "vet|*").where == where
    assert result("before.deaths.mean").where == "result <code>before.deaths.mean</code>"
    assert computed("seawall.levers.capacities, stock", "How.").how == "How."


def test_keys_of_results_are_keys_of_the_plan() -> None:
    plan = make_plan()
    ledger = Ledger()
    document(plan)
    goals = Indicators(Accounts(plan)).headline
    for goal in goals:
        ledger.cite("x", goal.origin, goal.name)
    keys = [k for e in ledger.entries for k in re.findall("^result <code>(.*)</code>$", e.origin.where)]
    assert len(keys) >= 4
    for key in keys:
        value: Any = plan
        for part in key.split("."):
            value = getattr(value, part)
        assert isinstance(value, float)


def test_woven_sentences_escape_all_but_markup() -> None:
    made = woven("{a} < {b} & {{c}}", a="<i>", b=tag("b", "1"))
    assert made == "&lt;i&gt; &lt; <b>1</b> &amp; {c}"


# -- indicators ------------------------------------------------------------------------------------


def goals_of(case: Case, schedule: dict[str, int]) -> dict[str, Goal]:
    plan = make_plan()
    # figures of simulation are those of the made-up country; all else is read from this case
    actions = pd.DataFrame(
        [
            {"action": a, "start": y, "lever": "platform", "area": "", "place": "", "cost": 0.0, "value": 1.0,
             "deaths": 0.0, "valued": "yes", "evidence": "assumed", "title": a}
            for a, y in schedule.items()
        ],
        columns=plan.actions.columns,
    )  # fmt: skip
    plan = replace(plan, case=case, schedule=Schedule(schedule), actions=actions)
    indicators = Indicators(Accounts(replace(plan, after=replace(plan.after, year=2030))))
    return {g.code: g for g in (*indicators.headline, *indicators.staff, *indicators.areas)}


def test_stocks_lose_attrition_and_gain_graduates() -> None:
    cadres = [{"cadre": "vet", "role": "surveillance", "annual_attrition": 0.1, "norm_per_100k": 10}]
    case = smallest(
        settings={"base_year": 2026},
        cadres=cadres,
        cadre_stock=[{"cadre": "vet", "place": "A", "stock": 100}, {"cadre": "vet", "place": "B", "stock": 20}],
        programmes=[{"programme": "course", "cadre": "vet", "years": 1, "intake": 12}],
    )
    goal = goals_of(case, {})["stock-vet"]
    assert goal.base == 120.0
    # 120 less a tenth, and the 12 who entered the year before
    assert goal.years[2027] == pytest.approx(120.0)
    assert goal.final == pytest.approx(120.0)
    # 1.2 million people, 10 for 100,000
    assert goal.wanted == 120.0


def test_places_with_a_high_laboratory_follow_the_schedule() -> None:
    case = full(settings={"base_year": 2026})
    goal = goals_of(case, {"lab": 2027})["bsl3"]
    # the hub in B is of level 3 and opens when the action, built in one year, is in force
    assert goal.base == 0.0
    assert list(goal.years.values()) == [0.0, 1.0, 1.0]
    assert goal.final == 1.0


def test_research_under_way_and_its_lead() -> None:
    leads = [{**a, "lead": f"Lead of {a['action']}"} for a in full()["actions"].to_dict("records")]
    case = full(settings={"base_year": 2026}, actions=leads)
    goals = goals_of(case, {"lab": 2027, "grant": 2028})
    assert list(goals["projects"].years.values()) == [0.0, 1.0, 1.0]
    assert goals["projects"].lead == "Lead of grant"
    assert goals["bsl3"].lead == "Lead of lab"
    assert goals["entrants"].lead == ""


def test_scores_move_with_the_actions_and_keep_their_target() -> None:
    goals = goals_of(full(settings={"base_year": 2026, "framework": "JEE1"}), {"law": 2028})
    # P.1 from 2 to 4, D.1 stays at 3: readiness 100 × mean / 5
    assert goals["readiness"].base == pytest.approx(50.0)
    assert list(goals["readiness"].years.values()) == pytest.approx([50.0, 70.0, 70.0])
    assert goals["area-P.1"].wanted == 4.0
    assert list(goals["area-P.1"].years.values()) == [2.0, 4.0, 4.0]


def test_deaths_by_year_are_those_of_the_plan() -> None:
    plan = make_plan()
    goal = next(g for g in Indicators(Accounts(plan)).headline if g.code == "deaths")
    by_year = plan.years.set_index("year")["deaths"]
    assert list(goal.years.values()) == by_year[list(YEARS)].tolist()
    assert (goal.base, goal.final) == (plan.before.deaths.mean, plan.after.deaths.mean)


def test_what_is_simulated_for_one_year_only_has_no_milestones() -> None:
    goal = next(g for g in Indicators(Accounts(make_plan())).headline if g.code == "large_detect_median_days")
    assert (goal.base, goal.final, goal.wanted) == (63.0, 21.0, 7.0)
    assert all(isnan(v) for v in goal.years.values())


# -- chapters --------------------------------------------------------------------------------------


def test_key_projects_are_taken_in_turn_by_value_and_by_cost() -> None:
    a = Accounts(make_plan())
    assert set(key_projects(a)["action"]) == set(SCHEDULE)
    case, schedule = many_actions()
    a = Accounts(make_plan(case, schedule))
    chosen = set(key_projects(a)["action"])
    assert len(chosen) == MOST
    dearest = a.actions.sort_values(["nominal", "action"], ascending=[False, True])["action"].iloc[0]
    best = a.actions.sort_values(["value", "action"], ascending=[False, True])["action"].iloc[0]
    assert {dearest, best} <= chosen


def test_staff_is_taken_for_building_until_in_force_and_for_running_after() -> None:
    case = make_case()
    tables = {
        "cadres": [{"cadre": "vet", "name": "Veterinarian"}],
        "cadre_stock": [{"cadre": "vet", "place": case["places"]["place"][0], "stock": 9}],
        "action_staff": [
            # from 2028, in force from 2030; from 2027, in force at once
            {"action": "lab_hub", "cadre": "vet", "build": 3, "run": 1},
            {"action": "courier", "cadre": "vet", "build": 5, "run": 2},
            {"action": "vaccine", "cadre": "vet", "build": 50, "run": 50},
        ],
    }
    for name, rows in tables.items():
        case = case.with_table(name, frame(name, rows))
    a = Accounts(make_plan(case))
    starts = a.actions.set_index("action")["in_force"]
    assert (starts["lab_hub"], starts["courier"]) == (2030, 2027)
    needed = staff_needed(a)
    assert needed["name"].tolist() == ["Veterinarian"]
    assert needed.iloc[0][["stock", *YEARS]].tolist() == [9.0, 2.0, 5.0, 5.0, 3.0, 3.0]


def test_prerequisites_of_governance_come_first() -> None:
    rows = [
        {"action": "advanced", "requires": "frontline"},
        {"action": "amr", "requires": "law"},
        {"action": "vaccine", "requires": "law"},
    ]
    case = make_case().with_table("requires", frame("requires", rows))
    found = prerequisites(Accounts(make_plan(case)))
    assert found[["requires", "in_force", "action", "start", "legal"]].to_numpy().tolist() == [
        ["law", 2028, "amr", 2028, True],
        ["frontline", 2028, "advanced", 2028, False],
    ]


# -- files -----------------------------------------------------------------------------------------


def test_a_plans_folder_holds_the_document(tmp_path: Any, text: str) -> None:
    plan = make_plan()
    save_plan(plan, tmp_path / "out")
    assert (tmp_path / "out" / "document.html").read_text("utf-8") == text
    written = report(plan, tmp_path / "plan.html", document="plan")
    assert written.read_text("utf-8") == text


def test_the_document_is_a_page_and_nothing_else(tmp_path: Any) -> None:
    with pytest.raises(InputError, match="html only"):
        report(make_plan(), tmp_path / "plan.xlsx", document="plan")
    with pytest.raises(InputError, match="there is no document 'law'; known: plan, report"):
        page_of("law")
    assert set(DOCUMENTS) == set(FILES)
