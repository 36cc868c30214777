"""One hazard's outbreaks, run once undisturbed and branched at each response asked for.

Until the response starts, the course of an outbreak does not depend on the capacity to respond.
So each outbreak runs once undisturbed; a response (day, strength, countermeasure days) is run
from the stored beginning when it is first asked for, and kept.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from seawall.outbreak.draws import gamma_table
from seawall.outbreak.kernel import NO_LIMIT, WINDOW, branch, first_samples, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from seawall.outbreak.world import Sample, World

__all__ = ["Course", "Response", "Surface", "takes_off", "threads"]

#: Most outbreaks that one thread takes at a time; fewer where there are few, so that no thread idles.
CHUNK = 8


def threads() -> int:
    """Number of threads: ``SEAWALL_THREADS``, else one a core. Results do not depend on it."""
    return max(1, int(os.environ.get("SEAWALL_THREADS") or os.cpu_count() or 1))


@cache
def _pool(n: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n, thread_name_prefix="seawall")


@cache
def _gamma(dispersion: float) -> NDArray[np.float64]:
    return gamma_table(dispersion)


@dataclass(frozen=True)
class Response:
    """How strong a response is, and what medicine it has.

    Parameters
    ----------
    deploy : float array (place,)
        Days from the start of the response until it works in each place.
    traced : float array (place,)
        New cases a day whose contacts can be followed.
    isolation, behaviour : float
        Shares of onward transmission prevented.
    measures : float
        Share prevented by community measures; 0: there are none.
    around : float
        People under measures for each infection of the last week.
    vaccine : tuple of 5 float
        Share of people a day, share in store, days of delivery, greatest coverage, efficacy.
    therapy : tuple of 4 float
        Greatest share treated, people a day, doses in store, days of delivery.
    """

    deploy: NDArray[np.float64]
    traced: NDArray[np.float64]
    isolation: float
    behaviour: float
    measures: float
    around: float
    vaccine: tuple[float, float, float, float, float]
    therapy: tuple[float, float, float, float]

    @property
    def key(self) -> tuple[object, ...]:
        """What identifies the response."""
        return (
            self.deploy.tobytes(),
            self.traced.tobytes(),
            self.isolation,
            self.behaviour,
            self.measures,
            self.around,
            self.vaccine,
            self.therapy,
        )


def _work(places: int, length: int, outbreaks: int) -> tuple[NDArray[np.float64] | NDArray[np.int64], ...]:
    """Working space of the kernel for a generation interval of so many days."""
    return (
        np.empty(places, np.int64),
        np.zeros((places, 2 * length)),
        np.zeros((places, WINDOW), np.int64),
        np.zeros(places, np.int64),
        np.zeros(places),
        np.zeros(outbreaks, np.int64),
        np.zeros(outbreaks, np.int64),
    )


@dataclass(frozen=True)
class Course:
    """What the undisturbed course of a hazard's outbreaks follows from.

    Parameters
    ----------
    susceptible : int array (place,)
        Susceptible people beforehand.
    r0, dispersion : float
    interval : float array (day,)
        Generation interval.
    import_days : int
    import_rate : float array (place,)
        Introductions a day after the first, until ``import_days``.
    limit : int
        Day on which outbreaks are cut off.
    """

    susceptible: NDArray[np.int64]
    r0: float
    dispersion: float
    interval: NDArray[np.float64]
    import_days: int
    import_rate: NDArray[np.float64]
    limit: int


def takes_off(
    world: World, course: Course, keys: NDArray[np.uint64], start: NDArray[np.int64], enough: int
) -> NDArray[np.bool_]:
    """Whether outbreaks, left alone, reach a number of infections; they are stopped there."""
    n, places = len(keys), len(course.susceptible)
    interval = np.ascontiguousarray(course.interval[::-1])
    _days, total = undisturbed(
        keys, np.arange(n), start, 1, course.susceptible, world.place_keys, world.travel,
        (course.r0, course.dispersion, interval, course.import_days), _gamma(course.dispersion), course.import_rate,
        course.limit, enough, _work(places, len(interval), n), np.zeros(n, np.int64), np.zeros((0, places), np.int32),
        np.zeros((0, places)),
    )  # fmt: skip
    return np.asarray(total >= enough)


class Surface:
    """Outbreaks of one hazard with one undisturbed course.

    Parameters
    ----------
    world : World
    sample : Sample
        The outbreaks drawn.
    course : Course
    """

    def __init__(self, world: World, sample: Sample, course: Course) -> None:
        self.world = world
        self.sample = sample
        self.susceptible = course.susceptible
        # the kernel reads the generation interval from its last day
        interval = np.ascontiguousarray(course.interval[::-1])
        self.course = (course.r0, course.dispersion, interval, course.import_days)
        self.import_rate = course.import_rate
        self.limit = course.limit
        self.gamma = _gamma(course.dispersion)
        self._ids: dict[tuple[object, ...], int] = {}
        self._kept: dict[tuple[int, int, int, int, int], tuple[float, float, float, float]] = {}
        self._run()

    def _work(self) -> tuple[NDArray[np.float64] | NDArray[np.int64], ...]:
        return _work(len(self.susceptible), len(self.course[2]), len(self.sample.keys))

    def _each(self, items: NDArray[np.int64], run: Callable[[NDArray[np.int64]], object]) -> list[object]:
        """Run chunks of outbreaks on all threads; the order of results is that of the items."""
        size = max(1, min(CHUNK, -(-len(items) // (2 * threads()))))
        chunks = [items[i : i + size] for i in range(0, len(items), size)]
        if len(chunks) <= 1 or threads() == 1:
            return [run(c) for c in chunks]
        return list(_pool(threads()).map(run, chunks))

    def _run(self) -> None:
        """Run every outbreak undisturbed: once for its length, once more to store its course."""
        n, places = len(self.sample.keys), len(self.susceptible)
        self.days = np.zeros(n, np.int64)
        self.infections = np.zeros(n, np.int64)
        nothing = (np.zeros(n, np.int64), np.zeros((0, places), np.int32), np.zeros((0, places)))

        def go(which: NDArray[np.int64], store: tuple[object, ...]) -> None:
            days, total = undisturbed(
                self.sample.keys, which, self.sample.start, 1, self.susceptible, self.world.place_keys,
                self.world.travel, self.course, self.gamma, self.import_rate, self.limit, NO_LIMIT,
                self._work(), *store,
            )  # fmt: skip
            self.days[which], self.infections[which] = days[which], total[which]

        everything = np.arange(n)
        self._each(everything, lambda which: go(which, nothing))
        self.offset = np.concatenate([[0], np.cumsum(self.days)[:-1]]).astype(np.int64)
        rows = int(self.days.sum())
        self.new = np.zeros((rows, places), np.int32)
        self.infectious = np.zeros((rows, places))
        self._each(everything, lambda which: go(which, (self.offset, self.new, self.infectious)))

    @property
    def nbytes(self) -> int:
        """Memory held by the stored courses, byte."""
        return int(self.new.nbytes + self.infectious.nbytes)

    def first_report(
        self, threshold: NDArray[np.float64], delay: NDArray[np.float64], best: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Earliest report of each outbreak; see ``kernel.first_samples``."""
        first_samples(self.days, self.offset, self.new, threshold, delay, best)
        return best

    def respond(
        self,
        tau: NDArray[np.int64],
        vaccine_day: NDArray[np.int64],
        therapy_day: NDArray[np.int64],
        response: Response,
    ) -> NDArray[np.float64]:
        """Outcome of each outbreak when the response starts on day tau.

        Parameters
        ----------
        tau, vaccine_day, therapy_day : int arrays (outbreak,)
            Days from emergence; ``NEVER_DAY``: never.
        response : Response

        Returns
        -------
        float array (outbreak, 4)
            Infections, people treated, day of the end, days of people under community measures.
        """
        nothing = np.zeros(len(tau))
        out = np.column_stack([self.infections, nothing, self.days, nothing]).astype(np.float64)
        touched = np.flatnonzero(tau < self.days)
        if not len(touched):
            return out
        label = self._ids.setdefault(response.key, len(self._ids))
        keys = [(label, int(j), int(tau[j]), int(vaccine_day[j]), int(therapy_day[j])) for j in touched]
        missing = np.array([i for i, key in enumerate(keys) if key not in self._kept], np.int64)
        if len(missing):
            self._branch(touched[missing], tau, vaccine_day, therapy_day, response, [keys[i] for i in missing])
        for j, key in zip(touched, keys, strict=True):
            out[j] = self._kept[key]
        return out

    def _branch(
        self,
        jobs: NDArray[np.int64],
        tau: NDArray[np.int64],
        vaccine_day: NDArray[np.int64],
        therapy_day: NDArray[np.int64],
        response: Response,
        keys: list[tuple[int, int, int, int, int]],
    ) -> None:
        result = np.zeros((len(jobs), 4))
        strength = (
            response.deploy.astype(np.float64),
            self.sample.rounding,
            response.traced,
            response.isolation,
            response.behaviour,
            response.measures,
            response.around,
            self.world.population.astype(np.float64),
        )

        def go(which: NDArray[np.int64]) -> None:
            out = np.zeros((len(which), 4))
            j = jobs[which]
            branch(
                self.sample.keys, j, tau[j], vaccine_day[j], therapy_day[j], self.days, self.susceptible,
                self.world.place_keys, self.world.travel, self.course, self.gamma, self.import_rate, self.limit,
                self._work(), self.offset, self.new, self.infectious, strength, response.vaccine, response.therapy,
                out,
            )  # fmt: skip
            result[which] = out

        self._each(np.arange(len(jobs)), go)
        for key, row in zip(keys, result.tolist(), strict=True):
            self._kept[key] = (row[0], row[1], row[2], row[3])
