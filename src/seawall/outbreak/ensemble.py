"""Outbreaks of every hazard under any capacity: the fixed weighted sample that plans are valued on."""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Parameters, rows
from seawall.levers import PRODUCT_FIELDS, Levers
from seawall.outbreak.draws import name_key, uniform
from seawall.outbreak.kernel import MEASURED
from seawall.outbreak.lookup import Lookup, Pattern
from seawall.outbreak.loss import outbreak_loss
from seawall.outbreak.milestones import ACTIONS, Milestones, answered, found
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

#: Coefficients that response and detection read.
COEFFICIENTS = (
    "care_delay_days",
    "cluster_size",
    "cluster_report_days",
    "reference_abroad_days",
    "tests_per_case",
    "isolated_untested",
    "asymptomatic_infectiousness",
    "isolation_effect",
    "isolation_days",
    "infection_control_effect",
    "admission_days",
    "stay_days",
    "measures_effect",
    "measures_around",
    "coverage_cap",
    "stock_delivery_days",
)
#: Fields of Capacity that an outcome depends on, beside who is noticed.
READ = (
    "products",
    "result_days",
    "sequencing_days",
    "specimen_days",
    "answer_days",
    "spare_tests",
    "beds",
    "notify_days",
    "activate_days",
    "assess_days",
    "communicate_days",
    "care_days",
    "measures_days",
    "behaviour",
    "traced_per_day",
    "deploy_days",
)
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
        latent, incubation = (hazards[c].to_numpy(np.float64) for c in ("latent_days", "incubation_days"))
        self.incubation = np.where(np.isnan(incubation), latent, incubation)
        self.hospitalised = hazards["hospitalised"].to_numpy(np.float64)
        self._age_years = self._years_by_age()
        self._presymptomatic = hazards["presymptomatic"].to_numpy(np.float64)
        self._recognised = hazards["recognised"].to_numpy(np.float64)
        self._intervals = [self._interval(r) for r in rows(hazards)]
        self._dispersion = hazards["dispersion"].to_numpy(np.float64)
        self._reads_off = False
        self._patterns: list[Pattern] = []
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

    def reading_off(self) -> Ensemble:
        """The same outbreaks, their outcomes read off a grid: nearly the same and much faster, see ``lookup``."""
        other = copy.copy(self)
        other._reads_off = True
        other._outcomes = OrderedDict()
        return other

    def _lookup(self, surface: Surface) -> Lookup:
        """Outcomes of a course that are read off."""
        if surface.lookup is None:
            surface.lookup = Lookup(surface, self._pattern())
        return surface.lookup

    def _pattern(self) -> Pattern:
        """How capacity is spread over places: half way between nothing and everything done."""
        if not self._patterns:
            edits, years = self.case.edits, self.case.settings.years
            nothing, everything = edits.starts({}), edits.starts(dict.fromkeys(edits.actions, years[0]))
            few = self.levers.capacities(nothing, [self.case.settings.base_year])[0]
            many = self.levers.capacities(everything, [years[-1]])[0]
            spare = np.maximum(few.spare_tests, many.spare_tests)
            self._patterns.append(Pattern.between(few, many, _order(many.answer_days, spare)))
        return self._patterns[0]

    def travelling(self, case: Case) -> Ensemble:
        """The same outbreaks under a case in which people travel otherwise; every course is run anew."""
        other = self.under(case)
        other.world = World(other.case)
        other._surfaces, other._outcomes, other._patterns = OrderedDict(), OrderedDict(), []
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
        strict = self.under_measures(h, capacity, parameters)
        return self._under(h, capacity, parameters, measures=strict)

    def under_measures(self, h: int, capacity: Capacity, parameters: Parameters) -> bool:
        """Whether community measures are taken against hazard h under a year's capacity."""
        if self.case.settings.perspective != "societal" or not self.containable[h]:
            return False
        price, sample = self.price(capacity, parameters), self.samples[h]
        plain, strict = (self._under(h, capacity, parameters, measures=m) for m in (False, True))
        loss, other = (sample.strata.mean(_money(h, price, o)) for o in (plain, strict))
        return other < loss

    def _under(self, h: int, capacity: Capacity, parameters: Parameters, *, measures: bool) -> HazardYear:
        """Outcome with community measures or without."""
        year = capacity.year
        key, surface = self._surface(h, parameters, year)
        given = {name: parameters.assumption(name, year) for name in COEFFICIENTS}
        mixture = [dict(zip(PRODUCT_FIELDS, row, strict=True)) for row in capacity.products[h] if row[0] > 0]
        if not measures:
            given["measures_effect"] = 0.0
        noticed = self._noticed(h, capacity, parameters)
        whole = (
            *key,
            tuple(given.values()),
            noticed.tobytes(),
            *(getattr(capacity, name)[h if name == "products" else ...].tobytes() for name in READ),
        )
        if whole in self._outcomes:
            self._outcomes.move_to_end(whole)
            return self._outcomes[whole]
        parts = [(m["probability"], self._outcome(h, surface, capacity, m, given, noticed)) for m in mixture]
        result = _mixed(parts, [m["therapeutic_efficacy"] for m in mixture])
        self._outcomes[whole] = result
        while len(self._outcomes) > OUTCOMES_KEPT:
            self._outcomes.popitem(last=False)
        return result

    def _noticed(self, h: int, capacity: Capacity, parameters: Parameters) -> NDArray[np.float64]:
        """Chance that an infection is noticed and sampled, array (place,).

        How recognisable the disease is multiplies the odds of suspicion among those who seek care.
        """
        ill, factor = float(self.symptomatic[h]), float(self._recognised[h])
        if factor == 1.0:
            return ill * capacity.sampled
        care = parameters.column("places", "care_seeking", capacity.year)
        suspicion = np.divide(capacity.sampled, care, out=np.zeros_like(care), where=care > 0)
        odds = factor * suspicion
        return ill * care * odds / (1.0 - suspicion + odds)

    def response(self, h: int, capacity: Capacity, product: dict[str, float], given: dict[str, float]) -> Response:
        """How strong a response is against hazard h under one outcome of research."""
        people = float(self.world.population.sum())
        delivery = max(1.0, given["stock_delivery_days"])
        ill, hospitalised = float(self.symptomatic[h]), float(self.hospitalised[h])
        symptomatic = ill + (1.0 - ill) * given["asymptomatic_infectiousness"]
        onset = float(self.incubation[h])
        return Response(
            capacity.deploy_days,
            capacity.traced_per_day,
            capacity.spare_tests,
            _order(capacity.answer_days, capacity.spare_tests),
            given["tests_per_case"],
            given["isolated_untested"] if capacity.answer_days.shape[1] else 1.0,
            given["isolation_effect"] * ill / max(symptomatic, 1e-300) * self._left(h, given["isolation_days"]),
            float(capacity.behaviour),
            given["infection_control_effect"] * hospitalised,
            given["measures_effect"],
            given["measures_around"],
            (hospitalised, round(onset + given["admission_days"]), max(1, round(given["stay_days"]))),
            capacity.beds,
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

    def _milestones(
        self,
        h: int,
        surface: Surface,
        capacity: Capacity,
        product: dict[str, float],
        given: dict[str, float],
        noticed: NDArray[np.float64],
    ) -> tuple[Milestones, NDArray[np.int64]]:
        """Milestones, and the days of the parts of the response as whole days."""
        sample = self.samples[h]
        when = found(
            surface, sample, capacity, product, given, noticed, float(self.symptomatic[h]), float(self.incubation[h])
        )
        stones = answered(when, capacity, product["assay_days"], sample)
        u = sample.rounding
        at = {name: stones.actions[:, i] for i, name in enumerate(ACTIONS)}
        tracing = np.maximum(at["coordination"], at["confirmation"])
        first = whole_days(np.maximum(stones.notify, at["confirmation"]), u)
        days = np.column_stack(
            [
                whole_days(tracing, u),
                whole_days(at["communication"], u),
                whole_days(at["care"], u),
                whole_days(at["measures"], u),
                np.maximum(whole_days(stones.detect + product["vaccine_day"], u), first),
                np.maximum(whole_days(stones.detect + product["therapeutic_day"], u), first),
            ]
        )
        return stones, days

    def _outcome(
        self,
        h: int,
        surface: Surface,
        capacity: Capacity,
        product: dict[str, float],
        given: dict[str, float],
        noticed: NDArray[np.float64],
    ) -> HazardYear:
        """Outcome under one outcome of research."""
        response = self.response(h, capacity, product, given)
        stones, days = self._milestones(h, surface, capacity, product, given, noticed)
        out = self._lookup(surface).respond(days, response) if self._reads_off else surface.respond(days, response)
        column = dict(zip(MEASURED, out.T, strict=True))
        return HazardYear(
            column["infections"],
            column["treated"],
            column["under_measures"],
            column["bed_days_short"] / response.hospital[2],
            column["followed"],
            column["tests"],
            column["tests_short"],
            stones,
            column["control"],
            column["end"],
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
        onset = float(self.incubation[h])
        if not np.isnan(self._presymptomatic[h]):
            # a day's share is spread evenly over the day, day 1 from one half on
            passed = np.concatenate([[0.0], np.cumsum(interval)])
            onset = float(np.interp(self._presymptomatic[h], passed, np.concatenate([[0.5], ends])))
        return float(interval @ np.clip(ends - (onset + days), 0.0, 1.0))

    # -- all hazards ----------------------------------------------------------------------

    def price(self, capacity: Capacity, parameters: Parameters) -> Price:
        """What infections and deaths cost in a year."""
        year = capacity.year
        column = parameters.column
        settings = self.case.settings
        illness = parameters.filled("hazards", "cost_per_case", year, "cost_per_case") * self.symptomatic
        interruption = np.zeros_like(illness)
        if settings.perspective == "societal":
            interruption = parameters.filled("hazards", "interruption_per_case", year, "interruption_per_case")
        years = column("hazards", "life_years", year)
        years = np.where(np.isnan(years), self._age_years, years)
        years = np.where(np.isnan(years), parameters.assumption("life_years", year), years)
        return Price(
            capacity.frequency,
            column("hazards", "ifr", year),
            years * settings.value_life_year,
            years,
            illness,
            interruption,
            parameters.assumption("measures_cost", year) if settings.perspective == "societal" else 0.0,
            _deaths_short(
                column("hazards", "ifr", year), self.hospitalised, parameters.assumption("excess_fatality", year)
            ),
        )

    def _years_by_age(self) -> NDArray[np.float64]:
        """Life years lost per death by the ages that die of each hazard, array (hazard,); NaN: not known."""
        ages = self.case["ages"]
        out = np.full(len(self.names), np.nan)
        if not len(ages) or ages["life_years"].isna().any():
            return out
        share = ages["share"].to_numpy(np.float64) * ages["susceptibility"].to_numpy(np.float64)
        severity = self.case["severity"]
        for h, name in enumerate(self.names):
            of = severity[severity["hazard"] == name].set_index("age_group")["fatality"]
            dying = share * np.array([float(of.get(a, 1.0)) for a in ages["age_group"]])
            if dying.sum() > 0:
                out[h] = float(dying @ ages["life_years"].to_numpy(np.float64) / dying.sum())
        return out

    def by_place(self, h: int, capacity: Capacity, parameters: Parameters) -> NDArray[np.float64]:
        """Infections of each outbreak of hazard h by place under a year's capacity, array (outbreak, place).

        The mean over outcomes of research, with community measures where `hazard_year` takes them.
        """
        given = {name: parameters.assumption(name, capacity.year) for name in COEFFICIENTS}
        if not self.under_measures(h, capacity, parameters):
            given["measures_effect"] = 0.0
        _key, surface = self._surface(h, parameters, capacity.year)
        noticed = self._noticed(h, capacity, parameters)
        total = np.zeros((len(surface.days), len(self.world.codes)))
        for row in capacity.products[h]:
            product = dict(zip(PRODUCT_FIELDS, row, strict=True))
            if product["probability"] > 0:
                days = self._milestones(h, surface, capacity, product, given, noticed)[1]
                response = self.response(h, capacity, product, given)
                total += product["probability"] * surface.by_place(days, response)
        return total

    def alone_by_place(self, h: int, parameters: Parameters, year: int) -> NDArray[np.float64]:
        """Infections of each undisturbed outbreak by place, array (outbreak, place)."""
        surface = self._surface(h, parameters, year)[1]
        ends = surface.offset + surface.days
        return np.array([surface.new[a:b].sum(0) for a, b in zip(surface.offset, ends, strict=True)], np.float64)

    def alone(self, h: int, parameters: Parameters, year: int) -> HazardYear:
        """Outcome of hazard h with detection and response switched off."""
        _key, surface = self._surface(h, parameters, year)
        n = len(surface.infections)
        never = np.full(n, np.inf)
        emergence = self.incubation[h] + surface.first_ill(self.samples[h], float(self.symptomatic[h]))
        nothing = np.zeros(n)
        given = {name: parameters.assumption(name, year) for name in ("admission_days", "stay_days")}
        hospital = (
            float(self.hospitalised[h]),
            round(float(self.incubation[h]) + given["admission_days"]),
            max(1, round(given["stay_days"])),
        )
        beds = self.levers.capacities(parameters.starts, [year])[0].beds
        out = surface.undisturbed(hospital, beds)
        column = dict(zip(MEASURED, out.T, strict=True))
        return HazardYear(
            column["infections"], nothing, nothing, column["bed_days_short"] / hospital[2], nothing, nothing, nothing,
            Milestones(emergence, never, never, never, never, never, np.full((n, len(ACTIONS)), np.inf)),
            column["control"], column["end"], surface.infections, self.samples[h].strata,
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


def _deaths_short(ifr: NDArray[np.float64], hospitalised: NDArray[np.float64], excess: float) -> NDArray[np.float64]:
    """Further deaths for each patient who finds no bed; deaths otherwise are taken to be among patients."""
    fatality = np.minimum(1.0, np.divide(ifr, hospitalised, out=np.zeros_like(ifr), where=hospitalised > 0))
    return np.minimum(excess * fatality, 1.0 - fatality)


def _order(answer_days: NDArray[np.float64], spare: NDArray[np.float64]) -> NDArray[np.int64]:
    """Laboratories that can test, in the order in which each place asks them, array (place, rank); -1: no more."""
    able = np.isfinite(answer_days) & (spare > 0)[None, :]
    order = np.argsort(np.where(able, answer_days, np.inf), axis=1, kind="stable")
    order = np.where(np.take_along_axis(able, order, 1), order, -1)
    return np.ascontiguousarray(order[:, : int(able.sum(1).max(initial=0))], np.int64)


def _mixed(parts: list[tuple[float, HazardYear]], efficacy: list[float]) -> HazardYear:
    """The mean over outcomes of research; milestones are those of the likeliest."""
    likeliest = max(parts, key=lambda part: part[0])[1]

    def mean(name: str, factors: list[float] | None = None) -> NDArray[np.float64]:
        weights = [w * f for (w, _p), f in zip(parts, factors or [1.0] * len(parts), strict=True)]
        return np.asarray(sum(w * getattr(p, name) for w, (_w, p) in zip(weights, parts, strict=True)))

    amounts = ("infections", "under_measures", "short_of_bed", "followed", "tests", "tests_short")
    return replace(likeliest, treated=mean("treated", efficacy), **{name: mean(name) for name in amounts})
