"""The assessment of a case: the result, and the verb that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.assessment.closing import least_cost
from seawall.assessment.frameworks import Framework
from seawall.assessment.gaps import by_area, by_indicator, choose_framework, latest_rows, readiness
from seawall.assessment.timeliness import Timeliness, timeliness
from seawall.language import _, _n, currency_name

if TYPE_CHECKING:
    from seawall.case import Case

__all__ = ["Assessment", "assess"]

_AREAS = ("area", "name", "score", "target", "gap")
_GAPS = ("indicator", "name", "area", "score", "target", "gap", "cost_to_target")
#: Rows that the repr shows of areas and of gaps.
_SHOWN = 5


@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """Where a case stands under one framework, and how timely its past responses were.

    Parameters
    ----------
    framework : str or None
        Framework of the scores; None where the case has none.
    readiness : float
        Mean of the area means, 0-100; NaN where nothing is scored.
    areas : DataFrame
        One area with a scored indicator a row, in the framework's order: area, name, score, target
        and gap in points of the framework's scale.
    gaps : DataFrame
        One scored indicator a row, the widest gap first: indicator, name, area, score, target, gap
        and cost_to_target, the least cost of closing this gap alone (0: there is no gap; NaN: all
        actions together do not close it).
    timeliness : DataFrame
        One past outbreak a row: event, family, place, detect_days, notify_days, respond_days,
        detect_met, notify_met, respond_met, met_717.
    timeliness_summary : dict of str to float
        detect_median_days, notify_median_days, respond_median_days; detect_met, notify_met,
        respond_met, met_717 (shares, 0-1); n_complete, n_negative.
    cost_to_target : float
        Least cost of closing every gap that actions can close, capital and one annual cost for
        every budget year, each action once; see `seawall.assessment.closing`. NaN where there are
        gaps and the actions close none, or nothing is scored.
    unclosed : tuple of str
        Indicators whose gap the actions do not close; the total leaves them out.
    currency : str
        Currency of costs, at the case's price year.
    n_indicators : int
        Indicators of the framework, scored or not.
    """

    framework: str | None
    readiness: float
    areas: pd.DataFrame
    gaps: pd.DataFrame
    timeliness: pd.DataFrame
    timeliness_summary: dict[str, float | int]
    cost_to_target: float
    unclosed: tuple[str, ...]
    currency: str
    n_indicators: int

    def to_dict(self) -> dict[str, Any]:
        """The document that ``seawall assess --json`` prints; what does not exist is ``None``."""
        return {
            "framework": self.framework,
            "readiness": _json(self.readiness),
            "areas": _records(self.areas),
            "cost_to_target": _json(self.cost_to_target),
            "currency": self.currency,
            "gaps": _records(self.gaps),
            "timeliness": {
                **{name: _json(value) for name, value in self.timeliness_summary.items()},
                "events": _records(self.timeliness),
            },
            "unclosed": list(self.unclosed),
        }

    def __repr__(self) -> str:
        lines = [*self._standing(), *self._widest(), *self._speed()]
        return "\n".join(lines)

    def _standing(self) -> list[str]:
        if self.areas.empty:
            return [_("Assessment: nothing is scored yet; fill the table scores")]
        head = _("Assessment by {framework}: readiness {readiness:.0f} of 100, {scored} of {all} indicators scored")
        lines = [
            head.format(
                framework=self.framework, readiness=self.readiness, scored=len(self.gaps), all=self.n_indicators
            ),
            _("  areas furthest from target (score, target):"),
        ]
        furthest = self.areas.sort_values("gap", ascending=False, kind="stable").head(_SHOWN)
        return lines + [
            f"    {r['score']:5.1f} {r['target']:5.1f}  {_label(r['area'], r['name'])}"
            for r in furthest.to_dict("records")
        ]

    def _widest(self) -> list[str]:
        open_gaps = self.gaps[self.gaps["gap"] > 0]
        if self.gaps.empty:
            return []
        if open_gaps.empty:
            return [_("  every scored indicator is at its target")]
        lines = [_("  widest gaps (gap, least cost of closing it):")]
        for r in open_gaps.head(_SHOWN).to_dict("records"):
            cost = self._money(r["cost_to_target"], _("the actions do not close it"))
            line = _("{name}: {value}").format(name=_label(r["indicator"], r["name"]), value=cost)
            lines.append(f"    {r['gap']:5.1f}  {line}")
        total = self._money(self.cost_to_target, _("the actions close no gap"))
        lines.append(_("  cost to target: {total}").format(total=total))
        if self.unclosed and not pd.isna(self.cost_to_target):
            n = len(self.unclosed)
            text = _n(
                "    without {n} indicator whose gap the actions do not close",
                "    without {n} indicators whose gaps the actions do not close",
                n,
            )
            lines.append(text.format(n=n))
        return lines

    def _money(self, amount: float, missing: str) -> str:
        if pd.isna(amount):
            return missing
        return _("{amount} {currency}").format(amount=f"{amount:,.0f}", currency=currency_name(self.currency))

    def _speed(self) -> list[str]:
        s = self.timeliness_summary
        if self.timeliness.empty:
            return [_("  no past outbreak is logged")]
        medians = (_days(s[f"{name}_median_days"]) for name in ("detect", "notify", "respond"))
        text = _n(
            "  {n} past outbreak, days to detect {detect}, notify {notify}, respond {respond}",
            "  {n} past outbreaks, median days to detect {detect}, notify {notify}, respond {respond}",
            len(self.timeliness),
        )
        detect, notify, respond = medians
        lines = [text.format(n=len(self.timeliness), detect=detect, notify=notify, respond=respond)]
        if s["n_complete"]:
            text = _("  7-1-7 met in {share:.0%} of the {n} with all dates")
            lines.append(text.format(share=s["met_717"], n=s["n_complete"]))
        return lines


def assess(case: Case, framework: str | None = None) -> Assessment:
    """Assess where a case stands: scores, gaps, timeliness, cost to target.

    Parameters
    ----------
    case : Case
        The case; its tables scores, targets, events, actions and effects are read.
    framework : str, optional
        Framework of the scores. Default: that of the case's settings, else the one scored in the
        latest year.

    Returns
    -------
    Assessment
        Without any scores it holds the timeliness only.

    Raises
    ------
    InputError
        If the framework is not known, or a score or target lies off its scale.

    Notes
    -----
    An indicator's score and target are those of their latest year; where there is no target it is
    the level ``target_level`` of the assumptions (0.75: 4 on a scale from 1 to 5, 75 on one to 100).
    """
    speed = timeliness(case.tables["events"])
    chosen = choose_framework(case, framework)
    if chosen is None:
        return _unscored(case, None, speed)
    latest = latest_rows(case.tables["scores"], chosen.name, "score")
    if latest.empty:
        return _unscored(case, chosen, speed)
    targets = latest_rows(case.tables["targets"], chosen.name, "target")
    indicators = by_indicator(chosen, latest, targets, case.coefficients["target_level"])
    areas = by_area(chosen, indicators)
    closing = least_cost(case, latest, indicators.set_index("indicator")["gap"])
    areas["name"] = [chosen.area_name(a) for a in areas["area"]]
    indicators["name"] = [chosen.name_of(i) for i in indicators["indicator"]]
    indicators["cost_to_target"] = [closing.by_indicator[i] for i in indicators["indicator"]]
    gaps = indicators.sort_values("gap", ascending=False, kind="stable", ignore_index=True)
    return Assessment(
        framework=chosen.name,
        readiness=readiness(chosen, areas),
        areas=areas[list(_AREAS)],
        gaps=gaps[list(_GAPS)],
        timeliness=speed.events,
        timeliness_summary=speed.summary(),
        cost_to_target=closing.total,
        unclosed=closing.unclosed,
        currency=case.settings.currency,
        n_indicators=len({*chosen.indicators, *indicators["indicator"]}),
    )


def _unscored(case: Case, framework: Framework | None, speed: Timeliness) -> Assessment:
    """Assessment of a case without scores under a framework."""
    return Assessment(
        framework=framework.name if framework else None,
        readiness=float("nan"),
        areas=pd.DataFrame(columns=list(_AREAS)),
        gaps=pd.DataFrame(columns=list(_GAPS)),
        timeliness=speed.events,
        timeliness_summary=speed.summary(),
        cost_to_target=float("nan"),
        unclosed=(),
        currency=case.settings.currency,
        n_indicators=len(framework.indicators) if framework else 0,
    )


def _label(code: str, name: str) -> str:
    return code if code == name else f"{code} {name}"


def _days(value: float) -> str:
    return _("unknown") if pd.isna(value) else f"{value:g}"


def _json(value: Any) -> Any:
    """A value as JSON holds it."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _json(v) for k, v in row.items()} for row in frame.to_dict("records")]
