"""The course of an outbreak: arrays in, arrays out.

Renewal form. Each day and place, the susceptible are drawn once against the day's infectious
pressure (binomial); the day's cohort of n new infections draws its total infectiousness once,
R0 · Gamma(k n, mean n), which then flows through the generation interval without further draws.
The offspring distribution is therefore negative binomial with mean R0 and dispersion k (Lloyd-Smith
et al. 2005, doi 10.1038/nature04153), whatever the generation interval.

A response thins what a place sends out from the day on which it reaches the place: by tracing and
isolation while tracers suffice, by behaviour, and by community measures around the infections of the
last week for as long as it goes on. A vaccine thins what arrives.
Nothing here knows tables.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from seawall.outbreak.draws import binomial_quantile, gamma_quantile, poisson_quantile, uniform

__all__ = ["NEVER_DAY", "NO_LIMIT", "WINDOW", "branch", "first_samples", "undisturbed"]

#: A day that never comes.
NEVER_DAY = 1_000_000
#: More people than there are.
NO_LIMIT = 2**62
#: Days over which new cases are averaged when tracers are counted against them.
WINDOW = 7

_INFECT, _SPREAD, _IMPORT = 0, 1, 2


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _flow(interval, ring, first):  # type: ignore[no-untyped-def]
    """Infectiousness that reaches today from the cohorts of the past days."""
    x = 0.0
    for i in range(interval.size):
        x += interval[i] * ring[first + i]
    return x


@njit(cache=True, nogil=True, fastmath={"contract"})
def _send(force, weight, idx, low, high, x):  # type: ignore[no-untyped-def]
    """Add what one place sends out to the pressure on all places that it reaches."""
    if high - low == force.size:
        for q in range(force.size):
            force[q] += weight[low + q] * x
    else:
        for e in range(low, high):
            force[idx[e]] += weight[e] * x


@njit(cache=True, nogil=True)
def _step(d, key, place_keys, s, ring, recent, active, force, travel, course, gamma, import_rate, reply):  # type: ignore[no-untyped-def]
    """One day: pressure from every active place, then infections and their infectiousness.

    Returns the new infections of the day and how many places are still active.
    """
    ptr, idx, weight = travel
    r0, dispersion, interval, import_days = course
    (
        on, tau, deploy, u, traced, isolation, behaviour, measures, around, people, under,
        vaccine_day, v_rate, v_stock, v_days, v_cap, v_eff,
    ) = reply  # fmt: skip
    places = s.size
    length = interval.size
    for p in range(places):
        if active[p] == 0:
            continue
        # the ring is written twice, so that the last `length` days lie side by side, oldest first
        x = _flow(interval, ring[p], d % length)
        if x <= 0.0:
            continue
        if on and d >= tau + math.floor(deploy[p] + u):
            cases = 0.0
            for lag in range(WINDOW):
                cases += recent[p, lag]
            cases /= WINDOW
            reach = 0.0 if traced[p] <= 0.0 else min(1.0, traced[p] / max(cases, 1e-300))
            x *= (1.0 - behaviour) * (1.0 - isolation * reach)
            if measures > 0.0 and cases > 0.0:
                x *= 1.0 - measures
                under[0] += min(people[p], around * WINDOW * cases)
        _send(force, weight, idx, ptr[p], ptr[p + 1], x)
    shield = 1.0
    if on and d >= vaccine_day:
        given = v_rate * (d - vaccine_day + 1) + v_stock * min(1.0, (d - vaccine_day + 1) / v_days)
        shield = 1.0 - v_eff * min(v_cap, given)
    new_total = 0
    alive = 0
    importing = d < import_days
    slot = d % length
    for p in range(places):
        n = 0
        if force[p] > 0.0:
            u = uniform(key, place_keys[p], d, _INFECT)
            pressure = force[p] * shield
            # P(nobody) is at least 1 - s p, which settles most quiet days without an exponential
            if u >= 1.0 - s[p] * pressure:
                n = binomial_quantile(u, s[p], -math.expm1(-pressure))
            force[p] = 0.0
        if importing and import_rate[p] > 0.0:
            n += poisson_quantile(uniform(key, place_keys[p], d, _IMPORT), import_rate[p])
            n = min(n, s[p])
        if n > 0:
            s[p] -= n
            new_total += n
            active[p] = length + 1
            load = r0 * gamma_quantile(uniform(key, place_keys[p], d, _SPREAD), n, dispersion, gamma)
            ring[p, slot] = load
            ring[p, slot + length] = load
        elif active[p] > 0:
            ring[p, slot] = 0.0
            ring[p, slot + length] = 0.0
            active[p] -= 1
        recent[p, d % WINDOW] = n
        if active[p] > 0:
            alive += 1
    return new_total, alive


@njit(cache=True, nogil=True)
def undisturbed(  # type: ignore[no-untyped-def]
    keys,
    which,
    start,
    first,
    susceptible,
    place_keys,
    travel,
    course,
    gamma,
    import_rate,
    limit,
    enough,
    work,
    offset,
    new,
    infectious,
):
    """Run some outbreaks without any response, until they end.

    Parameters
    ----------
    keys : uint64 array (outbreak,)
        Random keys.
    which : int array
        Positions of the outbreaks to run.
    start : int array (outbreak,)
        Place of the first case.
    first : int
        Index cases.
    susceptible : int array (place,)
        Susceptible people before the outbreak.
    place_keys : uint64 array (place,)
    travel : tuple of arrays (ptr, idx, weight)
        Compressed rows: what infectiousness in a place does to a person in another.
    course : tuple (r0, dispersion, interval, import_days)
        The generation interval with its last day first.
    gamma : float array
        Table of `gamma_table`.
    import_rate : float array (place,)
        Introductions a day.
    limit : int
        Day on which an outbreak that goes on is cut off.
    enough : int
        Infections at which it is cut off.
    work : tuple of arrays
        Working space, see ``Course``.
    offset : int array (outbreak,)
        Where each outbreak's days start in ``new`` and ``infectious``.
    new : int32 array (total days, place), infectious : float array (total days, place)
        Filled with new infections and their infectiousness; of length 0: not wanted.

    Returns
    -------
    (days, infections) : int arrays (outbreak,)
        Days run and people infected, for the outbreaks asked for.
    """
    s, ring, recent, active, force, days, total = work
    reply = (
        False, NEVER_DAY, force, 0.0, force, 0.0, 0.0, 0.0, 0.0, force, force, NEVER_DAY, 0.0, 0.0, 1.0, 0.0, 0.0,
    )  # fmt: skip
    store = new.shape[0] > 0
    places = susceptible.size
    import_days = course[3]
    for j in which:
        s[:] = susceptible
        ring[:] = 0.0
        recent[:] = 0
        active[:] = 0
        force[:] = 0.0
        p = start[j]
        n = min(first, s[p])
        s[p] -= n
        total[j] = n
        if n > 0:
            u = uniform(keys[j], place_keys[p], 0, _SPREAD)
            ring[p, 0] = course[0] * gamma_quantile(u, n, course[1], gamma)
            ring[p, course[2].size] = ring[p, 0]
            active[p] = course[2].size + 1
            recent[p, 0] = n
        if store:
            for q in range(places):
                new[offset[j], q] = n if q == p else 0
                infectious[offset[j], q] = ring[q, 0]
        d = 1
        alive = 1 if n > 0 else 0
        while d < limit and total[j] < enough and (alive > 0 or d < import_days):
            got, alive = _step(
                d, keys[j], place_keys, s, ring, recent, active, force, travel, course, gamma, import_rate, reply
            )
            total[j] += got
            if store:
                for q in range(places):
                    new[offset[j] + d, q] = recent[q, d % WINDOW]
                    infectious[offset[j] + d, q] = ring[q, d % course[2].size]
            d += 1
        days[j] = d
    return days, total


@njit(cache=True, nogil=True)
def _treated(infected, therapy, left):  # type: ignore[no-untyped-def]
    """People treated of a day's infected, and doses left in store."""
    share, rate, stock, days = therapy
    need = share * infected
    fresh = min(need, rate)
    stored = min(need - fresh, stock / days, left)
    return fresh + stored, left - stored


