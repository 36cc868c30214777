"""One page that holds everything: no network, no script, readable on paper and on a telephone."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from seawall.language import _, language_tag
from seawall.reporting.accounts import Accounts
from seawall.reporting.markup import join, raw, tag
from seawall.reporting.names import case_title
from seawall.reporting.sections import (
    actions,
    assumptions,
    domains,
    hazards,
    method,
    money,
    places,
    silent,
    situation,
    summary,
)
from seawall.reporting.sections.levers import lever_pages
from seawall.reporting.sections.method import installed

if TYPE_CHECKING:
    from seawall.planning.result import Plan
    from seawall.reporting.markup import Markup
    from seawall.reporting.sections.parts import Section

__all__ = ["head", "html"]


def html(plan: Plan) -> str:
    """Write a plan as one self-contained page in the language in force.

    Parameters
    ----------
    plan : Plan
        The plan; nothing else is read.

    Returns
    -------
    str
        An HTML document with its styles and pictures inside.
    """
    accounts = Accounts(plan)
    sections = [
        summary.five(accounts),
        summary.pictures(accounts),
        situation.situation(accounts),
        places.by_place(accounts),
        *lever_pages(accounts),
        actions.by_lever(accounts),
        actions.by_action(accounts),
        domains.domains(accounts),
        money.finance(accounts),
        silent.not_valued(accounts),
        silent.without_money(accounts),
        hazards.hazards(accounts),
        assumptions.assumptions(accounts),
        method.method(accounts),
        method.provenance(accounts),
        method.sign_off(accounts),
    ]
    # a section whose tables the case does not hold is left out
    parts = [s for s in sections if s is not None]
    first, *rest = parts
    body = tag(
        "body",
        summary.cover(accounts),
        tag("main", first.render(), _contents(parts), *(p.render() for p in rest)),
        tag("footer", _("Made with Seawall {version}.").format(version=installed())),
    )
    page = tag("html", head(case_title(plan.case)), body, lang=language_tag())
    return f"<!DOCTYPE html>\n{page}\n"


def head(title: str) -> Markup:
    """Head of a page: its title, and its styles inside."""
    style = files("seawall.reporting").joinpath("report.css").read_text("utf-8")
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", raw(style)),
    )


def _contents(parts: list[Section]) -> Markup:
    """Links to every section."""
    links = join(*(tag("li", tag("a", p.title, href=f"#{p.id}")) for p in parts))
    return tag(
        "nav",
        tag("h2", _("In this report"), id="contents"),
        tag("ol", links),
        class_="contents",
        aria_labelledby="contents",
    )
