"""The outbreak model once more, as a plain loop over days and places.

It shares no code with the package. It takes the same uniforms (they are a function of names, day and
mechanism) and turns them into counts its own way, so that on small cases every count of every day and
place must be the same. With ``exact=True`` each count and each Gamma load is the quantile that SciPy
gives, without tables or expansions: what the package's fast quantiles approximate.

Nothing here is fast, and nothing here is clever.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field

import numpy as np
from scipy import special

NEVER = 10**6
INFECT, SPREAD, IMPORT, CHANCE, ROUNDING = 0, 1, 2, 7, 8
WINDOW = 7
_64 = (1 << 64) - 1


# -- uniforms -------------------------------------------------------------------------------------


def key(*names: object) -> int:
    """64 bits from names: BLAKE2b of the names joined by the unit separator."""
    text = "\x1f".join(str(n) for n in names).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _64
    return z ^ (z >> 31)


def uniform(outbreak: int, place: int, day: int, mechanism: int) -> float:
    """The uniform of one draw: SplitMix64 over the keys, the upper 53 bits, in the middle of its cell."""
    z = _mix((outbreak + 0x9E3779B97F4A7C15) & _64)
    z = _mix(z ^ place)
    z = _mix((z + day * 0xD6E8FEB86659FD93 + mechanism * 0xA0761D6478BD642F) & _64)
    return ((z >> 11) + 0.5) / 2.0**53


# -- quantiles ------------------------------------------------------------------------------------


def _smallest(cdf, u: float, highest: int) -> int:  # type: ignore[no-untyped-def]
    """Smallest count whose distribution function reaches u, by bisection."""
    low, high = -1, highest
    while high - low > 1:
        middle = (low + high) // 2
        if cdf(middle) >= u:
            high = middle
        else:
            low = middle
    return high


def binomial(u: float, n: int, p: float) -> int:
    """Exact quantile of the binomial."""
    if n <= 0 or p <= 0:
        return 0
    if p >= 1:
        return n
    return _smallest(lambda k: 1.0 if k >= n else special.betaincc(k + 1, n - k, p), u, n)


def poisson(u: float, mean: float) -> int:
    """Exact quantile of the Poisson."""
    if mean <= 0:
        return 0
    return _smallest(lambda k: special.pdtr(k, mean), u, int(mean + 40 * math.sqrt(mean) + 40))


def expanded(u: float, cumulants: tuple[float, float, float, float, float]) -> int:
    """Quantile of a count from its five cumulants, by Cornish and Fisher's expansion.

    Cornish and Fisher 1938, doi 10.2307/1400905; continuity correction by Euler and Maclaurin: the
    steps of a count take 1/12 from the second cumulant and give 1/120 to the fourth.
    """
    mean, second, third, fourth, fifth = cumulants
    second, fourth = second - 1 / 12, fourth + 1 / 120
    sd = math.sqrt(second)
    g1, g2, g3 = third / sd**3, fourth / sd**4, fifth / sd**5
    z = float(special.ndtri(u))
    w = (
        z
        + g1 * (z**2 - 1) / 6
        + g2 * (z**3 - 3 * z) / 24
        - g1**2 * (2 * z**3 - 5 * z) / 36
        + g3 * (z**4 - 6 * z**2 + 3) / 120
        - g1 * g2 * (z**4 - 5 * z**2 + 2) / 24
        + g1**3 * (12 * z**4 - 53 * z**2 + 17) / 324
    )
    return max(0, math.floor(mean + sd * w + 0.5))


class Quantiles:
    """Counts and loads from uniforms: the package's rules in plain words, or SciPy's exact ones.

    Parameters
    ----------
    dispersion : float
        k of the offspring distribution.
    exact : bool
        SciPy's quantiles throughout, instead of an expansion for means of 25 and more, and of a
        table and an expansion for the Gamma.
    """

    def __init__(self, dispersion: float, *, exact: bool = False) -> None:
        self.k, self.exact = dispersion, exact
        self._rows: dict[int, np.ndarray] = {}
        self._z = np.linspace(-6.5, 6.5, 2049)

    def infected(self, u: float, n: int, p: float) -> int:
        """People infected of n at risk p."""
        if self.exact or n * min(p, 1 - p) < 25:
            return binomial(u, n, p)
        if p > 0.5:
            return n - self.infected(1 - u, n, 1 - p)
        q, v = 1 - p, n * p * (1 - p)
        return min(n, expanded(u, (n * p, v, v * (q - p), v * (1 - 6 * p * q), v * (q - p) * (1 - 12 * p * q))))

    def arrived(self, u: float, mean: float) -> int:
        """Introductions of a day."""
        return poisson(u, mean) if self.exact or mean < 25 else expanded(u, (mean,) * 5)

    def load(self, u: float, cases: int) -> float:
        """Infectiousness of a day's cases in units of R0: Gamma with shape k times cases and their number as mean."""
        if self.exact:
            return float(special.gammaincinv(self.k * cases, u)) / self.k
        z = float(special.ndtri(u))
        if cases <= min(800, max(1, math.ceil(40 / self.k))):
            if cases not in self._rows:
                v = special.ndtr(self._z)
                row = special.gammaincinv(self.k * cases, v) / self.k
                mean = float(((row[1:] + row[:-1]) / 2 * np.diff(v)).sum() / (v[-1] - v[0]))
                self._rows[cases] = row * cases / mean
            return float(np.interp(z, self._z, self._rows[cases]))
        a = self.k * cases
        w = z + (z**2 - 1) / (3 * a**0.5) + (z**3 - 7 * z) / (36 * a) - (6 * z**4 + 14 * z**2 - 32) / (1620 * a**1.5)
        return max(0.0, cases * (1 + w / a**0.5))


