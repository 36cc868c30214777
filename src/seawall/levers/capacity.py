"""Capacity: what the country can do in a year, as arrays by place and hazard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.case import Parameters, Schedule
from seawall.levers.governance import Governance
from seawall.levers.platforms import Platforms
from seawall.levers.science import Science
from seawall.levers.talents import Talents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from seawall.case import Case

__all__ = ["Capacity", "Levers", "capacities"]


@dataclass(frozen=True)
class Capacity:
    """What the country can do in one year; places and hazards in the order of their codes.

    Parameters
    ----------
    sampled : float array (place,)
        Chance that a symptomatic case is suspected and sampled.
    traced_per_day : float array (place,)
        New cases a day whose contacts can be followed, person/day.
    deploy_days : float array (place,)
        Days from activation until responders work in the place.
    result_days, sequencing_days : float array (place,)
        Days from sampling to a result, for a known and for a new agent; inf: never.
    specimen_days : float array (place,)
        Days from sampling until a laboratory that can sequence begins to; inf: never.
    answer_days : float array (place, laboratory)
        Days from sampling to the result of a test in each laboratory; inf: never.
    spare_tests : float array (laboratory,)
        Tests a day that each laboratory can do for an outbreak beside its routine.
    beds : float array (place,)
        Hospital beds that an outbreak can have.
    products : float array (hazard, outcome, product field)
        Mixture over outcomes of research, see ``levers.science.PRODUCT_FIELDS``.
    notify_days, activate_days : float
        Days from detection to notification, and from there to the activated response.
    assess_days, communicate_days, care_days : float
        Days from notification to the first assessment of the risk, until communities are informed,
        and until infection control and case management are in place.
    measures_days : float
        Days from the assessed risk and the activated response until community measures hold.
    behaviour : float
        Share of onward transmission that informed communities prevent.
    frequency : float array (hazard,)
        Outbreaks that start a year.
    stock : float array (cadre, place)
        People at work; for reports.
    """

    year: int
    sampled: NDArray[np.float64]
    traced_per_day: NDArray[np.float64]
    deploy_days: NDArray[np.float64]
    result_days: NDArray[np.float64]
    sequencing_days: NDArray[np.float64]
    specimen_days: NDArray[np.float64]
    answer_days: NDArray[np.float64]
    spare_tests: NDArray[np.float64]
    beds: NDArray[np.float64]
    products: NDArray[np.float64]
    notify_days: NDArray[np.float64]
    activate_days: NDArray[np.float64]
    assess_days: NDArray[np.float64]
    communicate_days: NDArray[np.float64]
    care_days: NDArray[np.float64]
    measures_days: NDArray[np.float64]
    behaviour: NDArray[np.float64]
    frequency: NDArray[np.float64]
    stock: NDArray[np.float64]


class Levers:
    """The four levers of a case, compiled for the evaluation of many schedules.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    staying : bool
        Whether people whom actions bring in never leave again; for bounds.
    """

    def __init__(self, case: Case, *, staying: bool = False) -> None:
        self.case = case
        self.staying = staying
        self.talents = Talents(case)
        self.platforms = Platforms(case, self.talents)
        self.science = Science(case)
        self.governance = Governance(case, self.talents)
        today = Parameters(case, case.edits.starts({}))
        base = case.settings.base_year
        self._practice = self.governance._prevention(today, base, self.talents.stocks(today, base)[base])

    def capacities(self, starts: NDArray[np.int64], years: Iterable[int]) -> list[Capacity]:
        """Capacity of each of some years under start years in the order of ``case.edits.actions``."""
        years = list(years)
        parameters = Parameters(self.case, starts)
        stocks = self.talents.stocks(parameters, max(years), staying=self.staying)
        first = self.case.settings.base_year
        return [self._year(parameters, year, stocks[max(year, first)]) for year in years]

    def _year(self, parameters: Parameters, year: int, stock: NDArray[np.float64]) -> Capacity:
        fields = {
            **self.talents.fields(parameters, year, stock),
            **self.platforms.fields(parameters, year, stock),
            **self.science.fields(parameters, year),
            **self.governance.fields(parameters, year, stock),
        }
        # events a year are those of today's practice
        fields["frequency"] = np.where(
            self._practice > 0,
            fields["frequency"] / np.where(self._practice > 0, self._practice, 1.0),
            parameters.column("hazards", "events_per_year", year),
        )
        return Capacity(year=year, stock=stock, **fields)


def capacities(case: Case, schedule: Mapping[str, int] | None, years: Iterable[int]) -> list[Capacity]:
    """Capacity of each of some years under a schedule.

    Parameters
    ----------
    case : Case
        A checked case.
    schedule : mapping of action to start year, or None
        What is done; None: nothing.
    years : iterable of int
        Calendar years from the base year on.
    """
    case = case.canonical
    return Levers(case).capacities(case.edits.starts(Schedule(schedule).known_to(case.edits.actions)), years)
