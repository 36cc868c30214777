"""Compile `cities.csv`, `cities_travel.csv` and `cities_cases.csv` from the public files that they rest on.

python -m validation.data.compile_cities CITIES.csv TRAVEL.csv CASES.csv

The three files are not part of the project; `README.md` beside this file says where each comes from. What is kept are
facts: where a city lies, how many live there, how many travel a day, how many cases were confirmed on which day.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
#: Names of cities in the file of travel that the list of cities lacks: a duplicate of Wujiaqu, and a prefecture of
#: Qinghai that the list has as a province's name only.
UNKNOWN = {"Hainan", "Wujiaqushi (Xinjiang)"}


def plain(name: str) -> str:
    """Name of a city as the file of cases spells it: every other sign became a dot."""
    return re.sub(r"[^A-Za-z]+", ".", name).strip(".")


def main(cities_file: str, travel_file: str, cases_file: str) -> None:
    """Write the three tables."""
    cities = pd.read_csv(cities_file)
    travel = pd.read_csv(travel_file)
    names = set(travel["Origin"]) | set(travel["Destination"])
    if names - set(cities["Name"]) != UNKNOWN:
        raise SystemExit(f"cities without a place: {sorted(names - set(cities['Name']))}")
    cities = cities[cities["Name"].isin(names)].reset_index(drop=True)
    number = {name: i for i, name in enumerate(cities["Name"])}
    out = pd.DataFrame(
        {
            "city": cities["Name"],
            "province": cities["iso"].str[3:],
            "lon": cities["lon"].round(3),
            "lat": cities["lat"].round(3),
            "population": cities["population"].astype(int),
        }
    )
    out.to_csv(HERE / "cities.csv", index=False, lineterminator="\n")
    travel = travel[travel["Origin"].isin(number.keys()) & travel["Destination"].isin(number.keys())]
    pairs = pd.DataFrame(
        {
            "origin": travel["Origin"].map(number),
            "destination": travel["Destination"].map(number),
            "trips_per_day": travel["avg_daily"].round().astype(int),
        }
    ).sort_values(["origin", "destination"])
    pairs[pairs["trips_per_day"] > 0].to_csv(HERE / "cities_travel.csv", index=False, lineterminator="\n")
    # the dates of the file are one and the same; its rows are the days from 10 January on
    cases = pd.read_csv(cases_file).drop(columns="Date")
    cases.columns = [plain(c) for c in cases.columns]
    rows = [
        (number[name], day, int(n))
        for name in cities["Name"]
        if plain(name) in cases
        for day, n in enumerate(cases[plain(name)], 1)
        if n > 0
    ]
    missing = [name for name in cities["Name"] if plain(name) not in cases]
    left = cases[[c for c in cases if c not in {plain(n) for n in cities["Name"]}]].sum()
    print("cities without a record:", missing, "| cases left out:", left[left > 0].to_dict())
    frame = pd.DataFrame(rows, columns=["city", "day", "cases"])
    frame.to_csv(HERE / "cities_cases.csv", index=False, lineterminator="\n")
    print(len(out), len(pairs), len(frame), frame["cases"].sum())


if __name__ == "__main__":
    main(*sys.argv[1:4])
