"""Which assumptions a plan's saving rests on: one at a time, at its low and its high value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.outbreak import Ensemble
from seawall.outbreak.loss import year_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["sensitivity"]

#: Parameters that change who meets whom: every course must be run anew.
_TRAVEL = frozenset({"travel_share", "trip_days", "gravity_population", "gravity_distance", "gravity_min_km"})
#: Parameters that change no loss.
_SILENT = frozenset({"target_level", "norm_faculty"})
#: Share of the outbreaks on which assumptions are weighed.
SHARE = 3

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
        Whose number of outbreaks and seed are taken over; a third of the outbreaks is run.
    skip : bool
        Out of time: an empty frame.

    Returns
    -------
    DataFrame
        One row an assumption, largest swing first; see ``Plan.assumptions``.
    """
    if skip:
        return pd.DataFrame(columns=_COLUMNS)
    base = Ensemble(case, max(len(ensemble.samples), ensemble.n // SHARE), ensemble.seed)
    none = base.case.edits.starts({})
    rows = []
    for parameter, facts in case.assumptions.iterrows():
        name = str(parameter)
        if name in _SILENT or np.isnan(facts["low"]) or np.isnan(facts["high"]):
            continue
        saved = []
        for value in (float(facts["low"]), float(facts["high"])):
            other = _with_assumption(base, case, name, value)
            saved.append(_loss(other, none, year) - _loss(other, starts, year))
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


def _with_assumption(base: Ensemble, case: Case, parameter: str, value: float) -> Ensemble:
    """The same outbreaks with one assumption changed; what it leaves alone is not run again."""
    own = case["assumptions"]
    changed = own[own["parameter"] != parameter]
    row = dict.fromkeys(own.columns, "") | {
        "parameter": parameter,
        "low": np.nan,
        "central": value,
        "high": np.nan,
        "evidence": "assumed",
    }
    rows = pd.concat([changed, pd.DataFrame([row])], ignore_index=True)
    if parameter in _TRAVEL:
        return Ensemble(case.with_table("assumptions", rows), base.n, base.seed)
    other = base.case.with_table("assumptions", rows.sort_values("parameter", ignore_index=True, kind="stable"))
    vars(other)["canonical"] = other  # every other table is in order already; sorting them anew takes seconds
    return base.under(other)
