"""Place by place: cartograms of equal tiles, and the figures behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records
from seawall.reporting.charts.tiles import has_tiles, measures, tiles
from seawall.reporting.markup import Child, join, tag
from seawall.reporting.names import case_text, place_name
from seawall.reporting.numbers import count
from seawall.reporting.sections.parts import Column, Section, figure, table

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts

__all__ = ["by_place"]


def by_place(a: Accounts) -> Section | None:
    """Cartograms and a table of what changes in each place; None where the case has no tiles."""
    if not has_tiles(a.case) or not len(a.plan.places):
        return None
    frame = a.plan.places.set_index("place")
    told = [m for m in measures() if {f"{m.field}_before", f"{m.field}_after"} <= set(frame.columns)]
    columns = [Column(_("Place"), "long"), Column(_("Population"), "n")]
    for m in told:
        columns.append(Column(_("{what}, without the plan").format(what=m.title), "n"))
        columns.append(Column(_("{what}, with the plan").format(what=m.title), "n"))
    own = a.case["places"].sort_values(["region", "place"])
    cells: list[list[Child] | str] = []
    last = ""
    for r in records(own[own["place"].isin(frame.index)]):
        if r.region != last:
            cells.append(case_text(a.case, str(r.region)) or _("other places"))
            last = r.region
        values = [m.write(float(frame.loc[r.place, f"{m.field}_{e}"])) for m in told for e in ("before", "after")]
        name = join(place_name(a.case, str(r.place)), " ", tag("span", str(r.place), class_="small"))
        cells.append([name, count(float(r.population)), *values])
    caption = _("What changes in each place: {before} without the plan, {after} with it").format(
        before=a.case.settings.base_year, after=a.reading
    )
    body = join(*(figure(c) for c in tiles(a)), table(columns, cells, caption))
    return Section("places", _("Place by place"), body, page=True)
