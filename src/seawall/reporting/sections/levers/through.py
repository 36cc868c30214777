"""By what an action brings identification forward: the columns that it edits, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.language import _
from seawall.reporting.accounts import records

if TYPE_CHECKING:
    from seawall.case import Case

__all__ = ["through"]


def _words() -> dict[str, str]:
    """What each column that the days depend on stands for."""
    transport, staff = _("faster transport of samples"), _("more staff")
    return {
        "facilities.status": _("new laboratories"),
        "facilities.tests_per_day": _("more tests a day"),
        "facilities.turnaround_days": _("faster work in the laboratory"),
        "facilities.sequencing_per_day": _("more sequencing"),
        "staffing.filled": staff,
        "cadre_stock.stock": staff,
        "cadres.annual_attrition": staff,
        "programmes.intake": staff,
        "programmes.max_intake": staff,
        "programmes.completion": staff,
        "referral.days": transport,
        "assumptions.pickup_days": transport,
        "assumptions.transport_km_per_day": transport,
        "assumptions.longest_wait_days": _("shorter queues"),
        "assumptions.sequencing_run_days": _("faster sequencing"),
        "assumptions.reference_abroad_days": _("faster answers from abroad"),
        "assumptions.assay_days_novel": _("tests made sooner from a sequence"),
        "countermeasures.status": _("tests or methods at hand"),
        "countermeasures.available_day": _("tests or methods sooner"),
        "projects.identification": _("research on naming new agents"),
        "projects.diagnostic": _("research on tests"),
    }


def through(case: Case, action: str) -> str:
    """Name what an action edits of the columns that identification depends on."""
    words = _words()
    products = dict(zip(case["projects"]["project"], case["projects"]["product"], strict=True))
    effects = case["effects"]
    found: list[str] = []
    for e in records(effects[effects["action"] == action]):
        part = e.column
        if e.table == "assumptions":
            part = e.key
        elif e.table == "projects":
            part = products.get(e.key, "diagnostic")
        label = words.get(f"{e.table}.{part}")
        if label and label not in found:
            found.append(label)
    return _("; ").join(found) or "–"
