"""The outbreak model once more, as a plain loop over days and places.

It shares no code with the package. It takes the same uniforms (they are a function of names, day and
mechanism) and turns them into counts its own way, so that on small cases every count of every day and
place must be the same, and whatever is measured of an outbreak, under every response. Written from
`docs/method/outbreaks.md` and `docs/method/response.md`.

Counts are SciPy's quantiles. The Gamma load of a day's cases is read from the table that
`outbreaks.md` describes, or, with ``exact=True``, is SciPy's quantile as well.

Nothing here is fast, and nothing here is clever.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy import special

NEVER = 10**6
INFECT, SPREAD, IMPORT, CHANCE, ROUNDING, LUCK = 0, 1, 2, 7, 8, 10
#: What the luck of an outbreak multiplies, in the order of its numbers.
DELAYS = ("care", "notify", "coordination", "assessment", "investigation", "hospitals", "communication", "measures")
WEEK = 7
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


def _smallest(reaches, highest: int) -> int:  # type: ignore[no-untyped-def]
    """Smallest count that reaches a uniform, by bisection."""
    low, high = -1, highest
    while high - low > 1:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle
    return high


def binomial(u: float, n: int, p: float) -> int:
    """Quantile of the binomial: in the upper half by what lies above, so that no figures are lost."""
    if n <= 0 or p <= 0:
        return 0
    if p >= 1:
        return n
    if u <= 0.5:
        return _smallest(lambda k: k >= n or special.betaincc(k + 1, n - k, p) >= u, n)
    return _smallest(lambda k: k >= n or special.betainc(k + 1, n - k, p) <= 1 - u, n)


def poisson(u: float, mean: float) -> int:
    """Quantile of the Poisson, likewise."""
    if mean <= 0:
        return 0
    highest = int(mean + 40 * math.sqrt(mean) + 40)
    if u <= 0.5:
        return _smallest(lambda k: special.pdtr(k, mean) >= u, highest)
    return _smallest(lambda k: special.pdtrc(k, mean) <= 1 - u, highest)


@cache
def _row(shape: float, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Cube roots of a Gamma of mean 1, and the normal deviates at which they are kept."""
    z = np.linspace(-7, 7, points)
    return z, np.cbrt(special.gammaincinv(shape, special.ndtr(z)) / shape)


def _beyond(step: int, z: float) -> float:
    """What multiplies t in the cube root 1 + t W of a Gamma of mean 1 with shape 1 / t², for t of so many 64ths."""
    if step == 0:
        return z / 3
    t = step / 64
    at, root = _row(1 / t**2, 129)
    return float(np.interp(z, at, (root - 1) / t))


class Quantiles:
    """Counts and loads from uniforms.

    Parameters
    ----------
    dispersion : float
        k of the offspring distribution.
    exact : bool
        SciPy's quantile of the Gamma, instead of the table of cube roots.
    """

    def __init__(self, dispersion: float, *, exact: bool = False) -> None:
        self.k, self.exact = dispersion, exact

    def infected(self, u: float, n: int, p: float) -> int:
        """People infected of n at risk p."""
        return binomial(u, n, p)

    def arrived(self, u: float, mean: float) -> int:
        """Introductions of a day."""
        return poisson(u, mean)

    def load(self, u: float, cases: int) -> float:
        """Infectiousness of a day's cases in units of R0: Gamma with shape k times cases and their number as mean."""
        shape = self.k * cases
        if self.exact:
            return float(special.gammaincinv(shape, u)) / self.k
        z = min(7.0, max(-7.0, float(special.ndtri(u))))
        if cases <= math.ceil(4 / self.k):
            return cases * float(np.interp(z, *_row(shape, 1025))) ** 3
        t = 1 / math.sqrt(shape)
        step = min(31, int(64 * t))
        low, high = _beyond(step, z), _beyond(step + 1, z)
        return cases * (1 + t * (low + (high - low) * (64 * t - step))) ** 3


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


