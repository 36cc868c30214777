"""Delays of outbreaks against scores of capacity: the study behind the link from scores to `notify_days`.

python -m validation.delays            print every table, twenty to thirty seconds
python -m validation.delays --write    and write them and the picture into docs/explanation/delays-and-scores.md

Reads `data/outbreak_lags.csv` and `data/capacity_scores.csv`; what is in them is told in `data/README.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from validation.survival import FAMILIES, Data, Fit, fit

HERE = Path(__file__).parent
DOC = HERE.parent / "docs" / "explanation" / "delays-and-scores.md"
PICTURE = HERE.parent / "docs" / "images" / "delays.svg"
BEGIN, END = "<!-- {name}: begin -->", "<!-- {name}: end -->"

LAGS = {
    "start_detection": "start → detection",
    "detection_lab": "detection → laboratory",
    "start_lab": "start → laboratory",
    "start_who": "start → WHO",
    "detection_who": "detection → WHO",
    "local_who": "local → WHO",
}
# too few records of local → WHO for anything beyond the first table
RICH = [lag for lag in LAGS if lag != "local_who"]
SCORES = {
    "spar_total": "SPAR 2022, total",
    "spar_notify": "SPAR 2022, linked",
    "jee_total": "JEE, total",
    "jee_notify": "JEE, linked",
}
LONGEST = 730
MANY = 30
FEWEST = 25
DRAWS = 400
SEED = 20221231
# notify_days_worst and notify_days_best as packaged before this study, in days
PACKAGED = (14.0, 1.0)


def read() -> pd.DataFrame:
    """Outbreaks with the scores of their country; scores in tens of points from 0 to 10."""
    outbreaks = pd.read_csv(HERE / "data" / "outbreak_lags.csv")
    scores = pd.read_csv(HERE / "data" / "capacity_scores.csv").drop(columns="source")
    out = outbreaks.merge(scores, on="iso3", how="left")
    out[list(SCORES)] /= 10
    out["log_income"] = np.log(out["gni_per_head"])
    out["decade"] = (out["year"] - 2010) / 10
    # the self-report of the year in which the outbreak began; the questionnaire was a new one from 2018
    out["reported"] = np.nan
    for year in range(2010, 2020):
        out["reported"] = out["reported"].mask(out["year"] == year, out[f"ihr_{year}"] / 10)
    out["new_form"] = (out["year"] >= 2018).astype(float)
    regions = pd.get_dummies(out["region"], dtype=float, prefix="region").iloc[:, 1:]
    out[regions.columns] = regions.where(out["region"].notna(), np.nan)
    return out


@dataclass(frozen=True)
class Variant:
    """One way to ask the question: which rows, which further columns, how lags become intervals."""

    label: str
    rows: Callable[[pd.DataFrame, str], pd.Series] | None = None
    more: tuple[str, ...] = ()
    mend: bool = False
    wide: bool = False


def known(frame: pd.DataFrame, lag: str) -> pd.Series:
    """Rows whose lag is given and believed."""
    return frame[lag].between(0, LONGEST)


def common(frame: pd.DataFrame, lag: str) -> pd.Series:
    """Rows of countries that have more than MANY records of this lag."""
    return frame["iso3"].map(frame.loc[known(frame, lag), "iso3"].value_counts()) > MANY


def dominant(frame: pd.DataFrame) -> pd.Series:
    """Influenza and MERS, which are three quarters of all records."""
    return frame["disease"].str.startswith("influenza") | (frame["disease"] == "mers-cov")


REGIONS = ("region_AMR", "region_EMR", "region_EUR", "region_SEAR", "region_WPR")
VARIANTS = [
    Variant("all"),
    Variant("without influenza and MERS", lambda f, _lag: ~dominant(f)),
    Variant(f"without countries of more than {MANY} records", lambda f, lag: ~common(f, lag)),
    Variant("2010 and later", lambda f, _lag: f["year"] >= 2010),
    Variant("before 2010", lambda f, _lag: f["year"] < 2010),
    Variant("given income per head", more=("log_income",)),
    Variant("given WHO region", more=REGIONS),
    Variant("slips of a year mended, long lags kept as censored", mend=True),
    Variant("a lag of L days lies between L − 1 and L + 1", wide=True),
]
BASE = VARIANTS[0]


def prepare(
    frame: pd.DataFrame, lag: str, columns: Sequence[str], variant: Variant = BASE
) -> tuple[Data, pd.DataFrame]:
    """Intervals and predictors: intercept, the columns named, decades since 2010; and the rows that they come from."""
    frame = frame[frame[lag].notna()]
    if variant.rows is not None:
        frame = frame[variant.rows(frame, lag)]
    columns = [*columns, *variant.more]
    frame = frame[frame[columns].notna().all(axis=1)]
    days = frame[lag].to_numpy(float)
    if variant.mend:  # a lag of −350 days is a January written with the year before
        days = np.where((days < -300) & (days > -366), days + 365, days)
    believed = (days >= 0) & ((days <= LONGEST) | variant.mend)
    frame, days = frame[believed], days[believed]
    lower = np.maximum(days - 1, 0) if variant.wide else days
    upper = days + 1
    lower, upper = np.where(days > LONGEST, LONGEST, lower), np.where(days > LONGEST, np.inf, upper)
    used = [c for c in columns if frame[c].nunique() > 1]
    x = np.column_stack([np.ones(len(frame)), frame[used], frame["decade"]]).astype(float)
    groups = tuple(pd.factorize(frame[name])[0].astype(np.int64) for name in ("iso3", "disease"))
    return Data(lower, upper, x, groups), frame


def effect(frame: pd.DataFrame, lag: str, score: str, variant: Variant = BASE, family: str = "lognormal") -> Fit | None:
    """The fit of one lag on one score; the effect of ten points is `beta[1]`. None where records are too few."""
    data, rows = prepare(frame, lag, [score], variant)
    return fit(data, family) if len(rows) >= FEWEST else None


def bootstrap(frame: pd.DataFrame, lag: str, score: str, draws: int = DRAWS) -> tuple[float, float]:
    """Interval of 95% from countries drawn with replacement; a country drawn twice counts as two.

    Spreads and scale are held at their estimates, so that a draw takes milliseconds.
    """
    data, _rows = prepare(frame, lag, [score])
    held = fit(data).theta
    members = [np.flatnonzero(data.groups[0] == c) for c in range(int(data.groups[0].max()) + 1)]
    rng = np.random.default_rng(SEED)
    out = np.empty(draws)
    for i in range(draws):
        chosen = rng.integers(len(members), size=len(members))
        take = np.concatenate([members[c] for c in chosen])
        country = np.repeat(np.arange(len(chosen)), [len(members[c]) for c in chosen])
        disease = pd.factorize(data.groups[1][take])[0].astype(np.int64)
        sample = Data(data.lower[take], data.upper[take], data.x[take], (country, disease))
        out[i] = fit(sample, theta=held).beta[1]
    low, high = np.quantile(out, [0.025, 0.975])
    return float(low), float(high)


def least_squares(frame: pd.DataFrame, lag: str, score: str) -> tuple[float, float, int]:
    """Slope of log(1 + days) on the score, without levels or time: estimate, standard error, records."""
    rows = frame[known(frame, lag) & frame[score].notna()]
    x = np.column_stack([np.ones(len(rows)), rows[score]])
    y = np.log1p(rows[lag].to_numpy(float))
    beta, rest, _rank, _singular = np.linalg.lstsq(x, y, rcond=None)
    covariance = rest[0] / (len(y) - 2) * np.linalg.inv(x.T @ x)
    return float(beta[1]), float(np.sqrt(covariance[1, 1])), len(y)


def within(frame: pd.DataFrame, lag: str) -> Fit:
    """Self-report of the outbreak's own year, taken apart: beta[1] within a country over time, beta[2] between."""
    rows = frame[known(frame, lag) & frame["reported"].notna()].copy()
    rows["between"] = rows.groupby("iso3")["reported"].transform("mean")
    rows["within"] = rows["reported"] - rows["between"]
    return fit(prepare(rows, lag, ["within", "between", "new_form"])[0])


