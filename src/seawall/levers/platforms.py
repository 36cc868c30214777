"""Platforms: how fast a sample from each place becomes a result.

A sample goes to whichever open laboratory answers first: transport, then the wait behind routine
work, then turnaround. What a laboratory can test a day is the smaller of its equipment and what
its staff can run. Routine work stays where it is, so that more capacity never slows a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case, Parameters
    from seawall.levers.talents import Talents

__all__ = ["Platforms", "great_circle_km"]

EARTH_RADIUS_KM = 6371.0


def great_circle_km(
    lat: NDArray[np.float64], lon: NDArray[np.float64], to_lat: NDArray[np.float64], to_lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distances by the haversine formula, array (from, to), km; degrees in."""
    a, b, c, d = (np.radians(x) for x in (lat, lon, to_lat, to_lon))
    half = (
        np.sin((a[:, None] - c[None, :]) / 2) ** 2
        + np.cos(a)[:, None] * np.cos(c)[None, :] * np.sin((b[:, None] - d[None, :]) / 2) ** 2
    )
    km: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return km


class Platforms:
    """The laboratories of a case, compiled.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    talents : Talents
        Whose stocks staff the laboratories.
    """

    def __init__(self, case: Case, talents: Talents) -> None:
        self.case = case
        places, facilities = case["places"], case["facilities"]
        at = {p: i for i, p in enumerate(places["place"])}
        index = {f: i for i, f in enumerate(facilities["facility"])}
        self.place = np.array([at[p] for p in facilities["place"]], np.int64)
        lat, lon = places["lat"].to_numpy(np.float64), places["lon"].to_numpy(np.float64)
        self.km = great_circle_km(lat, lon, lat[self.place], lon[self.place])
        referral = case["referral"]
        self.leg = (
            np.array([at[p] for p in referral["place"]], np.int64),
            np.array([index[f] for f in referral["facility"]], np.int64),
        )
        tests = case.edits.base("facilities", "tests_per_day")
        routine = facilities["routine_per_day"].to_numpy(np.float64)
        self.routine = np.where(np.isnan(routine), case.coefficients["routine_share"] * tests, routine)
        beds = places["beds"].to_numpy(np.float64)
        self.unknown_beds = np.isnan(beds)
        self.population = case.residents
        staffing = case["staffing"]
        self.post_facility = np.array([index[f] for f in staffing["facility"]], np.int64)
        self.post_cadre = np.array([talents.cadres[c] for c in staffing["cadre"]], np.int64)
        self.post_place = self.place[self.post_facility] if len(staffing) else np.empty(0, np.int64)
        self.required = staffing["required"].to_numpy(np.float64)
        self.from_stock = talents.known[self.post_cadre, self.post_place]
        self.existing = (case.edits.base("facilities", "status") >= 1.0)[self.post_facility]

    def staffed(
        self, parameters: Parameters, year: int, stock: NDArray[np.float64], is_open: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Share of its equipment that each facility can staff, array (facility,).

        Existing facilities take their posts first. Those opened later have what is left, each as if
        it were alone: staff go where the answer is fastest, so that one more open laboratory never
        slows a result.
        """
        ratio = np.ones(len(self.place))
        if not len(self.required):
            return ratio
        filled = parameters.column("staffing", "filled", year)
        posts = np.where(np.isnan(filled) | (self.required <= 0), 1.0, filled / np.maximum(self.required, 1e-12))
        at = (self.post_cadre, self.post_place)
        need = np.zeros_like(stock)
        first = self.from_stock & self.existing & is_open[self.post_facility]
        np.add.at(need, (at[0][first], at[1][first]), self.required[first])
        share = np.divide(stock, need, out=np.ones_like(stock), where=need > 0)
        posts[first] = np.where(self.required[first] > 0, share[at][first], 1.0)
        later = self.from_stock & ~self.existing & (self.required > 0)
        left = np.maximum(0.0, stock - need)
        posts[later] = left[at][later] / self.required[later]
        np.minimum.at(ratio, self.post_facility, np.minimum(1.0, posts))
        return ratio

    def fields(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Fields that platforms own, arrays (place,), of laboratories (laboratory,) or (place, laboratory); inf: never.

        What a laboratory can spare for an outbreak is what its routine leaves. The wait is the mean time in the queue of a single server, u / (1 - u) / capacity, for
        utilisation u by routine work (Newell 1982, Applications of Queueing Theory), at most
        ``longest_wait_days``.
        """
        n = self.km.shape[0]
        if not len(self.place):
            nowhere = np.full(n, np.inf)
            return {
                "result_days": nowhere,
                "sequencing_days": nowhere,
                "specimen_days": nowhere,
                "answer_days": np.zeros((n, 0)),
                "spare_tests": np.zeros(0),
                "beds": self._beds(parameters, year),
            }
        column = parameters.column
        is_open = column("facilities", "status", year) >= 1.0
        share = self.staffed(parameters, year, stock, is_open)
        tests = column("facilities", "tests_per_day", year) * share * is_open
        sequencing = column("facilities", "sequencing_per_day", year) * share * is_open
        turnaround = column("facilities", "turnaround_days", year)
        longest = parameters.assumption("longest_wait_days", year)
        spare = np.maximum(tests - self.routine, 1e-12)
        wait = np.minimum(longest, self.routine / (spare * np.maximum(tests, 1e-12)))
        transport = self._transport(parameters, year)
        in_house = np.where(sequencing > 0, parameters.assumption("sequencing_run_days", year), np.inf)
        reading = np.minimum(in_house, parameters.assumption("reference_abroad_days", year))
        works = (tests > 0) | (sequencing > 0)
        known = np.where(tests > 0, wait + turnaround, np.inf)
        novel = np.where(works, turnaround + reading, np.inf)
        sequenced = (transport + novel[None, :]).min(1)
        # a known agent may be sequenced too, so that a test for it never delays its result
        return {
            "result_days": np.minimum((transport + known[None, :]).min(1), sequenced),
            "sequencing_days": sequenced,
            "specimen_days": (transport + np.where(sequencing > 0, turnaround, np.inf)[None, :]).min(1),
            "answer_days": transport + known[None, :],
            "spare_tests": np.maximum(0.0, tests - self.routine),
            "beds": self._beds(parameters, year),
        }

    def _beds(self, parameters: Parameters, year: int) -> NDArray[np.float64]:
        """Beds that an outbreak can have, array (place,)."""
        beds = parameters.column("places", "beds", year)
        known = np.where(
            self.unknown_beds, parameters.assumption("beds_per_1000", year) * self.population / 1000.0, 0.0
        )
        # an action may tell beds where the file has none: the better of the two holds
        return np.fmax(beds, known) * parameters.assumption("beds_spare", year)

    def _transport(self, parameters: Parameters, year: int) -> NDArray[np.float64]:
        """Days from place to facility, array (place, facility)."""
        speed = parameters.assumption("transport_km_per_day", year)
        road = self.km / speed if speed > 0 else np.where(self.km > 0, np.inf, 0.0)
        days = parameters.assumption("pickup_days", year) + road
        if len(self.leg[0]):
            days[self.leg] = parameters.column("referral", "days", year)
        return days
