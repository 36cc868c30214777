"""What would happen: outbreaks under a capacity, their milestones, burden and loss.

`Ensemble` is a fixed weighted sample of outbreaks that meets any capacity; `Valuation` puts a
schedule's loss and cost on it. The kernel beneath knows arrays only.
"""

from seawall.outbreak.ensemble import Ensemble
from seawall.outbreak.outbreaks import Course, Distribution, Outbreaks, Timeliness
from seawall.outbreak.sensitivity import Sensitivity, rank_assumptions
from seawall.outbreak.simulation import DEFAULT_N, describe, simulate, simulate_year, write_outbreaks
from seawall.outbreak.valuation import ScheduleValue, Valuation
from seawall.outbreak.workers import use_cluster

__all__ = [
    "DEFAULT_N",
    "Course",
    "Distribution",
    "Ensemble",
    "Outbreaks",
    "ScheduleValue",
    "Sensitivity",
    "Timeliness",
    "Valuation",
    "describe",
    "rank_assumptions",
    "simulate",
    "simulate_year",
    "use_cluster",
    "write_outbreaks",
]
