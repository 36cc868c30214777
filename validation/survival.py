"""Delays with crossed random levels, observed in intervals: an accelerated-failure model by maximum likelihood.

    log T = X β + u[country] + v[disease] + σ ε,   u ~ N(0, τ₁²),  v ~ N(0, τ₂²)

ε is normal (T log-normal), of the least extreme value (T Weibull) or log-gamma (T gamma, σ = 1). Of T only an interval
is known, lower ≤ T < upper. The random levels are integrated out by Laplace's method: exact where intervals are narrow
and T is log-normal, for the integrand is then Gaussian (`tests/test_validation_delays.py` compares with the density of
the multivariate normal). Nothing here knows the package.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammainc, gammaincc, gammaln, ndtr

Array = NDArray[np.float64]
FAMILIES = ("lognormal", "weibull", "gamma")
TINY = 1e-290
# step of the central differences by which the outer search goes: far above the noise of the inner one
H = 1e-3


def _lognormal(w: Array, _shape: float) -> tuple[Array, Array, Array, Array]:
    """Distribution, survival, density and its slope at standardised logarithms w."""
    density = np.exp(-0.5 * w * w) / np.sqrt(2 * np.pi)
    return ndtr(w), ndtr(-w), density, -w * density


def _weibull(w: Array, _shape: float) -> tuple[Array, Array, Array, Array]:
    e = np.exp(w)
    density = np.exp(w - e)
    return -np.expm1(-e), np.exp(-e), density, (1 - e) * density


def _gamma(w: Array, shape: float) -> tuple[Array, Array, Array, Array]:
    e = shape * np.exp(w)
    density = np.exp(shape * (w + np.log(shape)) - e - gammaln(shape))
    return gammainc(shape, e), gammaincc(shape, e), density, (shape - e) * density


CURVES = {"lognormal": _lognormal, "weibull": _weibull, "gamma": _gamma}


@dataclass(frozen=True)
class Data:
    """Intervals and what may explain them.

    Parameters
    ----------
    lower, upper : (n,)
        Bounds in days, 0 ≤ lower < upper; infinity where only a lower bound is known.
    x : (n, p)
        Columns of the linear predictor, the intercept among them.
    groups : tuple of (n,)
        Whole numbers from 0: the level of each random factor to which a row belongs.
    """

    lower: Array
    upper: Array
    x: Array
    groups: tuple[NDArray[np.int64], ...]

    def indicators(self) -> list[Array]:
        """One column a level, for each factor."""
        return [np.eye(int(g.max()) + 1)[g] for g in self.groups]


@dataclass(frozen=True)
class Fit:
    """Estimates: β with its covariance, spreads of the random factors, scale or shape, log likelihood, AIC."""

    family: str
    beta: Array
    covariance: Array
    spread: Array
    scale: float
    log_likelihood: float
    n: int
    theta: Array = field(repr=False)

    @property
    def aic(self) -> float:
        """Akaike's criterion: each β, each spread and the scale count as one parameter."""
        return 2 * (len(self.beta) + len(self.theta)) - 2 * self.log_likelihood

    def interval(self, k: int, z: float = 1.959964) -> tuple[float, float]:
        """Wald interval of 95% of one coefficient."""
        half = z * float(np.sqrt(self.covariance[k, k]))
        return float(self.beta[k]) - half, float(self.beta[k]) + half


