"""Packaged coefficients and the links from scores to governance."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

__all__ = ["framework_scales", "packaged_assumptions", "score_links"]


def _read(name: str, numbers: dict[str, str]) -> pd.DataFrame:
    with files("seawall").joinpath("data", name).open("rb") as f:
        return pd.read_csv(f, dtype=str, keep_default_na=False).astype(numbers)


@cache
def packaged_assumptions() -> pd.DataFrame:
    """Coefficients by parameter: low, central, high, unit, good, source, evidence, note."""
    frame = _read("assumptions.csv", {"low": "float64", "central": "float64", "high": "float64"})
    return frame.set_index("parameter")


@cache
def score_links() -> pd.DataFrame:
    """Which indicators of which framework drive which field of governance."""
    return _read("score_links.csv", {})


@cache
def framework_scales() -> dict[str, tuple[float, float]]:
    """Lowest and highest score of each known framework."""
    frame = _read("frameworks.csv", {"scale_low": "float64", "scale_high": "float64"})
    first = frame.drop_duplicates("framework").set_index("framework")
    return {str(f): (float(r["scale_low"]), float(r["scale_high"])) for f, r in first.iterrows()}
