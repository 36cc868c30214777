"""What is run of a chunk of outbreaks: functions that take arrays and fill arrays, and know nothing else.

They run on a thread of this process or on another machine, see ``workers``; the numbers are the
same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from seawall.outbreak.draws import gamma_table
from seawall.outbreak.kernel import MEASURED, NO_LIMIT, WINDOW, branch, undisturbed, working_space

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from seawall.outbreak.world import Travel

__all__ = ["Begun", "Ground", "branched", "gamma", "measured", "probe", "stored"]


@cache
def gamma(dispersion: float) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles of the infectiousness of cases, made once; see ``draws.gamma_table``."""
    return gamma_table(dispersion)


@dataclass(frozen=True)
class Ground:
    """What all outbreaks of a course share.

    Parameters
    ----------
    susceptible : int array (place,)
        Susceptible people beforehand.
    place_keys : uint64 array (place,)
    travel : tuple of arrays (ptr, idx, weight)
        Compressed rows, see ``kernel.undisturbed``.
    course : tuple (r0, interval, import_days)
    gamma : tuple
        See ``draws.gamma_table``.
    import_rate : float array (place,)
        Introductions a day.
    limit : int
        Day on which outbreaks are cut off.
    """

    susceptible: NDArray[np.int64]
    place_keys: NDArray[np.uint64]
    travel: Travel
    course: tuple[float, NDArray[np.float64], int]
    gamma: tuple[float, NDArray[np.float64], NDArray[np.float64]]
    import_rate: NDArray[np.float64]
    limit: int


def measured(
    ground: Ground, keys: NDArray[np.uint64], start: NDArray[np.int64], enough: int, out: NDArray[np.float64]
) -> None:
    """Run outbreaks undisturbed.

    Parameters
    ----------
    ground : Ground
    keys : uint64 array (outbreak,)
        Random keys.
    start : int array (outbreak,)
        Place of the first case.
    enough : int
        Infections at which an outbreak is stopped.
    out : float array (outbreak, ``kernel.MEASURED``)
        Filled.
    """
    n, places = len(keys), len(ground.susceptible)
    nothing = (np.zeros(n, np.int64), np.zeros((0, places), np.int32), np.zeros((0, places)), np.zeros((0, 2)))
    _undisturbed(ground, keys, start, enough, nothing, out)


def stored(
    ground: Ground,
    keys: NDArray[np.uint64],
    start: NDArray[np.int64],
    days: NDArray[np.int64],
    new: NDArray[np.int32],
    infectious: NDArray[np.float64],
    pulses: NDArray[np.float64],
) -> None:
    """Run outbreaks undisturbed once more, to store their courses.

    Parameters
    ----------
    ground, keys, start
        See `measured`.
    days : int array (outbreak,)
        Days that each of them lasts.
    new : int32 array (sum of days, place)
    infectious : float array (sum of days, place)
    pulses : float array (sum of days, 2)
        Zeros; filled, one outbreak after the other. See ``kernel.undisturbed``.
    """
    offset = (np.cumsum(days) - days).astype(np.int64)
    again = np.zeros((len(keys), len(MEASURED)))
    _undisturbed(ground, keys, start, NO_LIMIT, (offset, new, infectious, pulses), again)


def _undisturbed(
    ground: Ground,
    keys: NDArray[np.uint64],
    start: NDArray[np.int64],
    enough: int,
    store: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]],
    out: NDArray[np.float64],
) -> None:
    space = working_space(len(ground.susceptible), len(ground.course[1]), WINDOW + 1, 0)
    undisturbed(
        keys, np.arange(len(keys)), start, 1, ground.susceptible, ground.place_keys, ground.travel, ground.course,
        ground.gamma, ground.import_rate, ground.limit, enough, space, *store, out,
    )  # fmt: skip