# ---------------------------------------------------------------------------------------------------------- tables


def number(value: float, digits: int = 2) -> str:
    """A signed number with a true minus; zero has no sign."""
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text[1:] if float(f"{value:.{digits}f}") == 0 else text


def told(estimate: float, interval: tuple[float, float], n: int | None = None) -> str:
    """Estimate with its interval, and the number of records where given."""
    out = f"{number(estimate)} ({number(interval[0])} to {number(interval[1])})"
    return out if n is None else f"{out}, {n}"


def cell(found: Fit | None, k: int = 1) -> str:
    """One fit in a cell; a dash where records were too few."""
    return "–" if found is None else told(found.beta[k], found.interval(k), found.n)


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in body])


def records(frame: pd.DataFrame) -> str:
    """What there is of each lag, and what is not believed."""
    body = []
    for lag, label in LAGS.items():
        days = frame[lag].dropna()
        good = frame[known(frame, lag)]
        quarter, half, three = good[lag].quantile([0.25, 0.5, 0.75])
        body.append(
            [
                label,
                str(len(days)),
                str(int((days < 0).sum())),
                str(int((days > LONGEST).sum())),
                str(int((good[lag] == 0).sum())),
                str(good["iso3"].nunique()),
                f"{half:.0f} ({quarter:.0f} to {three:.0f})",
            ]
        )
    head = ["lag", "outbreaks", "negative", f"over {LONGEST} days", "zero", "countries", "median days (quartiles)"]
    return table(head, body)


