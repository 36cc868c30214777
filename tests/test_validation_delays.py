"""The study of delays against scores: its model recovers what was put in, its tables are sourced, its page is true."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

sys.path.insert(0, str(Path(__file__).parents[1]))
from validation import delays
from validation.data import compile as compiling
from validation.survival import CURVES, FAMILIES, Data, fit

from seawall.case import score_links

TABLES = Path(delays.HERE) / "data"


def simulated(seed: int, effect: float, family: str = "lognormal", n: int = 300) -> tuple[Data, np.ndarray]:
    """Outbreaks in 40 countries of 12 diseases whose delays change by `effect` a point; and the delays themselves."""
    rng = np.random.default_rng(seed)
    country, disease = rng.integers(0, 40, n), rng.integers(0, 12, n)
    score = rng.normal(6, 1.7, 40)
    noise = {
        "lognormal": lambda: 0.8 * rng.normal(size=n),
        "weibull": lambda: 0.8 * np.log(rng.exponential(size=n)),
        "gamma": lambda: np.log(rng.gamma(1.5, 1 / 1.5, n)),
    }[family]()
    level = 3.3 + effect * score[country] + 0.4 * rng.normal(size=40)[country] + 0.3 * rng.normal(size=12)[disease]
    days = np.exp(level + noise)
    x = np.column_stack([np.ones(n), score[country], rng.normal(size=n)])
    return Data(np.floor(days), np.floor(days) + 1, x, (country, disease)), days


@pytest.mark.parametrize("family", FAMILIES)
def test_a_known_effect_is_recovered_within_its_interval(family: str) -> None:
    true, covered, estimates = -0.2, 0, []
    for seed in range(20):
        found = fit(simulated(seed, true, family)[0], family)
        low, high = found.interval(1)
        covered += low <= true <= high
        estimates.append(found.beta[1])
    # 17 or fewer of 20 come by chance in 8% of trials where 95% is kept; 15 or fewer in 0.3%
    assert covered >= 16
    assert np.mean(estimates) == pytest.approx(true, abs=4 * np.std(estimates) / np.sqrt(20))


def test_no_effect_is_not_found() -> None:
    assert np.mean([abs(fit(simulated(seed, 0.0)[0]).beta[1]) < 0.15 for seed in range(10)]) >= 0.9


def test_narrow_intervals_give_the_multivariate_normal() -> None:
    """Where days are known to the second, the integral over levels is Gaussian and Laplace's method is exact."""
    data, days = simulated(3, -0.2)
    width = 1e-4
    narrow = Data(days * np.exp(-width / 2), days * np.exp(width / 2), data.x, data.groups)
    found = fit(narrow)
    noise = found.scale**2 * np.eye(found.n)
    covariance = noise + sum(t**2 * z @ z.T for t, z in zip(found.spread, narrow.indicators(), strict=True))
    exact = multivariate_normal(narrow.x @ found.beta, covariance).logpdf(np.log(days))
    assert found.log_likelihood - found.n * np.log(width) == pytest.approx(exact, abs=1e-3)
    weighted = narrow.x.T @ np.linalg.inv(covariance)
    np.testing.assert_allclose(found.beta, np.linalg.solve(weighted @ narrow.x, weighted @ np.log(days)), atol=1e-4)
    np.testing.assert_allclose(found.covariance, np.linalg.inv(weighted @ narrow.x), rtol=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_curves_are_each_others_derivatives(family: str) -> None:
    w, h = np.linspace(-4, 2, 25), 1e-5
    below, _, density_below, _ = CURVES[family](w - h, 1.7)
    above, survival, density_above, _ = CURVES[family](w + h, 1.7)
    _, _, density, slope = CURVES[family](w, 1.7)
    np.testing.assert_allclose(above + survival, 1.0, atol=1e-12)
    np.testing.assert_allclose((above - below) / (2 * h), density, atol=1e-8)
    np.testing.assert_allclose((density_above - density_below) / (2 * h), slope, atol=1e-8)


def test_censored_lags_lengthen_delays() -> None:
    data, _ = simulated(5, -0.2)
    late = data.lower > np.quantile(data.lower, 0.8)
    cut = Data(np.where(late, np.quantile(data.lower, 0.8), data.lower), data.upper, data.x, data.groups)
    opened = Data(cut.lower, np.where(late, np.inf, data.upper), data.x, data.groups)
    truncated = Data(
        *(a[~late] for a in (data.lower, data.upper, data.x)),
        tuple(np.unique(g[~late], return_inverse=True)[1] for g in data.groups),
    )
    assert fit(opened).beta[0] + 6 * fit(opened).beta[1] > fit(truncated).beta[0] + 6 * fit(truncated).beta[1]
    assert fit(opened).beta[1] == pytest.approx(fit(data).beta[1], abs=0.1)


# ------------------------------------------------------------------------------------------------- compiled tables


@pytest.mark.parametrize("name", ["outbreak_lags.csv", "capacity_scores.csv"])
def test_every_row_has_a_source_and_every_column_a_line_in_the_readme(name: str) -> None:
    table = pd.read_csv(TABLES / name)
    assert len(table) > 100
    assert table["source"].notna().all()
    assert (table["source"].str.strip() != "").all()
    assert table["iso3"].str.fullmatch("[A-Z]{3}").all()
    readme = (TABLES / "README.md").read_text(encoding="utf-8")
    section = readme.split(f"## {name}")[1].split("\n## ")[0]
    # a run of columns is written as its first … its last
    first_cells = " ".join(line.split("|")[1] for line in section.splitlines() if line.startswith("|"))
    named = set(re.findall(r"\w+", first_cells))
    spans = {"outbreak_lags.csv": list(delays.LAGS), "capacity_scores.csv": [f"ihr_{y}" for y in range(2010, 2020)]}
    assert {spans[name][0], spans[name][-1]} <= named
    assert set(table.columns) - set(spans[name]) <= named


def test_a_figure_has_its_source_named() -> None:
    scores = pd.read_csv(TABLES / "capacity_scores.csv")
    for column, source in {
        "jee_total": "WHO JEE",
        "gni_per_head": "World Bank",
        "ihr_2019": "IHR self-reports",
    }.items():
        assert scores.loc[scores[column].notna(), "source"].str.contains(source).all()
    marks = scores[["spar_total", "spar_notify", "jee_total", "jee_notify"]]
    assert marks.min().min() >= 0
    assert marks.max().max() <= 100


def test_an_outbreak_stands_once_and_its_lags_add_up() -> None:
    rows = pd.read_csv(TABLES / "outbreak_lags.csv")
    ebola = rows[(rows["iso3"] == "COD") & (rows["disease"] == "ebola virus") & (rows["year"] == 2018)]
    assert ebola["reports"].max() > 40
    assert (ebola["reports"] > 40).sum() == 1
    for whole, first, second in (
        ("start_lab", "start_detection", "detection_lab"),
        ("start_who", "start_detection", "detection_who"),
    ):
        known = rows[[whole, first, second]].dropna()
        assert len(known) > 200
        assert (known[whole] == known[first] + known[second]).all()


def test_linked_indicators_are_those_of_the_package() -> None:
    links = score_links()
    for framework, used in (("SPAR2", compiling.SPAR_NOTIFY), ("JEE1", compiling.JEE_NOTIFY)):
        mine = links[(links["field"] == "notify_days") & (links["framework"] == framework)]["indicator"]
        assert {i.replace(".", "") for i in mine} == {i.replace(".", "") for i in used}


def test_compiling_merges_follow_up_reports() -> None:
    blank = {p + part: "" for p in compiling.MILESTONES.values() for part in ("Year", "Month", "Day")}
    told = {"ISO": "ABC", "DiseaseLevel1": "Cholera", "DiseaseLevel2": "", **blank}
    began = {"OutbreakStartYear": "2018", "OutbreakStartMonth": "4", "OutbreakStartDay": "30"}
    news = pd.DataFrame(
        [
            {
                **told,
                **began,
                "ReportDate": f"{m}/15/2018",
                "NotificationWHOYear": "2018",
                "NotificationWHOMonth": str(m),
                "NotificationWHODay": "10",
            }
            for m in (7, 5, 6)
        ]
    )
    out = compiling.outbreak_lags(news)
    assert out["start_who"].tolist() == [10]
    assert out["reports"].tolist() == [3]
    assert out["source"].tolist() == ["WHO DON 2018-05-15"]


# ------------------------------------------------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return delays.read()


def numbers(block: str) -> list[str]:
    return re.findall(r"[−+]?\d+(?:\.\d+)?", block)


def same(shown: str, computed: str) -> bool:
    """Equal words, and numbers equal to the digits shown; half a unit of rounding is left to the machine."""
    words = [re.sub(r"[−+]?\d+(?:\.\d+)?", "#", text) for text in (shown, computed)]
    pairs = list(zip(numbers(shown), numbers(computed), strict=True))
    units = [10.0 ** -len(a.partition(".")[2]) for a, _ in pairs]
    near = [abs(float(a.replace("−", "-")) - float(b.replace("−", "-"))) for a, b in pairs]
    return words[0] == words[1] and all(d <= 1.01 * u for d, u in zip(near, units, strict=True))


def published(name: str) -> str:
    text = delays.DOC.read_text(encoding="utf-8")
    return text.split(delays.BEGIN.format(name=name))[1].split(delays.END.format(name=name))[0].strip()


NAMES = ["records", "effects", "families", "spreads", "robustness", "changes", "link"]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_what_the_script_prints(frame: pd.DataFrame, name: str) -> None:
    assert same(published(name), getattr(delays, name)(frame))


def test_the_page_holds_every_table(frame: pd.DataFrame) -> None:
    text = delays.DOC.read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- (\w+): begin -->", text)) == {*NAMES, "resampled"}


def test_intervals_from_countries_drawn_again_are_those_of_the_page(frame: pd.DataFrame) -> None:
    row = delays.resampled(frame, ["detection_lab"]).splitlines()[-1]
    shown = next(line for line in published("resampled").splitlines() if line.startswith("| detection → laboratory"))
    assert same(shown, row)


def test_the_summary_says_what_the_table_says(frame: pd.DataFrame) -> None:
    text = " ".join(delays.DOC.read_text(encoding="utf-8").split())
    found = delays.effect(frame, "start_who", "spar_total")
    assert found is not None
    low, high = found.interval(1)
    less, most, least = (round(100 * -np.expm1(b)) for b in (found.beta[1], low, high))
    assert f"about {less}% less time from the start of an outbreak to the notification of WHO" in text
    assert f"(interval {least} to {most}%)" in text
    later = delays.effect(frame, "detection_who", "spar_total")
    assert later is not None
    assert f"From detection to notification the figure is {round(100 * -np.expm1(later.beta[1]))}%" in text
    linked, total = delays.reliability(frame)
    assert f"a correlation of {linked:.2f} on the linked indicators and {total:.2f} in total" in text


def test_the_picture_is_the_one_that_the_script_draws(frame: pd.DataFrame) -> None:
    drawn, kept = delays.picture(frame), delays.PICTURE.read_text(encoding="utf-8")
    assert re.sub(r"-?\d+\.\d", "#", drawn) == re.sub(r"-?\d+\.\d", "#", kept)
    places = [np.array(re.findall(r'cx="([\d.]+)"', svg), float) for svg in (drawn, kept)]
    np.testing.assert_allclose(*places, atol=1.0)
