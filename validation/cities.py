"""COVID-19 in Chinese cities in January and February 2020, from published figures and measured travel.

Nothing is fitted. An outbreak starts in Wuhan with one infection, runs undisturbed to 23 January, when travel from
Wuhan ended, and is observed as the record was: one infection in seven is confirmed, a fortnight after it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from seawall.outbreak.world import World
from validation import runs
from validation.lines import Line, near

__all__ = ["Record", "cities", "confirmed", "found", "record", "travels"]

DATA = Path(__file__).with_name("data")
#: First onset known, 1 December 2019 (Huang et al. 2020, doi 10.1016/S0140-6736(20)30183-5), less an incubation
#: period of 5.2 days (Li et al. 2020, doi 10.1056/NEJMoa2001316).
START = date(2019, 11, 26)
#: Last day of travel from Wuhan, and first day of the record.
CUT, FIRST = date(2020, 1, 23), date(2020, 1, 10)
DAYS = (CUT - START).days + 1
#: R, dispersion, and mean and standard deviation of the interval between a case and those it infects.
PUBLISHED = (
    # R: Riou and Althaus 2020 (doi 10.2807/1560-7917.ES.2020.25.4.2000058), with their k;
    # interval: Li et al. 2020 (doi 10.1056/NEJMoa2001316)
    (2.2, 0.54, (7.5, 3.4)),
    # Li et al. 2020 (doi 10.1126/science.abb3221): exponential stays of 3.69 and 3.47 days;
    # k: Endo et al. 2020 (doi 10.12688/wellcomeopenres.15842.3)
    (2.38, 0.1, (3.69 + 3.47, float(np.hypot(3.69, 3.47)))),
    # R: Read et al. 2021 (doi 10.1098/rstb.2020.0265), the highest taken; interval as in the first, k between both
    (3.11, 0.3, (7.5, 3.4)),
)
#: Infections in China from 10 to 23 January (Li et al. 2020, doi 10.1126/science.abb3221), with its 95% interval.
SIZE = (3_797, 16_829, 30_271)
#: Share of infections that were confirmed, days from infection to infectiousness and on to confirmation, shape of the
#: latter's Gamma distribution (the same paper; the last two from its published code).
CONFIRMED, LATENT, DELAY, SHAPE = 0.14, 3.69, 9.0, 1.85
LI = "Li et al. 2020, doi 10.1126/science.abb3221"
TRIPS = "trips of the Spring Festival of 2018"


@dataclass(frozen=True)
class Record:
    """Cities, trips between them, and what was confirmed.

    Parameters
    ----------
    cities : DataFrame
        One city a row: city, province, lon, lat, population.
    trips : float array (from, to)
        A day, as published: for each city the largest destinations only.
    cases : int array (day, city)
        Confirmed on each day from 10 January 2020 on.
    """

    cities: pd.DataFrame
    trips: np.ndarray
    cases: np.ndarray

    @property
    def wuhan(self) -> int:
        """Position of Wuhan."""
        return int(np.flatnonzero(self.cities["city"] == "Wuhan")[0])

    @property
    def both_ways(self) -> np.ndarray:
        """Trips a day if as many travel back as forth; fills what the list of largest destinations leaves out."""
        return np.maximum(self.trips, self.trips.T)

    @property
    def arrival(self) -> np.ndarray:
        """Day of the record on which each city had its first case; inf: none."""
        return first_day(np.cumsum(self.cases, 0))


def first_day(total: np.ndarray) -> np.ndarray:
    """Day, from 1, on which running totals (day, city) first exceed nothing; inf: never."""
    there = total > 0
    return np.where(there.any(0), there.argmax(0) + 1.0, np.inf)


@cache
def record() -> Record:
    """The compiled tables."""
    places = pd.read_csv(DATA / "cities.csv")
    travel, confirmed = (pd.read_csv(DATA / f"cities_{name}.csv") for name in ("travel", "cases"))
    trips = np.zeros((len(places), len(places)))
    trips[travel["origin"], travel["destination"]] = travel["trips_per_day"]
    cases = np.zeros((30, len(places)), np.int64)
    cases[confirmed["day"] - 1, confirmed["city"]] = confirmed["cases"]
    return Record(places, trips, cases)


@cache
def by_gravity() -> World:
    """Cities between which people travel by the package's own law."""
    return world(None)


