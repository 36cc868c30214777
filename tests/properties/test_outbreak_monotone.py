"""On random small cases, one more action in force makes nothing worse: not a field, not a day, not the loss.

The planner's lower bound rests on this. Capacity and the day of detection must keep it exactly. The loss keeps it
on average only: fewer infections today can leave more people to infect tomorrow, so single outbreaks may come out
worse, and a mean over few of them by a little.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from seawall.case import TABLES, Case
from seawall.case.defaults import packaged_assumptions
from seawall.levers import FIELDS, PRODUCT_FIELDS, Levers
from seawall.outbreak import Ensemble
from seawall.outbreak.loss import year_loss

Row = dict[str, Any]
Plan = tuple[Case, dict[str, int], dict[str, int]]
YEARS = tuple(range(2027, 2035))
#: Greatest rise of the expected loss of a hazard in a year that is let pass, as a share of it, over 30 outbreaks.
#: In 1,200 such cases it rose in 14, by 0.13% at worst, and no detection was later; on a grid of response days and strengths, over 60 outbreaks with
#: R0 from 1.3 to 4, by 0.003% at worst, while single outbreaks came out worse by up to 27%.
TOLERANCE = 0.01

PEOPLE = [
    {"place": "A", "population": 60_000, "lat": 0.0, "lon": 0.0},
    {"place": "B", "population": 25_000, "lat": 0.0, "lon": 3.0},
    {"place": "C", "population": 8_000, "lat": 2.0, "lon": 0.0},
]
ROLES = ("laboratory", "surveillance", "tracing", "response", "biosafety", "faculty")
#: Coefficients that actions may edit here; the others would only take time.
COEFFICIENTS = (
    "suspicion_low", "suspicion_high", "notify_days_worst", "notify_days_best", "deploy_days_worst",
    "deploy_days_best", "activate_days_worst", "cluster_size", "isolation_effect", "behaviour_best",
    "transport_km_per_day", "longest_wait_days", "sequencing_run_days", "reference_abroad_days",
    "lab_incident_reduction", "assay_days_novel", "stock_delivery_days", "cases_per_tracer_day",
)  # fmt: skip


def editable(*, course: bool) -> list[tuple[str, str]]:
    """Columns that an action may edit for the better; opening laboratories more often than the rest.

    Not the length of programmes: who graduates a year early is a year longer at risk of leaving, so where classes
    differ in size, a shorter programme can mean fewer people in some year.
    """
    out = [(t, c.name) for t, spec in TABLES.items() for c in spec.columns if c.good and t != "scores"]
    out = [(t, c) for t, c in out if course or TABLES[t].by_name[c].touches == "response"]
    out.remove(("programmes", "years"))
    return [*out, ("scores", "score"), *3 * [("assumptions", "central")], *8 * [("facilities", "status")]]


# -- random cases --------------------------------------------------------------------------------


@st.composite
def facts(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Places, hazards, laboratories, people and research of a small case."""
    some = lambda low, high: draw(st.sampled_from(np.linspace(low, high, 5).round(4).tolist()))  # noqa: E731
    hazards = [
        {
            "hazard": h, "origin": o, "route": "zoonotic", "events_per_year": e, "r0": some(0.8, 2.6), "dispersion": 0.4,
            "latent_days": 2, "infectious_days": 3, "ifr": 0.02, "symptomatic": 0.7, "immune": 0.1,
            "imports_per_day": some(0, 0.2), "import_days": 40, "cost_per_case": 30,
        }
        for h, o, e in (("cough", "domestic", 2.0), ("leak", "laboratory", 0.5))
    ]  # fmt: skip
    status = st.sampled_from(["open", "candidate"])
    facilities = [
        {
            "facility": f, "place": p, "kind": "laboratory", "biosafety_level": 3, "status": draw(status),
            "tests_per_day": some(0, 40), "turnaround_days": some(1, 12), "sequencing_per_day": some(0, 2),
            "routine_per_day": some(0, 30),
        }
        for f, p in (("L1", "A"), ("L2", "A"), ("L3", "A"), ("L4", "B"))
    ]  # fmt: skip
    product = st.sampled_from(["diagnostic", "vaccine", "therapeutic"])
    return {
        "places": [{**p, "care_seeking": some(0.1, 0.9)} for p in PEOPLE],
        "hazards": hazards,
        "immunity": [{"hazard": "cough", "place": "A", "immune": 0.2}],
        "facilities": facilities,
        "staffing": [{"facility": f["facility"], "cadre": "laboratory", "required": some(0, 8)} for f in facilities],
        "cadres": [{"cadre": r, "role": r, "annual_attrition": some(0, 0.4), "norm_per_100k": 20} for r in ROLES],
        "cadre_stock": [{"cadre": r, "place": p, "stock": some(0, 12)} for r in ROLES for p in ("A", "B")],
        "programmes": [
            {
                "programme": f"for-{r}", "cadre": r, "years": draw(st.integers(0, 3)), "intake": some(0, 8),
                "max_intake": draw(st.sampled_from([None, 3, 20])), "completion": some(0.3, 1), "place": draw(st.sampled_from(["", "A"])),
                "faculty_cadre": "faculty", "students_per_faculty": draw(st.sampled_from([None, 0.5, 4])),
            }
            for r in ROLES
        ],
        "countermeasures": [
            {"family": "cough", "product": draw(product), "status": "available", "available_day": some(0, 60), "doses_per_day": some(0, 900), "stock": some(0, 9000)}
        ],
        "projects": [
            {"project": f"p{i}", "family": "cough", "product": draw(product), "years_left": i + 1, "p_success": some(0, 1), "doses_per_day": some(0, 900)}
            for i in range(2)
        ],
        "scores": [
            {"framework": "JEE1", "indicator": i, "year": 2023, "score": draw(st.integers(1, 5))}
            for i in ("D.2.2", "R.1.1", "R.5.1", "P.4.1", "P.6.1")
        ],
        "assumptions": [{"parameter": p, "central": packaged_assumptions()["central"][p]} for p in COEFFICIENTS],
    }  # fmt: skip


