"""When each action is built and from when it is in force, lever by lever."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.frame import WIDTH, Scale, key
from seawall.reporting.markup import Markup, join
from seawall.reporting.names import lever_name
from seawall.reporting.numbers import money
from seawall.reporting.svg import line, patterns, picture, rect, text, width_of, wrap

if TYPE_CHECKING:
    import pandas as pd

    from seawall.reporting.accounts import Accounts

__all__ = ["gantt"]

_ROW, _BAR, _TOP, _LINE, _SIZE = 44.0, 13.0, 24.0, 15.0, 12.5
#: Rows of one picture; longer plans go on in the next, so that a printed page can hold each.
_ROWS = 12


def gantt(a: Accounts, lever: str) -> tuple[Markup, ...]:
    """Draw the actions of one lever, by start; several pictures where there are many."""
    mine = a.actions[a.actions["lever"] == lever]
    n = max(1, math.ceil(len(mine) / _ROWS))
    ends = [round(i * len(mine) / n) for i in range(n + 1)]
    pieces = [mine.iloc[start:end] for start, end in pairwise(ends)]
    return tuple(_piece(a, lever, i, piece) for i, piece in enumerate(pieces))


def _piece(a: Accounts, lever: str, number: int, actions: pd.DataFrame) -> Markup:
    first, end = a.budget_years[0], a.after + 1
    x = Scale((float(first), float(end)), 0.0, WIDTH)
    name = f"gantt-{lever}-{number}"
    rows = [(row, _lines(a, row)) for _i, row in actions.iterrows()]
    tops = [_TOP]
    for _row, lines in rows:
        tops.append(tops[-1] + _ROW + (len(lines) - 1) * _LINE)
    bottom = tops[-1] + 4
    entries = [("box", f"url(#{name}-before)", _("being built")), ("box", "plan", _("in force"))]
    shapes: list[Markup] = [patterns(name), _years(x, first, a.after, bottom)]
    shapes += [_action(a, x, name, y, row, lines) for y, (row, lines) in zip(tops, rows, strict=False)]
    shapes.append(key(entries, bottom + 6)[0])
    title = _("When the actions of this lever are built and in force: {lever}").format(lever=lever_name(lever))
    description = _("; ").join(
        _("{title}: starts {start}, in force {force}").format(title=r.title, start=r.start, force=r.in_force)
        for r in records(actions)
    )
    return picture(name, (WIDTH, bottom + 32), title, description, *shapes)


def _years(x: Scale, first: int, after: int, bottom: float) -> Markup:
    """A column a year, the last one for what comes after the budget."""
    out = []
    for year in range(first, after + 1):
        middle = (x(year) + x(year + 1)) / 2
        label = _("{year} on").format(year=year) if year == after else str(year)
        out.append(text(middle, 14, label, "soft", anchor="middle", size=12))
        out.append(line(x(year), 20, x(year), bottom, "rule", stroke_width=1))
    return join(*out, line(x(after), 4, x(after), bottom, "soft", stroke_width=1.2))


def _cost(a: Accounts, row: pd.Series) -> str:
    return money(float(row["nominal"]), a.case.settings.currency)


def _lines(a: Accounts, row: pd.Series) -> list[str]:
    """Title of an action in one line or two, beside its cost."""
    return wrap(str(row["title"]), WIDTH - width_of(_cost(a, row), 12) - 14, _SIZE, 2)


def _action(a: Accounts, x: Scale, name: str, y: float, row: pd.Series, lines: list[str]) -> Markup:
    """A title, and under it the bars of one action."""
    start, force = float(row["start"]), float(row["in_force"])
    bar = y + 22 + (len(lines) - 1) * _LINE
    return join(
        *(
            text(2, y + 16 + i * _LINE, words, "ink", size=_SIZE, full=row["title"], class_="halo")
            for i, words in enumerate(lines)
        ),
        text(WIDTH, y + 16, _cost(a, row), "soft", anchor="end", size=12, class_="halo"),
        rect(x(start), bar, x(force) - x(start), _BAR, f"url(#{name}-before)", stroke="ink", stroke_width=0.6),
        rect(x(force), bar, x.end - x(force), _BAR, "plan"),
    )
