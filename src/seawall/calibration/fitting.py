"""Delays by maximum likelihood: three steps together, so that sums of two of them count for both.

For each step the family of the highest likelihood is taken: all have two parameters, so that is the
choice of Akaike's criterion (1974, doi 10.1109/TAC.1974.1100705). Intervals are profile likelihoods
with the bound n log(1 + t^2 / (n - 1)), t Student's with n - 1 degrees of freedom. For a lognormal
delay that is known in full this is the exact interval of the median, and for many events the usual
3.84 of chi-square; with ten events the latter would be too narrow.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import stdtrit

from seawall.calibration.families import (
    FAMILIES,
    LONGEST_DAYS,
    Family,
    mean_days,
    quantile,
    unit_of,
    whole_day_chance,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from seawall.calibration.record import Span

__all__ = ["LEAST_EVENTS", "Chain", "Fit", "best_fit", "drop_allowed", "fit_chain"]

#: Events that know a delay in full, below which nothing is fitted.
LEAST_EVENTS = 5
#: Natural logarithms that an interval may reach from its estimate before it counts as open.
_REACH = 5.0
_SCALES = (math.log(1e-3), math.log(1e4))


def drop_allowed(n: float) -> float:
    """Fall of the log-likelihood at the ends of a 95% interval from n events."""
    return 0.5 * n * math.log1p(float(stdtrit(max(n - 1.0, 1.0), 0.975)) ** 2 / max(n - 1.0, 1.0))


@dataclass(frozen=True)
class Fit:
    """A delay as fitted.

    Parameters
    ----------
    family : str
    theta : float array (2,)
        Logarithms of scale, in days, and shape.
    aic : mapping of family to float
        Akaike's criterion of each family, the other steps as they are.
    n : int
        Events that say something of the delay.
    sums : int
        Those that know only its sum with the delay before or after.
    """

    family: str
    theta: NDArray[np.float64]
    aic: dict[str, float]
    n: int
    sums: int
    _by_length: dict[int, NDArray[np.float64]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def _parts(self) -> tuple[Family, float, float]:
        return FAMILIES[self.family], math.exp(self.theta[0]), math.exp(self.theta[1])

    def quantile(self, p: float) -> float:
        """Delay that a share p does not exceed, days."""
        family, scale, shape = self._parts
        return quantile(family, p, scale, shape)

    @property
    def mean(self) -> float:
        """Mean delay, days, longer ones than a year counted as a year."""
        return mean_days(*self._parts)

    def chance(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance that the dates differ by each of some whole numbers of days."""
        return whole_day_chance(self._parts[0], days, *self._parts[1:])

    def chances(self, length: int) -> NDArray[np.float64]:
        """Chance of each whole number of days from 0, array (length,)."""
        if length not in self._by_length:
            self._by_length[length] = self.chance(np.arange(float(length)))
        return self._by_length[length]


@dataclass(frozen=True)
class Chain:
    """What the record says of steps that follow each other, and their fits.

    Parameters
    ----------
    exact : tuple of (days, counts)
        For each step, differences of dates that occur, and how often; float arrays.
    sums : tuple of ((first, last, days), count)
        Sums of steps.
    fits : mapping of step to Fit
    """

    exact: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]
    sums: tuple[tuple[tuple[int, int, int], int], ...]
    fits: dict[int, Fit] = field(default_factory=dict)

    @cached_property
    def _length(self) -> int:
        """Days that the longest sum spans, both ends counted."""
        return 1 + max((days for (_i, _j, days), _c in self.sums), default=0)

    def linked(self, step: int) -> list[tuple[tuple[int, int, int], int]]:
        """Sums that a step is part of."""
        return [s for s in self.sums if s[0][0] <= step <= s[0][1]]

    def steps_with(self, step: int) -> list[int]:
        """Steps whose fits depend on each other through sums, the step itself first."""
        found = [step]
        for at in found:
            for (i, j, _days), _count in self.linked(at):
                found += [k for k in range(i, j + 1) if k not in found]
        return found

    def likelihood(self, tried: dict[int, Fit], only: Iterable[int]) -> float:
        """Log-likelihood of all that involves some steps, under some fits."""
        total, only = 0.0, list(only)
        for k in only:
            known, counts = self.exact[k]
            total += float(counts @ np.log(tried[k].chance(known)))
        for (i, j, days), count in self.sums:
            if any(i <= k <= j for k in only):
                first, *more = (tried[k].chances(self._length)[: days + 1] for k in range(i, j + 1))
                # the last delay takes what the others leave
                both = reduce(np.convolve, [first, *more[:-1]])[: days + 1] @ more[-1][::-1]
                total += count * math.log(max(float(both), 1e-300))
        return total

    def interval(self, step: int, quantity: float | None) -> tuple[float | None, float | None]:
        """95% interval of a quantile of a step's delay, or of its mean where ``quantity`` is None.

        None: open on that side, the record does not say.
        """
        fit = self.fits[step]
        centre = math.log(max(fit.mean if quantity is None else fit.quantile(quantity), 1e-6))
        best = self.likelihood(self.fits, self.steps_with(step))
        # an event that knows a sum only says at most as much as one that knows the delay
        allowed = drop_allowed(fit.n)
        profile = _Profile(self, step, quantity)
        return tuple(  # type: ignore[return-value]
            _end(lambda at, sign=sign: best - profile(centre + sign * at) - allowed, sign, centre)  # type: ignore[misc]
            for sign in (-1.0, 1.0)
        )


