"""The verb ``simulate``: outbreaks under a year's capacity, and a plan through the years."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.case import Costs, Parameters, Rules, Schedule
from seawall.case.files import whole_file
from seawall.case.load import load
from seawall.errors import InputError
from seawall.language import _
from seawall.outbreak.burden import burden, milestones
from seawall.outbreak.draws import name_key
from seawall.outbreak.ensemble import Ensemble
from seawall.outbreak.loss import outbreak_loss
from seawall.outbreak.outbreaks import Course, Distribution, Outbreaks, Timeliness
from seawall.outbreak.valuation import Valuation

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.outbreak.results import HazardYear, Price

__all__ = ["DEFAULT_N", "describe", "simulate", "simulate_year", "write_outbreaks"]

#: Outbreaks simulated unless told otherwise.
DEFAULT_N = 240
#: Years drawn to describe how much single years differ.
YEARS_DRAWN = 20_000


def simulate(
    case: Case | str | os.PathLike[str],
    schedule: Mapping[str, int] | None = None,
    *,
    year: int | None = None,
    n: int = DEFAULT_N,
    seed: int = 1,
    undisturbed: bool = False,
) -> Outbreaks:
    """Simulate outbreaks under the capacity of a year.

    Parameters
    ----------
    case : Case, path, or name of a packaged case
    schedule : mapping of action to start year, optional
        With one, the result also holds its course through all years, its objective and the rules
        that it breaks.
    year : int, optional
        Year whose capacity meets the outbreaks; the base year unless given.
    n : int
        Outbreaks, shared out over hazards.
    seed : int
        Seed of every draw.
    undisturbed : bool
        Switch off detection and response: what the pathogens would do alone.

    Returns
    -------
    Outbreaks

    Raises
    ------
    InputError
        If the case has errors, the schedule names an unknown action, or an option is out of range.
    """
    case = load(case)
    starts = None if schedule is None else Schedule(schedule).known_to(case.edits.actions)
    year = case.settings.base_year if year is None else year
    check_options(n, seed)
    if not case.settings.base_year <= year <= case.settings.years[-1]:
        raise InputError(
            _("--year: {year} is outside the case's years; choose from {first} to {last}").format(
                year=year, first=case.settings.base_year, last=case.settings.years[-1]
            )
        )
    ensemble = Ensemble(case, n, seed)
    positions = ensemble.case.edits.starts(starts or {})
    outbreaks = simulate_year(ensemble, positions, year, undisturbed=undisturbed, detail=True)
    if starts is None:
        return outbreaks
    return describe(outbreaks, Valuation(ensemble), positions)


def check_options(n: int, seed: int) -> None:
    """Refuse a number of outbreaks or a seed that cannot be used."""
    if n < 1 or n > 1_000_000:
        raise InputError(_("-n: {n} outbreaks cannot be simulated; choose from 1 to 1,000,000").format(n=n))
    if seed < 0:
        raise InputError(_("--seed: {seed} is negative; choose a whole number from 0 on").format(seed=seed))


def simulate_year(
    ensemble: Ensemble, starts: NDArray[np.int64], year: int, *, undisturbed: bool = False, detail: bool = False
) -> Outbreaks:
    """Outbreaks of an ensemble under the capacity of one year; in detail: with their burden and milestones."""
    parameters = Parameters(ensemble.case, starts)
    capacity = ensemble.levers.capacities(starts, [year])[0]
    price = ensemble.price(capacity, parameters)
    outcomes = {
        h: ensemble.alone(h, parameters, year) if undisturbed else ensemble.hazard_year(h, capacity, parameters)
        for h in ensemble.samples
    }
    table = _table(ensemble, price, outcomes)
    totals = table.assign(d=table["weight"] * table["deaths"], v=table["weight"] * table["loss"])
    by_hazard = totals.groupby("hazard")[["d", "v"]].sum()
    hazards = pd.DataFrame(
        {
            "hazard": ensemble.names,
            "events_per_year": price.frequency,
            "deaths": [float(by_hazard["d"].get(h, 0.0)) for h in ensemble.names],
            "loss": [float(by_hazard["v"].get(h, 0.0)) for h in ensemble.names],
        }
    )
    deaths, loss = _distributions(ensemble, price, table, hazards)
    return Outbreaks(
        ensemble.n,
        ensemble.seed,
        year,
        ensemble.case.settings.currency,
        table.drop(columns=["symptomatic", "alone"]),
        hazards,
        _timeliness(table),
        deaths,
        loss,
        burden=burden(ensemble, capacity, parameters, price, outcomes, undisturbed=undisturbed) if detail else None,
        milestones=milestones(ensemble, price, outcomes) if detail else None,
    )


def _table(ensemble: Ensemble, price: Price, outcomes: dict[int, HazardYear]) -> pd.DataFrame:
    parts = []
    for h, outcome in outcomes.items():
        deaths, health, money = outbreak_loss(h, price, outcome)
        stones = outcome.milestones
        parts.append(
            pd.DataFrame(
                {
                    "outbreak": [f"{ensemble.names[h]}-{i + 1}" for i in ensemble.samples[h].number],
                    "hazard": ensemble.names[h],
                    "place": ensemble.world.codes[ensemble.samples[h].start],
                    "weight": price.frequency[h] * outcome.strata.weight,
                    "infections": outcome.infections,
                    "deaths": deaths,
                    "detect_day": _finite(stones.detect - stones.origin),
                    "notify_day": _finite(stones.notify - stones.origin),
                    "respond_day": _finite(stones.respond - stones.origin),
                    "loss": health + money,
                    "symptomatic": outcome.symptomatic,
                    "alone": outcome.alone,
                }
            )
        )
    if parts:
        return pd.concat(parts, ignore_index=True)
    columns = [
        "outbreak", "hazard", "place", "weight", "infections", "deaths",
        "detect_day", "notify_day", "respond_day", "loss", "symptomatic", "alone",
    ]  # fmt: skip
    return pd.DataFrame({c: np.empty(0) for c in columns}).astype({"symptomatic": bool})


def _finite(days: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(days), days, np.nan)


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Smallest value with at least half the weight at or below it; NaN where that is infinite."""
    if not len(values) or weights.sum() <= 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    at = int(np.searchsorted(cumulative, 0.5 * cumulative[-1]))
    value = float(values[order][min(at, len(values) - 1)])
    return value if np.isfinite(value) else float("nan")


