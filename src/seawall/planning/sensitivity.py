"""Which assumptions a plan's saving rests on: one at a time, at its low and its high value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.outbreak import Ensemble
from seawall.outbreak.sensitivity import Variants, expected_loss, fewer, one_at_a_time, only_taken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["sensitivity"]

#: Swing below which an assumption is not listed, as a share of what the plan saves, and of the loss without it.
NEGLIGIBLE = 1e-3

_COLUMNS = [
    "parameter", "note", "low", "central", "high", "unit", "evidence", "saved_low", "saved_high", "swing",
    "loss_low", "loss_high",
]  # fmt: skip


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
        the saving on them is scaled to that on all, the loss likewise.
    skip : bool
        Out of time: an empty frame.

    Returns
    -------
    DataFrame
        One row an assumption that moves the saving, or the loss without the plan, largest swing of
        the saving first; see ``Plan.assumptions``.
    """
    if skip:
        return pd.DataFrame(columns=_COLUMNS)
    base, planned = only_taken(Ensemble(case, fewer(ensemble.n, len(ensemble.samples)), ensemble.seed), starts)

    def measure(of: Ensemble, plan: NDArray[np.int64]) -> NDArray[np.float64]:
        """Loss averted by a plan and loss without it."""
        without = expected_loss(of, of.case.edits.starts({}), year)
        return np.array([without - expected_loss(of, plan, year), without])

    here, full = measure(base, planned), measure(ensemble, starts)
    # told as the plan's own saving, changed as much as that of the smaller draw is
    scale = np.array([f / h if h > 0 else 1.0 for f, h in zip(full, here, strict=True)])
    facts, ends = one_at_a_time(Variants(base), lambda of: measure(of, planned))
    ends = ends * scale
    swing = np.abs(ends[:, 1] - ends[:, 0])
    frame = facts.assign(
        saved_low=ends[:, 0, 0],
        saved_high=ends[:, 1, 0],
        swing=swing[:, 0],
        loss_low=ends[:, 0, 1],
        loss_high=ends[:, 1, 1],
    )[_COLUMNS]
    listed: pd.DataFrame = frame[(swing > NEGLIGIBLE * np.abs(full)).any(axis=1)]
    return listed.sort_values(["swing", "parameter"], ascending=[False, True], ignore_index=True)