def effects(frame: pd.DataFrame) -> str:
    """Ten more points on each score."""
    body = [[label, *(cell(effect(frame, lag, score)) for score in SCORES)] for lag, label in LAGS.items()]
    return table(["lag", *SCORES.values()], body)


def families(frame: pd.DataFrame) -> str:
    """Akaike's criterion of the three families, and the effect in each."""
    body = []
    for lag, label in LAGS.items():
        fits = [effect(frame, lag, "spar_total", family=family) for family in FAMILIES]
        best = min(f.aic for f in fits if f)
        body.append([label, *(f"{f.aic - best:.0f}; {told(f.beta[1], f.interval(1))}" for f in fits if f)])
    return table(["lag", *FAMILIES], body)


def robustness(frame: pd.DataFrame) -> str:
    """The effect of ten SPAR points under other rules."""
    body = [[v.label, *(cell(effect(frame, lag, "spar_total", v)) for lag in RICH)] for v in VARIANTS]
    return table(["SPAR 2022, total", *(LAGS[lag] for lag in RICH)], body)


def changes(frame: pd.DataFrame) -> str:
    """Within and between countries."""
    fits = {lag: within(frame, lag) for lag in RICH}
    body = [
        [label, *(cell(fits[lag], k) for lag in RICH)]
        for k, label in ((2, "between countries"), (1, "within a country, over time"))
    ]
    return table(["self-report of the same year", *(LAGS[lag] for lag in RICH)], body)


def spreads(frame: pd.DataFrame) -> str:
    """How far countries, diseases and outbreaks differ, and what the model expects at three scores in 2019."""
    body = []
    for lag, label in LAGS.items():
        f = effect(frame, lag, "spar_total")
        if f is None:
            continue
        medians = [np.exp(f.beta @ [1.0, s, 0.9]) for s in (4, 6, 8)]
        time = told(f.beta[2], f.interval(2))
        body.append([label, *(f"{s:.2f}" for s in (*f.spread, f.scale)), time, *(f"{m:.0f}" for m in medians)])
    head = ["lag", "τ country", "τ disease", "σ", "a decade later", "days at 40", "at 60", "at 80"]
    return table(head, body)


def resampled(frame: pd.DataFrame, lags: Sequence[str] = tuple(RICH), draws: int = DRAWS) -> str:
    """The interval of the model beside that from countries drawn again, and least squares as in the first look."""
    body = []
    for lag in lags:
        f = effect(frame, lag, "spar_total")
        slope, error, n = least_squares(frame, lag, "spar_total")
        drawn = bootstrap(frame, lag, "spar_total", draws)
        simple = f"{number(slope)} ± {error:.2f}, {n}"
        body.append([LAGS[lag], cell(f), f"{number(drawn[0])} to {number(drawn[1])}", simple])
    return table(["SPAR 2022, total", "model", "countries drawn again", "least squares of log(1 + days)"], body)


def reliability(frame: pd.DataFrame) -> tuple[float, float]:
    """Correlation over countries of SPAR and JEE: linked indicators, totals."""
    scores = frame.drop_duplicates("iso3")
    return (
        float(scores["spar_notify"].corr(scores["jee_notify"])),
        float(scores["spar_total"].corr(scores["jee_total"])),
    )


