"""Every mechanism moves the milestone or the burden that it should, the right way, and nothing else.

A small case is simulated with a cell or a coefficient as it stands, and changed. Outbreaks are the same under both, so
that a difference is that of the mechanism; it must be larger than its own noise. What a change is not said to move
must stay equal to the last digit.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cases
from seawall.case import Case, Parameters
from seawall.outbreak import Ensemble
from seawall.outbreak.loss import parts_of_loss
from seawall.outbreak.milestones import ACTIONS

sys.path.insert(0, str(Path(__file__).parents[1]))
from validation import theory

N, SEED = 240, 1
#: Day that stands for never where days are compared.
NEVER = 1e4
#: Days of an outbreak, in their order.
STONES = ("emergence", "sample", "detect", "identify", "notify", *ACTIONS, "respond")
#: What follows from the response: it may move with every milestone.
BURDEN = (
    "infections", "deaths", "treated", "under_measures", "short_of_bed", "followed", "tests", "tests_short", "control",
    "end", "spent",
)  # fmt: skip

PLACES = [
    {"place": "A", "population": 80_000, "lat": 0.0, "lon": 0.0, "care_seeking": 0.5},
    {"place": "B", "population": 30_000, "lat": 0.0, "lon": 1.5, "care_seeking": 0.5},
    {"place": "C", "population": 10_000, "lat": 1.0, "lon": 1.0, "care_seeking": 0.5},
]
HAZARD = {
    "hazard": "cough", "origin": "domestic", "events_per_year": 2, "r0": 1.7, "latent_days": 3, "infectious_days": 5,
    "dispersion": 0.5, "ifr": 0.02, "symptomatic": 0.7, "incubation_days": 4, "hospitalised": 0.2, "measures": "no",
}  # fmt: skip
LAB = {"kind": "laboratory", "status": "open", "biosafety_level": 2}
FACILITIES = [
    {"facility": "L", "place": "A", **LAB, "tests_per_day": 60, "turnaround_days": 2, "routine_per_day": 40},
    {"facility": "M", "place": "B", **LAB, "tests_per_day": 500, "turnaround_days": 3, "routine_per_day": 0,
     "sequencing_per_day": 4},
]  # fmt: skip
READY = [{"family": "cough", "product": "diagnostic", "status": "available"}]
VACCINE = {"family": "cough", "product": "vaccine", "status": "available", "available_day": 30, "stock": 60_000}
CURE = {"family": "cough", "product": "therapeutic", "status": "available", "available_day": 5, "doses_per_day": 20}


def staff(role: str, each: float) -> list[dict[str, Any]]:
    """People of one role in every place."""
    return [{"cadre": role, "place": p["place"], "stock": each} for p in PLACES]


def case_of(
    hazard: dict[str, Any] | None = None,
    place: dict[str, Any] | None = None,
    facility: dict[str, dict[str, Any]] | None = None,
    given: dict[str, float] | None = None,
    people: dict[str, float] | None = None,
    **tables: Any,
) -> Case:
    """The small case with cells of its hazard, of all places, of a laboratory, coefficients or staff replaced."""
    stocks = {"tracing": 40.0, **(people or {})}
    base: dict[str, Any] = {
        "places": [{**p, **(place or {})} for p in PLACES],
        "hazards": [{**HAZARD, **(hazard or {})}],
        "facilities": [{**f, **(facility or {}).get(f["facility"], {})} for f in FACILITIES],
        "cadres": [{"cadre": role, "role": role} for role in stocks],
        "cadre_stock": [row for role, each in stocks.items() for row in staff(role, each)],
        "countermeasures": READY,
        "actions": [{"action": "none", "lever": "platform", "capital_cost": 0, "valued": "no"}],
        "effects": [],
        "assumptions": [{"parameter": p, "central": v} for p, v in (given or {}).items()],
        "settings": {"perspective": "societal"},
    }
    return cases.smallest(**{**base, **tables})


_SEEN: dict[str, dict[str, np.ndarray]] = {}


def seen(**changes: Any) -> dict[str, np.ndarray]:
    """Days and burden of every outbreak, arrays (outbreak,); inf: never."""
    label = json.dumps(changes, sort_keys=True)
    if label not in _SEEN:
        ensemble = Ensemble(case_of(**changes), N, SEED)
        starts = ensemble.case.edits.starts({})
        parameters, year = Parameters(ensemble.case, starts), ensemble.case.settings.base_year
        capacity = ensemble.levers.capacities(starts, [year])[0]
        price = ensemble.price(capacity, parameters)
        out = ensemble.hazard_year(0, capacity, parameters, price)
        stones, parts = out.milestones, parts_of_loss(0, price, out)
        _SEEN[label] = {
            **{name: getattr(stones, name) for name in STONES if name not in ACTIONS},
            **{name: stones.actions[:, i] for i, name in enumerate(ACTIONS)},
            **{name: getattr(out, name) for name in BURDEN if hasattr(out, name)},
            "deaths": parts.deaths,
            "spent": parts.illness + parts.interruption + parts.measures,
            "alone": out.alone.astype(float),
            "weight": out.strata.weight,
            "away": (at := ensemble.alone_by_place(0, parameters, year)).sum(1)
            - at[np.arange(len(at)), ensemble.samples[0].start],
            "lasted": ensemble.alone(0, parameters, year).end,
        }
    return _SEEN[label]


@dataclass
class Move:
    """A change, what it must raise and lower, and what else it may move; the rest must stay equal."""

    change: dict[str, Any]
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    base: dict[str, Any] = field(default_factory=dict)


def raised(before: np.ndarray, after: np.ndarray) -> float:
    """By how many standard errors more outbreaks are raised than lowered; 0 where the mean says otherwise.

    Outbreaks are the same, so that chance alone would raise as many as it lowers.
    """
    # never found counts as found very late
    change = np.where(np.isinf(after), NEVER, after) - np.where(np.isinf(before), NEVER, before)
    up, down = int((change > 1e-9).sum()), int((change < -1e-9).sum())
    sign = (up - down) / math.sqrt(up + down) if up + down else 0.0
    return sign if sign * change.mean() > 0 else 0.0


ANSWER = tuple(n for n in STONES if n not in {"emergence", "sample", "detect", "identify"})
FOUND = (*STONES[1:],)
NOVEL = {"countermeasures": [VACCINE | {"available_day": 700}]}
BLIND = {"facility": {"L": {"tests_per_day": 0}, "M": {"tests_per_day": 0, "sequencing_per_day": 0}}}
STRICT = {"hazard": {"measures": "yes"}, "given": {"measures_cost": 0.001}}


def both_ends(name: str, days: float, **more: float) -> dict[str, float]:
    """A delay of so many days, whatever the scores."""
    return {f"{name}_worst": days, f"{name}_best": days, **more}


MOVES: dict[str, Move] = {
    # what is found, and when
    "a longer incubation period": Move({"hazard": {"incubation_days": 8}}, up=(*STONES, "infections"), free=BURDEN),
    "more who seek care": Move({"place": {"care_seeking": 0.95}}, down=("sample", "detect", "notify", "respond", "infections"), free=FOUND + BURDEN),
    "later care": Move({"given": {"care_delay_days": 12}}, up=(*FOUND, "infections"), free=BURDEN),
    "an easily recognised disease": Move({"hazard": {"recognised": 12}}, down=("sample", "detect", "notify", "respond", "infections"), free=FOUND + BURDEN),
    "more suspicion, more samples": Move({"given": {"suspicion_high": 0.9}}, down=("sample", "detect", "notify", "respond", "infections"), free=FOUND + BURDEN),
    "people who watch": Move({"people": {"surveillance": 50}}, down=("sample", "detect", "notify", "respond"), free=FOUND + BURDEN),
    "slow transport": Move({"given": {"transport_km_per_day": 10}}, up=("detect", "notify", "respond"), free=FOUND + BURDEN),
    "later pick-up": Move({"given": {"pickup_days": 9}}, up=("detect", "notify", "respond"), free=FOUND + BURDEN),
    "a slow test": Move({"facility": {"L": {"turnaround_days": 20}, "M": {"turnaround_days": 20}}}, up=("detect", "notify", "respond"), free=FOUND + BURDEN),
    "a laboratory queue": Move({"facility": {"L": {"routine_per_day": 59.95}, "M": {"tests_per_day": 0}}}, up=("detect", "notify", "respond"), free=FOUND + BURDEN, base={"facility": {"M": {"tests_per_day": 0}}}),
    "larger clusters": Move({**BLIND, "given": {"cluster_size": 60}}, base=BLIND, up=("detect", "respond"), free=FOUND + BURDEN),
    "clusters reported late": Move({**BLIND, "given": {"cluster_report_days": 15}}, base=BLIND, up=("detect", "respond"), free=FOUND + BURDEN),
    "no laboratory at all": Move(BLIND, up=("detect", "respond", "infections"), free=FOUND + BURDEN),
    # a new agent
    "a new agent": Move({"countermeasures": []}, up=("detect", "identify", "confirmation", "investigation", "respond", "infections"), free=FOUND + BURDEN),
    "tests for a new agent soon": Move({**NOVEL, "given": {"assay_days_novel": 10}}, base=NOVEL, down=("confirmation", "investigation", "respond", "infections"), free=BURDEN),
    "no sequencing in the country": Move({**NOVEL, "facility": {"M": {"sequencing_per_day": 0}}}, base=NOVEL, up=("identify", "confirmation", "investigation"), free=FOUND + BURDEN),
    # notification and the seven early actions
    "late notification": Move({"given": both_ends("notify_days", 30)}, up=(*(n for n in ANSWER if n != "confirmation"), "infections"), free=BURDEN),
    "late coordination": Move({"given": both_ends("activate_days", 40)}, up=("coordination", "investigation", "measures", "respond", "infections"), free=BURDEN),
    "late assessment": Move({"given": both_ends("assess_days", 40)}, up=("assessment", "measures", "respond")),
    "late assessment where measures are taken": Move({**STRICT, "given": {**STRICT["given"], **both_ends("assess_days", 40)}}, base=STRICT, up=("assessment", "measures", "respond", "infections"), free=BURDEN),
    "late confirmation": Move({**NOVEL, "given": {"assay_days_novel": 150}}, base=NOVEL, up=("confirmation", "investigation", "respond", "infections"), free=BURDEN),
    "late investigation": Move({"given": both_ends("deploy_days", 40)}, up=("investigation", "respond", "infections"), free=BURDEN),
    "late infection control": Move({"given": both_ends("care_days", 60, infection_control_effect=0.9)}, base={"given": both_ends("care_days", 1, infection_control_effect=0.9)}, up=("care", "respond", "infections"), free=BURDEN),
    "late risk communication": Move({"given": both_ends("communicate_days", 60)}, up=("communication", "respond", "infections"), free=BURDEN),
    "late community measures": Move({**STRICT, "given": {**STRICT["given"], **both_ends("measures_days", 40)}}, base=STRICT, up=("measures", "respond", "infections"), free=BURDEN),
    "late measures where none are taken": Move({"given": both_ends("measures_days", 60)}, up=("measures", "respond")),
    "response teams": Move({"people": {"response": 50}}, base={"people": {"response": 0}}, down=("investigation", "respond", "infections"), free=BURDEN),
    # how strong the response is
    "no isolation": Move({"given": {"isolation_effect": 0}}, up=("infections",), down=("followed", "tests"), free=BURDEN),
    "isolation late after onset": Move({"given": {"isolation_days": 9}}, up=("infections",), free=BURDEN),
    "transmission before symptoms": Move({"hazard": {"presymptomatic": 0.6}}, base={"hazard": {"presymptomatic": 0.1}}, up=("infections",), free=BURDEN),
    "infectious without symptoms": Move({"given": {"asymptomatic_infectiousness": 1}}, up=("infections",), free=BURDEN),
    "few tracers": Move({"people": {"tracing": 3}}, up=("infections",), free=BURDEN),
    "many tests a case": Move({"given": {"tests_per_case": 60}}, up=("tests_short", "infections"), free=BURDEN),
    "isolation without a test": Move({"given": {"tests_per_case": 60, "isolated_untested": 1}}, base={"given": {"tests_per_case": 60, "isolated_untested": 0}}, down=("infections",), free=BURDEN),
    "no second laboratory to turn to": Move({"facility": {"M": {"tests_per_day": 0}}}, up=("tests_short", "infections"), free=FOUND + BURDEN),
    "informed people": Move({"given": {"behaviour_best": 0.7}}, down=("infections", "spent"), free=BURDEN),
    "infection control": Move({"given": {"infection_control_effect": 0.9}}, down=("infections",), free=BURDEN),
    "measures": Move(STRICT, down=("infections", "deaths"), up=("under_measures",), free=BURDEN),
    "measures that hardly help": Move({**STRICT, "given": {**STRICT["given"], "measures_effect": 0.25}}, base=STRICT, up=("infections",), free=BURDEN),
    "measures around a case": Move({**STRICT, "given": {**STRICT["given"], "measures_around": 100}}, base=STRICT, down=("under_measures", "spent")),
    "measures that cost more": Move({**STRICT, "given": {"measures_cost": 0.002}}, base=STRICT, up=("spent",)),
    # medicine
    "a vaccine": Move({"countermeasures": [*READY, VACCINE]}, down=("infections", "deaths"), free=BURDEN),
    "a vaccine that comes later": Move({"countermeasures": [*READY, {**VACCINE, "available_day": 120}]}, base={"countermeasures": [*READY, VACCINE]}, up=("infections",), free=BURDEN),
    "a weak vaccine": Move({"countermeasures": [*READY, {**VACCINE, "efficacy": 0.2}]}, base={"countermeasures": [*READY, {**VACCINE, "efficacy": 0.9}]}, up=("infections",), free=BURDEN),
    "slow delivery": Move({"countermeasures": [*READY, VACCINE], "given": {"stock_delivery_days": 200}}, base={"countermeasures": [*READY, VACCINE]}, up=("infections",), free=BURDEN),
    "a therapeutic": Move({"countermeasures": [*READY, CURE]}, down=("deaths",), up=("treated",)),
    "a therapeutic that does more": Move({"countermeasures": [*READY, {**CURE, "efficacy": 0.9}]}, base={"countermeasures": [*READY, {**CURE, "efficacy": 0.3}]}, down=("deaths",), up=("treated",)),
    # hospitals
    "beds": Move({"place": {"beds": 3000}}, base={"place": {"beds": 10}}, down=("short_of_bed", "deaths")),
    "beds taken by others": Move({"given": {"beds_spare": 0.01}}, up=("short_of_bed", "deaths")),
    "longer stays": Move({"given": {"stay_days": 25}}, up=("short_of_bed", "deaths"), free=()),
    "worse without a bed": Move({"given": {"excess_fatality": 2.0}}, up=("deaths",)),
    "a deadlier disease": Move({"hazard": {"ifr": 0.04}}, up=("deaths",)),
}  # fmt: skip


@pytest.mark.parametrize("what", list(MOVES))
def test_a_mechanism_moves_what_it_should_and_nothing_else(what: str) -> None:
    move = MOVES[what]
    before, after = seen(**move.base), seen(**move.change)
    assert (before["alone"] == after["alone"]).all()
    for name in move.up:
        assert raised(before[name], after[name]) > 3, name
    for name in move.down:
        assert raised(before[name], after[name]) < -3, name
    for name in (*STONES, *BURDEN):
        if name not in {*move.up, *move.down, *move.free}:
            assert (before[name] == after[name]).all(), name


def test_no_test_needed_is_nearly_as_a_test_in_a_thousand() -> None:
    none, few = (seen(given={"tests_per_case": tests}) for tests in (0.0, 1e-3))
    assert none["tests"].sum() == none["tests_short"].sum() == 0
    assert none["infections"].tolist() == few["infections"].tolist()


# -- the course itself: other outbreaks take off, so that samples are compared -------------------


def share(x: dict[str, np.ndarray], which: np.ndarray) -> float:
    """Share of outbreaks, by weight."""
    return float(x["weight"] @ which / x["weight"].sum())


def test_superspreading_lets_most_outbreaks_die_out() -> None:
    wide, even = (seen(hazard={"dispersion": k}) for k in (0.1, 5.0))
    assert share(wide, wide["alone"] < 50) == pytest.approx(theory.extinction(1.7, 0.1), abs=0.015)
    assert share(even, even["alone"] < 50) == pytest.approx(theory.extinction(1.7, 5.0), abs=0.025)
    # and those that go on are as large
    sizes = [np.median(x["alone"][x["alone"] > 5000]) for x in (wide, even)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_a_longer_generation_interval_makes_outbreaks_slower_and_not_larger() -> None:
    quick, slow = (seen(hazard={"generation_days": d, "generation_sd": d / 2}) for d in (5, 10))
    large = [x["alone"] > 5000 for x in (quick, slow)]
    lasted = [float(np.median(x["lasted"][of])) for x, of in zip((quick, slow), large, strict=True)]
    assert lasted[1] == pytest.approx(2 * lasted[0], rel=0.15)
    sizes = [np.median(x["alone"][of]) for x, of in zip((quick, slow), large, strict=True)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)
    assert share(quick, large[0]) == pytest.approx(share(slow, large[1]), abs=0.06)


@pytest.mark.parametrize("model", ["gravity", "radiation"])
def test_travel_carries_outbreaks_to_other_places(model: str) -> None:
    settings = {"perspective": "societal", "travel_model": model}
    few, many = (seen(given={"travel_share": s}, settings=settings) for s in (1e-7, 0.05))
    abroad = [x["away"] > 0 for x in (few, many)]
    assert share(few, abroad[0]) < 0.02
    assert share(many, abroad[1] & (many["alone"] >= 50)) > 0.95 * share(many, many["alone"] >= 50)
    nowhere = seen(travel=[{"origin": "A", "destination": "A", "trips_per_day": 5}])
    assert not nowhere["away"].any()


def test_introductions_go_on_for_their_days() -> None:
    once = seen(hazard={"r0": 0.7})
    more = seen(hazard={"r0": 0.7, "imports_per_day": 0.5, "import_days": 60})
    long = seen(hazard={"r0": 0.7, "imports_per_day": 0.5, "import_days": 180})
    # each introduction leads to 1 / (1 - R0) infections
    for x, many in ((once, 1), (more, 1 + 59 * 0.5), (long, 1 + 179 * 0.5)):
        spread = x["alone"].std() / math.sqrt(N)
        assert x["weight"] @ x["alone"] / x["weight"].sum() == pytest.approx(many / 0.3, abs=4 * spread)
    assert more["lasted"].min() >= 60
    assert long["lasted"].min() >= 180


def test_immune_people_are_not_infected_and_protect_others() -> None:
    none, half = (seen(hazard={"immune": share}) for share in (0.0, 0.3))
    large = [x["alone"] > 1000 for x in (none, half)]
    # an effective R0 of 1.7 · 0.7 = 1.19 dies out more often and infects fewer
    assert share(half, large[1]) < 0.6 * share(none, large[0])
    sizes = [float(np.median(x["alone"][of])) for x, of in zip((none, half), large, strict=True)]
    assert sizes[1] < 0.5 * sizes[0]
    place = seen(immunity=[{"hazard": "cough", "place": p["place"], "immune": 0.3} for p in PLACES])
    assert (place["alone"] == half["alone"]).all()


def test_an_outbreak_is_cut_off_after_the_longest_time() -> None:
    short = seen(given={"longest_outbreak_days": 40})
    assert short["lasted"].max() == 40
    assert seen()["lasted"].max() > 100


# -- how often -----------------------------------------------------------------------------------

HAZARDS = [
    {**HAZARD, "hazard": "cough", "origin": "laboratory"},
    {**HAZARD, "hazard": "fever", "route": "zoonotic"},
    {**HAZARD, "hazard": "rash", "route": "respiratory"},
]
SCORES = [{"framework": "JEE1", "indicator": i, "year": 2023, "score": 2} for i in ("P.6.1", "P.4.1")]


def frequencies(effect: dict[str, Any], given: dict[str, float], **tables: Any) -> np.ndarray:
    """Outbreaks a year of a laboratory incident, a spillover and another hazard, once an action is in force."""
    rows = {
        "hazards": HAZARDS,
        "actions": [{"action": "act", "lever": "governance", "capital_cost": 1}],
        "effects": [{"action": "act", **effect}],
        **tables,
    }
    ensemble = Ensemble(case_of(given=given, **rows), 3, SEED)
    return ensemble.levers.capacities(ensemble.case.edits.starts({"act": 2027}), [2030])[0].frequency


@pytest.mark.parametrize(
    ("effect", "moved"),
    [
        ({"table": "scores", "key": "JEE1|P.6.1|2023", "column": "score", "op": "set", "value": 5}, 0),
        ({"table": "scores", "key": "JEE1|P.4.1|2023", "column": "score", "op": "set", "value": 5}, 1),
        ({"table": "hazards", "key": "rash", "column": "events_per_year", "op": "multiply", "value": 0.5}, 2),
    ],
)
def test_practice_lowers_the_frequency_of_its_own_hazard(effect: dict[str, Any], moved: int) -> None:
    given = {"lab_incident_reduction": 0.8, "spillover_reduction": 0.3}
    got = frequencies(effect, given, scores=SCORES)
    others = [h for h in range(3) if h != moved]
    assert got[others].tolist() == [2.0, 2.0]
    # today's practice is a score of 2 on a scale from 1 to 5
    expected = {0: 2 * (1 - 0.8) / (1 - 0.8 / 4), 1: 2 * (1 - 0.3) / (1 - 0.3 / 4), 2: 1.0}[moved]
    assert got[moved] == pytest.approx(expected)
    without = frequencies(effect, dict.fromkeys(given, 0.0), scores=SCORES)
    assert without[moved] == (2.0 if moved < 2 else 1.0)


def test_biosafety_officers_make_laboratory_incidents_rarer() -> None:
    effect = {"table": "cadre_stock", "key": "biosafety|*", "column": "stock", "op": "add", "value": 100}
    got = frequencies(effect, {"lab_incident_reduction": 0.8}, people={"biosafety": 0})
    assert got.tolist() == pytest.approx([2 * (1 - 0.8), 2.0, 2.0])
