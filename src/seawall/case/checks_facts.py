"""Rules on facts: scores, laboratories, staff, events, travel, hazards, coefficients."""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from seawall.case.checks_cells import did_you_mean, fault_at, show
from seawall.case.defaults import framework_scales, packaged_assumptions
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.case.case import Case
    from seawall.case.schema import Problem

__all__ = ["FACT_RULES", "refusal"]

_DELIBERATE = re.compile(
    r"(?<!un)(?<!non)(?<!non[- _])(?<!not )(?:deliberate|intentional)"
    r"|bio[- _]?(?:weapon|terror|warfare|attack)|weaponi[sz]|malicious|sabotage"
    r"|蓄意|故意|人为(?:释放|投放)|恶意|生物(?:武器|恐怖|战)|投毒",
    re.IGNORECASE,
)


def refusal(text: str) -> str:
    """What is said of an outbreak that Seawall does not model; empty for all others."""
    if _DELIBERATE.search(text) is None:
        return ""
    return _("{text} is not modelled: Seawall models natural, zoonotic and laboratory-incident outbreaks only").format(
        text=show(text)
    )


def check_deliberate_release(case: Case) -> list[Problem]:
    """Only natural, zoonotic and laboratory-incident outbreaks are modelled."""
    hazards = case["hazards"]
    return [
        fault_at("hazards", i, column, text, refusal(text))
        for column in ("hazard", "name", "name_zh", "family", "route")
        for i, text in enumerate(hazards[column].tolist())
        if refusal(text)
    ]


def check_hazard_frequency(case: Case) -> list[Problem]:
    """Some outbreak starts, or nothing can be saved."""
    frequency = case["hazards"]["events_per_year"]
    if not len(frequency) or frequency.isna().any() or (frequency > 0).any():
        return []
    message = _("no hazard has events_per_year above 0: no outbreak starts and nothing can be saved")
    return [fault_at("hazards", None, "events_per_year", None, message, "warning")]


def check_generation(case: Case) -> list[Problem]:
    """The spread of a generation interval is given with its mean only."""
    hazards = case["hazards"]
    message = _("generation_sd is given without generation_days; write both or neither")
    return [
        fault_at("hazards", i, "generation_sd", f"{sd:g}", message)
        for i, (days, sd) in enumerate(zip(hazards["generation_days"], hazards["generation_sd"], strict=True))
        if math.isnan(days) and not math.isnan(sd)
    ]


def check_scales(case: Case) -> list[Problem]:
    """Scores, targets and floors lie on the scale of their framework."""
    scales = framework_scales()
    out = []
    for name, column in (("scores", "score"), ("targets", "target"), ("floors", "score")):
        for i, (framework, value) in enumerate(zip(case[name]["framework"], case[name][column], strict=True)):
            low, high = scales.get(framework, (0.0, 100.0))
            if value < low or value > high:
                message = _("{value:g} is not on the scale of {framework}, which runs from {low:g} to {high:g}")
                text = message.format(value=value, framework=framework, low=low, high=high)
                out.append(fault_at(name, i, column, f"{value:g}", text))
    return out


def check_indicators(case: Case) -> list[Problem]:
    """Indicators are those of their framework, and what is demanded of one can be judged by its score."""
    known = _indicators()
    scored = set(zip(case["scores"]["framework"], case["scores"]["indicator"], strict=True))
    out = []
    for name in ("scores", "targets", "floors"):
        rows = zip(case[name]["framework"].tolist(), case[name]["indicator"].tolist(), strict=True)
        for i, (framework, indicator) in enumerate(rows):
            codes = known.get(framework)
            if indicator and codes is not None and indicator not in codes:
                message = _("{indicator!r} is not an indicator of {framework}{suggestion}")
                text = message.format(
                    indicator=indicator, framework=framework, suggestion=did_you_mean(indicator, codes)
                )
                out.append(fault_at(name, i, "indicator", indicator, text, "warning"))
            elif name == "floors" and framework and indicator and (framework, indicator) not in scored:
                message = _("scores.csv has no score of {framework} {indicator}: no plan can reach the floor")
                text = message.format(framework=framework, indicator=indicator)
                out.append(fault_at(name, i, "indicator", indicator, text, "warning"))
    return out


