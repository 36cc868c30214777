"""A plan made by hand for the tests of the reporting room; its figures are made up."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from seawall.case import LEVERS, TABLES, Case, Costs, Rules, Schedule, Settings
from seawall.outbreak.outbreaks import Distribution, Outbreaks, Timeliness
from seawall.planning.result import Plan

YEARS = (2027, 2028, 2029, 2030, 2031)

PLACES = [
    ("KA", "Karanda City", 14_200_000, 6.5, 3.4),
    ("BE", "Bemba", 9_600_000, 12.0, 8.5),
    ("CO", "Coastal Delta", 6_100_000, 4.9, 6.3),
    ("DU", "Dunari", 5_300_000, 11.8, 13.2),
    ("EL", "Elim Plateau", 4_100_000, 9.9, 8.9),
    ("FA", "Fadama", 3_700_000, 13.0, 5.2),
    ("GO", "Gombi", 3_200_000, 10.3, 11.2),
    ("HI", "Hills of the Upper Benuwa and the Lake", 2_900_000, 7.7, 8.5),
    ("IR", "Irawa", 2_100_000, 8.9, 4.6),
    ("JO", "Jofar", 800_000, 5.7, 8.1),
]

HAZARDS = [
    # hazard, name, events a year, baseline loss to the last year, plan, deaths a year before and after
    ("influenza_severe", "Influenza pandemic, severe", 0.009, 9.1e9, 8.52e9, 4100.0, 3890.0),
    ("covid_like", "Coronavirus pandemic from abroad", 0.02, 3.4e9, 3.01e9, 1900.0, 1690.0),
    ("ebola_like", "Ebola-like fever brought in", 0.04, 4.2e8, 1.6e8, 160.0, 61.0),
    ("lassa", "Lassa fever season", 1.0, 1.1e8, 8.3e7, 190.0, 148.0),
    ("cholera", "Cholera season", 1.0, 2.6e8, 2.2e8, 610.0, 514.0),
    ("mpox", "Mpox spread", 1.0, 3.1e6, 2.9e6, 1.9, 1.7),
    ("lab_incident", "Laboratory incident", 0.002, 2.2e5, 9e4, 0.12, 0.05),
]

ACTIONS: list[dict[str, Any]] = [
    {"action": "lab_hub", "title": "Sequencing hub in Bemba", "lever": "platform", "area": "D.1", "place": "BE",
     "capital_cost": 6_400_000, "annual_cost": 900_000, "build_years": 2, "lead": "Institute of Public Health"},
    {"action": "lab_net", "title": "Molecular laboratories in six states, with staff, power and a specimen "
     "transport contract that reaches every district hospital", "lever": "platform", "area": "D.1",
     "capital_cost": 11_900_000, "annual_cost": 2_100_000, "build_years": 2, "lead": "Institute of Public Health"},
    {"action": "courier", "title": "Specimen couriers", "lever": "platform", "area": "D.1",
     "capital_cost": 700_000, "annual_cost": 420_000, "build_years": 0, "lead": "Postal Service"},
    {"action": "stockpile", "title": "Protective equipment in two stores", "lever": "platform", "area": "R.4",
     "capital_cost": 3_300_000, "annual_cost": 250_000, "build_years": 1, "valued": "no", "lead": "Medical Stores"},
    {"action": "frontline", "title": "Front-line field epidemiology for 2,400 officers", "lever": "talent",
     "area": "D.4", "capital_cost": 3_600_000, "annual_cost": 600_000, "build_years": 1, "lead": "FETP"},
    {"action": "advanced", "title": "Advanced field epidemiology, 40 residents a year", "lever": "talent",
     "area": "D.4", "capital_cost": 1_000_000, "annual_cost": 1_400_000, "build_years": 2, "lead": "FETP"},
    {"action": "teams", "title": "Rapid response teams in every state", "lever": "talent", "area": "R.2",
     "capital_cost": 2_200_000, "annual_cost": 1_100_000, "build_years": 1, "lead": "Ministry of Health"},
    {"action": "faculty", "title": "Chairs of epidemiology at two universities", "lever": "discipline", "area": "D.4",
     "capital_cost": 1_500_000, "annual_cost": 500_000, "build_years": 3, "lead": "Universities Commission"},
    {"action": "eoc", "title": "Emergency operations centre", "lever": "governance", "area": "R.2",
     "capital_cost": 1_800_000, "annual_cost": 350_000, "build_years": 1, "lead": "Ministry of Health"},
    {"action": "law", "title": "Public health act", "lever": "governance", "area": "P.1", "capital_cost": 240_000,
     "annual_cost": 0, "build_years": 1, "valued": "no", "lead": "Ministry of Justice"},
    {"action": "amr", "title": "Antimicrobial resistance: <script>alert('x')</script> & \"sentinel\" sites",
     "lever": "governance", "area": "P.3", "capital_cost": 900_000, "annual_cost": 300_000, "build_years": 1,
     "valued": "no", "lead": "=HYPERLINK(\"http://example.org\")"},
    {"action": "risk_comm", "title": "Risk communication units", "lever": "governance", "area": "R.5",
     "capital_cost": 600_000, "annual_cost": 200_000, "build_years": 0, "lead": "Ministry of Information"},
    {"action": "bsl", "title": "Biosafety officers in every laboratory", "lever": "governance", "area": "P.6",
     "capital_cost": 800_000, "annual_cost": 300_000, "build_years": 1, "lead": "Institute of Public Health"},
    {"action": "vaccine", "title": "Lassa vaccine trial", "lever": "science", "area": "R.4",
     "capital_cost": 133_000_000, "annual_cost": 0, "build_years": 5, "lead": "Research Council"},
    {"action": "assay", "title": "Broad coronavirus assay", "lever": "science", "area": "D.1",
     "capital_cost": 60_000_000, "annual_cost": 0, "build_years": 2, "lead": "Research Council"},
    {"action": "ports", "title": "Points of entry", "lever": "governance", "area": "PoE", "valued": "no",
     "capital_cost": 700_000, "annual_cost": 90_000, "build_years": 1, "lead": "Port Health"},
]  # fmt: skip

SCHEDULE = {
    "lab_hub": 2028, "lab_net": 2027, "courier": 2027, "stockpile": 2030, "frontline": 2027, "advanced": 2028,
    "teams": 2029, "faculty": 2028, "eoc": 2027, "law": 2027, "amr": 2028, "risk_comm": 2030, "bsl": 2031,
}  # fmt: skip

VALUES = {
    "lab_hub": (3.1e6, 61), "lab_net": (1.9e7, 310), "courier": (4.4e6, 80), "frontline": (3.2e7, 410),
    "advanced": (8.1e6, 140), "teams": (1.2e7, 190), "faculty": (2.1e5, 3), "eoc": (6.6e6, 90),
    "risk_comm": (9.4e6, 130), "bsl": (1.3e4, 0.06),
}  # fmt: skip


def frame(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table of a case: every declared column, defaults filled in."""
    out = {}
    for column in TABLES[table].columns:
        values = [row.get(column.name, column.default) for row in rows]
        if column.numeric:
            out[column.name] = pd.Series([nan if v is None else v for v in values], dtype="float64")
        else:
            out[column.name] = pd.Series([str(v) for v in values], dtype=object)
    return pd.DataFrame(out)


