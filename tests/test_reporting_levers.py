"""The pages of the levers: their figures against small cases worked out by hand, and what they say of nothing."""

from __future__ import annotations

import re
from math import inf, isnan, log
from typing import Any

import numpy as np
import pytest

import cases
from seawall.case import Case
from seawall.language import use_language
from seawall.reporting.accounts import Accounts
from seawall.reporting.html import html
from seawall.reporting.lever_accounts import LeverAccounts
from seawall.reporting.lever_accounts.base import weighted_median
from seawall.reporting.lever_accounts.fronts import Fronts
from seawall.reporting.lever_accounts.identification import Identification
from seawall.reporting.lever_accounts.installations import Installations
from seawall.reporting.lever_accounts.products import Products, cover_days
from seawall.reporting.lever_accounts.training import Training
from seawall.reporting.lever_accounts.workforce import Workforce
from seawall.reporting.sections.levers import lever_pages
from test_reporting_example import make_case, make_plan
from test_reporting_page import Page, svgs

IDS = ["frontier", "identification", "countermeasures", "disciplines", "talents", "platforms"]

Rows = list[dict[str, Any]]


def accounts_of(case: Case, schedule: dict[str, int]) -> LeverAccounts:
    return LeverAccounts(Accounts(make_plan(case, schedule)))


def pages(case: Case, schedule: dict[str, int]) -> dict[str, str]:
    return {s.id: str(s.render()) for s in lever_pages(Accounts(make_plan(case, schedule)))}


def words(page: str) -> str:
    return Page(page).text


def action(code: str, lever: str, **more: Any) -> dict[str, Any]:
    return {"action": code, "title": f"Title of {code}", "lever": lever, "capital_cost": 1000, **more}


def effect(code: str, table: str, key: str, column: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"action": code, "table": table, "key": key, "column": column, "op": op, "value": value, **more}


def with_actions(actions: Rows, effects: Rows, **tables: Any) -> Case:
    small = cases.smallest_tables()
    return cases.smallest(
        actions=[*small["actions"], *actions], effects=[*small["effects"], *effects], **tables
    )  # fmt: skip


#: Two laboratories at no distance from their place, that answer in two days and sequence in three more.
LABORATORIES = [
    {"facility": "LAB", "place": "A", "kind": "laboratory", "biosafety_level": 3, "status": "open",
     "tests_per_day": 100, "turnaround_days": 2, "sequencing_per_day": 5, "routine_per_day": 0, "annual_cost": 7000},
    {"facility": "NEW", "name": "New one", "place": "B", "kind": "sequencing_hub", "biosafety_level": 3,
     "status": "candidate", "tests_per_day": 40, "turnaround_days": 1, "sequencing_per_day": 5, "routine_per_day": 0,
     "annual_cost": 500},
]  # fmt: skip
ASSUMPTIONS = [
    {"parameter": "pickup_days", "central": 0.5},
    {"parameter": "sequencing_run_days", "central": 3},
    {"parameter": "reference_abroad_days", "central": 60},
    {"parameter": "assay_days_novel", "central": 40},
]
#: Flu has a test, so that lassa is new to laboratories.
COUNTERMEASURES = [{"family": "flu", "product": "diagnostic", "status": "available"}]
REFERRAL = [{"place": "B", "facility": "LAB", "days": 4.5}, {"place": "A", "facility": "NEW", "days": 9}]


def laboratories(actions: Rows = (), effects: Rows = (), **tables: Any) -> Case:  # type: ignore[assignment]
    given = {
        "facilities": LABORATORIES,
        "assumptions": ASSUMPTIONS,
        "countermeasures": COUNTERMEASURES,
        "referral": REFERRAL,
        **tables,
    }
    return with_actions(list(actions), list(effects), **given)


# -- identification -----------------------------------------------------------------------


def test_days_to_a_name_are_those_worked_out_by_hand() -> None:
    found = Identification(accounts_of(laboratories(), {}))
    naming = found.before[found.levers.base]
    assert naming.known == pytest.approx([2.5, 6.5])
    assert naming.new == pytest.approx([5.5, 9.5])
    assert naming.in_use == pytest.approx([45.5, 49.5])
    # five sixths of the people live in A
    reach = found.reach(naming.known)
    assert (reach.median, reach.best, reach.worst, reach.within) == pytest.approx((2.5, 2.5, 6.5, 1))