def radiation(people: list[int], points: list[tuple[float, float]]) -> list[list[float]]:
    """The same by the radiation law."""
    n = len(people)
    km = [[kilometres(a, b) for b in points] for a in points]
    out = [[0.0] * n for _ in range(n)]
    for p in range(n):
        m, pull = people[p], [0.0] * n
        for q in range(n):
            if q != p:
                near = [people[r] for r in range(n) if r not in {p, q} and km[p][r] <= km[p][q]]
                s = sum(near)
                pull[q] = m * people[q] / ((m + s) * (m + people[q] + s))
        for q in range(n):
            out[p][q] = 0.02 * pull[q] / sum(pull) if n > 1 else 0.0
        out[p][p] = 1 - sum(out[p])
    return out


def tabled(people: list[int], trips: list[list[float]]) -> list[list[float]]:
    """The same by a table of trips a day."""
    n = len(people)
    out = []
    for p in range(n):
        row = [0.0 if q == p else trips[p][q] / people[p] for q in range(n)]
        most = min(1.0, 0.9 / sum(row)) if sum(row) > 0 else 1.0
        row = [most * share for share in row]
        row[p] = 1 - sum(row)
        out.append(row)
    return out


def pressures(contacts: list[list[float]], people: list[int]) -> list[list[float]]:
    """What one infectious person of a place does to a person of another, in single precision.

    Destinations are left out, the least visited first, until a thousandth of what falls outside
    would be lost; a place that keeps half of all places keeps all.
    """
    n = len(people)
    out = []
    for p, row in enumerate(contacts):
        outside = 1 - row[p]
        kept, rest = {p}, outside
        for q in sorted((q for q in range(n) if q != p), key=lambda q: -row[q]):
            if row[q] <= 0 or rest <= outside / 1000:
                break
            kept.add(q)
            rest -= row[q]
        if 2 * len(kept) >= n:
            kept = set(range(n))
        out.append([float(np.float32(row[q] / people[q])) if q in kept else 0.0 for q in range(n)])
    return out


@dataclass(frozen=True)
class Response:
    """What a response does.

    Parameters
    ----------
    deploy : list of float
        Days from the start of tracing until it works in each place.
    traced : list of float
        Cases a day that can be followed.
    spare : list of float
        Tests a day that each laboratory can do beside its routine.
    ask : list of list of int
        Laboratories that each place asks, in this order.
    """

    deploy: list[float]
    traced: list[float]
    spare: list[float] = field(default_factory=list)
    ask: list[list[int]] = field(default_factory=list)
    tests_per_case: float = 1.0
    untested: float = 1.0
    isolation: float = 0.0
    behaviour: float = 0.0
    care: float = 0.0
    measures: float = 0.0
    around: float = 0.0
    hospitalised: float = 0.0
    wait: int = 0
    stay: int = 1
    beds: list[float] = field(default_factory=list)
    doses_per_day: float = 0.0
    doses_in_store: float = 0.0
    delivery_days: float = 30.0
    coverage: float = 0.7
    vaccine_efficacy: float = 0.0
    treated_per_day: float = 0.0
    courses_in_store: float = 0.0


@dataclass(frozen=True)
class Days:
    """Day from which each part of a response is there."""

    tracing: int = NEVER
    behaviour: int = NEVER
    care: int = NEVER
    measures: int = NEVER
    vaccine: int = NEVER
    therapeutic: int = NEVER


