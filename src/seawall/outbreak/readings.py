"""What is read from stored courses: who is noticed first, and who finds no bed. Arrays in, arrays out."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["beds_short", "first_reports"]


@njit(cache=True, nogil=True, error_model="numpy")
def beds_short(jobs, first_days, offset, new, hospital, out):  # type: ignore[no-untyped-def]
    """Days that patients of undisturbed outbreaks want a bed and have none, into ``out``; see ``kernel.branch``."""
    hospitalised, wait, stay, beds = hospital
    for i in range(jobs.size):
        first, last = offset[jobs[i]], first_days[jobs[i]]
        for p in range(beds.size):
            occupied = 0
            for d in range(wait, last):
                occupied += new[first + d - wait, p]
                if d >= wait + stay:
                    occupied -= new[first + d - wait - stay, p]
                out[i] += max(0.0, hospitalised * occupied - beds[p])


@njit(cache=True, nogil=True, error_model="numpy")
def first_reports(days, offset, new, missed, missing, cluster, reading, out):  # type: ignore[no-untyped-def]
    """Earliest days on which places sample, confirm, and see a cluster.

    Parameters
    ----------
    days, offset : int arrays (outbreak,)
    new : int32 array (total days, place)
        Undisturbed new infections.
    missed : float array (outbreak, place)
        log(1 - u): the first infection noticed in a place is the one at which ``missing`` times
        their number falls to this.
    missing : float array (place,)
        log(1 - p) for the chance p that an infection is noticed; 0: never.
    cluster : float array (place,)
        Infections at which a cluster is seen; inf: never.
    reading : float array (place,)
        Days from the sample to its result; inf: never.
    out : float array (3, outbreak)
        Filled: the infection whose sample is confirmed first, with its reading; the infection with
        which the first cluster is complete; the infection that is sampled first. Inf: never.
    """
    places = missing.size
    nth = np.zeros(places)
    count = np.zeros(places, np.int64)
    for j in range(days.size):
        for p in range(places):
            count[p] = 0
            nth[p] = max(1.0, math.ceil(missed[j, p] / missing[p])) if missing[p] < 0.0 else math.inf
        confirmed, complete, sampled = math.inf, math.inf, math.inf
        for d in range(days[j]):
            if d >= confirmed and d >= complete and d >= sampled:
                break
            for p in range(places):
                n = new[offset[j] + d, p]
                if n == 0:
                    continue
                before = count[p]
                count[p] += n
                if before < nth[p] <= count[p]:
                    sampled = min(sampled, float(d))
                    confirmed = min(confirmed, d + reading[p])
                if before < cluster[p] <= count[p]:
                    complete = min(complete, float(d))
        out[0, j], out[1, j], out[2, j] = confirmed, complete, sampled