def _timeliness(table: pd.DataFrame) -> Timeliness:
    def days(rows: pd.DataFrame) -> tuple[NDArray[np.float64], ...]:
        detect, notify, respond = (
            rows[c].fillna(np.inf).to_numpy(np.float64) for c in ("detect_day", "notify_day", "respond_day")
        )
        with np.errstate(invalid="ignore"):
            steps = (detect, notify - detect, respond - notify)
        return tuple(np.nan_to_num(d, nan=np.inf, posinf=np.inf) for d in steps)

    def share(w: NDArray[np.float64], of: NDArray[np.bool_]) -> float:
        return float(w @ of / w.sum()) if w.sum() > 0 else float("nan")

    def summary(rows: pd.DataFrame) -> dict[str, float]:
        w = rows["weight"].to_numpy(np.float64)
        detect, notify, respond = days(rows)
        # with room for the rounding of a difference of two days
        kept = [step <= target + 1e-9 for step, target in zip((detect, notify, respond), (7, 1, 7), strict=True)]
        found = np.isfinite(detect)
        return {
            "detect_median_days": weighted_median(detect, w),
            "notify_median_days": weighted_median(notify, w),
            "respond_median_days": weighted_median(respond, w),
            "met_717": share(w, kept[0] & kept[1] & kept[2]),
            "found": share(w, found),
            "met_detect": share(w, kept[0]),
            "met_notify": share(w[found], kept[1][found]),
            "met_respond": share(w[found], kept[2][found]),
        }

    ill = table[table["symptomatic"]]
    large = summary(ill[ill["alone"] >= Timeliness.LARGE])
    return Timeliness(**summary(ill), **{f"large_{name}": value for name, value in large.items()})


