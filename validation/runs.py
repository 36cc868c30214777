"""Runs of the package that are compared with theory, with the plain model and with what was published."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case import Parameters
from seawall.case.coerce import build
from seawall.outbreak.ensemble import Ensemble
from seawall.outbreak.kernel import MEASURED, NEVER_DAY
from seawall.outbreak.surface import DAYS, Course, Response, Surface
from seawall.outbreak.world import World, generation_interval
from validation import plain

if TYPE_CHECKING:
    from seawall.case import Case


def case(
    places: list[dict[str, Any]], hazard: dict[str, Any], *, settings: dict[str, Any] | None = None, **tables: Any
) -> Case:
    """A case of some places and one hazard that nobody does anything about."""
    facts = {"hazard": "any", "events_per_year": 1, "r0": 2, "latent_days": 3, "infectious_days": 3, "ifr": 0.01}
    action = {"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}
    return build(
        {
            "places": places,
            "hazards": [{**facts, **hazard}],
            "actions": [action],
            "effects": [],
            "budgets": [{"source": "any", "year": 2027, "amount": 0}],
            **tables,
        },
        {"name": "validation", "currency": "USD", "budget_years": [2027], **(settings or {})},
    )


def one_place(people: int, **hazard: Any) -> Case:
    """A case of one place."""
    return case([{"place": "A", "population": people, "lat": 0, "lon": 0}], hazard)


def surface(
    world: World,
    n: int,
    seed: int,
    *,
    r0: float,
    dispersion: float,
    interval: tuple[float, float],
    susceptible: np.ndarray | None = None,
    arrivals: list[float] | None = None,
    import_days: int = 0,
    limit: int = 1825,
    origin: str = "domestic",
) -> Surface:
    """Undisturbed courses of n outbreaks, by mean and standard deviation of the generation interval.

    They start in proportion to people, or, where the origin is imported, to the `arrivals` of places.
    """
    course = Course(
        world.population if susceptible is None else susceptible,
        r0,
        dispersion,
        generation_interval(*interval),
        import_days,
        np.zeros(len(world.codes)) if arrivals is None else np.array(arrivals),
        limit,
    )
    return Surface(world, world.draw("any", origin, n, seed), course)


def contacts(world: World) -> np.ndarray:
    """Share of the contacts of people of one place that fall in another, array (from, to)."""
    ptr, idx, weight = world.travel
    out = np.zeros((len(world.codes), len(world.codes)))
    for p in range(len(out)):
        to = idx[ptr[p] : ptr[p + 1]]
        out[p, to] = weight[ptr[p] : ptr[p + 1]] * world.population[to]
    return out


def courses(s: Surface) -> list[np.ndarray]:
    """New infections of each outbreak, arrays (day, place)."""
    return [s.new[o : o + d] for o, d in zip(s.offset, s.days, strict=True)]


def growth_seen(s: Surface, first: int, last: int) -> float:
    """Growth a day of the mean incidence of all outbreaks between two weeks that start on given days."""
    total = np.zeros(last + 7)
    for new in courses(s):
        days = min(len(new), len(total))
        total[:days] += new[:days].sum(1)
    return float(np.log(total[last : last + 7].sum() / total[first : first + 7].sum()) / (last - first))


@cache
def _pressures(people: tuple[int, ...], points: tuple[tuple[float, float], ...]) -> list[list[float]]:
    """Travel of the plain model by gravity."""
    return plain.pressures(plain.gravity(list(people), list(points)), list(people))


def prevented(case: Case) -> dict[str, float]:
    """Shares of transmission that the parts of a response prevent of the only hazard of a case.

    Isolation while tracers and tests suffice, informed behaviour at its best, infection control in hospitals, and
    community measures, by the case's own coefficients.
    """
    ensemble = Ensemble(case, 1, 1)
    parameters = Parameters(ensemble.case, ensemble.case.edits.starts({}))
    given = lambda name: parameters.assumption(name, ensemble.case.settings.base_year)  # noqa: E731
    diseases = ensemble.diseases
    by_symptoms = diseases.with_symptoms(0, given("asymptomatic_infectiousness"))
    return {
        "isolation": given("isolation_effect") * by_symptoms * diseases.left(0, given("isolation_days")),
        "behaviour": given("behaviour_best"),
        "care": given("infection_control_effect") * float(diseases.hospitalised[0]),
        "measures": given("measures_effect"),
    }


def answered(s: Surface, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Infections, and last day with any, of outbreaks of which isolation prevents a share from the first case on."""
    n, places = len(s.days), len(s.susceptible)
    days = np.full((n, len(DAYS)), NEVER_DAY)
    days[:, DAYS.index("tracing")] = 0
    response = Response(
        deploy=np.zeros(places), traced=np.full(places, 1e12), spare=np.zeros(0), order=np.zeros((places, 0), np.int64),
        tests_per_case=1.0, untested=1.0, isolation=share, behaviour=0.0, care=0.0, measures=0.0, around=0.0,
        hospital=(0.0, 1, 1), beds=np.zeros(places), vaccine=(0.0, 0.0, 1.0, 0.0, 0.0), therapy=(0.0, 0.0, 0.0, 1.0),
    )  # fmt: skip
    out = s.respond(days, response)
    # an outbreak ends when nobody is infectious any more: the length of the interval after the last infection
    return out[:, MEASURED.index("infections")], out[:, MEASURED.index("end")] - len(s.course[1])


def twin(s: Surface, j: int, *, exact: bool = False) -> plain.Outbreak:
    """The plain model's outbreak for the j-th outbreak of a surface; travel by gravity."""
    places = s.world.case["places"]
    people = [max(1, round(p)) for p in places["population"].tolist()]
    points = list(zip(places["lat"].tolist(), places["lon"].tolist(), strict=True))
    r0, interval, import_days = s.course
    return plain.Outbreak(
        int(s.sample.keys[j]),
        int(s.sample.start[j]),
        places["place"].tolist(),
        people,
        s.susceptible.tolist(),
        _pressures(tuple(people), tuple(points)),
        r0,
        s.ground.gamma[0],
        interval.tolist(),
        s.limit,
        s.import_rate.tolist(),
        import_days,
        exact,
    )