def test_a_method_that_may_fail_shortens_the_days_by_its_chance() -> None:
    case = laboratories(
        [action("meta", "science")],
        [effect("meta", "projects", "seq", "p_success", "set", 0.5)],
        projects=[
            {"project": "seq", "family": "*", "product": "identification", "years_left": 2, "p_success": 0,
             "available_day": 1}
        ],
    )  # fmt: skip
    found = Identification(accounts_of(case, {"meta": 2027}))
    # two days less in half of the outcomes, from 2029 on
    assert found.after[2028].new == pytest.approx([5.5, 9.5])
    assert found.after[2029].new == pytest.approx([4.5, 8.5])
    assert found.before[2029].new == pytest.approx([5.5, 9.5])
    assert [m[0] for m in found.movers] == ["meta"]
    assert found.movers[0][1:] == pytest.approx((0.0, 1.0, 1.0))


def test_a_test_at_hand_makes_a_new_agent_a_known_one() -> None:
    case = laboratories(
        [action("assay", "science")],
        [effect("assay", "projects", "kit", "p_success", "set", 0.4)],
        projects=[
            {"project": "kit", "family": "lassa", "product": "diagnostic", "years_left": 0, "p_success": 0,
             "available_day": 0}
        ],
    )  # fmt: skip
    found = Identification(accounts_of(case, {"assay": 2027}))
    assert found.after[2032].new == pytest.approx([0.6 * 5.5 + 0.4 * 2.5, 0.6 * 9.5 + 0.4 * 6.5])
    assert found.after[2032].in_use == pytest.approx([0.6 * 45.5 + 0.4 * 2.5, 0.6 * 49.5 + 0.4 * 6.5])


def test_the_page_tells_days_today_and_under_the_plan_and_who_moved_them() -> None:
    case = laboratories(
        [action("hub", "platform")], [effect("hub", "facilities", "NEW", "status", "set", "open")]
    )  # fmt: skip
    told = words(pages(case, {"hub": 2027})["identification"])
    assert "a known agent is named within 2.5 days today" in told
    assert "a new one within 5.5 days today" in told
    assert "Within 3 days, 2 of 2 places name a known agent under the plan (1 today)" in told
    assert "assumed yardstick" in told
    assert "Title of hub" in told
    assert "new laboratories" in told


def test_where_nothing_answers_it_says_never() -> None:
    closed = [{**LABORATORIES[0], "status": "candidate"}]
    case = laboratories(
        [action("hub", "platform")],
        [effect("hub", "facilities", "LAB", "status", "set", "open")],
        facilities=closed,
        referral=[],
    )
    found = Identification(accounts_of(case, {"hub": 2027}))
    assert (found.before[found.levers.base].known == inf).all()
    assert found.movers[0][1] == inf
    told = words(pages(case, {"hub": 2027})["identification"])
    assert "a known agent is named never today and within" in told
    moves = found.levers.moves("hub")
    assert {(m.kind, m.gained) for m in moves if m.gained} == {("result_days", 2), ("sequencing_days", 2)}


def test_weighted_median() -> None:
    assert weighted_median(np.array([3.0, 1.0, inf]), np.array([1.0, 1.0, 1.0])) == 3.0
    assert weighted_median(np.array([3.0, 1.0]), np.array([1.0, 1.0])) == 1.0
    assert weighted_median(np.array([1.0, inf]), np.array([1.0, 3.0])) == inf
    assert isnan(weighted_median(np.array([]), np.array([])))


# -- vaccines and medicines ---------------------------------------------------------------


