"""What the sheets share: formats, heads that stay in sight, references, text that stays text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from seawall.language import _
from seawall.reporting.svg import width_of

__all__ = ["A3", "A4", "Book", "Column", "Sheet", "cell", "span"]

#: Row of the heads of every sheet, counted from 0; above it stand title and note.
HEAD = 3
#: Height of a line of text, in points.
LINE = 15.0
#: Codes of paper sizes.
A4, A3 = 9, 8

_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": "#0B3D66"},
    "note": {"font_color": "#4D5B69", "italic": True},
    "head": {
        "bold": True,
        "text_wrap": True,
        "valign": "bottom",
        "bg_color": "#E3EAF0",
        "bottom": 1,
        "align": "left",
        "indent": 1,
    },
    "head_number": {
        "bold": True,
        "text_wrap": True,
        "valign": "bottom",
        "align": "right",
        "bg_color": "#E3EAF0",
        "bottom": 1,
    },
    "text": {"text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "strong": {"text_wrap": True, "valign": "top", "bold": True},
    "year": {"num_format": "0", "valign": "top"},
    "head_year": {"bold": True, "num_format": "0", "valign": "bottom", "bg_color": "#E3EAF0", "bottom": 1},
    "money": {"num_format": "#,##0;[Red]-#,##0;0", "valign": "top"},
    "cents": {"num_format": "#,##0.00;[Red]-#,##0.00;0.00", "valign": "top"},
    "number": {"num_format": "#,##0.####", "valign": "top"},
    "factor": {"num_format": "0.000000", "valign": "top"},
    "total": {"num_format": "#,##0;[Red]-#,##0;0", "bold": True, "top": 1},
    "total_text": {"bold": True, "top": 1},
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its head (a number heads a year), its width, the format of its cells."""

    head: str | int
    width: float = 14
    format: str = "text"


def cell(row: int, column: int, sheet: str = "", fixed: bool = False) -> str:
    """Reference to a cell, with its sheet where it stands on another."""
    there = xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)
    return f"{_quoted(sheet)}!{there}" if sheet else str(there)


def span(first: tuple[int, int], last: tuple[int, int], sheet: str = "") -> str:
    """Fixed reference to a block of cells."""
    block = f"{cell(*first, fixed=True)}:{cell(*last, fixed=True)}"
    return f"{_quoted(sheet)}!{block}" if sheet else block


def column_of(column: int) -> str:
    """Letter of a column."""
    return str(xl_col_to_name(column))


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


@dataclass
class Sheet:
    """A sheet being written; rows and columns count from 0."""

    name: str
    raw: Any
    formats: dict[str, Any]
    columns: Sequence[Column]
    lines: dict[int, int] = field(default_factory=dict)

    def text(self, row: int, column: int, words: object, format_: str = "text") -> None:
        """Write text as text, whatever sign it begins with."""
        self.raw.write_string(row, column, str(words), self.formats[format_])

    def number(self, row: int, column: int, value: float, format_: str = "money") -> None:
        """Write a number; what does not exist stays empty."""
        if math.isfinite(value):
            self.raw.write_number(row, column, value, self.formats[format_])
        else:
            self.raw.write_blank(row, column, None, self.formats[format_])

    def formula(self, row: int, column: int, formula: str, value: float, format_: str = "money") -> None:
        """Write a live formula together with what it comes to, for readers that do not calculate."""
        self.raw.write_formula(row, column, formula, self.formats[format_], value)

    def row(self, row: int, values: Sequence[object], first: int = 0) -> None:
        """Write values in the formats of their columns: numbers as numbers, the rest as text."""
        for i, value in enumerate(values, first):
            if value is None:
                continue
            if isinstance(value, (int, float)):
                self.number(row, i, float(value), self.columns[i].format)
            else:
                self.words(row, i, value)

    def words(self, row: int, column: int, words: object) -> None:
        """Write text in the format of its column, and make the row high enough for it."""
        self.text(row, column, words, self.columns[column].format)
        room = max(4.0, self.columns[column].width - 3)
        lines = sum(max(1, math.ceil(width_of(part, 1.85) / room)) for part in str(words).split("\n"))
        if lines > self.lines.get(row, 1):
            self.lines[row] = lines
            self.raw.set_row(row, LINE * min(lines, 20))


@dataclass
class Book:
    """The workbook being written, and the names of its sheets in the language in force."""

    raw: Any
    formats: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    raws: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.formats = {name: self.raw.add_format(spec) for name, spec in _FORMATS.items()}
        labels = {
            "summary": _("Summary"),
            "plan": _("Plan"),
            "lines": _("Cost lines"),
            "budget": _("Budget"),
            "check": _("Check"),
            "assumptions": _("Assumptions"),
        }
        for key, label in labels.items():
            name = re.sub(r"[\[\]:*?/\\]", " ", label).strip("' ")[:31] or key
            taken = {n.lower() for n in self.names.values()}
            self.names[key] = key if name.lower() in taken else name
        # all at once, so that the order of sheets does not depend on who needs whose cells
        self.raws = {key: self.raw.add_worksheet(name) for key, name in self.names.items()}

    def sheet(self, key: str, title: str, note: str, columns: Sequence[Column], paper: int = A4) -> Sheet:
        """Begin a sheet: title, note, heads that stay in sight, widths, and how it prints."""
        raw = self.raws[key]
        sheet = Sheet(self.names[key], raw, self.formats, columns)
        sheet.text(0, 0, title, "title")
        sheet.text(1, 0, note, "note")
        for i, column in enumerate(columns):
            raw.set_column(i, i, column.width)
            if isinstance(column.head, int):
                sheet.number(HEAD, i, column.head, "head_year")
            else:
                words = column.format in {"text", "strong"}
                sheet.text(HEAD, i, column.head, "head" if words else "head_number")
        raw.set_row(HEAD, 2 * LINE)
        raw.freeze_panes(HEAD + 1, 1)
        raw.set_landscape()
        raw.set_paper(paper)
        raw.set_margins(0.5, 0.5, 0.6, 0.6)
        raw.fit_to_pages(1, 0)
        raw.repeat_rows(HEAD)
        raw.set_footer("&L&A&R&P / &N")
        raw.hide_gridlines(2)
        return sheet
