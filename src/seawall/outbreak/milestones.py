"""When an outbreak is found and answered: the days between its emergence and the complete response.

Emergence is the onset of the first case with symptoms. Detection comes by the first sampled case or by a cluster; identification by a laboratory; then
notification and the seven early actions of the response (Bochner et al. 2021,
doi 10.1136/bmjgh-2021-007217, for the seven; Frieden et al. 2021, doi 10.1016/S0140-6736(21)01250-2,
for 7-1-7), each with a delay of its own from capacity:

=====================================  ==========================================================
early action                           begins
=====================================  ==========================================================
coordination                           ``activate_days`` after notification
assessment of the risk                 ``assess_days`` after notification
confirmation in laboratories           when the agent is named and tests for it are in use
investigation, tracing and isolation   ``deploy_days`` after coordination and confirmation, by place
infection control, case management     ``care_days`` after notification
risk communication                     ``communicate_days`` after notification
community measures                     ``measures_days`` after coordination and assessment
=====================================  ==========================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.levers import Capacity
    from seawall.outbreak.world import Sample

__all__ = ["ACTIONS", "Found", "Milestones", "answered"]

#: The seven early actions of a response, in the order of `Milestones.actions`.
ACTIONS = ("coordination", "assessment", "confirmation", "investigation", "care", "communication", "measures")


@dataclass(frozen=True)
class Found:
    """When outbreaks are found; float arrays (outbreak,), days from the first infection, inf: never.

    ``emergence`` is the onset of the first case with symptoms; ``sample`` the day on which the first
    specimen is taken that leads to detection; ``named`` the day on which a new agent is named, -inf
    for a known one.
    """

    emergence: NDArray[np.float64]
    sample: NDArray[np.float64]
    detect: NDArray[np.float64]
    named: NDArray[np.float64]


@dataclass(frozen=True)
class Milestones:
    """Days of an outbreak from its first infection; float arrays (outbreak,), inf: never.

    ``emergence`` is the onset of the first case with symptoms. ``actions`` is an array (outbreak, action) in the order of `ACTIONS`; ``respond`` is the day on
    which the last of them is there, in the place where the outbreak started.
    """

    emergence: NDArray[np.float64]
    sample: NDArray[np.float64]
    detect: NDArray[np.float64]
    identify: NDArray[np.float64]
    notify: NDArray[np.float64]
    respond: NDArray[np.float64]
    actions: NDArray[np.float64]

    @property
    def origin(self) -> NDArray[np.float64]:
        """Day from which reported days count, array (outbreak,): emergence, or the first infection where nobody fell ill."""
        return np.where(np.isfinite(self.emergence), self.emergence, 0.0)


def answered(when: Found, capacity: Capacity, assay_days: float, sample: Sample) -> Milestones:
    """Days of notification and of the seven early actions.

    Each mean delay is multiplied by the outbreak's own luck, the same under every capacity.

    Parameters
    ----------
    when : Found
    capacity : Capacity
    assay_days : float
        Days from naming a new agent until tests for it are in use; 0 for a known one.
    sample : Sample
    """
    luck = sample.luck
    notify = when.detect + capacity.notify_days * luck[:, 1]
    coordination = notify + capacity.activate_days * luck[:, 2]
    assessment = notify + capacity.assess_days * luck[:, 3]
    confirmation = when.named + assay_days
    actions = np.column_stack(
        [
            coordination,
            assessment,
            np.maximum(confirmation, when.detect),
            np.maximum(coordination, confirmation) + capacity.deploy_days[sample.start] * luck[:, 4],
            notify + capacity.care_days * luck[:, 5],
            notify + capacity.communicate_days * luck[:, 6],
            np.maximum(coordination, assessment) + capacity.measures_days * luck[:, 7],
        ]
    )
    return Milestones(
        when.emergence,
        np.minimum(when.sample, when.detect),
        when.detect,
        np.maximum(when.named, when.detect),
        notify,
        actions.max(1),
        actions,
    )
