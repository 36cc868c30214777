"""Delays of simulated outbreaks of the packaged cases, against outbreaks on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

import seawall as sw
from validation.lines import Line

__all__ = ["CASES", "outbreaks", "quantiles", "recorded", "shares", "timeliness"]

CASES = {"nigeria": "Nigeria", "china": "China"}
DON = "WHO Disease Outbreak News 1996 to 2019, `data/outbreak_lags.csv`"
BOCHNER = "Bochner et al. 2023, doi 10.1016/S2214-109X(23)00133-X"
#: People infected if left alone, from which an outbreak counts as large.
LARGE = 20
#: Events on time of 41, by step (Bochner et al. 2023, table 1).
ON_TIME = {"detection in 7 days": 22, "notification in 1 day": 29, "response in 7 days": 20, "all three": 11}
EVENTS = 41


@cache
def outbreaks(case: str, n: int = 600) -> pd.DataFrame:
    """Outbreaks that are found, and large if left alone: weight, and days of milestones from the first onset."""
    table = sw.simulate(case, n=n, seed=1).table
    alone = sw.simulate(case, n=n, seed=1, undisturbed=True).table
    if list(table["outbreak"]) != list(alone["outbreak"]):
        raise RuntimeError("undisturbed outbreaks are others")
    hazards = sw.load(case)["hazards"].set_index("hazard")
    latent = table["hazard"].map(hazards["latent_days"]).to_numpy(float)
    frame = table[["hazard", "weight", "detect_day", "notify_day", "respond_day"]].copy()
    frame["onset_detect"] = frame["detect_day"] - latent
    frame["onset_notify"] = frame["notify_day"] - latent
    return frame[(alone["infections"] >= LARGE) & frame["detect_day"].notna()]


def quantiles(values: pd.Series, weights: pd.Series, shares: tuple[float, ...] = (0.25, 0.5, 0.75)) -> list[float]:
    """Weighted quantiles."""
    order = np.argsort(values.to_numpy(float), kind="stable")
    total = np.cumsum(weights.to_numpy(float)[order])
    at = np.searchsorted(total, np.array(shares) * total[-1])
    return [float(values.to_numpy(float)[order][min(i, len(order) - 1)]) for i in at]


@cache
def recorded(lag: str) -> np.ndarray:
    """Days between two milestones on record, from 0 to two years, sorted."""
    days = pd.read_csv(Path(__file__).with_name("data") / "outbreak_lags.csv")[lag].dropna().to_numpy(float)
    return np.sort(days[(days >= 0) & (days <= 730)])


def shares(case: str) -> dict[str, float]:
    """Share of found, large outbreaks on time, by step; detection counts from the first onset."""
    o = outbreaks(case)
    days = (o["onset_detect"], o["notify_day"] - o["detect_day"], o["respond_day"] - o["notify_day"])
    met = [(d <= most).to_numpy() for d, most in zip(days, (7, 1, 7), strict=True)]
    met.append(met[0] & met[1] & met[2])
    return {step: float(np.average(m, weights=o["weight"])) for step, m in zip(ON_TIME, met, strict=True)}


def wilson(met: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """95% interval of a share."""
    centre = (met + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * float(np.sqrt(met * (of - met) / of + z * z / 4))
    return centre - half, centre + half


def timeliness() -> Iterator[Line]:
    """Delays and 7-1-7."""
    for case, name in CASES.items():
        o = outbreaks(case)
        for lag, column, told in (
            ("start_detection", "onset_detect", "detection"),
            ("start_who", "onset_notify", "notification, of WHO on record"),
        ):
            days = recorded(lag)
            low, middle, high = np.quantile(days, [0.25, 0.5, 0.75])
            first, half, third = quantiles(o[column], o["weight"])
            line = Line(
                f"{name}: median days from first onset to {told}", f"{DON}, n {len(days)}", f"{middle:.0f} d",
                f"{half:.0f} d (quartiles {first:.0f} to {third:.0f})", f"quartiles {low:.0f} to {high:.0f} d",
                low <= half <= high,
            )  # fmt: skip
            yield line if line.hit else replace(line, note=LATER)
    for case, name in CASES.items():
        for step, share in shares(case).items():
            low, high = wilson(ON_TIME[step], EVENTS)
            line = Line(
                f"{name}: share on time, {step}", f"{BOCHNER}, {ON_TIME[step]} of {EVENTS} events",
                f"{ON_TIME[step] / EVENTS:.2f}", f"{share:.2f}", f"{low:.2f} to {high:.2f}", low <= share <= high,
            )  # fmt: skip
            yield line if line.hit else replace(line, note=WHY[step])


LATER = (
    "on record, the start is the first onset that was traced back and detection often the day on which that patient "
    "came to care; Seawall counts from the first onset there was to a result of the laboratory or a noticed cluster"
)
WHY = {
    "detection in 7 days": "as the delay of detection above",
    "notification in 1 day": "the cases' own delays of notification are those of the slowest events on their records; "
    "on record half are told the day they are detected",
    "response in 7 days": "all seven early actions in both; the last of seven delays that vary is late more often than each",
    "all three": "one late step fails all three",
}