def _distributions(
    ensemble: Ensemble, price: Price, table: pd.DataFrame, hazards: pd.DataFrame
) -> tuple[Distribution, Distribution]:
    """Yearly totals: events are Poisson by hazard, each an outbreak drawn from the sample."""
    rng = np.random.default_rng(name_key("years", ensemble.seed))
    totals = {"deaths": np.zeros(YEARS_DRAWN), "loss": np.zeros(YEARS_DRAWN)}
    variance = {"deaths": 0.0, "loss": 0.0}
    for h in ensemble.samples:
        rows = table[table["hazard"] == ensemble.names[h]]
        f = float(price.frequency[h])
        counts = rng.poisson(f, YEARS_DRAWN)
        strata = ensemble.samples[h].strata
        drawn = rng.choice(len(rows), int(counts.sum()), p=strata.weight)
        of_year = np.repeat(np.arange(YEARS_DRAWN), counts)
        for name in totals:
            each = rows[name].to_numpy(np.float64)
            totals[name] += np.bincount(of_year, each[drawn], YEARS_DRAWN)
            variance[name] += f**2 * strata.variance(each)
    out = []
    for name, years in totals.items():
        mean = float(hazards[name].sum())
        half = 1.96 * variance[name] ** 0.5
        worst = np.sort(years)[-max(1, YEARS_DRAWN // 20) :]
        out.append(
            Distribution(
                mean,
                float(np.quantile(years, 0.05)),
                float(np.quantile(years, 0.95)),
                float(worst.mean()),
                max(0.0, mean - half),
                mean + half,
            )
        )
    return out[0], out[1]


def describe(outbreaks: Outbreaks, valuation: Valuation, starts: NDArray[np.int64]) -> Outbreaks:
    """The same outbreaks with the course of a schedule through all years."""
    value = valuation.value(starts)
    spending = Costs(valuation.case).spending(starts)
    course = Course(
        value.objective,
        value.loss,
        value.cost,
        Rules(valuation.case).violations(starts),
        pd.DataFrame(
            {
                "year": valuation.years,
                "deaths": value.deaths.sum(1),
                "loss": value.loss_by_year.sum(1),
                "cost": spending,
            }
        ),
        pd.DataFrame(
            {
                "hazard": valuation.ensemble.names,
                "deaths": value.deaths.sum(0),
                "loss": value.discounted.sum(0),
            }
        ),
    )
    return replace(outbreaks, course=course)


def write_outbreaks(outbreaks: Outbreaks, folder: str | os.PathLike[str]) -> Path:
    """Write ``outbreaks.csv`` into a folder, whole or not at all; empty day: never.

    Beside it, where the outbreaks were simulated in detail: ``milestones.csv``, and ``burden.csv``,
    ``burden_by_place.csv`` and ``burden_by_age.csv`` with a year's expectations.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    tables = {"outbreaks.csv": outbreaks.table}
    if outbreaks.milestones is not None and outbreaks.burden is not None:
        tables |= {
            "milestones.csv": outbreaks.milestones,
            "burden.csv": outbreaks.burden.hazards,
            "burden_by_place.csv": outbreaks.burden.places,
            "burden_by_age.csv": outbreaks.burden.ages,
        }
    for name, table in tables.items():
        target = Path(folder) / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(target) as temporary:
                table.to_csv(temporary, index=False, lineterminator="\n")
        except OSError as e:
            raise InputError(_("{file}: cannot be written ({reason})").format(file=target, reason=e.strerror)) from e
    return Path(folder) / "outbreaks.csv"
