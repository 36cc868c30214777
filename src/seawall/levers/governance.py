"""Governance: how fast a finding is reported and acted on, and how often outbreaks start.

Nothing here has a mechanism that the model follows, so scores of assessments drive it: days run
geometrically from their worst to their best value as the mean level of the linked indicators
rises from 0 to 1. How weakly recorded delays follow scores is in the study of delays and scores
(docs, explanation), from which the packaged span of notification comes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import framework_scales, rows, score_links

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case, Parameters
    from seawall.levers.talents import Talents

__all__ = ["DELAYS", "Governance"]

#: Delays that scores drive, each between its own worst and best value.
DELAYS = ("notify_days", "activate_days", "assess_days", "communicate_days", "care_days", "measures_days")


class Governance:
    """Scores of a case and what they drive, compiled.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    talents : Talents
        Whose biosafety officers make laboratory incidents rarer.
    """

    def __init__(self, case: Case, talents: Talents) -> None:
        self.case = case
        self.talents = talents
        hazards = case["hazards"]
        self.laboratory = (hazards["origin"] == "laboratory").to_numpy(bool)
        self.zoonotic = (hazards["route"] == "zoonotic").to_numpy(bool) & ~self.laboratory
        self.population_share = talents.population / talents.population.sum()
        self._link()

    def _link(self) -> None:
        """Latest row of ``scores`` for each linked indicator of the framework in use."""
        scores = self.case["scores"]
        framework = self.case.settings.framework
        if not framework and len(scores):
            framework = str(scores.sort_values(["year", "framework"], ascending=[False, True])["framework"].iloc[0])
        links = score_links()
        self.rows: dict[str, list[int]] = {}
        mine = scores[scores["framework"] == framework]
        for r in rows(links[links["framework"] == framework]):
            found = mine[mine["indicator"] == r.indicator]
            if len(found):
                self.rows.setdefault(str(r.field), []).append(int(found["year"].idxmax()))
        low, high = framework_scales().get(framework, (0.0, 100.0))
        self.low, self.span = low, high - low

    def level(self, parameters: Parameters, year: int, field: str) -> float:
        """Mean level from 0 to 1 of the indicators linked to a field."""
        rows = self.rows.get(field)
        if not rows:
            return parameters.assumption("level_default", year)
        scores = parameters.column("scores", "score", year)[rows]
        return float(np.clip((scores - self.low) / self.span, 0.0, 1.0).mean())

    def fields(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Fields that governance owns: days of `DELAYS`, behaviour, frequency (hazard,)."""
        given = partial(parameters.assumption, year=year)
        days = {}
        for name in DELAYS:
            level = self.level(parameters, year, name)
            # an action may push the worst beyond the best; a better score must not do harm then
            best = given(f"{name}_best")
            days[name] = np.array(max(best, given(f"{name}_worst")) ** (1.0 - level) * best**level)
        behaviour = given("behaviour_best") * self.level(parameters, year, "behaviour")
        frequency = parameters.column("hazards", "events_per_year", year) * self._prevention(parameters, year, stock)
        return {**days, "behaviour": np.array(behaviour), "frequency": frequency}

    def _prevention(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is left of each hazard's frequency by practice, not yet relative to today."""
        out = np.ones(len(self.laboratory))
        officers = self.talents.adequacy("biosafety", stock)
        practice = (
            self.level(parameters, year, "laboratory_incidents")
            if officers is None
            else float(officers @ self.population_share)
        )
        out[self.laboratory] = 1.0 - parameters.assumption("lab_incident_reduction", year) * practice
        watch = self.level(parameters, year, "spillover")
        out[self.zoonotic] = 1.0 - parameters.assumption("spillover_reduction", year) * watch
        return out
