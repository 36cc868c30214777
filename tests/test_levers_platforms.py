"""Laboratories by hand: transport, queue, equipment and staff, and which one answers first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import cases
from seawall.case import Case
from seawall.levers import Capacity, capacities, great_circle_km

Row = dict[str, Any]

PLACES = [
    {"place": "A", "population": 1_000_000, "lat": 0.0, "lon": 0.0},
    {"place": "B", "population": 200_000, "lat": 0.0, "lon": 1.0},
    {"place": "C", "population": 50_000, "lat": 10.0, "lon": -4.0},
]
KM = {("A", "A"): 0.0, ("A", "B"): 6371 * math.radians(1)}


def lab(name: str, place: str, **more: Any) -> Row:
    facts = {"kind": "laboratory", "status": "open", "tests_per_day": 50, "turnaround_days": 2}
    return {"facility": name, "place": place, **facts, **more}


def opening(*names: str, start: str = "lab") -> dict[str, list[Row]]:
    """Actions that open candidate laboratories, one each."""
    return {
        "actions": [{"action": f"{start}{n}", "lever": "platform", "capital_cost": 1} for n in names],
        "effects": [
            {"action": f"{start}{n}", "table": "facilities", "key": n, "column": "status", "op": "set", "value": "open"}
            for n in names
        ],
    }


def capacity(year: int = 2027, schedule: dict[str, int] | None = None, **tables: Any) -> Capacity:
    case: Case = cases.smallest(**{"places": PLACES, **tables})
    return capacities(case, schedule, [year])[0]


def queue(tests: float, routine: float) -> float:
    """Mean wait of a single server, by hand: utilisation u, u / (1 - u) / capacity."""
    u = routine / tests
    return min(30.0, u / (1 - u) / tests) if u < 1 else 30.0


# -- transport, queue, turnaround ----------------------------------------------------------------


def test_distances_are_great_circles() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(-89, 89, 20), rng.uniform(-180, 180, 20)
    got = great_circle_km(lat, lon, lat, lon)
    for i in range(20):
        for j in range(20):
            a, b, turn = math.radians(lat[i]), math.radians(lat[j]), math.radians(lon[i] - lon[j])
            cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
            assert got[i, j] == pytest.approx(6371 * math.acos(min(1, cosine)), abs=1e-3)
    quarter = great_circle_km(np.array([0.0]), np.array([0.0]), np.array([0.0, 90.0]), np.array([90.0, 0.0]))
    assert quarter == pytest.approx(6371 * math.pi / 2)


def test_a_result_takes_transport_queue_and_turnaround() -> None:
    got = capacity(facilities=[lab("L", "A", routine_per_day=40)])
    inside = 1 + queue(50, 40) + 2
    assert queue(50, 40) == pytest.approx(0.08)
    assert got.result_days[0] == pytest.approx(inside)
    assert got.result_days[1] == pytest.approx(inside + KM["A", "B"] / 250)
    assert got.result_days[2] > got.result_days[1]
    # nobody sequences at home: the specimen goes abroad from the laboratory
    assert got.sequencing_days[:2] == pytest.approx([1 + 2 + 21, 1 + KM["A", "B"] / 250 + 2 + 21])


@pytest.mark.parametrize(
    ("routine", "wait"),
    [(0, 0.0), (25, 1 / 50), (45, 9 / 50), (49.9, 499 * 2 / 100), (50, 30.0), (80, 30.0), (None, 1.5 / 50)],
)
def test_the_wait_is_that_of_a_queue_and_has_a_longest(routine: float | None, wait: float) -> None:
    got = capacity(facilities=[lab("L", "A", routine_per_day=routine, turnaround_days=0)])
    assert got.result_days[0] == pytest.approx(min(1 + wait, 1 + 21), rel=1e-9)


def test_a_sample_goes_where_the_answer_comes_first() -> None:
    near_slow = lab("SLOW", "B", turnaround_days=9, routine_per_day=0)
    far_fast = lab("FAST", "A", turnaround_days=1, routine_per_day=0)
    got = capacity(facilities=[near_slow, far_fast])
    assert got.result_days[:2] == pytest.approx([2, 2 + KM["A", "B"] / 250])
    # a leg with a row is as long as the row says, on top of nothing
    got = capacity(facilities=[near_slow, far_fast], referral=[{"place": "B", "facility": "FAST", "days": 30}])
    assert got.result_days[:2] == pytest.approx([2, 10])
    got = capacity(facilities=[near_slow, far_fast], referral=[{"place": "B", "facility": "SLOW", "days": 0}])
    assert got.result_days[:2] == pytest.approx([2, 2 + KM["A", "B"] / 250])
    quick = [{**near_slow, "turnaround_days": 3}, far_fast]
    got = capacity(facilities=quick, referral=[{"place": "C", "facility": "SLOW", "days": 0.25}])
    assert got.result_days[2] == pytest.approx(3.25)


def test_only_open_laboratories_answer() -> None:
    closed = lab("L", "A", status="candidate", turnaround_days=0, sequencing_per_day=1)
    assert np.isinf(capacity(facilities=[closed]).result_days).all()
    assert np.isinf(capacity(facilities=[closed]).sequencing_days).all()
    assert np.isinf(capacity().result_days).all()
    tables = {"facilities": [closed], **opening("L")}
    before, after = (capacity(year, {"labL": 2028}, **tables) for year in (2027, 2028))
    assert np.isinf(before.result_days).all()
    assert np.isfinite(after.result_days).all()


def test_a_laboratory_that_tests_nothing_answers_nothing_but_sends_specimens_on_if_it_sequences() -> None:
    idle = capacity(facilities=[lab("L", "A", tests_per_day=0)])
    assert np.isinf(idle.result_days).all()
    assert np.isinf(idle.sequencing_days).all()
    reads = capacity(facilities=[lab("L", "A", tests_per_day=0, sequencing_per_day=3)])
    assert reads.sequencing_days[0] == pytest.approx(1 + 2 + 5)
    # a known agent can be read from its sequence too
    assert (reads.result_days == reads.sequencing_days).all()


def test_sequencing_at_home_where_it_is_faster_than_abroad() -> None:
    near = lab("NEAR", "B", turnaround_days=1)
    hub = lab("HUB", "A", turnaround_days=3, sequencing_per_day=2)
    got = capacity(facilities=[near, hub])
    assert got.sequencing_days[:2] == pytest.approx([1 + 3 + 5, 1 + KM["A", "B"] / 250 + 3 + 5])
    slow = [{"parameter": "sequencing_run_days", "central": 40}]
    got = capacity(facilities=[near, hub], assumptions=slow)
    assert got.sequencing_days[1] == pytest.approx(1 + 1 + 21)
    assert (got.result_days <= got.sequencing_days).all()


# -- equipment and staff -------------------------------------------------------------------------

BENCH = [{"cadre": "bench", "role": "laboratory"}, {"cadre": "reader", "role": "laboratory"}]


def post(facility: str, required: float, cadre: str = "bench", **more: Any) -> Row:
    return {"facility": facility, "cadre": cadre, "required": required, **more}


@pytest.mark.parametrize(
    ("bench", "reader", "share"), [(10, 4, 1.0), (40, 40, 1.0), (7, 4, 0.7), (10, 1, 0.25), (0, 9, 0.0)]
)
def test_a_laboratory_tests_what_equipment_and_its_scarcest_staff_allow(
    bench: float, reader: float, share: float
) -> None:
    got = capacity(
        facilities=[lab("L", "A", tests_per_day=100, routine_per_day=20)],
        cadres=BENCH,
        staffing=[post("L", 10), post("L", 4, "reader")],
        cadre_stock=[
            {"cadre": "bench", "place": "A", "stock": bench},
            {"cadre": "reader", "place": "A", "stock": reader},
            {"cadre": "bench", "place": "B", "stock": 500},
        ],
    )
    wait = queue(100 * share, 20) if share else math.inf
    assert got.result_days[0] == pytest.approx(1 + 2 + wait)


@pytest.mark.parametrize(("filled", "share"), [(None, 1.0), (0, 0.0), (5, 0.5), (10, 1.0), (30, 1.0)])
def test_posts_count_where_the_stock_of_a_place_is_not_known(filled: float | None, share: float) -> None:
    got = capacity(
        facilities=[lab("L", "A", tests_per_day=100, routine_per_day=20)],
        cadres=BENCH,
        staffing=[post("L", 10, filled=filled)],
        cadre_stock=[{"cadre": "bench", "place": "B", "stock": 3}, {"cadre": "reader", "place": "A", "stock": 3}],
    )
    assert got.result_days[0] == pytest.approx(1 + 2 + (queue(100 * share, 20) if share else math.inf))


def test_posts_that_need_nobody_are_filled() -> None:
    got = capacity(
        facilities=[lab("L", "A", routine_per_day=0)],
        cadres=BENCH,
        staffing=[post("L", 0)],
        cadre_stock=[{"cadre": "bench", "place": "A", "stock": 0}],
    )
    assert got.result_days[0] == pytest.approx(3)


def staffed_case(stock: float, **more: Any) -> dict[str, Any]:
    """An old laboratory of 100 posts and two new ones of 60 in one place."""
    return {
        "facilities": [
            lab("OLD", "A", tests_per_day=100, routine_per_day=20, turnaround_days=5),
            lab("X", "A", status="candidate", tests_per_day=100, routine_per_day=20, turnaround_days=2),
            lab("Y", "A", status="candidate", tests_per_day=100, routine_per_day=20, turnaround_days=1.9),
        ],
        "cadres": BENCH,
        "staffing": [post("OLD", 100), post("X", 60), post("Y", 60)],
        "cadre_stock": [{"cadre": "bench", "place": "A", "stock": stock}],
        **opening("X", "Y"),
        **more,
    }


def test_existing_laboratories_are_staffed_before_new_ones() -> None:
    old = 1 + 5 + queue(100, 20)
    for stock, share in ((100, 0.0), (115, 0.25), (130, 0.5), (160, 1.0), (500, 1.0)):
        got = capacity(2027, {"labX": 2027}, **staffed_case(stock)).result_days[0]
        new = 1 + 2 + queue(100 * share, 20) if share else math.inf
        assert got == pytest.approx(min(old, new))
    # too few for the old one alone: it is still the first to have them
    got = capacity(2027, {"labX": 2027}, **staffed_case(50)).result_days[0]
    assert got == pytest.approx(1 + 5 + queue(50, 20))


@pytest.mark.parametrize("stock", [110, 125, 140, 155, 170, 220])
def test_one_more_open_laboratory_never_slows_a_result(stock: float) -> None:
    plans: list[dict[str, int]] = [{}, {"labX": 2027}, {"labY": 2027}, {"labX": 2027, "labY": 2027}]
    none, x, y, both = (capacity(2027, p, **staffed_case(stock)).result_days[0] for p in plans)
    assert x <= none
    assert y <= none
    assert both <= min(x, y)
    # staff go to the one that answers first: no better than the better of the two
    assert both == pytest.approx(min(x, y))


def test_more_staff_reach_the_laboratory_in_the_year_in_which_they_work() -> None:
    hire = {
        "actions": [{"action": "hire", "lever": "talent", "capital_cost": 1, "build_years": 1}],
        "effects": [
            {"action": "hire", "table": "cadre_stock", "key": "bench|A", "column": "stock", "op": "add", "value": 5}
        ],
    }
    tables = {
        "facilities": [lab("L", "A", tests_per_day=100, routine_per_day=20)],
        "cadres": BENCH,
        "staffing": [post("L", 10)],
        "cadre_stock": [{"cadre": "bench", "place": "A", "stock": 5}],
        **hire,
    }
    got = [capacity(year, {"hire": 2027}, **tables).result_days[0] for year in (2027, 2028, 2031)]
    assert got == pytest.approx([3 + queue(50, 20), 3 + queue(100, 20), 3 + queue(100, 20)])