def _effects() -> list[dict[str, Any]]:
    score = {"table": "scores", "column": "score", "op": "add"}
    return [
        {"action": "amr", "key": "JEE1|P.3.1|2025", "value": "1", **score},
        {"action": "law", "key": "JEE1|P.1.1|2025", "value": "1", **score},
        {"action": "eoc", "key": "JEE1|R.2.1|2025", "value": "2", **score},
        {"action": "frontline", "table": "places", "key": "*", "column": "care_seeking", "op": "close", "value": "0.2"},
    ]


def make_case(actions: list[dict[str, Any]] | None = None, n_places: int = 10) -> Case:
    """A made-up country of some places, with its candidate actions."""
    actions = ACTIONS if actions is None else actions
    codes = {a["action"] for a in actions}
    rows: dict[str, list[dict[str, Any]]] = {
        "places": [
            {"place": p, "name": n, "population": pop, "lat": lat, "lon": lon}
            for p, n, pop, lat, lon in PLACES[:n_places]
        ],
        "hazards": [
            {"hazard": h, "name": n, "events_per_year": e, "r0": 1.8, "latent_days": 3, "infectious_days": 5, "ifr": 0.01}
            for h, n, e, *_rest in HAZARDS
        ],
        "actions": [{"source": "Made up for the test", **a} for a in actions],
        "effects": [e for e in _effects() if e["action"] in codes],
        "scores": [
            {"framework": "JEE1", "indicator": i, "year": 2025, "score": s}
            for i, s in (("P.1.1", 2), ("P.3.1", 2), ("R.2.1", 1), ("D.1.1", 3))
        ],
        "floors": [
            {"framework": "JEE1", "indicator": i, "year": 2031, "score": 3} for i in ("P.3.1",)
        ],
        "locks": [r for r in ({"action": "law", "rule": "must", "year": 2028},) if "law" in codes],
        "requires": [r for r in ({"action": "advanced", "requires": "frontline"},) if r["action"] in codes],
        "budgets": [
            {"source": s, "year": y, "amount": m, "carry_over": c, "earmark": e}
            for y in YEARS
            for s, m, c, e in (
                ("Government", 9_000_000, "yes", ""),
                ("World Fund", 7_000_000, "no", ""),
                ("Foundation for talent", 1_500_000, "no", "talent"),
            )
        ],
        "unit_costs": [{"item": "course", "name": "Course place", "cost": 1500, "unit": "person"}],
        "cost_lines": [
            r
            for r in (
                {"action": "frontline", "line": 1, "title": "Course places", "item": "course", "quantity": 2400},
                {"action": "frontline", "line": 2, "title": "Trainers", "quantity": 20, "unit_cost": 30_000,
                 "recurs": "annual"},
                {"action": "eoc", "line": 1, "title": "Building", "quantity": 1, "unit_cost": 1_300_000},
                {"action": "eoc", "line": 2, "title": "Equipment", "quantity": 50, "unit_cost": 10_000},
                {"action": "law", "line": 1, "title": "+Drafting, lines that do not add up", "quantity": 2,
                 "unit_cost": 100_000},
            )
            if r["action"] in codes
        ],
    }  # fmt: skip
    tables = {name: frame(name, rows.get(name, [])) for name in TABLES}
    settings = Settings(
        name="karanda", title="Karanda: health security 2027-2031", iso3="XKA", currency="USD", price_year=2026,
        base_year=2026, budget_years=YEARS, perspective="societal", framework="JEE1",
    )  # fmt: skip
    return Case(tables, settings, frozenset(rows))


