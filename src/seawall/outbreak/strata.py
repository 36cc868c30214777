"""Strata of a sample: outbreaks that take off when left alone, and those that die out.

Most introductions die out, and nearly all loss comes from the few that do not. So many candidates
are begun and stopped as soon as it is clear which kind they are; of each kind a number is kept,
with the weight of its share among the candidates. The split looks at the undisturbed course of the
case as it stands and is fixed before any plan is valued, so that means stay unbiased for every plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CANDIDATES", "LEAST", "MOST_CANDIDATES", "TAKE_OFF", "Strata", "choose"]

#: Infections from which an outbreak counts as having taken off.
TAKE_OFF = 50
#: Candidates begun for each outbreak that is kept.
CANDIDATES = 40
#: Most candidates of a hazard, where there are not more outbreaks than that.
MOST_CANDIDATES = 20_000
#: Outbreaks of a hazard below which its sample is not split.
LEAST = 6
#: Share of a split sample that is kept for outbreaks that take off.
SHARE = 0.7
#: Share of the candidates beyond which a split gains nothing.
ALL_ALIKE = 0.9


@dataclass(frozen=True)
class Strata:
    """Weights of the outbreaks of one hazard.

    Parameters
    ----------
    weight : float array (outbreak,)
        Share of the hazard's outbreaks that each stands for; sums to 1.
    large : bool array (outbreak,)
        Whether it takes off when left alone.
    candidates : int
        Candidates from which the shares of the strata are known; 0 where there is one stratum.
    """

    weight: NDArray[np.float64]
    large: NDArray[np.bool_]
    candidates: int = 0

    @classmethod
    def one(cls, n: int) -> Strata:
        """One stratum of n outbreaks of equal weight."""
        return cls(np.full(n, 1.0 / n), np.zeros(n, bool))

    def mean(self, each: NDArray[np.float64]) -> float:
        """Mean over outbreaks by weight."""
        return float((self.weight * each).sum())

    def variance(self, each: NDArray[np.float64]) -> float:
        """Variance of `mean` over samples; 0 where a stratum has one outbreak only."""
        total, share, means = 0.0, [], []
        for kind in (True, False):
            of = each[self.large == kind]
            if len(of):
                share.append(float(self.weight[self.large == kind].sum()))
                means.append(float(of.mean()))
                total += share[-1] ** 2 * float(of.var(ddof=1)) / len(of) if len(of) > 1 else 0.0
        if len(share) > 1 and self.candidates:
            # the shares themselves were counted among the candidates
            total += share[0] * share[1] * (means[0] - means[1]) ** 2 / self.candidates
        return total


def choose(took_off: NDArray[np.bool_], n: int, u: tuple[float, float]) -> tuple[NDArray[np.int64], Strata]:
    """Choose n of the candidates and give them weights.

    Parameters
    ----------
    took_off : bool array (candidate,)
        In the order in which candidates were shared out over places, which the choice keeps to.
    n : int
        Outbreaks to keep, at least 2.
    u : tuple of two float
        Uniforms at which the choice among those that take off, and among the others, begins: every
        candidate of a stratum is then equally likely to be kept.

    Returns
    -------
    (positions, strata)
    """
    share = float(took_off.mean())
    large, small = np.flatnonzero(took_off), np.flatnonzero(~took_off)
    if not 0.0 < share < ALL_ALIKE:
        return _even(np.arange(len(took_off)), n, u[0]), Strata.one(n)
    many = min(len(large), n - 1, max(1, round(n * max(SHARE, share))))
    many = max(many, n - len(small))
    positions = np.concatenate([_even(large, many, u[0]), _even(small, n - many, u[1])])
    kind = np.arange(n) < many
    weight = np.where(kind, share / many, (1.0 - share) / (n - many))
    order = np.argsort(positions, kind="stable")
    return positions[order], Strata(weight[order], kind[order], len(took_off))


def _even(items: NDArray[np.int64], n: int, u: float) -> NDArray[np.int64]:
    """Choose n of some items at even distances from a random start."""
    return items[np.minimum(((np.arange(n) + u) * len(items) / n).astype(np.int64), len(items) - 1)]
