"""Bad input: each fault is found where it stands, all of them at once, and no file is touched."""

from __future__ import annotations

import copy
import csv
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from seawall.case import TABLES, Case
from seawall.case.coerce import assemble, build
from seawall.case.load import check, inspect, load
from seawall.case.read import RawCase, read_folder
from seawall.case.settings import MEANINGS
from seawall.errors import InputError

Change = Callable[[Path], None]


# -- ways to spoil a folder ---------------------------------------------------------------------


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as f:
        return list(csv.reader(f))


def _save(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as f:
        csv.writer(f, lineterminator="\n").writerows(rows)


def cell(table: str, line: int, /, **cells: str) -> Change:
    """Write texts into cells of one line."""

    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        rows = _rows(path)
        for column, text in cells.items():
            rows[line - 1][rows[0].index(column)] = text
        _save(path, rows)

    return change


def row(table: str, /, **cells: str) -> Change:
    """Append a row; what is not named is empty."""

    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        rows = _rows(path)
        rows.append([cells.get(c, "") for c in rows[0]])
        _save(path, rows)

    return change


def header(table: str, old: str, new: str) -> Change:
    """Rename a column."""

    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        rows = _rows(path)
        rows[0][rows[0].index(old)] = new
        _save(path, rows)

    return change


def without_column(table: str, column: str) -> Change:
    """Delete a column."""

    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        rows = _rows(path)
        j = rows[0].index(column)
        _save(path, [r[:j] + r[j + 1 :] for r in rows])

    return change


def cells_of_line(table: str, line: int, edit: Callable[[list[str]], list[str]]) -> Change:
    """Change the list of cells of a line."""

    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        rows = _rows(path)
        rows[line - 1] = edit(rows[line - 1])
        _save(path, rows)

    return change


def text(name: str, content: str | bytes) -> Change:
    """Write a whole file."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def recode(name: str, encoding: str, extra: str = "") -> Change:
    """Save a file in another encoding."""

    def change(folder: Path) -> None:
        path = folder / name
        path.write_bytes((path.read_text("utf-8") + extra).encode(encoding))

    return change


def gone(name: str) -> Change:
    """Delete a file."""
    return lambda folder: (folder / name).unlink()


def setting(name: str, value: object) -> Change:
    """Change one setting."""

    def change(folder: Path) -> None:
        path = folder / "case.yaml"
        values = yaml.safe_load(path.read_text("utf-8"))
        values[name] = value
        path.write_text(yaml.safe_dump(values), "utf-8")

    return change


def yaml_line(line: str) -> Change:
    """Add a line to case.yaml as it is; a setting of the same name is taken out."""

    def change(folder: Path) -> None:
        path = folder / "case.yaml"
        values = yaml.safe_load(path.read_text("utf-8"))
        values.pop(line.split(":")[0], None)
        path.write_text(yaml.safe_dump(values, sort_keys=True) + line + "\n", "utf-8")

    return change


def both(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(folder: Path) -> None:
        for c in changes:
            c(folder)

    return change


def effect(table: str, key: str, column: str, op: str, value: str, adverse: str = "no") -> Change:
    """Append an effect of the action clinics, in line 10."""
    return row("effects", action="clinics", table=table, key=key, column=column, op=op, value=value, adverse=adverse)


@dataclass(frozen=True)
class Bad:
    """A spoilt folder, and the problem that must be found."""

    name: str
    change: Change
    table: str
    row: int | None
    column: str | None
    says: str
    severity: str = "error"


E = "effects"
ERRORS = [
    # cells
    Bad("word for a number", cell("places", 2, population="two"), "places", 2, "population", "write 2"),
    Bad("no number at all", cell("places", 3, population="many"), "places", 3, "population", "'many' is not a number"),
    Bad("comma of thousands", cell("places", 2, population="1,234"), "places", 2, "population", "write 1234"),
    Bad("millions in a word", cell("places", 2, population="1.5m"), "places", 2, "population", "write 1500000"),
    Bad("millions in words", cell("places", 2, population="2 million"), "places", 2, "population", "write 2000000"),
    Bad("thousands in a word", cell("places", 2, population="1500k"), "places", 2, "population", "write 1500000"),
    Bad("ten thousands", cell("places", 2, population="12.5万"), "places", 2, "population", "write 125000"),
    Bad("brackets", cell("places", 2, population="(1,500)"), "places", 2, "population", "write -1500"),
    Bad("decimal comma", cell("places", 2, population="1234,5"), "places", 2, "population", "write 1234.5"),
    Bad("percent", cell("places", 2, care_seeking="12%"), "places", 2, "care_seeking", "write 0.12"),
    Bad("full-width digits", cell("places", 2, population="１２３"), "places", 2, "population", "write 123"),
    Bad("Arabic digits", cell("places", 2, population="٣٤"), "places", 2, "population", "not a number"),
    Bad("two points", cell("places", 2, population="1.2.3"), "places", 2, "population", "'1.2.3' is not a number"),
    Bad("underscore", cell("places", 2, population="1_000"), "places", 2, "population", "write 1000"),
    Bad("hexadecimal", cell("places", 2, population="0x10"), "places", 2, "population", "not a number"),
    Bad("unit beside the number", cell("places", 2, population="500 people"), "places", 2, "population", "write 500"),
    Bad("nan", cell("places", 2, area_km2="nan"), "places", 2, "area_km2", "leave the cell empty"),
    Bad("nan in a required cell", cell("places", 2, population="NaN"), "places", 2, "population", "not a number"),
    Bad("inf", cell("programmes", 2, max_intake="inf"), "programmes", 2, "max_intake", "leave the cell empty"),
    Bad("too large", cell("places", 2, population="1e400"), "places", 2, "population", "too large"),
    Bad("zero where above 0", cell("places", 2, population="0"), "places", 2, "population", "more than 0"),
    Bad("below a bound", cell("hazards", 2, events_per_year="-1"), "hazards", 2, "events_per_year", "0 or more"),
    Bad("above a bound", cell("places", 2, lat="91"), "places", 2, "lat", "90 or less"),
    Bad("share above 1", cell("hazards", 3, ifr="45"), "hazards", 3, "ifr", "write 0.45"),
    Bad("not whole", cell("actions", 3, build_years="1.5"), "actions", 3, "build_years", "write 1 or 2"),
    Bad("year not whole", cell("budgets", 2, year="2027.5"), "budgets", 2, "year", "not whole"),
    Bad("date for a year", cell("budgets", 2, year="2027-01-01"), "budgets", 2, "year", "write 2027"),
    Bad("word for a year", cell("budgets", 2, year="soon"), "budgets", 2, "year", "not a year"),
    Bad("year out of range", cell("budgets", 2, year="20270"), "budgets", 2, "year", "2200 or less"),
    Bad("not a choice", cell("actions", 2, lever="platfrom"), "actions", 2, "lever", "did you mean 'platform'"),
    Bad("no choice near", cell("facilities", 2, kind="zoo"), "facilities", 2, "kind", "laboratory, sequencing_hub"),
    Bad("neither yes nor no", cell("actions", 2, valued="maybe"), "actions", 2, "valued", "neither yes nor no"),
    Bad("date with slashes", cell("events", 2, detection="2024/1/19"), "events", 2, "detection", "2024-01-19"),
    Bad("date the other way", cell("events", 2, detection="19.01.2024"), "events", 2, "detection", "ISO 8601"),
    Bad("no such day", cell("events", 2, detection="2024-02-30"), "events", 2, "detection", "no day"),
    Bad("nan in a cell", cell(E, 2, value="nan"), E, 2, "value", "neither a finite number nor a word"),
    Bad("inf in a cell", cell(E, 2, value="-inf"), E, 2, "value", "neither a finite number"),
    Bad("overflow in a cell", cell(E, 2, value="1e999"), E, 2, "value", "neither a finite number"),
    Bad("empty number", cell("places", 2, population=""), "places", 2, "population", "write a number (person)"),
    Bad("empty text", cell(E, 2, key=""), E, 2, "key", "empty"),
    Bad("empty choice", cell("actions", 2, lever=""), "actions", 2, "lever", "one of science"),
    Bad("empty reference", cell("facilities", 2, place=""), "facilities", 2, "place", "a place of places.csv"),
    # header and shape
    Bad("missing column", without_column("places", "population"), "places", 1, "population", "column is missing"),
    Bad("unknown column", header("places", "beds", "bedz"), "places", 1, "bedz", "did you mean 'beds'"),
    Bad("column twice", header("places", "beds", "lat"), "places", 1, "lat", "twice"),
    Bad("column without a name", header("places", "source", ""), "places", 1, None, "no name"),
    Bad("too many cells", cells_of_line("places", 3, lambda c: [*c, "x"]), "places", 3, None, "quotation marks"),
    Bad("too few cells", cells_of_line("places", 3, lambda c: c[:-1]), "places", 3, None, "15 cells, the header 16"),
    Bad("semicolons", text("places.csv", "place;population;lat;lon\nA;1;2;3\n"), "places", 1, None, "commas"),
    Bad("open quotation mark", text("places.csv", 'place,population,lat,lon\n"A,1,2,3\n'), "places", 2, None, "CSV"),
    Bad("stray quotation mark", text("places.csv", 'place,name\n"A"b,x\n'), "places", 2, None, "quotation marks"),
    Bad("empty file", text("actions.csv", ""), "actions", None, None, "the file is empty"),
    Bad("header only", text("places.csv", "place,population,lat,lon\n"), "places", None, None, "no row"),
    # encodings
    Bad("GBK", recode("places.csv", "gbk", "广州,,,,1,2,3,,,,,,\n"), "places", 4, None, "UTF-8"),
    Bad("UTF-16", recode("places.csv", "utf-16"), "places", 1, None, "UTF-8"),
    Bad("UTF-16 without mark", recode("places.csv", "utf-16-le"), "places", 1, None, "UTF-8"),
    Bad("UTF-16 settings", recode("case.yaml", "utf-16"), "case", 1, None, "UTF-8"),
    # tables
    *(
        Bad(f"no {name}", gone(f"{name}.csv"), name, None, None, "missing")
        for name in ("places", "hazards", "actions", "effects", "budgets")
    ),
    # keys and references
    Bad("duplicate key", row("places", place="A", population="1", lat="5", lon="5"), "places", 4, "place", "unique"),
    Bad(
        "duplicate composite key",
        row("cadre_stock", cadre="bench", place="B", stock="1"),
        "cadre_stock",
        5,
        "cadre",
        "'bench|B'",
    ),
    Bad("duplicate year", row("budgets", source="state", year="2027.0", amount="1"), "budgets", 5, "source", "2027"),
    Bad("bar in a code", row("places", place="C|D", population="1", lat="5", lon="5"), "places", 4, "place", "'|'"),
    Bad("star in a code", row("cadres", cadre="c*"), "cadres", 5, "cadre", "'*'"),
    Bad("star as a code", row("unit_costs", item="*", cost="1"), "unit_costs", 3, "item", "'*'"),
    Bad("dangling", cell("facilities", 2, place="AA"), "facilities", 2, "place", "not a place of places.csv"),
    Bad("dangling near", cell("staffing", 2, facility="LAB-B"), "staffing", 2, "facility", "did you mean 'LAB-A'"),
    Bad("dangling optional", cell("places", 2, parent="Z"), "places", 2, "parent", "'Z' is not a place"),
    Bad("dangling into nothing", gone("cadres.csv"), "staffing", 2, "cadre", "the case has no cadres.csv"),
    Bad("own parent", cell("places", 2, parent="A"), "places", 2, "parent", "A → A"),
    Bad(
        "circle of parents",
        both(cell("places", 2, parent="B"), cell("places", 3, parent="A")),
        "places",
        2,
        "parent",
        "A → B → A",
    ),
    Bad("promoted from itself", cell("cadres", 2, promoted_from="bench"), "cadres", 2, "promoted_from", "bench"),
    # actions
    Bad("circle of prerequisites", row("requires", action="lab", requires="grant"), "requires", 2, "requires", "→ grant"),
    Bad(
        "circle in any-of",
        both(
            cell("requires", 2, group="g"),
            row("requires", action="grant", requires="law", group="g"),
            row("requires", action="lab", requires="grant"),
            row("requires", action="law", requires="grant"),
        ),
        "requires",
        2,
        "requires",
        "no order",
    ),
    Bad("requires itself", row("requires", action="lab", requires="lab"), "requires", 3, "requires", "itself"),
    Bad("excludes itself", row("excludes", action="lab", excludes="lab"), "excludes", 3, "excludes", "itself"),
    Bad("must and never", row("locks", action="law", rule="never"), "locks", 4, "rule", "must never be"),
    Bad(
        "must without its prerequisite",
        both(row("locks", action="grant", rule="must"), row("locks", action="lab", rule="never")),
        "locks",
        4,
        "rule",
        "needs lab",
    ),
    Bad(
        "must by a year, not before a later one",
        row("locks", action="law", rule="not_before", year="2029"),
        "locks",
        4,
        "year",
        "before 2029",
    ),
    Bad("not before no year", row("locks", action="lab", rule="not_before"), "locks", 4, "year", "first year allowed"),
    Bad(
        "two that must, excluded",
        both(row("locks", action="rodents", rule="must"), row("locks", action="training", rule="must")),
        "excludes",
        2,
        "excludes",
        "both",
    ),
    Bad(
        "budget outside",
        row("budgets", source="state", year="2030", amount="1"),
        "budgets",
        5,
        "year",
        "not a budget year",
    ),
    Bad("cost is not the sum", cell("actions", 5, capital_cost="5001"), "actions", 5, "capital_cost", "write 5000"),
    Bad("upkeep is not the sum", cell("actions", 6, annual_cost="4001"), "actions", 6, "annual_cost", "write 4000"),
    Bad("line without a price", cell("cost_lines", 3, unit_cost=""), "cost_lines", 3, "unit_cost", "neither"),
    # effects
    Bad("no such table", effect("place", "A", "care_seeking", "add", "1"), E, 10, "table", "did you mean 'places'"),
    Bad("no such column", effect("places", "A", "care_seekin", "add", "0"), E, 10, "column", "'care_seeking'"),
    Bad("column of no good", effect("places", "A", "population", "add", "1"), E, 10, "column", "cannot be edited"),
    Bad("no such row", effect("places", "AB", "care_seeking", "add", "0.1"), E, 10, "key", "no row of places.csv"),
    Bad("key too short", effect("cadre_stock", "bench", "stock", "add", "1"), E, 10, "key", "cadre|place"),
    Bad("key too long", effect("places", "A|B", "care_seeking", "add", "0.1"), E, 10, "key", "2 parts"),
    Bad("absent table", both(gone("immunity.csv"), effect("immunity", "*", "immune", "add", "0.1")), E, 10, "key", "no immunity.csv"),
    Bad("no such operation", effect("places", "A", "care_seeking", "double", "1"), E, 10, "op", "not one of set"),
    Bad("close without a best", effect("scores", "*", "score", "close", "0.5"), E, 10, "op", "no best value"),
    Bad("close too far", effect("places", "B", "care_seeking", "close", "1.5"), E, 10, "value", "from 0 to 1"),
    Bad("close below 0", effect("places", "B", "care_seeking", "close", "-0.1"), E, 10, "value", "from 0 to 1"),
    Bad("negative factor", effect("hazards", "flu", "r0", "multiply", "-1"), E, 10, "value", "0 or more"),
    Bad(
        "factor 0 where above 0",
        effect("programmes", "*", "students_per_faculty", "multiply", "0", "yes"),
        E,
        10,
        "value",
        "above 0",
    ),
    Bad("word for a number in an effect", effect("hazards", "flu", "r0", "add", "x"), E, 10, "value", "not a number"),
    Bad("full-width in an effect", effect("hazards", "flu", "r0", "set", "１"), E, 10, "value", "write 1"),
    Bad("set out of bounds", effect("places", "A", "care_seeking", "set", "1.2"), E, 10, "value", "1 or less"),
    Bad("set a length that is not whole", effect("programmes", "*", "years", "set", "0.5"), E, 10, "value", "whole"),
    Bad("no such word", effect("facilities", "HUB-B", "status", "set", "opened"), E, 10, "value", "did you mean 'open'"),
    Bad("word that is not set", effect("facilities", "HUB-B", "status", "add", "1"), E, 10, "op", "only be set"),
    Bad("score above the scale", effect("scores", "JEE1|D.1.1|*", "score", "set", "6"), E, 10, "value", "between 1 and 5"),
    Bad("share above 1 in a coefficient", both(row("assumptions", parameter="suspicion_low", central="0.1"), effect("assumptions", "suspicion_low", "central", "set", "2")), E, 10, "value", "between 0 and 1"),
    Bad("coefficient without a row", effect("assumptions", "isolation_effect", "central", "add", "0.1"), E, 10, "key", "its packaged value is 0.8"),
    Bad("coefficient of no good", both(row("assumptions", parameter="life_years", central="20"), effect("assumptions", "life_years", "central", "add", "1")), E, 10, "key", "no good direction"),
    Bad("low of a coefficient", effect("assumptions", "notify_days_worst", "low", "set", "1"), E, 10, "column", "cannot be edited"),
    Bad("add the wrong way", effect("hazards", "flu", "r0", "add", "0.1"), E, 10, "value", "adverse = yes"),
    Bad("add less of what is good", effect("places", "A", "care_seeking", "add", "-0.1"), E, 10, "value", "more is better"),
    Bad("multiply the wrong way", effect("hazards", "lassa", "events_per_year", "multiply", "1.1"), E, 10, "value", "worse"),
    Bad("set the wrong way", effect("hazards", "*", "r0", "set", "1.5"), E, 10, "value", "it stands at 1.1"),
    Bad("close a laboratory", effect("facilities", "LAB-A", "status", "set", "candidate"), E, 10, "value", "worse"),
    Bad("limit where there was none", both(cell("programmes", 2, max_intake=""), effect("programmes", "diploma", "max_intake", "set", "30")), E, 10, "value", "empty cell"),
    Bad("worse than the default", effect("hazards", "flu", "import_days", "set", "200"), E, 10, "value", "worse"),
    Bad("coefficient the wrong way", effect("assumptions", "notify_days_worst", "central", "set", "20"), E, 10, "value", "less is better"),
    # facts
    Bad("score off the scale", cell("scores", 3, score="6"), "scores", 3, "score", "from 1 to 5"),
    Bad("score below the scale", cell("scores", 3, score="0"), "scores", 3, "score", "from 1 to 5"),
    Bad("target off the scale", cell("targets", 2, target="7"), "targets", 2, "target", "scale of JEE1"),
    Bad("floor off the scale", cell("floors", 2, score="50"), "floors", 2, "score", "scale of JEE1"),
    Bad("unknown framework above 100", row("scores", framework="OWN", indicator="x", year="2023", score="101"), "scores", 4, "score", "from 0 to 100"),
    Bad("spread without a mean", cell("hazards", 2, generation_sd="2"), "hazards", 2, "generation_sd", "generation_days"),
    Bad("unknown coefficient", row("assumptions", parameter="suspicion_hihg", central="0.5"), "assumptions", 3, "parameter", "'suspicion_high'"),
    Bad("coefficients out of order", cell("assumptions", 2, low="20"), "assumptions", 2, "central", "in order"),
    Bad("negative coefficient", cell("assumptions", 2, low="-1"), "assumptions", 2, "low", "0 or more"),
    Bad("share above 1 as a coefficient", row("assumptions", parameter="level_default", central="1.2"), "assumptions", 3, "central", "share"),
    Bad("best worse than worst", row("assumptions", parameter="notify_days_best", central="15"), "assumptions", 3, "central", "notify_days_worst"),
    Bad("bioterror", row("hazards", hazard="x", route="bioterrorism", events_per_year="1", r0="2", latent_days="1", infectious_days="1", ifr="0"), "hazards", 4, "route", "natural, zoonotic"),
    Bad("deliberate name", cell("hazards", 2, name="Deliberate release"), "hazards", 2, "name", "not modelled"),
    Bad("deliberate name in Chinese", cell("hazards", 2, name_zh="生物恐怖袭击"), "hazards", 2, "name_zh", "not modelled"),
    Bad("deliberate origin", cell("hazards", 2, origin="deliberate"), "hazards", 2, "origin", "natural, zoonotic"),
    # settings
    Bad("no settings", gone("case.yaml"), "case", None, None, "missing"),
    Bad("settings are no YAML", text("case.yaml", "name: [1,\nx"), "case", 2, None, "YAML"),
    Bad("settings are a list", text("case.yaml", "- a\n- b\n"), "case", 1, None, "name: value"),
    Bad("a tag", text("case.yaml", "name: !!python/object:os.system x\n"), "case", 1, None, "YAML"),
    Bad("no day", text("case.yaml", "name: 2027-13-45\n"), "case", None, None, "YAML"),
    Bad("a setting twice", text("case.yaml", "name: a\nname: b\n"), "case", 1, None, "twice"),
    Bad("nested too deeply", text("case.yaml", "name: " + "[" * 1000), "case", None, None, "nested"),
    Bad("unknown setting", setting("discount_monye", 0.03), "case", None, "discount_monye", "did you mean 'discount_money'"),
    Bad("name of no text", yaml_line("true: 3"), "case", None, "True", "no such setting"),
    Bad("rate of 1", setting("discount_money", 1), "case", None, "discount_money", "0.03"),
    Bad("rate in percent", setting("discount_health", 3), "case", None, "discount_health", "rate from 0"),
    Bad("truth for a number", yaml_line("unspent_value: yes"), "case", None, "unspent_value", "True is not a finite number"),
    Bad("nan in the settings", yaml_line("value_life_year: .nan"), "case", None, "value_life_year", "finite"),
    Bad("inf in the settings", yaml_line("upkeep_cap: .inf"), "case", None, "upkeep_cap", "finite"),
    Bad("negative cap", setting("upkeep_cap", -1), "case", None, "upkeep_cap", "0 or more"),
    Bad("share above 1 in the settings", setting("unspent_value", 1.5), "case", None, "unspent_value", "between 0 and 1"),
    Bad("half a year", setting("evaluation_years", 2.5), "case", None, "evaluation_years", "whole"),
    Bad("too many years", setting("evaluation_years", 101), "case", None, "evaluation_years", "0 to 100"),
    Bad("no perspective", setting("perspective", "social"), "case", None, "perspective", "did you mean 'societal'"),
    Bad("years with a gap", setting("budget_years", [2027, 2029]), "case", None, "budget_years", "write 2027-2029"),
    Bad("years backwards", setting("budget_years", "2029-2027"), "case", None, "budget_years", "write 2027-2029"),
    Bad("years that are none", setting("budget_years", ["soon"]), "case", None, "budget_years", "not a year"),
    Bad("year far away", setting("price_year", 1066), "case", None, "price_year", "1900 to 2200"),
    Bad("base year too late", setting("base_year", 2028), "case", None, "base_year", "2027 or earlier"),
    Bad("date for a base year", yaml_line("base_year: 2027-01-01"), "case", None, "base_year", "not a year"),
    Bad("no currency", setting("currency", " "), "case", None, "currency", "empty"),
    Bad("Norway", yaml_line("iso3: NO"), "case", None, "iso3", "quotation marks"),
    Bad("two letters", setting("iso3", "NG"), "case", None, "iso3", "three letters"),
    Bad("no languages", setting("languages", []), "case", None, "languages", "list of languages"),
    Bad("language of no text", yaml_line("languages: [en, no]"), "case", None, "languages", "not a code"),
    Bad("nested name", setting("name", {"en": "x"}), "case", None, "name", "not a text"),
    Bad("nested years", setting("budget_years", [[2027], 2028]), "case", None, "budget_years", "not a year"),
    Bad("circular YAML", yaml_line("title: &a [*a]"), "case", None, "title", "not a text"),
]  # fmt: skip

WARNINGS = [
    Bad("unknown table", text("zoo.csv", "a,b\n1,2\n"), "zoo", None, None, "no such table"),
    Bad("other ending", text("events.tsv", "a\n"), "events", None, None, "save it as events.csv"),
    Bad("earmark for nothing", cell("budgets", 2, earmark="talents"), "budgets", 2, "earmark", "'talent'"),
    Bad("earliest after latest", cell("actions", 2, earliest="2029", latest="2027"), "actions", 2, "earliest", "never"),
    Bad("builds too long", cell("actions", 4, build_years="4"), "actions", 4, "build_years", "never start"),
    Bad("starts too late", cell("actions", 4, earliest="2029"), "actions", 4, "earliest", "never start"),
    Bad("lock outside", cell("locks", 3, year="2040"), "locks", 3, "year", "not a budget year"),
    Bad("two sets", effect("projects", "*", "p_success", "set", "0.5"), E, 10, "key", "'grant'"),
    Bad("nothing changes", effect("hazards", "flu", "r0", "add", "0"), E, 10, "value", "changes nothing"),
    Bad("set to what stands", effect("hazards", "flu", "r0", "set", "1.8"), E, 10, "value", "changes nothing"),
    Bad("empty cells", effect("hazards", "*", "import_days", "multiply", "0.5"), E, 10, "op", "2 of the 2 cells"),
    Bad("ends before its ramp", cell(E, 2, ramp_years="3", lasts_years="2"), E, 2, "lasts_years", "ramp"),
    Bad("valued without effect", row("actions", action="idle", lever="talent", capital_cost="1"), "actions", 8, "valued", "valued = no"),
    Bad("indicator unknown", cell("targets", 2, indicator="P.1.9"), "targets", 2, "indicator", "'P.1."),
    Bad("floor without a score", cell("floors", 2, indicator="P.2.1"), "floors", 2, "indicator", "no score"),
    Bad("framework without scores", setting("framework", "JEE"), "case", None, "framework", "'JEE1'"),
    Bad("more filled than needed", cell("staffing", 2, filled="11"), "staffing", 2, "filled", "10 are needed"),
    Bad("laboratory of no tests", cell("facilities", 2, tests_per_day="0"), "facilities", 2, "tests_per_day", "open"),
    Bad("intake above the limit", cell("programmes", 2, intake="21"), "programmes", 2, "intake", "20 at most"),
    Bad("dates out of order", cell("events", 2, notification="2024-01-18"), "events", 2, "notification", "before"),
    Bad("travel to itself", row("travel", origin="A", destination="A", trips_per_day="1"), "travel", 3, "destination", "itself"),
    Bad("same spot", cell("places", 3, lon="0"), "places", 3, "lat", "same spot as 'A'"),
    Bad("nothing ever starts", both(cell("hazards", 2, events_per_year="0"), cell("hazards", 3, events_per_year="0")), "hazards", None, "events_per_year", "nothing can be saved"),
    Bad("unit of another", cell("assumptions", 2, unit="week"), "assumptions", 2, "unit", "is read in day"),
    Bad("family of no hazard", cell("countermeasures", 2, family="fluu"), "countermeasures", 2, "family", "'flu'"),
    Bad("nowhere to carry over to", row("budgets", source="fund", year="2027", amount="5", carry_over="yes"), "budgets", 5, "carry_over", "no row of 2028"),
    Bad("amounts in thousands", both(cell("budgets", 2, amount="1"), cell("budgets", 3, amount="1"), cell("budgets", 4, amount="1")), "budgets", None, "amount", "in thousands"),
    Bad("needs what comes too late", cell("actions", 6, earliest="2029"), "requires", 2, "requires", "may start is"),
    Bad("requires what it excludes", row("excludes", action="grant", excludes="lab"), "excludes", 3, "excludes", "never be taken"),
]  # fmt: skip


#: Faults that truly are several; every other is told once.
SEVERAL = {
    "column twice", "unknown column", "circle in any-of", "dangling into nothing", "duplicate year", "UTF-16",
    "header only",
}  # fmt: skip


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cases.write(cases.full(), tmp_path_factory.mktemp("good") / "case")


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "case"))


def test_the_good_folder_has_no_problem(folder: Path) -> None:
    case, problems = inspect(folder)
    assert problems == []
    assert case == cases.full()


def test_the_faults_have_names_of_their_own() -> None:
    names = [b.name for b in ERRORS + WARNINGS]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("bad", ERRORS, ids=lambda b: b.name)
def test_errors_are_found_where_they_stand(bad: Bad, folder: Path) -> None:
    bad.change(folder)
    before = _bytes(folder)
    case, problems = inspect(folder)
    assert case is None
    found = [p for p in problems if (p.table, p.row, p.column) == (bad.table, bad.row, bad.column)]
    assert found, [str(p) for p in problems]
    assert any(bad.says in p.problem and p.severity == "error" for p in found), [p.problem for p in found]
    errors = [str(p) for p in problems if p.severity == "error"]
    assert len(errors) == 1 or bad.name in SEVERAL, errors
    with pytest.raises(InputError) as raised:
        load(folder)
    assert list(raised.value.faults) == errors
    assert _bytes(folder) == before


@pytest.mark.parametrize("bad", WARNINGS, ids=lambda b: b.name)
def test_warnings_do_not_stop_a_case(bad: Bad, folder: Path) -> None:
    bad.change(folder)
    before = _bytes(folder)
    case, problems = inspect(folder)
    found = [p for p in problems if (p.table, p.row, p.column) == (bad.table, bad.row, bad.column)]
    assert [p.severity for p in problems if p.severity == "error"] == [], [str(p) for p in problems]
    assert any(bad.says in p.problem for p in found), [str(p) for p in problems]
    assert isinstance(case, Case)
    assert load(folder) == case
    assert _bytes(folder) == before


def test_one_bad_cell_hides_no_other(folder: Path) -> None:
    both(
        cell("places", 2, population="two", lat="91", care_seeking="-1"),
        cell("places", 3, parent="Z", population="-5"),
        cell("facilities", 2, place="nowhere", kind="zoo", tests_per_day="lots"),
        cell("actions", 3, lever="", capital_cost="nan"),
        cell(E, 3, action="no", table="nonsense", value="inf"),
        setting("discount_money", 2),
        setting("perspective", "x"),
    )(folder)
    found = {(p.table, p.row, p.column) for p in check(folder) if p.severity == "error"}
    assert found == {
        ("case", None, "discount_money"), ("case", None, "perspective"),
        ("places", 2, "population"), ("places", 2, "lat"), ("places", 2, "care_seeking"),
        ("places", 3, "parent"), ("places", 3, "population"),
        ("facilities", 2, "place"), ("facilities", 2, "kind"), ("facilities", 2, "tests_per_day"),
        ("actions", 3, "lever"), ("actions", 3, "capital_cost"),
        ("effects", 3, "action"), ("effects", 3, "table"), ("effects", 3, "value"),
    }  # fmt: skip


def test_problems_come_in_the_order_in_which_people_read(folder: Path) -> None:
    both(
        cell("assumptions", 2, low="x"), cell("places", 3, lat="x"), cell("places", 2, lat="x", population="x"),
        setting("currency", ""), text("zoo.csv", "a\n"),
    )(folder)  # fmt: skip
    assert [(p.table, p.row, p.column) for p in check(folder)] == [
        ("case", None, "currency"), ("places", 2, "population"), ("places", 2, "lat"), ("places", 3, "lat"),
        ("assumptions", 2, "low"), ("zoo", None, None),
    ]  # fmt: skip


def test_rows_are_lines_of_the_file(folder: Path) -> None:
    lines = 'place,name,population,lat,lon\n# a comment, with a comma\n\n"A","two\nlines",10,0,0\nB,,x,0,1\nB,,1,0,2\n'
    (folder / "places.csv").write_text(lines, "utf-8")
    found = [(p.row, p.column) for p in check(folder) if p.table == "places"]
    assert found == [(6, "population"), (7, "place")]


def test_a_file_that_cannot_be_read_does_not_blame_others(folder: Path) -> None:
    (folder / "places.csv").write_bytes(b"\xff\xfe\x00")
    errors = [p for p in check(folder) if p.severity == "error"]
    assert [(p.table, p.column) for p in errors] == [("places", None)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends_do_not_matter(folder: Path, encoding: str, end: str) -> None:
    want = load(folder)
    for path in folder.iterdir():
        content = path.read_text("utf-8").replace("\n", end)
        path.write_bytes(content.encode(encoding))
    assert load(folder) == want


def test_empty_cells_at_the_end_of_rows_do_not_matter(folder: Path) -> None:
    want = load(folder)
    path = folder / "places.csv"
    rows = _rows(path)
    _save(path, [[*rows[0], "", ""], [*rows[1], "", ""], [*rows[2], "", "", ""]])
    assert load(folder) == want


@pytest.mark.parametrize(
    ("words", "canonical"),
    [(("yes", "YES", "y", "True", "1", "是"), "yes"), (("no", "No", "N", "FALSE", "0", "否"), "no")],
)
def test_flags_are_read_leniently(folder: Path, words: tuple[str, ...], canonical: str) -> None:
    for word in words:
        cell("budgets", 2, carry_over=word)(folder)
        assert load(folder)["budgets"]["carry_over"][0] == canonical


def test_choices_are_read_in_any_case_also_in_effects(folder: Path) -> None:
    want = load(folder)
    both(cell("actions", 2, lever="Platform"), cell(E, 6, value="OPEN", op="Set"))(folder)
    assert load(folder) == want


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("budget_years: 2027-2029", (2027, 2028, 2029)),
        ("budget_years: 2027–2029", (2027, 2028, 2029)),
        ("budget_years: [2027, 2028, 2029]", (2027, 2028, 2029)),
        ("budget_years: 2027, 2028, 2029", (2027, 2028, 2029)),
        ("budget_years:", (2027, 2028, 2029)),
        ("title: no years are stated", (2027, 2028, 2029)),
        ("budget_years: 2027-2030", (2027, 2028, 2029, 2030)),
    ],
)
def test_budget_years_may_be_written_in_many_ways(folder: Path, written: str, years: tuple[int, ...]) -> None:
    path = folder / "case.yaml"
    kept = yaml.safe_load(path.read_text("utf-8"))
    del kept["budget_years"], kept["base_year"], kept["title"]
    path.write_text(yaml.safe_dump(kept) + written + "\n", "utf-8")
    settings = load(folder).settings
    assert settings.budget_years == years
    assert settings.base_year == 2027


def test_no_budget_year_anywhere(folder: Path) -> None:
    text("budgets.csv", "source,year,amount\n")(folder)
    path = folder / "case.yaml"
    path.write_text("name: x\n", "utf-8")
    problems = check(folder)
    assert [(p.table, p.column) for p in problems if p.severity == "error"] == [("case", "budget_years")]


def test_numbers_may_be_written_as_text_in_the_settings(folder: Path) -> None:
    yaml_line("value_life_year: 2e3")(folder)  # YAML 1.1 calls this a text
    assert load(folder).settings.value_life_year == 2000.0


def test_what_cannot_be_a_case_is_told_plainly(tmp_path: Path, folder: Path) -> None:
    a_file = tmp_path / "places.csv"
    a_file.write_text("x", "utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    told = {
        str(a_file): "is a file",
        str(tmp_path / "none"): "no such folder",
        str(tmp_path / "book.xlsx"): "later version",
        "a\x00b": "",
        "x" * 5000: "",
    }
    for case, says in told.items():
        with pytest.raises(InputError) as raised:
            load(case)
        assert says in str(raised.value)
        assert len(str(raised.value)) < 1000
    tables = {p.table for p in check(empty)}
    assert tables == {"case", "places", "hazards", "actions", "effects", "budgets"}
    with pytest.raises(InputError, match="missing"):
        load(empty)


def test_a_name_that_is_nearly_packaged() -> None:
    with pytest.raises(InputError, match=r"nigeria; did you mean 'nigeria'\?"):
        load("nigera")


def test_what_the_system_refuses_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    problems = check(folder)
    assert {p.table for p in problems} == {"case", *TABLES}
    assert all("Permission denied" in p.problem for p in problems)

    def closed(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(InputError, match="Permission denied"):
        load(folder)


def test_a_folder_that_bears_the_name_of_a_table(folder: Path) -> None:
    (folder / "events.csv").unlink()
    (folder / "events.csv").mkdir()
    assert [(p.table, p.severity) for p in check(folder)] == [("events", "error")]


def test_a_case_is_returned_as_it_is(full: Case) -> None:
    assert load(full) is full
    assert inspect(full) == (full, [])
    broken = full.with_table("places", full["places"].assign(parent="Z"))
    case, problems = inspect(broken)
    assert case is None
    assert [(p.row, p.column) for p in problems] == [(2, "parent"), (3, "parent")]


def test_python_values_go_the_same_way() -> None:
    tables = cases.smallest_tables()
    tables["places"][0]["population"] = "two"
    tables["places"][1]["lat"] = [1]
    tables["hazards"][0]["ifr"] = float("inf")
    tables["budgets"][0]["amount"] = 10**400
    tables["zoo"] = []
    with pytest.raises(InputError) as raised:
        build(tables, {**cases.SETTINGS, "unspent_value": True, 3: 4})
    told = str(raised.value)
    for part in (
        "places.csv line 2, population", "places.csv line 3, lat", "hazards.csv line 2, ifr",
        "budgets.csv line 2, amount", "zoo.csv: there is no such table", "case.yaml, unspent_value", "case.yaml, 3",
    ):  # fmt: skip
        assert part in told


def test_folders_and_packages_are_found() -> None:
    case = load("nigeria")
    assert case.settings.iso3 == "NGA"
    assert [p for p in check("nigeria") if p.severity == "error"] == []


def test_reading_is_fast(tmp_path: Path) -> None:
    places = [{"place": f"P{i}", "population": 1000 + i, "lat": i / 100, "lon": 0.0} for i in range(1000)]
    stock = [{"cadre": "bench", "place": f"P{i}", "stock": i} for i in range(1000)]
    travel = [{"origin": f"P{i}", "destination": f"P{i + 1}", "trips_per_day": i} for i in range(990)]
    case = cases.smallest(places=[*cases.smallest_tables()["places"], *places], cadres=[{"cadre": "bench"}],
                          cadre_stock=stock, travel=travel)  # fmt: skip
    folder = cases.write(case, tmp_path / "big")
    assert sum(len(case[t]) for t in case.present) > 3000
    best = min(_seconds(lambda: load(folder)) for _ in range(3))
    # a quarter of a second on a free machine; this bound only catches a change of order
    assert best < 1.0


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_loading_imports_no_scipy() -> None:
    import subprocess
    import sys

    code = "import sys; import seawall.case.load as m; m.load('nigeria'); sys.exit('scipy' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


# -- nothing that stands in a case makes checking fail ---------------------------------------------

JUNK = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1", "1e308", "1e400", "nan", "inf", "two", "12%", "yes", "A", "B", "flu", "*", "|", "A|B", "#",
         "lab", "law", "grant", "must", "never", "set", "close", "places", "effects", "assumptions", "scores", "stock",
         "central", "place", "1900", "2027", "2200", "2024-01-01", "deliberate", "open", "none", "JEE1", "1|2|3|4|5|6"]
    ),
    st.text(max_size=6),
)  # fmt: skip
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.dates(), st.binary(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=2), inner, max_size=2)),
    max_leaves=5,
)  # fmt: skip


def _hashable(value: object) -> bool:
    return not isinstance(value, (list, dict))


@functools.cache
def _good_texts() -> RawCase:
    with tempfile.TemporaryDirectory() as place:
        return read_folder(cases.write(cases.full(), Path(place) / "case"))


@settings(max_examples=50)
@given(st.data())
def test_checking_never_fails_whatever_the_cells_say(data: st.DataObject) -> None:
    raw = copy.deepcopy(_good_texts())
    for _i in range(data.draw(st.integers(1, 8))):
        head, rows = raw.tables[data.draw(st.sampled_from(sorted(raw.tables)))]
        cells = rows[data.draw(st.integers(0, len(rows) - 1))][1]
        cells[data.draw(st.integers(0, len(head) - 1))] = data.draw(JUNK).strip()
    for name in data.draw(st.sets(st.sampled_from(sorted(raw.tables)), max_size=2)):
        del raw.tables[name]
    case, problems = assemble(raw)
    assert (case is None) == any(p.severity == "error" for p in problems)
    lines = {name: {line for line, _cells in rows} | {1, None} for name, (_head, rows) in raw.tables.items()}
    assert all(p.row in lines.get(p.table, {None}) for p in problems)
    if case is not None:  # what passes can be used
        later = case.at(2035, dict.fromkeys(case["actions"]["action"], 2027))
        assert set(later.tables) == set(TABLES)


@settings(max_examples=50)
@given(st.dictionaries(st.one_of(st.sampled_from(sorted(MEANINGS)), PLAIN.filter(_hashable)), PLAIN, max_size=6))
def test_checking_never_fails_whatever_the_settings_say(said: dict[object, object]) -> None:
    raw = copy.deepcopy(_good_texts())
    raw.settings = {**raw.settings, **said}
    case, problems = assemble(raw)
    assert (case is None) == any(p.severity == "error" for p in problems)
    assert all(p.table == "case" for p in problems if p.severity == "error" and p.table != "budgets")
