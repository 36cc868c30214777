"""What the model says now of outbreaks like those on record, beside the record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.calibration.delays import TARGETS
from seawall.calibration.record import DATES, STEPS, met
from seawall.calibration.suspicion import FACTORS, USED, alike, recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seawall.calibration.model import Simulated
    from seawall.calibration.record import Event

__all__ = ["FamilyDays", "Seen", "families_of", "seen"]

#: Position of the model as it stands among the factors on the odds of suspicion.
TODAY = len(FACTORS) // 2


@dataclass(frozen=True)
class Seen:
    """One step on record and in the model: medians in days, shares that meet 7-1-7; NaN: nothing is known."""

    step: str
    target_days: float
    recorded_median: float
    simulated_median: float
    recorded_met: float
    simulated_met: float

    def to_dict(self) -> dict[str, Any]:
        """The step as JSON has it."""
        return {k: _plain(getattr(self, k)) for k in self.__dataclass_fields__}


@dataclass(frozen=True)
class FamilyDays:
    """Days to detection of one family of hazards, on record and in the model; medians."""

    family: str
    events: int
    hazards: tuple[str, ...]
    recorded_median: float
    simulated_median: float

    def to_dict(self) -> dict[str, Any]:
        """The family as JSON has it."""
        return {k: _plain(getattr(self, k)) for k in self.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Smallest value with at least half the weight at or below it; NaN where there is no weight."""
    known = (weights > 0) & np.isfinite(values)
    if not known.any():
        return float("nan")
    order = np.argsort(values[known], kind="stable")
    total = np.cumsum(weights[known][order])
    return float(values[known][order][int(np.searchsorted(total, 0.5 * total[-1]))])


def _of(hazards: Sequence[Simulated], step: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Days of a step of recorded outbreaks today, and their weights."""
    if not hazards:
        return np.empty(0), np.empty(0)
    days = np.concatenate([(s.detect[TODAY], s.notify, s.respond)[step] for s in hazards])
    weight = np.concatenate([recorded(s, TODAY, USED) for s in hazards])
    return days, weight / weight.sum() if weight.sum() > 0 else weight


def seen(events: Sequence[Event], simulated: Sequence[Simulated]) -> list[Seen]:
    """Each step on record and in the model; every event stands for outbreaks of its family."""
    out = []
    for k, step in enumerate(STEPS):
        days = np.array([e.between(DATES[k], DATES[k + 1]) for e in events])
        parts = [_of(alike(simulated, e.family), k) for e, d in zip(events, days, strict=True) if not math.isnan(d)]
        values = np.concatenate([p[0] for p in parts]) if parts else np.empty(0)
        weights = np.concatenate([p[1] for p in parts]) if parts else np.empty(0)
        known = (weights > 0) & np.isfinite(values)
        total = float(weights[known].sum())
        out.append(
            Seen(
                step,
                TARGETS[step],
                float(np.nanmedian(days)) if (~np.isnan(days)).any() else float("nan"),
                weighted_median(values, weights),
                met(days, TARGETS[step]),
                float(weights[known & (values <= TARGETS[step])].sum() / total) if total > 0 else float("nan"),
            )
        )
    return out


def families_of(events: Sequence[Event], simulated: Sequence[Simulated]) -> list[FamilyDays]:
    """Days to detection by family, of every family that has an event or a hazard."""
    out = []
    hazards = {s.family for s in simulated}
    for family in sorted(hazards | {e.family for e in events}):
        mine = [s for s in simulated if s.family == family]
        days = np.array([e.between("emergence", "detection") for e in events if e.family == family])
        out.append(
            FamilyDays(
                family,
                len(days),
                tuple(s.hazard for s in mine),
                float(np.nanmedian(days)) if (~np.isnan(days)).any() else float("nan"),
                weighted_median(*_of(mine, 0)),
            )
        )
    return out
