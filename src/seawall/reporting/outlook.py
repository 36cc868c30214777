"""The situation in figures: hazards abroad and at home, past events, scores, other countries.

Everything here is computed from the tables of the case; only hazards at home take figures of the
plan's simulation without the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.assessment.gaps import by_area, by_indicator, choose_framework, latest_rows, readiness
from seawall.assessment.timeliness import Timeliness, timeliness
from seawall.reporting.names import localised

if TYPE_CHECKING:
    from seawall.assessment import Framework
    from seawall.case import Case
    from seawall.reporting.accounts import Accounts

__all__ = ["Peer", "Standing", "abroad", "at_home", "past", "peers", "standing"]


def abroad(case: Case) -> pd.DataFrame:
    """Outbreaks abroad and the pressure to import them.

    Returns
    -------
    DataFrame
        One row of ``origins`` a row: origin, family, outbreaks, first_year, last_year, arrivals,
        source, evidence; per_year (outbreaks a year of the record), share (of all arrivals from
        the origins listed, each counted once) and index: outbreaks a year times share, scaled so
        that all together are 100; NaN where arrivals are not known. Highest index first.
    """
    out = case["origins"].copy()
    span = out["last_year"] - out["first_year"] + 1.0
    out["per_year"] = out["outbreaks"] / span.where(span > 0)
    arrivals = out.groupby("origin")["arrivals"].max()
    total = float(arrivals.sum())
    out["share"] = out["origin"].map(arrivals) / (total if total > 0 else np.nan)
    pressure = out["per_year"] * out["share"]
    whole = float(pressure.sum())
    out["index"] = 100.0 * pressure / (whole if whole > 0 else np.nan)
    return out.sort_values(
        ["index", "per_year", "origin", "family"], ascending=[False, False, True, True], ignore_index=True
    )


def at_home(a: Accounts) -> pd.DataFrame:
    """Hazards with what they are expected to take a year without the plan.

    Returns
    -------
    DataFrame
        hazard, name, origin, events_per_year, deaths, loss (in the reading year); the greatest
        loss first.
    """
    told = a.plan.before.hazards.set_index("hazard")
    own = a.case["hazards"]
    out = own[["hazard", "origin", "events_per_year"]].copy()
    out.insert(1, "name", [localised(r, "name", a.case) or str(r["hazard"]) for r in own.to_dict("records")])
    for column in ("deaths", "loss"):
        out[column] = told[column].reindex(out["hazard"]).to_numpy(float)
    return out.sort_values(["loss", "hazard"], ascending=[False, True], ignore_index=True)


def past(case: Case) -> tuple[pd.DataFrame, Timeliness]:
    """Past outbreaks with their intervals, the latest first, and what the log says as a whole.

    The frame has the columns of `seawall.assessment.timeliness.timeliness` and bottleneck, source,
    evidence and year (text; empty where no date is known).
    """
    speed = timeliness(case["events"])
    own = case["events"].set_index("event")
    out = speed.events.copy()
    for column in ("bottleneck", "source", "evidence"):
        out[column] = own[column].reindex(out["event"]).to_numpy(object)
    dates = own[["emergence", "detection", "notification", "response"]].reindex(out["event"]).astype(str)
    out["year"] = [next((d[:4] for d in row if d[:4].isdigit()), "") for row in dates.itertuples(index=False)]
    return out.sort_values(["year", "event"], ascending=[False, True], ignore_index=True), speed


@dataclass(frozen=True, eq=False)
class Standing:
    """Scores of a country under one framework.

    ``areas`` has area, score, target, gap; ``indicators`` indicator, area, score, target, gap;
    ``readiness`` is the mean of the area means, 0-100.
    """

    framework: Framework
    year: int
    indicators: pd.DataFrame
    areas: pd.DataFrame
    readiness: float


def standing(case: Case, framework: Framework | None = None) -> Standing | None:
    """Scores of the case by the code of the assessment, without the cost of closing gaps; None without scores."""
    chosen = framework or choose_framework(case)
    if chosen is None:
        return None
    return _standing(case, chosen, case["scores"], case["targets"])


def _standing(case: Case, framework: Framework, scores: pd.DataFrame, targets: pd.DataFrame) -> Standing | None:
    latest = latest_rows(scores, framework.name, "score")
    if not len(latest):
        return None
    level = case.coefficients["target_level"]
    indicators = by_indicator(framework, latest, latest_rows(targets, framework.name, "target"), level)
    areas = by_area(framework, indicators)
    return Standing(framework, int(latest["year"].max()), indicators, areas, readiness(framework, areas))


@dataclass(frozen=True, eq=False)
class Peer:
    """Another country beside this one: its scores, and this country's over the same indicators.

    ``shared`` is the number of indicators that both have; ``own`` this country's readiness over
    these alone, ``theirs`` the other's.
    """

    name: str
    standing: Standing
    shared: int
    own: float
    theirs: float


def peers(case: Case) -> list[Peer]:
    """Other countries under the framework of the case, the highest readiness first."""
    own = standing(case)
    if own is None:
        return []
    framework = own.framework
    table = case["peers"]
    scores = case["scores"]
    out = []
    for name, rows in table.groupby("peer", sort=True):
        theirs = _standing(case, framework, rows, case["targets"])
        if theirs is None:
            continue
        both = set(theirs.indicators["indicator"]) & set(own.indicators["indicator"])
        mine = _standing(case, framework, scores[scores["indicator"].isin(both)], case["targets"])
        other = _standing(case, framework, rows[rows["indicator"].isin(both)], case["targets"])
        nothing = float("nan")
        out.append(
            Peer(
                str(name),
                theirs,
                len(both),
                mine.readiness if mine else nothing,
                other.readiness if other else nothing,
            )
        )
    return sorted(out, key=lambda p: (-p.theirs if p.theirs == p.theirs else 1.0, p.name))