@cache
def by_radiation() -> World:
    """The same by the package's other law."""
    return world(None, settings={"travel_model": "radiation"})


def world(trips: np.ndarray | None, trip_days: float | None = None, settings: dict[str, Any] | None = None) -> World:
    """Cities as places of a case; travel as given, or by the package's own law."""
    r = record()
    code = [f"c{i:03d}" for i in range(len(r.cities))]
    places = [
        {"place": code[i], "population": int(c.population), "lat": c.lat, "lon": c.lon, "arrivals": float(i == r.wuhan)}
        for i, c in enumerate(r.cities.itertuples())
    ]
    tables: dict[str, Any] = {}
    if trips is not None:
        tables["travel"] = [
            {"origin": code[i], "destination": code[j], "trips_per_day": float(trips[i, j])}
            for i, j in zip(*np.nonzero(trips), strict=True)
        ]
    if trip_days is not None:
        tables["assumptions"] = [{"parameter": "trip_days", "central": trip_days, "source": "see note"}]
    return World(runs.case(places, {}, settings=settings, **tables).canonical)


@cache
def spread_by_set(law: str, n: int = 400) -> list[list[np.ndarray]]:
    """Undisturbed new infections (day, city) of outbreaks that go on to 23 January, n begun with each published set.

    ``law`` is ``measured``, ``directed`` (trips as published), ``long`` (measured, trips of a generation interval)
    or ``gravity`` or ``radiation``.
    """
    r = record()
    w = {
        "measured": lambda: world(r.both_ways),
        "directed": lambda: world(r.trips),
        "long": lambda: world(r.both_ways, 7.5),
        "gravity": by_gravity,
        "radiation": by_radiation,
    }[law]()
    out = []
    for seed, (r0, k, interval) in enumerate(PUBLISHED, 1):
        s = runs.surface(w, n, seed, r0=r0, dispersion=k, interval=interval, limit=DAYS, origin="imported")
        out.append([new.copy() for new in runs.courses(s) if len(new) == DAYS])
    return out


def spread(law: str) -> list[np.ndarray]:
    """The same, all sets together."""
    return [new for part in spread_by_set(law) for new in part]


def sizes(law: str) -> np.ndarray:
    """Infections from 10 to 23 January of each outbreak that goes on."""
    return np.concatenate(sizes_by_set(law))


def sizes_by_set(law: str) -> list[np.ndarray]:
    """The same, for each published set."""
    return [np.array([new[(FIRST - START).days :].sum() for new in part]) for part in spread_by_set(law)]


@cache
def found(law: str, *, travellers: bool = True) -> np.ndarray:
    """Infections by day and city of outbreaks of the published size, array (outbreak, day, city).

    Seawall counts people where they live. The record counts them where they were found. With ``travellers``, who
    of Wuhan's infected left before they would be confirmed is counted where he went.
    """
    r, rng = record(), np.random.default_rng(23)
    leave = trips_away(law)
    out = []
    for new, size in zip(spread(law), sizes(law), strict=True):
        if not SIZE[0] <= size <= SIZE[2]:
            continue
        there = new.astype(np.int64)
        for t in range(DAYS if travellers else 0):
            stay = np.exp(-leave.sum() * min(LATENT + DELAY, DAYS - t))
            gone = rng.multinomial(there[t, r.wuhan], np.append(leave / leave.sum() * (1 - stay), stay))[:-1]
            there[t] += gone
            there[t, r.wuhan] -= gone.sum()
        out.append(there)
    return np.array(out)


def trips_away(law: str) -> np.ndarray:
    """Share of Wuhan's people that travel to each other city on a day."""
    r = record()
    if law in {"gravity", "radiation"}:
        out = runs.contacts(by_gravity() if law == "gravity" else by_radiation())[r.wuhan]
        out[r.wuhan] = 0.0
        return out
    trips = r.trips if law == "directed" else r.both_ways
    return np.asarray(trips[r.wuhan] / r.cities["population"][r.wuhan])


