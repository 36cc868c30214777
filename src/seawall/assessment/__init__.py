"""Where we stand: scores and gaps under a framework of assessment, timeliness, cost to target."""

from seawall.assessment.assessment import Assessment, assess
from seawall.assessment.frameworks import Framework, Indicator, frameworks

__all__ = ["Assessment", "Framework", "Indicator", "assess", "frameworks"]
