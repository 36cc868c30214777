"""One page that holds everything: no network, no script, readable on paper and on a telephone."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import Accounts
from seawall.reporting.markup import join, raw, tag
from seawall.reporting.sections import actions, assumptions, hazards, method, money, silent, summary
from seawall.reporting.sections.method import installed

if TYPE_CHECKING:
    from seawall.planning.result import Plan
    from seawall.reporting.markup import Markup
    from seawall.reporting.sections.parts import Section

__all__ = ["html"]


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
    parts = [
        summary.five(accounts),
        summary.pictures(accounts),
        actions.by_lever(accounts),
        actions.by_action(accounts),
        money.finance(accounts),
        silent.not_valued(accounts),
        silent.without_money(accounts),
        hazards.hazards(accounts),
        assumptions.assumptions(accounts),
        method.method(accounts),
        method.provenance(accounts),
        method.sign_off(accounts),
    ]
    first, *rest = parts
    settings = plan.case.settings
    body = tag(
        "body",
        summary.cover(accounts),
        tag("main", first.render(), _contents(parts), *(p.render() for p in rest)),
        tag("footer", _("Made with Seawall {version}.").format(version=installed())),
    )
    # Translators: the language code of your translation, such as zh.
    page = tag("html", _head(settings.title or settings.name), body, lang=_("en"))
    return f"<!DOCTYPE html>\n{page}\n"


def _head(title: str) -> Markup:
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
