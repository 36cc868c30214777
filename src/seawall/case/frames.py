"""Rows of a frame as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["rows"]


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Each row as a named tuple of its cells, whose types are those that the table declares."""
    return iter(frame.itertuples(index=False))
