"""Which assumptions a plan's saving rests on: one at a time, at its low and its high value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.outbreak import Ensemble
from seawall.outbreak.loss import year_loss
from seawall.outbreak.strata import LEAST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["sensitivity"]

#: Parameters that change who meets whom: every course must be run anew.
_TRAVEL = frozenset({"travel_share", "trip_days", "gravity_population", "gravity_distance", "gravity_min_km"})
#: Parameters that change no loss.
_SILENT = frozenset({"target_level", "norm_faculty"})
#: One in so many of the outbreaks serves to weigh assumptions.
ONE_IN = 3
#: Swing below which an assumption is not listed, as a share of what the plan saves.
NEGLIGIBLE = 1e-3

_COLUMNS = ["parameter", "note", "low", "central", "high", "unit", "evidence", "saved_low", "saved_high", "swing"]


def sensitivity(case: Case, starts: NDArray[np.int64], year: int, ensemble: Ensemble, *, skip: bool) -> pd.DataFrame:
    """Loss averted in a year at the low and the high value of each assumption.

    Parameters
    ----------
    case : Case
    starts : int array (action,)
        The plan.
    year : int
        Year in which it is read.
    ensemble : Ensemble
        Whose number of outbreaks and seed are taken over; a third of the outbreaks is run, and
        the saving on them is scaled to that on all.
    skip : bool
        Out of time: an empty frame.

    Returns
    -------
    DataFrame
        One row an assumption that moves the saving, largest swing first; see ``Plan.assumptions``.
    """
    if skip:
        return pd.DataFrame(columns=_COLUMNS)
    base = Ensemble(case, min(ensemble.n, max(LEAST * len(ensemble.samples), ensemble.n // ONE_IN)), ensemble.seed)
    none = base.case.edits.starts({})
    here = _loss(base, none, year) - _loss(base, starts, year)
    full = _loss(ensemble, none, year) - _loss(ensemble, starts, year)
    # told as the plan's own saving, changed as much as that of the smaller draw is
    scale = full / here if here > 0 else 1.0
    rows = []
    for parameter, facts in case.assumptions.iterrows():
        name = str(parameter)
        if name in _SILENT or np.isnan(facts["low"]) or np.isnan(facts["high"]):
            continue
        saved = []
        for value in (float(facts["low"]), float(facts["high"])):
            other = _with_assumption(base, name, value)
            saved.append((_loss(other, none, year) - _loss(other, starts, year)) * scale)
        if abs(saved[1] - saved[0]) <= NEGLIGIBLE * abs(full):
            continue
        rows.append(
            {
                "parameter": name,
                **{k: facts[k] for k in ("note", "low", "central", "high", "unit", "evidence")},
                "saved_low": saved[0],
                "saved_high": saved[1],
                "swing": abs(saved[1] - saved[0]),
            }
        )
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.sort_values(["swing", "parameter"], ascending=[False, True], ignore_index=True)


def _loss(ensemble: Ensemble, starts: NDArray[np.int64], year: int) -> float:
    price, outcomes = ensemble.years(starts, [year])[0]
    lost = year_loss(price, outcomes)
    return float(lost.health.sum() + lost.money.sum())


def _with_assumption(base: Ensemble, parameter: str, value: float) -> Ensemble:
    """The same outbreaks with one assumption changed; what it leaves alone is not run again."""
    own = base.case["assumptions"]
    changed = own[own["parameter"] != parameter]
    row = dict.fromkeys(own.columns, "") | {
        "parameter": parameter,
        "low": np.nan,
        "central": value,
        "high": np.nan,
        "evidence": "assumed",
    }
    rows = pd.concat([changed, pd.DataFrame([row])], ignore_index=True)
    other = base.case.with_table("assumptions", rows.sort_values("parameter", ignore_index=True, kind="stable"))
    # told what is known already: to sort every table and merge all coefficients anew takes seconds
    vars(other).update(canonical=other, coefficients={**base.case.coefficients, parameter: value})
    return base.travelling(other) if parameter in _TRAVEL else base.under(other)
