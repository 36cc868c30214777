"""The command line as other programs use it: every command, its document, its exit code.

Each call of the command takes a second or two, so that calls are few and each test looks at much.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cases
import seawall as sw
from test_planning_cases import random_case

N = "16"
#: Times that a busy machine may take longer than the contract says.
PATIENCE = float(os.environ.get("SEAWALL_SLOW", "1") or "1")

PLAN_KEYS = {
    "status", "objective", "lower_bound", "gap", "gap_of_total", "baseline_objective", "baseline_loss", "plan_loss",
    "cost", "actions", "value_by_hazard", "budget_use", "upkeep_unfunded", "bound", "worst_violation", "out_of_sample",
    "seed", "n",
}  # fmt: skip
SIMULATE_KEYS = {"n", "seed", "year", "hazards", "timeliness", "deaths", "loss", "currency"}


def seawall(*arguments: object, cwd: Path, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command and hold its exit code and its manners against the contract."""
    done = subprocess.run(
        [sys.executable, "-m", "seawall", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def document(*arguments: object, cwd: Path, **environment: str) -> dict[str, Any]:
    """The one document that a command prints, and nothing else on standard output."""
    text = seawall(*arguments, "--json", cwd=cwd, **environment).stdout
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert isinstance(found, dict)
    assert text.startswith("{\n")
    assert text.endswith("}\n")
    return found


#: Calls by name, in waves: those of a wave do not need each other, and run two at a time.
FIRST: dict[str, tuple[object, ...]] = {
    "plan": ("plan", "kano", "-o", "out", "-n", N),
    "plan again": ("plan", "kano", "-o", "same", "-n", N),
    "plan random": ("plan", "random", "-o", "random-plan", "-n", 30, "--seed", 8),
    "check kano": ("check", "kano"),
    "check smallest": ("check", "smallest"),
    "assess nigeria": ("assess", "nigeria"),
    "assess kano": ("assess", "kano"),
    "assess smallest": ("assess", "smallest"),
    "simulate": ("simulate", "kano", "-n", N, "--seed", 7, "--year", 2028, "-o", "sims"),
}
SECOND: dict[str, tuple[object, ...]] = {
    "simulate plan": ("simulate", "out", "--plan", "out", "-n", N),
    "simulate schedule": ("simulate", "kano", "--plan", "out/schedule.csv", "-n", N),
    "simulate random": ("simulate", "random-plan", "--plan", "random-plan", "-n", 30, "--seed", 8),
    "report xlsx": ("report", "out", "--format", "xlsx", "-o", "plan.xlsx"),
    "report html": ("report", "out", "-o", "page.html"),
    "plan with options": (
        "plan",
        "smallest",
        "-o",
        "again",
        "--budget",
        "1000000",
        "--years",
        "2",
        "-n",
        N,
        "--seed",
        "5",
    ),
}
#: Surroundings that must not change a byte.
OTHERWISE = {"plan again": {"PYTHONHASHSEED": "7", "SEAWALL_THREADS": "1"}}


@dataclass(frozen=True)
class Work:
    """A folder in which the command ran, the documents that it printed, and what it told people of one plan."""

    folder: Path
    documents: dict[str, dict[str, Any]]
    told: subprocess.CompletedProcess[str]

    def __getitem__(self, name: str) -> dict[str, Any]:
        return self.documents[name]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """The skeleton of a new case, the smallest and a random case, and every command run on them."""
    folder = tmp_path_factory.mktemp("work")
    made = document("init", "kano", cwd=folder)
    assert made["folder"] == "kano"
    assert {"case.yaml", "places.csv", "hazards.csv", "actions.csv", "effects.csv", "budgets.csv"} <= set(made["files"])
    cases.write(cases.smallest(), folder / "smallest")
    cases.write(random_case(8), folder / "random")
    found: dict[str, dict[str, Any]] = {}
    with ThreadPoolExecutor(2) as pool:
        told = pool.submit(seawall, "plan", "smallest", "-o", "again", "-n", N, cwd=folder)
        for wave in (FIRST, SECOND):
            calls = {
                name: pool.submit(document, *arguments, cwd=folder, **OTHERWISE.get(name, {}))
                for name, arguments in wave.items()
            }
            found |= {name: call.result() for name, call in calls.items()}
            if wave is FIRST:
                (folder / "again" / "notes.txt").write_text("of a planner")
                (folder / "again" / "case" / "stale.csv").write_text("of an earlier plan")
        return Work(folder, found, told.result())


def test_check_prints_its_document(work: Work) -> None:
    for case in ("kano", "smallest"):
        found = work[f"check {case}"]
        assert found["ok"] is True
        for problem in found["problems"]:
            assert {"table", "row", "column", "value", "problem", "severity"} <= set(problem)
            assert problem["severity"] == "warning"


def test_check_of_a_broken_case(work: Work) -> None:
    folder = cases.write(cases.smallest(), work.folder / "broken")
    (folder / "places.csv").write_text("place,population,lat,lon\nA,-5,100,0\n", "utf-8")
    done = seawall("check", "broken", "--json", cwd=work.folder, code=2)
    found = json.loads(done.stdout)
    assert found["ok"] is False
    assert {("places", "population"), ("places", "lat")} <= {(p["table"], p["column"]) for p in found["problems"]}
    told = seawall("plan", "broken", "-o", "never", cwd=work.folder, code=2)
    assert (told.stdout, "places.csv" in told.stderr) == ("", True)
    assert not (work.folder / "never").exists()


def test_assess_prints_its_document(work: Work) -> None:
    found = work["assess nigeria"]
    assert {"framework", "readiness", "areas", "cost_to_target", "currency"} <= set(found)
    assert 0 <= found["readiness"] <= 100
    for area in found["areas"]:
        assert {"area", "score", "target", "gap"} <= set(area)
    for case in ("kano", "smallest"):
        assert work[f"assess {case}"]["areas"] == []


def test_simulate_prints_its_document_and_its_table(work: Work) -> None:
    found = work["simulate"]
    assert set(found) >= SIMULATE_KEYS
    assert (found["n"], found["seed"], found["year"]) == (int(N), 7, 2028)
    for hazard in found["hazards"]:
        assert {"hazard", "events_per_year", "deaths", "loss"} <= set(hazard)
    steps = {f"{step}_median_days" for step in ("detect", "notify", "respond")} | {"met_717", "found"}
    steps |= {f"met_{step}" for step in ("detect", "notify", "respond")}
    assert set(found["timeliness"]) == steps | {f"large_{name}" for name in steps}
    assert {"mean", "p05", "p95"} <= set(found["deaths"])
    assert {"mean", "p05", "p95", "cvar95"} <= set(found["loss"])
    lines = (work.folder / "sims" / "outbreaks.csv").read_text("utf-8").splitlines()
    columns = "outbreak,hazard,place,weight,infections,deaths,detect_day,notify_day,respond_day,loss"
    assert lines[0] == columns
    assert len(lines) == 1 + int(N)
    assert {p.name for p in (work.folder / "sims").iterdir()} == {
        "outbreaks.csv",
        "milestones.csv",
        "burden.csv",
        "burden_by_place.csv",
        "burden_by_age.csv",
    }
    milestones = pd.read_csv(work.folder / "sims" / "milestones.csv")
    assert {"emergence_day", "detect_day", "notify_day", "respond_day", "end_day", "met_717", "failed"} <= {*milestones}
    assert milestones["outbreak"].tolist() == [line.split(",")[0] for line in lines[1:]]


def test_simulate_tells_the_burden_by_hazard_place_and_age(work: Work) -> None:
    found = work["simulate"]
    burden, loss, deaths = found["burden"], found["loss"]["mean"], found["deaths"]["mean"]
    assert set(burden) == {"hazards", "places", "ages"}
    parts = ("life_loss", "illness_loss", "interruption_loss", "measures_loss")
    assert sum(row[part] for row in burden["hazards"] for part in parts) == pytest.approx(loss)
    for rows in (burden["hazards"], burden["places"], *filter(None, [burden["ages"]])):
        assert sum(row["deaths"] for row in rows) == pytest.approx(deaths)
    for name in ("hazards", "places", "ages"):
        file = "burden.csv" if name == "hazards" else f"burden_by_{name[:-1]}.csv"
        table = pd.read_csv(work.folder / "sims" / file)
        assert len(table) == len(burden[name])


def test_plan_prints_its_document_and_fills_its_folder(work: Work) -> None:
    found = work["plan"]
    assert set(found) >= PLAN_KEYS
    assert found["bound"] == "enumerated"
    assert (found["status"], found["gap"]) == ("optimal", 0)
    for action in found["actions"]:
        assert {"action", "start", "lever", "cost", "valued"} <= set(action)
    for hazard in found["value_by_hazard"]:
        assert {"hazard", "baseline", "plan"} <= set(hazard)
    for use in found["budget_use"]:
        assert {"source", "year", "amount", "spent"} <= set(use)
    assert {"mean", "low", "high"} <= set(found["out_of_sample"])
    out = work.folder / "out"
    assert {p.name for p in out.iterdir()} >= {"plan.json", "schedule.csv", "report.html", "case"}
    assert json.loads((out / "plan.json").read_text("utf-8")) == found
    rows = [line.split(",") for line in (out / "schedule.csv").read_text("utf-8").splitlines()]
    assert rows[0] == ["action", "start"]
    assert {a: int(y) for a, y in rows[1:]} == {a["action"]: a["start"] for a in found["actions"]}
    page = (out / "report.html").read_text("utf-8")
    assert page.rstrip().endswith("</html>")
    assert "<script src" not in page


def test_the_plan_is_simulated_to_the_last_digit(work: Work) -> None:
    found = work["plan"]
    again = work["simulate plan"]
    assert set(again) >= SIMULATE_KEYS | {"objective", "cost", "violations", "years"}
    assert again["violations"] == []
    assert repr(again["objective"]) == repr(found["objective"])
    assert repr(again["cost"]) == repr(found["cost"])
    for year in again["years"]:
        assert {"year", "deaths", "loss", "cost"} <= set(year)
    assert work["simulate schedule"] == again


def test_a_random_case_through_the_command_line(work: Work) -> None:
    """The plan that the command finds, the one that Python finds, and its simulation agree to the last digit."""
    assert repr(work["plan random"]["objective"]) == repr(sw.plan(random_case(8), n=30, seed=8).objective)
    again = work["simulate random"]
    assert (repr(again["objective"]), again["violations"]) == (repr(work["plan random"]["objective"]), [])


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(work: Work) -> None:
    assert work["plan again"] == work["plan"]
    for name in ("plan.json", "schedule.csv", "account.json", "report.html"):
        assert (work.folder / "same" / name).read_bytes() == (work.folder / "out" / name).read_bytes()


def test_people_read_five_figures_and_the_path_of_the_report(work: Work) -> None:
    lines = work.told.stdout.splitlines()
    assert lines[-1] == "Report: again/report.html"
    assert len([line for line in lines if not line.startswith(" ")]) == 6, "five figures and the report"
    assert "drawing outbreaks" in work.told.stderr


def test_a_plan_is_replaced_whole_and_its_case_holds_the_overrides(work: Work) -> None:
    found, again = work["plan with options"], work.folder / "again"
    assert json.loads((again / "plan.json").read_text("utf-8")) == found
    assert (again / "notes.txt").read_text() == "of a planner", "what people put beside a plan is theirs"
    assert not (again / "case" / "stale.csv").exists()
    assert [p.name for p in work.folder.iterdir() if p.name.startswith(".")] == []
    kept = sw.load(again / "case")
    assert kept["budgets"]["amount"].sum() == pytest.approx(1e6)
    assert kept.settings.budget_years == (2027, 2028)
    repeated = sw.simulate(again, schedule=sw.read_schedule(again), n=int(N), seed=5)
    assert repeated.to_dict()["objective"] == found["objective"]


def test_report_writes_both_formats(work: Work) -> None:
    assert work["report xlsx"] == {"file": "plan.xlsx", "format": "xlsx"}
    assert (work.folder / "plan.xlsx").read_bytes()[:2] == b"PK"
    assert work["report html"]["file"] == "page.html"
    assert (work.folder / "page.html").read_bytes() == (work.folder / "out" / "report.html").read_bytes()


def test_no_feasible_plan_ends_with_1(work: Work) -> None:
    rows = [{"framework": "JEE1", "indicator": "P.1.1", "year": 2023, "score": 1}]
    floors = [{"framework": "JEE1", "indicator": "P.1.1", "year": 2029, "score": 5}]
    cases.write(cases.smallest(scores=rows, floors=floors), work.folder / "hopeless")
    done = seawall("plan", "hopeless", "-o", "hopeless-plan", "-n", N, cwd=work.folder, code=1)
    assert done.stdout == ""
    assert "floors" in done.stderr
    assert not (work.folder / "hopeless-plan").exists()


def test_help_teaches_with_examples(work: Work) -> None:
    top = seawall("--help", cwd=work.folder).stdout
    commands = ("init", "check", "assess", "simulate", "plan", "report")
    assert all(command in top for command in commands)
    with ThreadPoolExecutor(2) as pool:
        pages = pool.map(lambda command: seawall(command, "--help", cwd=work.folder).stdout, commands)
        for command, page in zip(commands, pages, strict=True):
            assert f"seawall {command} " in page.split("Examples:")[1]
    assert seawall("--version", cwd=work.folder).stdout.strip() == sw.__version__


@pytest.mark.parametrize(
    ("arguments", "limit", "yardsticks"),
    [(["--help"], 0.5, 1.0), (["check", "nigeria"], 1.5, 3.0)],
    ids=["help", "check"],
)
def test_answers_come_at_once(work: Work, arguments: list[str], limit: float, yardsticks: float) -> None:
    """The best of a few runs; on a slow or busy machine, against the time that importing pandas takes there."""
    best = yardstick = float("inf")
    for _run in range(6):
        best = min(best, _seconds(lambda: seawall(*arguments, cwd=work.folder)))
        if best < limit:
            return
        yardstick = min(
            yardstick, _seconds(lambda: subprocess.run([sys.executable, "-c", "import pandas"], check=True))
        )
    assert best < max(limit * PATIENCE, yardsticks * yardstick)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