class _Mode:
    """Joint mode of β and the random levels, given spreads and scale; keeps its last answer as the next start."""

    def __init__(self, data: Data, family: str) -> None:
        self.curve, self.family = CURVES[family], family
        self.x, self.blocks = data.x, data.indicators()
        with np.errstate(divide="ignore"):
            self.low, self.high = np.log(data.lower), np.log(data.upper)
        middle = np.where(np.isfinite(data.upper), (data.lower + data.upper) / 2, data.lower + 1)
        p = self.x.shape[1]
        self.state = np.zeros(p + sum(b.shape[1] for b in self.blocks))
        self.state[:p] = np.linalg.lstsq(self.x, np.log(middle), rcond=None)[0]

    def rows(self, eta: Array, scale: float) -> tuple[Array, Array, Array]:
        """Log likelihood of each row and its first two derivatives by η."""
        shape, s = (scale, 1.0) if self.family == "gamma" else (1.0, scale)
        # beyond ±30 the curves are flat to the last bit; the bound keeps infinities out of products
        a = self.curve(np.clip((self.low - eta) / s, -30, 30), shape)
        b = self.curve(np.clip((self.high - eta) / s, -30, 30), shape)
        # the smaller tail keeps its digits
        p = np.maximum(np.where(a[0] > 0.5, a[1] - b[1], b[0] - a[0]), TINY)
        first = (a[2] - b[2]) / p / s
        return np.log(p), first, (b[3] - a[3]) / p / s**2 - first**2

    def __call__(self, theta: Array, steps: int = 60) -> tuple[float, Array, Array]:
        """Laplace's log likelihood, the mode, and the negative Hessian at it."""
        scale, spread = float(np.exp(theta[0])), np.exp(theta[1:])
        p = self.x.shape[1]
        a = np.hstack([self.x, *(t * b for t, b in zip(spread, self.blocks, strict=True))])
        prior = np.r_[np.zeros(p), np.ones(a.shape[1] - p)]

        def value(state: Array) -> tuple[float, Array, Array]:
            each, first, second = self.rows(a @ state, scale)
            return float(each.sum() - 0.5 * (prior * state**2).sum()), first, second

        state = self.state
        now, first, second = value(state)
        hessian = np.diag(prior)
        for _ in range(steps):
            hessian = (a.T * np.maximum(-second, 1e-8)) @ a + np.diag(prior)
            step = np.linalg.solve(hessian, a.T @ first - prior * state)
            length = 1.0
            while True:
                new = value(state + length * step)
                if new[0] >= now - 1e-12 or length < 1e-6:
                    break
                length /= 2
            gain, state = new[0] - now, state + length * step
            now, first, second = new
            if gain < 1e-10:
                break
        self.state = state
        determinant = np.linalg.slogdet(hessian[p:, p:])[1]
        return now - 0.5 * float(determinant), state, hessian


def fit(data: Data, family: str = "lognormal", theta: Array | None = None) -> Fit:
    """Maximise the likelihood; with `theta` given, spreads and scale are held and only β is estimated.

    Parameters
    ----------
    data : Data
    family : one of FAMILIES
    theta : (1 + factors,), optional
        Logarithms of the scale (of the shape, for gamma) and of the spreads.

    Returns
    -------
    Fit
        β is the joint mode and its covariance the block of the inverse Hessian, so the uncertainty of the random
        levels is in it, that of spreads and scale is not.

    Notes
    -----
    Spreads are bounded below by 0.02: a factor of no consequence stays a factor.
    """
    mode = _Mode(data, family)
    if theta is None:
        start = np.r_[0.0, np.full(len(data.groups), -0.7)]
        bounds = [(-2.5, 2.5)] + [(np.log(0.02), 1.5)] * len(data.groups)
        theta = minimize(
            lambda t: -mode(t)[0],
            start,
            jac=lambda t: np.array([mode(t - h)[0] - mode(t + h)[0] for h in H * np.eye(len(t))]) / (2 * H),
            method="L-BFGS-B",
            bounds=bounds,
        ).x
    likelihood, state, hessian = mode(theta)
    p = data.x.shape[1]
    return Fit(
        family=family,
        beta=state[:p],
        covariance=np.linalg.inv(hessian)[:p, :p],
        spread=np.exp(theta[1:]),
        scale=float(np.exp(theta[0])),
        log_likelihood=likelihood,
        n=len(data.lower),
        theta=theta,
    )
