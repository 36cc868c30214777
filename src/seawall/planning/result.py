"""The plan: a schedule, what it is worth, and how much better any other could be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seawall.case import rows
from seawall.language import _, _n, currency_name

if TYPE_CHECKING:
    import pandas as pd

    from seawall.case import Case, Schedule
    from seawall.outbreak.outbreaks import Outbreaks

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """A schedule with its value and the proof of how good it is.

    Money is in the case's currency at its prices. ``objective``, ``plan_loss``, ``cost`` and
    their like are discounted to the base year and summed over budget and evaluation years.

    Parameters
    ----------
    status : {"optimal", "gap", "done", "limit", "interrupted"}
        optimal: the bound meets the objective; gap: the gap asked for is reached; done: the
        planner's work is done and a gap is left; limit: out of time; interrupted: stopped.
    bound : {"enumerated", "checked"}
        Every schedule was valued; or valid while expected loss is monotone in capacity, which
        was tested on every pair of capacities valued (``worst_violation``, already subtracted).
    actions : DataFrame
        One action of the schedule a row: action, title, start, lever, area, place, cost
        (discounted), then for the year after the last budget year: value (how much more would be
        lost without it; NaN where the model does not value it) and deaths (how many more would
        die without it); valued, evidence (worst grade among its effects).
    levers : DataFrame
        One lever a row: lever, actions (number in the schedule), cost (discounted), then for the
        year after the last budget year value, value_low, value_high: how much more would be lost
        without all of its actions together (95% interval, paired by outbreak); deaths, deaths_low,
        deaths_high likewise; assumed_share: share of the values of its actions that rests on
        effects graded assumed.
    years : DataFrame
        year, deaths, loss, cost (nominal) under the plan; baseline_deaths, baseline_loss.
    value_by_hazard : DataFrame
        hazard, baseline, plan: discounted loss; baseline_deaths, plan_deaths: a year, in the
        year after the last budget year.
    budget_use : DataFrame
        source, year, amount, spent, earmark (nominal).
    places : DataFrame
        place, name, lat, lon, population, then sampled, result_days, sequencing_days, tracers,
        respond_days each with suffix _before (base year) and _after (year after the last budget
        year).
    national : DataFrame
        field, unit, before, after of the national fields of capacity.
    assumptions : DataFrame
        parameter, note, low, central, high, unit, evidence, saved_low, saved_high, swing: loss
        averted a year (year after the last budget year) at the low and at the high value of one
        assumption at a time; largest swing first. loss_low, loss_high: loss of that year without
        the plan, likewise.
    before, after : Outbreaks
        Capacity of that same year without and with the plan, same outbreaks.
    worst_violation : float
        Most by which expected loss rose when a set of actions grew, money, summed over hazards
        and years; 0 where every schedule was valued.
    out_of_sample : dict
        mean, low, high (95%): the plan's objective on as many fresh outbreaks.
    upkeep_unfunded : float
        Cost of keeping the plan's actions up after the last budget year, nominal, over all
        evaluation years.
    deaths_averted : tuple of float
        Deaths averted in that year: mean, low, high (95%, paired by outbreak).
    loss_averted : tuple of float
        Loss averted in that year: mean, low, high.
    assumed_share : float
        Share of the value of the plan's actions that rests on effects graded assumed.
    """

    case: Case = field(repr=False)
    schedule: Schedule
    status: str
    objective: float
    lower_bound: float
    gap: float
    gap_of_total: float
    baseline_objective: float
    baseline_loss: float
    plan_loss: float
    cost: float
    bound: str
    worst_violation: float
    out_of_sample: dict[str, float]
    seed: int
    n: int
    actions: pd.DataFrame = field(repr=False)
    levers: pd.DataFrame = field(repr=False)
    years: pd.DataFrame = field(repr=False)
    value_by_hazard: pd.DataFrame = field(repr=False)
    budget_use: pd.DataFrame = field(repr=False)
    upkeep_unfunded: float
    places: pd.DataFrame = field(repr=False)
    national: pd.DataFrame = field(repr=False)
    assumptions: pd.DataFrame = field(repr=False)
    before: Outbreaks = field(repr=False)
    after: Outbreaks = field(repr=False)
    deaths_averted: tuple[float, float, float]
    loss_averted: tuple[float, float, float]
    assumed_share: float

    @property
    def loss(self) -> float:
        """Expected discounted loss under the plan; the same as ``plan_loss``."""
        return self.plan_loss

    def to_dict(self) -> dict[str, Any]:
        """The document that ``seawall plan --json`` prints."""
        return {
            "status": self.status,
            "objective": self.objective,
            "lower_bound": self.lower_bound,
            "gap": self.gap,
            "gap_of_total": self.gap_of_total,
            "baseline_objective": self.baseline_objective,
            "baseline_loss": self.baseline_loss,
            "plan_loss": self.plan_loss,
            "cost": self.cost,
            "currency": self.case.settings.currency,
            "actions": [
                {
                    "action": r.action,
                    "start": int(r.start),
                    "lever": r.lever,
                    "cost": float(r.cost),
                    "valued": r.valued == "yes",
                }
                for r in rows(self.actions)
            ],
            "value_by_hazard": [
                {"hazard": r.hazard, "baseline": float(r.baseline), "plan": float(r.plan)}
                for r in rows(self.value_by_hazard)
            ],
            "budget_use": [
                {"source": r.source, "year": int(r.year), "amount": float(r.amount), "spent": float(r.spent)}
                for r in rows(self.budget_use)
            ],
            "upkeep_unfunded": self.upkeep_unfunded,
            "bound": self.bound,
            "worst_violation": self.worst_violation,
            "out_of_sample": dict(self.out_of_sample),
            "deaths_averted": dict(zip(("mean", "low", "high"), self.deaths_averted, strict=True)),
            "loss_averted": dict(zip(("mean", "low", "high"), self.loss_averted, strict=True)),
            "assumed_share": self.assumed_share,
            "seed": self.seed,
            "n": self.n,
        }

    def __repr__(self) -> str:
        currency = currency_name(self.case.settings.currency)
        head = _n(
            "{count} action, {first}-{last}, cost {cost:,.0f} {currency}; loss {before:,.0f} → {after:,.0f}",
            "{count} actions, {first}-{last}, cost {cost:,.0f} {currency}; loss {before:,.0f} → {after:,.0f}",
            len(self.schedule),
        ).format(
            count=len(self.schedule),
            first=self.case.settings.budget_years[0],
            last=self.case.settings.budget_years[-1],
            cost=self.cost,
            currency=currency,
            before=self.baseline_loss,
            after=self.plan_loss,
        )
        proof = _("any other plan could save at most {gap:.1%} more of what could be saved ({bound})").format(
            gap=self.gap, bound={"enumerated": _("enumerated"), "checked": _("checked")}.get(self.bound, self.bound)
        )
        return f"{head}\n{proof}"