def _end(excess: Callable[[float], float], sign: float, centre: float) -> float | None:
    """Where a profile has fallen as far as allowed, on one side, by doubling and halving."""
    near, far = 0.0, 0.125
    while excess(far) < 0.0:
        near, far = far, far * 2.0
        if near >= _REACH:
            return None
    at = brentq(excess, near, far, xtol=4e-3)
    return math.exp(centre + sign * at)


class _Profile:
    """Highest likelihood of a chain at a given quantile or mean of one step.

    Where sums link the step to others, these give way as the curvature of the likelihood at its
    top says: a profile to the second order, without a search in six dimensions at each point.
    """

    def __init__(self, chain: Chain, step: int, quantity: float | None) -> None:
        self.chain, self.step, self.quantity = chain, step, quantity
        self.steps = chain.steps_with(step)
        self.family = FAMILIES[chain.fits[step].family]
        self.top = np.concatenate([chain.fits[k].theta for k in self.steps])
        self.last: dict[int, Fit] = {}
        self.give = self._give()

    def _give(self) -> NDArray[np.float64]:
        """Change of the other steps' parameters for one of this step's, array (other parameter, 2)."""
        n = len(self.top)
        if n == 2:
            return np.empty((0, 2))
        h = 0.03
        plus, minus = np.eye(n) * h, np.eye(n) * -h
        here = self._at(self.top)
        curve = np.empty((n, n))
        up, down = ([self._at(self.top + d) for d in each] for each in (plus, minus))
        for i in range(n):
            curve[i, i] = (up[i] - 2.0 * here + down[i]) / h**2
            for j in range(i):
                both = self._at(self.top + plus[i] + plus[j]) + self._at(self.top + minus[i] + minus[j])
                curve[i, j] = curve[j, i] = (both - up[i] - up[j] - down[i] - down[j] + 2.0 * here) / (2.0 * h**2)
        others = curve[2:, 2:]
        if np.linalg.eigvalsh(others).max() >= 0:
            # at a bound: what does not curve is held
            return np.zeros((n - 2, 2))
        return np.asarray(-np.linalg.solve(others, curve[2:, :2]))

    def _at(self, theta: NDArray[np.float64]) -> float:
        """Log-likelihood at some parameters of all linked steps, this one's first."""
        tried = dict(self.chain.fits)
        for i, k in enumerate(self.steps):
            bounds = np.array([_SCALES, FAMILIES[tried[k].family].bounds])
            # the scale of this step may be any that its quantity asks for
            own = theta[:2] if i == 0 else np.clip(theta[2 * i : 2 * i + 2], bounds[:, 0], bounds[:, 1])
            tried[k] = self._moved(k, own)
        return self.chain.likelihood(tried, self.steps)

    def _moved(self, step: int, theta: NDArray[np.float64]) -> Fit:
        """A step's fit at other parameters; the one before where they are the same, for it knows its chances."""
        if step not in self.last or not np.array_equal(self.last[step].theta, theta):
            self.last[step] = replace(self.chain.fits[step], theta=theta.copy())
        return self.last[step]

    def _scale(self, value: float, shape: float) -> float | None:
        """Logarithm of the scale that gives the quantity its value; None: no scale does."""
        if self.quantity is not None:
            return value - math.log(unit_of(self.family, self.quantity, shape))
        target = math.exp(value)
        if target >= LONGEST_DAYS:
            return None
        return float(
            brentq(
                lambda scale: mean_days(self.family, math.exp(scale), shape) - target,
                _SCALES[0] - 8.0,
                _SCALES[1] + 8.0,
                xtol=1e-6,
            )
        )

    def __call__(self, value: float) -> float:
        def lost(shape: float) -> float:
            scale = self._scale(value, math.exp(shape))
            if scale is None:
                return 1e9
            own = np.array([scale, shape])
            return -self._at(np.concatenate([own, self.top[2:] + self.give @ (own - self.top[:2])]))

        found = minimize_scalar(lost, bounds=self.family.bounds, method="bounded", options={"xatol": 1e-3})
        return -float(found.fun)


