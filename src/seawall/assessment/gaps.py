"""Scores, targets and gaps of a case under one framework, by indicator and by area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.assessment.frameworks import frameworks, improvised
from seawall.errors import InputError
from seawall.language import _

if TYPE_CHECKING:
    from seawall.assessment.frameworks import Framework
    from seawall.case import Case

__all__ = ["by_area", "by_indicator", "choose_framework", "latest_rows", "readiness"]


def choose_framework(case: Case, name: str | None = None) -> Framework | None:
    """Find the framework by which a case is assessed.

    Parameters
    ----------
    case : Case
        Its setting ``framework`` comes second; third the framework scored in the latest year, the
        first in the alphabet where several were.
    name : str, optional
        Code of the framework; comes first.

    Returns
    -------
    Framework or None
        None where nobody names one and the case has no scores.

    Raises
    ------
    InputError
        If the framework is neither packaged nor scored in the case; names those that are.
    """
    scores = case.tables["scores"]
    wanted = name or case.settings.framework
    if not wanted:
        if scores.empty:
            return None
        wanted = str(scores.sort_values(["year", "framework"], ascending=[False, True])["framework"].iloc[0])
    packaged = frameworks().get(wanted)
    if packaged is not None:
        return packaged
    rows = scores[scores["framework"] == wanted]
    if rows.empty:
        known = ", ".join(sorted({*frameworks(), *scores["framework"].astype(str)}))
        message = _("{where}: there is no framework {name!r}; known: {known}")
        where = "framework" if name else "case.yaml, framework"
        raise InputError(message.format(where=where, name=wanted, known=known))
    targets = case.tables["targets"]
    met = [*rows["score"], *targets.loc[targets["framework"] == wanted, "target"]]
    return improvised(wanted, map(str, rows["indicator"]), max(met))


def latest_rows(table: pd.DataFrame, framework: str, value: str) -> pd.DataFrame:
    """Rows of ``scores`` or ``targets`` that stand today: the latest year of each indicator.

    Parameters
    ----------
    table : DataFrame
        The table; columns framework, indicator, year and ``value``.
    framework : str
        Framework whose rows are wanted.
    value : str
        Column of the score or target.

    Returns
    -------
    DataFrame
        The same columns, one row an indicator, sorted by indicator.
    """
    mine = table[(table["framework"] == framework) & table[value].notna()]
    ordered = mine.sort_values(["indicator", "year", value])
    return ordered.drop_duplicates("indicator", keep="last").reset_index(drop=True)


def by_indicator(framework: Framework, scores: pd.DataFrame, targets: pd.DataFrame, level: float) -> pd.DataFrame:
    """Measure the gap of every scored indicator.

    Parameters
    ----------
    framework : Framework
        Gives areas, order and scale.
    scores, targets : DataFrame
        Latest rows of the two tables.
    level : float
        Level, 0-1 of the scale, that indicators without a target should reach.

    Returns
    -------
    DataFrame
        indicator, area, score, target, gap (points of the framework's scale), in the framework's
        order; indicators that it does not list come last.

    Raises
    ------
    InputError
        If a score or target lies off the framework's scale; names every one.
    """
    _check_scale(framework, scores, "scores", "score")
    _check_scale(framework, targets, "targets", "target")
    out = pd.DataFrame({"indicator": scores["indicator"].astype("str"), "score": scores["score"].astype("float64")})
    out["area"] = [framework.area_of(i) for i in out["indicator"]]
    told = dict(zip(targets["indicator"], targets["target"], strict=True))
    usual = framework.at_level(level)
    out["target"] = np.array([told.get(i, usual) for i in out["indicator"]], np.float64)
    gap = out["target"] - out["score"]
    out["gap"] = gap.where(gap > 1e-9, 0.0)
    place = {code: n for n, code in enumerate(framework.indicators)}
    order = sorted(range(len(out)), key=lambda n: (place.get(out["indicator"][n], len(place)), out["indicator"][n]))
    return out.iloc[order].reset_index(drop=True)[["indicator", "area", "score", "target", "gap"]]


def _check_scale(framework: Framework, rows: pd.DataFrame, table: str, value: str) -> None:
    low, high = framework.scale_low, framework.scale_high
    off = rows[(rows[value] < low) | (rows[value] > high)]
    message = _("{table}.csv, {value}: {framework} {indicator} has {number:g}; the scale runs from {low:g} to {high:g}")
    faults = [
        message.format(table=table, value=value, framework=framework.name, indicator=i, number=v, low=low, high=high)
        for i, v in zip(off["indicator"], off[value], strict=True)
    ]
    if faults:
        raise InputError(*faults)


def by_area(framework: Framework, indicators: pd.DataFrame) -> pd.DataFrame:
    """Average indicators by area.

    Parameters
    ----------
    framework : Framework
        Gives the order of areas.
    indicators : DataFrame
        As `by_indicator` returns it.

    Returns
    -------
    DataFrame
        area, score, target (means over the area's scored indicators) and gap (how far the mean
        score falls short of the mean target), in the framework's order.
    """
    means = indicators.groupby("area", sort=True)[["score", "target"]].mean()
    rest = [a for a in means.index if a not in framework.areas]
    out = means.loc[[a for a in framework.areas if a in means.index] + rest].reset_index()
    gap = out["target"] - out["score"]
    out["gap"] = gap.where(gap > 1e-9, 0.0)
    return out


def readiness(framework: Framework, areas: pd.DataFrame) -> float:
    """Mean of the area means on a scale from 0 to 100; NaN where nothing is scored.

    This is how ReadyScore is made of JEE scores (Resolve to Save Lives, preventepidemics.org):
    each area counts the same, whatever the number of its indicators.
    """
    return framework.percent(float(areas["score"].mean())) if len(areas) else float("nan")
