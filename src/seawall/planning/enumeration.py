"""Small cases: every schedule that keeps the rules, valued exactly."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from seawall.case import Rules

__all__ = ["SMALL", "count", "schedules"]

#: Most combinations of start years that are enumerated.
SMALL = 2_000


def count(rules: Rules) -> int:
    """Number of combinations of start years, rules on pairs and money aside."""
    total = 1
    for options in rules.options():
        total *= len(options)
        if total > 10**15:
            break
    return total


def schedules(rules: Rules) -> Iterator[NDArray[np.int64]]:
    """Every schedule that breaks no rule, in a fixed order."""
    for combination in product(*rules.options()):
        starts = np.array(combination, np.int64)
        if rules.allows(starts):
            yield starts
