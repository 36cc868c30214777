"""Outcomes read off a grid: exact at its nodes, near between them, and nothing is run twice."""

from __future__ import annotations

import numpy as np
import pytest

import cases
from seawall.case import Case
from seawall.outbreak import Ensemble, Valuation
from seawall.outbreak.kernel import MEASURED, NEVER_DAY
from seawall.outbreak.lookup import LATER, STEPS, Lookup, Pattern
from seawall.outbreak.surface import Response

PLACES = [
    {"place": "A", "population": 60_000, "lat": 0.0, "lon": 0.0, "care_seeking": 0.6},
    {"place": "B", "population": 20_000, "lat": 0.0, "lon": 1.0, "care_seeking": 0.4},
]
HAZARD = {
    "hazard": "cough", "events_per_year": 1, "r0": 1.8, "dispersion": 0.4, "latent_days": 2, "infectious_days": 4,
    "symptomatic": 0.8, "ifr": 0.02, "hospitalised": 0.1, "measures": "no",
}  # fmt: skip
ACTIONS = {
    "tracers": ("cadre_stock", "tracing|A", "stock", "add", 30),
    "watch": ("places", "*", "care_seeking", "close", 0.5),
    "speed": ("assumptions", "activate_days_worst", "central", "multiply", 0.4),
    "beds": ("places", "B", "beds", "multiply", 3),
}


def case() -> Case:
    """Two places, one hazard, and actions that change what coordinates of the grid stand for."""
    edits = [
        {"action": name, "table": table, "key": key, "column": column, "op": op, "value": value}
        for name, (table, key, column, op, value) in ACTIONS.items()
    ]
    return cases.smallest(
        places=[{**p, "beds": 100} for p in PLACES],
        hazards=[HAZARD],
        cadres=[{"cadre": "tracing", "role": "tracing", "annual_attrition": 0.05}],
        cadre_stock=[{"cadre": "tracing", "place": p, "stock": 5} for p in ("A", "B")],
        assumptions=[{"parameter": "activate_days_worst", "central": 14}],
        actions=[{"action": a, "lever": "platform", "capital_cost": 1} for a in ACTIONS],
        effects=edits,
    )


def base(traced: float, behaviour: float) -> Response:
    places = len(PLACES)
    return Response(
        deploy=np.zeros(places), traced=np.full(places, traced), spare=np.zeros(0), order=np.zeros((places, 0), np.int64),
        tests_per_case=1.0, untested=1.0, isolation=6 * STEPS[4], behaviour=behaviour, care=0.1, measures=0.0, around=0.0,
        hospital=(0.1, 5, 8), beds=np.full(places, 50.0), vaccine=(0.0, 0.0, 1.0, 0.0, 0.0), therapy=(0.0, 0.0, 0.0, 1.0),
    )  # fmt: skip


def lookup(ensemble: Ensemble) -> Lookup:
    capacity = ensemble.levers.capacities(ensemble.case.edits.starts({}), [ensemble.case.settings.base_year])[0]
    _key, meeting = ensemble.meeting(0, capacity, _parameters(ensemble))
    places = len(PLACES)
    pattern = Pattern(
        np.full(places, 4.0), np.zeros(places), np.full(places, 50.0), np.zeros(0), np.zeros((places, 0), np.int64)
    )
    return Lookup(meeting.surface, pattern)


def _parameters(ensemble: Ensemble):  # type: ignore[no-untyped-def]
    from seawall.case import Parameters

    return Parameters(ensemble.case, ensemble.case.edits.starts({}))


def days(n: int, first: int, later: int) -> np.ndarray:
    out = np.full((n, 6), NEVER_DAY)
    out[:, 0], out[:, 1], out[:, 2] = first + later, first, first + int(LATER[1])
    return out


def test_a_node_is_what_is_simulated() -> None:
    grid = lookup(Ensemble(case().canonical, 60, 1))
    # twice the tracers of the pattern, in steps of the behaviour: whole numbers of every coordinate
    response, at = base(8.0, 2 * STEPS[5]), days(60, 12, int(LATER[3]))
    exact = grid.surface.respond(at, response)
    assert grid.respond(at, response) == pytest.approx(exact, rel=1e-12)
    assert exact[:, MEASURED.index("infections")].sum() < grid.surface.infections.sum()


def test_between_nodes_lies_the_mean_of_neighbours_and_nothing_is_run_twice() -> None:
    grid = lookup(Ensemble(case().canonical, 60, 1))
    low, high = (grid.respond(days(60, 12, 0), base(8.0, k * STEPS[5])) for k in (1, 2))
    runs = grid.runs
    half = grid.respond(days(60, 12, 0), base(8.0, 1.5 * STEPS[5]))
    assert half == pytest.approx((low + high) / 2)
    assert grid.runs == runs > 0


def test_later_days_and_never() -> None:
    grid = lookup(Ensemble(case().canonical, 60, 1))
    alone = grid.respond(np.full((60, 6), NEVER_DAY), base(8.0, 0.08))
    assert alone[:, 0] == pytest.approx(grid.surface.infections)
    early, late = (grid.respond(days(60, d, 0), base(8.0, 0.16))[:, 0] for d in (8, 30))
    assert early.sum() < late.sum() < alone[:, 0].sum()


def test_plans_are_valued_nearly_as_they_are_simulated() -> None:
    ensemble = Ensemble(case().canonical, 120, 1)
    near, exact = Valuation(ensemble.reading_off()), Valuation(ensemble)
    edits = ensemble.case.edits
    year = ensemble.case.settings.budget_years[0]
    none = exact.value(edits.starts({})).loss
    for chosen in ([], ["tracers"], ["watch", "speed"], list(ACTIONS)):
        starts = edits.starts(dict.fromkeys(chosen, year))
        assert near.value(starts).loss == pytest.approx(exact.value(starts).loss, rel=0.02)
    # and what was read off did not come from simulating the same response once more
    assert exact.value(edits.starts(dict.fromkeys(ACTIONS, year))).loss < none
    assert sum(grid.runs for grid in ensemble.lookups.values()) > 0
