"""The account of a plan: everything that a report says about it, in frames and figures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.case import EVIDENCE, LEVERS, NEVER, Parameters, Schedule
from seawall.language import _
from seawall.levers import FIELDS
from seawall.outbreak import Ensemble, Valuation, simulate_year
from seawall.outbreak.loss import outbreak_loss, year_loss
from seawall.planning.result import Plan
from seawall.planning.sensitivity import sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.outbreak import ScheduleValue
    from seawall.planning.bound import Bound

__all__ = ["Settled", "account", "reading_year"]

#: Added to the seed for the fresh outbreaks of the out-of-sample check.
FRESH = 1_000_003


def reading_year(case: Case) -> int:
    """Year in which a plan is read: the first after the budget, or the last there is."""
    years = case.settings.years
    return years[min(len(case.settings.budget_years), len(years) - 1)]


@dataclass(frozen=True)
class Settled:
    """What search and bound have settled.

    Parameters
    ----------
    starts : int array (action,)
        Start years of the plan.
    bound : Bound
    kind, status : str
        See ``Plan.bound`` and ``Plan.status``.
    baseline_objective : float
        Loss of doing nothing plus the least cost of what locks and floors demand.
    gap_wanted : float or None
        Gap that was asked for.
    ends : float
        ``time.monotonic()`` by which all should be done.
    """

    starts: NDArray[np.int64]
    bound: Bound
    kind: str
    status: str
    baseline_objective: float
    gap_wanted: float | None
    ends: float


def account(
    case: Case,
    valuation: Valuation,
    settled: Settled,
    tell: Callable[[str, int, int], None],
) -> Plan:
    """Put together the Plan that search and bound have settled."""
    starts, bound, status = settled.starts, settled.bound, settled.status
    baseline_objective = settled.baseline_objective
    none = valuation.case.edits.starts({})
    value, baseline = valuation.value(starts), valuation.value(none)
    gap, of_total = gaps(value.objective, bound.value, baseline_objective)
    if status == "done" and gap <= 1e-6:
        status = "optimal"
    elif status == "done" and settled.gap_wanted is not None and gap <= settled.gap_wanted:
        status = "gap"
    year = reading_year(valuation.case)
    tell(_("checking on fresh outbreaks"), 0, 1)
    fresh = Valuation(Ensemble(case, valuation.ensemble.n, valuation.ensemble.seed + FRESH))
    mean, low, high = fresh.interval(starts)
    tell(_("accounting for each action"), 0, 1)
    actions = _actions(case, valuation, starts, year)
    hurried = status in {"limit", "interrupted"} or time.monotonic() > settled.ends
    tell(_("weighing assumptions"), 0, 1)
    assumptions = sensitivity(case, starts, year, valuation.ensemble, skip=hurried)
    deaths, loss = _averted(valuation, none, starts, year)
    places, national = _capacities(valuation, starts, year)
    levers = _levers(valuation, actions, starts, year)
    return Plan(
        case=case,
        schedule=Schedule({a: int(s) for a, s in zip(valuation.case.edits.actions, starts, strict=True) if s < NEVER}),
        status=status,
        objective=value.objective,
        lower_bound=bound.value,
        gap=gap,
        gap_of_total=of_total,
        baseline_objective=baseline_objective,
        baseline_loss=baseline.loss,
        plan_loss=value.loss,
        cost=value.cost,
        bound=settled.kind,
        worst_violation=bound.worst_violation,
        out_of_sample={"mean": mean, "low": low, "high": high},
        seed=valuation.ensemble.seed,
        n=valuation.ensemble.n,
        actions=actions,
        levers=levers,
        years=_years(valuation, value, baseline, starts),
        value_by_hazard=_by_hazard(valuation, value, baseline, year),
        budget_use=_budget_use(valuation, starts),
        upkeep_unfunded=float(valuation.costs.spending(starts)[valuation.costs.n_budget :].sum()),
        places=places,
        national=national,
        assumptions=assumptions,
        before=simulate_year(valuation.ensemble, none, year),
        after=simulate_year(valuation.ensemble, starts, year),
        deaths_averted=deaths,
        loss_averted=loss,
        assumed_share=_assumed_share(actions),
    )


def gaps(objective: float, bound: float, baseline: float) -> tuple[float, float]:
    """Optimality gap as a share of what could be saved, and of the whole objective."""
    saving = baseline - bound
    tiny = 1e-9 * max(1.0, abs(baseline))
    missed = objective - bound
    gap = 0.0 if missed <= tiny else 1.0 if saving <= tiny else missed / saving
    return float(gap), float(missed / objective) if objective > 0 else 0.0


def _year_totals(valuation: Valuation, starts: NDArray[np.int64], year: int) -> tuple[float, float]:
    price, outcomes = valuation.ensemble.years(starts, [year])[0]
    lost = year_loss(price, outcomes)
    return float(lost.deaths.sum()), float(lost.health.sum() + lost.money.sum())


def _actions(case: Case, valuation: Valuation, starts: NDArray[np.int64], year: int) -> pd.DataFrame:
    """The actions of the schedule, each with what would be lost without it in the reading year."""
    table = case["actions"].set_index("action")
    grades = {a: max(rows["evidence"], key=EVIDENCE.index) for a, rows in case["effects"].groupby("action")}
    cost = valuation.costs.by_action(starts)
    deaths, loss = _year_totals(valuation, starts, year)
    rows = []
    for a, code in enumerate(valuation.case.edits.actions):
        if starts[a] >= NEVER:
            continue
        facts = table.loc[code]
        fewer, saved = float("nan"), float("nan")
        if facts["valued"] == "yes":
            other = starts.copy()
            other[a] = NEVER
            without_deaths, without_loss = _year_totals(valuation, other, year)
            fewer, saved = without_deaths - deaths, without_loss - loss
        rows.append(
            {
                "action": code,
                "title": facts["title"] or code,
                "start": int(starts[a]),
                "lever": facts["lever"],
                "area": facts["area"],
                "place": facts["place"],
                "cost": float(cost[a]),
                "value": saved,
                "deaths": fewer,
                "valued": facts["valued"],
                "evidence": grades.get(code, "assumed"),
            }
        )
    columns = ["action", "title", "start", "lever", "area", "place", "cost", "value", "deaths", "valued", "evidence"]
    return pd.DataFrame(rows, columns=columns).sort_values(["start", "lever", "action"], ignore_index=True)


def _levers(valuation: Valuation, actions: pd.DataFrame, starts: NDArray[np.int64], year: int) -> pd.DataFrame:
    """The levers of the schedule, each with what would be lost in the reading year without all of its actions."""
    position = {code: a for a, code in enumerate(valuation.case.edits.actions)}
    rows = []
    for lever in LEVERS:
        mine = actions[actions["lever"] == lever]
        other = starts.copy()
        other[[position[code] for code in mine["action"]]] = NEVER
        deaths, loss = _averted(valuation, other, starts, year)
        assumed = _assumed_share(mine)
        rows.append((lever, len(mine), float(mine["cost"].sum()), *loss, *deaths, assumed))
    columns = ["lever", "actions", "cost", "value", "value_low", "value_high", "deaths", "deaths_low", "deaths_high"]
    return pd.DataFrame(rows, columns=[*columns, "assumed_share"])


def _assumed_share(actions: pd.DataFrame) -> float:
    value = actions["value"].fillna(0.0).clip(lower=0.0)
    total = float(value.sum())
    return float(value[actions["evidence"] == "assumed"].sum()) / total if total > 0 else 0.0


def _years(
    valuation: Valuation, value: ScheduleValue, baseline: ScheduleValue, starts: NDArray[np.int64]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": valuation.years,
            "deaths": value.deaths.sum(1),
            "loss": value.loss_by_year.sum(1),
            "cost": valuation.costs.spending(starts),
            "baseline_deaths": baseline.deaths.sum(1),
            "baseline_loss": baseline.loss_by_year.sum(1),
        }
    )


def _by_hazard(valuation: Valuation, value: ScheduleValue, baseline: ScheduleValue, year: int) -> pd.DataFrame:
    i = valuation.years.index(year)
    return pd.DataFrame(
        {
            "hazard": valuation.ensemble.names,
            "baseline": baseline.discounted.sum(0),
            "plan": value.discounted.sum(0),
            "baseline_deaths": baseline.deaths[i],
            "plan_deaths": value.deaths[i],
        }
    )


def _budget_use(valuation: Valuation, starts: NDArray[np.int64]) -> pd.DataFrame:
    costs = valuation.costs
    return pd.DataFrame(
        {
            "source": costs.row_source,
            "year": costs.row_year,
            "amount": costs.row_amount,
            "spent": costs.payments(starts).spent,
            "earmark": costs.row_earmark,
        }
    )


def _averted(
    valuation: Valuation, none: NDArray[np.int64], starts: NDArray[np.int64], year: int
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Deaths and loss averted in a year, with 95% intervals paired by outbreak."""
    ensemble = valuation.ensemble
    (before, without), (after, planned) = (ensemble.years(s, [year])[0] for s in (none, starts))
    means, variances = np.zeros(2), np.zeros(2)
    for h in ensemble.samples:
        old_deaths, *old = outbreak_loss(h, before, without[h])
        new_deaths, *new = outbreak_loss(h, after, planned[h])
        pairs = (
            before.frequency[h] * old_deaths - after.frequency[h] * new_deaths,
            before.frequency[h] * (old[0] + old[1]) - after.frequency[h] * (new[0] + new[1]),
        )
        for k, each in enumerate(pairs):
            means[k] += without[h].strata.mean(each)
            variances[k] += without[h].strata.variance(each)
    half = 1.96 * np.sqrt(variances)
    deaths, loss = ((float(m), float(m - d), float(m + d)) for m, d in zip(means, half, strict=True))
    return deaths, loss