def _outbreaks(year: int, scale: float, timeliness: Timeliness) -> Outbreaks:
    deaths = sum(h[5] for h in HAZARDS) * scale
    hazards = pd.DataFrame(
        [(h[0], h[2], h[5] * scale, h[3] * scale / 12) for h in HAZARDS],
        columns=["hazard", "events_per_year", "deaths", "loss"],
    )
    table = pd.DataFrame(columns=["outbreak", "hazard", "place", "weight", "infections", "deaths", "loss"])
    spread = Distribution(deaths, 40.0, deaths * 4, deaths * 14, deaths * 0.8, deaths * 1.2)
    money = Distribution(9e8 * scale, 4e6, 2e9, 9e9, 7e8 * scale, 1.1e9 * scale)
    return Outbreaks(1000, 1, year, "USD", table, hazards, timeliness, spread, money)


def _frames(case: Case, starts: np.ndarray) -> dict[str, Any]:
    """Frames of a plan that follow from the case, and made-up values for the rest."""
    costs, codes = Costs(case), case.edits.actions
    paid, by_action = costs.payments(starts).spent, costs.by_action(starts)
    rows = case["actions"].set_index("action")
    actions = pd.DataFrame(
        [
            {
                "action": a, "title": rows.at[a, "title"], "start": int(starts[i]), "lever": rows.at[a, "lever"],
                "area": rows.at[a, "area"], "place": rows.at[a, "place"], "cost": by_action[i],
                "value": VALUES.get(a, (2e6, 10))[0] if rows.at[a, "valued"] == "yes" else nan,
                "deaths": VALUES.get(a, (2e6, 10))[1] if rows.at[a, "valued"] == "yes" else nan,
                "valued": rows.at[a, "valued"], "evidence": "assumed" if i % 2 else "expert",
            }
            for i, a in enumerate(codes) if starts[i] < 10**6
        ],
        columns=["action", "title", "start", "lever", "area", "place", "cost", "value", "deaths", "valued", "evidence"],
    )  # fmt: skip
    spending = costs.spending(starts)
    ramp = np.minimum(1.0, np.arange(len(costs.years)) / 6) * (len(actions) > 0)
    base = sum(h[5] for h in HAZARDS)
    saved = base - sum(h[6] for h in HAZARDS)
    years = pd.DataFrame(
        {
            "year": costs.years, "deaths": base - ramp * saved, "loss": 1.1e9 - ramp * 1.1e8, "cost": spending,
            "baseline_deaths": base, "baseline_loss": 1.1e9,
        }
    )  # fmt: skip
    use = pd.DataFrame(
        {
            "source": costs.row_source, "year": costs.row_year, "amount": costs.row_amount, "spent": paid,
            "earmark": costs.row_earmark,
        }
    )  # fmt: skip
    of = {lever: actions[actions["lever"] == lever] for lever in LEVERS}
    levers = pd.DataFrame(
        {
            "lever": LEVERS,
            "actions": [len(of[v]) for v in LEVERS],
            "cost": [of[v]["cost"].sum() for v in LEVERS],
        }
    )
    for name in ("value", "deaths"):
        total = np.array([of[v][name].sum() for v in LEVERS])
        levers = levers.assign(**{name: total, f"{name}_low": total * 0.7, f"{name}_high": total * 1.4})
    return {
        "actions": actions,
        "levers": levers.assign(assumed_share=0.6),
        "years": years,
        "budget_use": use,
        "upkeep_unfunded": float(spending[len(YEARS) :].sum()),
    }


