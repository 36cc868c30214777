"""Outbreaks of every hazard under any capacity: the fixed weighted sample that plans are valued on."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Parameters
from seawall.levers import Levers
from seawall.outbreak.diseases import Diseases
from seawall.outbreak.draws import name_key, uniform
from seawall.outbreak.kernel import MEASURED
from seawall.outbreak.lookup import Lookup, Pattern
from seawall.outbreak.loss import outbreak_loss
from seawall.outbreak.meeting import Meeting, referral_order
from seawall.outbreak.milestones import ACTIONS, Milestones
from seawall.outbreak.results import HazardYear, Price
from seawall.outbreak.strata import CANDIDATES, LEAST, MOST_CANDIDATES, TAKE_OFF, choose
from seawall.outbreak.surface import Course, Surface, takes_off
from seawall.outbreak.world import World

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
        self.diseases = Diseases(case)
        self.names, self.origin = self.diseases.names, self.diseases.origin
        self._reads_off = False
        self._patterns: list[Pattern] = []
        #: Outcomes that are read off, by the identity of their undisturbed courses.
        self.lookups: dict[int, Lookup] = {}
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
        if id(surface) not in self.lookups:
            self.lookups[id(surface)] = Lookup(surface, self._pattern())
        return self.lookups[id(surface)]

    def _pattern(self) -> Pattern:
        """How capacity is spread over places: half way between nothing and everything done."""
        if not self._patterns:
            edits, years = self.case.edits, self.case.settings.years
            nothing, everything = edits.starts({}), edits.starts(dict.fromkeys(edits.actions, years[0]))
            few = self.levers.capacities(nothing, [self.case.settings.base_year])[0]
            many = self.levers.capacities(everything, [years[-1]])[0]
            spare = np.maximum(few.spare_tests, many.spare_tests)
            self._patterns.append(Pattern.between(few, many, referral_order(many.answer_days, spare)))
        return self._patterns[0]

    def travelling(self, case: Case) -> Ensemble:
        """The same outbreaks under a case in which people travel otherwise; every course is run anew."""
        other = self.under(case)
        other.world = World(other.case)
        other._surfaces, other._outcomes, other._patterns, other.lookups = OrderedDict(), OrderedDict(), [], {}
        return other

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
            float(self.diseases.dispersion[h]),
            self.diseases.intervals[h],
            days,
            rate * weights / weights.sum(),
            round(parameters.assumption("longest_outbreak_days", year)),
        )

    def _surface(self, h: int, parameters: Parameters, year: int) -> tuple[tuple[object, ...], Surface]:
        column = parameters.column
        key = (
            h,
            float(column("hazards", "r0", year)[h]),
            float(column("hazards", "immune", year)[h]),
            float(column("hazards", "imports_per_day", year)[h]),
            float(parameters.filled("hazards", "import_days", year, "import_days")[h]),
            parameters.assumption("longest_outbreak_days", year),
            column("immunity", "immune", year)[self._immune_at[0] == h].tobytes(),
        )
        if key in self._surfaces:
            self._surfaces.move_to_end(key)
            return key, self._surfaces[key]
        surface = Surface(self.world, self.samples[h], self._course(h, parameters, year))
        self._surfaces[key] = surface
        while len(self._surfaces) > 1 and sum(s.nbytes for s in self._surfaces.values()) > COURSE_MEMORY:
            self.lookups.pop(id(self._surfaces.popitem(last=False)[1]), None)
        return key, surface

    def meeting(self, h: int, capacity: Capacity, parameters: Parameters) -> tuple[tuple[object, ...], Meeting]:
        """Hazard h and a year's capacity, with what identifies the undisturbed course."""
        key, surface = self._surface(h, parameters, capacity.year)
        people = float(self.world.population.sum())
        return key, Meeting(h, self.diseases, surface, self.samples[h], capacity, parameters, people)

    def hazard_year(self, h: int, capacity: Capacity, parameters: Parameters, price: Price | None = None) -> HazardYear:
        """Outcome of the outbreaks of hazard h under a year's capacity: the mean over research outcomes.

        Community measures are taken against a hazard where they are expected to cost less than
        they save, over all of its outbreaks; only the societal perspective counts their cost, and
        from the other none are taken.
        """
        return self._with_measures(self.meeting(h, capacity, parameters), parameters, price)[0]

    def _with_measures(
        self, meets: tuple[tuple[object, ...], Meeting], parameters: Parameters, price: Price | None
    ) -> tuple[HazardYear, bool]:
        """Outcome, and whether community measures are taken."""
        course, meeting = meets
        h, key = meeting.h, (*course, meeting.key)
        plain = self._under(key, meeting, measures=False)
        if self.case.settings.perspective != "societal" or not self.diseases.containable[h]:
            return plain, False
        strict = self._under(key, meeting, measures=True)
        price = price or self.price(meeting.capacity, parameters)
        loss, other = (self.samples[h].strata.mean(_money(h, price, o)) for o in (plain, strict))
        return (strict, True) if other < loss else (plain, False)

    def _under(self, key: tuple[object, ...], meeting: Meeting, *, measures: bool) -> HazardYear:
        """Outcome with community measures or without."""
        whole = (*key, measures)
        if whole in self._outcomes:
            self._outcomes.move_to_end(whole)
            return self._outcomes[whole]
        surface = meeting.surface
        read = self._lookup(surface).respond if self._reads_off else surface.respond
        measured: list[NDArray[np.float64]] = []
        for product, (_stones, days) in zip(meeting.mixture, meeting.days, strict=True):
            response = meeting.response(product, measures=measures)
            measured.append(read(days, response))
        result = self._mixed(meeting, measured)
        self._outcomes[whole] = result
        while len(self._outcomes) > OUTCOMES_KEPT:
            self._outcomes.popitem(last=False)
        return result

    def _mixed(self, meeting: Meeting, measured: list[NDArray[np.float64]]) -> HazardYear:
        """The mean over outcomes of research; days are those of the likeliest."""
        weights = [product["probability"] for product in meeting.mixture]
        likeliest = int(np.argmax(weights))
        amounts = sum(w * m for w, m in zip(weights, measured, strict=True))
        column = dict(zip(MEASURED, np.asarray(amounts).T, strict=True))
        days = dict(zip(MEASURED, measured[likeliest].T, strict=True))
        treated = MEASURED.index("treated")
        saved = [w * p["therapeutic_efficacy"] for w, p in zip(weights, meeting.mixture, strict=True)]
        stay = self.diseases.in_hospital(meeting.h, meeting.given["admission_days"], meeting.given["stay_days"])[2]
        return HazardYear(
            column["infections"],
            np.asarray(sum(w * m[:, treated] for w, m in zip(saved, measured, strict=True))),
            column["under_measures"],
            column["bed_days_short"] / stay,
            column["followed"],
            column["tests"],
            column["tests_short"],
            meeting.days[likeliest][0],
            days["control"],
            days["end"],
            meeting.surface.infections,
            meeting.sample.strata,
        )

    # -- all hazards ----------------------------------------------------------------------

    def price(self, capacity: Capacity, parameters: Parameters) -> Price:
        """What infections and deaths cost in a year."""
        year = capacity.year
        column = parameters.column
        settings = self.case.settings
        illness = parameters.filled("hazards", "cost_per_case", year, "cost_per_case") * self.diseases.symptomatic
        interruption = np.zeros_like(illness)
        if settings.perspective == "societal":
            interruption = parameters.filled("hazards", "interruption_per_case", year, "interruption_per_case")
        years = column("hazards", "life_years", year)
        years = np.where(np.isnan(years), self.diseases.age_years, years)
        years = np.where(np.isnan(years), parameters.assumption("life_years", year), years)
        return Price(
            capacity.frequency,
            column("hazards", "ifr", year),
            years * settings.value_life_year,
            years,
            illness,
            interruption,
            parameters.assumption("measures_cost", year) if settings.perspective == "societal" else 0.0,
            self.diseases.deaths_short_of_bed(
                column("hazards", "ifr", year), parameters.assumption("excess_fatality", year)
            ),
        )

    def by_place(self, h: int, capacity: Capacity, parameters: Parameters) -> NDArray[np.float64]:
        """Infections of each outbreak of hazard h by place under a year's capacity, array (outbreak, place).

        The mean over outcomes of research, with community measures where `hazard_year` takes them.
        """
        meets = self.meeting(h, capacity, parameters)
        strict, meeting = self._with_measures(meets, parameters, None)[1], meets[1]
        total = np.zeros((len(meeting.surface.days), len(self.world.codes)))
        for product, (_stones, days) in zip(meeting.mixture, meeting.days, strict=True):
            response = meeting.response(product, measures=strict)
            total += product["probability"] * meeting.surface.by_place(days, response)
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
        emergence = self.diseases.incubation[h] + surface.first_ill(float(self.diseases.symptomatic[h]))
        nothing = np.zeros(n)
        hospital = self.diseases.in_hospital(
            h, parameters.assumption("admission_days", year), parameters.assumption("stay_days", year)
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
            price = self.price(capacity, parameters)
            of = self.samples if hazards is None else hazards
            out.append((price, {h: self.hazard_year(h, capacity, parameters, price) for h in of}))
        return out


def _money(h: int, price: Price, outcome: HazardYear) -> NDArray[np.float64]:
    """Loss of each outbreak of hazard h, health and money together, array (outbreak,)."""
    _deaths, health, money = outbreak_loss(h, price, outcome)
    return health + money
