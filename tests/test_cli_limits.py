"""The planner out of time, interrupted and killed: a plan's folder is the old one or the new one, whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

import seawall as sw
from seawall.reporting import open_plan

KILLS = 20
LIMIT = 20


#: The command, which says at its end how long the processor worked for it.
TELLS_ITS_TIME = """
import atexit, sys, time
atexit.register(lambda: sys.stderr.write(f"worked {time.process_time()}"))
from seawall.cli import main
main()
"""


def start(
    *arguments: object, cwd: Path, program: str = "from seawall.cli import main; main()"
) -> subprocess.Popen[str]:
    """Start the command."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # a run in the background hands on that interrupts are ignored
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
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
        self.began = time.perf_counter()
        self.process = start(
            "plan",
            "nigeria",
            "-o",
            "out",
            "-n",
            60,
            "--time-limit",
            LIMIT,
            "--json",
            cwd=folder,
            program=TELLS_ITS_TIME,
        )
        self.watch = threading.Thread(target=self._wait)
        self.watch.start()

    def _wait(self) -> None:
        self.out, self.messages = self.process.communicate()
        self.seconds = time.perf_counter() - self.began

    @property
    def patience(self) -> float:
        """Times that this run was slower than on a machine of its own."""
        worked = float(self.messages.rpartition("worked ")[2])
        return max(1.0, self.seconds / worked, float(os.environ.get("SEAWALL_SLOW") or 1))


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


def test_interrupted_while_it_is_written_the_plan_is_there(work: Path) -> None:
    options = ("-o", "written", "-n", 8, "--time-limit", 0.5, "--json")
    code, out, messages = interrupted_at("writing the report", "plan", "kano", *options, cwd=work)
    assert (code, "Traceback" in messages) == (130, False)
    assert json.loads((work / "written" / "plan.json").read_text("utf-8")) == json.loads(out)
    assert seed_of_whole_plan(work / "written") == 1


#: Imports and compiles once, then forks the command again and again, and kills it at random moments.
#: First while it plans, each time with another seed; then while it writes two plans in turn.
KILLER = """
import multiprocessing, os, pathlib, random, sys, time
import pandas as pd
import seawall as sw
from seawall import cli
from seawall.outbreak import workers
from seawall.planning import account, sensitivity
from seawall.reporting import documents, save_plan
from test_cli_limits import KILLS, seed_of_whole_plan

# which assumptions matter takes most of the time of a small case, and writes nothing
account.sensitivity = lambda *_args, **_options: pd.DataFrame(columns=sensitivity._COLUMNS)

def command(seed):
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    workers._pool.cache_clear()  # threads do not live on in a fork
    sys.argv = ["seawall", "plan", "kano", "-o", "out", "-n", "8", "--seed", str(seed), "--json"]
    cli.STARTED = time.monotonic()
    cli.main()

def write_once():
    for plan in plans:
        save_plan(plan, "turns")

def write_in_turn():
    while True:
        write_once()

def run(target, *arguments, until=None):
    began = time.perf_counter()
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    process.join(until)
    process.kill()
    process.join()
    return time.perf_counter() - began

def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in pathlib.Path(folder).rglob("*") if p.is_file()}

moments = random.Random(1)
plans = [sw.plan("kano", n=8, seed=seed) for seed in (1, 2)]
once = run(command, 1)
found = [seed_of_whole_plan(pathlib.Path("out"))]
for seed in range(2, 2 + KILLS):
    run(command, seed, until=moments.uniform(0, 1.3 * once))
    found.append(seed_of_whole_plan(pathlib.Path("out")))
    assert found[-1] in {found[-2], seed}, found
run(command, 99)
found.append(seed_of_whole_plan(pathlib.Path("out")))
print(*found)

# pages that take no time to make, so that most moments fall where files are put in place
documents.DOCUMENTS.update(report=lambda plan: "<html></html>", plan=lambda plan: "<html></html>")
wanted = []
for plan in plans:
    save_plan(plan, "turns")
    wanted.append(contents("turns"))
assert wanted[0] != wanted[1]
found = []
# a fork takes a while before it writes anything, the longer the busier the machine
fork, twice = run(int), run(write_once)
for _kill in range(5 * KILLS):
    run(write_in_turn, until=moments.uniform(0.5 * fork, 1.5 * twice))
    found.append(wanted.index(contents("turns")))
print(*found)
"""


def test_killed_at_any_moment_the_folder_holds_the_old_plan_or_the_new(work: Path) -> None:
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", KILLER],
        cwd=work,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    planning, writing = ([int(seed) for seed in line.split()] for line in done.stdout.splitlines())
    print("seeds found after each kill:", *planning, "| while writing:", *writing)  # noqa: T201 - shown by pytest -rP
    assert len(planning) == KILLS + 2
    assert (planning[0], planning[-1]) == (1, 99)
    assert any(a == b for a, b in pairwise(planning)), "some runs are meant to be killed before they have written"
    assert set(writing) == {0, 1}


def test_a_time_limit_is_kept_by_the_whole_command(limited: Limited) -> None:
    limited.watch.join()
    assert limited.process.returncode == 0, limited.messages
    assert limited.seconds <= (LIMIT + 3) * limited.patience, limited.messages
    found = json.loads(limited.out)
    assert found["status"] in {"limit", "done", "gap", "optimal"}
    assert found["lower_bound"] <= found["objective"] <= found["baseline_objective"]
    assert 0 <= found["gap"] <= 1
    assert seed_of_whole_plan(limited.folder / "out") == 1
