"""Write the pages of the reference from the declarations in the code.

``python docs/generate.py`` writes them; ``python docs/generate.py --check`` says which are stale.
Pages: reference/tables.md, reference/assumptions.md, reference/capacity.md, reference/cli.md,
sources.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from seawall.case import EVIDENCE, TABLES, Column, Settings, Table, packaged_assumptions
from seawall.case.read import EXAMPLES, examples, read_folder
from seawall.case.settings import MEANINGS
from seawall.cli import app
from seawall.levers import FIELDS, PRODUCT_FIELDS

DOCS = Path(__file__).parent
NOTE = "<!-- written by docs/generate.py; edit the declarations, not this page -->"
GOOD = {"more": "more", "less": "less", "": "–"}
#: What the columns of the field ``products`` hold: unit and meaning.
PRODUCTS = {
    "probability": ("share", "How likely this outcome of research is"),
    "naming_days": (
        "day",
        "To name a new agent from a specimen in the laboratory; 0: the agent is known; inf: sequencing alone names it",
    ),
    "assay_days": ("day", "From the name of a new agent to tests in use; 0: tests are routine"),
    "vaccine_day": ("day", "From detection until a vaccine is in use; inf: never"),
    "vaccine_efficacy": ("share", "Infections that it prevents"),
    "vaccine_doses_per_day": ("dose/day", "People vaccinated a day"),
    "vaccine_stock": ("dose", "Vaccine in store"),
    "therapeutic_day": ("day", "From detection until a therapeutic is in use; inf: never"),
    "therapeutic_efficacy": ("share", "Deaths that it prevents in those treated"),
    "therapeutic_doses_per_day": ("dose/day", "People treated a day"),
    "therapeutic_stock": ("dose", "Therapeutic in store"),
}


def page(title: str, *parts: str) -> str:
    """A page: title, note, parts with a blank line between."""
    return "\n\n".join([f"# {title}", NOTE, *(p.strip() for p in parts if p.strip())]) + "\n"


def rows(head: Iterable[str], body: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""

    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    head = list(head)
    return "\n".join([line(head), line("---" for _ in head), *(line(r) for r in body)])


def number(value: Any) -> str:
    """A number without needless zeros; a dash where there is none."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return "–"
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


# -- tables -----------------------------------------------------------------------------------


def default(column: Column) -> str:
    """What an empty cell means."""
    if column.required:
        return "**must be filled**"
    if column.default == "":
        return "empty"
    return "nothing said" if number(column.default) == "–" else number(column.default)


def allowed(column: Column) -> str:
    """Kind, bounds, choices and reference of a column."""
    if column.choices:
        return " · ".join(f"`{c}`" for c in column.choices)
    if column.ref:
        table, name = column.ref.split(".")
        return f"a {name} of [{table}](#{table})"
    low = (
        f"{number(column.ge)} ≤" if column.ge is not None else f"{number(column.gt)} <" if column.gt is not None else ""
    )
    high = f"≤ {number(column.le)}" if column.le is not None else ""
    kind = {"flag": "yes or no", "date": "date, 2026-01-31", "cell": "number or word"}.get(column.kind, column.kind)
    return " ".join(x for x in (low, kind, high) if x)


def one_table(table: Table) -> str:
    """The section of one table."""
    state = "Every case holds it." if table.required else f"Absent: {table.absent}."
    keyed = " and ".join(f"`{k}`" for k in table.key)
    joined = f" In `effects.key` they join with `|`, as in `{'|'.join(table.key)}`." if len(table.key) > 1 else ""
    body = [
        (
            f"`{c.name}`",
            c.meaning,
            c.unit or "–",
            allowed(c),
            default(c),
            GOOD[c.good],
            c.touches or "–",
        )
        for c in table.columns
    ]
    return "\n\n".join(
        [
            f"## {table.name}",
            f"{table.meaning} {state} A row is named by {keyed}.{joined}",
            rows(("column", "meaning", "unit", "allowed", "empty means", "good", "touches"), body),
        ]
    )


