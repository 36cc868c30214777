"""Bring the catalogues of translations in step with the texts of the package.

``python tools/catalogue.py`` extracts every text, adds what is new to each catalogue, drops what is
gone, and says what is left to translate. ``--check`` changes nothing and says what is out of step.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from seawall.language import LANGUAGES, LOCALES, catalogue_file

SOURCE = LOCALES.parent
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "_n": (1, 2)}
#: Columns of packaged tables that people read.
COLUMNS = {"assumptions.csv": ("note", "unit"), "frameworks.csv": ("area_name", "pillar", "name")}


def extract_csv(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[int, str, str, list]]:
    """Texts of a packaged table, as Babel asks for them: line, function, text, comments."""
    del keywords, comment_tags
    rows = list(csv.DictReader(io.StringIO(fileobj.read().decode("utf-8"), newline="")))
    for column in COLUMNS[options["name"]]:
        for line, row in enumerate(rows, 2):
            # a unit such as 1/day has no words that one could translate
            if row[column] and row[column] != "1":
                yield line, "_", row[column], []


def extracted() -> Catalog:
    """Every text of the package that people read."""
    catalogue = Catalog(project="Seawall", charset="utf-8")
    methods: list[tuple[str, Any]] = [("**.py", "python"), *((f"data/{name}", extract_csv) for name in COLUMNS)]
    options: dict[str, Any] = {f"data/{name}": {"name": name} for name in COLUMNS}
    found = extract_from_dir(SOURCE, methods, options, KEYWORDS, ["Translators:"], strip_comment_tags=False)
    for name, _line, text, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
        catalogue.add(text, None, [(f"src/seawall/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def read(language: str) -> Catalog:
    """The catalogue of a language."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def key(message: Any) -> str:
    """What names a message: its English text."""
    return message.id[0] if isinstance(message.id, tuple) else message.id


def differences(language: str) -> list[str]:
    """What keeps a catalogue from being in step, one a line."""
    there = {key(m): m for m in read(language) if m.id}
    wanted = {key(m): m for m in extracted() if m.id}
    out = [f"new: {text!r}" for text in wanted if text not in there]
    out += [f"gone: {text!r}" for text in there if text not in wanted]
    out += [f"other plural: {text!r}" for text in wanted if text in there and wanted[text].id != there[text].id]
    out += [f"not translated: {text!r}" for text, m in there.items() if not m.string or not all(m.string) or m.fuzzy]
    return out


def update(language: str) -> None:
    """Bring the catalogue of a language in step; its own comments and translations stay."""
    catalogue = read(language)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    # nothing that changes from day to day, so that the same texts give the same file
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_po(out, catalogue, width=110, omit_header=False, include_lineno=False)
    catalogue_file(language).write_bytes(out.getvalue())


def main(arguments: list[str]) -> int:
    """Update every catalogue, or with ``--check`` only compare."""
    left = 0
    for language in LANGUAGES[1:]:
        if arguments != ["--check"]:
            update(language)
        found = differences(language)
        left += len(found)
        print("\n".join([f"{catalogue_file(language).relative_to(Path.cwd())}: {len(found)} to do", *found]))
    return 1 if left and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