def test_a_vaccine_from_research_is_a_chance_with_a_day() -> None:
    case = laboratories(
        [action("trial", "science")],
        [effect("trial", "projects", "vax", "p_success", "set", 0.25)],
        countermeasures=[
            *COUNTERMEASURES,
            {"family": "flu", "product": "vaccine", "status": "available", "available_day": 150, "efficacy": 0.6,
             "doses_per_day": 1000, "stock": 24_000},
        ],
        projects=[
            {"project": "vax", "family": "flu", "product": "vaccine", "years_left": 1, "p_success": 0,
             "available_day": 50, "efficacy": 0.8, "doses_per_day": 3000}
        ],
        assumptions=[
            *ASSUMPTIONS,
            {"parameter": "coverage_cap", "central": 0.5},
            {"parameter": "stock_delivery_days", "central": 10},
        ],
    )  # fmt: skip
    products = Products(accounts_of(case, {"trial": 2027}))
    today, later = products.today["flu", "vaccine"], products.planned["flu", "vaccine"]
    assert (today.chance, today.in_time, today.day) == (1.0, 0.0, 150.0)
    # 600,000 people, 24,000 from the store
    assert today.cover == pytest.approx(576.0)
    assert (later.chance, later.in_time) == pytest.approx((1.0, 0.25))
    assert later.day == pytest.approx(0.25 * 50 + 0.75 * 150)
    assert later.efficacy == pytest.approx(0.25 * 0.8 + 0.75 * 0.6)
    assert later.cover == pytest.approx(0.25 * 192 + 0.75 * 576)
    assert products.today["lassa", "vaccine"].chance == 0.0
    assert isnan(products.today["lassa", "vaccine"].day)
    told = words(pages(case, {"trial": 2027})["countermeasures"])
    assert "0% → 25%" in told
    assert "150 → 125" in told


@pytest.mark.parametrize(
    ("doses", "stock", "need", "delivery", "days"),
    [
        (100.0, 0.0, 1000.0, 10.0, 10.0),
        (0.0, 1000.0, 1000.0, 10.0, 10.0),
        (0.0, 999.0, 1000.0, 10.0, inf),
        (100.0, 1000.0, 1000.0, 10.0, 5.0),
        (100.0, 500.0, 2500.0, 10.0, 20.0),
        (0.0, 0.0, 1.0, 1.0, inf),
    ],
)
def test_days_to_cover(doses: float, stock: float, need: float, delivery: float, days: float) -> None:
    assert cover_days(doses, stock, need, delivery) == days


# -- fronts -------------------------------------------------------------------------------


def fronts_case() -> Case:
    return laboratories(
        [action("trial", "science"), action("other", "science", earliest=2031)],
        [
            effect("trial", "projects", "vax", "p_success", "set", 0.25),
            effect("other", "projects", "drug", "p_success", "set", 0.5),
        ],
        fronts=[
            {"front": "f1", "label": "Front one", "project": "vax", "world_growth": 0.12, "national_share": 0.034,
             "leadership": 0.02, "programme": "course", "supports": "vaccines", "evidence": "assumed"},
            {"front": "f2", "label": "Front two"},
            {"front": "f3", "label": "Front three"},
        ],
        projects=[
            {"project": "vax", "name": "The vaccine", "family": "flu", "product": "vaccine", "years_left": 4,
             "p_success": 0, "available_day": 90, "cost": 5e6},
            {"project": "drug", "name": "The drug", "front": "f2", "family": "lassa", "product": "therapeutic",
             "years_left": 1, "p_success": 0, "available_day": 130},
        ],
        cadres=[{"cadre": "nurse", "role": "other"}],
        programmes=[{"programme": "course", "cadre": "nurse", "intake": 10}],
    )  # fmt: skip


def test_fronts_with_their_projects_and_who_pays() -> None:
    accounts = accounts_of(fronts_case(), {"trial": 2028})
    one, two, three = Fronts(accounts).fronts
    assert [f.front for f in (one, two, three)] == ["f1", "f2", "f3"]
    assert one.running == (True, True)
    (vax,) = one.projects
    assert (vax.chance, vax.ready, vax.actions, vax.shared) == ((0.0, 0.25), 2032, ("trial",), False)
    assert vax.deaths == 10.0
    (drug,) = two.projects
    assert (drug.paid, drug.ready, drug.offered) == (False, 0, ("other",))
    assert three.projects == ()
    told = words(pages(fronts_case(), {"trial": 2028})["frontier"])
    assert "Front one" in told
    assert "Depends on it: vaccines" in told
    assert "12%" in told
    assert "10 deaths averted a year" in told
    assert "Fronts that no project serves: Front three." in told
    assert "Fronts that no programme teaches that runs under the plan: Front two and Front three." in told
    # it cannot start within the budget years
    assert "no money: not allowed" in told