@njit(cache=True, nogil=True)
def branch(  # type: ignore[no-untyped-def]
    keys,
    jobs,
    tau,
    vaccine_day,
    therapy_day,
    first_days,
    susceptible,
    place_keys,
    travel,
    course,
    gamma,
    import_rate,
    limit,
    work,
    offset,
    new,
    infectious,
    strength,
    vaccine,
    therapy,
    out,
):
    """Run outbreaks anew from the day on which the response starts, on their stored beginnings.

    Parameters are those of `undisturbed`, and

    jobs : int array (job,)
        Position of the outbreak of each job.
    tau, vaccine_day, therapy_day : int arrays (job,)
        Day on which the response, the vaccine and the therapeutic start.
    first_days : int array (outbreak,)
        Days stored of each outbreak.
    strength : tuple (deploy, rounding, traced, isolation, behaviour, measures, around, people)
        Days of deployment by place, float; the uniform by which each outbreak rounds them; cases
        followed a day by place; shares of transmission prevented by isolation, behaviour and
        community measures; people under measures for each infection of the last week; residents
        by place, float.
    vaccine : tuple (share a day, share in store, days of delivery, greatest coverage, efficacy)
    therapy : tuple (greatest share treated, people a day, doses in store, days of delivery)
    out : float array (job, 4)
        Filled with infections, people treated, the day on which the outbreak ended, and days of
        people under community measures.
    """
    s, ring, recent, active, force, _days, _total = work
    deploy, rounding, traced, isolation, behaviour, measures, around, people = strength
    under = np.zeros(1)
    length = course[2].size
    places = susceptible.size
    for i in range(jobs.size):
        j = jobs[i]
        # the first case is there whenever the response starts
        t = max(1, min(tau[i], first_days[j]))
        reply = (
            True, tau[i], deploy, rounding[j], traced, isolation, behaviour, measures,
            around, people, under, vaccine_day[i],
            vaccine[0], vaccine[1], vaccine[2], vaccine[3], vaccine[4],
        )  # fmt: skip
        under[0] = 0.0
        s[:] = susceptible
        ring[:] = 0.0
        recent[:] = 0
        force[:] = 0.0
        infected = 0.0
        treated = 0.0
        left = therapy[2]
        alive = 0
        for d in range(t):
            row = offset[j] + d
            today = 0
            for p in range(places):
                today += new[row, p]
                s[p] -= new[row, p]
            infected += today
            if d >= therapy_day[i]:
                cured, left = _treated(today, therapy, left)
                treated += cured
        for p in range(places):
            since = length + 1
            for lag in range(1, min(length, t) + 1):
                row = offset[j] + t - lag
                ring[p, (t - lag) % length] = infectious[row, p]
                ring[p, (t - lag) % length + length] = infectious[row, p]
                if since > lag and new[row, p] > 0:
                    since = lag
            active[p] = length + 2 - since if since <= length else 0
            for lag in range(1, min(WINDOW, t) + 1):
                recent[p, (t - lag) % WINDOW] = new[offset[j] + t - lag, p]
            if active[p] > 0:
                alive += 1
        d = t
        while d < limit and (alive > 0 or d < course[3]):
            got, alive = _step(
                d, keys[j], place_keys, s, ring, recent, active, force, travel, course, gamma, import_rate, reply
            )
            infected += got
            if d >= therapy_day[i]:
                cured, left = _treated(got, therapy, left)
                treated += cured
            d += 1
        out[i, 0] = infected
        out[i, 1] = treated
        out[i, 2] = d
        out[i, 3] = under[0]


@njit(cache=True, nogil=True)
def first_samples(days, offset, new, threshold, delay, best):  # type: ignore[no-untyped-def]
    """Earliest day on which any place can report an outbreak.

    Parameters
    ----------
    days, offset : int arrays (outbreak,)
    new : int32 array (total days, place)
        Undisturbed new infections.
    threshold : float array (outbreak, place)
        Which infection in the place sets the report going.
    delay : float array (place,)
        Days from that infection to the report; inf: never.
    best : float array (outbreak,)
        Lowered in place to the earliest report, from emergence; inf: never.
    """
    places = delay.size
    for j in range(days.size):
        for p in range(places):
            if not math.isfinite(delay[p]):
                continue
            count = 0
            last = min(days[j], int(math.ceil(min(best[j], 1e9) - delay[p])) + 1)
            for d in range(last):
                count += new[offset[j] + d, p]
                if count >= threshold[j, p]:
                    best[j] = min(best[j], d + delay[p])
                    break