def tables() -> str:
    """The page of tables and settings."""
    intro = """
A case is a folder: one CSV file a table, and `case.yaml`. The first line of a file names its columns, in any
order. Lines that start with `#` are comments. Files are UTF-8. Columns and tables that are absent mean what this
page says.

*Good* is the direction in which more capacity or less loss lies. Actions may edit a column only if it has one; an
effect against it needs `adverse = yes`. *Touches* tells what an edit changes: the undisturbed **course** of
outbreaks, the **response** to them, or **arithmetic** on what was simulated. A dash: no action can change the
column. The model may read it all the same, as it reads population, coordinates and generation intervals.
"""
    required = [t.name for t in TABLES.values() if t.required]
    listing = rows(
        ("table", "one row is"),
        ((f"[{t.name}](#{t.name}){' **(required)**' if t.required else ''}", t.meaning) for t in TABLES.values()),
    )
    base = Settings().to_dict()
    settings = rows(
        ("setting", "meaning", "default"),
        ((f"`{n}`", m, f"`{base[n]}`" if base[n] not in ("", None, []) else "–") for n, m in MEANINGS.items()),
    )
    return page(
        "Tables and settings",
        intro,
        f"{len(TABLES)} tables; the {len(required)} that every case holds are {', '.join(required)}.",
        listing,
        "## case.yaml",
        settings,
        *(one_table(t) for t in TABLES.values()),
    )


# -- assumptions ------------------------------------------------------------------------------


def assumptions() -> str:
    """The page of coefficients."""
    frame = packaged_assumptions()
    graded = ", ".join(f"{(frame['evidence'] == e).sum()} {e}" for e in EVIDENCE if (frame["evidence"] == e).any())
    body = (
        (
            f"`{p}`",
            r["note"],
            number(r["low"]),
            number(r["central"]),
            number(r["high"]),
            r["unit"],
            r["evidence"],
            r["source"],
        )
        for p, r in frame.iterrows()
    )
    intro = f"""
No number that matters hides in code. These {len(frame)} coefficients are packaged: {graded}. A case overrides any of
them in its own `assumptions.csv`; actions may edit those that the case lists. Reports say which one moves the result
most between its low and its high value: that is the one to measure first.

An *assumed* coefficient is our judgement. It has no source that we could check, and is to be replaced by a measured
one where a country has it.
"""
    return page(
        "Assumptions",
        intro,
        rows(("parameter", "meaning", "low", "central", "high", "unit", "evidence", "source"), body),
    )


# -- capacity ---------------------------------------------------------------------------------


def capacity() -> str:
    """The page of Capacity: its fields and what each of them reads."""
    intro = """
Capacity is what a country can do in one year. Each field has one owner and one formula
([levers](../method/levers.md)). The matrix below says which columns of the case each field depends on. A test
disturbs every column and fails if a field moves that does not say so.
"""
    fields = rows(
        ("field", "lever", "by", "unit", "good", "meaning"),
        ((f"`{f.name}`", f.lever, f.shape or "nation", f.unit or "–", f.good, f.meaning) for f in FIELDS),
    )
    columns = sorted({r for f in FIELDS for r in f.reads}, key=lambda r: (r.startswith("assumptions."), r))
    matrix = rows(
        ("column", *(f"`{f.name}`" for f in FIELDS)),
        ((f"`{c}`", *("●" if c in f.reads else "" for f in FIELDS)) for c in columns),
    )
    products = """
`products` holds a row for each hazard and each outcome of research that is possible by then. Their probabilities
add up to 1, and what is expected is the mean over them ([science](../method/levers.md#science)).
"""
    held = rows(("column", "unit", "meaning"), ((f"`{p}`", *PRODUCTS[p]) for p in PRODUCT_FIELDS))
    reads = ("## What each field reads", matrix)
    return page("Capacity", intro, "## Fields", fields, "## Products", products, held, *reads)


# -- command line -----------------------------------------------------------------------------


def option(parameter: Any) -> tuple[str, str, str]:
    """Name, meaning and default of one parameter of a command."""
    if parameter.param_type_name == "argument":
        name = f"`{parameter.metavar or parameter.name.upper()}`"
    else:
        name = ", ".join(f"`{o}`" for o in (*parameter.opts, *parameter.secondary_opts))
    unset = parameter.default is None or parameter.default is False
    shown = "must be given" if parameter.required else "–" if unset else f"`{parameter.default}`"
    return name, " ".join((parameter.help or "").split()), shown


def commands() -> dict[str, Any]:
    """Every command by name, in the order in which --help lists them."""
    group: Any = typer.main.get_command(app)
    return {name: command for name, command in group.commands.items() if not command.hidden}