@dataclass
class Course:
    """New infections by day and place, and what is counted along the way."""

    new: list[list[int]] = field(default_factory=list)
    treated: float = 0.0
    under_measures: float = 0.0
    followed: float = 0.0
    tests: float = 0.0
    tests_short: float = 0.0
    #: By day: infections that were not brought in, and those due at a reproduction number of one.
    caught: list[int] = field(default_factory=list)
    due: list[float] = field(default_factory=list)

    @property
    def infections(self) -> int:
        """Everybody infected."""
        return sum(map(sum, self.new))

    @property
    def end(self) -> int:
        """Day after the last on which anybody could infect anybody."""
        return len(self.new)

    @property
    def control(self) -> int:
        """Day after the last on which a week's infections were no fewer than due at a reproduction number of one."""
        last = 0
        for day in range(1, self.end):
            week = slice(max(1, day - WEEK + 1), day + 1)
            caught = sum(self.caught[week])
            if caught > 0 and caught >= sum(self.due[week]):
                last = day
        return last + 1

    def bed_days_short(self, hospitalised: float, wait: int, stay: int, beds: list[float]) -> float:
        """Days that patients want a bed and have none, until the end."""
        short = 0.0
        for day in range(self.end):
            admitted = range(max(0, day - wait - stay + 1), day - wait + 1)
            for p, room in enumerate(beds):
                short += max(0.0, hospitalised * sum(self.new[d][p] for d in admitted) - room)
        return short


@dataclass
class Outbreak:
    """One outbreak of one hazard, to be run under any response.

    Parameters
    ----------
    places : list of str
    people : list of int
        Residents.
    susceptible : list of int
    pressure : list of list of float
        What one infectious person of a place does to a person of another.
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
    pressure: list[list[float]]
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

    def luck(self, delay: str) -> float:
        """What a mean delay is multiplied with in this outbreak: exponential with mean one."""
        return -math.log1p(-uniform(self.key, DELAYS.index(delay), 0, LUCK))

    def run(self, response: Response | None = None, days: Days | None = None) -> Course:
        """Run it day by day from its first case."""
        places = range(len(self.places))
        draw = Quantiles(self.dispersion, exact=self.exact)
        keys = [key("place", p) for p in self.places]
        left = list(self.susceptible)
        loads: list[list[float]] = []
        course = Course()
        store = 0.0 if response is None else response.courses_in_store
        days = days or Days()
        day = 0
        while day < self.limit or day == 0:
            today = [0] * len(self.places)
            caught, due = 0, 0.0
            if day == 0:
                today[self.start] = min(1, left[self.start])
            else:
                flow = [self._infectious(p, day, loads) for p in places]
                due = sum(flow) / self.r0 if self.r0 > 0 else 0.0
                sent = flow if response is None else self._thinned(flow, day, course, response, days)
                shield = self._shield(day, response, days.vaccine)
                for q in places:
                    force = sum(sent[p] * self.pressure[p][q] for p in places) * shield
                    n = draw.infected(uniform(self.key, keys[q], day, INFECT), left[q], -math.expm1(-force))
                    caught += n
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
            course.caught.append(caught)
            course.due.append(due)
            if response is not None and day >= days.therapeutic:
                need = response.coverage * sum(today)
                fresh = min(need, response.treated_per_day)
                stored = min(need - fresh, response.courses_in_store / response.delivery_days, store)
                store -= stored
                course.treated += fresh + stored
            day += 1
            if day >= self.import_days and not any(any(row) for row in course.new[-len(self.interval) :]):
                break
        return course

    def _infectious(self, p: int, day: int, loads: list[list[float]]) -> float:
        """What infectious people of a place would pass on today if nothing were done."""
        return sum(w * loads[day - s][p] for s, w in enumerate(self.interval, start=1) if s <= day)

    def _thinned(self, flow: list[float], day: int, course: Course, response: Response, days: Days) -> list[float]:
        """What places send out on a day under a response."""
        week = [sum(course.new[d][p] for d in range(max(0, day - WEEK), day)) for p in range(len(flow))]
        isolated = self._isolated(week, day, course, response, days.tracing)
        sent = []
        for p, x in enumerate(flow):
            if day >= days.behaviour:
                x *= 1 - response.behaviour
            if day >= days.care:
                x *= 1 - response.care
            x *= 1 - response.isolation * isolated[p]
            if x > 0 and response.measures > 0 and day >= days.measures and week[p] > 0:
                course.under_measures += min(self.people[p], response.around * week[p])
                x *= 1 - response.measures
            sent.append(x)
        return sent

    def _isolated(self, week: list[int], day: int, course: Course, response: Response, tracing: int) -> list[float]:
        """Share of a place's cases that are isolated today; counts cases followed, and tests."""
        out = [0.0] * len(week)
        if response.isolation <= 0 or tracing >= NEVER:
            return out
        haste = self.luck("investigation")
        followed: dict[int, float] = {}
        for p, recent in enumerate(week):
            if day < tracing + whole(response.deploy[p] * haste, self.rounding):
                continue
            if recent == 0:
                # nobody new for a week: who was isolated stays so
                out[p] = 1.0 if response.traced[p] > 0 else 0.0
            elif any(row[p] for row in course.new[-len(self.interval) :]):
                followed[p] = min(recent / WEEK, response.traced[p])
        short = tests_short({p: response.tests_per_case * f for p, f in followed.items()}, response)
        for p, f in followed.items():
            course.followed += f
            course.tests += response.tests_per_case * f - short[p]
            course.tests_short += short[p]
            not_tested = short[p] / response.tests_per_case if response.tests_per_case > 0 else 0.0
            out[p] = max(0.0, f - (1 - response.untested) * not_tested) / (week[p] / WEEK)
        return out

    @staticmethod
    def _shield(day: int, response: Response | None, vaccine: int) -> float:
        """Share of the pressure that a vaccine lets through."""
        if response is None or day < vaccine:
            return 1.0
        days = day - vaccine + 1
        given = response.doses_per_day * days + response.doses_in_store * min(1.0, days / response.delivery_days)
        return 1 - response.vaccine_efficacy * min(response.coverage, given)