@cache
def confirmed(law: str, *, travellers: bool = True) -> np.ndarray:
    """Confirmed cases by day of the record, array (outbreak, day, city), of infections before the cut.

    One share of infections is confirmed throughout, so that after 23 January, when many more were, this is too low.
    """
    rng = np.random.default_rng(14)
    lead = (FIRST - START).days
    out = []
    for there in found(law, travellers=travellers):
        day, city = np.nonzero(there)
        known = rng.binomial(there[day, city], CONFIRMED)
        day, city = np.repeat(day, known), np.repeat(city, known)
        delay = rng.exponential(LATENT, len(day)) + rng.gamma(SHAPE, DELAY / SHAPE, len(day))
        at = (day + delay).astype(np.int64) - lead
        counts = np.zeros((30, there.shape[1]), np.int64)
        np.add.at(counts, (np.maximum(at[at < 30], 0), city[at < 30]), 1)
        out.append(counts)
    return np.array(out)


def range_of(values: np.ndarray) -> tuple[float, float, float]:
    """Median and 90% interval."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)


def held(what: str, against: str, recorded: float, values: np.ndarray, form: str = "{:,.0f}", note: str = "") -> Line:
    """A line that is a hit if the record lies within the 90% interval of simulated outbreaks."""
    low, middle, high = range_of(values)
    bound = f"90% of outbreaks: {form.format(low)} to {form.format(high)}"
    return Line(what, against, form.format(recorded), form.format(middle), bound, low <= recorded <= high, note)


def better(what: str, against: str, theirs: float, ours: float, note: str = "") -> Line:
    """A line that is a hit if Seawall does at least as well as something plainer."""
    return Line(what, against, f"{theirs:.2f}", f"{ours:.2f}", f"at least {theirs:.2f}", ours >= theirs, note)


def order(law: str) -> np.ndarray:
    """Mean day of the first infection found in each city, the day after the cut where there is none."""
    arrivals = [first_day(np.cumsum(there, 0)) for there in found(law)]
    return np.asarray(np.minimum(np.array(arrivals), DAYS + 1.0).mean(0))


def distance() -> np.ndarray:
    """Kilometres from Wuhan."""
    r = record()
    lat, lon = (np.radians(r.cities[c].to_numpy(float)) for c in ("lat", "lon"))
    i = r.wuhan
    a = np.sin((lat - lat[i]) / 2) ** 2 + np.cos(lat) * np.cos(lat[i]) * np.sin((lon - lon[i]) / 2) ** 2
    return np.asarray(2 * 6371 * np.arcsin(np.sqrt(a)))


def log_correlation(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Correlation of the logarithms of what is above nothing in both."""
    use = (ours > 0) & (theirs > 0)
    return float(np.corrcoef(np.log(ours[use]), np.log(theirs[use]))[0, 1])


def pull() -> np.ndarray:
    """People divided by kilometres from Wuhan: the plainest guess of who is reached, early and hard."""
    r = record()
    return np.asarray(np.where(distance() > 0, r.cities["population"] / np.maximum(distance(), 1), 0.0))


def cities() -> Iterator[Line]:
    """How many, which ones, in which order, and how hard."""
    yield from sizes_published()
    yield from reached()
    yield from ranked()


def sizes_published() -> Iterator[Line]:
    """Size of the epidemic before the cut, by published set."""
    for (r0, k, interval), size in zip(PUBLISHED, sizes_by_set("measured"), strict=True):
        low, middle, high = range_of(size)
        what = f"infections in China from 10 to 23 January: R {r0:g}, k {k:g}, interval {interval[0]:.2g} ± "
        what += f"{interval[1]:.2g} days, one infection on 26 November"
        note = f"nine in ten outbreaks that go on lie between {low:,.0f} and {high:,.0f}"
        hit = SIZE[0] <= middle <= SIZE[2]
        if not hit:
            note += ". It doubles in six days, not ten times in two months; the first infection may have come earlier "
            note += "(mid-October to mid-November, Pekar et al. 2021, doi 10.1126/science.abf8003)"
        yield Line(what, LI, f"{SIZE[1]:,}", f"median {middle:,.0f}", f"{SIZE[0]:,} to {SIZE[2]:,}", hit, note)