def test_an_action_behind_two_projects_counts_once_for_their_front() -> None:
    case = laboratories(
        [action("both", "science")],
        [effect("both", "projects", "*", "p_success", "set", 0.5)],
        fronts=[{"front": "f", "label": "Front"}],
        projects=[
            {"project": p, "front": "f", "family": "flu", "product": "vaccine", "years_left": 1, "p_success": 0}
            for p in ("one", "two")
        ],
    )
    (front,) = Fronts(accounts_of(case, {"both": 2027})).fronts
    assert [(p.deaths, p.shared) for p in front.projects] == [(10.0, True), (10.0, True)]
    assert front.deaths == 10.0
    assert "10 (shared)" in words(pages(case, {"both": 2027})["frontier"])


def test_a_project_that_is_ready_later_counts_from_then() -> None:
    told = words(pages(fronts_case(), {"trial": 2029})["frontier"])
    assert "counts from 2033" in told


# -- disciplines --------------------------------------------------------------------------


def school(**changes: Any) -> Case:
    programme = {
        "programme": "diploma", "name": "Diploma", "level": "diploma", "cadre": "bench", "years": 2, "intake": 30,
        "completion": 0.5, "faculty_cadre": "teacher", "students_per_faculty": 8, **changes,
    }  # fmt: skip
    return with_actions(
        [action("chairs", "discipline"), action("hire", "talent")],
        [
            effect("chairs", "cadre_stock", "teacher|A", "stock", "add", 1),
            effect("hire", "cadre_stock", "bench|*", "stock", "add", 2),
        ],
        cadres=[
            {"cadre": "bench", "name": "Bench worker", "role": "response", "annual_attrition": 0.1, "norm_per_100k": 2},
            {"cadre": "teacher", "name": "Teacher", "role": "faculty"},
        ],
        cadre_stock=[
            {"cadre": "bench", "place": "A", "stock": 10},
            {"cadre": "bench", "place": "B", "stock": 1},
            {"cadre": "teacher", "place": "A", "stock": 2},
        ],
        programmes=[programme],
        curricula=[
            {"programme": "diploma", "competency": "sampling"},
            {"programme": "diploma", "competency": "testing"},
        ],
    )


def test_teachers_limit_entry_and_the_plan_lifts_the_limit() -> None:
    training = Training(accounts_of(school(), {"chairs": 2027}))
    base = training.levers.base
    assert training.before.entrants[base] == pytest.approx([16.0])
    assert training.before.limit[base] == ["faculty"]
    assert training.after.entrants[2027] == pytest.approx([24.0])
    assert training.after.graduates[2028] == pytest.approx([8.0])
    assert training.after.graduates[2029] == pytest.approx([12.0])
    assert training.first_new(0) == 2029
    assert training.competencies == {"sampling": (True, True), "testing": (True, True)}
    told = words(pages(school(), {"chairs": 2027})["disciplines"])
    assert "16 → 24" in told
    assert "teachers" in told
    assert "2029" in told


@pytest.mark.parametrize(
    ("changes", "limit", "entrants"),
    [
        ({"max_intake": 5}, "max_intake", 5.0),
        ({"intake": 4}, "intake", 4.0),
        ({"students_per_faculty": None, "max_intake": 7}, "max_intake", 7.0),
        ({"intake": 0}, "", 0.0),
    ],
)
def test_what_binds(changes: dict[str, Any], limit: str, entrants: float) -> None:
    given = {k: v for k, v in changes.items() if v is not None}
    case = school(**given) if len(given) == len(changes) else school(**{"faculty_cadre": "", **given})
    training = Training(accounts_of(case, {}))
    assert training.before.limit[training.levers.base] == [limit]
    assert training.before.entrants[training.levers.base] == pytest.approx([entrants])


