"""Where figures come from: each figure of a document carries a mark that leads to a row of its annex."""

from __future__ import annotations

from dataclasses import dataclass, field
from string import Formatter

from seawall.language import _
from seawall.reporting.markup import Child, Markup, escape, join, tag

__all__ = ["Entry", "Ledger", "Origin", "cell", "computed", "result", "woven"]


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from.

    ``where`` names the cells of the case or the key of the result, ``how`` says in a sentence what
    was done with them, ``source`` is what the case gives as the source of the row, where there is
    one row only.
    """

    where: Markup
    how: str = ""
    source: str = ""


def cell(table: str, column: str, row: str = "*", how: str = "", source: str = "") -> Origin:
    """One or more cells of the case; ``row`` is a key as effects name it, ``*`` all rows."""
    where = woven(
        _("case, table {table}, row {row}, column {column}"), table=_code(table), row=_code(row), column=_code(column)
    )
    return Origin(where, how, source)


def result(key: str, how: str = "") -> Origin:
    """A key of the plan's account, as the file account.json holds it."""
    return Origin(woven(_("result {key}"), key=_code(key)), how)


def computed(key: str, how: str) -> Origin:
    """What the model computes from the case and the schedule alone, without simulation."""
    return Origin(woven(_("computed: {key}"), key=_code(key)), how)


def _code(name: str) -> Markup:
    """A name that is the same in every language."""
    return tag("code", name)


@dataclass(frozen=True)
class Entry:
    """One row of the annex: its number, what the figure is, the figure, and where it comes from."""

    number: int
    name: str
    figure: str
    origin: Origin


@dataclass
class Ledger:
    """The figures of a document in the order in which they are first cited."""

    entries: list[Entry] = field(default_factory=list)
    _known: dict[tuple[str, str, Origin], int] = field(default_factory=dict)

    def cite(self, figure: str, origin: Origin, name: str) -> Markup:
        """A figure with the mark of its row in the annex; the same figure of the same origin has one row.

        Parameters
        ----------
        figure : str
            The figure as it is read, with its unit.
        origin : Origin
            Where it comes from.
        name : str
            What it is, for the annex.
        """
        return join(figure, self.mark(figure, origin, name))

    def mark(self, figure: str, origin: Origin, name: str) -> Markup:
        """The mark alone, for a row of figures of one origin."""
        key = (figure, name, origin)
        if key not in self._known:
            self._known[key] = len(self.entries) + 1
            self.entries.append(Entry(self._known[key], name, figure, origin))
        number = self._known[key]
        label = _("source of the figure, row {number} of the annex").format(number=number)
        return tag("sup", tag("a", str(number), href=f"#ref-{number}", aria_label=label), class_="ref")

    def under(self, table: Markup, origin: Origin, name: str) -> Markup:
        """A table with a line below it that leads to where all its figures come from."""
        line = woven(_("Figures of the table: {mark}"), mark=self.mark(_("the whole table"), origin, name))
        return join(table, tag("p", line, class_="small traced"))


def woven(template: str, **parts: Child) -> Markup:
    """A sentence whose placeholders are filled with markup; everything else is escaped."""
    out: list[Child] = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        out.append(Markup(escape(literal)))
        if name is not None:
            out.append(parts[name])
    return join(*out)
