"""The sentences: right figures, right words where a figure does not exist."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest

from seawall.reporting import five_figures
from seawall.reporting.accounts import Accounts
from seawall.reporting.numbers import amount, change, count, days, decimal, exact, money, share
from seawall.reporting.reasons import Reasons
from seawall.reporting.unfunded import unfunded
from seawall.reporting.words import sentences
from test_reporting_example import SCHEDULE, make_case, make_plan


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"), (0.0451, "0.0451"), (12.34, "12.3"), (1234, "1,230"), (999_999, "1 million"), (3_141_592, "3.14 million"),
        (56e6, "56 million"), (2.5e9, "2.5 billion"), (7.777e12, "7.78 trillion"), (-4.2e6, "−4.2 million"), (nan, "–"),
        (inf, "–"), (1e-7, "1.00e-07"),
    ],
)  # fmt: skip
def test_amounts_are_said_as_people_say_them(value: float, words: str) -> None:
    assert amount(value) == words


def test_other_figures_are_said_as_people_say_them() -> None:
    assert money(8.42e6, "USD") == "8.42 million USD"
    assert exact(1234567.4) == "1,234,567"
    assert decimal(0.5, 2) == "0.5"
    assert [count(v) for v in (8e-5, 0.12, 9.87, 657.4, 12345)] == ["under 0.001", "0.12", "9.87", "657", "12,300"]
    assert [days(v) for v in (6.14, 21.3, nan)] == ["6.1", "21", "–"]
    assert [share(v) for v in (0.0, 0.0004, 0.034, 0.02, 0.64, 0.999, 1.0, nan)] == [
        "0%", "under 0.1%", "3.4%", "2%", "64%", "over 99%", "100%", "–",
    ]  # fmt: skip
    assert [change(a, b) for a, b in ((100, 62), (100, 130), (100, 100), (0, 1))] == ["−38%", "+30%", "±0%", "–"]


def test_sentences_join_with_a_space_only_where_the_script_has_one() -> None:
    assert sentences("One.", "", "Two.") == "One. Two."
    assert sentences("一。", "二。") == "一。二。"


def test_five_figures_hold_the_plans_figures() -> None:
    plan = make_plan()
    figures = five_figures(plan)
    assert len(figures) == 5
    cost, saves, speed, gap, assumed = (sentence for _label, sentence in figures)
    assert "13 of 16 candidate actions cost 56 million USD in 2027-2031, of 87.5 million USD" in cost
    assert plan.upkeep_unfunded == pytest.approx(84_200_000)
    assert "8.42 million USD a year, 84.2 million USD to 2041, for which no money is named" in cost
    assert "657 fewer deaths" in saves
    assert "95% interval 407 to 926" in saves
    assert "at least 20 people" in speed
    assert "within 21 days of emergence; without the plan, within 63 days" in speed
    assert "3.4% of all that could be saved, 42 million USD to 2041" in gap
    assert "no breach was seen" in gap
    assert "64%" in assumed
    assert (
        "At its low value (0.005) the loss averted a year is 41 million USD, at its high value (0.05) 190 million USD"
        in assumed
    )
    assert "suspected & sampled" in assumed


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (nan, 21.0, "within 21 days of emergence; without the plan, more than half are never found"),
        (nan, nan, "more than half are never found, with the plan or without it"),
        (63.0, nan, "more than half are never found; without the plan, half are found within 63 days"),
    ],
)
def test_a_median_that_does_not_exist_is_said_in_words(before: float, after: float, words: str) -> None:
    plan = make_plan()
    first = replace(plan.before, timeliness=replace(plan.before.timeliness, large_detect_median_days=before))
    second = replace(plan.after, timeliness=replace(plan.after.timeliness, large_detect_median_days=after))
    sentence = five_figures(replace(plan, before=first, after=second))[2][1]
    assert words in sentence
    assert "nan" not in sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gap": 0.0, "bound": "enumerated"}, "No other plan that the rules allow is better. Every schedule"),
        ({"worst_violation": 1250.0}, "the worst breach seen (1,250 USD) is already counted against the plan"),
        ({"status": "limit"}, "stopped at its time limit"),
        ({"gap": nan}, "No limit was found"),
    ],
)
def test_the_bound_is_called_what_it_is(changes: dict[str, object], words: str) -> None:
    assert words in five_figures(make_plan(**changes))[3][1]


def test_a_saving_that_may_be_chance_is_called_so() -> None:
    assert "may be chance" in five_figures(make_plan(deaths_averted=(2.0, -1.0, 5.0)))[1][1]
    assert "may be chance" not in five_figures(make_plan())[1][1]


def test_a_plan_of_nothing_says_so() -> None:
    figures = dict(five_figures(make_plan(schedule={})))
    assert "none of the 16 candidate actions" in figures["What it costs"]
    assert figures["What it saves"].startswith("Nothing is done")


def reasons(**changes: object) -> dict[str, str]:
    accounts = Accounts(make_plan(**changes))
    told = Reasons(accounts)
    return {str(row["action"]): told.reason(row) for _i, row in accounts.actions.iterrows()}


def test_a_valued_action_is_justified_by_what_would_be_lost() -> None:
    said = reasons()
    plan = make_plan()
    row = plan.actions.set_index("action").loc["lab_hub"]
    # built in 2028 and 2029 for 6.4 million, then kept up for 12 years; 15 years in all
    ratio = row["value"] / ((6_400_000 + 12 * 900_000) / 15)
    assert said["lab_hub"] == (
        f"Without it, expected loss in 2032 would be 3.1 million USD higher, {ratio:.1f} times what it costs a year,"
        " with 61 more deaths."
    )
    assert "deaths" not in said["bsl"]


def test_an_action_that_the_model_does_not_value_is_justified_by_its_rule() -> None:
    said = reasons()
    assert said["law"] == "Decided beforehand: it must be started by 2028; the model does not value it."
    assert said["amr"].startswith("Raises “")
    assert said["amr"].endswith("from 2 to 3 in 2031, where at least 3 is demanded; the model does not value it.")
    assert said["stockpile"] == "No floor, lock or prerequisite asks for it, and the model does not value it."


def test_an_action_that_saves_nothing_is_justified_by_what_needs_it() -> None:
    plan = make_plan()
    actions = plan.actions.assign(value=plan.actions["value"].where(plan.actions["action"] != "frontline", 0.0))
    said = reasons(actions=actions)
    assert said["frontline"].startswith("Has to be in force before “Advanced field epidemiology")
    worthless = plan.actions.assign(value=0.0)
    assert "no floor, lock or prerequisite explains it" in reasons(actions=worthless)["lab_hub"]


def test_levers_and_areas_without_money_say_what_is_known() -> None:
    told = {u.name: u for u in unfunded(Accounts(make_plan()))}
    assert set(told) == {"Frontier layout", "PoE Points of entry"}
    assert told["Frontier layout"].cheapest == "Broad coronavirus assay"
    assert told["Frontier layout"].cost == 60_000_000
    assert told["Frontier layout"].why == "The cheapest candidate cannot be paid beside the plan in any start year."
    assert "could start in 2027 within every rule" in told["PoE Points of entry"].why


def test_a_lever_without_candidates_and_one_locked_out_are_told_apart() -> None:
    case = make_case()
    actions = case["actions"]
    case = case.with_table("actions", actions[actions["lever"] != "science"].reset_index(drop=True))
    locks = case["locks"]
    never = locks.assign(action="faculty", rule="never", year=nan)
    case = case.with_table("locks", type(locks)({c: [*locks[c], *never[c]] for c in locks.columns}))
    schedule = {a: y for a, y in SCHEDULE.items() if a != "faculty"}
    told = {u.name: u for u in unfunded(Accounts(make_plan(case, schedule)))}
    assert told["Frontier layout"].candidates == 0
    assert "no candidate action" in told["Frontier layout"].why
    assert "locks forbid it" in told["Disciplines"].why


def test_a_candidate_that_lacks_its_prerequisite_says_so() -> None:
    schedule = {"lab_net": 2027, "law": 2027, "amr": 2028, "faculty": 2027}
    told = {u.name: u for u in unfunded(Accounts(make_plan(schedule=schedule)))}
    assert told["Talents"].cheapest.startswith("Advanced")
    assert "needs another action in force first" in told["Talents"].why


def test_where_the_cheapest_candidate_is_not_valued_the_cheapest_valued_is_told_too() -> None:
    case = make_case()
    rows = case["actions"]
    case = case.with_table("actions", rows.assign(area=rows["area"].where(rows["action"] != "vaccine", "PoE")))
    told = {u.name: u for u in unfunded(Accounts(make_plan(case)))}["PoE Points of entry"]
    assert told.candidates == 2
    assert told.cheapest == "Points of entry"
    assert told.why.endswith(
        "The cheapest that the model values, “Lassa vaccine trial” (133,000,000 USD),"
        " cannot be paid beside the plan in any start year."
    )
