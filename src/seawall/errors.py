"""The one family of errors that Seawall raises.

::

    SeawallError
    ├── InputError       the case, a schedule or an option is wrong: says where and what would be right
    └── NoFeasiblePlan   the rules of the case leave no schedule to choose from
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["InputError", "NoFeasiblePlan", "SeawallError"]


class SeawallError(Exception):
    """Base of every error that Seawall raises on purpose."""


class InputError(SeawallError):
    """Input that cannot be used; every fault found is listed, one a line.

    Parameters
    ----------
    faults : sequence of str
        Messages for people: file or table, row, column, value, and what would be right.
    """

    def __init__(self, *faults: str) -> None:
        self.faults: Sequence[str] = faults
        super().__init__("\n".join(faults))


class NoFeasiblePlan(SeawallError):
    """No schedule, not even the empty one, keeps the rules of the case."""