# -- what is simulated ----------------------------------------------------------------------------


def generation_interval(mean: float, sd: float) -> list[float]:
    """Gamma cut into days: day s takes what lies within half a day of it, day 1 also what comes before.

    The last thousandth falls on the last day.
    """
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    weights, before = [], 0.0
    while True:
        reached = float(special.gammainc(shape, (len(weights) + 1.5) / scale))
        weights.append(reached - before)
        before = reached
        if reached >= 0.999:
            weights[-1] += 1 - reached
            return [w / sum(weights) for w in weights]


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two points in degrees of latitude and longitude, by the law of cosines."""
    (lat, lon), (to_lat, to_lon) = ([math.radians(x) for x in p] for p in (a, b))
    inner = math.sin(lat) * math.sin(to_lat) + math.cos(lat) * math.cos(to_lat) * math.cos(lon - to_lon)
    return 6371.0 * math.acos(min(1.0, max(-1.0, inner)))


def gravity(people: list[int], points: list[tuple[float, float]]) -> list[list[float]]:
    """Share of the contacts of people of one place that fall in another, where travel has no table."""
    n = len(people)
    out = [[0.0] * n for _ in range(n)]
    for p in range(n):
        pull = [
            0.0 if q == p else people[q] ** 0.8 / max(30.0, kilometres(points[p], points[q])) ** 1.6 for q in range(n)
        ]
        for q in range(n):
            out[p][q] = 0.02 * pull[q] / sum(pull) if n > 1 else 0.0
        out[p][p] = 1 - sum(out[p])
    return out


@dataclass(frozen=True)
class Response:
    """What a response does; shares and days as the package's ``Response`` has them."""

    deploy: list[float]
    traced: list[float]
    isolation: float
    behaviour: float
    doses_per_day: float = 0.0
    doses_in_store: float = 0.0
    delivery_days: float = 30.0
    coverage: float = 0.7
    vaccine_efficacy: float = 0.0
    treated_per_day: float = 0.0
    courses_in_store: float = 0.0
    measures: float = 0.0
    around: float = 0.0


@dataclass
class Course:
    """New infections by day and place, people treated, and days of people under community measures."""

    new: list[list[int]] = field(default_factory=list)
    treated: float = 0.0
    under_measures: float = 0.0

    @property
    def infections(self) -> int:
        """Everybody infected."""
        return sum(map(sum, self.new))


