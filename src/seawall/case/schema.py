"""How a table of the case is declared: its columns, their units, bounds, defaults and meaning.

The declaration is data. Reading, checking, the reference page, templates and test strategies
derive from it; nothing about a column is written twice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from seawall.language import N_, _, _n

__all__ = ["UNITS", "Column", "Problem", "Problems", "Table"]

Kind = Literal["text", "number", "integer", "year", "flag", "choice", "date", "cell"]
Direction = Literal["more", "less", ""]
Touches = Literal["course", "response", "arithmetic", ""]

#: The closed list of units. ``currency`` is the case's own; ``share`` runs from 0 to 1.
UNITS = (
    "",
    N_("person"),
    N_("person/100,000"),
    N_("person/day"),
    N_("person/year"),
    N_("share"),
    N_("share/year"),
    N_("day"),
    N_("year"),
    "1",
    N_("1/year"),
    N_("1/day"),
    N_("degree"),
    N_("km2"),
    N_("bed"),
    N_("sample/day"),
    N_("dose"),
    N_("dose/day"),
    N_("trip/day"),
    N_("currency"),
    N_("currency/year"),
    N_("currency/person"),
    N_("currency/sample"),
    N_("score"),
)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name, meaning : str
        Header, and what the column holds (English; translated where it is shown).
    kind : str
        ``text``, ``number``, ``integer``, ``year``, ``flag`` (yes or no), ``choice``, ``date``
        (ISO 8601) or ``cell`` (a number or a word, as ``effects.value`` is).
    unit : str
        One of `UNITS`.
    ge, le, gt : float, optional
        Bounds; the bound in the good direction is also what ``close`` closes to.
    choices : tuple of str
        Allowed words. Where ``good`` is set they run from worst to best.
    default : object
        Value of an empty cell or absent column; NaN where nothing is said. ``None``: must be filled.
    key : bool
        Part of the row's key.
    ref : str
        ``table.column`` that must hold the value.
    free : bool
        Whether the reference is plain text where the case has no such table.
    good : {"more", "less", ""}
        Direction that makes capacity better or loss smaller. Effects may edit a column only if
        it has one.
    touches : {"course", "response", "arithmetic", ""}
        What an edit changes: the undisturbed course of outbreaks, the response to them, or only
        arithmetic on what was simulated. Empty: information that no model reads.
    """

    name: str
    meaning: str
    kind: Kind = "text"
    unit: str = ""
    ge: float | None = None
    le: float | None = None
    gt: float | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    key: bool = False
    ref: str = ""
    free: bool = False
    good: Direction = ""
    touches: Touches = ""
    example: str = ""

    @property
    def required(self) -> bool:
        """Whether every row must fill this column."""
        return self.default is None

    @property
    def numeric(self) -> bool:
        """Whether the column is held as numbers."""
        return self.kind in {"number", "integer", "year"}

    @property
    def best(self) -> float | None:
        """The bound in the good direction, or ``None`` where there is none."""
        if self.good == "more":
            return self.le
        if self.good == "less":
            return self.ge if self.ge is not None else self.gt
        return None


@dataclass(frozen=True)
class Table:
    """One table of the case: a name, its meaning and its columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    required: bool = False
    absent: str = ""
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in the order in which a composite key joins them."""
        return tuple(c.name for c in self.columns if c.key)


@dataclass(frozen=True)
class Problem:
    """One fault of a case, told so that it can be mended.

    ``row`` is the line of the CSV file (the header is line 1), or ``None`` for a whole table.
    """

    table: str
    row: int | None
    column: str | None
    value: str | None
    problem: str
    severity: Literal["error", "warning"] = "error"

    def to_dict(self) -> dict[str, Any]:
        """As it stands in JSON."""
        return asdict(self)

    def __str__(self) -> str:
        place = f"{self.table}.csv" if self.table != "case" else "case.yaml"
        if self.row is not None:
            place = _("{file} line {line}").format(file=place, line=self.row)
        if self.column:
            place = _("{place}, {column}").format(place=place, column=self.column)
        return _("{place}: {problem}").format(place=place, problem=self.problem)

    @property
    def line(self) -> str:
        """The problem with its weight, as a list of problems shows it."""
        message = _("error: {message}") if self.severity == "error" else _("warning: {message}")
        return message.format(message=self)


class Problems(list[Problem]):
    """The problems of a case, in the order in which people read its tables."""

    @property
    def ok(self) -> bool:
        """Whether none is an error."""
        return not any(p.severity == "error" for p in self)

    def to_dict(self) -> dict[str, Any]:
        """The document that ``seawall check --json`` prints."""
        return {"ok": self.ok, "problems": [p.to_dict() for p in self]}

    def __repr__(self) -> str:
        errors = sum(p.severity == "error" for p in self)
        warnings = len(self) - errors
        count = _("{errors}, {warnings}").format(
            errors=_n("{n} error", "{n} errors", errors).format(n=errors),
            warnings=_n("{n} warning", "{n} warnings", warnings).format(n=warnings),
        )
        return "\n".join([*(p.line for p in self), count])