def tests_short(wanted: dict[int, float], response: Response) -> dict[int, float]:
    """Tests that places want and do not get on a day.

    In the first round every place asks the first laboratory of its order, in the second it asks the
    second for what is missing, and so on. A laboratory that is asked for more than it has left gives
    every place the same share of what it asks.
    """
    left = list(response.spare)
    missing = dict(wanted)
    for turn in range(max(map(len, response.ask), default=0)):
        for lab in range(len(left)):
            asking = [p for p in missing if len(response.ask[p]) > turn and response.ask[p][turn] == lab]
            asked = sum(missing[p] for p in asking)
            if asked > 0:
                share = min(1.0, left[lab] / asked)
                left[lab] -= share * asked
                for p in asking:
                    missing[p] *= 1 - share
    return missing


# -- a hazard as a disease ------------------------------------------------------------------------


def onset_by_share(interval: list[float], share: float) -> float:
    """Day by which a share of onward transmission has passed; a day's share is spread over the day."""
    passed = 0.0
    for day, weight in enumerate(interval, start=1):
        if passed + weight >= share:
            return day - 0.5 + (share - passed) / weight
        passed += weight
    return len(interval) + 0.5


def still_to_come(interval: list[float], days: float) -> float:
    """Share of onward transmission later than so many days after infection; a day's share is spread over the day."""
    later = 0.0
    for day, share in enumerate(interval, start=1):
        if day - 0.5 >= days:
            later += share
        elif day + 0.5 > days:
            later += share * (day + 0.5 - days)
    return later


def with_symptoms(symptomatic: float, asymptomatic_infectiousness: float) -> float:
    """Share of transmission that comes from people with symptoms."""
    without = (1 - symptomatic) * asymptomatic_infectiousness
    return symptomatic / (symptomatic + without) if symptomatic + without > 0 else 0.0


def noticed(symptomatic: float, care_seeking: float, sampled: float, recognised: float) -> float:
    """Chance that an infection is noticed and sampled."""
    if care_seeking <= 0:
        return 0.0
    q = sampled / care_seeking
    return symptomatic * care_seeking * recognised * q / (1 - q + recognised * q)


def further_deaths(ifr: float, hospitalised: float, excess_fatality: float) -> float:
    """Deaths that follow from one patient without a bed."""
    f = min(1.0, ifr / hospitalised) if hospitalised > 0 else 0.0
    return min(excess_fatality * f, 1 - f)


