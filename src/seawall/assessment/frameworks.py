"""Frameworks of assessment: which indicators they have, how these group into areas, and the scale.

The packaged table holds codes and structure of the Joint External Evaluation tool, 1st edition
(JEE1, WHO 2016) and of the States Parties self-assessment annual report, 2nd edition (SPAR2,
WHO 2021), under short names of our own. A case may score by any other framework too: its areas
are then read off the codes of its indicators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from seawall.language import _

__all__ = ["Framework", "Indicator", "frameworks", "improvised"]


@dataclass(frozen=True)
class Indicator:
    """One indicator of a framework: its code, its area and its name in English."""

    code: str
    area: str
    pillar: str
    english: str

    @property
    def name(self) -> str:
        """Short name in the language in force."""
        return _(self.english) if self.english else self.code


@dataclass(frozen=True)
class Framework:
    """A framework of assessment.

    Parameters
    ----------
    name : str
        Code, as in the column ``framework`` of ``scores``.
    indicators : mapping of str to Indicator
        By code, in the framework's own order.
    areas : mapping of str to str
        Code of each area and its name in English, in the framework's own order.
    scale_low, scale_high : float
        Lowest and highest score of an indicator.
    """

    name: str
    indicators: Mapping[str, Indicator] = field(repr=False)
    areas: Mapping[str, str] = field(repr=False)
    scale_low: float
    scale_high: float

    def area_of(self, indicator: str) -> str:
        """Area of an indicator; of one that the framework does not list, its code up to the first dot."""
        known = self.indicators.get(indicator)
        return known.area if known else indicator.split(".", 1)[0]

    def name_of(self, indicator: str) -> str:
        """Short name of an indicator in the language in force; its code where it has none."""
        known = self.indicators.get(indicator)
        return known.name if known else indicator

    def area_name(self, area: str) -> str:
        """Name of an area in the language in force; its code where it has none."""
        english = self.areas.get(area, "")
        return _(english) if english else area

    def at_level(self, level: float) -> float:
        """Score at a level from 0 (bottom of the scale) to 1 (top)."""
        return self.scale_low + level * (self.scale_high - self.scale_low)

    def percent(self, score: float) -> float:
        """Score as a share of the highest, 0-100.

        An indicator at the bottom of a scale from 1 to 5 counts 20, as in published JEE means.
        """
        return 100.0 * score / self.scale_high


@cache
def frameworks() -> Mapping[str, Framework]:
    """Packaged frameworks by code."""
    with files("seawall").joinpath("data", "frameworks.csv").open("rb") as f:
        table = pd.read_csv(f, dtype=str, keep_default_na=False)
    out = {}
    for code, rows in table.groupby("framework", sort=True):
        first = rows.iloc[0]
        columns = (rows[c].tolist() for c in ("indicator", "area", "pillar", "name"))
        indicators = {row[0]: Indicator(*row) for row in zip(*columns, strict=True)}
        areas = dict(zip(rows["area"], rows["area_name"], strict=True))
        low, high = float(first["scale_low"]), float(first["scale_high"])
        out[str(code)] = Framework(str(code), MappingProxyType(indicators), MappingProxyType(areas), low, high)
    return MappingProxyType(out)


def improvised(name: str, indicators: Iterable[str], highest: float) -> Framework:
    """Build a framework that is not packaged from what a case says of it.

    Parameters
    ----------
    name : str
        Code of the framework.
    indicators : iterable of str
        Codes of its indicators; the area of each is its code up to the first dot.
    highest : float
        Highest score or target met: the scale runs from 0 to 5 if that is at most 5, else to 100.
    """
    known = {code: Indicator(code, code.split(".", 1)[0], "", "") for code in sorted(set(indicators))}
    areas = {i.area: "" for i in known.values()}
    return Framework(name, MappingProxyType(known), MappingProxyType(areas), 0.0, 5.0 if highest <= 5.0 else 100.0)