def test_graduates_are_those_that_join_the_stock() -> None:
    training = Training(accounts_of(school(), {"chairs": 2027, "hire": 2028}))
    for classes, stocks in ((training.before, training.idle_stocks), (training.after, training.planned_stocks)):
        for year in list(training.years)[1:]:
            hired = 4.0 if year == 2028 and classes is training.after else 0.0
            expected = stocks[year - 1][0].sum() * 0.9 + hired + classes.graduates[year][0]
            assert stocks[year][0].sum() == pytest.approx(expected)


def test_teachers_of_a_course_within_the_year_do_not_teach_before_they_finish() -> None:
    case = school()
    course = {"programme": "tot", "cadre": "teacher", "place": "A", "years": 0, "intake": 1}
    tables = {n: case[n].to_dict("records") for n in case.present if n in {"cadres", "cadre_stock", "curricula"}}
    both = with_actions([], [], programmes=[*case["programmes"].to_dict("records"), course], **tables)
    training = Training(accounts_of(both, {}))
    assert training.before.entrants[training.levers.base][0] == pytest.approx(16.0)
    # the year after, last year's graduate teaches, this year's does not yet
    assert training.before.entrants[training.levers.base + 1][0] == pytest.approx(24.0)
    for year in list(training.years)[1:]:
        grown = training.idle_stocks[year][1].sum() - training.idle_stocks[year - 1][1].sum()
        assert grown == pytest.approx(training.before.graduates[year][1])


# -- talents ------------------------------------------------------------------------------


def test_people_against_their_norm() -> None:
    accounts = accounts_of(school(intake=0), {"hire": 2028})
    force = Workforce(accounts, Training(accounts))
    bench, teacher = force.cadres
    # nobody is trained, so that leavers are replaced; two a place come
    assert (bench.today, bench.idle, bench.planned, bench.leaves, bench.hired) == (11.0, 11.0, 15.0, False, 4.0)
    assert bench.need == pytest.approx(24.0)
    assert bench.spread is not None
    assert (bench.spread[0].lowest, bench.spread[0].highest) == pytest.approx((0.25, 0.5))
    assert (bench.spread[1].lowest, bench.spread[1].highest) == pytest.approx((0.6, 0.75))
    assert teacher.role == "faculty"
    assert force.roles["response"][1] == pytest.approx([0.6, 0.75])
    told = words(pages(school(intake=0), {"hire": 2028})["talents"])
    assert "46% → 62%" in told
    assert "25% → 75%" in told


# -- platforms ----------------------------------------------------------------------------


def test_facilities_their_staff_and_their_upkeep() -> None:
    case = laboratories(
        [action("hub", "platform", annual_cost=300, build_years=1)],
        [effect("hub", "facilities", "NEW", "status", "set", "open")],
        cadres=[{"cadre": "bench", "role": "laboratory"}],
        cadre_stock=[{"cadre": "bench", "place": "A", "stock": 6}],
        staffing=[
            {"facility": "LAB", "cadre": "bench", "required": 8},
            {"facility": "NEW", "cadre": "bench", "required": 4, "filled": 1},
        ],
    )
    accounts = accounts_of(case, {"hub": 2028})
    found = Installations(accounts)
    assert found.today.tests == pytest.approx([75.0, 0.0])
    assert found.planned.tests == pytest.approx([75.0, 10.0])
    assert found.planned.tests_at == pytest.approx([75.0, 10.0])
    assert found.posts == [("bench", 8.0, 6.0, 12.0, 7.0)]
    assert found.lacking(found.today) == ["B"]
    assert found.lacking(found.planned) == []
    assert found.opened == [(1, 2029, ("hub",))]
    assert found.running_cost == (7000.0, 7500.0)
    # five evaluation years after the budget
    assert found.upkeep_of("platform") == pytest.approx((300.0, 1500.0))
    told = words(pages(case, {"hub": 2028})["platforms"])
    assert "1 of 2 facilities are open today, with 6.25 tests a day per 100,000 people" in told
    assert "The plan gives one to B." in told
    assert "New one" in told
    assert "300 USD a year from 2030 on, 1,500 USD to 2034" in told


# -- actions of a lever -------------------------------------------------------------------