def _best(chain: Chain, fits: dict[int, Fit], step: int, family: str, start: NDArray[np.float64]) -> tuple[Fit, float]:
    """Best fit of one step in one family, the others as they are, and its log-likelihood."""
    n, sums = int(chain.exact[step][1].sum()), sum(c for _s, c in chain.linked(step))
    shell = Fit(family, start, {}, n + sums, sums)

    def lost(x: NDArray[np.float64]) -> float:
        return -chain.likelihood({**fits, step: replace(shell, theta=x)}, [step])

    bounds = [_SCALES, FAMILIES[family].bounds]
    start = np.clip(start, *np.transpose(bounds))
    found = minimize(lost, start, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-3, "fatol": 1e-4})
    return replace(shell, theta=found.x), -float(found.fun)


def best_fit(chain: Chain, step: int) -> Fit:
    """Best fit of one step in its family, from the fit that it has; the other steps as they are."""
    fit = chain.fits[step]
    return _best(chain, chain.fits, step, fit.family, fit.theta)[0]


def first_guess(family: str, days: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms of scale and shape from mean and spread of the logarithms of the days."""
    logs = np.log(days + 0.3)
    mean = float(np.average(logs, weights=counts))
    spread = max(0.2, float(np.sqrt(np.average((logs - mean) ** 2, weights=counts))))
    if family == "lognormal":
        return np.array([mean, math.log(spread)])
    if family == "Weibull":
        return np.array([mean + 0.45 * spread, math.log(1.28 / spread)])
    shape = 1.0 / min(spread, 2.0) ** 2
    return np.array([mean - math.log(shape), math.log(shape)])


def _choose(chain: Chain, fits: dict[int, Fit], step: int) -> Fit:
    """The best family of one step, the other steps as they are."""
    tried = [_best(chain, fits, step, f, first_guess(f, *chain.exact[step])) for f in FAMILIES]
    fit, _likelihood = max(tried, key=lambda t: t[1])
    return replace(fit, aic={t[0].family: 4.0 - 2.0 * t[1] for t in tried})


def fit_chain(spans: Iterable[Span], steps: int) -> Chain:
    """Fit every step that enough events know in full.

    Parameters
    ----------
    spans : iterable of Span
        Days between dates; negative ones are left out, and so are sums with a step that has no fit.
    steps : int
        Steps in the chain.

    Returns
    -------
    Chain
        ``fits`` lacks steps that fewer than `LEAST_EVENTS` events know, or that always took equally long.
    """
    kept = [s for s in spans if s.days >= 0]
    counted = [Counter(s.days for s in kept if s.first == s.last == k) for k in range(steps)]
    exact = tuple((np.array(sorted(c), np.float64), np.array([c[d] for d in sorted(c)], np.float64)) for c in counted)
    told = [k for k in range(steps) if exact[k][1].sum() >= LEAST_EVENTS and len(exact[k][0]) > 1]
    alone = Chain(exact, ())
    fits = {k: _choose(alone, {}, k) for k in told}
    known = Counter(
        (s.first, s.last, s.days)
        for s in kept
        if s.first < s.last and all(k in told for k in range(s.first, s.last + 1))
    )
    chain = Chain(exact, tuple(sorted(known.items())), fits)
    linked = [k for k in told if chain.linked(k)]
    before = -math.inf
    for _ in range(50 if linked else 0):
        for k in linked:
            fits[k] = _choose(chain, fits, k)
        now = chain.likelihood(fits, linked)
        if now - before < 1e-6:
            break
        before = now
    return chain
