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

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

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
        self._row: dict[int, int] = {}
        self._kept = np.zeros((1024, len(MEASURED)))
        self._bases: dict[tuple[object, ...], tuple[int, Response]] = {}
        self.runs = 0

    def respond(self, days: NDArray[np.int64], response: Response) -> NDArray[np.float64]:
        """Outcome of each outbreak under a response, as ``Surface.respond`` gives it, read off the grid."""
        surface = self.surface
        out = surface.undisturbed(response.hospital, response.beds)
        touched = np.flatnonzero(days.min(1) < surface.days)
        if not len(touched):
            return out
        start = surface.sample.start[touched]
        begin = days[touched].astype(np.float64)
        deployed = np.floor(response.deploy[start] * surface.sample.haste[touched] + surface.sample.rounding[touched])
        begin[:, 0] = np.where(begin[:, 0] < NEVER_DAY, begin[:, 0] + deployed, NEVER_DAY)
        anchor = begin[:, :4].min(1)
        at = self._coordinates(begin, anchor, start, response)
        node, weight = _simplex(at)
        label, base = self._base(response)
        n, corners = weight.shape
        keys = _keys(label, np.repeat(touched, corners), np.repeat(anchor, corners), node.reshape(n * corners, -1))
        rows = self._rows(keys, weight.ravel() > 0, touched, anchor, node, base)
        out[touched] = (weight[:, :, None] * self._kept[rows].reshape(n, corners, -1)).sum(1)
        return out

    def _coordinates(
        self, begin: NDArray[np.float64], anchor: NDArray[np.float64], start: NDArray[np.int64], response: Response
    ) -> NDArray[np.float64]:
        """Where each outbreak lies in the grid, array (outbreak, coordinate); whole numbers are nodes."""
        n = len(begin)
        at = np.zeros((n, 12))
        for part in range(4):
            at[:, part] = _position(LATER, begin[:, part] - anchor)
        for part in (4, 5):
            at[:, part] = _position(MEDICINE, begin[:, part] - anchor)
        if response.measures <= 0.0:
            at[:, 3] = 0.0
        if response.vaccine[4] <= 0.0 or response.vaccine[0] + response.vaccine[1] <= 0.0:
            at[:, 4] = 0.0
        if response.therapy[1] + response.therapy[2] <= 0.0:
            at[:, 5] = 0.0
        here, there = response.traced[start], response.traced.sum() - response.traced[start]
        was_here, was_there = self.pattern.traced[start], self.pattern.traced.sum() - self.pattern.traced[start]
        at[:, 6] = _log_ratio(here, was_here) / STEPS[0]
        at[:, 7] = _log_ratio(there, was_there) / STEPS[1]
        at[:, 8] = _log_ratio(response.spare.sum(), self.pattern.spare.sum()) / STEPS[2]
        if response.hospital[0] > 0.0:
            at[:, 9] = _log_ratio(response.beds.sum(), self.pattern.beds.sum()) / STEPS[3]
        at[:, 10] = response.isolation / STEPS[4]
        at[:, 11] = response.behaviour / STEPS[5]
        if response.isolation <= 0.0:
            at[:, [0, 6, 7, 8]] = 0.0
        return at

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

    def _rows(
        self,
        keys: NDArray[np.uint64],
        used: NDArray[np.bool_],
        touched: NDArray[np.int64],
        anchor: NDArray[np.float64],
        node: NDArray[np.int64],
        base: Response,
    ) -> NDArray[np.int64]:
        """Where the outcomes of nodes are kept, array (outbreak · corner,); missing ones are run."""
        known = self._row
        found = [known.get(k, -1) for k in keys.tolist()]
        rows = np.array(found, np.int64)
        missing = np.flatnonzero((rows < 0) & used)
        if len(missing):
            _values, first = np.unique(keys[missing], return_index=True)
            todo = missing[np.sort(first)]
            corners = node.shape[1]
            which = todo // corners
            self._run(keys[todo], touched[which], anchor[which], node.reshape(len(keys), -1)[todo], base)
            rows[missing] = [known[k] for k in keys[missing].tolist()]
        return np.maximum(rows, 0)

    def _run(
        self,
        keys: NDArray[np.uint64],
        jobs: NDArray[np.int64],
        anchor: NDArray[np.float64],
        node: NDArray[np.int64],
        base: Response,
    ) -> None:
        """Run nodes and keep their outcomes."""
        surface, pattern = self.surface, self.pattern
        days = np.empty((len(jobs), 6), np.int64)
        for part in range(6):
            later = (LATER if part < 4 else MEDICINE)[node[:, part]]
            days[:, part] = np.minimum(anchor + later, NEVER_DAY)
        start = surface.sample.start[jobs]
        deployed = np.floor(pattern.deploy[start] * surface.sample.haste[jobs] + surface.sample.rounding[jobs]).astype(
            np.int64
        )
        # teams are there on the day of the node where the outbreak starts
        days[:, 0] = np.where(days[:, 0] < NEVER_DAY, days[:, 0] - deployed, NEVER_DAY)
        scale = np.column_stack([*(2.0 ** (node[:, 6:10] * STEPS[:4])).T, *(node[:, 10:12] * STEPS[4:]).T])
        measured, _places = surface.branch(jobs, days, base, np.ascontiguousarray(scale))
        self.runs += len(jobs)
        first = len(self._row)
        while first + len(jobs) > len(self._kept):
            self._kept = np.concatenate([self._kept, np.zeros_like(self._kept)])
        self._kept[first : first + len(jobs)] = measured
        self._row.update(zip(keys.tolist(), range(first, first + len(jobs)), strict=True))


