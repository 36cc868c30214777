"""Outbreaks of every hazard under any capacity: the fixed weighted sample that plans are valued on."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Parameters, rows
from seawall.levers import PRODUCT_FIELDS, Levers
from seawall.outbreak.draws import name_key, uniform
from seawall.outbreak.kernel import NEVER_DAY
from seawall.outbreak.loss import outbreak_loss
from seawall.outbreak.results import HazardYear, Price
from seawall.outbreak.strata import CANDIDATES, LEAST, MOST_CANDIDATES, TAKE_OFF, choose
from seawall.outbreak.surface import Course, Response, Surface, takes_off
from seawall.outbreak.world import World, generation_interval, whole_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.levers import Capacity
    from seawall.outbreak.world import Sample

__all__ = ["Ensemble"]

#: Memory that stored courses may take before the least used is dropped, byte.
COURSE_MEMORY = 600_000_000
#: Outcomes of a hazard under one capacity that are remembered.
OUTCOMES_KEPT = 4000


class Ensemble:
    """A fixed sample of outbreaks of a case.

    Parameters
    ----------
    case : Case
        A checked case.
    n : int
        Outbreaks, shared out evenly over the hazards that can happen.
    seed : int
    """

    def __init__(self, case: Case, n: int, seed: int) -> None:
        self.case = case = case.canonical
        self.n, self.seed = n, seed
        self.world = World(case)
        self.levers = Levers(case)
        hazards = case["hazards"]
        self.names = hazards["hazard"].to_numpy(str)
        self.origin = hazards["origin"].to_numpy(str)
        self.symptomatic = hazards["symptomatic"].to_numpy(np.float64)
        self.containable = (hazards["measures"] == "yes").to_numpy(bool)
        self.latent = hazards["latent_days"].to_numpy(np.float64)
        self._intervals = [self._interval(r) for r in rows(hazards)]
        self._dispersion = hazards["dispersion"].to_numpy(np.float64)
        self.counts = self._share_out(n)
        self._surfaces: OrderedDict[tuple[object, ...], Surface] = OrderedDict()
        self._outcomes: OrderedDict[tuple[object, ...], HazardYear] = OrderedDict()
        immunity = case["immunity"]
        at = {p: i for i, p in enumerate(self.world.codes)}
        index = {h: i for i, h in enumerate(self.names)}
        self._immune_at = (
            np.array([index[h] for h in immunity["hazard"]], np.int64),
            np.array([at[p] for p in immunity["place"]], np.int64),
        )
        self.samples: dict[int, Sample] = {h: self._draw(h, int(c)) for h, c in enumerate(self.counts) if c}

    def _draw(self, h: int, n: int) -> Sample:
        """The outbreaks of hazard h: in two strata, see ``strata``, where there are enough of them."""
        name, origin = self.names[h], self.origin[h]
        if n < LEAST:
            return self.world.draw(name, origin, n, self.seed)
        keys, start = self.world.candidates(name, origin, max(n, min(CANDIDATES * n, MOST_CANDIDATES)), self.seed)
        today = Parameters(self.case, self.case.edits.starts({}))
        course = self._course(h, today, self.case.settings.base_year)
        key = np.uint64(name_key("strata", self.seed, name))
        u = (float(uniform(key, np.uint64(0), 0, 9)), float(uniform(key, np.uint64(1), 0, 9)))
        number, strata = choose(takes_off(self.world, course, keys, start, TAKE_OFF), n, u)
        return self.world.sample(keys, start, number, strata)

    def under(self, case: Case) -> Ensemble:
        """The same outbreaks under a case that differs in coefficients only.

        Courses already run are shared: what identifies them is in their keys.
        """
        other = copy.copy(self)
        other.case = case.canonical
        other.levers = Levers(other.case)
        return other

    def travelling(self, case: Case) -> Ensemble:
        """The same outbreaks under a case in which people travel otherwise; every course is run anew."""
        other = self.under(case)
        other.world = World(other.case)
        other._surfaces, other._outcomes = OrderedDict(), OrderedDict()
        return other

    @staticmethod
    def _interval(row: object) -> NDArray[np.float64]:
        """Generation interval: as given, else latent and infectious periods one after the other."""
        latent, infectious = float(row.latent_days), float(row.infectious_days)  # type: ignore[attr-defined]
        mean, sd = float(row.generation_days), float(row.generation_sd)  # type: ignore[attr-defined]
        if np.isnan(mean):
            # exponential periods: infection of others is uniform over the second (Svensson 2007,
            # doi 10.1016/j.mbs.2006.10.010)
            mean = latent + infectious
            sd = float(np.hypot(latent, infectious))
        elif np.isnan(sd):
            sd = mean * float(np.hypot(latent, infectious)) / (latent + infectious)
        return generation_interval(mean, sd)

    def _share_out(self, n: int) -> NDArray[np.int64]:
        """Outbreaks of each hazard: as even as can be, over those that happen or may be made to."""
        edits, settings = self.case.edits, self.case.settings
        happens = edits.base("hazards", "events_per_year") > 0
        for a in edits.actions_on("hazards", "events_per_year"):
            starts = edits.starts({edits.actions[a]: settings.years[0]})
            for year in settings.years:
                happens = happens | (edits.values("hazards", "events_per_year", year, starts) > 0)
        counts = np.zeros(len(self.names), np.int64)
        order = np.flatnonzero(happens)
        if len(order):
            counts[order] = n // len(order)
            counts[order[: n % len(order)]] += 1
            # a hazard without any outbreak would seem harmless
            counts[order] = np.maximum(counts[order], 1)
        return counts

    # -- one hazard, one year -------------------------------------------------------------

    def _course(self, h: int, parameters: Parameters, year: int) -> Course:
        """What the undisturbed course of hazard h follows from in a year."""
        column = parameters.column
        immune = np.full(len(self.world.codes), column("hazards", "immune", year)[h])
        of = self._immune_at[0] == h
        immune[self._immune_at[1][of]] = column("immunity", "immune", year)[of]
        rate = float(column("hazards", "imports_per_day", year)[h])
        days = 0 if rate <= 0 else round(float(parameters.filled("hazards", "import_days", year, "import_days")[h]))
        weights = self.world.entry_weights(self.origin[h])
        return Course(
            np.round(self.world.population * (1.0 - immune)).astype(np.int64),
            float(column("hazards", "r0", year)[h]),
            float(self._dispersion[h]),
            self._intervals[h],
            days,
            rate * weights / weights.sum(),
            round(parameters.assumption("longest_outbreak_days", year)),
        )

    def _surface(self, h: int, parameters: Parameters, year: int) -> tuple[tuple[object, ...], Surface]:
        course = self._course(h, parameters, year)
        key = (
            h, course.r0, course.import_rate.tobytes(), course.import_days, course.limit, course.susceptible.tobytes()
        )  # fmt: skip
        if key in self._surfaces:
            self._surfaces.move_to_end(key)
            return key, self._surfaces[key]
        surface = Surface(self.world, self.samples[h], course)
        self._surfaces[key] = surface
        while len(self._surfaces) > 1 and sum(s.nbytes for s in self._surfaces.values()) > COURSE_MEMORY:
            self._surfaces.popitem(last=False)
        return key, surface

    def hazard_year(self, h: int, capacity: Capacity, parameters: Parameters) -> HazardYear:
        """Outcome of the outbreaks of hazard h under a year's capacity: the mean over research outcomes.

        Community measures are taken against a hazard where they are expected to cost less than
        they save, over all of its outbreaks; only the societal perspective counts their cost, and
        from the other none are taken.
        """
        plain = self._under(h, capacity, parameters, measures=False)
        if self.case.settings.perspective != "societal" or not self.containable[h]:
            return plain
        price, sample = self.price(capacity, parameters), self.samples[h]
        strict = self._under(h, capacity, parameters, measures=True)
        loss, other = (sample.strata.mean(_money(h, price, o)) for o in (plain, strict))
        return strict if other < loss else plain

    def _under(self, h: int, capacity: Capacity, parameters: Parameters, *, measures: bool) -> HazardYear:
        """Outcome with community measures or without."""
        year = capacity.year
        key, surface = self._surface(h, parameters, year)
        given = {
            name: parameters.assumption(name, year)
            for name in (
                "care_delay_days",
                "cluster_size",
                "cluster_report_days",
                "reference_abroad_days",
                "isolation_effect",
                "isolation_days",
                "measures_effect",
                "measures_around",
                "coverage_cap",
                "stock_delivery_days",
            )
        }
        mixture = [dict(zip(PRODUCT_FIELDS, row, strict=True)) for row in capacity.products[h] if row[0] > 0]
        if not measures:
            given["measures_effect"] = 0.0
        whole = (
            *key,
            tuple(given.values()),
            capacity.products[h].tobytes(),
            capacity.sampled.tobytes(),
            (capacity.sequencing_days if mixture[0]["assay_days"] > 0 else capacity.result_days).tobytes(),
            capacity.specimen_days.tobytes(),
            (capacity.sequencing_days if mixture[-1]["assay_days"] > 0 else capacity.result_days).tobytes(),
            float(capacity.notify_days),
            float(capacity.activate_days),
            float(capacity.behaviour),
            capacity.traced_per_day.tobytes(),
            capacity.deploy_days.tobytes(),
        )
        if whole in self._outcomes:
            self._outcomes.move_to_end(whole)
            return self._outcomes[whole]
        parts = [(m["probability"], self._outcome(h, surface, capacity, m, given)) for m in mixture]
        likeliest = max(parts, key=lambda part: part[0])[1]
        result = HazardYear(
            sum(w * p.infections for w, p in parts),
            sum(w * m["therapeutic_efficacy"] * p.treated for (w, p), m in zip(parts, mixture, strict=True)),
            sum(w * p.under_measures for w, p in parts),
            likeliest.detect,
            likeliest.notify,
            likeliest.respond,
            likeliest.symptomatic,
            surface.infections,
            self.samples[h].strata,
        )
        self._outcomes[whole] = result
        while len(self._outcomes) > OUTCOMES_KEPT:
            self._outcomes.popitem(last=False)
        return result

    def _outcome(
        self, h: int, surface: Surface, capacity: Capacity, product: dict[str, float], given: dict[str, float]
    ) -> HazardYear:
        """Outcome under one outcome of research."""
        detect, named, symptomatic = self._detection(h, surface, capacity, product, given)
        notify = detect + capacity.notify_days
        ready = np.maximum(notify + capacity.activate_days, named + product["assay_days"])
        u = self.samples[h].rounding
        tau = whole_days(ready, u)
        vaccine_day = np.maximum(whole_days(detect + product["vaccine_day"], u), tau)
        therapy_day = np.maximum(whole_days(detect + product["therapeutic_day"], u), tau)
        people = float(self.world.population.sum())
        deploy = capacity.deploy_days
        delivery = max(1.0, given["stock_delivery_days"])
        response = Response(
            deploy,
            capacity.traced_per_day,
            given["isolation_effect"] * float(self.symptomatic[h]) * self._left(h, given["isolation_days"]),
            float(capacity.behaviour),
            given["measures_effect"],
            given["measures_around"],
            (
                product["vaccine_doses_per_day"] / people,
                product["vaccine_stock"] / people,
                delivery,
                given["coverage_cap"],
                product["vaccine_efficacy"],
            ),
            (
                given["coverage_cap"],
                product["therapeutic_doses_per_day"],
                product["therapeutic_stock"],
                delivery,
            ),
        )
        out = surface.respond(tau, vaccine_day, therapy_day, response)
        start = self.samples[h].start
        respond = np.where(tau < NEVER_DAY, tau + np.floor(deploy[start] + u), np.inf)
        return HazardYear(
            out[:, 0],
            out[:, 1],
            out[:, 3],
            detect,
            notify,
            respond,
            symptomatic,
            surface.infections,
            self.samples[h].strata,
        )

    def _left(self, h: int, days: float) -> float:
        """Share of a case's onward transmission that is still to come so many days after its onset.

        What isolation can prevent: the share of transmission before symptoms decides whether an
        outbreak can be controlled by it (Fraser et al. 2004, doi 10.1073/pnas.0307506101).
        """
        interval = self._intervals[h]
        ends = np.arange(1, len(interval) + 1) + 0.5
        return float(interval @ np.clip(ends - (float(self.latent[h]) + days), 0.0, 1.0))

    def _detection(
        self, h: int, surface: Surface, capacity: Capacity, product: dict[str, float], given: dict[str, float]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Day of detection, day on which the agent is named, and whether anybody fell ill.

        The first sampled case in a place is a geometric draw over its cases; a cluster is
        noticed at a number of cases that does not depend on a laboratory.
        """
        sample = self.samples[h]
        n, places = sample.chance.shape
        ill = float(self.symptomatic[h])
        new_agent = product["assay_days"] > 0
        sequencing = np.minimum(capacity.sequencing_days, capacity.specimen_days + product["naming_days"])
        reading = sequencing if new_agent else capacity.result_days
        until_care = float(self.latent[h]) + given["care_delay_days"]
        noticed = ill * capacity.sampled
        sampled = surface.first_report(_geometric(sample.chance, noticed), until_care + reading, np.full(n, np.inf))
        cluster = np.full(places, np.inf)
        cluster[noticed > 0] = np.ceil(given["cluster_size"] / noticed[noticed > 0])
        detect = surface.first_report(
            np.broadcast_to(cluster, (n, places)).copy(),
            np.full(places, until_care + given["cluster_report_days"]),
            sampled.copy(),
        )
        anybody = surface.first_report(
            _geometric(sample.chance, np.full(places, ill)), np.zeros(places), np.full(n, np.inf)
        )
        if not new_agent:
            return detect, np.full(n, -np.inf), np.isfinite(anybody)
        # once an outbreak is noticed, a specimen is sent on purpose: abroad where that is faster
        on_purpose = np.minimum(sequencing[sample.start], given["reference_abroad_days"])
        return detect, np.minimum(sampled, detect + on_purpose), np.isfinite(anybody)

    # -- all hazards ----------------------------------------------------------------------

    def price(self, capacity: Capacity, parameters: Parameters) -> Price:
        """What infections and deaths cost in a year."""
        year = capacity.year
        column = parameters.column
        settings = self.case.settings
        per_case = parameters.filled("hazards", "cost_per_case", year, "cost_per_case") * self.symptomatic
        if settings.perspective == "societal":
            per_case = per_case + parameters.filled("hazards", "interruption_per_case", year, "interruption_per_case")
        years = column("hazards", "life_years", year)
        years = np.where(np.isnan(years), parameters.assumption("life_years", year), years)
        return Price(
            capacity.frequency,
            column("hazards", "ifr", year),
            years * settings.value_life_year,
            per_case,
            parameters.assumption("measures_cost", year) if settings.perspective == "societal" else 0.0,
        )

    def alone(self, h: int, parameters: Parameters, year: int) -> HazardYear:
        """Outcome of hazard h with detection and response switched off."""
        _key, surface = self._surface(h, parameters, year)
        n = len(surface.infections)
        never = np.full(n, np.inf)
        anybody = surface.first_report(
            _geometric(self.samples[h].chance, np.full(len(self.world.codes), float(self.symptomatic[h]))),
            np.zeros(len(self.world.codes)),
            np.full(n, np.inf),
        )
        return HazardYear(
            surface.infections.astype(np.float64), np.zeros(n), np.zeros(n), never, never, never,
            np.isfinite(anybody), surface.infections, self.samples[h].strata,
        )  # fmt: skip

    def years(
        self, starts: NDArray[np.int64], years: Iterable[int], hazards: Sequence[int] | None = None
    ) -> list[tuple[Price, dict[int, HazardYear]]]:
        """Outcome of each of some years under start years: prices, and outcomes by hazard."""
        parameters = Parameters(self.case, starts)
        out = []
        for capacity in self.levers.capacities(starts, years):
            of = self.samples if hazards is None else hazards
            out.append(
                (
                    self.price(capacity, parameters),
                    {h: self.hazard_year(h, capacity, parameters) for h in of},
                )
            )
        return out


def _money(h: int, price: Price, outcome: HazardYear) -> NDArray[np.float64]:
    """Loss of each outbreak of hazard h, health and money together, array (outbreak,)."""
    _deaths, health, money = outbreak_loss(h, price, outcome)
    return health + money


def _geometric(u: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Number of the first success at uniform u, for success probability p by column; inf: never."""
    with np.errstate(divide="ignore"):
        draws = np.ceil(np.log1p(-u) / np.log1p(-p)[None, :])
    return np.where(p[None, :] > 0, np.maximum(draws, 1.0), np.inf)
