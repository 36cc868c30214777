"""The result of a calibration: delays, coefficients, the model beside the record, advice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.calibration.advice import STEP_NAMES
from seawall.case import packaged_assumptions
from seawall.language import N_, _, _n

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.calibration.comparison import FamilyDays, Seen
    from seawall.calibration.delays import Delay
    from seawall.calibration.measured import Measured, Untold
    from seawall.calibration.suspicion import Suspicion
    from seawall.case import Case

__all__ = ["Calibration"]

_FAMILIES = {"lognormal": N_("lognormal"), "Weibull": N_("Weibull"), "gamma": N_("gamma")}
_UNITS = {"day": N_("days"), "share": ""}


@dataclass(frozen=True, eq=False)
class Calibration:
    """What a case's own events say of its delays and of the model's coefficients.

    Parameters
    ----------
    case : Case
        As it was.
    n, seed : int
        Of the outbreaks simulated.
    year : int
        Whose capacity they met.
    events, first_year, last_year : int
        Events read, and the years in which they began.
    delays : tuple of Delay
    assumptions : tuple of Measured
        Coefficients as measured; those ``kept`` were measured elsewhere and are not written.
    untold : tuple of Untold
        Coefficients of which the record does not say enough.
    steps : tuple of Seen
    families : tuple of FamilyDays
    suspicion : Suspicion
    advice : tuple of str
    """

    case: Case = field(repr=False)
    n: int
    seed: int
    year: int
    events: int
    first_year: int
    last_year: int
    delays: tuple[Delay, ...]
    assumptions: tuple[Measured, ...]
    untold: tuple[Untold, ...]
    steps: tuple[Seen, ...]
    families: tuple[FamilyDays, ...]
    suspicion: Suspicion
    advice: tuple[str, ...]

    def rows(self, replace: Iterable[str] = ()) -> pd.DataFrame:
        """Rows of the table ``assumptions`` to write.

        Parameters
        ----------
        replace : iterable of str
            Coefficients to write although they were measured elsewhere.
        """
        replace = set(replace)
        own = self.case["assumptions"].set_index("parameter")["note"]
        packaged = packaged_assumptions()
        written = [m for m in self.assumptions if not m.kept or m.parameter in replace]
        columns = ["parameter", "low", "central", "high", "unit", "source", "evidence", "note"]
        return pd.DataFrame(
            [
                [
                    m.parameter,
                    m.low,
                    m.central,
                    m.high,
                    m.unit,
                    m.source,
                    m.evidence,
                    str(own.get(m.parameter, "")) or str(packaged.loc[m.parameter, "note"]),
                ]
                for m in written
            ],
            columns=columns,
        )

    @property
    def measured(self) -> Case:
        """The case with the measured coefficients in its assumptions."""
        rows = self.rows()
        own = self.case["assumptions"]
        if rows.empty:
            return self.case
        left = own[~own["parameter"].isin(rows["parameter"])]
        table = rows[own.columns] if left.empty else pd.concat([left, rows[own.columns]], ignore_index=True)
        return self.case.with_table("assumptions", table)

    def to_dict(self) -> dict[str, Any]:
        """The document that ``seawall calibrate --json`` prints."""
        s = self.suspicion
        return {
            "events": self.events,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "delays": [d.to_dict() for d in self.delays],
            "assumptions": [_assumption(m) for m in self.assumptions if not m.kept],
            "kept": [_assumption(m) for m in self.assumptions if m.kept],
            "untold": [{"parameter": u.parameter, "why": u.why} for u in self.untold],
            "model": {
                "year": self.year,
                "n": self.n,
                "seed": self.seed,
                "steps": [x.to_dict() for x in self.steps],
                "families": [x.to_dict() for x in self.families],
                "suspicion": {
                    "status": s.status,
                    "n": s.n,
                    "factor": s.factor,
                    "low": s.low,
                    "high": s.high,
                    "spread": s.spread,
                    "by_size": {str(k): v for k, v in (s.by_size or {}).items()},
                    "elsewhere": list(s.elsewhere),
                },
            },
            "advice": list(self.advice),
        }

    def __repr__(self) -> str:
        head = _n(
            "{n} event from {first} to {last}; intervals are 95% intervals",
            "{n} events from {first} to {last}; intervals are 95% intervals",
            self.events,
        ).format(n=self.events, first=self.first_year, last=self.last_year)
        lines = [head, *(line for d in self.delays for line in _told(d))]
        lines += [_("The model of {year}, for outbreaks of the same families").format(year=self.year)]
        lines += [f"  {_seen(s)}" for s in self.steps]
        lines += [_("Coefficients")]
        lines += [f"  {_changed(m)}" for m in self.assumptions]
        lines += [
            _("  {parameter} cannot be told: {why}").format(parameter=u.parameter, why=u.why) for u in self.untold
        ]
        if self.advice:
            lines += [_("What to record better"), *(f"  {a}" for a in self.advice)]
        return "\n".join(lines)


def _assumption(m: Measured) -> dict[str, Any]:
    return {
        "parameter": m.parameter,
        "from": m.before,
        "low": m.low,
        "central": m.central,
        "high": m.high,
        "unit": m.unit,
        "evidence": m.evidence,
        "source": m.source,
        "why": m.why,
    }


def _number(days: float) -> str:
    return f"{days:.2g}" if days < 10 else f"{days:.0f}"


def _interval(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return _("open interval")
    if low is None:
        return _("up to {high}").format(high=_number(high or 0.0))
    if high is None:
        return _("{low} or more").format(low=_number(low))
    return _("{low} to {high}").format(low=_number(low), high=_number(high))


def _told(d: Delay) -> list[str]:
    """A delay in sentences."""
    name = _(STEP_NAMES[d.step])
    if d.family is None or d.median is None or d.mean is None or d.quartiles is None:
        out = _("{step}: not fitted, {why}").format(step=name, why=d.why)
        if d.median is not None:
            out += _("; half within {median} days").format(median=_number(d.median))
        return [out]
    first = _("{step}: half within {median} days ({interval}), a quarter within {q1}, three quarters within {q3}")
    lines = [
        first.format(
            step=name,
            median=_number(d.median),
            interval=_interval(d.low, d.high),
            q1=_number(d.quartiles[0]),
            q3=_number(d.quartiles[1]),
        ),
        _("  mean {mean} days ({interval}); {family}, distance from the record {distance:.2f} (p = {p:.2g})").format(
            mean=_number(d.mean),
            interval=_interval(d.mean_low, d.mean_high),
            family=_(_FAMILIES[d.family]),
            distance=d.distance,
            p=d.p,
        ),
    ]
    count = _n("  {n} event", "  {n} events", d.n).format(n=d.n)
    if d.sums:
        count += _n(
            ", {n} of which tells only the sum with a neighbouring delay",
            ", {n} of which tell only the sum with a neighbouring delay",
            d.sums,
        ).format(n=d.sums)
    return [*lines, count]


def _seen(s: Seen) -> str:
    def days(value: float) -> str:
        return _("unknown") if math.isnan(value) else _("{days} days").format(days=_number(value))

    def share(value: float) -> str:
        return "-" if math.isnan(value) else f"{value:.0%}"

    return _(
        "{step}: half within {recorded} on record, {simulated} in the model; {met} and {met_model} meet 7-1-7"
    ).format(
        step=_(STEP_NAMES[s.step]),
        recorded=days(s.recorded_median),
        simulated=days(s.simulated_median),
        met=share(s.recorded_met),
        met_model=share(s.simulated_met),
    )


def _changed(m: Measured) -> str:
    """A coefficient: from, to, why."""
    text = _("{parameter}: {before:.3g} → {central:.3g} ({low:.3g} to {high:.3g}) {unit}; {why}").format(
        parameter=m.parameter, before=m.before, central=m.central, low=m.low, high=m.high,
        unit=_(_UNITS.get(m.unit, m.unit)), why=m.why,
    )  # fmt: skip
    return text + (_("; kept, for it was measured from another source") if m.kept else "")
