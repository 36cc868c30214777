"""Where outbreaks happen and what they are: travel, generation intervals, random keys, index cases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import rows
from seawall.levers import great_circle_km
from seawall.outbreak.draws import name_key, uniform
from seawall.outbreak.kernel import NEVER_DAY
from seawall.outbreak.strata import Strata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["Sample", "World", "generation_interval", "share_out", "whole_days"]

#: Share of a place's outside contacts that may be left out of the travel matrix at most.
NEGLIGIBLE_TRAVEL = 1e-3
#: Share of a generation interval's tail that is folded into its last day.
NEGLIGIBLE_TAIL = 1e-3

#: Delays that vary between outbreaks: to care, to notification, and to the early actions but confirmation.
DELAYS = 8

Travel = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float64]"]


def generation_interval(mean: float, sd: float) -> NDArray[np.float64]:
    """Share of onward transmission on each day after infection, from day 1.

    Parameters
    ----------
    mean, sd : float
        Of a Gamma distribution, days.

    Returns
    -------
    float array (day,)
        Sums to 1. Day s takes the mass from s - 1/2 to s + 1/2, day 1 also what comes before.
    """
    from scipy.special import gammainc  # noqa: PLC0415 - slow to import, needed once

    shape = (mean / sd) ** 2
    days = max(2, math.ceil(mean + 12 * sd) + 1)
    cdf = gammainc(shape, (np.arange(1, days + 1) + 0.5) * shape / mean)
    length = max(1, int(np.searchsorted(cdf, 1.0 - NEGLIGIBLE_TAIL)) + 1)
    weights = np.diff(cdf[:length], prepend=0.0)
    weights[-1] += 1.0 - cdf[min(length, days) - 1]
    return np.ascontiguousarray(weights / weights.sum())


def share_out(weights: NDArray[np.float64], n: int, u: float) -> NDArray[np.int64]:
    """Positions of n systematic draws in proportion to weights, array (n,)."""
    cumulative = np.cumsum(weights) / weights.sum()
    points = (np.arange(n) + u) / n
    return np.asarray(np.minimum(np.searchsorted(cumulative, points, side="right"), len(weights) - 1))


def whole_days(days: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole days, rounded up or down at uniforms so that the mean is right; never stays never.

    A delay that falls by a tenth of a day then moves every tenth outbreak by a day, instead of
    none or all of them.
    """
    rounded = np.floor(np.minimum(days, NEVER_DAY) + np.where(days < NEVER_DAY, u, 0.0))
    return np.asarray(rounded, dtype=np.int64)


@dataclass(frozen=True)
class Sample:
    """The outbreaks drawn of one hazard.

    Parameters
    ----------
    number : int array (outbreak,)
        Which of the hazard's candidates each is; its name.
    strata : Strata
        Their weights.
    keys : uint64 array (outbreak,)
        Random keys, from seed, hazard and number.
    start : int array (outbreak,)
        Place of the index case.
    chance : float array (outbreak, place)
        Uniform that decides which case is sampled first in each place.
    rounding : float array (outbreak,)
        Uniform by which days of this outbreak become whole days, see `whole_days`.
    luck : float array (outbreak, delay)
        What mean delays are multiplied with in this outbreak, exponential with mean 1: to care, to
        notification, to coordination, assessment, investigation, infection control, risk
        communication and community measures.
    """

    number: NDArray[np.int64]
    strata: Strata
    keys: NDArray[np.uint64]
    start: NDArray[np.int64]
    chance: NDArray[np.float64]
    rounding: NDArray[np.float64]
    luck: NDArray[np.float64]

    @property
    def haste(self) -> NDArray[np.float64]:
        """Factor on the days of deployment, array (outbreak,)."""
        return np.ascontiguousarray(self.luck[:, 4])