def _capacities(valuation: Valuation, starts: NDArray[np.int64], year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Capacity by place and of the nation, in the base year and in the reading year."""
    case, levers = valuation.case, valuation.ensemble.levers
    before = levers.capacities(case.edits.starts({}), [case.settings.base_year])[0]
    after = levers.capacities(starts, [year])[0]
    places = case["places"][["place", "name", "lat", "lon", "population"]].copy()
    places["name"] = places["name"].where(places["name"] != "", places["place"])
    for label, c in (("before", before), ("after", after)):
        places[f"sampled_{label}"] = c.sampled
        places[f"result_days_{label}"] = np.where(np.isfinite(c.result_days), c.result_days, np.nan)
        places[f"sequencing_days_{label}"] = np.where(np.isfinite(c.sequencing_days), c.sequencing_days, np.nan)
        places[f"tracers_{label}"] = c.traced_per_day / Parameters(
            case, starts if label == "after" else case.edits.starts({})
        ).assumption("cases_per_tracer_day", c.year)
        places[f"respond_days_{label}"] = c.notify_days + c.activate_days + c.deploy_days
    national = pd.DataFrame(
        [
            (f.name, f.unit, float(getattr(before, f.name)), float(getattr(after, f.name)))
            for f in FIELDS
            if not f.shape
        ],
        columns=["field", "unit", "before", "after"],
    )
    return places, national