# -- when it is found, and answered ---------------------------------------------------------------


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


@dataclass(frozen=True)
class Capacity:
    """What a country can do, as milestones depend on it; lists by place, days but for ``cluster``.

    ``result`` is the time from a sample to its result, by a test or, for a new agent, by
    sequencing; ``abroad`` the time in which a specimen that is sent on purpose is sequenced abroad;
    ``assay`` the time from the name of a new agent to tests for it.
    """

    noticed: list[float]
    result: list[float]
    care_delay: float
    cluster: float
    cluster_report: float
    notify: float
    activate: float
    assess: float
    care: float
    communicate: float
    measures: float
    deploy: list[float]
    new_agent: bool = False
    abroad: float = math.inf
    assay: float = 0.0


@dataclass(frozen=True)
class Milestones:
    """Days of an outbreak from its first infection; inf: never."""

    emergence: float
    sample: float
    detect: float
    identify: float
    notify: float
    coordination: float
    assessment: float
    confirmation: float
    investigation: float
    care: float
    communication: float
    measures: float

    @property
    def respond(self) -> float:
        """Day on which the last of the seven early actions is there."""
        return max(
            self.coordination, self.assessment, self.confirmation, self.investigation, self.care, self.communication,
            self.measures,
        )  # fmt: skip

    def days(self, rounding: float, vaccine: float = math.inf, therapeutic: float = math.inf) -> Days:
        """Whole days from which the parts of the response are there; medicine by its days after detection."""
        usable = whole(max(self.notify, self.confirmation), rounding)
        return Days(
            whole(max(self.coordination, self.confirmation), rounding),
            whole(self.communication, rounding),
            whole(self.care, rounding),
            whole(self.measures, rounding),
            max(usable, whole(self.detect + vaccine, rounding)),
            max(usable, whole(self.detect + therapeutic, rounding)),
        )


def milestones(
    outbreak: Outbreak, new: list[list[int]], symptomatic: float, incubation: float, can: Capacity
) -> Milestones:
    """When an outbreak is found and answered, from its undisturbed course."""
    ill, samples, results, clusters = [math.inf], [math.inf], [math.inf], [math.inf]
    for p, place in enumerate(outbreak.places):
        u = uniform(outbreak.key, key("place", place), 0, CHANCE)
        ill.append(day_of_case(new, p, first_case_noticed(u, symptomatic)))
        first = day_of_case(new, p, first_case_noticed(u, can.noticed[p]))
        samples.append(first)
        results.append(first + can.result[p])
        if can.noticed[p] > 0:
            clusters.append(day_of_case(new, p, math.ceil(can.cluster / can.noticed[p])))
    at_care = incubation + can.care_delay * outbreak.luck("care")
    result = min(results) + at_care
    detect = min(result, min(clusters) + at_care + can.cluster_report)
    named = -math.inf
    if can.new_agent:
        named = min(result, detect + min(can.result[outbreak.start], can.abroad))
    notify = detect + can.notify * outbreak.luck("notify")
    coordination = notify + can.activate * outbreak.luck("coordination")
    assessment = notify + can.assess * outbreak.luck("assessment")
    confirmation = max(detect, named + can.assay)
    deploy = can.deploy[outbreak.start] * outbreak.luck("investigation")
    return Milestones(
        min(ill) + incubation,
        min(detect, min(samples) + at_care),
        detect,
        max(detect, named),
        notify,
        coordination,
        assessment,
        confirmation,
        max(coordination, confirmation) + deploy,
        notify + can.care * outbreak.luck("hospitals"),
        notify + can.communicate * outbreak.luck("communication"),
        max(coordination, assessment) + can.measures * outbreak.luck("measures"),
    )


def whole(days: float, u: float) -> int:
    """Whole days, up or down so that the mean is right."""
    return NEVER if days >= NEVER else math.floor(days + u)
