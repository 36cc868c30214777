"""What sections are made of: headings, paragraphs, tables, figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from seawall.language import _
from seawall.reporting.charts.frame import Chart
from seawall.reporting.markup import Child, Markup, join, tag

__all__ = ["Column", "Section", "bullets", "cite", "figure", "no_sum", "paragraph", "table"]

#: Rows up to which a printed table is kept on one page.
_SHORT = 12
_LINK = re.compile(r"(https?://[^\s<>\"'|]*[^\s<>\"'|.,;:)\]])")


@dataclass(frozen=True)
class Section:
    """A section of the page; ``page``: a printed page begins with it."""

    id: str
    title: str
    body: Markup
    page: bool = field(default=False)

    def render(self) -> Markup:
        """The section as HTML."""
        heading = tag("h2", self.title, id=f"{self.id}-heading")
        return tag(
            "section",
            heading,
            self.body,
            id=self.id,
            aria_labelledby=f"{self.id}-heading",
            class_="page" if self.page else None,
        )


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and whether it holds numbers, words or something short."""

    head: str
    kind: str = ""


def paragraph(text: Child, class_: str | None = None) -> Markup:
    """A paragraph; nothing where there is no text."""
    return tag("p", text, class_=class_) if text else Markup("")


def bullets(items: Iterable[Child]) -> Markup:
    """A plain list."""
    return tag("ul", *(tag("li", i) for i in items), class_="plain")


def cite(source: str) -> Markup:
    """A source, its addresses as links; the page itself fetches none of them."""
    parts = _LINK.split(source)
    return tag("cite", *(tag("a", p, href=p, rel="noreferrer") if i % 2 else p for i, p in enumerate(parts)))


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Child] | str],
    caption: str,
    total: Sequence[Child] | None = None,
) -> Markup:
    """Build a table that scrolls inside its own box where the screen is narrow.

    Parameters
    ----------
    columns : sequence of Column
        Heads; the first column names the row.
    rows : iterable of sequence, or of str
        Cells of a row, or the heading of a group of rows.
    caption : str
        What the table shows.
    total : sequence, optional
        Cells of a last row of totals.
    """
    head = tag("tr", *(tag("th", c.head, scope="col", class_=c.kind or None) for c in columns))
    body = [_row(columns, r) for r in rows]
    foot = tag("tfoot", _row(columns, total, "total")) if total is not None else None
    inner = tag(
        "table",
        tag("caption", tag("span", caption)),
        tag("thead", head),
        tag("tbody", *body),
        foot,
        class_=_breadth(columns),
    )
    class_ = "scroll together" if len(body) <= _SHORT else "scroll"
    return tag("div", inner, class_=class_, role="region", aria_label=caption, tabindex=0)


def _breadth(columns: Sequence[Column]) -> str | None:
    return "broad" if len(columns) > 4 else None


def _row(columns: Sequence[Column], cells: Sequence[Child] | str, class_: str | None = None) -> Markup:
    if isinstance(cells, str):
        return tag("tr", tag("th", cells, colspan=len(columns), scope="rowgroup"), class_="group")
    out = [tag("th", cells[0], scope="row", class_=columns[0].kind or None)]
    out += [tag("td", v, class_=c.kind or None) for c, v in zip(columns[1:], cells[1:], strict=True)]
    return tag("tr", *out, class_=class_)


def no_sum() -> str:
    """Why deaths averted of actions, and of levers, have no total."""
    return _(
        "Deaths averted by single actions, and by levers, do not add up: each figure is what would be lost without it"
        " alone, with the rest of the plan in place."
    )


def figure(chart: Chart | None) -> Markup:
    """A chart with its caption; several pictures stand side by side where there is room."""
    if chart is None:
        return Markup("")
    caption = tag("figcaption", tag("h3", chart.title), tag("p", chart.note))
    if len(chart.pictures) > 1:
        return tag("figure", caption, tag("div", join(*chart.pictures), class_="pair"), class_="wide")
    return tag("figure", caption, *chart.pictures)
