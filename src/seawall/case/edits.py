"""An action is a dated edit of the case: which cells it changes, when, and in what order.

Order is fixed: set, add, multiply, close, then the column's bounds; within one kind the order of
effects does not matter. An effect grows from its first year over its ramp: at strength ``w`` a
``set`` stands at base + w (value - base), ``add`` adds w · value, ``multiply`` multiplies by
value^w, ``close`` leaves (1 - value)^w of the distance to the best value.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.case.defaults import packaged_assumptions
from seawall.case.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from seawall.case.schema import Column

__all__ = ["NEVER", "Edits", "matching_rows"]

#: Start year of an action that is not taken.
NEVER = 10**6

#: Columns that are stocks: an effect is a one-off inflow, integrated by the levers.
STOCKS = frozenset({("cadre_stock", "stock")})

#: Columns in force that are remembered, by year and by the start years of the actions that edit them.
COLUMNS_KEPT = 8000


def matching_rows(frame: pd.DataFrame, table: str, key: str) -> NDArray[np.int64]:
    """Positions of the rows that a key names; ``*`` matches any part.

    A key with fewer parts than the table's key matches nothing, unless it is a lone ``*``.
    """
    names = TABLES[table].key
    parts = ["*"] * len(names) if key == "*" else key.split("|")
    if len(parts) != len(names):
        return np.empty(0, np.int64)
    mask = np.ones(len(frame), bool)
    for name, part in zip(names, parts, strict=True):
        if part != "*":
            mask &= _equals(frame[name].to_numpy(), part.strip())
    return np.flatnonzero(mask)


def _equals(values: NDArray[Any], part: str) -> NDArray[np.bool_]:
    """Whether each value of a key column is what a part of a key says; years are written as whole numbers."""
    if values.dtype.kind != "f":
        equal: NDArray[np.bool_] = values == part
        return equal
    return values == float(part) if part.isascii() and part.isdigit() else np.zeros(len(values), bool)


@dataclass(frozen=True)
class _Effect:
    """One row of ``effects``, compiled."""

    action: int
    rows: NDArray[np.int64]
    op: str
    value: float
    first: int
    ramp: int
    lasts: float

    def strength(self, year: int, starts: NDArray[np.int64]) -> float:
        """Strength from 0 to 1 in a year, given the start year of every action."""
        age = year - int(starts[self.action]) - self.first
        if age < 0 or age >= self.lasts:
            return 0.0
        return min(1.0, (age + 1) / (self.ramp + 1))

    def reached(self, year: int, starts: NDArray[np.int64]) -> float:
        """Greatest strength so far: a stock keeps what it was given."""
        age = year - int(starts[self.action]) - self.first
        return 0.0 if age < 0 else min(1.0, (age + 1) / (self.ramp + 1))


class Edits:
    """All effects of a case, compiled to arrays for fast evaluation of schedules.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables of a checked case.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables
        actions = tables["actions"]
        #: Codes of all actions, sorted; positions in start arrays follow this order.
        self.actions: tuple[str, ...] = tuple(sorted(actions["action"]))
        self.index = {a: i for i, a in enumerate(self.actions)}
        build = dict(zip(actions["action"], actions["build_years"], strict=True))
        self.build = np.array([int(build[a]) for a in self.actions], np.int64)
        self._effects: dict[tuple[str, str], list[_Effect]] = {}
        self._base: dict[tuple[str, str], NDArray[np.float64]] = {}
        self._ranges: dict[tuple[str, str], _Range] = {}
        self._touching: dict[tuple[tuple[str, str], ...], NDArray[np.int64]] = {}
        self._known: OrderedDict[tuple[str, str, int, bytes], NDArray[np.float64]] = OrderedDict()
        rows: Any = tables["effects"].itertuples(index=False)
        for e in rows:
            spec = TABLES[e.table].by_name[e.column]
            a = self.index[e.action]
            effect = _Effect(
                a,
                matching_rows(tables[e.table], e.table, e.key),
                e.op,
                float(spec.choices.index(e.value)) if spec.kind == "choice" else float(e.value),
                int(self.build[a] + e.lag_years),
                int(e.ramp_years),
                float("inf") if np.isnan(e.lasts_years) else float(e.lasts_years),
            )
            self._effects.setdefault((e.table, e.column), []).append(effect)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Every (table, column) that some action edits."""
        return tuple(self._effects)

    def actions_on(self, table: str, column: str) -> frozenset[int]:
        """Positions of the actions that edit a column."""
        return frozenset(e.action for e in self._effects.get((table, column), ()))

    def touching(self, *columns: tuple[str, str]) -> NDArray[np.int64]:
        """Positions, sorted, of the actions that edit any of some columns, each a (table, column)."""
        if columns not in self._touching:
            found = {e.action for c in columns for e in self._effects.get(c, ())}
            self._touching[columns] = np.array(sorted(found), np.int64)
        return self._touching[columns]

    def effects_of(self, action: int) -> list[_Effect]:
        """Effects of one action, by position."""
        return [e for effects in self._effects.values() for e in effects if e.action == action]

    def starts(self, schedule: Mapping[str, int]) -> NDArray[np.int64]:
        """Start year of every action in the order of `actions`; `NEVER` where not taken."""
        out = np.full(len(self.actions), NEVER, np.int64)
        for action, year in schedule.items():
            out[self.index[action]] = year
        return out

    def base(self, table: str, column: str) -> NDArray[np.float64]:
        """Column before any edit as numbers; words of a choice count from worst to best."""
        if (table, column) not in self._base:
            spec = TABLES[table].by_name[column]
            values = self._tables[table][column]
            if spec.kind == "choice":
                order = {word: float(i) for i, word in enumerate(spec.choices)}
                values = values.map(order)
            array = values.to_numpy(np.float64).copy()
            array.flags.writeable = False
            self._base[table, column] = array
        return self._base[table, column]

    def values(self, table: str, column: str, year: int, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Column in force in a year, one value a row of the table.

        Parameters
        ----------
        table, column : str
            What to read.
        year : int
            Calendar year.
        starts : int array (action,)
            Start years in the order of `actions`.
        """
        effects = self._effects.get((table, column))
        if not effects:
            return self.base(table, column)
        # most schedules of a search differ in actions that leave a column alone
        key = (table, column, year, starts[self.touching((table, column))].tobytes())
        if key in self._known:
            self._known.move_to_end(key)
        else:
            self._known[key] = self._values(table, column, year, starts)
            self._known[key].flags.writeable = False
            if len(self._known) > COLUMNS_KEPT:
                self._known.popitem(last=False)
        return self._known[key]

    def _values(self, table: str, column: str, year: int, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Column in force in a year, worked out."""
        base = self.base(table, column)
        effects = self._effects[table, column]
        stock = (table, column) in STOCKS
        live = [(e, e.reached(year, starts) if stock else e.strength(year, starts)) for e in effects]
        live = [(e, w) for e, w in live if w > 0.0]
        if not live:
            return base
        return _apply(TABLES[table].by_name[column], base, live, self._range(table, column))

    def _range(self, table: str, column: str) -> _Range:
        """Bounds and good direction of every cell of a column."""
        if (table, column) not in self._ranges:
            spec = TABLES[table].by_name[column]
            n = len(self._tables[table])
            low = spec.ge if spec.ge is not None else spec.gt if spec.gt is not None else -np.inf
            high = spec.le if spec.le is not None else np.inf
            found = _Range(np.full(n, spec.good == "less"), np.full(n, float(low)), np.full(n, float(high)))
            if (table, column) == ("assumptions", "central"):
                found = _range_of_coefficients(self._tables[table]["parameter"].tolist())
            self._ranges[table, column] = found
        return self._ranges[table, column]

    def inflow(self, table: str, column: str, year: int, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """What actions bring into a stock in one year, one value a row of the table."""
        if not self._effects.get((table, column)):
            return np.zeros_like(self.base(table, column))
        return self.values(table, column, year, starts) - self.values(table, column, year - 1, starts)


@dataclass(frozen=True)
class _Range:
    """For every cell of a column, whether less is better, and its least and greatest value."""

    less: NDArray[np.bool_]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def _range_of_coefficients(parameters: list[str]) -> _Range:
    """Range of coefficients: none is negative, shares stop at 1, and each has its own good direction."""
    packaged = packaged_assumptions()
    share = [packaged["unit"].get(p, "") == "share" for p in parameters]
    return _Range(
        np.array([packaged["good"].get(p, "") == "less" for p in parameters], bool),
        np.zeros(len(parameters)),
        np.where(share, 1.0, np.inf),
    )


def _apply(
    spec: Column, base: NDArray[np.float64], live: list[tuple[_Effect, float]], span: _Range
) -> NDArray[np.float64]:
    if spec.kind == "choice":
        live = [(e, w) for e, w in live if w >= 1.0]
    out = base.copy()
    sets = [(e, w) for e, w in live if e.op == "set"]
    if sets:
        best = np.full_like(base, np.nan)
        for e, w in sets:
            old = base[e.rows]
            # a cell in which nothing stands has nothing to grow from
            new = np.where(np.isnan(old), e.value, old + w * (e.value - old))
            so_far = best[e.rows]
            best[e.rows] = np.where(span.less[e.rows], np.fmin(so_far, new), np.fmax(so_far, new))
        out = np.where(np.isnan(best), out, best)
    for e, w in live:
        if e.op == "add":
            out[e.rows] += w * e.value
    for e, w in live:
        if e.op == "multiply":
            out[e.rows] *= e.value**w
    if spec.best is not None:
        _close(spec.best, out, [(e, w) for e, w in live if e.op == "close"])
    np.clip(out, span.low, span.high, out=out)
    return out


def _close(target: float, out: NDArray[np.float64], closes: list[tuple[_Effect, float]]) -> None:
    """Take away shares of the distance to the best value, in place."""
    left = np.ones_like(out)
    for e, w in closes:
        left[e.rows] *= (1.0 - e.value) ** w
    closing = left < 1.0
    out[closing] = target + (out[closing] - target) * left[closing]
