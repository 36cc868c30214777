"""The plan as a document that an institute hands to its ministry: situation, goals, tasks, projects, safeguards.

Everything in it is computed from the plan; every figure leads to a row of the annex that says where
it comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _, language_tag
from seawall.reporting.accounts import Accounts
from seawall.reporting.chapters.annex import annex
from seawall.reporting.chapters.goals import goals
from seawall.reporting.chapters.monitoring import monitoring
from seawall.reporting.chapters.projects import projects
from seawall.reporting.chapters.safeguards import safeguards
from seawall.reporting.chapters.situation import situation
from seawall.reporting.chapters.tasks import tasks
from seawall.reporting.html import head
from seawall.reporting.indicators import Indicators
from seawall.reporting.ledger import Ledger
from seawall.reporting.markup import join, tag
from seawall.reporting.names import case_title
from seawall.reporting.sections.method import installed, provenance

if TYPE_CHECKING:
    from seawall.planning.result import Plan
    from seawall.reporting.markup import Markup
    from seawall.reporting.sections.parts import Section

__all__ = ["document"]


def document(plan: Plan) -> str:
    """Write a plan as a document in chapters, in the language in force.

    Parameters
    ----------
    plan : Plan
        The plan; nothing else is read.

    Returns
    -------
    str
        A self-contained HTML document.
    """
    a, ledger = Accounts(plan), Ledger()
    indicators = Indicators(a)
    chapters = [
        situation(a, indicators, ledger, _("1. Situation and problems")),
        goals(a, indicators, ledger, _("2. Goals")),
        tasks(a, ledger, _("3. Main tasks")),
        projects(a, ledger, _("4. Key projects")),
        safeguards(a, ledger, _("5. Safeguards")),
        monitoring(a, indicators, ledger, _("6. Monitoring")),
    ]
    # the annex is written last, when every figure has been cited
    parts = [*chapters, annex(ledger, _("Annex: where every figure comes from")), provenance(a)]
    body = tag(
        "body",
        _cover(a),
        tag("main", _contents(parts), *(p.render() for p in parts)),
        tag("footer", _("Made with Seawall {version}.").format(version=installed())),
        class_="document",
    )
    page = tag("html", head(_title(a)), body, lang=language_tag())
    return f"<!DOCTYPE html>\n{page}\n"


def _title(a: Accounts) -> str:
    return _("{case}: plan document").format(case=case_title(a.case))


def _cover(a: Accounts) -> Markup:
    """Title page."""
    span = _("Plan for building biosafety and health-security capacity, {first}-{last}").format(
        first=a.budget_years[0], last=a.budget_years[-1]
    )
    told = _(
        "Draft for the ministry. Its figures are computed from the case {name} (digest {digest}); each carries a number"
        " that leads to its source in the annex."
    ).format(name=a.case.settings.name, digest=a.plan.case.digest)
    return tag(
        "header",
        tag("p", span, class_="kind"),
        tag("h1", case_title(a.case)),
        tag("p", told, class_="gist"),
        class_="cover",
    )


def _contents(parts: list[Section]) -> Markup:
    links = join(*(tag("li", tag("a", p.title, href=f"#{p.id}")) for p in parts))
    return tag(
        "nav",
        tag("h2", _("Contents"), id="contents"),
        tag("ul", links),
        class_="contents",
        aria_labelledby="contents",
    )
