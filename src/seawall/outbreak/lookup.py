"""Outcomes between the nodes of a grid: what a further plan costs is a look-up.

The course of an outbreak under a response follows from a few numbers: the day on which its first
part begins, exact; by how many days the other parts come later; and how strong they are. Nodes of a
grid over these numbers are run by the kernel when they are first needed and kept; what lies between
is read off them, linearly over the simplex of neighbouring nodes (Kuhn 1960), so that a point between
nodes of k numbers needs k + 1 of them.

What is approximated, beside the reading between nodes: tracers, laboratories and beds of different
places rise and fall together, except tracers where the outbreak starts; teams elsewhere come as much
later as in the reference. Values that are printed never come from here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, uint64

from seawall.outbreak.kernel import MEASURED, NEVER_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.levers import Capacity
    from seawall.outbreak.surface import Response, Surface

__all__ = ["Lookup", "Pattern"]

#: Days after the first part of a response at which another part may begin; between them it is read off.
LATER = np.array([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 28, 36, 48, 64, 90, 130, 200, 400, NEVER_DAY], np.float64)
#: The same for medicine.
MEDICINE = np.array([*range(0, 241, 30), *range(300, 781, 60), NEVER_DAY], np.float64)
#: Steps of strengths: binary logarithms of people followed where the outbreak starts and elsewhere,
#: of tests and of beds; shares prevented by isolation and by behaviour.
STEPS = np.array([1.0, 1.0, 2.0, 1.0, 0.1, 0.08])
#: Farthest from the reference that a logarithm is told apart.
FAR = 8.0
#: Numbers that place an outbreak in the grid: days of six parts, six strengths.
COORDINATES = 12


@dataclass(frozen=True)
class Pattern:
    """How capacity is spread over places in the reference.

    Parameters
    ----------
    traced, deploy, beds : float arrays (place,)
    spare : float array (laboratory,)
    order : int array (place, rank)
    """

    traced: NDArray[np.float64]
    deploy: NDArray[np.float64]
    beds: NDArray[np.float64]
    spare: NDArray[np.float64]
    order: NDArray[np.int64]

    @classmethod
    def between(cls, few: Capacity, many: Capacity, order: NDArray[np.int64]) -> Pattern:
        """The mean of two capacities."""
        return cls(
            (few.traced_per_day + many.traced_per_day) / 2,
            (few.deploy_days + many.deploy_days) / 2,
            (few.beds + many.beds) / 2,
            (few.spare_tests + many.spare_tests) / 2,
            order,
        )


class Lookup:
    """Outcomes of one hazard's outbreaks with one undisturbed course, read off a grid.

    Parameters
    ----------
    surface : Surface
    pattern : Pattern
    """

    def __init__(self, surface: Surface, pattern: Pattern) -> None:
        self.surface = surface
        self.pattern = pattern
        self.runs = 0
        self._slots = np.zeros(4096, np.uint64)
        self._rows = np.zeros(4096, np.int64)
        self._kept = np.zeros((1024, len(MEASURED)))
        self._bases: dict[tuple[object, ...], tuple[int, Response]] = {}
        here = pattern.traced
        self._was = (here, here.sum() - here, float(pattern.spare.sum()), float(pattern.beds.sum()))

    def respond(self, days: NDArray[np.int64], response: Response) -> NDArray[np.float64]:
        """Outcome of each outbreak under a response, as ``Surface.respond`` gives it, read off the grid."""
        surface, sample = self.surface, self.surface.sample
        out = surface.undisturbed(response.hospital, response.beds)
        label, base = self._base(response)
        n = len(days)
        anchor = np.zeros(n, np.int64)
        node = np.zeros((n, COORDINATES + 1, COORDINATES), np.int64)
        weight = np.zeros((n, COORDINATES + 1))
        keys = np.zeros((n, COORDINATES + 1), np.uint64)
        was_here, was_there, was_spare, was_beds = self._was
        common = (
            _log_ratio(float(response.spare.sum()), was_spare) / STEPS[2],
            _log_ratio(float(response.beds.sum()), was_beds) / STEPS[3] if response.hospital[0] > 0.0 else 0.0,
            response.isolation / STEPS[4],
            response.behaviour / STEPS[5],
        )
        matters = (
            response.measures > 0.0,
            response.vaccine[4] > 0.0 and response.vaccine[0] + response.vaccine[1] > 0.0,
            response.therapy[1] + response.therapy[2] > 0.0,
        )
        place(
            label, days, surface.days, sample.start, sample.haste, sample.rounding, response.deploy, response.traced,
            was_here, was_there, common, matters, anchor, node, weight, keys,
        )  # fmt: skip
        missing = read_off(keys, weight, self._slots, self._rows, self._kept, out)
        if missing:
            self._fill(anchor, node, weight, keys, base)
            read_off(keys, weight, self._slots, self._rows, self._kept, out)
        return out

    def _base(self, response: Response) -> tuple[int, Response]:
        """What nodes share that is no coordinate, with a number of its own."""
        key = (
            response.tests_per_case, response.untested, response.care, response.measures, response.around,
            response.hospital, response.vaccine, response.therapy,
        )  # fmt: skip
        if key not in self._bases:
            pattern = self.pattern
            base = replace(
                response,
                traced=pattern.traced,
                deploy=pattern.deploy,
                beds=pattern.beds,
                spare=pattern.spare,
                order=pattern.order,
                isolation=1.0,
                behaviour=1.0,
            )
            self._bases[key] = (len(self._bases), base)
        return self._bases[key]

    def _fill(
        self,
        anchor: NDArray[np.int64],
        node: NDArray[np.int64],
        weight: NDArray[np.float64],
        keys: NDArray[np.uint64],
        base: Response,
    ) -> None:
        """Run the nodes that are wanted and not known yet, and keep their outcomes."""
        at, corner = np.nonzero(weight > 0.0)
        wanted = keys[at, corner]
        _values, first = np.unique(wanted, return_index=True)
        first = first[~known(wanted[first], self._slots)]
        jobs, node, wanted = at[first], node[at[first], corner[first]], wanted[first]
        surface, pattern = self.surface, self.pattern
        days = np.empty((len(jobs), 6), np.int64)
        for part in range(6):
            later = (LATER if part < 4 else MEDICINE)[node[:, part]]
            days[:, part] = np.minimum(anchor[jobs] + later, NEVER_DAY)
        start = surface.sample.start[jobs]
        haste, u = surface.sample.haste[jobs], surface.sample.rounding[jobs]
        deployed = np.floor(pattern.deploy[start] * haste + u).astype(np.int64)
        # teams are there on the day of the node where the outbreak starts
        days[:, 0] = np.where(days[:, 0] < NEVER_DAY, days[:, 0] - deployed, NEVER_DAY)
        scale = np.column_stack([*(2.0 ** (node[:, 6:10] * STEPS[:4])).T, *(node[:, 10:12] * STEPS[4:]).T])
        measured, _places = surface.branch(jobs, days, base, np.ascontiguousarray(scale))
        begin = self.runs
        self.runs += len(jobs)
        while self.runs > len(self._kept):
            self._kept = np.concatenate([self._kept, np.zeros_like(self._kept)])
        self._kept[begin : self.runs] = measured
        while 2 * self.runs > len(self._slots):
            slots, rows = self._slots, self._rows
            self._slots, self._rows = np.zeros(2 * len(slots), np.uint64), np.zeros(2 * len(rows), np.int64)
            keep(slots[slots != 0], rows[slots != 0], self._slots, self._rows)
        keep(wanted, np.arange(begin, self.runs), self._slots, self._rows)


def _log_ratio(value: float, reference: float) -> float:
    """Binary logarithm of a ratio, within reason."""
    return min(FAR, max(-FAR, math.log2(max(value / reference, 2.0**-FAR)))) if reference > 0 else 0.0


# -- compiled: placing outbreaks in the grid, and a table of nodes by key ---------------------------


@njit(cache=True, nogil=True, error_model="numpy")
def _position(nodes, later):  # type: ignore[no-untyped-def]
    """Where a day lies among nodes: the number of the node below, and the share of the way to the next."""
    last = nodes.size - 1
    if later >= nodes[last]:
        return float(last)
    i = np.searchsorted(nodes, later, side="right") - 1
    # between the last day and never there is nothing
    return float(i) if i >= last - 1 else i + (later - nodes[i]) / (nodes[i + 1] - nodes[i])


@njit(cache=True, nogil=True, error_model="numpy")
def _steps(value, reference, step):  # type: ignore[no-untyped-def]
    """Binary logarithm of a ratio, within reason, in steps."""
    if reference <= 0.0:
        return 0.0
    return min(FAR, math.log2(max(value / reference, 2.0**-FAR))) / step


@njit(cache=True, nogil=True, error_model="numpy")
def place(  # type: ignore[no-untyped-def]  # noqa: C901, PLR0913, PLR0915 - one pass over outbreaks
    label, days, ends, start, haste, rounding, deploy, traced, was_here, was_there, common, matters, anchor, node,
    weight, keys,
):  # fmt: skip
    """Corners of the simplex around each outbreak, their weights and their keys.

    From the node below in every coordinate one goes up a step at a time, first where the outbreak is
    farthest on its way. Outbreaks that end before the response have no weight.
    """
    total = traced.sum()
    at = np.zeros(COORDINATES)
    low = np.zeros(COORDINATES, np.int64)
    share = np.zeros(COORDINATES)
    order = np.zeros(COORDINATES, np.int64)
    for j in range(days.shape[0]):
        first = days[j].min()
        if first >= ends[j]:
            continue
        p = start[j]
        begin = days[j, 0]
        if begin < NEVER_DAY:
            begin += math.floor(deploy[p] * haste[j] + rounding[j])
        a = min(begin, min(days[j, 1], min(days[j, 2], days[j, 3])))
        anchor[j] = a
        at[0] = _position(LATER, min(begin - a, NEVER_DAY)) if begin < NEVER_DAY else float(LATER.size - 1)
        for part in range(1, 4):
            at[part] = _position(LATER, days[j, part] - a) if days[j, part] < NEVER_DAY else float(LATER.size - 1)
        for part in range(4, 6):
            # medicine that comes before the rest comes with it
            wait = max(0, days[j, part] - a)
            at[part] = _position(MEDICINE, wait) if days[j, part] < NEVER_DAY else float(MEDICINE.size - 1)
        at[6] = _steps(traced[p], was_here[p], STEPS[0])
        at[7] = _steps(total - traced[p], was_there[p], STEPS[1])
        at[8], at[9], at[10], at[11] = common
        if not matters[0]:
            at[3] = 0.0
        if not matters[1]:
            at[4] = 0.0
        if not matters[2]:
            at[5] = 0.0
        if at[10] <= 0.0:
            at[0] = at[6] = at[7] = at[8] = 0.0
        for k in range(COORDINATES):
            x = round(at[k] * 1e9) / 1e9
            low[k] = math.floor(x)
            share[k] = x - low[k]
            # insertion sort, the farthest first
            i = k
            while i > 0 and share[order[i - 1]] < share[k]:
                order[i] = order[i - 1]
                i -= 1
            order[i] = k
        for k in range(COORDINATES):
            node[j, 0, k] = low[k]
        reached = 1.0
        for c in range(COORDINATES + 1):
            nearer = share[order[c]] if c < COORDINATES else 0.0
            weight[j, c] = reached - nearer
            reached = nearer
            if c > 0:
                for k in range(COORDINATES):
                    node[j, c, k] = node[j, c - 1, k]
                node[j, c, order[c - 1]] += 1
            if weight[j, c] > 0.0:
                keys[j, c] = _key(label, j, a, node[j, c])
            if nearer <= 0.0:
                break


@njit(cache=True, nogil=True, error_model="numpy")
def _key(label, j, anchor, node):  # type: ignore[no-untyped-def]
    """64 bits for a node of an outbreak, never 0, mixed so that two hardly ever share them."""
    h = uint64(label + 1)
    h = (h ^ (uint64(j) + uint64(0x9E3779B97F4A7C15))) * uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> uint64(29)) ^ (uint64(anchor) + uint64(0x9E3779B97F4A7C15))) * uint64(0xBF58476D1CE4E5B9)
    for k in range(node.size):
        h = (h ^ (h >> uint64(29)) ^ (uint64(node[k]) + uint64(0x9E3779B97F4A7C15))) * uint64(0xBF58476D1CE4E5B9)
    h ^= h >> uint64(31)
    return h if h != uint64(0) else uint64(1)


@njit(cache=True, nogil=True, error_model="numpy")
def _slot(key, slots):  # type: ignore[no-untyped-def]
    """Where a key stands in a table with open places, or the open place for it; their number is a power of two."""
    mask = uint64(slots.size - 1)
    i = key & mask
    while slots[i] != uint64(0) and slots[i] != key:
        i = (i + uint64(1)) & mask
    return i


@njit(cache=True, nogil=True, error_model="numpy")
def keep(keys, values, slots, rows):  # type: ignore[no-untyped-def]
    """Put keys with their rows into the table."""
    for i in range(keys.size):
        at = _slot(keys[i], slots)
        slots[at] = keys[i]
        rows[at] = values[i]


@njit(cache=True, nogil=True, error_model="numpy")
def known(keys, slots):  # type: ignore[no-untyped-def]
    """Which keys stand in the table, bool array."""
    out = np.zeros(keys.size, np.bool_)
    for i in range(keys.size):
        out[i] = slots[_slot(keys[i], slots)] == keys[i]
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def read_off(keys, weight, slots, rows, kept, out):  # type: ignore[no-untyped-def]
    """Means over corners, into ``out`` where there are any; returns how many corners are not known."""
    missing = 0
    for j in range(keys.shape[0]):
        if weight[j].sum() <= 0.0:
            continue
        for column in range(out.shape[1]):
            out[j, column] = 0.0
        for c in range(keys.shape[1]):
            if weight[j, c] <= 0.0:
                continue
            at = _slot(keys[j, c], slots)
            if slots[at] != keys[j, c]:
                missing += 1
                continue
            for column in range(out.shape[1]):
                out[j, column] += weight[j, c] * kept[rows[at], column]
    return missing
