"""How it is told: a page that a minister reads and people sign, and a costed plan to work on.

Everything here takes a Plan and nothing else. ``report`` writes a file; ``five_figures`` gives the
five figures as plain lines, for the command line.
"""

from seawall.reporting.files import report
from seawall.reporting.folder import check_target, open_plan, save_plan
from seawall.reporting.words import five_figures

__all__ = ["check_target", "five_figures", "open_plan", "report", "save_plan"]