def link(frame: pd.DataFrame) -> str:
    """What each estimate means for the link: the slope, and how many times longer delays are at 0 than at 100."""
    slope = -np.log(PACKAGED[0] / PACKAGED[1]) / 10
    body = [
        ["packaged before: 14 days at level 0, 1 day at level 1", number(slope), f"{PACKAGED[0] / PACKAGED[1]:.0f}"]
    ]
    for lag in ("detection_who", "start_who"):
        for score, label in SCORES.items():
            f = effect(frame, lag, score)
            if f is None:
                continue
            low, high = f.interval(1)
            ratios = [f"{np.exp(-10 * b):.1f}" for b in (f.beta[1], high, low)]
            body.append(
                [f"{LAGS[lag]}, {label}", told(f.beta[1], (low, high)), f"{ratios[0]} ({ratios[1]} to {ratios[2]})"]
            )
    return table(["", "ten points more", "delay at level 0 ÷ delay at level 1"], body)


def tables(frame: pd.DataFrame) -> dict[str, str]:
    """Every table by its name in the document, but the one that draws again."""
    return {
        "records": records(frame),
        "effects": effects(frame),
        "families": families(frame),
        "spreads": spreads(frame),
        "robustness": robustness(frame),
        "changes": changes(frame),
        "link": link(frame),
    }


# --------------------------------------------------------------------------------------------------------- picture


def picture(frame: pd.DataFrame) -> str:
    """The effects as points with their intervals, in SVG; the packaged slope as a dashed line."""
    rows = []
    for lag, label in LAGS.items():
        for score, name in SCORES.items():
            f = effect(frame, lag, score)
            if f is not None:
                rows.append((label, name, f.beta[1], *f.interval(1)))
    left, right, top, step, low, high = 310.0, 700.0, 40.0, 22.0, -0.6, 0.2

    def at(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    height = top + step * len(rows) + 50
    colours = dict(zip(SCORES.values(), ("#1b6ca8", "#6aa5d0", "#b3541e", "#dd9a6b"), strict=True))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height:.0f}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        '<text x="10" y="20">Change of the logarithm of a delay for ten points more, with 95% interval</text>',
    ]
    for tick in (-0.6, -0.4, -0.2, 0.0, 0.2):
        x, stroke = at(tick), "#444" if tick == 0 else "#ddd"
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{height - 40:.1f}" stroke="{stroke}"/>')
        out.append(f'<text x="{x:.1f}" y="{height - 22:.1f}" text-anchor="middle">{number(tick, 1)}</text>')
    x = at(-np.log(PACKAGED[0] / PACKAGED[1]) / 10)
    out.append(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{height - 40:.1f}" stroke="#a00" stroke-dasharray="4 3"/>'
    )
    out.append(f'<text x="{x:.1f}" y="{height - 6:.1f}" text-anchor="middle" fill="#a00">packaged before</text>')
    before = ""
    for i, (label, name, estimate, a, b) in enumerate(rows):
        y = top + step * (i + 0.5)
        if label != before:
            out.append(f'<text x="10" y="{y + 4:.1f}" font-weight="bold">{label}</text>')
            before = label
        colour = colours[name]
        out.append(f'<text x="{left - 10}" y="{y + 4:.1f}" text-anchor="end" fill="{colour}">{name}</text>')
        out.append(
            f'<line x1="{at(a):.1f}" x2="{at(b):.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="2"/>'
        )
        out.append(f'<circle cx="{at(estimate):.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
    return "\n".join([*out, "</svg>", ""])


def put(text: str, name: str, block: str) -> str:
    """The text with the block of that name replaced."""
    begin, end = BEGIN.format(name=name), END.format(name=name)
    before, rest = text.split(begin)
    return before + begin + "\n\n" + block + "\n\n" + end + rest.split(end)[1]


def main(arguments: Sequence[str]) -> None:
    """Print every table; with --write put them into the document and draw the picture."""
    frame = read()
    found = {**tables(frame), "resampled": resampled(frame)}
    for name, block in found.items():
        print(f"\n{name}\n{block}")
    linked, total = reliability(frame)
    print(f"\nSPAR against JEE over countries with outbreaks: linked {linked:.2f}, totals {total:.2f}")
    if "--write" in arguments:
        text = DOC.read_text(encoding="utf-8")
        for name, block in found.items():
            text = put(text, name, block)
        DOC.write_text(text, encoding="utf-8")
        PICTURE.write_text(picture(frame), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