def _places(case: Case) -> pd.DataFrame:
    p = case["places"]
    n = np.arange(len(p))
    columns = {
        "sampled": (0.01 + 0.004 * n, 0.06 + 0.012 * n),
        "result_days": (np.where(n == 3, np.inf, 3 + 1.3 * n), 2 + 0.5 * n),
        "sequencing_days": (24 + n, 9 + n),
        "tracers": (2 + 0.2 * n, 9 + 0.5 * n),
        "respond_days": (28 - n, 12 - 0.6 * n),
    }
    out = p[["place", "name", "lat", "lon", "population"]].copy()
    for name, (before, after) in columns.items():
        out[f"{name}_before"], out[f"{name}_after"] = before * 1.0, after * 1.0
    return out


def _assumptions() -> pd.DataFrame:
    rows = [
        ("suspicion_low", "Chance that a patient is suspected & sampled where no surveillance staff work", 0.005, 0.02,
         0.05, "share", "assumed", 4.1e7, 1.9e8),
        ("isolation_effect", "Share of onward transmission that tracing and isolation prevent", 0.4, 0.6, 0.8, "share",
         "assumed", 8e7, 1.6e8),
        ("notify_days_worst", "Days from detection to notification at the lowest level", 7, 14, 28, "day", "published",
         1.0e8, 1.3e8),
        ("cluster_size", "Cases noticed at which a cluster is reported", 5, 10, 20, "person", "assumed", 1.2e8, 1.1e8),
        ("life_years", "Life years lost per death", 15, 30, 45, "year", "assumed", 1.14e8, 1.15e8),
    ]  # fmt: skip
    names = ["parameter", "note", "low", "central", "high", "unit", "evidence", "saved_low", "saved_high"]
    out = pd.DataFrame(rows, columns=names)
    return out.assign(swing=(out["saved_high"] - out["saved_low"]).abs())


