"""Cohorts by hand: who enters, who graduates when, who leaves, and what the people at work can do."""

from __future__ import annotations

from typing import Any

import pytest

import cases
from seawall.case import Case
from seawall.levers import capacities

Row = dict[str, Any]
YEARS = range(2027, 2034)
NOTHING: dict[str, list[Row]] = {
    "actions": [{"action": "none", "lever": "talent", "capital_cost": 0, "valued": "no"}],
    "effects": [],
}


def case_of(programmes: list[Row], stock: dict[str, float] | None = None, **tables: Any) -> Case:
    """Two cadres, epidemiologists and their teachers, in two places."""
    return cases.smallest(
        **{
            "cadres": [{"cadre": "epi", "role": "surveillance", "annual_attrition": 0.1}, {"cadre": "teacher", "role": "faculty", "annual_attrition": 0.2}],
            "cadre_stock": [
                {"cadre": key.split("|")[0], "place": key.split("|")[1], "stock": n}
                for key, n in (stock or {"epi|A": 100, "epi|B": 10}).items()
            ],
            "programmes": programmes,
            **NOTHING,
            **tables,
        }
    )  # fmt: skip


def programme(**facts: Any) -> Row:
    return {"programme": "field", "cadre": "epi", "place": "A", "years": 2, "intake": 12, **facts}


def act(table: str, key: str, column: str, value: float, op: str = "add", **effect: Any) -> dict[str, list[Row]]:
    """One action with one effect."""
    return {
        "actions": [{"action": "act", "lever": "talent", "capital_cost": 1}],
        "effects": [
            {"action": "act", "table": table, "key": key, "column": column, "op": op, "value": value, **effect}
        ],
    }


def stock(case: Case, cadre: str = "epi", place: str = "A", **schedule: int) -> list[float]:
    """People at work by year."""
    row = sorted(case["cadres"]["cadre"]).index(cadre)
    column = sorted(case["places"]["place"]).index(place)
    return [float(c.stock[row, column]) for c in capacities(case, schedule, YEARS)]


def grow(start: float, attrition: float, graduates: list[float]) -> list[float]:
    """Stock by year: what is left of it, and who graduates."""
    out = [start]
    for g in graduates:
        out.append(out[-1] * (1 - attrition) + g)
    return out


# -- cohorts -------------------------------------------------------------------------------------


def test_classes_graduate_every_year_as_they_did_before() -> None:
    assert stock(case_of([programme()])) == pytest.approx(grow(100, 0.1, [12] * 6))
    assert stock(case_of([programme(completion=0.5)])) == pytest.approx(grow(100, 0.1, [6] * 6))
    # at ten leavers a year of a hundred, ten entrants keep the stock
    assert stock(case_of([programme(intake=10)])) == pytest.approx([100] * 7)


def test_a_cadre_that_nobody_trains_is_kept_up_by_hiring() -> None:
    case = case_of([programme(cadre="teacher", place="A")], {"epi|A": 100, "teacher|A": 50})
    assert stock(case) == [100] * 7
    assert stock(case, "teacher") == pytest.approx(grow(50, 0.2, [12] * 6))


@pytest.mark.parametrize("years", [0, 1, 2, 3, 5])
def test_a_larger_class_counts_from_the_january_after_its_last_year(years: int) -> None:
    case = case_of([programme(years=years)], **act("programmes", "field", "intake", 8))
    before, after = stock(case), stock(case, act=2027)
    more = [b - a for a, b in zip(before, after, strict=True)]
    expected, extra = [], 0.0
    for year in YEARS:
        # each class from 2027 on is larger by 8
        extra = extra * (0.9 if year > 2027 else 1.0) + (8 if year >= 2027 + years else 0)
        expected.append(extra)
    assert more == pytest.approx(expected)
    assert [m > 0 for m in more] == [year >= 2027 + years for year in YEARS]


def test_one_larger_class_leaves_by_attrition() -> None:
    case = case_of([programme()], **act("programmes", "field", "intake", 8, lasts_years=1))
    more = [b - a for a, b in zip(stock(case), stock(case, act=2028), strict=True)]
    assert more == pytest.approx([0, 0, 0, 8, 8 * 0.9, 8 * 0.81, 8 * 0.729])