def test_reasons_why_candidates_have_no_money() -> None:
    case = with_actions(
        [
            action("dear", "science", capital_cost=1e12),
            action("after", "science"),
            action("rival", "science"),
            action("late", "science", build_years=9),
            action("unseen", "science", valued="no"),
            action("idle", "science"),
            action("taken", "science"),
        ],
        [],
        requires=[{"action": "after", "requires": "idle"}],
        excludes=[{"action": "rival", "excludes": "taken"}],
    )
    left = dict(accounts_of(case, {"taken": 2027}).left_out("science"))
    assert left == {
        "dear": "budget", "after": "requires", "rival": "excludes", "late": "barred", "unseen": "not valued",
        "idle": "no gain",
    }  # fmt: skip
    told = words(pages(case, {"taken": 2027})["frontier"])
    assert "The plan funds 1 of 7 candidate actions of this lever." in told
    for reason in ("budget", "prerequisite", "shut out", "not allowed", "not valued", "no gain"):
        assert reason in told


def test_an_action_moves_what_the_levers_say() -> None:
    case = school(intake=0)
    accounts = accounts_of(case, {"hire": 2027, "rodents": 2028, "clinics": 2027})
    moves = {m.kind: m for m in accounts.moves("hire")}
    assert set(moves) == {"deploy_days", "stock"}
    assert (moves["stock"].subject, moves["stock"].without, moves["stock"].with_it) == ("bench", 11.0, 15.0)
    (rodents,) = accounts.moves("rodents")
    assert (rodents.kind, rodents.subject) == ("frequency", "lassa")
    assert log(rodents.with_it / rodents.without) == pytest.approx(log(0.7))
    # care is sought in A alone, where five sixths of the people live
    (clinics,) = accounts.moves("clinics")
    assert clinics.with_it / clinics.without == pytest.approx((5 * 0.75 + 0.5) / (6 * 0.5))


# -- absence, form ------------------------------------------------------------------------


def test_absent_tables_are_said_in_a_sentence() -> None:
    told = pages(cases.smallest(), {"clinics": 2027})
    assert list(told) == IDS
    assert "names no research front" in words(told["frontier"])
    assert "names no laboratory" in words(told["identification"])
    assert "neither vaccines nor medicines" in words(told["countermeasures"])
    assert "names no programme" in words(told["disciplines"])
    assert "names no cadre" in words(told["talents"])
    assert "names no laboratory" in words(told["platforms"])
    for page in told.values():
        assert "<tbody></tbody>" not in page
        assert "nan" not in words(page).split()


CASES: dict[str, tuple[Case, dict[str, int]]] = {
    "smallest": (cases.smallest(), {"clinics": 2027}),
    "nothing done": (cases.full(), {}),
    "full": (cases.full(), {"clinics": 2027, "law": 2027, "lab": 2027, "grant": 2028, "rodents": 2028}),
    "fronts": (fronts_case(), {"trial": 2028}),
    "school": (school(), {"chairs": 2027}),
    "made up": (make_case(), {"lab_hub": 2028, "faculty": 2028, "frontline": 2027}),
    "no evaluation": (cases.full(settings={"evaluation_years": 4}), {"grant": 2028, "lab": 2027}),
}


def test_pages_in_chinese_hold_the_same_figures() -> None:
    case, schedule = CASES["full"]
    english = pages(case, schedule)
    with use_language("zh"):
        chinese = pages(case, schedule)
    for name in IDS:
        cells = [re.findall(r"<td[^>]*>(\d[\d.,%]*)</td>", p[name]) for p in (english, chinese)]
        assert cells[0] == cells[1]


@pytest.mark.parametrize("name", CASES)
def test_pages_are_well_formed_and_carry_no_noise(name: str) -> None:
    case, schedule = CASES[name]
    text = html(make_plan(case, schedule))
    read = Page(text)
    assert [i for i in read.ids if i in IDS] == IDS
    assert len(read.ids) == len(set(read.ids))
    for picture in svgs(text):
        assert picture.find("{http://www.w3.org/2000/svg}title") is not None
    for page in pages(case, schedule).values():
        told = words(page)
        assert not re.search(r"\d\.\d{6,}|\d{4,}\.\d|e[+-]\d\d|\bnan\b|\binf\b|None", told)
        assert "{" not in told
