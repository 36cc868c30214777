"""Outbreaks on a cluster of two processes: the numbers are those of threads, also where a worker dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cases
import seawall as sw

try:
    import distributed
    from distributed.diagnostics.plugin import SchedulerPlugin
except ModuleNotFoundError:
    if os.environ.get("SEAWALL_CI"):
        raise
    pytest.skip("distributed is not installed", allow_module_level=True)

PLAN = {"clinics": 2027, "training": 2028}


class Plugin(SchedulerPlugin):
    """Counts chunks that workers have run, and kills a worker when the first is done."""

    def __init__(self, cluster: Any, *, kills: bool) -> None:
        self.cluster, self.kills, self.chunks, self.killed = cluster, kills, 0, 0

    def transition(self, key: Any, start: str, finish: str, *_args: Any, **_more: Any) -> None:
        if not str(key).startswith("_there") or finish != "memory":
            return
        self.chunks += 1
        if self.kills and not self.killed:
            self.killed = next(iter(self.cluster.workers.values())).pid
            os.kill(self.killed, signal.SIGKILL)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    expected()  # compiled code is kept on disk: workers load it
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=60
    ) as found:
        yield found


def watched(cluster: Any, *, kills: bool = False) -> Plugin:
    plugin = Plugin(cluster, kills=kills)
    cluster.scheduler.add_plugin(plugin, name=f"watch-{id(plugin)}")
    return plugin


def expected(n: int = 400) -> str:
    return json.dumps(sw.simulate(cases.smallest(), PLAN, n=n, seed=4).to_dict())


def seawall(*arguments: object, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "seawall", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module", autouse=True)
def deaf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A command whose cluster is none: it waits for ten seconds, while other tests run."""
    folder = tmp_path_factory.mktemp("deaf")
    cases.write(cases.smallest(), folder / "smallest")
    with socket.socket() as taken:
        # bound and not listening: connections are refused, and nobody else can have the port
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with seawall("simulate", "smallest", "-n", 16, cwd=folder, SEAWALL_SCHEDULER=address) as run:
            yield address, run


def test_a_cluster_gives_the_numbers_of_threads(cluster: Any) -> None:
    watch = watched(cluster)
    with sw.use_cluster(cluster.scheduler_address):
        found = expected()
    assert found == expected()
    assert watch.chunks >= 4, "the workers had nothing to do"


def test_a_worker_that_dies_changes_nothing(cluster: Any) -> None:
    watch = watched(cluster, kills=True)
    with sw.use_cluster(cluster.scheduler_address):
        found = expected(1200)
    assert watch.killed
    assert watch.chunks > 4
    assert found == expected(1200)


def test_the_command_line_uses_a_cluster(cluster: Any, tmp_path: Path) -> None:
    cases.write(cases.smallest(), tmp_path / "smallest")
    watch = watched(cluster)
    with seawall(
        "simulate", "smallest", "-n", 400, "--json", "--scheduler", cluster.scheduler_address, cwd=tmp_path
    ) as run:
        out, err = run.communicate(timeout=120)
    assert (run.returncode, err) == (0, "")
    assert watch.chunks >= 4
    assert json.loads(out) == json.loads(json.dumps(sw.simulate(cases.smallest(), n=400).to_dict()))


def test_nobody_at_the_address(deaf: tuple[str, subprocess.Popen[str]]) -> None:
    address, run = deaf
    out, err = run.communicate(timeout=120)
    assert (run.returncode, out) == (2, "")
    assert err.splitlines() == [f"no scheduler of a cluster answers at {address} within 10 seconds"]


@pytest.mark.parametrize("address", ["nowhere", "tcp://", "udp://127.0.0.1:1", "tcp://127.0.0.1:port"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(sw.InputError, match="no scheduler"), sw.use_cluster(address):
        pass


def test_a_cluster_without_workers_is_left_after_a_time() -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=60) as empty:
        address = empty.scheduler_address
        with sw.use_cluster(address, patience=1.0), pytest.raises(sw.InputError) as caught:
            expected()
    assert str(caught.value) == f"the cluster at {address} has had no worker for 1 seconds"


def test_a_worker_that_counts_otherwise_is_told_of(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.outbreak.workers.probe", lambda: "another machine's")
    with (
        sw.use_cluster(cluster.scheduler_address),
        pytest.raises(sw.InputError, match="other numbers than this machine"),
    ):
        expected()


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(sw.InputError, match=r"pip install 'seawall\[cluster\]'"), sw.use_cluster("127.0.0.1:8786"):
        pass
