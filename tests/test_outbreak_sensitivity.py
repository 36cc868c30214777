"""Which assumptions the loss rests on: known answers, the command, its files, the picture."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cases
import seawall as sw
from seawall.case import Case, Schedule, packaged_assumptions
from seawall.outbreak import Ensemble, Sensitivity, rank_assumptions
from seawall.outbreak.sensitivity import TRAVEL, Variants, at_quantile, expected_loss, only_taken, ranged
from seawall.outbreak.world import World
from seawall.planning.sensitivity import sensitivity
from seawall.reporting import save_ranking
from seawall.reporting.accounts import Accounts
from seawall.reporting.charts.tornado import loss_of_ranking, loss_without_plan, standalone
from seawall.reporting.html import html

SVG = "{http://www.w3.org/2000/svg}"
ROW_KEYS = {
    "parameter", "low", "central", "high", "unit", "evidence", "loss_at_low", "loss_at_high", "mu_star",
    "mu_star_low", "mu_star_high", "sigma", "variance_first", "variance_first_low", "variance_first_high",
    "variance_total", "variance_total_low", "variance_total_high",
}  # fmt: skip


def uncertain(case: Case, ranges: Mapping[str, tuple[float, float, float]]) -> Case:
    """The case with a range for some assumptions, and none for all others."""
    packaged = packaged_assumptions()
    rows = pd.DataFrame(
        [
            (p, *ranges.get(str(p), (r["central"],) * 3), r["unit"], "", "assumed", r["note"])
            for p, r in packaged.iterrows()
        ],
        columns=["parameter", "low", "central", "high", "unit", "source", "evidence", "note"],
    )
    return case.with_table("assumptions", rows)


def one_place(**settings: object) -> Case:
    """One place and two hazards: loss is deaths times life years, plus the cost of cases."""
    case = cases.smallest(settings={"value_life_year": 1000, "perspective": "health", **settings})
    return case.with_table("places", case["places"].head(1))


@pytest.fixture(scope="module")
def priced() -> Sensitivity:
    """Two prices whose effects can be worked out by hand, and one that the perspective does not read."""
    ranges = {"life_years": (20.0, 40.0, 60.0), "cost_per_case": (0.0, 50.0, 100.0), "measures_cost": (0.1, 0.5, 2.0)}
    return rank_assumptions(uncertain(one_place(), ranges), n=24, seed=3)


# -- known answers ----------------------------------------------------------------------------


def test_a_price_of_all_losses_scales_them() -> None:
    case = uncertain(one_place(), {"life_years": (20.0, 40.0, 60.0), "measures_cost": (0.1, 0.5, 2.0)})
    hazards = case["hazards"].assign(cost_per_case=0.0)
    found = rank_assumptions(case.with_table("hazards", hazards), n=24, seed=3)
    loss = found.outbreaks.loss.mean
    assert loss > 0
    first, second = found.table.to_dict(orient="records")
    assert first["parameter"] == "life_years"
    assert first["loss_at_low"] == pytest.approx(loss * 0.5)
    assert first["loss_at_high"] == pytest.approx(loss * 1.5)
    for name in ("mu_star", "mu_star_low", "mu_star_high"):
        assert first[name] == pytest.approx(loss)
    assert first["sigma"] == pytest.approx(0.0, abs=1e-6 * loss)
    # alone, it brings all of the variance
    assert first["variance_first"] == first["variance_total"] == 1.0
    assert second["parameter"] == "measures_cost"
    assert second["mu_star"] == second["sigma"] == 0.0
    assert second["loss_at_low"] == second["loss_at_high"] == pytest.approx(loss)
    assert np.isnan(second["variance_total"])
    assert list(found.moving["parameter"]) == ["life_years"]


def test_effects_and_shares_of_prices_are_those_worked_out_by_hand(priced: Sensitivity) -> None:
    table = priced.table.set_index("parameter")
    by_years = table.at["life_years", "mu_star"]
    by_cases = table.at["cost_per_case", "mu_star"]
    # 40 life years a death and 50 a case make up the loss
    assert by_years + by_cases / 2 == pytest.approx(priced.outbreaks.loss.mean)
    assert list(priced.table["parameter"])[:2] == ["life_years", "cost_per_case"]
    assert by_years > by_cases > 0
    # the loss is their sum: an effect is the distance between the ends, and shares go with its square
    for name in ("life_years", "cost_per_case"):
        row = table.loc[name]
        assert row["mu_star"] == pytest.approx(row["loss_at_high"] - row["loss_at_low"])
        assert row["sigma"] == pytest.approx(0.0, abs=1e-6 * row["mu_star"])
        share = row["mu_star"] ** 2 / (by_years**2 + by_cases**2)
        assert row["variance_first"] == pytest.approx(share, abs=0.1)
        assert row["variance_total"] == pytest.approx(share, abs=0.1)
    assert table.at["measures_cost", "mu_star"] == 0.0


def test_values_lie_half_on_either_side_of_the_central_one() -> None:
    case = uncertain(one_place(), {"life_years": (10.0, 20.0, 60.0), "cost_per_case": (0.0, 0.0, 8.0)})
    facts = ranged(case)
    assert list(facts["parameter"]) == ["life_years", "cost_per_case"]
    values = [at_quantile(facts, np.full(2, u)) for u in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert [v["life_years"] for v in values] == [10, 15, 20, 40, 60]
    assert [v["cost_per_case"] for v in values] == [0, 0, 0, 4, 8]


def test_a_central_value_outside_the_packaged_range_widens_it() -> None:
    own = [{"parameter": "care_delay_days", "central": 9, "unit": "day"}]
    facts = ranged(cases.smallest(assumptions=own)).set_index("parameter")
    packaged = packaged_assumptions().loc["care_delay_days"]
    assert packaged["high"] < 9
    assert facts.at["care_delay_days", "high"] == facts.at["care_delay_days", "central"] == 9
    assert facts.at["care_delay_days", "low"] == packaged["low"]


# -- the same outbreaks under other assumptions -----------------------------------------------


@pytest.mark.parametrize("schedule", [{}, {"law": 2027, "lab": 2027}], ids=["nothing done", "plan"])
def test_variants_are_worth_what_the_changed_case_is(schedule: dict[str, int]) -> None:
    """An action edits one of the changed coefficients; another has no row in the case."""
    case = cases.full()
    values = {"notify_days_worst": 20.0, "care_delay_days": 5.0, "life_years": 12.0}
    whole = Ensemble(case, 12, 5)
    base, starts = only_taken(whole, whole.case.edits.starts(Schedule(schedule)))
    found = expected_loss(Variants(base).under(values), starts, 2029)
    rows = case["assumptions"]
    rows = rows.assign(central=rows["parameter"].map(values).fillna(rows["central"]))
    added = pd.DataFrame([{"parameter": p, "central": values[p]} for p in ("care_delay_days", "life_years")])
    changed = case.with_table(
        "assumptions", pd.concat([rows, added], ignore_index=True).fillna({"evidence": "assumed"})
    )
    other = Ensemble(changed, 12, 5)
    wanted = expected_loss(other, other.case.edits.starts(Schedule(schedule)), 2029)
    assert found == wanted
    assert found != expected_loss(base, starts, 2029)


@pytest.mark.parametrize("make", [cases.smallest, cases.full], ids=["gravity", "table"])
def test_no_assumption_is_read_past_a_variant(make) -> None:
    """Whatever the coefficient, a variant is what the case with that coefficient gives."""
    case = make(settings={"perspective": "societal"})
    # so few of each hazard that its sample has one stratum, and the draw does not depend on the case
    base = Ensemble(case, 8, 5)
    starts, year = base.case.edits.starts({}), 2029
    variants = Variants(base)
    here, moving = expected_loss(base, starts, year), set()
    own = case["assumptions"]
    for r in ranged(case).to_dict(orient="records"):
        name = str(r["parameter"])
        found = expected_loss(variants.under({name: r["high"]}), starts, year)
        row = dict.fromkeys(own.columns, "") | {"parameter": name, "low": np.nan, "central": r["high"], "high": np.nan}
        rows = pd.concat([own[own["parameter"] != name], pd.DataFrame([row])], ignore_index=True)
        other = Ensemble(case.with_table("assumptions", rows), 8, 5)
        assert found == expected_loss(other, other.case.edits.starts({}), year), name
        moving |= {name} if found != here else set()
    assert len(moving) >= 15


def test_travel_is_run_anew_and_given_back() -> None:
    base = Ensemble(cases.smallest(), 12, 5)
    starts = base.case.edits.starts({})
    variants, year = Variants(base), base.case.settings.base_year
    here = expected_loss(base, starts, year)
    much = variants.under({"travel_share": 0.6})
    assert not np.array_equal(much.world.travel[2], base.world.travel[2])
    assert expected_loss(much, starts, year) == expected_loss(base.travelling(much.case), starts, year)
    assert expected_loss(variants.under({}), starts, year) == here
    assert variants.under({}).world is base.world


def test_gravity_moves_nothing_where_travel_has_a_table() -> None:
    base = Ensemble(cases.full(), 12, 5)
    assert Variants(base).under({"gravity_distance": 0.5}).world is base.world
    assert Variants(base).under({"trip_days": 3.0}).world is not base.world


@pytest.mark.parametrize("make", [cases.smallest, cases.full], ids=["gravity", "table"])
def test_every_assumption_that_changes_travel_is_known_to(make) -> None:
    """What is not known to would be weighed on the travel of the central values."""
    case = make().canonical
    here = World(case)
    for name, value in case.coefficients.items():
        other = World(uncertain(case, {name: (0.0, 0.5 * value + 0.01, 1e9)}))
        same = all(np.array_equal(a, b) for a, b in zip(here.travel, other.travel, strict=True))
        assert same or name in TRAVEL
        assert np.array_equal(here.population, other.population)


def test_threads_and_order_of_rows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ranges = {"care_delay_days": (1.0, 3.0, 5.0), "travel_share": (0.01, 0.02, 0.3), "life_years": (15.0, 30.0, 45.0)}
    case = uncertain(cases.smallest(), ranges)
    monkeypatch.setenv("SEAWALL_THREADS", "1")
    one = rank_assumptions(case, n=12, seed=2).table
    monkeypatch.setenv("SEAWALL_THREADS", "3")
    turned = {name: frame[::-1].reset_index(drop=True) for name, frame in case.tables.items()}
    three = rank_assumptions(replace(case, tables=turned), n=12, seed=2).table
    pd.testing.assert_frame_equal(one.set_index("parameter"), three.set_index("parameter").loc[one["parameter"]])
    again = rank_assumptions(case, n=12, seed=3).table
    assert not again["mu_star"].equals(one["mu_star"])


def test_a_schedule_and_a_year_are_weighed_as_simulate_says(priced: Sensitivity) -> None:
    case = uncertain(cases.smallest(), {"life_years": (15.0, 30.0, 45.0)})
    found = rank_assumptions(case, {"rodents": 2027}, year=2030, n=24, seed=2)
    simulated = sw.simulate(case, {"rodents": 2027}, year=2030, n=24, seed=2)
    assert found.outbreaks.loss == simulated.loss
    assert found.outbreaks.course is not None
    row = found.table.iloc[0]
    assert row["loss_at_low"] < simulated.loss.mean < row["loss_at_high"]


def test_left_alone_only_courses_frequencies_and_prices_matter() -> None:
    ranges = {"care_delay_days": (1.0, 3.0, 30.0), "life_years": (15.0, 30.0, 45.0), "behaviour_best": (0.0, 0.3, 0.9)}
    case = uncertain(cases.smallest(), ranges)
    alone = rank_assumptions(case, n=24, seed=2, undisturbed=True).table.set_index("parameter")
    assert alone.at["care_delay_days", "mu_star"] == alone.at["behaviour_best", "mu_star"] == 0.0
    assert alone.at["life_years", "mu_star"] > 0.0
    answered = rank_assumptions(case, n=24, seed=2).table.set_index("parameter")
    assert answered.at["behaviour_best", "mu_star"] > 0.0


def test_nothing_uncertain_is_an_answer_too() -> None:
    found = rank_assumptions(uncertain(one_place(), {}), n=12)
    assert len(found.table) == 0
    assert found.to_dict()["sensitivity"] == []
    assert loss_of_ranking(found) is None
    assert "0" in repr(found)


# -- the plan's side --------------------------------------------------------------------------


def test_a_plan_tells_saving_and_loss_at_the_ends() -> None:
    case = uncertain(cases.smallest(), {"life_years": (15.0, 30.0, 60.0)})
    hazards = case["hazards"].assign(cost_per_case=0.0, interruption_per_case=0.0)
    case = case.with_table("hazards", hazards).with_settings(perspective="health")
    ensemble = Ensemble(case, 24, 4)
    starts = ensemble.case.edits.starts({"rodents": 2027})
    found = sensitivity(case, starts, 2030, ensemble, skip=False)
    (row,) = found.to_dict(orient="records")
    none = expected_loss(ensemble, ensemble.case.edits.starts({}), 2030)
    saved = none - expected_loss(ensemble, starts, 2030)
    assert row["parameter"] == "life_years"
    assert (row["saved_low"], row["saved_high"]) == pytest.approx((saved / 2, saved * 2))
    assert (row["loss_low"], row["loss_high"]) == pytest.approx((none / 2, none * 2))
    assert len(sensitivity(case, starts, 2030, ensemble, skip=True)) == 0


def test_the_report_of_a_plan_holds_the_tornado() -> None:
    plan = sw.plan(uncertain(cases.smallest(), {"life_years": (15.0, 30.0, 60.0)}), n=12)
    assert {"loss_low", "loss_high"} <= set(plan.assumptions)
    assert 'id="tornado-title"' in html(plan)
    # a plan that was made before losses were told
    older = replace(plan, assumptions=plan.assumptions.drop(columns=["loss_low", "loss_high"]))
    assert loss_without_plan(Accounts(older)) is None
    assert 'id="tornado-title"' not in html(older)


# -- the picture ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_stands_alone_with_words_and_a_legible_axis(priced: Sensitivity, language: str) -> None:
    with sw.use_language(language):
        chart = loss_of_ranking(priced, alone=True)
        assert chart is not None
        drawn = standalone(chart)
        told = repr(priced)
    root = ET.fromstring(drawn)  # noqa: S314 - our own picture
    assert "var(" not in drawn
    assert not re.findall(r"(?:href|src|url)\s*[=(]", drawn)
    words = [(t.text or "", float(t.get("x", "nan"))) for t in root.iter(f"{SVG}text")]
    numbers = [(x, w) for w, x in words if re.fullmatch(r"[\d.,]+", w)]
    ticks = sorted({(x, float(w.replace(",", ""))) for x, w in numbers})
    assert len(ticks) >= 3
    # to the right is more, evenly, and no two numbers run into each other
    steps = np.diff(np.array(ticks), axis=0)
    assert (steps > 0).all()
    assert np.allclose(steps, steps[0])
    assert steps[0, 0] > 12 * 0.6 * max(len(w) for _x, w in numbers)
    everything = " ".join(w for w, _x in words)
    assert ("lost a year" if language == "en" else "每年损失") in everything
    note = packaged_assumptions().at["life_years", "note"]
    assert (note[:20] in everything) == (language == "en")
    assert (note in told) == (language == "en")
    width = float(root.get("viewBox", "").split()[2])
    bars = [(float(r.get("x", 0)), float(r.get("width", 0))) for r in root.iter(f"{SVG}rect")]
    assert all(x >= -17 and x + w <= width for x, w in bars)


def test_bars_reach_from_the_low_to_the_high_value(priced: Sensitivity) -> None:
    chart = loss_of_ranking(priced)
    assert chart is not None
    root = ET.fromstring(chart.pictures[0])  # noqa: S314 - our own picture
    heights = {"13"}
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("height") in heights]
    assert len(bars) == 2 * len(priced.moving)
    spans = [float(a.get("width", 0)) + float(b.get("width", 0)) for a, b in zip(bars[::2], bars[1::2], strict=True)]
    table = priced.moving
    wanted = (table["loss_at_high"] - table["loss_at_low"]).to_numpy()
    assert np.allclose(np.array(spans) / spans[0], wanted / wanted[0], atol=0.01)


def test_files_are_written_whole_or_not_at_all(priced: Sensitivity, tmp_path: Path) -> None:
    table, picture = save_ranking(priced, tmp_path / "new")
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["sensitivity.csv", "tornado.svg"]
    read = pd.read_csv(table)
    assert list(read["parameter"]) == list(priced.table["parameter"])
    assert np.allclose(read["mu_star"], priced.table["mu_star"])
    nothing = replace(priced, table=priced.table.head(0))
    assert save_ranking(nothing, tmp_path / "new") == (table,)
    assert not picture.exists()
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(sw.InputError, match="cannot be written"):
        save_ranking(priced, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "not a folder"


# -- the command ------------------------------------------------------------------------------


def seawall(*arguments: object, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "seawall", "simulate", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ranges = {"care_delay_days": (1.0, 3.0, 5.0), "life_years": (15.0, 30.0, 45.0), "measures_cost": (0.1, 0.5, 2.0)}
    where = tmp_path_factory.mktemp("sensitivity")
    cases.write(uncertain(one_place(), ranges), where / "case")
    return where


def test_the_command_prints_one_document_and_writes_its_files(folder: Path) -> None:
    done = seawall("case", "--sensitivity", "--json", "-n", 24, "-o", "out", cwd=folder)
    found = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    plain = json.loads(seawall("case", "--json", "-n", 24, cwd=folder).stdout)
    assert {k: found[k] for k in plain} == plain
    assert set(found) - set(plain) == {"sensitivity", "sensitivity_run"}
    assert all(set(row) == ROW_KEYS for row in found["sensitivity"])
    effects = [row["mu_star"] for row in found["sensitivity"]]
    assert effects == sorted(effects, reverse=True)
    assert {row["parameter"] for row in found["sensitivity"]} == {"care_delay_days", "life_years", "measures_cost"}
    assert {p.name for p in (folder / "out").iterdir()} >= {"outbreaks.csv", "sensitivity.csv", "tornado.svg"}
    assert "Morris" in done.stderr
    assert list(pd.read_csv(folder / "out" / "sensitivity.csv")["parameter"]) == [
        row["parameter"] for row in found["sensitivity"]
    ]


def test_the_command_tells_it_in_words(folder: Path) -> None:
    told = seawall("case", "--sensitivity", "-n", 24, "--language", "zh", cwd=folder).stdout
    assert "life_years" in told
    assert "平均影响" in told
    assert "没有影响" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--undisturbed",), 0),
        (("-n", "0"), 2),
        (("--year", "1900"), 2),
        (("--plan", "nowhere"), 2),
        (("-o", "case/places.csv"), 2),
    ],
    ids=lambda a: " ".join(a) if isinstance(a, tuple) else str(a),
)
def test_options_beside_it(folder: Path, arguments: tuple[str, ...], code: int) -> None:
    number = () if "-n" in arguments else ("-n", "12")
    seawall("case", "--sensitivity", *number, *arguments, cwd=folder, code=code)