#: How infections are counted, by whether travellers count where they went, and why it may fail.
WHERE = {False: "by residence, as Seawall counts", True: "infected travellers counted where they went"}
WHY = {
    False: "the record counts people where they were found, and the first cases of most cities were travellers "
    "infected in Wuhan",
    True: "the trips name 115 cities as exchanging travellers with Wuhan: the largest flows only",
}
LONG = "trips of a generation interval, 7.5 days"
#: Names of the laws of travel that are compared.
LAWS = (("measured", "measured travel"), ("gravity", "gravity"), ("radiation", "radiation"))


def reached() -> Iterator[Line]:
    """How many cities were reached, and how much of the epidemic lay outside Wuhan."""
    r = record()
    source = f"record of 371 cities; {TRIPS}"
    total = np.cumsum(r.cases, 0)
    late = "the record begins late: outside Wuhan nobody was confirmed before 19 January"
    for day, date_told in ((10, "19 January"), (14, "23 January")):
        for travellers, told in WHERE.items():
            ours = np.cumsum(confirmed("measured", travellers=travellers), 1)[:, day - 1]
            recorded = int((total[day - 1] > 0).sum())
            line = held(f"cities with a confirmed case by {date_told}, {told}", source, recorded, (ours > 0).sum(1))
            yield line if line.hit else replace(line, note=late if day == 10 else WHY[travellers])
    for law, told in LAWS:
        for travellers, counted in WHERE.items():
            infected = found(law, travellers=travellers).sum(1)
            line = held(
                f"cities with an infection by 23 January, {told}, {counted}",
                "cities with a confirmed case by 8 February", int((total[-1] > 0).sum()), (infected > 0).sum(1),
            )  # fmt: skip
            yield line if line.hit else replace(line, note=WHY[travellers] if law == "measured" else MISSED)
    infected = found("long", travellers=False).sum(1)
    line = held(
        f"cities with an infection by 23 January, {LONG}, {WHERE[False]}",
        "cities with a confirmed case by 8 February", int((total[-1] > 0).sum()), (infected > 0).sum(1),
    )  # fmt: skip
    yield line if line.hit else replace(line, note="close: infections after the cut are not simulated")
    outside = 1 - total[13, r.wuhan] / total[13].sum()
    for law, travellers, told in (
        ("measured", False, WHERE[False]),
        ("measured", True, WHERE[True]),
        ("long", False, f"{LONG}, {WHERE[False]}"),
    ):
        ours = np.cumsum(confirmed(law, travellers=travellers), 1)[:, 13]
        share = 1 - ours[:, r.wuhan] / np.maximum(1, ours.sum(1))
        line = held(f"share of confirmed cases outside Wuhan by 23 January, {told}", source, outside, share, "{:.2f}")
        away = "so long a trip takes a quarter of Wuhan's transmission elsewhere, all winter as at the Spring Festival"
        yield line if line.hit else replace(line, note=away if law == "long" else WHY[travellers])


def ranked() -> Iterator[Line]:
    """In which order cities were reached, and how hard, against the plainest guess."""
    r = record()
    total = np.cumsum(r.cases, 0)
    away = np.arange(len(r.cities)) != r.wuhan
    there = np.isfinite(r.arrival) & away
    rank = lambda x: float(stats.spearmanr(x[there], r.arrival[there])[0])  # noqa: E731
    plainest = "people divided by distance from Wuhan"
    few = "cities that the trips do not name are reached by way of others, too late"
    for law, told in LAWS:
        what = f"order in which cities were reached, rank correlation, {told}"
        line = better(what, plainest, rank(-pull()), rank(order(law)))
        yield line if line.hit else replace(line, note={"measured": few, "gravity": STEEPER}.get(law, NEARBY))
    for day, date_told in ((14, "23 January"), (30, "8 February")):
        cases = np.where(away, total[day - 1], 0).astype(float)
        for law, told in LAWS:
            ours = found(law).sum(1).mean(0)
            what = f"confirmed cases by city to {date_told}, correlation of logarithms, {told}"
            line = better(what, plainest, log_correlation(pull(), cases), log_correlation(ours, cases))
            yield line if line.hit else replace(line, note={"measured": few, "gravity": STEEPER}.get(law, NEARBY))