def check_driving_framework(case: Case) -> list[Problem]:
    """The framework that is to drive governance has scores."""
    wanted = case.settings.framework
    scored = dict.fromkeys(f for f in case["scores"]["framework"].tolist() if f)
    if not wanted or wanted in scored:
        return []
    message = _("{framework!r} has no row in scores.csv: governance stands at the default level{suggestion}")
    text = message.format(framework=wanted, suggestion=did_you_mean(wanted, scored))
    return [fault_at("case", None, "framework", wanted, text, "warning")]


def check_staffing(case: Case) -> list[Problem]:
    """No more posts are filled than are needed."""
    staffing = case["staffing"]
    message = _("{filled:g} posts are filled, {required:g} are needed: those above it do nothing")
    return [
        fault_at("staffing", i, "filled", f"{f:g}", message.format(filled=f, required=r), "warning")
        for i, (r, f) in enumerate(zip(staffing["required"], staffing["filled"], strict=True))
        if f > r
    ]


def check_laboratories(case: Case) -> list[Problem]:
    """An open laboratory tests."""
    facilities = case["facilities"]
    rows = zip(facilities["kind"], facilities["status"], facilities["tests_per_day"], strict=True)
    message = _("the laboratory is open and tests nothing; write its tests a day, or the status candidate")
    return [
        fault_at("facilities", i, "tests_per_day", "0", message, "warning")
        for i, (kind, status, tests) in enumerate(rows)
        if kind == "laboratory" and status == "open" and tests == 0
    ]


def check_intakes(case: Case) -> list[Problem]:
    """No programme takes in more than it can."""
    programmes = case["programmes"]
    message = _("{intake:g} students enter, {limit:g} at most can: those above it are not taught")
    return [
        fault_at("programmes", i, "intake", f"{n:g}", message.format(intake=n, limit=limit), "warning")
        for i, (n, limit) in enumerate(zip(programmes["intake"], programmes["max_intake"], strict=True))
        if n > limit
    ]


def check_event_dates(case: Case) -> list[Problem]:
    """The days of an event follow each other: emergence, detection, notification, response."""
    milestones = ("emergence", "detection", "notification", "response")
    events = case["events"]
    out = []
    for i, days in enumerate(zip(*(events[m].tolist() for m in milestones), strict=True)):
        known = [(name, day) for name, day in zip(milestones, days, strict=True) if day]
        for (before, first), (after, second) in pairwise(known):
            if second < first:
                message = _("{after} on {second} comes before {before} on {first}")
                text = message.format(after=after, second=second, before=before, first=first)
                out.append(fault_at("events", i, after, second, text, "warning"))
    return out


def check_travel(case: Case) -> list[Problem]:
    """Trips lead to another place."""
    travel = case["travel"]
    message = _("trips from {place!r} to itself are not read; delete the row")
    return [
        fault_at("travel", i, "destination", there, message.format(place=here), "warning")
        for i, (here, there) in enumerate(zip(travel["origin"], travel["destination"], strict=True))
        if here and here == there
    ]


def check_coordinates(case: Case) -> list[Problem]:
    """No two places lie at the same spot, unless one contains the other."""
    places = case["places"]
    rows = zip(*(places[c].tolist() for c in ("place", "parent", "lat", "lon")), strict=True)
    first: dict[tuple[float, float], tuple[str, str]] = {}
    out = []
    for i, (place, parent, lat, lon) in enumerate(rows):
        if math.isnan(lat) or math.isnan(lon):
            continue
        other, its_parent = first.setdefault((lat, lon), (place, parent))
        if other != place and place != its_parent and other != parent:
            message = _("{place!r} lies at the same spot as {other!r}; write the coordinates of its own centre")
            out.append(fault_at("places", i, "lat", f"{lat:g}", message.format(place=place, other=other), "warning"))
    return out


