"""The parameters in force in a year under a schedule, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.case.tables import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case.case import Case

__all__ = ["Parameters"]


class Parameters:
    """Columns of a case in a year, edited by the actions in force.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    starts : int array (action,)
        Start years in the order of ``case.edits.actions``.
    """

    def __init__(self, case: Case, starts: NDArray[np.int64]) -> None:
        self.case = case
        self.starts = starts
        self._edited = any(t == "assumptions" for t, _column in case.edits.columns)
        self._columns: dict[tuple[str, str, int], NDArray[np.float64]] = {}

    def column(self, table: str, name: str, year: int) -> NDArray[np.float64]:
        """One column as numbers, in the order of the table's rows; not to be written to."""
        key = (table, name, year)
        if key not in self._columns:
            self._columns[key] = self.case.edits.values(table, name, year, self.starts)
        return self._columns[key]

    def filled(self, table: str, name: str, year: int, coefficient: str) -> NDArray[np.float64]:
        """One column, cells that are empty in the file read as a coefficient.

        An action that fills such a cell does not undo what another does to the coefficient: the
        better of the two holds.
        """
        cells, given = self.column(table, name, year), self.assumption(coefficient, year)
        better = np.fmin if TABLES[table].by_name[name].good == "less" else np.fmax
        return np.where(np.isnan(self.case.edits.base(table, name)), better(cells, given), cells)

    def inflow(self, table: str, name: str, year: int) -> NDArray[np.float64]:
        """What actions bring into a stock in one year."""
        return self.case.edits.inflow(table, name, year, self.starts)

    def assumption(self, parameter: str, year: int) -> float:
        """Central value of a coefficient, edited by the actions in force."""
        if self._edited and parameter in self.case.assumption_rows:
            return float(self.column("assumptions", "central", year)[self.case.assumption_rows[parameter]])
        return self.case.coefficients[parameter]