class World:
    """Places of a case, and travel between them.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        places = case["places"]
        self.codes = places["place"].to_numpy(str)
        self.population = np.maximum(1, np.round(case.residents)).astype(np.int64)
        self.place_keys = np.array([name_key("place", p) for p in self.codes], np.uint64)
        self.travel = self._travel()

    def _contacts(self) -> NDArray[np.float64]:
        """Share of the contacts of people of one place that fall in another, array (from, to)."""
        n = len(self.population)
        given = self.case.coefficients
        people = self.population.astype(np.float64)
        out = np.zeros((n, n))
        travel = self.case["travel"]
        if "travel" in self.case.present:
            at = {p: i for i, p in enumerate(self.codes)}
            for r in rows(travel):
                if r.origin != r.destination:
                    out[at[r.origin], at[r.destination]] = (
                        r.trips_per_day * given["trip_days"] / max(1.0, people[at[r.origin]])
                    )
            away = out.sum(1)
            out *= np.minimum(1.0, 0.9 / np.maximum(away, 1e-300))[:, None]
        elif n > 1 and self.case.settings.travel_model == "radiation":
            out = given["travel_share"] * self._radiation(people)
        elif n > 1:
            lat, lon = (self.case["places"][c].to_numpy(np.float64) for c in ("lat", "lon"))
            km = np.maximum(great_circle_km(lat, lon, lat, lon), given["gravity_min_km"])
            out = people[None, :] ** given["gravity_population"] / km ** given["gravity_distance"]
            np.fill_diagonal(out, 0.0)
            out *= given["travel_share"] / np.maximum(out.sum(1, keepdims=True), 1e-300)
        np.fill_diagonal(out, 1.0 - out.sum(1))
        return out

    def _radiation(self, people: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where travellers of each place go by the radiation law, array (from, to), rows sum to 1.

        m n / ((m + s) (m + n + s)) for m residents at home, n at the destination and s between
        them: those who live no farther from home than the destination, without either
        (Simini et al. 2012, doi 10.1038/nature10856). It has no coefficient.
        """
        lat, lon = (self.case["places"][c].to_numpy(np.float64) for c in ("lat", "lon"))
        km = great_circle_km(lat, lon, lat, lon)
        out = np.zeros_like(km)
        for p in range(len(people)):
            order = np.argsort(km[p], kind="stable")
            order = order[order != p]
            # people at the same distance lie within each other's circle
            near = np.concatenate([[0.0], np.cumsum(people[order])])
            within = near[np.searchsorted(km[p, order], km[p, order], side="right")] - people[order]
            m, n = people[p], people[order]
            out[p, order] = m * n / ((m + within) * (m + n + within))
        return np.asarray(out / np.maximum(out.sum(1, keepdims=True), 1e-300))

    def _travel(self) -> Travel:
        """Compressed rows: pressure on a person of one place from one infectious person of another."""
        contacts = self._contacts()
        n = len(self.population)
        ptr, idx, weight = [0], [], []
        for p in range(n):
            order = np.argsort(-contacts[p], kind="stable")
            away = 1.0 - contacts[p, p]
            left = away
            keep = []
            for q in order:
                if q != p and (contacts[p, q] <= 0 or left <= NEGLIGIBLE_TRAVEL * away):
                    break
                keep.append(int(q))
                left -= contacts[p, q] if q != p else 0.0
            # a row that is nearly full is kept whole: the kernel adds it up without looking places up
            for q in range(n) if 2 * len(keep) >= n else sorted({*keep, p}):
                idx.append(q)
                weight.append(contacts[p, q] / max(1, self.population[q]))
            ptr.append(len(idx))
        return np.array(ptr, np.int64), np.array(idx, np.int64), np.array(weight, np.float32)

    def entry_weights(self, origin: str) -> NDArray[np.float64]:
        """Where outbreaks of an origin start, array (place,)."""
        people = self.population.astype(np.float64)
        if origin == "imported":
            arrivals = self.case["places"]["arrivals"].to_numpy(np.float64)
            return arrivals if arrivals.sum() > 0 else people
        if origin == "laboratory":
            facilities = self.case["facilities"]
            contained = facilities[(facilities["biosafety_level"] >= 3) & (facilities["status"] == "open")]
            at = {p: i for i, p in enumerate(self.codes)}
            weights = np.zeros(len(people))
            for place in contained["place"]:
                weights[at[place]] += 1.0
            return weights if weights.sum() > 0 else people
        return people

    def draw(self, hazard: str, origin: str, n: int, seed: int) -> Sample:
        """Draw n outbreaks of a hazard, their places in proportion to `entry_weights`, all of one weight."""
        keys, start = self.candidates(hazard, origin, n, seed)
        return self.sample(keys, start, np.arange(n), Strata.one(n))

    def candidates(self, hazard: str, origin: str, n: int, seed: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Keys and places of n outbreaks of a hazard, arrays (outbreak,)."""
        keys = np.array([name_key("outbreak", seed, hazard, i) for i in range(n)], np.uint64)
        u = uniform(np.uint64(name_key("start", seed, hazard)), np.uint64(0), 0, 9)
        return keys, share_out(self.entry_weights(origin), n, float(u)).astype(np.int64)

    def sample(
        self, keys: NDArray[np.uint64], start: NDArray[np.int64], number: NDArray[np.int64], strata: Strata
    ) -> Sample:
        """The candidates of some numbers, with all that is drawn once for each of them."""
        keys, start = keys[number], start[number]
        chance = np.empty((len(keys), len(self.codes)))
        for j in range(len(keys)):
            for p in range(len(self.codes)):
                chance[j, p] = uniform(keys[j], self.place_keys[p], 0, 7)
        rounding = np.array([uniform(key, np.uint64(0), 0, 8) for key in keys])
        luck = np.array([[uniform(key, np.uint64(i), 0, 10) for i in range(DELAYS)] for key in keys])
        return Sample(number, strata, keys, start, chance, rounding, -np.log1p(-luck.reshape(-1, DELAYS)))
