"""A schedule: which actions are taken, and in which year each starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from seawall.errors import InputError
from seawall.language import _, _n

__all__ = ["Schedule"]


class Schedule(Mapping[str, int]):
    """Action → start year, frozen and in the order of action codes."""

    __slots__ = ("_starts",)

    def __init__(self, starts: Mapping[str, int] | None = None) -> None:
        self._starts = {a: int(y) for a, y in sorted((starts or {}).items())}

    def __getitem__(self, action: str) -> int:
        return self._starts[action]

    def __iter__(self) -> Iterator[str]:
        return iter(self._starts)

    def __len__(self) -> int:
        return len(self._starts)

    def __hash__(self) -> int:
        return hash(tuple(self._starts.items()))

    def __repr__(self) -> str:
        lines = [f"  {year}  {action}" for action, year in sorted(self.items(), key=lambda x: (x[1], x[0]))]
        head = _n("Schedule of {n} action", "Schedule of {n} actions", len(self)).format(n=len(self))
        return "\n".join([head, *lines])

    def known_to(self, actions: Iterable[str]) -> Schedule:
        """Return the schedule itself if it holds none but these actions, or raise.

        Raises
        ------
        InputError
            If the case has no such action.
        """
        known = set(actions)
        faults = [
            _("schedule: action {action!r} is not in actions.csv").format(action=a) for a in self if a not in known
        ]
        if faults:
            raise InputError(*faults)
        return self
