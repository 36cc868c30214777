"""What is: the tables of a case, how they are declared, read, checked and edited.

Everything else derives from the declaration in `tables`; an action is a dated edit of the case.
"""

from seawall.case.case import Case
from seawall.case.costs import Costs, Payments
from seawall.case.defaults import framework_scales, packaged_assumptions, score_links
from seawall.case.edits import NEVER, Edits
from seawall.case.frames import rows
from seawall.case.parameters import Parameters
from seawall.case.rules import Rules, Violation
from seawall.case.schedule import Schedule
from seawall.case.schema import Column, Problem, Table
from seawall.case.settings import Settings
from seawall.case.tables import EVIDENCE, LEVERS, TABLES

__all__ = [
    "EVIDENCE",
    "LEVERS",
    "NEVER",
    "TABLES",
    "Case",
    "Column",
    "Costs",
    "Edits",
    "Parameters",
    "Payments",
    "Problem",
    "Rules",
    "Schedule",
    "Settings",
    "Table",
    "Violation",
    "framework_scales",
    "packaged_assumptions",
    "rows",
    "score_links",
]
