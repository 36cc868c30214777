"""What outbreaks cost people: burden by hazard, place and age group, and the milestones of each outbreak.

Everything here is a year's expectation or one outbreak's day. Nothing is counted twice: the parts of
the loss add up to it, and deaths by place or by age add up to all deaths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.outbreak.loss import parts_of_loss
from seawall.outbreak.milestones import ACTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Parameters
    from seawall.levers import Capacity
    from seawall.outbreak.ensemble import Ensemble
    from seawall.outbreak.results import HazardYear, Price

__all__ = ["Burden", "burden", "milestones"]

#: Days that 7-1-7 allows, for each step.
TARGETS = {"detect": 7, "notify": 1, "respond": 7}


@dataclass(frozen=True)
class Burden:
    """Expected burden of a year.

    Parameters
    ----------
    hazards : DataFrame
        One hazard a row: hazard, events, infections, cases (with symptoms), patients, short_of_bed,
        deaths, life_years, tests, tests_short, tracer_days (cases followed, person-day),
        measures_days (person-day), and in money life_loss, illness_loss, interruption_loss,
        measures_loss, whose sum is the loss.
    places : DataFrame
        One place a row: place, infections, cases, deaths.
    ages : DataFrame
        One age group a row: age_group, infections, cases, deaths; empty without a table ``ages``.
    """

    hazards: pd.DataFrame
    places: pd.DataFrame
    ages: pd.DataFrame


def burden(
    ensemble: Ensemble,
    capacity: Capacity,
    parameters: Parameters,
    price: Price,
    outcomes: dict[int, HazardYear],
    *,
    undisturbed: bool,
) -> Burden:
    """Burden of a year's outcomes."""
    rows = []
    codes = ensemble.world.codes
    places = {name: np.zeros(len(codes)) for name in ("infections", "cases", "deaths")}
    for h, outcome in outcomes.items():
        row, deaths = _of_hazard(ensemble, price, h, outcome)
        rows.append(row)
        where = (
            ensemble.alone_by_place(h, parameters, capacity.year)
            if undisturbed
            else ensemble.by_place(h, capacity, parameters)
        )
        weight = price.frequency[h] * outcome.strata.weight
        each = where / np.maximum(1.0, where.sum(1, keepdims=True))
        places["infections"] += weight @ where
        places["cases"] += ensemble.diseases.symptomatic[h] * (weight @ where)
        # deaths follow infections; patients short of a bed are shared out likewise
        places["deaths"] += (weight * deaths) @ each
    hazards = pd.DataFrame(rows)
    return Burden(
        hazards, pd.DataFrame({"place": codes, **places}), _by_age(ensemble, hazards) if rows else pd.DataFrame()
    )


def _of_hazard(
    ensemble: Ensemble, price: Price, h: int, outcome: HazardYear
) -> tuple[dict[str, object], NDArray[np.float64]]:
    """A year's burden of one hazard, and deaths of each outbreak."""
    mean = outcome.strata.mean
    f = float(price.frequency[h])
    parts = parts_of_loss(h, price, outcome)
    deaths = parts.deaths
    amounts = {
        "infections": outcome.infections,
        "cases": ensemble.diseases.symptomatic[h] * outcome.infections,
        "patients": ensemble.diseases.hospitalised[h] * outcome.infections,
        "short_of_bed": outcome.short_of_bed,
        "deaths": deaths,
        "life_years": deaths * price.life_years[h],
        "tests": outcome.tests,
        "tests_short": outcome.tests_short,
        "tracer_days": outcome.followed,
        "measures_days": outcome.under_measures,
        "life_loss": parts.health,
        "illness_loss": parts.illness,
        "interruption_loss": parts.interruption,
        "measures_loss": parts.measures,
    }
    row: dict[str, object] = {"hazard": ensemble.names[h], "events": f}
    return row | {name: f * mean(np.asarray(each)) for name, each in amounts.items()}, deaths


def _by_age(ensemble: Ensemble, hazards: pd.DataFrame) -> pd.DataFrame:
    """Burden by age group: infections by share and susceptibility, deaths by fatality as well."""
    ages = ensemble.case["ages"]
    if not len(ages):
        return pd.DataFrame({c: np.empty(0) for c in ("age_group", "infections", "cases", "deaths")})
    names = ages["age_group"].to_numpy(str)
    share = ages["share"].to_numpy(np.float64) * ages["susceptibility"].to_numpy(np.float64)
    share = share / share.sum()
    severity = ensemble.case["severity"].set_index(["hazard", "age_group"])["fatality"]
    out = {name: np.zeros(len(names)) for name in ("infections", "cases", "deaths")}
    for row in hazards.itertuples():
        fatality = np.array([float(severity.get((row.hazard, a), 1.0)) for a in names])
        dying = share * fatality
        dying = dying / dying.sum() if dying.sum() > 0 else share
        out["infections"] += float(row.infections) * share  # type: ignore[arg-type]
        out["cases"] += float(row.cases) * share  # type: ignore[arg-type]
        out["deaths"] += float(row.deaths) * dying  # type: ignore[arg-type]
    return pd.DataFrame({"age_group": names, **out})


def milestones(ensemble: Ensemble, price: Price, outcomes: dict[int, HazardYear]) -> pd.DataFrame:
    """Milestones of each outbreak in days from emergence, and the first step of 7-1-7 that failed.

    Returns
    -------
    DataFrame
        outbreak, hazard, place, weight, emergence_day (0 where anybody fell ill), sample_day, detect_day, identify_day, notify_day,
        respond_day, one day for each of the seven early actions, control_day, end_day, met_717
        (yes · no; empty where nobody fell ill), failed (detect · notify · respond; the first).
        NaN: never.
    """
    parts = []
    for h, outcome in outcomes.items():
        stones, sample = outcome.milestones, ensemble.samples[h]
        with np.errstate(invalid="ignore"):
            took = {
                "detect": stones.detect - stones.origin,
                "notify": stones.notify - stones.detect,
                "respond": stones.respond - stones.notify,
            }
        late = {step: ~(days <= TARGETS[step]) for step, days in took.items()}
        failed = np.select(list(late.values()), list(late), "")
        days = {
            "emergence_day": stones.emergence,
            "sample_day": stones.sample,
            "detect_day": stones.detect,
            "identify_day": stones.identify,
            "notify_day": stones.notify,
            "respond_day": stones.respond,
            **{f"{name}_day": stones.actions[:, i] for i, name in enumerate(ACTIONS)},
            "control_day": outcome.control,
            "end_day": outcome.end,
        }
        parts.append(
            pd.DataFrame(
                {
                    "outbreak": [f"{ensemble.names[h]}-{i + 1}" for i in sample.number],
                    "hazard": ensemble.names[h],
                    "place": ensemble.world.codes[sample.start],
                    "weight": price.frequency[h] * outcome.strata.weight,
                    **{name: np.where(np.isfinite(d), d - stones.origin, np.nan) for name, d in days.items()},
                    "met_717": np.where(outcome.symptomatic, np.where(failed == "", "yes", "no"), ""),
                    "failed": np.where(outcome.symptomatic, failed, ""),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