def test_a_class_has_no_more_students_than_the_programme_takes() -> None:
    tables = act("programmes", "field", "intake", 50)
    case = case_of([programme(max_intake=20)], **tables)
    more = [b - a for a, b in zip(stock(case), stock(case, act=2027), strict=True)]
    assert more[2] == pytest.approx(8)
    assert stock(case_of([programme(intake=50, max_intake=20)])) == pytest.approx(grow(100, 0.1, [20] * 6))
    wider = act("programmes", "field", "max_intake", 35, op="set")
    case = case_of([programme(intake=50, max_intake=20)], **wider)
    assert stock(case, act=2027) == pytest.approx(grow(100, 0.1, [20, 35, 35, 35, 35, 35]))


def test_a_class_has_no_more_students_than_its_teachers_can_take() -> None:
    taught = programme(intake=100, faculty_cadre="teacher", students_per_faculty=3)
    # teachers of the programme's place only; nobody trains them, so they stay
    case = case_of([taught], {"epi|A": 100, "teacher|A": 4, "teacher|B": 50})
    assert stock(case) == pytest.approx(grow(100, 0.1, [12] * 6))
    # a programme of the whole case has all teachers, and its graduates go where people live
    national = {**taught, "place": ""}
    case = case_of([national], {"epi|A": 100, "epi|B": 10, "teacher|A": 4, "teacher|B": 6})
    assert stock(case) == pytest.approx(grow(100, 0.1, [30 * 5 / 6] * 6))
    assert stock(case, "epi", "B") == pytest.approx(grow(10, 0.1, [30 / 6] * 6))


def test_teachers_are_trained_first_and_their_students_later() -> None:
    rows = [
        programme(intake=1000, faculty_cadre="teacher", students_per_faculty=3, years=1),
        {"programme": "school", "cadre": "teacher", "place": "A", "years": 2, "intake": 1},
    ]
    case = case_of(rows, {"epi|A": 100, "teacher|A": 5}, **act("programmes", "school", "intake", 10))
    teachers = stock(case, "teacher", act=2027)
    assert teachers == pytest.approx(grow(5, 0.2, [1, 11, 11, 11, 11, 11]))
    # entrants of each year are three for each teacher of that year, and graduate a year later
    assert stock(case, act=2027) == pytest.approx(grow(100, 0.1, [3 * t for t in teachers[:-1]]))
    assert stock(case, act=2027)[:3] == pytest.approx(stock(case)[:3])


def test_graduates_without_a_place_are_shared_out_by_population() -> None:
    case = case_of([programme(place="")])
    assert stock(case) == pytest.approx(grow(100, 0.1, [10] * 6))
    assert stock(case, "epi", "B") == pytest.approx(grow(10, 0.1, [2] * 6))


def test_people_whom_an_action_brings_come_once_and_leave_as_others_do() -> None:
    hire = act("cadre_stock", "epi|A", "stock", 30)
    trained, untrained = case_of([programme()], **hire), case_of([], **hire)
    more = [b - a for a, b in zip(stock(trained), stock(trained, act=2028), strict=True)]
    assert more == pytest.approx([0, 30, 27, 24.3, 21.87, 19.683, 17.7147])
    more = [b - a for a, b in zip(stock(untrained), stock(untrained, act=2028), strict=True)]
    assert more == pytest.approx([0, 30, 30, 30, 30, 30, 30])
    slowly = case_of([], **act("cadre_stock", "epi|A", "stock", 30, ramp_years=2, lasts_years=1, lag_years=1))
    more = [b - a for a, b in zip(stock(slowly), stock(slowly, act=2027), strict=True)]
    assert more == pytest.approx([0, 10, 20, 30, 30, 30, 30])


def test_less_attrition_from_a_year_on() -> None:
    case = case_of([programme()], **act("cadres", "epi", "annual_attrition", 0.5, op="multiply"))
    expected = [100.0]
    for year in YEARS[1:]:
        expected.append(expected[-1] * (0.95 if year >= 2029 else 0.9) + 12)
    assert stock(case, act=2029) == pytest.approx(expected)


def test_stock_in_a_year_does_not_depend_on_which_years_are_asked_for() -> None:
    case = case_of([programme()], **act("programmes", "field", "intake", 8))
    alone = [capacities(case, {"act": 2028}, [year])[0].stock for year in YEARS]
    together = [c.stock for c in capacities(case, {"act": 2028}, YEARS)]
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))


