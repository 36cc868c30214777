"""Seawall: plan a country's biosafety and health-security capacity.

::

    import seawall as sw

    case = sw.load("nigeria")
    sw.assess(case)                 # where the country stands
    sw.simulate(case, n=600)        # what outbreaks would do to it
    plan = sw.plan(case)            # which actions to fund, in which year
    sw.report(plan, "plan.html")    # a costed plan that people can sign

The names below are the whole face; each loads its room on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seawall.assessment import assess
    from seawall.calibration import calibrate
    from seawall.case import Case, Schedule
    from seawall.case.load import check, load
    from seawall.case.read import read_schedule
    from seawall.case.skeleton import init_case
    from seawall.errors import InputError, NoFeasiblePlan, SeawallError
    from seawall.language import use_language
    from seawall.outbreak import rank_assumptions, simulate, use_cluster
    from seawall.planning import plan
    from seawall.reporting import report

__version__ = "0.1.0"

_ROOMS = {
    "Case": "seawall.case",
    "InputError": "seawall.errors",
    "NoFeasiblePlan": "seawall.errors",
    "Schedule": "seawall.case",
    "SeawallError": "seawall.errors",
    "assess": "seawall.assessment",
    "calibrate": "seawall.calibration",
    "check": "seawall.case.load",
    "init_case": "seawall.case.skeleton",
    "load": "seawall.case.load",
    "plan": "seawall.planning",
    "rank_assumptions": "seawall.outbreak",
    "read_schedule": "seawall.case.read",
    "report": "seawall.reporting",
    "simulate": "seawall.outbreak",
    "use_cluster": "seawall.outbreak",
    "use_language": "seawall.language",
}

__all__ = [
    "Case",
    "InputError",
    "NoFeasiblePlan",
    "Schedule",
    "SeawallError",
    "assess",
    "calibrate",
    "check",
    "init_case",
    "load",
    "plan",
    "rank_assumptions",
    "read_schedule",
    "report",
    "simulate",
    "use_cluster",
    "use_language",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        value = getattr(import_module(_ROOMS[name]), name)
        globals()[name] = value
        return value
    message = f"module 'seawall' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
