"""Delays and coefficients from a case's own events: known truths come back, nothing is told that is not known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import cases
import seawall as sw
from seawall.calibration.agreement import agreement
from seawall.calibration.calibration import calibrate
from seawall.calibration.families import FAMILIES, LONGEST_DAYS, mean_days, quantile, whole_day_chance
from seawall.calibration.fitting import Chain, drop_allowed, fit_chain
from seawall.calibration.measured import PREFIX, TOLD_FACTOR, measure
from seawall.calibration.model import Model, odds
from seawall.calibration.record import Event, read_events
from seawall.calibration.suspicion import FACTORS, SIZES, USED, fit_suspicion, recorded
from seawall.calibration.writing import edited, own_folder, write_assumptions
from seawall.errors import InputError

#: Seconds of the processor that a packaged case may take.
PATIENCE = 30 * float(os.environ.get("SEAWALL_SLOW", "1") or "1")
SCIPY = {
    "lognormal": lambda scale, shape: stats.lognorm(shape, scale=scale),
    "Weibull": lambda scale, shape: stats.weibull_min(shape, scale=scale),
    "gamma": lambda scale, shape: stats.gamma(shape, scale=scale),
}
TRUTH = (stats.lognorm(0.9, scale=8.0), stats.weibull_min(0.8, scale=4.0), stats.gamma(1.5, scale=4.0))
OUTBREAK = {
    "hazard": "fever", "family": "fever", "origin": "domestic", "events_per_year": 3, "r0": 1.3, "dispersion": 0.5,
    "latent_days": 6, "infectious_days": 6, "ifr": 0.1, "immune": 0.0,
}  # fmt: skip


def drawn(seed: int, n: int, missing: float = 0.0) -> list[Event]:
    """Events whose delays are drawn from TRUTH; the day of detection is lost with some chance."""
    rng = np.random.default_rng(seed)
    out = []
    for i in range(n):
        now = 730_000 + 1000 * rng.random()
        days: list[int | None] = [int(now)]
        for law in TRUTH:
            now += float(law.rvs(random_state=rng))
            days.append(int(now))
        if rng.random() < missing:
            days[1] = None
        out.append(Event(f"e{i}", "fever", "A", tuple(days)))
    return out


def chain_of(events: list[Event], *, whole: bool = True) -> Chain:
    spans = [s for i, e in enumerate(events) for s in e.spans(i)]
    return fit_chain([s for s in spans if whole or s.first == s.last], 3)


def rows_of(events: list[Event]) -> list[dict[str, Any]]:
    names = ("emergence", "detection", "notification", "response")
    return [
        {"event": e.name, "family": e.family, "place": e.place}
        | {k: date.fromordinal(d).isoformat() for k, d in zip(names, e.days, strict=True) if d is not None}
        for e in events
    ]


def small(events: list[Event], **tables: Any) -> sw.Case:
    return cases.smallest(hazards=[OUTBREAK], effects=[], events=rows_of(events), **tables)


@pytest.fixture(scope="module")
def case() -> sw.Case:
    """A small case with forty events."""
    return small(drawn(3, 40, 0.1))


@pytest.fixture(scope="module")
def result(case: sw.Case) -> Any:
    return calibrate(case, n=60)


# -- chances of differences of dates -----------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("scale", "shape"), [(8.0, 0.9), (0.4, 1.6), (30.0, 2.5)])
def test_the_chance_of_a_difference_of_dates_is_the_mean_over_the_time_of_day(family, scale, shape):
    law = SCIPY[family](scale, shape)
    days = np.array([0.0, 1.0, 2.0, 7.0, 40.0, 150.0])
    chance = whole_day_chance(FAMILIES[family], days, scale, shape)
    for d, p in zip(days, chance, strict=True):
        plain = integrate.quad(lambda u, d=d: law.cdf(d + 1 - u) - law.cdf(d - u), 0, 1, epsabs=1e-13, limit=200)[0]
        assert p == pytest.approx(plain, rel=2e-3, abs=1e-11)
    assert whole_day_chance(FAMILIES[family], np.arange(3000.0), scale, shape).sum() == pytest.approx(
        law.cdf(2999.5), abs=1e-4
    )
    assert quantile(FAMILIES[family], 0.25, scale, shape) == pytest.approx(law.ppf(0.25))
    year = integrate.quad(law.sf, 0, LONGEST_DAYS, limit=400)[0]
    assert mean_days(FAMILIES[family], scale, shape) == pytest.approx(year, rel=1e-5)


def test_the_bound_of_an_interval_is_students_and_becomes_that_of_chi_square():
    # a lognormal delay known in full: half-width of the interval of its log-median in units of s / sqrt(n)
    n = 9
    half = np.sqrt((np.exp(2 * drop_allowed(n) / n) - 1) * (n - 1))
    assert half == pytest.approx(stats.t.ppf(0.975, n - 1))
    assert drop_allowed(1e6) == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, rel=1e-4)


# -- known delays come back --------------------------------------------------------------------


def test_intervals_of_medians_cover_the_truth_about_as_often_as_they_say():
    seeds, n = 60, 14
    hits = np.zeros(3)
    for seed in range(seeds):
        chain = chain_of(drawn(seed, n))
        for k, law in enumerate(TRUTH):
            low, high = chain.interval(k, 0.5)
            hits[k] += (low is None or low <= law.median()) and (high is None or high >= law.median())
    # 95% of 180: a hundred and seventy-one; below 160 would come once in a thousand times
    assert 160 <= hits.sum() <= 179
    assert (hits >= 50).all()


def test_many_events_give_the_mean_the_quartiles_and_the_family():
    chain = chain_of(drawn(1, 1500))
    for k, law in enumerate(TRUTH):
        fit = chain.fits[k]
        assert fit.quantile(0.5) == pytest.approx(law.median(), rel=0.1)
        assert fit.quantile(0.75) == pytest.approx(law.ppf(0.75), rel=0.1)
        assert fit.mean == pytest.approx(law.mean(), rel=0.1)
        low, high = chain.interval(k, None)
        assert low is not None
        assert high is not None
        assert low < law.mean() < high
    assert chain.fits[0].family == "lognormal"


def test_sums_of_delays_are_better_used_than_dropped():
    error = {True: 0.0, False: 0.0}
    for seed in range(16):
        events = drawn(seed, 20, 0.6)
        for whole in error:
            chain = chain_of(events, whole=whole)
            if 0 in chain.fits:
                error[whole] += np.log(chain.fits[0].quantile(0.5) / TRUTH[0].median()) ** 2
    assert error[True] < 0.8 * error[False]


def test_a_record_of_sums_has_no_bias():
    errors = []
    for seed in range(12):
        chain = chain_of(drawn(seed, 120, 0.7))
        errors.append([np.log(chain.fits[k].quantile(0.5) / TRUTH[k].median()) for k in range(2)])
    bias, error = np.mean(errors, axis=0), np.std(errors, axis=0, ddof=1) / np.sqrt(12)
    assert (np.abs(bias) < 3.5 * error).all()
    assert (np.abs(bias) < 0.12).all()


def test_a_missing_last_date_says_nothing_and_backward_dates_are_left_out():
    events = drawn(2, 20)
    chain = chain_of(events)
    more = [replace(e, name=f"{e.name}x", days=(*e.days[:3], None)) for e in events]
    assert chain_of(events + more).exact[2][1].sum() == chain.exact[2][1].sum()
    assert chain_of(events + more).fits[2].theta == pytest.approx(chain.fits[2].theta)
    first, second, third, last = events[0].days
    backward = Event("b", "fever", "A", (first, second, third, third - 3))
    assert chain_of([*events, backward]).exact[2][1].sum() == chain.exact[2][1].sum()
    assert np.isnan(backward.between("notification", "response"))
    gap = Event("g", "fever", "A", (first, None, None, last))
    assert [(s.first, s.last, s.days) for s in gap.spans(0)] == [(0, 2, last - first)]
    assert chain_of([*events, gap]).fits[1].sums == 1


def test_too_few_events_or_delays_that_never_differ_are_not_fitted():
    day = 730_000
    few = [Event(str(i), "fever", "A", (day, day + i, None, None)) for i in range(4)]
    same = [Event(str(i), "fever", "A", (day + i, day + i + 2, None, None)) for i in range(9)]
    assert chain_of(few).fits == {}
    assert chain_of(same).fits == {}


def test_a_wrong_family_is_noticed_and_the_right_one_is_not():
    ps = [agreement(chain_of(drawn(seed, 40)), 0, 1, draws=39)[1] for seed in range(12)]
    # shares of records farther from the fit are spread evenly where the family is right
    assert 0.25 < np.mean(ps) < 0.75
    assert sum(p <= 0.05 for p in ps) <= 3
    # two kinds of events: at once, or after some forty days
    rng = np.random.default_rng(1)
    days = [int(d) for d in np.where(rng.random(80) < 0.5, 0, rng.integers(38, 42, 80))]
    wrong = chain_of([Event(str(i), "fever", "A", (730_000, 730_000 + d, None, None)) for i, d in enumerate(days)])
    distance, p = agreement(wrong, 0, 1)
    assert distance > 0.15
    assert p <= 0.02


# -- the model ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(small([]), 300, 1)


@pytest.fixture(scope="module")
def simulated(model: Model) -> Any:
    return model.simulate([float(f) for f in FACTORS], SIZES)


def test_the_model_is_asked_for_what_simulate_says(model, simulated):
    (fever,) = simulated
    table = sw.simulate(small([]), n=300, seed=1).table
    assert fever.weight == pytest.approx(table["weight"].to_numpy())
    today = fever.detect[len(FACTORS) // 2]
    found = table["detect_day"].notna().to_numpy()
    assert (np.isfinite(today) == found).all()
    # both count from the first onset
    since = table["detect_day"].to_numpy()[found] - today[found]
    assert since == pytest.approx(0.0, abs=1e-9)
    assert (today[found] >= 0).all()
    answered = (table["respond_day"] - table["notify_day"]).to_numpy()
    assert fever.respond[found] == pytest.approx(answered[found])


def test_more_suspicion_finds_outbreaks_sooner_and_larger_ones_are_fewer(simulated):
    (fever,) = simulated
    assert (np.diff(np.where(np.isfinite(fever.detect), fever.detect, 1e9), axis=0) <= 1e-6).all()
    weights = [recorded(fever, len(FACTORS) // 2, i).sum() for i in range(len(SIZES))]
    assert weights[0] >= weights[1] >= weights[2] > 0
    assert (np.isfinite(fever.reached[2]) <= np.isfinite(fever.reached[1])).all()


@pytest.mark.parametrize("at", [7, 9, 11])
def test_a_known_chance_of_suspicion_comes_back(simulated, at):
    (fever,) = simulated
    weight = recorded(fever, at, USED)
    hits, seeds = 0, 8
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        days = fever.detect[at][rng.choice(len(weight), 60, p=weight / weight.sum())]
        found = fit_suspicion([(Event(str(i), "fever", "", ()), _known(d)) for i, d in enumerate(days)], simulated)
        assert found.factor is not None
        assert found.factor == pytest.approx(FACTORS[at], rel=2.0)
        hits += (found.low or 0) <= FACTORS[at] <= (found.high or np.inf)
    assert hits >= seeds - 1


def _known(days: float) -> np.ndarray[Any, Any]:
    out = np.zeros(round(days) + 1)
    out[-1] = 1.0
    return out


def test_what_the_record_does_not_tell_of_suspicion_is_not_told(simulated):
    sooner = fit_suspicion([(Event(str(i), "fever", "", ()), _known(0)) for i in range(20)], simulated)
    assert sooner.status == "high"
    assert sooner.high is None
    assert fit_suspicion([(Event("1", "fever", "", ()), _known(5))], simulated).status == "few"
    other = fit_suspicion([(Event(str(i), "else", "", ()), _known(9 + i)) for i in range(8)], simulated)
    assert other.elsewhere == tuple(str(i) for i in range(8))


# -- coefficients ------------------------------------------------------------------------------


def test_with_the_measured_coefficients_the_model_takes_the_recorded_days(case, result):
    told = {m.parameter: m for m in result.assumptions}
    assert "notify_days_worst" in told
    after = Model(result.measured, 4, 1)
    by_step = {d.step: d for d in result.delays}
    assert after.days("notify_days") == pytest.approx(by_step["detection_notification"].mean, rel=0.01)
    if "activate_days_worst" in told:
        whole = after.days("activate_days") + after.after_activation("A")
        assert whole == pytest.approx(by_step["notification_response"].mean, rel=0.01)
    for m in result.assumptions:
        assert m.low <= m.central <= m.high
        assert m.high <= TOLD_FACTOR * m.low * 1.01
        assert m.source.startswith(PREFIX)


def test_an_end_of_which_todays_delay_says_nothing_is_not_told():
    scores = [{"framework": "SPAR2", "indicator": i, "year": 2026, "score": 96} for i in ("C2.1", "C5.1", "C5.2")]
    worst = [{"parameter": "notify_days_worst", "low": 10, "central": 30, "high": 60, "unit": "day"}]
    found = calibrate(small(drawn(3, 40), scores=scores, assumptions=worst), n=30)
    told = {m.parameter for m in found.assumptions}
    # at a level of 0.96 the delay is that of the best value, whatever the worst is
    assert "notify_days_worst" not in told
    assert "notify_days_best" in told
    assert Model(found.measured, 4, 1).days("notify_days") == pytest.approx(
        next(d.mean for d in found.delays if d.step == "detection_notification"), rel=0.01
    )


def test_a_delay_shorter_than_what_follows_activation_tells_nothing_of_activation(model, result):
    quick = [replace(d, mean=1.0, mean_low=0.5, mean_high=2.0) for d in result.delays]
    event = Event("e", "fever", "A", (730_000, 730_001, 730_002, 730_003))
    told, untold = measure(model, quick, result.suspicion, [event])
    assert not any(m.parameter.startswith("activate") for m in told)
    assert any(u.parameter == "activate_days_worst" and u.why for u in untold)


def test_odds_multiply():
    assert odds(0.2, 4.0) == pytest.approx(0.5)
    assert odds(odds(0.03, 7.0), 1 / 7.0) == pytest.approx(0.03)


def test_the_result_says_what_to_record_better(case, result):
    text = "\n".join(result.advice)
    lacking = [e.name for e in read_events(case["events"]) if e.days[1] is None]
    assert lacking
    assert lacking[0] in text
    document = result.to_dict()
    json.dumps(document, allow_nan=False)
    assert {"delays", "assumptions", "model", "advice", "kept", "untold"} <= document.keys()
    keys = {"step", "n", "censored", "family", "median", "low", "high", "quartiles", "fit"}
    assert all(keys <= d.keys() for d in document["delays"])
    names = {"parameter", "from", "low", "central", "high", "unit", "evidence", "source"}
    assert all(names <= a.keys() and a["evidence"] == "measured" for a in document["assumptions"])
    assert [d["step"] for d in document["delays"]][-1] == "emergence_notification"
    assert repr(result).count("\n") > 8
    with sw.use_language("zh"):
        assert "天" in repr(calibrate(case, n=30))


def test_the_same_events_in_any_order_give_the_same_result(case, result):
    rows = rows_of(read_events(case["events"]))
    other = calibrate(cases.smallest(hazards=[OUTBREAK], effects=[], events=rows[::-1]), n=60)
    assert other.to_dict() == result.to_dict()


# -- bad input ---------------------------------------------------------------------------------


def test_a_case_without_events_is_told_so():
    with pytest.raises(InputError, match=r"events\.csv"):
        calibrate(cases.smallest())
    with pytest.raises(InputError, match="-n"):
        calibrate(small(drawn(1, 8)), n=0)
    with pytest.raises(InputError, match="--since"):
        calibrate(small(drawn(1, 8)), since=2100)
    typo = {"event": "old", "emergence": "0204-01-01", "detection": "2024-01-09"}
    with pytest.raises(InputError, match=r"old .* years"):
        calibrate(cases.smallest(events=[typo]))
    with pytest.raises(InputError, match="no delay"):
        calibrate(cases.smallest(events=[{"event": "one", "detection": "2020-01-01"}]))


def test_a_case_in_which_nothing_happens_is_described_all_the_same():
    quiet = cases.smallest(hazards=[OUTBREAK | {"events_per_year": 0}], effects=[], events=rows_of(drawn(1, 9)))
    found = calibrate(quiet, n=20)
    assert found.suspicion.status == "flat"
    assert all(np.isnan(s.simulated_median) for s in found.steps)
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_handful_of_events_is_described_and_not_fitted():
    found = calibrate(small(drawn(1, 3)), n=20)
    assert all(d.family is None and d.why and d.median is not None for d in found.delays)
    assert found.assumptions == ()
    assert found.measured is found.case


# -- writing -----------------------------------------------------------------------------------


def test_writing_changes_the_measured_rows_and_nothing_else(tmp_path, case, result):
    folder = cases.write(case, tmp_path / "own")
    file = folder / "assumptions.csv"
    file.write_text(
        "# my notes, with a comma\nparameter,central,mine\nlevel_default,0.4,keep\n\nnotify_days_worst,20,x\n# the end",
        "utf-8",
    )
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    written = write_assumptions(result, folder)
    assert written.file == file
    assert written.parameters == tuple(m.parameter for m in result.assumptions)
    lines = file.read_text("utf-8").splitlines()
    assert lines[0] == "# my notes, with a comma"
    assert "# the end" in lines
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p != file} == {
        k: v for k, v in before.items() if k != file.name
    }
    again = edited(file.read_text("utf-8"), result.rows())
    assert again == file.read_text("utf-8")


def test_what_was_written_is_read_back(tmp_path, case, result):
    folder = cases.write(case, tmp_path / "own")
    assert not (folder / "assumptions.csv").exists()
    write_assumptions(result, folder)
    loaded = sw.load(folder)
    for m in result.assumptions:
        row = loaded.assumptions.loc[m.parameter]
        assert (row["low"], row["central"], row["high"]) == (m.low, m.central, m.high)
        assert row["evidence"] == "measured"
        assert row["note"]
    assert sw.check(folder).ok
    assert calibrate(loaded, n=60).to_dict()["delays"] == result.to_dict()["delays"]


def test_a_table_of_a_spreadsheet_keeps_its_marks(result):
    text = "\ufeffparameter,central\r\nlevel_default,0.4\r\n"
    after = edited(text, result.rows())
    assert after.startswith("\ufeffparameter,central,low")
    assert after.count("\r\n") == after.count("\n")
    assert "level_default,0.4,,,,,," in after


def test_what_was_measured_elsewhere_is_kept_unless_named(tmp_path, case):
    own = [
        {
            "parameter": "notify_days_worst",
            "low": 6,
            "central": 9,
            "high": 12,
            "source": "a study",
            "evidence": "measured",
        }
    ]
    found = calibrate(small(drawn(3, 40, 0.1), assumptions=own), n=60)
    kept = [m.parameter for m in found.assumptions if m.kept]
    assert kept == ["notify_days_worst"]
    assert [a["parameter"] for a in found.to_dict()["kept"]] == kept
    folder = cases.write(found.case, tmp_path / "own")
    write_assumptions(found, folder)
    assert sw.load(folder).coefficients["notify_days_worst"] == 9
    with pytest.raises(InputError, match="--replace"):
        write_assumptions(found, folder, ["life_years"])
    write_assumptions(found, folder, kept)
    assert sw.load(folder).coefficients["notify_days_worst"] != 9
    # what this command wrote it may write again
    assert not any(m.kept for m in calibrate(folder, n=60).assumptions)


def test_packaged_cases_and_cases_of_plans_are_not_written_to(tmp_path, case, result):
    with pytest.raises(InputError, match="seawall init my-china --from china"):
        own_folder("china")
    with pytest.raises(InputError, match="nigeria"):
        own_folder(Path(sw.__file__).parent / "data" / "examples" / "nigeria")
    with pytest.raises(InputError, match="folder"):
        own_folder(tmp_path / "none")
    kept = cases.write(case, tmp_path / "plan" / "case")
    (tmp_path / "plan" / "plan.json").write_text("{}")
    for path in (kept, tmp_path / "plan"):
        with pytest.raises(InputError, match="plan"):
            write_assumptions(result, path)
    assert not (kept / "assumptions.csv").exists()


# -- the command -------------------------------------------------------------------------------


def seawall(*arguments: object, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "seawall", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_the_command_prints_writes_and_refuses(tmp_path, case):
    cases.write(case, tmp_path / "own")
    cases.write(cases.smallest(), tmp_path / "empty")
    plain = seawall("calibrate", "own", "-n", 60, cwd=tmp_path)
    assert "--write" in plain.stdout
    assert not (tmp_path / "own" / "assumptions.csv").exists()
    written = json.loads(seawall("calibrate", "own", "-n", 60, "--write", "--json", cwd=tmp_path).stdout)
    assert written["written"]["parameters"] == [a["parameter"] for a in written["assumptions"]]
    assert (tmp_path / "own" / "assumptions.csv").is_file()
    for arguments, word in (
        (("calibrate", "empty"), "events.csv"),
        (("calibrate", "china", "--write"), "seawall init"),
        (("calibrate", "own", "--replace", "notify_days_worst"), "--write"),
    ):
        bad = seawall(*arguments, cwd=tmp_path, code=2)
        assert word in bad.stderr
        assert bad.stdout == ""


@pytest.mark.parametrize("name", ["china", "nigeria"])
def test_packaged_cases_are_calibrated_in_half_a_minute(name):
    start = time.process_time()
    found = sw.calibrate(name)
    assert time.process_time() - start < PATIENCE
    table = sw.load(name)["events"]
    assert (
        found.events
        == len(table) - (table[["emergence", "detection", "notification", "response"]] == "").all(axis=1).sum()
    )
    assert all(d.family for d in found.delays)
    for d in found.delays:
        assert d.low is None or d.low <= d.median
        assert d.high is None or d.high >= d.median
    assert sw.check(found.measured).ok