def _timeliness(every: tuple[float, ...], large: tuple[float, ...]) -> Timeliness:
    """From medians to detect, notify and respond, the share that met 7-1-7 and the share found; steps met alike."""
    names = ("detect_median_days", "notify_median_days", "respond_median_days", "met_717", "found")
    given = dict(zip(names, every, strict=True)) | dict(zip((f"large_{n}" for n in names), large, strict=True))
    steps = {f"{size}met_{step}": 0.4 for size in ("", "large_") for step in ("detect", "notify", "respond")}
    return Timeliness(**given, **steps)


def make_plan(case: Case | None = None, schedule: dict[str, int] | None = None, **changes: Any) -> Plan:
    """A plan of the made-up country; ``changes`` replace fields."""
    case = case or make_case()
    schedule = SCHEDULE if schedule is None else schedule
    starts = case.edits.starts(schedule)
    derived = _frames(case, starts)
    averted = 0.0 if not schedule else 657.0
    plan_loss = sum(h[4 if schedule else 3] for h in HAZARDS)
    baseline = sum(h[3] for h in HAZARDS)
    cost = Costs(case).discounted(starts)
    bound = plan_loss + cost - 4.2e7
    plan = Plan(
        case=case, schedule=Schedule(schedule), status="done", objective=plan_loss + cost, lower_bound=bound,
        gap=4.2e7 / (baseline - bound), gap_of_total=4.2e7 / (plan_loss + cost), baseline_objective=baseline,
        baseline_loss=baseline, plan_loss=plan_loss, cost=cost, bound="checked", worst_violation=0.0,
        out_of_sample={"mean": plan_loss * 1.03, "low": plan_loss * 0.95, "high": plan_loss * 1.1}, seed=1, n=1000,
        value_by_hazard=pd.DataFrame(
            [(h[0], h[3], h[4 if schedule else 3], h[5], h[6 if schedule else 5]) for h in HAZARDS],
            columns=["hazard", "baseline", "plan", "baseline_deaths", "plan_deaths"],
        ),
        places=_places(case),
        national=pd.DataFrame(
            [("notify_days", "day", 11.0, 4.0), ("activate_days", "day", 6.1, 2.2), ("behaviour", "share", 0.05, 0.15)],
            columns=["field", "unit", "before", "after"],
        ),
        assumptions=_assumptions(),
        before=_outbreaks(2032, 1.0, _timeliness((nan, nan, nan, 0.01, 0.21), (63.0, 5.0, 24.0, 0.02, 0.71))),
        after=_outbreaks(2032, 0.9, _timeliness((31.0, 4.0, 12.0, 0.12, 0.63), (21.0, 3.0, 9.0, 0.31, 0.93))),
        deaths_averted=(averted, averted * 0.62, averted * 1.41), loss_averted=(averted * 1.7e5, averted * 9e4, averted * 2.9e5),
        assumed_share=0.64 if schedule else nan, **derived,
    )  # fmt: skip
    return replace(plan, **changes)


def many_actions(n: int = 60) -> tuple[Case, dict[str, int]]:
    """A case of many actions with long titles, and a schedule that takes them all."""
    title = "A very long title that goes on about laboratories, their staff, their power supply and much else"
    actions = [
        {"action": f"a{i:02d}", "title": f"{title} ({i})", "lever": LEVERS[i % 5], "area": f"A.{i % 9}",
         "capital_cost": 200_000 + 1000 * i, "annual_cost": 20_000, "build_years": i % 4}
        for i in range(n)
    ]  # fmt: skip
    return make_case(actions), {f"a{i:02d}": YEARS[i % 2] for i in range(n)}


@pytest.fixture
def plan() -> Plan:
    """The plan of the made-up country."""
    return make_plan()


def test_the_made_up_plan_keeps_its_rules() -> None:
    case = make_case()
    assert Rules(case).violations(case.edits.starts(SCHEDULE)) == ()
