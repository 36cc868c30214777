"""Isolation and tracing case by case: another kind of model of what Seawall sums up in one share.

A branching process in which every case has its own incubation period, its own day of isolation and its own contacts,
as described by Hellewell et al. 2020 (doi 10.1016/S2214-109X(20)30074-7); parameters from there and from its published
scripts. Contacts that are traced are isolated at their onset, or with the case that infected them if that is later;
others some days after onset; isolation ends transmission.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["Disease", "controlled"]


@dataclass(frozen=True)
class Disease:
    """What the course of a case follows from, by default as in the paper's central scenario.

    Parameters
    ----------
    r0, dispersion : float
        Of the offspring distribution.
    incubation, delay : (shape, scale)
        Weibull distributions of days from infection to onset and from onset to isolation.
    skew, spread : float
        Of the skew normal distribution of transmission about the onset, days; 15% falls before it.
    """

    r0: float = 2.5
    dispersion: float = 0.16
    incubation: tuple[float, float] = (2.322737, 6.492272)
    delay: tuple[float, float] = (1.651524, 4.287786)
    skew: float = 1.95
    spread: float = 2.0

    def mean(self, weibull: tuple[float, float]) -> float:
        """Mean of a Weibull distribution, days."""
        return weibull[1] * math.gamma(1 + 1 / weibull[0])

    def interval(self) -> tuple[float, float]:
        """Mean and standard deviation of the generation interval, days."""
        shape, scale = self.incubation
        variance = scale**2 * math.gamma(1 + 2 / shape) - self.mean(self.incubation) ** 2
        tilt = self.skew / math.sqrt(1 + self.skew**2)
        shift = self.spread * tilt * math.sqrt(2 / math.pi)
        return self.mean(self.incubation) + shift, math.sqrt(variance + self.spread**2 - shift**2)


def controlled(
    disease: Disease, traced: float, first: int, n: int, *, seed: int = 1, most: int = 5000, day: int = 84
) -> float:
    """Share of n outbreaks without a new onset from a day on and with fewer cases than a number.

    Parameters
    ----------
    traced : float
        Share of infected contacts that are traced.
    first : int
        Cases at the beginning, none of them traced.
    """
    rng = np.random.default_rng(seed)
    weibull = lambda p, size: p[1] * rng.weibull(p[0], size)  # noqa: E731
    tilt = disease.skew / math.sqrt(1 + disease.skew**2)
    outbreak = np.repeat(np.arange(n), first)
    infected = np.zeros(len(outbreak))
    onset = weibull(disease.incubation, len(outbreak))
    isolated = onset + weibull(disease.delay, len(outbreak))
    total = np.full(n, first)
    last = np.zeros(n)
    p = disease.dispersion / (disease.dispersion + disease.r0)
    while len(outbreak):
        who = np.repeat(np.arange(len(outbreak)), rng.negative_binomial(disease.dispersion, p, len(outbreak)))
        about = tilt * np.abs(rng.standard_normal(len(who)))
        about += math.sqrt(1 - tilt**2) * rng.standard_normal(len(who))
        at = np.maximum(infected[who] + 1, onset[who] + disease.spread * about)
        who, at = who[at < isolated[who]], at[at < isolated[who]]
        begin = at + weibull(disease.incubation, len(at))
        end = begin + weibull(disease.delay, len(at))
        known = rng.random(len(at)) < traced
        end = np.where(known, np.minimum(end, np.maximum(begin, isolated[who])), end)
        outbreak, infected, onset, isolated = outbreak[who], at, begin, end
        np.add.at(total, outbreak, 1)
        np.maximum.at(last, outbreak, onset)
        # what is lost is followed no further
        go = (total[outbreak] < most) & (last[outbreak] < day)
        outbreak, infected, onset, isolated = (x[go] for x in (outbreak, infected, onset, isolated))
    return float(((last < day) & (total < most)).mean())