@st.composite
def effect(draw: st.DrawFn, tables: dict[str, list[Row]], columns: list[tuple[str, str]]) -> Row:
    """An effect that makes a column better."""
    table, column = draw(st.sampled_from(columns))
    spec = TABLES[table].by_name[column]
    row = draw(st.sampled_from(tables[table]))
    key = "|".join(str(row[k]) for k in TABLES[table].key) if draw(st.booleans()) or table == "assumptions" else "*"
    good = packaged_assumptions()["good"][row["parameter"]] if table == "assumptions" else spec.good
    if spec.kind == "choice":
        op, value = "set", spec.choices[-1]
    else:
        closable = spec.best is not None and table != "assumptions"
        op = draw(st.sampled_from(["add", "multiply", *(["close"] if closable else [])]))
        size = draw(st.sampled_from([0.1, 0.4, 0.9]))
        unit = {"p_success": 1, "completion": 1, "care_seeking": 1}.get(column, 10 if spec.le != 1 else 1)
        value = {"add": size * unit, "multiply": 1 + 3 * size, "close": size}[op]
        if good == "less" and op != "close":
            value = -value if op == "add" else 1 / value
    lasts = draw(st.sampled_from([None, None, 1, 3]))
    return {
        "table": table, "key": key, "column": column, "op": op, "value": value,
        "lag_years": draw(st.integers(0, 2)), "ramp_years": draw(st.integers(0, 2)), "lasts_years": lasts,
    }  # fmt: skip