def _position(nodes: NDArray[np.float64], later: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where days lie among nodes: the number of the node below, and the share of the way to the next."""
    later = np.minimum(later, NEVER_DAY)
    i = np.clip(np.searchsorted(nodes, later, side="right") - 1, 0, len(nodes) - 1)
    last = len(nodes) - 2
    # between the last day and never there is nothing
    share = np.where(i >= last, 0.0, (later - nodes[i]) / (nodes[np.minimum(i + 1, last + 1)] - nodes[i]))
    return i + np.maximum(0.0, share)


def _log_ratio(value: NDArray[np.float64] | float, reference: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Binary logarithm of a ratio, within reason."""
    reference = np.asarray(reference, np.float64)
    ratio = np.where(reference > 0, np.asarray(value) / np.where(reference > 0, reference, 1.0), 1.0)
    return np.asarray(np.clip(np.log2(np.maximum(ratio, 2.0**-FAR)), -FAR, FAR))


def _simplex(at: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Corners of the simplex around each point, int array (point, corner, coordinate), and their weights.

    From the node below in every coordinate one goes up a step at a time, first where the point is
    farthest on its way.
    """
    at = np.round(at, 9)
    low = np.floor(at)
    share = at - low
    n = len(at)
    order = np.argsort(-share, axis=1, kind="stable")
    sorted_share = np.take_along_axis(share, order, 1)
    # where no point is between nodes nothing has to be told apart
    steps = int((sorted_share > 0).sum(1).max(initial=0))
    weight = np.empty((n, steps + 1))
    ends = np.column_stack([np.ones(n), sorted_share[:, :steps], np.zeros(n)])
    weight = ends[:, :-1] - ends[:, 1:]
    node = np.repeat(low[:, None, :], steps + 1, axis=1)
    rank = np.argsort(order, axis=1)
    node += rank[:, None, :] < np.arange(steps + 1)[None, :, None]
    return node.astype(np.int64), weight


def _keys(
    label: int, jobs: NDArray[np.int64], anchor: NDArray[np.float64], node: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """64 bits for each node of each outbreak, mixed so that two hardly ever share them."""
    with np.errstate(over="ignore"):
        h = np.full(len(jobs), np.uint64(label + 1))
        for column in (jobs, anchor.astype(np.int64), *node.T):
            h = (h ^ (column.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xBF58476D1CE4E5B9)
            h ^= h >> np.uint64(29)
    return h
