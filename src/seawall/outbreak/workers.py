"""Who runs chunks of outbreaks: the threads of this process, or the workers of a Dask cluster.

A task fills arrays from arrays and does nothing else, so that it gives the same numbers wherever it
runs, in chunks of whatever size, and can be run again where a worker has died.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import time
import warnings
from collections import OrderedDict
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import InputError
from seawall.language import _
from seawall.outbreak.chunks import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Arrays = tuple[NDArray[Any], ...]

__all__ = ["each", "use_cluster"]

#: Most items that one thread takes at a time; fewer where there are few, so that no thread idles.
CHUNK = 8
#: Bytes that a chunk takes to a worker of a cluster or back at most, about; an item may take more.
PARCEL_BYTES = 4_000_000
#: Seconds that a chunk takes on a worker at least and at most, about: a round trip takes some ms. What takes less
#: than twice the first altogether stays here.
SHORT, LONG = 0.05, 5.0
#: Seconds that an item takes, as long as nobody has measured it.
FIRST_GUESS = 0.002
#: Chunks for each thread of a cluster: enough to even out that some take longer.
SHARE = 3
#: Seconds that a cluster has to answer, and may be without any worker.
ANSWER, PATIENCE = 10.0, 60.0
#: Things that stay on the cluster because many chunks need them.
KEPT = 16

_in_force: ContextVar[_Cluster | None] = ContextVar("workers", default=None)


def each(
    task: Callable[..., None],
    shared: object,
    n: int,
    piece: Callable[[slice], tuple[Any, ...]],
    into: Callable[[slice], Arrays],
    *,
    parcel: Callable[[slice], tuple[Any, ...]] | None = None,
    size: float = 1.0,
) -> None:
    """Run a task on chunks of items, on whatever workers are in force.

    Parameters
    ----------
    task : function (shared, *piece, *into) -> None
        Of a module, so that it has a name elsewhere. It fills the arrays of ``into``, zeros before.
    shared : object
        What every chunk needs.
    n : int
        Items.
    piece : function (slice) -> tuple
        What a chunk of items needs of its own, as views where it can be.
    into : function (slice) -> tuple of arrays
        Where its results belong, as views.
    parcel : function (slice) -> tuple, optional
        As ``piece``, cut down to what is worth sending.
    size : float
        Bytes that an item takes on its way there or back, about.

    Raises
    ------
    InputError
        The cluster in force cannot finish it: see `use_cluster`.
    """
    cluster = _in_force.get()
    if cluster is None:
        _here(task, shared, n, piece, into)
    elif n * cluster.pace(task) < 2 * SHORT:
        began = time.perf_counter()
        _here(task, shared, n, piece, into)
        cluster.measure(task, n, (time.perf_counter() - began) * _threads())
    else:
        cluster.each(task, shared, n, parcel or piece, into, size)


def _here(
    task: Callable[..., None],
    shared: object,
    n: int,
    piece: Callable[[slice], tuple[Any, ...]],
    into: Callable[[slice], Arrays],
) -> None:
    """Run a task on the threads of this process; see `each`."""

    def run(part: slice) -> None:
        task(shared, *piece(part), *into(part))

    parts = _parts(n, min(CHUNK, -(-n // (2 * _threads()))))
    if len(parts) <= 1 or _threads() == 1:
        for part in parts:
            run(part)
    else:
        for _done in _pool(_threads()).map(run, parts):
            pass


def _parts(n: int, size: int) -> list[slice]:
    size = max(1, size)
    return [slice(i, min(n, i + size)) for i in range(0, n, size)]


def _threads() -> int:
    """Number of threads: ``SEAWALL_THREADS``, else one a core. Results do not depend on it."""
    return max(1, int(os.environ.get("SEAWALL_THREADS") or os.cpu_count() or 1))


@cache
def _pool(n: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n, thread_name_prefix="seawall")


@contextmanager
def use_cluster(address: str, *, patience: float = PATIENCE) -> Iterator[None]:
    """Run outbreaks on a Dask cluster for the length of a block; the results are the same.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    patience : float
        Seconds that the cluster may be without any worker before a run gives up.

    Raises
    ------
    InputError
        The extra ``cluster`` is not installed; nobody answers at the address within ten seconds.
        Inside the block: the cluster is without workers or does not answer any more, a chunk of
        outbreaks has cost several workers their life, or a worker gives other numbers than this
        machine does.

    Examples
    --------
    ::

        with sw.use_cluster("tcp://10.0.0.5:8786"):
            sw.simulate(case)
    """
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as e:
        raise InputError(
            _("a cluster needs the extra `cluster`: pip install 'seawall[cluster]' ({reason})").format(reason=e)
        ) from e
    with _quiet(), _connected(distributed, address) as client:
        token = _in_force.set(_Cluster(distributed, client, address, patience))
        try:
            yield
        finally:
            _in_force.reset(token)


@contextmanager
def _connected(distributed: Any, address: str) -> Iterator[Any]:
    """A client of the scheduler at an address."""
    try:
        with warnings.catch_warnings():
            # versions that differ: what matters is whether the numbers do, and `probe` tells
            warnings.simplefilter("ignore")
            client = distributed.Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError) as e:
        raise InputError(
            _("no scheduler of a cluster answers at {address} within {seconds:.0f} seconds").format(
                address=address, seconds=ANSWER
            )
        ) from e
    try:
        yield client
    finally:
        client.close(timeout=ANSWER)


@contextmanager
def _quiet() -> Iterator[None]:
    """What the libraries of the cluster would log: we say once, and in words, what is wrong."""
    loggers = [logging.getLogger(n) for n in ("distributed", "distributed.client", "tornado", "tornado.application")]
    levels = [x.level for x in loggers]
    for x in loggers:
        x.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for x, level in zip(loggers, levels, strict=True):
            x.setLevel(level)


class _Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, distributed: Any, client: Any, address: str, patience: float) -> None:
        self.distributed, self.client, self.address, self.patience = distributed, client, address, patience
        self.probe = probe()
        self.seen = time.monotonic()
        #: Seconds an item, by task, as last measured.
        self.paces: dict[Callable[..., None], float] = {}
        #: What chunks share and has been sent: the thing itself, so that no other takes its identity.
        self.kept: OrderedDict[int, tuple[object, Any]] = OrderedDict()

    def pace(self, task: Callable[..., None]) -> float:
        """Seconds that an item of a task takes on one thread, about."""
        return self.paces.get(task, FIRST_GUESS)

    def measure(self, task: Callable[..., None], n: int, seconds: float) -> None:
        """Learn from a chunk of n items that took some seconds on one thread."""
        if n:
            self.paces[task] = 0.9 * self.pace(task) + 0.1 * seconds / n

    def _size(self, task: Callable[..., None], n: int, size: float) -> int:
        """Items in a chunk."""
        even = n / (SHARE * max(1, self._ask()))
        pace = self.pace(task)
        return int(min(PARCEL_BYTES / size, LONG / pace, max(SHORT / pace, even)))

    def each(
        self,
        task: Callable[..., None],
        shared: object,
        n: int,
        parcel: Callable[[slice], tuple[Any, ...]],
        into: Callable[[slice], Arrays],
        size: float,
    ) -> None:
        """See `each` of this module."""
        waiting: dict[Any, slice] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        try:
            with self._told():
                common = self._shared(shared)
                for part in _parts(n, self._size(task, n, size)):
                    shapes = [(a.shape, a.dtype.str) for a in into(part)]
                    sent = pickle.dumps((task, parcel(part), shapes), protocol=5)
                    future = self.client.submit(_there, sent, common, self.probe, pure=False)
                    waiting[future] = part
                    future.add_done_callback(done.put)
                self.seen = time.monotonic()
                while waiting:
                    for future in self._ready(done):
                        arrays, seconds = future.result(timeout=ANSWER + self.patience)
                        part = waiting.pop(future)
                        self.measure(task, part.stop - part.start, seconds)
                        for place, found in zip(into(part), arrays, strict=True):
                            place[...] = found
        finally:
            for future in waiting:
                future.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong on the cluster, in words."""
        try:
            yield
        except InputError:
            raise
        except _Differs as e:
            raise InputError(
                _(
                    "the workers at {address} give other numbers than this machine: install the same versions of Seawall, NumPy and Numba on all of them, and use processors of one kind"
                ).format(address=self.address)
            ) from e
        except ImportError as e:
            raise InputError(
                _("the scheduler and every worker at {address} need Seawall installed ({reason})").format(
                    address=self.address, reason=e
                )
            ) from e
        except self.distributed.KilledWorker as e:
            raise InputError(
                _("several workers at {address} died over the same outbreaks: do they have memory enough?").format(
                    address=self.address
                )
            ) from e
        except Exception as e:
            # a scheduler that is gone shows in many ways
            if self.client.status == "running" and not isinstance(e, (OSError, CancelledError)):
                raise
            raise InputError(_("the cluster at {address} does not answer any more").format(address=self.address)) from e

    def _shared(self, shared: object) -> Any:
        """What chunks share, on the cluster; it is a task itself, so that it outlives every worker."""
        known = self.kept.get(id(shared))
        if known is None:
            sent = pickle.dumps(shared, protocol=5)
            key = f"seawall-{hashlib.sha256(sent).hexdigest()}"
            known = (shared, self.client.submit(_kept, sent, key=key))
            self.kept[id(shared)] = known
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(id(shared))
        return known[1]

    def _ask(self) -> int:
        """Threads that the cluster has now; none while it does not answer."""
        if self.client.status != "running" or self.client.scheduler is None:
            return 0
        found = self.client.sync(self.client.scheduler.ncores, callback_timeout=ANSWER)
        return int(sum(found.values()))

    def _ready(self, done: SimpleQueue[Any]) -> list[Any]:
        """Futures that are done; none if a second has passed without any."""
        try:
            ready = [done.get(timeout=1.0)]
        except Empty:
            ready = []
        while not done.empty():
            ready.append(done.get())
        if ready or self._ask() > 0:
            self.seen = time.monotonic()
        elif time.monotonic() - self.seen > self.patience:
            raise InputError(
                _("the cluster at {address} has had no worker for {seconds:.0f} seconds").format(
                    address=self.address, seconds=self.patience
                )
            )
        return ready


class _Differs(Exception):
    """A worker does not give the numbers of the machine that asks."""


def _kept(sent: bytes) -> bytes:
    return sent


def _there(sent: bytes, common: bytes, expected: str) -> tuple[Arrays, float]:
    """Run a chunk on a worker: arrays in, arrays out, and the seconds that it took."""
    if probe() != expected:
        raise _Differs
    task, piece, shapes = pickle.loads(sent)  # noqa: S301 - from the client that the worker obeys anyway
    ground = pickle.loads(common)  # noqa: S301
    out = tuple(np.zeros(shape, dtype) for shape, dtype in shapes)
    began = time.perf_counter()
    task(ground, *piece, *out)
    return out, time.perf_counter() - began
