"""What outbreaks do under one capacity: the result of a simulation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seawall.case import rows
from seawall.language import _, currency_name

if TYPE_CHECKING:
    import pandas as pd

    from seawall.case.rules import Violation
    from seawall.outbreak.burden import Burden

__all__ = ["Course", "Distribution", "Outbreaks", "Timeliness"]


def _number(value: float) -> float | None:
    """A number as JSON has it: nothing for what does not exist."""
    return None if value != value or value in {float("inf"), float("-inf")} else float(value)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON has them."""
    return [{str(k): v if isinstance(v, str) else float(v) for k, v in row.items()} for row in table.to_dict("records")]


@dataclass(frozen=True)
class Distribution:
    """Mean and spread of a yearly total.

    ``low`` and ``high`` are a 95% interval of the mean for the number of outbreaks drawn; p05,
    p95 and cvar95 (mean of the worst 5% of years) describe single years.
    """

    mean: float
    p05: float
    p95: float
    cvar95: float
    low: float
    high: float


@dataclass(frozen=True)
class Timeliness:
    """How fast outbreaks with at least one symptomatic case are found and answered (7-1-7).

    Medians are weighted by events a year, in days; detection from emergence, notification from
    detection, response from notification. NaN where more than half are never found.
    ``found`` is the weighted share that is detected; ``met_717`` the share that meets all three;
    ``met_detect``, ``met_notify`` and ``met_respond`` the shares that meet each step, the last two
    of outbreaks that are found.
    ``large_*`` are the same over outbreaks that infect at least ``LARGE`` people if left alone.
    """

    LARGE = 20

    detect_median_days: float
    notify_median_days: float
    respond_median_days: float
    met_717: float
    found: float
    met_detect: float
    met_notify: float
    met_respond: float
    large_detect_median_days: float
    large_notify_median_days: float
    large_respond_median_days: float
    large_met_717: float
    large_found: float
    large_met_detect: float
    large_met_notify: float
    large_met_respond: float


@dataclass(frozen=True)
class Course:
    """A plan seen through the years: what `simulate --plan` adds.

    ``years`` has the columns year, deaths, loss, cost (nominal, of that year); objective, loss
    and cost are discounted to the base year and summed over budget and evaluation years.
    ``by_hazard`` (hazard, deaths, loss) is summed likewise, loss discounted, deaths not.
    """

    objective: float
    loss: float
    cost: float
    violations: tuple[Violation, ...]
    years: pd.DataFrame
    by_hazard: pd.DataFrame


@dataclass(frozen=True)
class Outbreaks:
    """Simulated outbreaks of one year's capacity, each with the events a year that it stands for.

    Parameters
    ----------
    table : DataFrame
        One outbreak a row: outbreak, hazard, place, weight (events a year), infections, deaths,
        detect_day, notify_day, respond_day (days from emergence; NaN: never), loss.
    hazards : DataFrame
        One hazard a row: hazard, events_per_year, deaths, loss (a year).
    burden : Burden, optional
        Where it was asked for: a year's burden by hazard, place and age group.
    milestones : DataFrame, optional
        Likewise: milestones of each outbreak, see ``burden.milestones``.
    """

    n: int
    seed: int
    year: int
    currency: str
    table: pd.DataFrame = field(repr=False)
    hazards: pd.DataFrame = field(repr=False)
    timeliness: Timeliness
    deaths: Distribution
    loss: Distribution
    course: Course | None = None
    burden: Burden | None = field(default=None, repr=False)
    milestones: pd.DataFrame | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The document that ``seawall simulate --json`` prints."""
        t = self.timeliness
        out: dict[str, Any] = {
            "n": self.n,
            "seed": self.seed,
            "year": self.year,
            "hazards": [
                {
                    "hazard": r.hazard,
                    "events_per_year": float(r.events_per_year),
                    "deaths": float(r.deaths),
                    "loss": float(r.loss),
                }
                for r in rows(self.hazards)
            ],
            "timeliness": {
                name: _number(getattr(t, name)) for name in Timeliness.__dataclass_fields__ if name != "LARGE"
            },
            "deaths": {k: float(getattr(self.deaths, k)) for k in ("mean", "p05", "p95", "low", "high")},
            "loss": {k: float(getattr(self.loss, k)) for k in ("mean", "p05", "p95", "cvar95", "low", "high")},
            "currency": self.currency,
        }
        if self.burden is not None:
            out["burden"] = {
                "hazards": _records(self.burden.hazards),
                "places": _records(self.burden.places),
                "ages": _records(self.burden.ages),
            }
        if self.course is not None:
            out |= {
                "objective": self.course.objective,
                "plan_loss": self.course.loss,
                "cost": self.course.cost,
                "violations": [v.to_dict() for v in self.course.violations],
                "years": [
                    {"year": int(r.year), "deaths": float(r.deaths), "loss": float(r.loss), "cost": float(r.cost)}
                    for r in rows(self.course.years)
                ],
            }
        return out

    def __repr__(self) -> str:
        t, money = self.timeliness, currency_name(self.currency)
        lines = [
            _("{n} outbreaks, capacity of {year}, seed {seed}").format(n=self.n, year=self.year, seed=self.seed),
            _("  deaths a year  {mean}  (95% interval of the mean {low} to {high})").format(
                mean=_short(self.deaths.mean), low=_short(self.deaths.low), high=_short(self.deaths.high)
            ),
            _("  loss a year    {mean} {money}  ({low} to {high})").format(
                mean=_short(self.loss.mean), money=money, low=_short(self.loss.low), high=_short(self.loss.high)
            ),
            _("  outbreaks of {size} people or more if left alone: found {found}, met 7-1-7 {met}").format(
                size=Timeliness.LARGE, found=_percent(t.large_found), met=_percent(t.large_met_717)
            ),
            _("    half found within {detect} of emergence, answered within {respond} of notification").format(
                detect=_days(t.large_detect_median_days), respond=_days(t.large_respond_median_days)
            ),
            _("  by hazard: events, deaths and loss a year"),
        ]
        by_loss = self.hazards.sort_values("loss", ascending=False, kind="stable")
        lines += [
            f"    {r.hazard:24s} {r.events_per_year:10.4g} {_short(r.deaths):>10s} {_short(r.loss):>10s}"
            for r in rows(by_loss)
        ]
        if self.course is not None:
            lines.append(
                _("  all years, discounted: objective {objective} = loss {loss} + cost {cost} {money}").format(
                    objective=_short(self.course.objective),
                    loss=_short(self.course.loss),
                    cost=_short(self.course.cost),
                    money=money,
                )
            )
            lines += [f"  {v.rule} {v.action}: {v.detail}" for v in self.course.violations]
        return "\n".join(lines)


def _short(value: float) -> str:
    """Three figures, in thousands, millions or billions, or as the language counts."""
    # Translators: size and word, largest first, as your language counts large numbers.
    for pair in _("1e12:{x} T;1e9:{x} bn;1e6:{x} m;1e3:{x} k").split(";"):
        size, _colon, word = pair.partition(":")
        if abs(value) >= 0.9995 * float(size):
            return word.format(x=_figures(value / float(size)))
    return _figures(value)


def _figures(value: float) -> str:
    """Three figures, never as a power of ten where there are digits before the point."""
    return f"{value:.3g}" if abs(value) < 999.5 else f"{float(f'{value:.3g}'):.0f}"


def _days(value: float) -> str:
    return _("never") if value != value else _("{days:.0f} days").format(days=value)


def _percent(value: float) -> str:
    return "-" if value != value else f"{value:.0%}"