def help_text(text: str) -> str:
    """Help as Markdown: paragraphs, and examples as a console."""
    parts = []
    for paragraph in text.split("\n\n"):
        lines = [line.strip() for line in paragraph.replace("\b", "").splitlines() if line.strip()]
        if lines and lines[0] == "Examples:":
            parts.append("```console\n" + "\n".join(f"$ {line}" for line in lines[1:]) + "\n```")
        else:
            parts.append(" ".join(lines))
    return "\n\n".join(p for p in parts if p)


def command_line() -> str:
    """The page of commands."""
    found = commands()
    intro = """
`CASE` is a folder, or the name of a packaged example. Every command takes `--json`: one JSON document on standard
output, nothing else; progress goes to standard error.

| exit code | meaning |
| --- | --- |
| 0 | done, also when a limit was reached with a feasible answer (`status` says which) |
| 1 | no feasible answer |
| 2 | bad input: the message names file, table, row, column |
| 130 | interrupted; the best answer so far is written |
"""
    listing = rows(
        ("command", "what it does"),
        ((f"[`seawall {n}`](#seawall-{n})", help_text(c.help or "").split("\n\n")[0]) for n, c in found.items()),
    )
    sections = []
    for name, command in found.items():
        shown = [option(p) for p in command.params if not getattr(p, "hidden", False)]
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        usage = " ".join(["seawall", name, *(p.metavar or p.name.upper() for p in arguments), "[OPTIONS]"])
        sections.append(
            f"## seawall {name}\n\n`{usage}`\n\n{help_text(command.help or '')}\n\n"
            + rows(("parameter", "meaning", "default"), shown)
        )
    return page("Command line", intro, listing, *sections)


# -- sources ----------------------------------------------------------------------------------


def counted(frame: pd.DataFrame, column: str) -> str:
    """Sources of one table with their grade and how many rows rest on each."""
    grouped = frame.groupby([column, "evidence"], sort=True).size()
    order = sorted(
        grouped.items(), key=lambda item: (EVIDENCE.index(item[0][1]) if item[0][1] in EVIDENCE else 9, item[0])
    )
    return rows(("source", "evidence", "rows"), ((source or "*none named*", grade, n) for (source, grade), n in order))


def sources() -> str:
    """The page of sources, table by table, for the packaged cases and the coefficients."""
    intro = """
Where every number of the packaged cases comes from, as the tables themselves say it: one line a source, with the
grade of evidence and the count of rows that rest on it. *measured*: counted for the case itself. *published*: in
the cited work. *expert*: judged by people who know. *assumed*: ours, to be replaced. `NOTICE` names the licences.
"""
    parts: list[str] = []
    for example in examples():
        grades: dict[str, int] = {}
        sections: list[str] = []
        raw = read_folder(EXAMPLES / example)
        for name in TABLES:
            header, lines = raw.tables.get(name, ([], []))
            column = "reference" if name == "budgets" else "source"
            if column not in header:
                continue
            frame = pd.DataFrame([cells for _line, cells in lines], columns=header)
            grade = frame["evidence"] if "evidence" in frame else pd.Series("", frame.index)
            frame["evidence"] = grade.replace("", "assumed")
            for word, n in frame["evidence"].value_counts().items():
                grades[str(word)] = grades.get(str(word), 0) + int(n)
            sections.append(f"### {name}\n\n{counted(frame, column)}")
        total = sum(grades.values())
        shares = ", ".join(f"{grades[g]} {g}" for g in EVIDENCE if grades.get(g))
        parts += [f"## {example}", f"{total} rows of facts: {shares}.", *sections]
    packaged = packaged_assumptions().reset_index()
    parts += [
        "## Packaged coefficients",
        "Each of them: [assumptions](reference/assumptions.md).",
        counted(packaged, "source"),
    ]
    return page("Sources", intro, *parts)


PAGES: dict[str, Callable[[], str]] = {
    "reference/tables.md": tables,
    "reference/assumptions.md": assumptions,
    "reference/capacity.md": capacity,
    "reference/cli.md": command_line,
    "sources.md": sources,
}


def stale() -> list[str]:
    """Pages that differ from what the code says."""
    return [
        name
        for name, write in PAGES.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != write()
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale."""
    if arguments == ["--check"]:
        old = stale()
        print("\n".join(f"stale: docs/{name}; run: make docs-reference" for name in old) or "every page is up to date")
        return 1 if old else 0
    for name, write in PAGES.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(write(), "utf-8", newline="\n")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
