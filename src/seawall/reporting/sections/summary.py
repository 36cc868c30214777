"""The first page: the five figures, then the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.assessment import assess
from seawall.language import _
from seawall.levers import FIELDS
from seawall.reporting.accounts import records
from seawall.reporting.charts.days import days as days_chart
from seawall.reporting.charts.deaths import deaths
from seawall.reporting.charts.gaps import Area, gaps
from seawall.reporting.charts.places import places
from seawall.reporting.charts.tiles import has_tiles
from seawall.reporting.markup import Markup, join, tag
from seawall.reporting.names import case_title
from seawall.reporting.numbers import days, decimal, share
from seawall.reporting.sections.parts import Column, Section, figure, table
from seawall.reporting.words import figures

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.charts.frame import Chart

__all__ = ["cover", "five", "pictures"]


def cover(a: Accounts) -> Markup:
    """Title of the report and what it is."""
    span = _("What to fund in {first}-{last}, in which year, and what it is worth.").format(
        first=a.budget_years[0], last=a.budget_years[-1]
    )
    return tag(
        "header",
        tag("p", _("Costed action plan for biosafety and health security"), class_="kind"),
        tag("h1", case_title(a.case)),
        tag("p", span, class_="gist"),
        class_="cover",
    )


def five(a: Accounts) -> Section:
    """The five figures."""
    items = [
        tag("li", tag("div", tag("h3", f.label), tag("strong", f.headline)), tag("p", f.sentence)) for f in figures(a)
    ]
    return Section("five", _("Five figures"), tag("ol", *items, class_="five"))


def pictures(a: Accounts) -> Section:
    """Deaths, days, scores and the map, then what changes for the country as a whole."""
    first = [figure(deaths(a)), figure(days_chart(a)), figure(scores(a)), _national(a)]
    # tiles have a section of their own
    maps = [] if has_tiles(a.case) else [figure(c) for c in places(a)]
    body = join(tag("div", *first, class_="columns"), tag("div", *maps, class_="charts") if maps else None)
    return Section("pictures", _("What changes"), body, page=True)


def scores(a: Accounts) -> Chart | None:
    """Scores by area today and under the plan; None where the case has no scores."""
    today = assess(a.case)
    if today.framework is None or not len(today.areas):
        return None
    then = assess(a.case.at(a.reading, a.plan.schedule), today.framework).areas.set_index("area")["score"]
    rows = [
        Area(
            _("{code} {name}").format(code=r.area, name=r.name) if r.name != r.area else str(r.area),
            float(r.score),
            float(then[r.area]),
            float(r.target),
        )
        for r in records(today.areas)
    ]
    return gaps(rows, today.framework)


def _national(a: Accounts) -> Markup:
    """National fields of capacity before and after, in words."""
    meanings = {f.name: f.meaning for f in FIELDS}
    rows = [
        [
            _(meanings[r.field]) if r.field in meanings else str(r.field),
            _value(r.before, r.unit),
            _value(r.after, r.unit),
        ]
        for r in records(a.plan.national)
    ]
    if not rows:
        return Markup("")
    columns = [
        Column(_("National capacity")),
        Column(_("{year}, without the plan").format(year=a.case.settings.base_year), "n"),
        Column(_("{year}, with the plan").format(year=a.reading), "n"),
    ]
    return table(columns, rows, _("What the country as a whole can do"))


def _value(value: float, unit: str) -> str:
    if unit == "share":
        return share(float(value))
    if unit == "day":
        return _("{days} days").format(days=days(float(value)))
    if unit in {"", "1"}:
        return decimal(float(value))
    return _("{value} {unit}").format(value=decimal(float(value)), unit=unit)
