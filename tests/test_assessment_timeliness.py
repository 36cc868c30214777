"""Timeliness of past outbreaks against 7-1-7."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.assessment.timeliness import timeliness
from seawall.case import TABLES

DATES = ("emergence", "detection", "notification", "response")


def log(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """A table ``events`` with one event a row of four dates, named a, b, c, …."""
    frame = pd.DataFrame(rows, columns=list(DATES), dtype=str)
    frame.insert(0, "event", [chr(ord("a") + i) for i in range(len(rows))])
    return frame.reindex(columns=[c.name for c in TABLES["events"].columns], fill_value="")


def test_an_event_on_the_edge_of_every_target_meets_it():
    result = timeliness(log(("2024-01-01", "2024-01-08", "2024-01-09", "2024-01-16")))
    event = result.events.iloc[0]
    assert (event["detect_days"], event["notify_days"], event["respond_days"]) == (7, 1, 7)
    assert event["met_717"]
    assert result.met_717 == 1.0


@pytest.mark.parametrize(
    ("dates", "missed"),
    [
        (("2024-01-01", "2024-01-09", "2024-01-10", "2024-01-17"), "detect_met"),
        (("2024-01-01", "2024-01-08", "2024-01-10", "2024-01-17"), "notify_met"),
        (("2024-01-01", "2024-01-08", "2024-01-09", "2024-01-17"), "respond_met"),
    ],
)
def test_one_day_more_misses_one_target_and_717(dates, missed):
    event = timeliness(log(dates)).events.iloc[0]
    for target in ("detect_met", "notify_met", "respond_met"):
        assert bool(event[target]) == (target != missed)
    assert not event["met_717"]


def test_leap_day_and_turn_of_the_year_count():
    events = timeliness(log(("2023-12-30", "2024-01-02", "2024-02-28", "2024-03-01"))).events
    assert events[["detect_days", "notify_days", "respond_days"]].iloc[0].tolist() == [3, 57, 2]


def test_missing_dates_leave_intervals_out_of_medians_and_shares():
    result = timeliness(
        log(
            ("2024-01-01", "2024-01-03", "2024-01-03", "2024-01-04"),
            ("", "2024-01-03", "2024-01-13", ""),
            ("2024-01-01", "2024-01-11", "", "2024-02-01"),
        )
    )
    assert result.detect_median_days == 6
    assert result.notify_median_days == 5
    assert result.respond_median_days == 1
    assert result.detect_met == 0.5
    assert result.events["met_717"].isna().tolist() == [False, True, True]
    assert (result.met_717, result.n_complete) == (1.0, 1)


def test_dates_that_run_backwards_are_left_out_and_counted():
    result = timeliness(log(("2024-01-05", "2024-01-01", "2024-01-02", "2024-01-01")))
    assert result.events[["detect_days", "respond_days"]].isna().all(axis=None)
    assert result.events["notify_days"].tolist() == [1]
    assert (result.n_negative, result.n_complete) == (2, 0)
    assert pd.isna(result.met_717)


def test_an_empty_log_has_no_medians():
    result = timeliness(log())
    assert result.events.empty
    assert pd.isna(result.detect_median_days)
    assert pd.isna(result.met_717)
    assert (result.n_complete, result.n_negative) == (0, 0)


def test_text_that_is_no_date_is_a_missing_date():
    assert timeliness(log(("soon", "2024-01-08", "2024-01-09", "2024-02-31"))).events["detect_days"].isna().all()


dates = st.one_of(st.just(""), st.dates(pd.Timestamp("2000-01-01").date()).map(lambda d: d.isoformat()))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(dates, dates, dates, dates), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(rows, random):
    events = log(*rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = timeliness(events), timeliness(events.iloc[order])
    pd.testing.assert_frame_equal(one.events, other.events)
    assert str(one.summary()) == str(other.summary())
