"""The planner out of time, interrupted and killed: a plan's folder is the old one or the new one, whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import seawall as sw
from seawall.reporting import open_plan

KILLS = 20
LIMIT = 20


def patience() -> float:
    """Times that a busy machine takes longer than a quiet one."""
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return max(1.0, crowd, float(os.environ.get("SEAWALL_SLOW") or 1))


def start(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    """Start the command."""
    return subprocess.Popen(
        [sys.executable, "-m", "seawall", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def interrupted_at(stage: str, *arguments: object, cwd: Path) -> tuple[int, str, str]:
    """Exit code, output and messages of a command that is interrupted when it tells of a stage."""
    process = start(*arguments, cwd=cwd)
    assert process.stderr is not None
    for line in process.stderr:
        if stage in line:
            process.send_signal(signal.SIGINT)
            break
    else:
        pytest.fail(f"the command never came to: {stage}")
    out, messages = process.communicate(timeout=300)
    return process.returncode, out, messages


def seed_of_whole_plan(out: Path) -> int:
    """Seed of the plan in a folder, all of whose files must be there and of the same run."""
    plan = open_plan(out)
    assert json.loads((out / "plan.json").read_text("utf-8")) == plan.to_dict()
    assert sw.read_schedule(out) == plan.schedule
    assert (out / "report.html").read_text("utf-8").rstrip().endswith("</html>")
    assert sw.load(out / "case").settings == plan.case.settings
    return plan.seed


class Limited:
    """Nigeria planned within a time limit, while other tests run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = start("plan", "nigeria", "-o", "out", "-n", 60, "--time-limit", LIMIT, "--json", cwd=folder)
        self.began = time.perf_counter()
        self.watch = threading.Thread(target=self._wait)
        self.watch.start()

    def _wait(self) -> None:
        self.out, self.messages = self.process.communicate()
        self.seconds = time.perf_counter() - self.began


@pytest.fixture(scope="module", autouse=True)
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Limited]:
    """Started with the first test of this page, looked at when others have run beside it."""
    found = Limited(tmp_path_factory.mktemp("limited"))
    yield found
    found.process.kill()
    found.watch.join()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    sw.init_case(folder / "kano")
    return folder


def test_interrupted_the_best_plan_of_nigeria_is_written(tmp_path: Path) -> None:
    code, out, messages = interrupted_at(
        "measuring actions", "plan", "nigeria", "-o", "out", "-n", 60, "--json", cwd=tmp_path
    )
    assert (code, "Traceback" in messages) == (130, False)
    found = json.loads(out)
    assert found["status"] == "interrupted"
    assert seed_of_whole_plan(tmp_path / "out") == 1
    assert json.loads((tmp_path / "out" / "plan.json").read_text("utf-8")) == found
    assert found["lower_bound"] <= found["objective"] <= found["baseline_objective"]


def test_interrupted_before_there_is_a_plan_nothing_is_written(tmp_path: Path) -> None:
    code, out, messages = interrupted_at("drawing outbreaks", "plan", "nigeria", "-o", "out", cwd=tmp_path)
    assert (code, out, "Traceback" in messages) == (130, "", False)
    assert list(tmp_path.iterdir()) == []


def test_a_time_limit_is_kept_by_the_whole_command(limited: Limited) -> None:
    limited.watch.join()
    assert limited.process.returncode == 0, limited.messages
    assert limited.seconds <= LIMIT * patience() + 3, limited.messages
    found = json.loads(limited.out)
    assert found["status"] in {"limit", "done", "gap", "optimal"}
    assert found["lower_bound"] <= found["objective"] <= found["baseline_objective"]
    assert 0 <= found["gap"] <= 1
    assert seed_of_whole_plan(limited.folder / "out") == 1


def test_interrupted_while_it_is_written_the_plan_is_there(work: Path) -> None:
    options = ("-o", "written", "-n", 8, "--time-limit", 0.5, "--json")
    code, out, messages = interrupted_at("writing the report", "plan", "kano", *options, cwd=work)
    assert (code, "Traceback" in messages) == (130, False)
    assert json.loads((work / "written" / "plan.json").read_text("utf-8")) == json.loads(out)
    assert seed_of_whole_plan(work / "written") == 1


def test_killed_at_any_moment_the_folder_holds_the_old_plan_or_the_new(work: Path) -> None:
    options = ("-n", 8, "--time-limit", 0.5)

    def lane(name: str) -> set[int]:
        """Plan into one folder again and again and kill each run at a random moment; seeds that were found."""
        moments = random.Random(name)
        began = time.perf_counter()
        first = start("plan", "kano", "-o", name, *options, cwd=work)
        _out, messages = first.communicate()
        assert first.returncode == 0, messages
        whole_run = time.perf_counter() - began
        found = {seed_of_whole_plan(work / name)}
        last = 1
        for seed in range(2, 2 + KILLS // 2):
            process = start("plan", "kano", "-o", name, *options, "--seed", seed, cwd=work)
            try:
                process.wait(moments.uniform(0.3, 1.1) * whole_run)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()
            now = seed_of_whole_plan(work / name)
            assert now in {last, seed}
            last = now
            found.add(now)
        return found

    with ThreadPoolExecutor(2) as pool:
        assert all(1 in seeds for seeds in pool.map(lane, ["one", "two"]))


#: Writes two plans in turn into one folder, is killed at random moments, and looks at what is there.
KILLED_WHILE_WRITING = """
import multiprocessing, pathlib, random, time
from seawall.reporting import open_plan, save_plan

def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in pathlib.Path(folder).rglob("*") if p.is_file()}

def write_in_turn():
    while True:
        for plan in plans:
            save_plan(plan, "turns")

plans = [open_plan(name) for name in ("first", "second")]
wanted = {}
for seed, plan in enumerate(plans):
    save_plan(plan, "turns")
    wanted[seed] = contents("turns")
assert wanted[0] != wanted[1]
began = time.perf_counter()
save_plan(plans[0], "turns")
once = time.perf_counter() - began
moments, found = random.Random(1), []
for _kill in range(20):
    process = multiprocessing.get_context("fork").Process(target=write_in_turn)
    process.start()
    process.join(moments.uniform(0, 2.5 * once))
    process.kill()
    process.join()
    now = contents("turns")
    found.append(next(seed for seed, whole in wanted.items() if whole == now))
print(*found)
"""


def test_killed_while_writing_the_folder_holds_one_of_the_two(work: Path) -> None:
    for seed, name in ((1, "first"), (2, "second")):
        done = start("plan", "kano", "-o", name, "-n", 8, "--time-limit", 0.5, "--seed", seed, cwd=work)
        _out, messages = done.communicate()
        assert done.returncode == 0, messages
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING], cwd=work, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"0", "1"}
