"""How it is told: a page that a minister reads and people sign, and a costed plan to work on.

``report`` writes a plan as a file; ``five_figures`` gives its five figures as plain lines, for the
command line. ``save_ranking`` writes a ranking of assumptions. All else takes a Plan alone.
"""

from seawall.reporting.files import report
from seawall.reporting.folder import check_target, open_plan, save_plan
from seawall.reporting.ranking import save_ranking
from seawall.reporting.words import five_figures

__all__ = ["check_target", "five_figures", "open_plan", "report", "save_plan", "save_ranking"]
