"""What to do about it: which actions to fund, in which year, and how good the answer is.

`plan` searches on measured factors, values its candidates exactly, and bounds every other
schedule with an integer programme over reference sets; small cases are enumerated.
"""

from seawall.planning.planner import plan
from seawall.planning.result import Plan

__all__ = ["Plan", "plan"]