@st.composite
def plans(draw: st.DrawFn, *, course: bool = True) -> Plan:
    """A case in canonical order, a schedule, and the schedule with one more action."""
    tables = draw(facts())
    names = ["a0", "a1", "a2", "more"]
    columns = [(t, c) for t, c in editable(course=course) if tables.get(t)]
    effects: dict[tuple[Any, ...], Row] = {}
    for name in names:
        for _ in range(draw(st.integers(1, 3))):
            e = {"action": name, **draw(effect(tables, columns))}
            effects[tuple(e[k] for k in TABLES["effects"].key)] = e
    tables["actions"] = [
        {"action": n, "lever": "platform", "capital_cost": 1, "build_years": draw(st.integers(0, 1))} for n in names
    ]
    case = cases.smallest(**tables, effects=list(effects.values()))
    year = st.integers(2027, 2029)
    before = {n: draw(year) for n in names[:3] if draw(st.booleans())}
    return case.canonical, before, {**before, "more": draw(year)}


# -- what must hold ------------------------------------------------------------------------------


def no_worse(good: str, before: np.ndarray, after: np.ndarray) -> bool:
    """Whether a field moved in its good direction only, up to rounding."""
    with np.errstate(invalid="ignore"):
        change = np.where(before == after, 0.0, after - before)
    slack = 1e-9 * np.maximum(1.0, np.where(np.isfinite(before), np.abs(before), 1.0))
    return bool(((change if good == "less" else -change) <= slack).all())


def dominates(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether every product field of a mixture is stochastically as good as before; arrays (outcome, field)."""
    for i, name in enumerate(PRODUCT_FIELDS):
        if name == "probability":
            continue
        sign = 1.0 if name.endswith(("_day", "_days")) and "doses" not in name else -1.0
        for at in np.unique(np.concatenate([before[:, i], after[:, i]])):
            share = [rows[sign * rows[:, i] <= sign * at, 0].sum() for rows in (before, after)]
            if share[1] < share[0] - 1e-9:
                return False
    return True


@settings(max_examples=30)
@given(plans())
def test_one_more_action_makes_no_field_of_capacity_worse(plan: Plan) -> None:
    case, fewer, more = plan
    levers = Levers(case)
    first, second = (levers.capacities(case.edits.starts(s), YEARS) for s in (fewer, more))
    for before, after in zip(first, second, strict=True):
        for field in FIELDS:
            a, b = getattr(before, field.name), getattr(after, field.name)
            if field.good == "mixture":
                assert all(dominates(x, y) for x, y in zip(a, b, strict=True)), (field.name, before.year)
            else:
                assert no_worse(field.good, a, b), (field.name, before.year)
    # for the bound: people who never leave are at least as many
    staying = Levers(case, staying=True).capacities(case.edits.starts(more), YEARS)
    assert all((b.stock >= a.stock - 1e-9).all() for a, b in zip(second, staying, strict=True))


def years_of(ensemble: Ensemble, schedule: dict[str, int]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Expected loss of each year and hazard, and the days of detection of all outbreaks by year."""
    out, days = [], []
    for price, outcomes in ensemble.years(ensemble.case.edits.starts(schedule), YEARS):
        lost = year_loss(price, outcomes)
        out.append(lost.health + lost.money)
        days.append(np.concatenate([o.milestones.detect for o in outcomes.values()]))
    return np.array(out), days


def worst_rise(before: np.ndarray, after: np.ndarray) -> float:
    """Greatest rise of an expected loss, as a share of it."""
    return float(np.max(np.where(after > before, after / np.maximum(before, 1e-300) - 1, 0.0)))


@settings(max_examples=30)
@given(st.booleans().flatmap(lambda course: st.tuples(st.just(course), plans(course=course))))
def test_one_more_action_delays_no_detection_and_hardly_ever_raises_the_expected_loss(
    drawn: tuple[bool, Plan],
) -> None:
    course, (case, fewer, more) = drawn
    ensemble = Ensemble(case, 60, 1)
    (before, first), (after, second) = (years_of(ensemble, s) for s in (fewer, more))
    assert worst_rise(before, after) <= TOLERANCE
    # what changes the course of outbreaks changes what there is to detect
    assert course or all((b <= a + 1e-9).all() for a, b in zip(first, second, strict=True))
