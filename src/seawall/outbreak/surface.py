"""One hazard's outbreaks, run once undisturbed and branched at each response asked for.

Until the response starts, the course of an outbreak does not depend on the capacity to respond.
So each outbreak runs once undisturbed; a response (day, strength, countermeasure days) is run
from the stored beginning when it is first asked for, and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.outbreak.chunks import Begun, Ground, branched, gamma, measured, stored
from seawall.outbreak.kernel import MEASURED, NO_LIMIT
from seawall.outbreak.readings import beds_short, first_reports
from seawall.outbreak.workers import each

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.outbreak.world import Sample, World

__all__ = ["DAYS", "Course", "Response", "Surface", "takes_off"]

#: What begins on a day of its own, in the order of the columns of `Surface.respond`.
DAYS = ("tracing", "behaviour", "care", "measures", "vaccine", "therapeutic")


@dataclass(frozen=True)
class Response:
    """How strong a response is, and what medicine it has.

    Parameters
    ----------
    deploy : float array (place,)
        Days from the start of tracing until it works in each place.
    traced : float array (place,)
        New cases a day whose contacts can be followed.
    spare : float array (laboratory,)
        Tests a day that each laboratory can do beside its routine.
    order : int array (place, rank)
        Laboratories in the order in which each place asks them; -1: no more.
    tests_per_case, untested : float
        Tests that a followed case and its contacts need; share of followed cases without them who
        are isolated all the same.
    isolation : float
        Share of a followed case's onward transmission prevented.
    behaviour, care, measures : float
        Shares of onward transmission prevented by informed communities, by infection control and
        case management, and by community measures; 0: there are none.
    around : float
        People under measures for each infection of the last week.
    hospital : tuple (hospitalised, wait, stay)
        Share of the infected admitted; whole days from infection to admission, and in hospital.
    beds : float array (place,)
        Beds that the outbreak can have.
    vaccine : tuple of 5 float
        Share of people a day, share in store, days of delivery, greatest coverage, efficacy.
    therapy : tuple of 4 float
        Greatest share treated, people a day, doses in store, days of delivery.
    """

    deploy: NDArray[np.float64]
    traced: NDArray[np.float64]
    spare: NDArray[np.float64]
    order: NDArray[np.int64]
    tests_per_case: float
    untested: float
    isolation: float
    behaviour: float
    care: float
    measures: float
    around: float
    hospital: tuple[float, int, int]
    beds: NDArray[np.float64]
    vaccine: tuple[float, float, float, float, float]
    therapy: tuple[float, float, float, float]

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What identifies the response."""
        return (
            self.deploy.tobytes(),
            self.traced.tobytes(),
            self.spare.tobytes(),
            self.order.tobytes(),
            self.tests_per_case,
            self.untested,
            self.isolation,
            self.behaviour,
            self.care,
            self.measures,
            self.around,
            self.hospital,
            self.beds.tobytes(),
            self.vaccine,
            self.therapy,
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

    def ground(self, world: World) -> Ground:
        """What all outbreaks of this course share in a world."""
        course = (self.r0, self.interval, self.import_days)
        return Ground(
            self.susceptible,
            world.place_keys,
            world.travel,
            course,
            gamma(self.dispersion),
            self.import_rate,
            self.limit,
        )


def takes_off(
    world: World, course: Course, keys: NDArray[np.uint64], start: NDArray[np.int64], enough: int
) -> NDArray[np.bool_]:
    """Whether outbreaks, left alone, reach a number of infections; they are stopped there."""
    out = np.zeros((len(keys), len(MEASURED)))
    each(
        measured,
        course.ground(world),
        len(keys),
        lambda part: (keys[part], start[part], enough),
        lambda part: (out[part],),
    )
    return np.asarray(out[:, 0] >= enough)


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
        self.ground = course.ground(world)
        self.susceptible = course.susceptible
        self.course = self.ground.course
        self.import_rate = course.import_rate
        self.limit = course.limit
        self._ids: dict[tuple[object, ...], int] = {}
        self._kept: dict[tuple[int, ...], tuple[float, ...]] = {}
        self._missed = np.log1p(-sample.chance)
        self._ill: dict[float, NDArray[np.float64]] = {}
        self._beds: dict[tuple[object, ...], NDArray[np.float64]] = {}
        self._run()

    def _run(self) -> None:
        """Run every outbreak undisturbed: once for its length, once more to store its course."""
        keys, start = self.sample.keys, self.sample.start
        n, places = len(keys), len(self.susceptible)
        self.alone = np.zeros((n, len(MEASURED)))
        each(
            measured,
            self.ground,
            n,
            lambda part: (keys[part], start[part], NO_LIMIT),
            lambda part: (self.alone[part],),
        )
        self.infections = self.alone[:, 0].astype(np.int64)
        self.days = self.alone[:, 2].astype(np.int64)
        ends = np.concatenate([[0], np.cumsum(self.days)]).astype(np.int64)
        self.offset = ends[:-1]
        rows = int(ends[-1])
        self.new = np.zeros((rows, places), np.int32)
        self.infectious = np.zeros((rows, places))
        self.pulses = np.zeros((rows, 2))

        def course(part: slice) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
            a, b = ends[part.start], ends[part.stop]
            return self.new[a:b], self.infectious[a:b], self.pulses[a:b]

        each(
            stored,
            self.ground,
            n,
            lambda part: (keys[part], start[part], self.days[part]),
            course,
            size=self._row_bytes * max(1.0, float(self.days.max(initial=1))),
        )
        self.begun = Begun(
            keys, start, self.sample.haste, self.sample.rounding, self.days, self.offset, self.new, self.infectious,
            self.pulses,
        )  # fmt: skip

    @property
    def _row_bytes(self) -> int:
        """Memory of a day of a stored course, byte."""
        return 12 * len(self.susceptible) + 16

    @property
    def nbytes(self) -> int:
        """Memory held by the stored courses, byte."""
        return int(self.new.nbytes + self.infectious.nbytes + self.pulses.nbytes)

    def reports(self, noticed: NDArray[np.float64], size: float, reading: NDArray[np.float64]) -> NDArray[np.float64]:
        """Earliest infections that lead to detection, day of each outbreak, array (3, outbreak); inf: never.

        Parameters
        ----------
        noticed : float array (place,)
            Chance that an infection is noticed and sampled.
        size : float
            Noticed infections that make a cluster.
        reading : float array (place,)
            Days from the sample to its result; inf: never.

        Returns
        -------
        float array (3, outbreak)
            Infection whose sample is confirmed first, with its reading; the one that completes the
            first cluster; the one sampled first.
        """
        with np.errstate(divide="ignore"):
            missing = np.log1p(-noticed)
        cluster = np.full(len(noticed), np.inf)
        cluster[noticed > 0] = np.ceil(size / noticed[noticed > 0])
        out = np.empty((3, len(self.days)))
        first_reports(self.days, self.offset, self.new, self._missed, missing, cluster, reading, out)
        return out

    def first_ill(self, ill: float) -> NDArray[np.float64]:
        """Day of the first infection that brings symptoms, array (outbreak,); inf: never."""
        if ill not in self._ill:
            everywhere = np.full(len(self.susceptible), ill)
            self._ill[ill] = self.reports(everywhere, np.inf, np.zeros(len(everywhere)))[2]
        return self._ill[ill]

    def respond(self, days: NDArray[np.int64], response: Response) -> NDArray[np.float64]:
        """Outcome of each outbreak when the parts of the response start on some days.

        Parameters
        ----------
        days : int array (outbreak, part)
            Days from emergence in the order of `DAYS`; ``NEVER_DAY``: never.
        response : Response

        Returns
        -------
        float array (outbreak, ``kernel.MEASURED``)
        """
        out = self.undisturbed(response.hospital, response.beds)
        touched = np.flatnonzero(days.min(1) < self.days)
        if not len(touched):
            return out
        label = self._ids.setdefault(response.key, len(self._ids))
        keys = [(label, j, *row) for j, row in zip(touched.tolist(), days[touched].tolist(), strict=True)]
        missing = np.array([i for i, key in enumerate(keys) if key not in self._kept], np.int64)
        if len(missing):
            measured, _places = self.branch(touched[missing], days[touched[missing]], response)
            for i, row in zip(missing, measured.tolist(), strict=True):
                self._kept[keys[i]] = tuple(row)
        out[touched] = [self._kept[key] for key in keys]
        return out

    def undisturbed(self, hospital: tuple[float, int, int], beds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Outcome of each outbreak left alone, with some beds, array as of `respond`; see `Response`."""
        out = self.alone.copy()
        if hospital[0] > 0.0:
            key = (hospital, beds.tobytes())
            if key not in self._beds:
                short = np.zeros(len(self.days))
                beds_short(np.arange(len(short)), self.days, self.offset, self.new, (*hospital, beds), short)
                self._beds[key] = short
            out[:, MEASURED.index("bed_days_short")] = self._beds[key]
        return out

    def by_place(self, days: NDArray[np.int64], response: Response) -> NDArray[np.int64]:
        """Infections of each outbreak by place under a response, int array (outbreak, place)."""
        ends = self.offset + self.days
        out = np.array([self.new[a:b].sum(0) for a, b in zip(self.offset, ends, strict=True)], np.int64)
        touched = np.flatnonzero(days.min(1) < self.days)
        if len(touched):
            out[touched] = self.branch(touched, days[touched], response, places=True)[1]
        return out

    def branch(
        self,
        jobs: NDArray[np.int64],
        days: NDArray[np.int64],
        response: Response,
        scale: NDArray[np.float64] | None = None,
        *,
        places: bool = False,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Run some outbreaks from the day on which their response starts; nothing is kept.

        Parameters
        ----------
        jobs : int array (job,)
            Positions of outbreaks; one may stand several times.
        days : int array (job, part)
            See `respond`.
        response : Response
        scale : float array (job, 6), optional
            Factors on parts of the response, see ``kernel.branch``.
        places : bool
            Whether infections by place are wanted.

        Returns
        -------
        (float array (job, ``kernel.MEASURED``), int array (job, place))
            The second without rows where it is not wanted.
        """
        if scale is None:
            scale = np.ones((len(jobs), 6))
        result = np.zeros((len(jobs), len(MEASURED)))
        seats = np.zeros((len(jobs) if places else 0, len(self.susceptible)), np.int64)
        strength = (
            response.deploy,
            response.traced,
            # compiled code is compiled anew for arrays that cannot be written to
            (response.spare, np.require(response.order, requirements=["C", "W"])),
            response.isolation,
            (response.behaviour, response.care, response.measures),
            response.around,
            self.world.population.astype(np.float64),
            response.tests_per_case,
            response.untested,
        )
        hospital = (*response.hospital, response.beds)
        reply = (strength, hospital, response.vaccine, response.therapy)

        def parcel(part: slice) -> tuple[object, ...]:
            begun, at = self.begun.only(jobs[part], days[part])
            return reply, begun, (at, days[part], scale[part])

        each(
            branched,
            self.ground,
            len(jobs),
            lambda part: (reply, self.begun, (jobs[part], days[part], scale[part])),
            lambda part: (result[part], seats[part] if places else seats),
            parcel=parcel,
            size=self._row_bytes * float(self.begun.first(jobs, days).max(initial=1)),
        )
        return result, seats