@dataclass(frozen=True)
class Begun:
    """Outbreaks that have run undisturbed, and their stored courses.

    Parameters
    ----------
    keys : uint64 array (outbreak,)
        Random keys.
    start : int array (outbreak,)
        Place of the first case.
    haste, rounding : float arrays (outbreak,)
        Factor on days of deployment, and the uniform by which they become whole.
    days : int array (outbreak,)
        Days that each lasts.
    offset : int array (outbreak,)
        Row of its first day.
    new : int32 array (row, place)
    infectious : float array (row, place)
    pulses : float array (row, 2)
    """

    keys: NDArray[np.uint64]
    start: NDArray[np.int64]
    haste: NDArray[np.float64]
    rounding: NDArray[np.float64]
    days: NDArray[np.int64]
    offset: NDArray[np.int64]
    new: NDArray[np.int32]
    infectious: NDArray[np.float64]
    pulses: NDArray[np.float64]

    def first(self, jobs: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the stored course that each job reads: the days before any part of its response starts."""
        # the therapeutic treats the infected of stored days too, and changes no course
        return np.asarray(np.maximum(1, np.minimum(self.days[jobs], days[:, :5].min(1))))

    def only(self, jobs: NDArray[np.int64], days: NDArray[np.int64]) -> tuple[Begun, NDArray[np.int64]]:
        """What some jobs read, and their positions in it."""
        which, at = np.unique(jobs, return_inverse=True)
        rows = np.zeros(len(which), np.int64)
        np.maximum.at(rows, at, self.first(jobs, days))
        take = np.concatenate([np.arange(o, o + r) for o, r in zip(self.offset[which], rows, strict=True)])
        return Begun(
            self.keys[which],
            self.start[which],
            self.haste[which],
            self.rounding[which],
            self.days[which],
            np.cumsum(rows) - rows,
            self.new[take],
            self.infectious[take],
            self.pulses[take],
        ), at.astype(np.int64)


def branched(
    ground: Ground,
    reply: tuple[tuple[Any, ...], tuple[Any, ...], tuple[float, ...], tuple[float, ...]],
    begun: Begun,
    work: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    out: NDArray[np.float64],
    seats: NDArray[np.int64],
) -> None:
    """Run outbreaks from the day on which their response starts.

    Parameters
    ----------
    ground : Ground
    reply : tuple (strength, hospital, vaccine, therapy)
        See ``kernel.branch``; of the strength all but what differs between outbreaks.
    begun : Begun
    work : tuple (jobs, days, scale)
        Positions of outbreaks in it, int array (job,); see ``kernel.branch``.
    out : float array (job, ``kernel.MEASURED``)
    seats : int array (job, place)
        Filled; the second has no rows where infections by place are not wanted.
    """
    strength, hospital, vaccine, therapy = reply
    jobs, days, scale = work
    deploy, *rest = strength
    laboratories = rest[1][0]
    slots = 1 + max(WINDOW, hospital[1] + hospital[2])
    space = working_space(len(ground.susceptible), len(ground.course[1]), slots, len(laboratories))
    branch(
        begun.keys, jobs, begun.start, days, scale, begun.days, ground.susceptible, ground.place_keys, ground.travel,
        ground.course, ground.gamma, ground.import_rate, ground.limit, space, begun.offset, begun.new,
        begun.infectious, begun.pulses, hospital, (deploy, begun.haste, begun.rounding, *rest), vaccine, therapy, out,
        seats,
    )  # fmt: skip


@cache
def probe() -> str:
    """A few small outbreaks, run here: what they give to the last bit, as 64 hexadecimal digits.

    Two machines that differ here would not give the same numbers: another version of Seawall or of
    what it rests on, or a processor that rounds otherwise.
    """
    places, n = 6, 64
    at = np.arange(places)
    people = 400 * (at + 1) ** 3
    # one place sends people to a few others only: the kernel adds such rows up otherwise
    meet = np.ones((places, places), bool)
    meet[0, 3:] = False
    weight = (0.9 * (at[:, None] == at) + 0.02) / people[None, :]
    ground = Ground(
        people,
        np.arange(places, dtype=np.uint64) + np.uint64(11),
        (np.append(0, np.cumsum(meet.sum(1))), np.tile(at, (places, 1))[meet], weight[meet].astype(np.float32)),
        (2.1, np.array([0.1, 0.3, 0.3, 0.2, 0.1]), 20),
        gamma(0.3),
        np.linspace(0.0, 0.2, places),
        200,
    )
    keys = np.arange(n, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    start = np.arange(n) % places
    alone = np.zeros((n, len(MEASURED)))
    measured(ground, keys, start, NO_LIMIT, alone)
    lasts = alone[:, 2].astype(np.int64)
    rows = int(lasts.sum())
    courses = (np.zeros((rows, places), np.int32), np.zeros((rows, places)), np.zeros((rows, 2)))
    stored(ground, keys, start, lasts, *courses)
    haste, rounding = np.linspace(0.2, 3.0, n), np.linspace(0.0, 0.99, n)
    begun = Begun(keys, start, haste, rounding, lasts, np.cumsum(lasts) - lasts, *courses)
    days = np.column_stack([np.full(n, d) for d in (12, 8, 10, 25, 60, 40)]).astype(np.int64)
    order = np.zeros((places, 1), np.int64)
    strength = (
        np.linspace(1.0, 9.0, places), np.linspace(2.0, 30.0, places), (np.array([40.0]), order), 0.6,
        (0.1, 0.05, 0.3), 50.0, people.astype(np.float64), 5.0, 0.5,
    )  # fmt: skip
    after = np.zeros((n, len(MEASURED)))
    seats = np.zeros((n, places), np.int64)
    reply = (strength, (0.05, 6, 8, people * 1e-4), (0.01, 0.1, 30.0, 0.8, 0.7), (0.3, 40.0, 500.0, 30.0))
    branched(ground, reply, begun, (np.arange(n), days, np.ones((n, 6))), after, seats)
    found = b"".join(np.ascontiguousarray(a).tobytes() for a in (alone, *courses, after, seats))
    return hashlib.sha256(found).hexdigest()