def check_parameters(case: Case) -> list[Problem]:
    """Every coefficient is one that the model reads, in the unit in which it reads it."""
    packaged = packaged_assumptions()
    own = case["assumptions"]
    out = []
    for i, (parameter, unit) in enumerate(zip(own["parameter"].tolist(), own["unit"].tolist(), strict=True)):
        if parameter and parameter not in packaged.index:
            message = _("there is no coefficient {parameter!r}: nothing would read it{suggestion}")
            text = message.format(parameter=parameter, suggestion=did_you_mean(parameter, packaged.index))
            out.append(fault_at("assumptions", i, "parameter", parameter, text))
        elif parameter and unit and unit != packaged.at[parameter, "unit"]:
            message = _("{parameter} is read in {wanted}, not in {unit}")
            text = message.format(parameter=parameter, wanted=packaged.at[parameter, "unit"], unit=unit)
            out.append(fault_at("assumptions", i, "unit", unit, text, "warning"))
    return out


def check_parameter_values(case: Case) -> list[Problem]:
    """Coefficients are not negative, shares not above 1, and low, central and high stand in order."""
    packaged = packaged_assumptions()
    units = dict(zip(packaged.index, packaged["unit"], strict=True))
    names = ("low", "central", "high")
    own = case["assumptions"]
    out = []
    for i, (parameter, *values) in enumerate(zip(*(own[c].tolist() for c in ("parameter", *names)), strict=True)):
        for name, value in zip(names, values, strict=True):
            if value < 0:
                text = _("{value:g} is less than 0; write 0 or more").format(value=value)
                out.append(fault_at("assumptions", i, name, f"{value:g}", text))
            elif value > 1 and units.get(parameter) == "share":
                text = _("{value:g} is more than 1; {parameter} is a share").format(value=value, parameter=parameter)
                out.append(fault_at("assumptions", i, name, f"{value:g}", text))
        known = [(n, v) for n, v in zip(names, values, strict=True) if not math.isnan(v)]
        for (before, less), (after, more) in pairwise(known):
            if more < less:
                message = _("{after} {more:g} is less than {before} {less:g}; put them in order")
                text = message.format(after=after, more=more, before=before, less=less)
                out.append(fault_at("assumptions", i, after, f"{more:g}", text))
    return out


def check_parameter_pairs(case: Case) -> list[Problem]:
    """What the best can do is no worse than what the worst can do."""
    packaged = packaged_assumptions()
    own = case["assumptions"]
    central = dict(zip(packaged.index, packaged["central"], strict=True))
    central.update(zip(own["parameter"].tolist(), own["central"].tolist(), strict=True))
    row = {p: i for i, p in enumerate(own["parameter"].tolist())}
    pairs = [(p, p.removesuffix("_best") + "_worst") for p in packaged.index if p.endswith("_best")]
    out = []
    for less, more in [*pairs, ("suspicion_low", "suspicion_high")]:
        if more in central and central[less] > central[more]:
            at = less if less in row else more
            message = _("{less} is {low:g}, more than {more}, which is {high:g}")
            text = message.format(less=less, low=central[less], more=more, high=central[more])
            out.append(fault_at("assumptions", row.get(at), "central", f"{central[at]:g}", text))
    return out


@cache
def _indicators() -> dict[str, frozenset[str]]:
    """Codes of the indicators of each packaged framework."""
    with files("seawall").joinpath("data", "frameworks.csv").open("rb") as f:
        frame = pd.read_csv(f, dtype=str, keep_default_na=False, usecols=["framework", "indicator"])
    return {str(name): frozenset(codes) for name, codes in frame.groupby("framework")["indicator"]}


FACT_RULES: tuple[Callable[[Case], list[Problem]], ...] = (
    check_deliberate_release,
    check_hazard_frequency,
    check_generation,
    check_scales,
    check_indicators,
    check_driving_framework,
    check_staffing,
    check_laboratories,
    check_intakes,
    check_event_dates,
    check_travel,
    check_coordinates,
    check_parameters,
    check_parameter_values,
    check_parameter_pairs,
)
"""Rules on facts, in the order in which they run."""