MISSED = (
    "infections after the cut are not simulated, and the law sends 2% of Wuhan's people away on a day where the trips "
    "say 2 to 4%"
)
NEARBY = "the law sends travellers to the nearest people, whoever they are"
STEEPER = "the law falls faster with distance, exponent 1.6, than cases did, 1.2"


# -- travel ---------------------------------------------------------------------------------------


def radiation() -> np.ndarray:
    """Share of trips by the radiation law (Simini et al. 2012, doi 10.1038/nature10856), array (from, to).

    People of one place, times those of the other, over those nearer than the other without it and with it.
    """
    r = record()
    people = r.cities["population"].to_numpy(float)
    lat, lon = (np.radians(r.cities[c].to_numpy(float)) for c in ("lat", "lon"))
    a = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    out = np.zeros_like(a)
    for i in range(len(people)):
        # those who live no farther than the destination, without either
        within = (a[i][None, :] <= a[i][:, None]) @ people - people[i] - people
        within[i] = 0.0
        out[i] = people[i] * people / ((people[i] + within) * (people[i] + people + within))
    np.fill_diagonal(out, 0.0)
    return out


def common(law: np.ndarray, trips: np.ndarray) -> float:
    """Share of trips that a law and the record have in common, as many leaving each place (common part of commuters)."""
    law = law / np.maximum(law.sum(1, keepdims=True), 1e-300) * trips.sum(1, keepdims=True)
    return float(np.minimum(law, trips).sum() / trips.sum())


def gravity() -> np.ndarray:
    """Share of contacts by the package's law, nobody at home, array (from, to)."""
    out = runs.contacts(by_gravity())
    np.fill_diagonal(out, 0.0)
    return out


def travels() -> Iterator[Line]:
    """The package's law of travel against measured trips."""
    r = record()
    trips, ours, theirs = r.trips, gravity(), radiation()
    people = r.cities["population"].to_numpy(float)
    source = f"radiation law, doi 10.1038/nature10856; {TRIPS}"
    use = trips > 0
    package = runs.contacts(by_radiation())
    np.fill_diagonal(package, 0.0)
    apart = package / package.sum(1, keepdims=True) - theirs / theirs.sum(1, keepdims=True)
    yield near("radiation law, largest difference of a share of trips", "the law once more, plain", 0,
               float(np.abs(apart).max()), 2e-3)  # fmt: skip
    yield better(
        "trips in common, gravity, pairs of cities that the record names", source,
        common(theirs * use, trips), common(ours * use, trips),
    )  # fmt: skip
    line = better("trips in common, gravity, all pairs", source, common(theirs, trips), common(ours, trips))
    note = "for each city the record names some 18 destinations of 370; gravity sends two thirds of its trips to the others"
    yield line if line.hit else replace(line, note=note)
    flow = lambda law: log_correlation((law / law.sum(1, keepdims=True) * trips.sum(1, keepdims=True))[use], trips[use])  # noqa: E731
    yield better("correlation of the logarithms of trips, gravity", source, flow(theirs), flow(ours))
    away = runs.contacts(by_gravity())
    share = float((people * (1 - np.diag(away))).sum() / people.sum())
    measured = (trips.sum() / people.sum(), r.both_ways.sum() / people.sum())
    yield Line(
        "share of contacts outside the own city, gravity", f"{TRIPS}, a day each",
        f"{measured[0]:.3f} as published to {measured[1]:.3f} both ways", f"{share:.3f}",
        f"{measured[0] / 2:.3f} to {measured[1] * 2:.3f}", measured[0] / 2 <= share <= measured[1] * 2,
        "a factor of two either way",
    )  # fmt: skip
