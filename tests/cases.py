"""Small cases for tests, made in Python.

``smallest()`` has the five tables that must exist, ``full()`` a row or more in every table.
Both take tables by name to add or replace, and ``settings`` to add or replace:

    smallest(facilities=[{"facility": "LAB", "place": "A", ...}], settings={"evaluation_years": 0})
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seawall.case import Case
from seawall.case.coerce import build
from seawall.case.read import write_folder

Rows = list[dict[str, Any]]

SETTINGS: dict[str, Any] = {
    "name": "test",
    "currency": "USD",
    "budget_years": [2027, 2028, 2029],
    "evaluation_years": 5,
}


def smallest_tables() -> dict[str, Rows]:
    """Rows of the smallest case: two places, two hazards, three actions."""
    return {
        "places": [
            {"place": "A", "population": 1_000_000, "lat": 0.0, "lon": 0.0},
            {"place": "B", "population": 200_000, "lat": 0.0, "lon": 1.0},
        ],
        "hazards": [
            {
                "hazard": "flu",
                "origin": "imported",
                "events_per_year": 0.5,
                "r0": 1.8,
                "latent_days": 2,
                "infectious_days": 4,
                "ifr": 0.01,
            },
            {
                "hazard": "lassa",
                "origin": "domestic",
                "events_per_year": 2,
                "r0": 1.1,
                "latent_days": 8,
                "infectious_days": 10,
                "ifr": 0.1,
            },
        ],
        "actions": [
            {"action": "clinics", "lever": "platform", "capital_cost": 100_000, "annual_cost": 10_000},
            {"action": "rodents", "lever": "governance", "capital_cost": 60_000, "build_years": 1},
            {"action": "training", "lever": "talent", "capital_cost": 90_000, "build_years": 2},
        ],
        "effects": [
            {
                "action": "clinics",
                "table": "places",
                "key": "A",
                "column": "care_seeking",
                "op": "close",
                "value": 0.5,
                "ramp_years": 1,
            },
            {
                "action": "rodents",
                "table": "hazards",
                "key": "lassa",
                "column": "events_per_year",
                "op": "multiply",
                "value": 0.7,
            },
            {
                "action": "training",
                "table": "places",
                "key": "*",
                "column": "care_seeking",
                "op": "add",
                "value": 0.1,
                "lag_years": 1,
            },
        ],
        "budgets": [
            {"source": "state", "year": year, "amount": 100_000, "carry_over": "yes"} for year in (2027, 2028, 2029)
        ],
    }


def full_tables() -> dict[str, Rows]:
    """Rows of a case in which every table has some."""
    return {
        **smallest_tables(),
        "travel": [{"origin": "A", "destination": "B", "trips_per_day": 500}],
        "facilities": [
            {
                "facility": "LAB-A",
                "place": "A",
                "kind": "laboratory",
                "status": "open",
                "tests_per_day": 50,
                "turnaround_days": 2,
            },
            {
                "facility": "HUB-B",
                "place": "B",
                "kind": "sequencing_hub",
                "biosafety_level": 3,
                "status": "candidate",
                "tests_per_day": 20,
                "turnaround_days": 1,
                "sequencing_per_day": 5,
            },
        ],
        "staffing": [{"facility": "LAB-A", "cadre": "bench", "required": 10, "filled": 6}],
        "referral": [{"place": "B", "facility": "LAB-A", "days": 2}],
        "cadres": [
            {"cadre": "bench", "role": "laboratory", "annual_attrition": 0.1},
            {"cadre": "senior", "role": "laboratory", "promoted_from": "bench"},
            {"cadre": "teacher", "role": "faculty"},
        ],
        "cadre_stock": [
            {"cadre": "bench", "place": "A", "stock": 12},
            {"cadre": "bench", "place": "B", "stock": 3},
            {"cadre": "teacher", "place": "A", "stock": 2},
        ],
        "programmes": [
            {
                "programme": "diploma",
                "cadre": "bench",
                "years": 2,
                "intake": 10,
                "max_intake": 20,
                "faculty_cadre": "teacher",
                "students_per_faculty": 8,
            }
        ],
        "domains": [{"domain": "3", "name": "Laboratory safety", "name_zh": "实验室生物安全"}],
        "peers": [{"peer": "Kenya", "framework": "JEE1", "indicator": "P.1.1", "year": 2017, "score": 3}],
        "origins": [
            {
                "origin": "Abroad",
                "family": "lassa",
                "outbreaks": 12,
                "first_year": 2000,
                "last_year": 2020,
                "arrivals": 20_000,
            }
        ],
        "translations": [{"text": "basic", "language": "zh", "translation": "初级"}],
        "curricula": [{"programme": "diploma", "competency": "sampling", "level": "basic"}],
        "fronts": [{"front": "arena", "family": "lassa", "programme": "diploma", "project": "vax"}],
        "projects": [
            {
                "project": "vax",
                "front": "arena",
                "family": "lassa",
                "product": "vaccine",
                "phase": "phase2",
                "years_left": 4,
                "p_success": 0,
                "platform": "HUB-B",
            }
        ],
        "countermeasures": [
            {"family": "flu", "product": "diagnostic", "status": "available"},
            {"family": "flu", "product": "vaccine", "status": "none", "available_day": 120, "doses_per_day": 1000},
        ],
        "scores": [
            {"framework": "JEE1", "indicator": "P.1.1", "year": 2023, "score": 2},
            {"framework": "JEE1", "indicator": "D.1.1", "year": 2023, "score": 3},
        ],
        "targets": [{"framework": "JEE1", "indicator": "P.1.1", "year": 2030, "target": 4}],
        "floors": [{"framework": "JEE1", "indicator": "P.1.1", "year": 2029, "score": 3}],
        "actions": [
            *smallest_tables()["actions"],
            {"action": "law", "lever": "governance", "area": "law", "capital_cost": 5_000, "valued": "no"},
            {"action": "lab", "lever": "platform", "capital_cost": 50_000, "annual_cost": 4_000, "build_years": 1},
            {"action": "grant", "lever": "science", "capital_cost": 20_000},
        ],
        "unit_costs": [{"item": "meeting", "cost": 1000, "unit": "day"}],
        "cost_lines": [
            {"action": "law", "line": 1, "item": "meeting", "quantity": 3},
            {"action": "law", "line": 2, "quantity": 2, "unit_cost": 1000},
            {"action": "lab", "line": 1, "quantity": 1, "unit_cost": 50_000},
            {"action": "lab", "line": 2, "quantity": 4, "item": "meeting", "recurs": "annual"},
        ],
        "requires": [{"action": "grant", "requires": "lab"}],
        "excludes": [{"action": "rodents", "excludes": "training"}],
        "locks": [
            {"action": "law", "rule": "must", "year": 2028},
            {"action": "training", "rule": "not_before", "year": 2027},
        ],
        "action_staff": [{"action": "lab", "cadre": "bench", "build": 1, "run": 2}],
        "effects": [
            *smallest_tables()["effects"],
            {"action": "law", "table": "scores", "key": "JEE1|P.1.1|2023", "column": "score", "op": "set", "value": 4},
            {"action": "lab", "table": "facilities", "key": "HUB-B", "column": "status", "op": "set", "value": "open"},
            {"action": "grant", "table": "projects", "key": "vax", "column": "p_success", "op": "set", "value": 0.3},
            {"action": "grant", "table": "cadre_stock", "key": "bench|*", "column": "stock", "op": "add", "value": 2},
            {
                "action": "law",
                "table": "assumptions",
                "key": "notify_days_worst",
                "column": "central",
                "op": "multiply",
                "value": 0.5,
            },
        ],
        "immunity": [{"hazard": "flu", "place": "A", "immune": 0.1}],
        "ages": [
            {"age_group": "0-19", "name": "Young", "name_zh": "儿童青少年", "share": 0.4, "life_years": 60},
            {"age_group": "20+", "share": 0.6, "susceptibility": 0.8, "life_years": 20},
        ],
        "severity": [
            {"hazard": "flu", "age_group": "0-19", "fatality": 1},
            {"hazard": "flu", "age_group": "20+", "fatality": 4},
        ],
        "events": [
            {
                "event": "lassa-2024",
                "family": "lassa",
                "place": "B",
                "emergence": "2024-01-03",
                "detection": "2024-01-19",
                "notification": "2024-01-20",
                "response": "2024-02-01",
            }
        ],
        "assumptions": [{"parameter": "notify_days_worst", "low": 7, "central": 14, "high": 28, "unit": "day"}],
    }


def smallest(*, settings: Mapping[str, Any] | None = None, **tables: Rows) -> Case:
    """The smallest case, with tables and settings added or replaced."""
    return build({**smallest_tables(), **tables}, {**SETTINGS, **(settings or {})})


def full(*, settings: Mapping[str, Any] | None = None, **tables: Rows) -> Case:
    """A case in which every table has rows, with tables and settings added or replaced."""
    return build({**full_tables(), **tables}, {**SETTINGS, **(settings or {})})


def write(case: Case, folder: Path) -> Path:
    """Write a case as a folder and return the folder."""
    write_folder(case, folder)
    return folder