# -- what people at work can do ------------------------------------------------------------------


def people(*rows: tuple[str, str, float, float], care: float = 0.5, **tables: Any) -> Any:
    """Capacity of 2027 with cadres of a role, each with its stock in A and in B."""
    cadres = [{"cadre": c, "role": role} for c, role, _a, _b in rows]
    stocks = [{"cadre": c, "place": p, "stock": n} for c, _r, a, b in rows for p, n in (("A", a), ("B", b))]
    places = [{**p, "care_seeking": care} for p in cases.smallest_tables()["places"]]
    case = cases.smallest(**{"places": places, "cadres": cadres, "cadre_stock": stocks, **NOTHING, **tables})
    return capacities(case, None, [2027])[0]


def test_sampling_rises_with_surveillance_staff_up_to_their_norm() -> None:
    # the norm of 0.5 per 100,000 is 5 people in A and 1 in B
    for a, b, share_a, share_b in ((0, 0, 0, 0), (2, 0.5, 0.4, 0.5), (5, 1, 1, 1), (50, 3, 1, 1)):
        got = people(("epi", "surveillance", a, b), care=0.6).sampled
        assert got == pytest.approx([0.6 * (0.02 + 0.28 * share_a), 0.6 * (0.02 + 0.28 * share_b)])
    both = people(("epi", "surveillance", 1, 0), ("nurse", "surveillance", 1, 1)).sampled
    assert both == pytest.approx([0.5 * (0.02 + 0.28 * 0.4), 0.5 * 0.3])
    assert people().sampled == pytest.approx([0.5 * (0.02 + 0.28 * 0.3)] * 2)


def test_a_norm_of_its_own_overrules_the_packaged_one() -> None:
    cadres = [{"cadre": "epi", "role": "surveillance", "norm_per_100k": 2}]
    got = people(("epi", "surveillance", 5, 5), cadres=cadres).sampled
    assert got == pytest.approx([0.5 * (0.02 + 0.28 * 0.25), 0.5 * 0.3])


def test_tracers_follow_cases_by_their_number() -> None:
    assert people(("t", "tracing", 8, 0)).traced_per_day == pytest.approx([2, 0])
    assert people(("t", "tracing", 8, 0), ("u", "tracing", 4, 4)).traced_per_day == pytest.approx([3, 1])
    # two per 100,000 where no cadre has the role
    assert people(("epi", "surveillance", 8, 0)).traced_per_day == pytest.approx([5, 1])


def test_responders_shorten_deployment_up_to_their_norm() -> None:
    # the norm of 0.3 per 100,000 is 3 people in A and 0.6 in B
    assert people(("r", "response", 0, 0.3)).deploy_days == pytest.approx([10, 6])
    assert people(("r", "response", 3, 9)).deploy_days == pytest.approx([2, 2])
    assert people().deploy_days == pytest.approx([10 - 8 * 0.3] * 2)


def test_a_worst_value_pushed_beyond_the_best_does_not_turn_more_staff_into_harm() -> None:
    rows = [{"parameter": p, "central": v} for p, v in (("suspicion_low", 0.02), ("deploy_days_worst", 10))]
    push = [
        {"action": "act", "table": "assumptions", "key": key, "column": "central", "op": "add", "value": value}
        for key, value in (("suspicion_low", 0.7), ("deploy_days_worst", -50))
    ]
    cadres = [{"cadre": r, "role": r} for r in ("surveillance", "response")]
    for staff in (0, 1, 50):
        case = cases.smallest(
            assumptions=rows,
            actions=[{"action": "act", "lever": "governance", "capital_cost": 1}],
            effects=push,
            cadres=cadres,
            cadre_stock=[{"cadre": c["cadre"], "place": p, "stock": staff} for c in cadres for p in ("A", "B")],
        )
        got = capacities(case, {"act": 2027}, [2027])[0]
        assert got.deploy_days.tolist() == [2, 2]
        assert got.sampled == pytest.approx([0.5 * 0.72] * 2)


def test_teachers_are_not_responders() -> None:
    teachers = [(f"x{i}", role, 99.0, 99.0) for i, role in enumerate(("faculty", "other", "laboratory"))]
    with_them, without = people(*teachers), people()
    for name in ("sampled", "deploy_days", "traced_per_day"):
        assert (getattr(with_them, name) == getattr(without, name)).all()
