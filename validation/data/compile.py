"""Compile `outbreak_lags.csv` and `capacity_scores.csv` from the public files that they rest on.

python -m validation.data.compile DON.csv SPAR.csv JEE.csv COUNTRIES.csv INCOME.csv

The five files are not part of the project; `README.md` beside this file says where each comes from. The two tables
hold facts (dates taken apart into days, scores) and are what `validation/delays.py` reads.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
MILESTONES = {
    "start": "OutbreakStart",
    "detection": "OutbreakDetection",
    "lab": "LabConfirmation",
    "local": "NotificationLocal",
    "who": "NotificationWHO",
}
LAGS = {
    "start_detection": ("start", "detection"),
    "detection_lab": ("detection", "lab"),
    "start_lab": ("start", "lab"),
    "start_who": ("start", "who"),
    "detection_who": ("detection", "who"),
    "local_who": ("local", "who"),
}
# indicators that `score_links.csv` ties to notify_days, as the files of scores spell them
SPAR_NOTIFY = ["C.2.1", "C.5.1", "C.5.2"]
JEE_NOTIFY = ["P21", "D22", "D31", "D32"]
# spellings of one file that the list of countries does not know
ALIASES = {
    "Bolivia": "BOL",
    "Brunei": "BRN",
    "Cote d'Ivoire": "CIV",
    "Cote dIvoire": "CIV",
    "Czech Republic": "CZE",
    "Democratic Republic of Congo": "COD",
    "Eswatini": "SWZ",
    "Holy See": "VAT",
    "Iran": "IRN",
    "Lao People's Democratic Republic": "LAO",
    "Laos": "LAO",
    "Liechtenstein": "LIE",
    "Micronesia": "FSM",
    "Moldova": "MDA",
    "Netherlands (Kingdom of the)": "NLD",
    "North Korea": "PRK",
    "Russia": "RUS",
    "South Korea": "KOR",
    "St Lucia": "LCA",
    "St Vincent and the Grenadines": "VCT",
    "Syria": "SYR",
    "Tanzania": "TZA",
    "Turkey (Turkiye)": "TUR",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States": "USA",
    "Venezuela": "VEN",
    "Vietnam": "VNM",
}


def day(frame: pd.DataFrame, prefix: str) -> pd.Series:
    """Date of a milestone, where year, month and day are all given and make a date."""
    year, month, number = (frame[prefix + part].str.strip() for part in ("Year", "Month", "Day"))
    text = year + "-" + month.str.zfill(2) + "-" + number.str.zfill(2)
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")


def disease(first: pd.Series, second: pd.Series) -> pd.Series:
    """Group of disease: the name of the database; influenza A by the subtypes that dominate it."""
    out = first.str.strip().str.lower().str.replace("diptheria", "diphtheria")
    for subtype in ("H5N1", "H7N9", "H1N1"):
        out = out.mask((out == "influenza a") & second.str.contains(subtype), f"influenza a {subtype.lower()}")
    return out


def outbreak_lags(news: pd.DataFrame) -> pd.DataFrame:
    """One row an outbreak: reports on one country, disease and start are merged, the earliest report first.

    Follow-up reports name the start of the outbreak and the day of the latest message to WHO. Their lags grow with
    every report and tell nothing of delays; the first report that names a milestone is the one that counts.
    """
    frame = pd.DataFrame({name: day(news, prefix) for name, prefix in MILESTONES.items()})
    frame["report"] = pd.to_datetime(news["ReportDate"], format="%m/%d/%Y")
    frame["iso3"] = news["ISO"].str.strip().str.upper()
    frame["disease"] = disease(news["DiseaseLevel1"], news["DiseaseLevel2"])
    frame = frame[frame["iso3"].str.fullmatch("[A-Z]{3}")].sort_values("report", kind="stable")
    anchor = frame["start"].fillna(frame["detection"]).fillna(frame["local"]).fillna(frame["lab"])
    frame["anchor"] = anchor.fillna(frame["report"])
    groups = frame.groupby(["iso3", "disease", "anchor"], sort=False)
    out = groups.first()
    out["reports"] = groups.size()
    out = out.reset_index()
    for lag, (a, b) in LAGS.items():
        out[lag] = (out[b] - out[a]).dt.days.astype("Int64")
    out = out[out[list(LAGS)].notna().any(axis=1)].sort_values(["report", "iso3", "disease", "anchor"])
    out["year"] = out["anchor"].dt.year
    out["source"] = "WHO DON " + out["report"].dt.strftime("%Y-%m-%d")
    return out[["year", "iso3", "disease", *LAGS, "reports", "source"]]


def capacity_scores(spar: pd.DataFrame, jee: pd.DataFrame, countries: pd.DataFrame, income: pd.DataFrame):
    """Scores from 0 to 100 by country: totals, means of the indicators linked to notification, self-reports by year."""
    codes = {**dict(zip(countries["country"].str.strip(), countries["iso"], strict=True)), **ALIASES}
    spar = spar.assign(
        iso3=spar["Country"].str.strip().map(codes),
        score=pd.to_numeric(spar["score"], errors="coerce"),  # a country that did not report has words here
    )
    wide = spar.pivot(index="iso3", columns="item", values="score")
    out = pd.DataFrame({"spar_total": wide["total_average"], "spar_notify": wide[SPAR_NOTIFY].mean(axis=1)})
    # a level of 1 is no capacity and 5 is all of it
    marks = ((jee.pivot(index="iso3", columns="indicator", values="score") - 1) * 25).rename_axis(None, axis=1)
    out["jee_total"], out["jee_notify"] = marks.mean(axis=1), marks[JEE_NOTIFY].mean(axis=1)
    out["jee_year"] = jee.groupby("iso3")["jee_start_date"].min().str[:4].astype(float).astype("Int64")
    reports = countries.set_index("iso")
    out.insert(0, "region", reports["who_region"])
    wealth = income.assign(iso3=income["country"].map(codes)).dropna(subset=["iso3"]).set_index("iso3")["gnipc"]
    out["gni_per_head"] = wealth
    for year in range(2010, 2020):
        out[f"ihr_{year}"] = reports[f"ihr{year}"].where(reports[f"ihr{year}"] > 0)  # 0: no report came
    out = out.round(1).reset_index().sort_values("iso3")
    out["source"] = "WHO e-SPAR 2022"
    out.loc[out["jee_total"].notna(), "source"] += "; WHO JEE " + out["jee_year"].astype(str)
    out.loc[out["gni_per_head"].notna(), "source"] += "; World Bank"
    out.loc[out.filter(like="ihr_").notna().any(axis=1), "source"] += "; WHO IHR self-reports"
    return out


def selection(news: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Share of the reports that name the days of a lag, by thirds of SPAR: what is missing is not missing at random."""
    frame = pd.DataFrame({name: day(news, prefix).notna() for name, prefix in MILESTONES.items()})
    frame["small"] = ~news["DiseaseLevel1"].isin(["Influenza A", "MERS-CoV"])
    spar = news["ISO"].str.strip().map(scores.set_index("iso3")["spar_total"])
    frame["third"] = pd.qcut(spar, 3, labels=["lower", "middle", "upper"])
    for lag in ("start_who", "detection_who"):
        a, b = LAGS[lag]
        frame[lag] = frame[a] & frame[b]
    lags = ["start_who", "detection_who"]
    every = frame.groupby("third", observed=True)[lags].mean()
    small = frame[frame["small"]].groupby("third", observed=True)[lags].mean()
    sizes = frame.groupby("third", observed=True).size().rename("reports")
    return pd.concat([sizes, every, small.add_suffix(" without influenza and MERS")], axis=1).round(2)


def main(don: str, spar: str, jee: str, countries: str, income: str) -> None:
    """Read the five files, write the two tables, and print which reports name their dates."""
    news = pd.read_csv(don, dtype=str, keep_default_na=False)
    outbreak_lags(news).to_csv(HERE / "outbreak_lags.csv", index=False, lineterminator="\n")
    scores = capacity_scores(*(pd.read_csv(path) for path in (spar, jee, countries, income)))
    scores.to_csv(HERE / "capacity_scores.csv", index=False, lineterminator="\n")
    print(selection(news, scores).to_string())


if __name__ == "__main__":
    main(*sys.argv[1:6])