@dataclass
class Outbreak:
    """One outbreak of one hazard, to be run under any response.

    Parameters
    ----------
    places : list of str
    people : list of int
        Residents.
    susceptible : list of int
    contacts : list of list of float
        Share of the contacts of people of one place that fall in another.
    r0, dispersion : float
    interval : list of float
        Share of onward transmission on each day after infection, from day 1.
    limit : int
        Day on which it is cut off.
    arrivals : list of float
        Introductions a day by place, until day ``import_days``.
    """

    key: int
    start: int
    places: list[str]
    people: list[int]
    susceptible: list[int]
    contacts: list[list[float]]
    r0: float
    dispersion: float
    interval: list[float]
    limit: int
    arrivals: list[float]
    import_days: int
    exact: bool = False

    @property
    def rounding(self) -> float:
        """Uniform by which days of this outbreak become whole days."""
        return uniform(self.key, 0, 0, ROUNDING)

    def run(
        self, response: Response | None = None, tau: int = NEVER, vaccine: int = NEVER, therapy: int = NEVER
    ) -> Course:
        """Run it day by day from its first case."""
        places = range(len(self.places))
        draw = Quantiles(self.dispersion, exact=self.exact)
        keys = [key("place", p) for p in self.places]
        left = list(self.susceptible)
        loads: list[list[float]] = []
        course = Course()
        store = 0.0 if response is None else response.courses_in_store
        day = 0
        while day < self.limit:
            today = [0] * len(self.places)
            if day == 0:
                today[self.start] = min(1, left[self.start])
            else:
                sent = [self._sent(p, day, loads, course, response, tau) for p in places]
                shield = self._shield(day, response, vaccine)
                for q in places:
                    force = sum(sent[p] * self.contacts[p][q] / self.people[q] for p in places) * shield
                    n = draw.infected(uniform(self.key, keys[q], day, INFECT), left[q], -math.expm1(-force))
                    if day < self.import_days and self.arrivals[q] > 0:
                        n += draw.arrived(uniform(self.key, keys[q], day, IMPORT), self.arrivals[q])
                    today[q] = min(n, left[q])
            for q in places:
                left[q] -= today[q]
            loads.append(
                [
                    self.r0 * draw.load(uniform(self.key, keys[q], day, SPREAD), today[q]) if today[q] else 0.0
                    for q in places
                ]
            )
            course.new.append(today)
            if response is not None and day >= therapy:
                need = response.coverage * sum(today)
                fresh = min(need, response.treated_per_day)
                stored = min(need - fresh, response.courses_in_store / response.delivery_days, store)
                store -= stored
                course.treated += fresh + stored
            day += 1
            if day >= self.import_days and not any(any(row) for row in course.new[-len(self.interval) :]):
                break
        return course

    def _sent(
        self,
        p: int,
        day: int,
        loads: list[list[float]],
        course: Course,
        response: Response | None,
        tau: int,
    ) -> float:
        """Infectiousness that a place sends out on a day."""
        sent = sum(w * loads[day - s][p] for s, w in enumerate(self.interval, start=1) if s <= day)
        if response is None or day < tau + whole(response.deploy[p], self.rounding):
            return sent
        cases = sum(course.new[d][p] for d in range(max(0, day - WINDOW), day)) / WINDOW
        traced = response.traced[p]
        reached = 0.0 if traced <= 0 else 1.0 if cases <= traced else traced / cases
        sent *= (1 - response.behaviour) * (1 - response.isolation * reached)
        if sent > 0 and response.measures > 0 and cases > 0:
            course.under_measures += min(self.people[p], response.around * cases * WINDOW)
            sent *= 1 - response.measures
        return sent

    @staticmethod
    def _shield(day: int, response: Response | None, vaccine: int) -> float:
        """Share of the pressure that a vaccine lets through."""
        if response is None or day < vaccine:
            return 1.0
        days = day - vaccine + 1
        given = response.doses_per_day * days + response.doses_in_store * min(1.0, days / response.delivery_days)
        return 1 - response.vaccine_efficacy * min(response.coverage, given)


def still_to_come(interval: list[float], days: float) -> float:
    """Share of onward transmission later than so many days after infection; a day's share is spread over the day."""
    later = 0.0
    for day, share in enumerate(interval, start=1):
        if day - 0.5 >= days:
            later += share
        elif day + 0.5 > days:
            later += share * (day + 0.5 - days)
    return later


# -- when it is found -----------------------------------------------------------------------------


def first_case_noticed(u: float, p: float) -> float:
    """Which case is the first to be noticed, each with chance p: geometric at uniform u."""
    if p <= 0:
        return math.inf
    n, missed = 1, 1 - p
    while 1 - missed < u:
        n, missed = n + 1, missed * (1 - p)
    return n


def day_of_case(new: list[list[int]], p: int, count: float) -> float:
    """Day on which a place has seen so many cases."""
    seen = 0
    for day, row in enumerate(new):
        seen += row[p]
        if seen >= count:
            return day
    return math.inf


def found(
    outbreak: Outbreak, new: list[list[int]], noticed: list[float], until: float, result: list[float], cluster: float
) -> float:
    """Day on which an outbreak of a known agent is found: by a sampled case, or by a cluster of illness.

    ``until`` is the time from infection to sampling, ``result`` from there to the result in each
    place, ``cluster`` the noticed cases of a cluster, which takes three days to be recognised.
    """
    days = [math.inf]
    for p, place in enumerate(outbreak.places):
        u = uniform(outbreak.key, key("place", place), 0, CHANCE)
        days.append(day_of_case(new, p, first_case_noticed(u, noticed[p])) + until + result[p])
        if noticed[p] > 0:
            days.append(day_of_case(new, p, math.ceil(cluster / noticed[p])) + until + 3)
    return min(days)


def whole(days: float, u: float) -> int:
    """Whole days, up or down so that the mean is right."""
    return NEVER if days == math.inf else math.floor(days + u)
