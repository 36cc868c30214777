"""Whether a fitted delay agrees with the record: the greatest distance between two distributions.

The record's own distribution is the one of highest likelihood without any family (Turnbull 1976,
doi 10.1111/j.2517-6161.1976.tb01597.x), found by self-consistency; sums of delays are shared out by
what the other step says. How often a distance of that size arises when the family is right is found
by drawing records from the fit, and fitting each anew.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from seawall.calibration.fitting import Chain, best_fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.calibration.fitting import Fit

__all__ = ["agreement"]

#: Records drawn.
DRAWS = 99
#: Days up to which they are.
LONGEST = 2000


def _free(chain: Chain, step: int, length: int) -> NDArray[np.float64]:
    """Chance of each difference of dates without any family, array (day,)."""
    known = np.zeros(length)
    days, counts = chain.exact[step]
    known[days.astype(np.int64)] += counts
    sums = chain.linked(step)
    if not sums:
        return np.asarray(known / known.sum())
    chance = chain.fits[step].chances(length)
    chance = chance / chance.sum()
    others = {k: chain.fits[k].chances(length) for (i, j, _total), _count in sums for k in range(i, j + 1)}
    rest = [
        (total, count, reduce(np.convolve, (others[k][: total + 1] for k in range(i, j + 1) if k != step)))
        for (i, j, total), count in sums
    ]
    for _ in range(200):
        share = known.copy()
        for total, count, other in rest:
            weight = chance[: total + 1] * other[: total + 1][::-1]
            if weight.sum() > 0:
                share[: total + 1] += count * weight / weight.sum()
        now = share / share.sum()
        if np.abs(now - chance).max() < 1e-6:
            break
        chance = now
    return np.asarray(chance)


def _distance(chain: Chain, step: int) -> float:
    last = max([chain.exact[step][0].max(), *(s[0][2] for s in chain.linked(step))])
    length = int(last) + 1
    fitted = np.cumsum(chain.fits[step].chances(length))
    return float(np.abs(np.cumsum(_free(chain, step, length)) - fitted).max())


def _drawn(chain: Chain, step: int, rng: np.random.Generator) -> Chain:
    """A record like that of the chain, drawn from its fits; the other steps keep theirs."""

    def days(fit: Fit, n: int) -> NDArray[np.int64]:
        cdf = np.cumsum(fit.chances(LONGEST))
        return np.asarray(np.minimum(np.searchsorted(cdf, rng.random(n) * cdf[-1]), LONGEST - 1), np.int64)

    n = int(chain.exact[step][1].sum())
    values, counts = np.unique(days(chain.fits[step], n), return_counts=True)
    exact = list(chain.exact)
    exact[step] = (values.astype(np.float64), counts.astype(np.float64))
    sums = tuple(
        ((i, j, int(sum(days(chain.fits[k], 1)[0] for k in range(i, j + 1)))), 1)
        for (i, j, _total), count in chain.linked(step)
        for _ in range(count)
    )
    return Chain(tuple(exact), sums, dict(chain.fits))


def agreement(chain: Chain, step: int, seed: int, draws: int = DRAWS) -> tuple[float, float]:
    """Distance of a fit from the record, and the share of records drawn from the fit that lie farther.

    Parameters
    ----------
    chain : Chain
    step : int
        One that has a fit.
    seed : int
    draws : int

    Returns
    -------
    (distance, p)
        The distance is between distribution functions, 0-1; a small p says that the family does not fit.
    """
    here = _distance(chain, step)
    rng = np.random.default_rng([seed, step])
    farther = 0
    for _ in range(draws):
        drawn = _drawn(chain, step, rng)
        if len(drawn.exact[step][0]) > 1:
            fit = chain.fits[step]
            drawn.fits[step] = replace(fit, theta=best_fit(drawn, step).theta)
        farther += _distance(drawn, step) >= here
    return here, (1 + farther) / (1 + draws)
