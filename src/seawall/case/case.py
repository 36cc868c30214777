"""The case: plain tables and settings, frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case.edits import Edits
from seawall.case.settings import Settings
from seawall.case.tables import TABLES
from seawall.errors import InputError
from seawall.language import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case.schedule import Schedule

__all__ = ["Case"]


@dataclass(frozen=True, eq=False)
class Case:
    """A case: what is, and what could be done about it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Every declared table with every declared column, defaults filled in; numbers are float64
        (NaN: nothing said), everything else is text. Tables that are absent are empty.
    settings : Settings
        What ``case.yaml`` says.
    present : frozenset of str
        Names of the tables that the case holds.
    """

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    present: frozenset[str] = field(default_factory=frozenset)

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Case):
            return NotImplemented
        return (
            self.settings == other.settings
            and self.present == other.present
            and all(self.tables[t].equals(other.tables[t]) for t in TABLES)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        s = self.settings
        years = f"{s.budget_years[0]}-{s.budget_years[-1]}" if s.budget_years else _("no budget years")
        counts = _(", ").join(
            f"{len(self.tables[t])} {t}" for t in ("places", "facilities", "hazards", "actions") if t in self.present
        )
        return _("Case {name!r}: {counts}; {years}; {currency} at {year} prices").format(
            name=s.name, counts=counts, years=years, currency=s.currency, year=s.price_year or _("unstated")
        )

    @cached_property
    def edits(self) -> Edits:
        """The effects of all actions, compiled to arrays."""
        return Edits(self.tables)

    @cached_property
    def digest(self) -> str:
        """Short hash of everything in the case; the order of rows does not enter."""
        h = hashlib.sha256(repr(sorted(self.settings.to_dict().items())).encode())
        for name in sorted(self.present):
            rows = sorted(map(repr, self.tables[name].itertuples(index=False, name=None)))
            h.update(name.encode() + "\n".join(rows).encode())
        return h.hexdigest()[:16]

    def with_table(self, name: str, frame: pd.DataFrame) -> Case:
        """Return the case with one table replaced; InputError if there is no such table."""
        if name not in TABLES:
            raise InputError(_("there is no table {name!r}; known: {known}").format(name=name, known=", ".join(TABLES)))
        return replace(self, tables={**self.tables, name: frame}, present=self.present | {name})

    def with_settings(self, **changes: Any) -> Case:
        """Return the case with some settings replaced."""
        return replace(self, settings=replace(self.settings, **changes))

    def at(self, year: int, schedule: Schedule | Mapping[str, int] | None = None) -> Case:
        """Return the case with the parameters in force in a year under a schedule.

        Parameters
        ----------
        year : int
            Calendar year.
        schedule : mapping of action to start year, optional
            None: no action is taken.

        Returns
        -------
        Case
            The same tables, every edited column replaced by its value that year. Stocks show
            what actions bring in up to that year; cohorts and attrition are for the levers.
        """
        edits = self.edits
        starts = edits.starts(schedule or {})
        tables = dict(self.tables)
        for table, column in edits.columns:
            frame = tables[table].copy()
            values = edits.values(table, column, year, starts)
            spec = TABLES[table].by_name[column]
            if spec.kind == "choice":
                words = np.asarray(spec.choices, dtype=object)[values.astype(int)]
                frame[column] = pd.Series(words, index=frame.index, dtype="object")
            else:
                frame[column] = values
            tables[table] = frame
        return replace(self, tables=tables)

    @cached_property
    def canonical(self) -> Case:
        """The case with the rows of every table in the order of its key.

        Everything computed from a case is computed from this one, so the order of rows in the
        files changes nothing.
        """
        tables = {}
        for name, frame in self.tables.items():
            key = list(TABLES[name].key)
            tables[name] = frame.sort_values(key or list(frame.columns), ignore_index=True, kind="stable")
        return replace(self, tables=tables)

    @cached_property
    def residents(self) -> NDArray[np.float64]:
        """People of each place who live in none of the places that it contains, so that nobody counts twice."""
        places = self.tables["places"]
        own = places["population"].to_numpy(np.float64).copy()
        at = {p: i for i, p in enumerate(places["place"])}
        for parent, people in zip(places["parent"], places["population"], strict=True):
            if parent in at:
                own[at[parent]] -= people
        return np.asarray(np.maximum(own, 0.0))

    @cached_property
    def translations(self) -> dict[tuple[str, str], str]:
        """Texts of the case in other languages, by (text, language); ``zh-CN`` counts as ``zh``."""
        rows = self.tables["translations"]
        return {
            (text, language.split("-")[0].split("_")[0].lower()): translation
            for text, language, translation in zip(rows["text"], rows["language"], rows["translation"], strict=True)
        }

    @cached_property
    def assumption_rows(self) -> dict[str, int]:
        """Position of each parameter in the case's own table of assumptions."""
        return {p: i for i, p in enumerate(self.tables["assumptions"]["parameter"])}

    @cached_property
    def coefficients(self) -> dict[str, float]:
        """Central value of every coefficient: the case's own row, else the packaged one."""
        return {str(p): float(v) for p, v in self.assumptions["central"].items()}

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        """All coefficients by parameter: the case's rows over the packaged ones."""
        from seawall.case.defaults import packaged_assumptions  # noqa: PLC0415 - reads a file, once

        packaged = packaged_assumptions()
        own = self.tables["assumptions"].set_index("parameter")
        merged = packaged.copy()
        shared = own.index.intersection(packaged.index)
        for column in ("low", "central", "high", "unit", "source", "evidence", "note"):
            given = own.loc[shared, column]
            said = given.notna() & (given != "")
            merged.loc[shared[said], column] = given[said]
        return merged
