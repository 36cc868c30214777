"""The course of an outbreak: arrays in, arrays out.

Renewal form. Each day and place, the susceptible are drawn once against the day's infectious
pressure (binomial); the day's cohort of n new infections draws its total infectiousness once,
R0 · Gamma(k n, mean n), which then flows through the generation interval without further draws.
The offspring distribution is therefore negative binomial with mean R0 and dispersion k (Lloyd-Smith
et al. 2005, doi 10.1038/nature04153), whatever the generation interval.

A response thins what a place sends out: tracing and isolation while tracers and tests suffice,
informed behaviour, infection control in health facilities, and community measures around the
infections of the last week, each from a day of its own. A vaccine thins what arrives. Hospital beds
are counted, and the patients who find none. Nothing here knows tables.

What one day costs: places that nobody infectious reaches cost one uniform; a place with infections
costs a binomial, a Gamma and one addition for each day of the generation interval.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from seawall.outbreak.draws import (
    binomial_quantiles,
    gamma_at,
    normal_quantile,
    normal_quantiles,
    place_base,
    poisson_quantile,
    uniform_at,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "MEASURED",
    "NEVER_DAY",
    "NO_LIMIT",
    "WINDOW",
    "State",
    "branch",
    "undisturbed",
    "working_space",
]

#: A day that never comes.
NEVER_DAY = 1_000_000
#: More people than there are.
NO_LIMIT = 2**62
#: Days over which new cases are averaged when tracers are counted against them.
WINDOW = 7
#: Generation intervals that fit into the buffer of what is still to come before it is moved.
_BUFFER = 4

#: What `branch` measures of each outbreak, in the order of its columns.
MEASURED = (
    "infections",
    "treated",
    "end",
    "under_measures",
    "bed_days_short",
    "followed",
    "tests",
    "tests_short",
    "control",
)


class State(NamedTuple):
    """Working space; arrays by place unless said otherwise."""

    #: Keys of the uniforms.
    base: NDArray[np.uint64]
    #: Susceptible people.
    s: NDArray[np.float64]
    #: Infectiousness still to come, by day from ``shifted`` on, array (place, day).
    coming: NDArray[np.float64]
    #: Infections of past days, by day modulo their number, array (place, day).
    past: NDArray[np.int64]
    #: Infections of the last week, and of those in hospital before the share admitted is taken.
    week: NDArray[np.int64]
    occupied: NDArray[np.int64]
    #: Last day on which a place is infectious, and on which it has a past.
    until: NDArray[np.int64]
    linger: NDArray[np.int64]
    #: Pressure on a person; what is sent out, and by whom, as lists.
    force: NDArray[np.float64]
    sent: NDArray[np.float64]
    senders: NDArray[np.int64]
    #: First day in ``coming``, array (1,).
    shifted: NDArray[np.int64]
    #: Infections of the week and those due at R = 1, by day, their sums last, array (2, `WINDOW` + 1).
    pulse: NDArray[np.float64]
    #: The day's infections; lists of places with a draw to make, and what it is made of.
    fresh: NDArray[np.int64]
    who: NDArray[np.int64]
    u: NDArray[np.float64]
    z: NDArray[np.float64]
    trials: NDArray[np.float64]
    chance: NDArray[np.float64]
    counts: NDArray[np.float64]
    error: NDArray[np.float64]
    #: Tests wanted and not got.
    want: NDArray[np.float64]
    #: Tests left, and asked for, by laboratory.
    left: NDArray[np.float64]
    load: NDArray[np.float64]


def working_space(places: int, length: int, slots: int, laboratories: int) -> State:
    """Working space for some places, days of the generation interval, days looked back on, and laboratories."""
    whole = [np.zeros(places, np.int64) for _ in range(7)]
    real = [np.zeros(places) for _ in range(10)]
    return State(
        base=np.zeros(places, np.uint64),
        s=real[0],
        coming=np.zeros((places, _BUFFER * length + 1)),
        past=np.zeros((places, slots), np.int64),
        week=whole[0],
        occupied=whole[1],
        until=whole[2],
        linger=whole[3],
        force=real[1],
        sent=real[2],
        senders=whole[4],
        shifted=np.zeros(1, np.int64),
        pulse=np.zeros((2, WINDOW + 1)),
        fresh=whole[5],
        who=whole[6],
        u=real[4],
        z=real[5],
        trials=real[6],
        chance=real[7],
        counts=real[8],
        error=real[9],
        want=real[3],
        left=np.zeros(laboratories),
        load=np.zeros(laboratories),
    )


#: Columns of `MEASURED`.
_INFECTIONS, _CURED, _END, _UNDER, _SHORT_OF_BED, _FOLLOWED, _TESTED, _UNTESTED, _CONTROL = range(len(MEASURED))
#: Mechanisms that draw, see ``draws.uniform_at``.
_INFECT, _SPREAD, _IMPORT = 0, 1, 2


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _press(force, sent, senders, count, ptr, idx, weight):  # type: ignore[no-untyped-def]
    """Pressure on a person of each place from what some places send out, four places at a time."""
    places = force.size
    for q in range(places):
        force[q] = 0.0
    i = 0
    while i < count:
        a = ptr[senders[i]]
        if i + 3 < count:
            b, c, e = ptr[senders[i + 1]], ptr[senders[i + 2]], ptr[senders[i + 3]]
            # slices, so that the compiler sees that nothing wraps round
            first, second = weight[a : a + places], weight[b : b + places]
            third, fourth = weight[c : c + places], weight[e : e + places]
            if (
                ptr[senders[i] + 1] - a == places
                and ptr[senders[i + 1] + 1] - b == places
                and ptr[senders[i + 2] + 1] - c == places
                and ptr[senders[i + 3] + 1] - e == places
            ):
                x, y, v, w = sent[i], sent[i + 1], sent[i + 2], sent[i + 3]
                for q in range(places):
                    force[q] += x * first[q] + y * second[q] + v * third[q] + w * fourth[q]
                i += 4
                continue
        x = sent[i]
        if ptr[senders[i] + 1] - a == places:
            first = weight[a : a + places]
            for q in range(places):
                force[q] += x * first[q]
        else:
            for f in range(a, ptr[senders[i] + 1]):
                force[idx[f]] += x * weight[f]
        i += 1


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _attacked(pressure):  # type: ignore[no-untyped-def]
    """1 - exp(-pressure), for a pressure below 1/4, by its series."""
    y = 1.0
    for k in range(13, 1, -1):
        y = 1.0 - pressure * y / k
    return pressure * y


@njit(cache=True, nogil=True, error_model="numpy")
def _test(d, start, week, until, traced, per_case, spare, order, want, left, load, tally):  # type: ignore[no-untyped-def]
    """Tests that followed cases want and do not get today, by place, in ``want``.

    Each place asks its laboratories in the order of referral. Where several ask for more than a
    laboratory can spare, all get the same share of what they asked; the rest goes to the next.
    """
    places = want.size
    rest = 0.0
    for p in range(places):
        want[p] = 0.0
        if until[p] >= d and d >= start[p] and week[p] > 0:
            followed = min(week[p] / WINDOW, traced[p])
            tally[_FOLLOWED] += followed
            want[p] = per_case * followed
            rest += want[p]
    asked = rest
    for i in range(spare.size):
        left[i] = spare[i]
    for rank in range(order.shape[1]):
        if rest <= 1e-9:
            break
        for i in range(spare.size):
            load[i] = 0.0
        for p in range(places):
            if want[p] > 0.0 and order[p, rank] >= 0:
                load[order[p, rank]] += want[p]
        for i in range(spare.size):
            # from here on the share of what was asked that is met
            asks = load[i]
            load[i] = 0.0 if asks <= 0.0 else min(1.0, left[i] / asks)
            left[i] -= load[i] * asks
        rest = 0.0
        for p in range(places):
            if want[p] > 0.0:
                if order[p, rank] >= 0:
                    want[p] *= 1.0 - load[order[p, rank]]
                rest += want[p]
    tally[_TESTED] += asked - rest
    tally[_UNTESTED] += rest


@njit(cache=True, nogil=True, error_model="numpy")
def _control(d, local, flow, pulse, tally):  # type: ignore[no-untyped-def]
    """Move the day of control: after the last on which a week's infections were no fewer than due at R = 1.

    What infectious people pass on is R0 times the cases whose turn it is (Cori et al. 2013,
    doi 10.1093/aje/kwt133), so both sides of the comparison carry R0.
    """
    now = d % WINDOW
    pulse[0, WINDOW] += local - pulse[0, now]
    pulse[1, WINDOW] += flow - pulse[1, now]
    pulse[0, now] = local
    pulse[1, now] = flow
    if pulse[0, WINDOW] > 0.0 and pulse[0, WINDOW] >= pulse[1, WINDOW]:
        tally[_CONTROL] = d + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(key, place_keys, susceptible, state):  # type: ignore[no-untyped-def]
    """Nobody infected yet."""
    base = state.base
    s = state.s
    coming = state.coming
    past = state.past
    week = state.week
    occupied = state.occupied
    until = state.until
    linger = state.linger
    shifted = state.shifted
    pulse = state.pulse
    for p in range(susceptible.size):
        base[p] = place_base(key, place_keys[p])
        s[p] = susceptible[p]
        # places that the last outbreak did not reach are as they were
        if until[p] >= 0:
            for i in range(coming.shape[1]):
                coming[p, i] = 0.0
            until[p] = -1
        if linger[p] >= 0:
            for i in range(past.shape[1]):
                past[p, i] = 0
            week[p] = 0
            occupied[p] = 0
            linger[p] = -1
    pulse[:] = 0.0
    shifted[0] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _treated(infected, share, rate, stock, days, doses):  # type: ignore[no-untyped-def]
    """People treated of a day's infected, and doses left in store."""
    need = share * infected
    fresh = min(need, rate)
    stored = min(need - fresh, stock / days, doses)
    return fresh + stored, doses - stored


@njit(cache=True, nogil=True, error_model="numpy")
def _run(  # type: ignore[no-untyped-def]
    d, total, doses, state, travel, course, gamma, import_rate, hospital, reply, therapy, stop, tally, kept
):
    """Run an outbreak from day d on, until it ends.

    A day: pressure from every active place, then infections and their infectiousness. All is done
    in one function, since taking arrays out of tuples costs more than a day of a small outbreak.

    Parameters
    ----------
    d : int
        First day to be run.
    total : int
        People infected before.
    doses : float
        Doses of the therapeutic left in store.
    state : State
        Of the day before.
    reply : tuple
        See `branch`; its first element says whether there is any.
    therapy : tuple (first day, greatest share treated, people a day, doses in store, days of delivery)
    stop : tuple (limit, enough)
        Day on which the outbreak is cut off, and infections.
    tally : float array (`MEASURED`,)
        Added to.
    kept : tuple (row, new, infectious, pulses)
        Where the outbreak's first day is stored; arrays of length 0: it is not.
    """
    base, s, coming, past, week = state.base, state.s, state.coming, state.past, state.week
    occupied, until, linger = state.occupied, state.until, state.linger
    force, sent, senders = state.force, state.sent, state.senders
    want, left, load = state.want, state.left, state.load
    fresh, who, u, z, trials = state.fresh, state.who, state.u, state.z, state.trials
    chance, counts, error = state.chance, state.counts, state.error
    pulse = state.pulse
    ptr, idx, weight = travel
    r0, interval, import_days = course
    dispersion, small, large = gamma
    hospitalised, wait, stay, beds = hospital
    (
        on, start, traced, spare, order, isolation, behaviour, care, measures, behaviour_day, care_day, measures_day,
        around, people, per_case, untested, vaccine_day, v_share, v_stored, v_delivery, v_cap, v_efficacy,
    ) = reply  # fmt: skip
    therapy_day, t_share, t_rate, t_stock, t_delivery = therapy
    limit, enough = stop
    row, new, infectious, pulses = kept
    store = new.shape[0] > 0
    places = s.size
    length = interval.size
    slots = past.shape[1]
    shifted = state.shifted[0]
    alive = False
    for p in range(places):
        if until[p] >= d:
            alive = True
    while d < limit and total < enough and (alive or d < import_days):
        column = d - shifted
        if column + length >= coming.shape[1]:
            # make room: what is still to come moves to the front
            for p in range(places):
                if until[p] >= d:
                    for i in range(length):
                        coming[p, i] = coming[p, column + i]
                    for i in range(length, coming.shape[1]):
                        coming[p, i] = 0.0
                else:
                    for i in range(coming.shape[1]):
                        coming[p, i] = 0.0
            shifted = d
            column = 0
        count = 0
        flow = 0.0
        general = 1.0
        if on:
            if d >= behaviour_day:
                general *= 1.0 - behaviour
            if d >= care_day:
                general *= 1.0 - care
            if isolation > 0.0:
                _test(d, start, week, until, traced, per_case, spare, order, want, left, load, tally)
        for p in range(places):
            if until[p] < d:
                continue
            x = coming[p, column]
            if x <= 0.0:
                continue
            flow += x
            if on:
                x *= general
                cases = week[p] / WINDOW
                if isolation > 0.0 and d >= start[p]:
                    if cases > 0.0:
                        followed = min(cases, traced[p])
                        missed = (1.0 - untested) * want[p] / per_case if per_case > 0.0 else 0.0
                        x *= 1.0 - isolation * max(0.0, followed - missed) / cases
                    elif traced[p] > 0.0:
                        # nobody new for a week: those of before stay isolated
                        x *= 1.0 - isolation
                if measures > 0.0 and d >= measures_day and cases > 0.0:
                    x *= 1.0 - measures
                    tally[_UNDER] += min(people[p], around * WINDOW * cases)
            sent[count] = x
            senders[count] = p
            count += 1
        if count > 0:
            _press(force, sent, senders, count, ptr, idx, weight)
            if on and d >= vaccine_day:
                given = v_share * (d - vaccine_day + 1) + v_stored * min(1.0, (d - vaccine_day + 1) / v_delivery)
                shield = 1.0 - v_efficacy * min(v_cap, given)
                for p in range(places):
                    force[p] *= shield
            for p in range(places):
                sent[p] = uniform_at(base[p], d, _INFECT)
        new_total = 0
        local = 0
        hot = 0
        if count > 0:
            for p in range(places):
                # P(nobody) is at least 1 - s p, which settles most quiet days without an exponential
                if sent[p] >= 1.0 - s[p] * force[p]:
                    who[hot] = p
                    u[hot] = sent[p]
                    trials[hot] = s[p]
                    chance[hot] = force[p]
                    hot += 1
        if hot > 0:
            for i in range(hot):
                hazard = chance[i]
                chance[i] = _attacked(min(hazard, 0.25))
                if hazard > 0.25:
                    chance[i] = -math.expm1(-hazard)
            normal_quantiles(u, hot, z)
            binomial_quantiles(u, z, trials, chance, hot, counts, error)
            for i in range(hot):
                fresh[who[i]] = int(counts[i])
                local += fresh[who[i]]
        if d < import_days:
            for p in range(places):
                if import_rate[p] > 0.0:
                    fresh[p] += poisson_quantile(uniform_at(base[p], d, _IMPORT), import_rate[p])
                    fresh[p] = min(fresh[p], int(s[p]))
        hot = 0
        for p in range(places):
            if fresh[p] > 0:
                who[hot] = p
                u[hot] = uniform_at(base[p], d, _SPREAD)
                hot += 1
        normal_quantiles(u, hot, z)
        for i in range(hot):
            p = who[i]
            n = fresh[p]
            s[p] -= n
            new_total += n
            until[p] = d + length
            linger[p] = d + slots + 1
            x = r0 * gamma_at(z[i], n, dispersion, small, large)
            ahead = coming[p, column + 1 : column + 1 + length]
            for k in range(length):
                ahead[k] += interval[k] * x
            if store:
                new[row + d, p] = n
                infectious[row + d, p] = x
        alive = False
        slot, week_ago = d % slots, (d - WINDOW) % slots
        entered, leaves = (d - wait) % slots, (d - wait - stay) % slots
        for p in range(places):
            n = fresh[p]
            fresh[p] = 0
            if until[p] > d:
                alive = True
            if linger[p] > d:
                if d >= WINDOW:
                    week[p] -= past[p, week_ago]
                week[p] += n
                past[p, slot] = n
                if hospitalised > 0.0:
                    if d >= wait:
                        occupied[p] += past[p, entered]
                    if d >= wait + stay:
                        occupied[p] -= past[p, leaves]
                    tally[_SHORT_OF_BED] += max(0.0, hospitalised * occupied[p] - beds[p])
        due = flow / r0 if r0 > 0.0 else 0.0
        _control(d, local, due, pulse, tally)
        if store:
            pulses[row + d, 0] = local
            pulses[row + d, 1] = due
        if d >= therapy_day:
            cured, doses = _treated(new_total, t_share, t_rate, t_stock, t_delivery, doses)
            tally[_CURED] += cured
        total += new_total
        d += 1
    tally[_INFECTIONS] = total
    tally[_END] = d


@njit(cache=True, nogil=True, error_model="numpy")
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
    state,
    offset,
    new,
    infectious,
    pulses,
    out,
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
    course : tuple (r0, interval, import_days)
        The generation interval from its first day.
    gamma : tuple
        See ``draws.gamma_table``.
    import_rate : float array (place,)
        Introductions a day.
    limit : int
        Day on which an outbreak that goes on is cut off.
    enough : int
        Infections at which it is cut off.
    state : State
        Working space, see `working_space`.
    offset : int array (outbreak,)
        Where each outbreak's days start in ``new`` and ``infectious``.
    new : int32 array (total days, place), infectious : float array (total days, place)
        Filled with new infections and their infectiousness; of length 0: not wanted.
    pulses : float array (total days, 2)
        Filled with the day's infections that were not brought in, and those due at R = 1.
    out : float array (outbreak, `MEASURED`)
        Filled, for the outbreaks asked for.
    """
    r0, interval, _import_days = course
    none = np.zeros(0)
    reply = (
        False, np.zeros(0, np.int64), none, none, np.zeros((0, 0), np.int64), 0.0, 0.0, 0.0, 0.0,
        NEVER_DAY, NEVER_DAY, NEVER_DAY, 0.0, none, 1.0, 0.0, NEVER_DAY, 0.0, 0.0, 1.0, 0.0, 0.0,
    )  # fmt: skip
    therapy = (NEVER_DAY, 0.0, 0.0, 0.0, 1.0)
    hospital = (0.0, 0, 0, none)
    for j in which:
        tally = out[j]
        tally[:] = 0.0
        tally[_CONTROL] = 1.0
        _begin(keys[j], place_keys, susceptible, state)
        p = start[j]
        n = min(first, susceptible[p])
        if n > 0:
            state.s[p] -= n
            u = uniform_at(state.base[p], 0, _SPREAD)
            x = r0 * gamma_at(normal_quantile(u), n, gamma[0], gamma[1], gamma[2])
            for i in range(interval.size):
                state.coming[p, 1 + i] = interval[i] * x
            state.until[p] = interval.size
            state.linger[p] = state.past.shape[1] + 1
            state.past[p, 0] = n
            state.week[p] = n
            if new.shape[0] > 0:
                new[offset[j], p] = n
                infectious[offset[j], p] = x
        _run(
            1, float(n), 0.0, state, travel, course, gamma, import_rate, hospital, reply, therapy, (limit, enough),
            tally, (offset[j], new, infectious, pulses),
        )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def branch(  # type: ignore[no-untyped-def]
    keys,
    jobs,
    start,
    days,
    scale,
    first_days,
    susceptible,
    place_keys,
    travel,
    course,
    gamma,
    import_rate,
    limit,
    state,
    offset,
    new,
    infectious,
    pulses,
    hospital,
    strength,
    vaccine,
    therapy,
    out,
    by_place,
):
    """Run outbreaks anew from the day on which the response starts, on their stored beginnings.

    Parameters are those of `undisturbed`, and

    hospital : tuple (hospitalised, wait, stay, beds)
        Share of the infected admitted, whole days from infection to admission and in hospital, and
        beds by place, float array (place,).
    jobs : int array (job,)
        Position of the outbreak of each job.
    start : int array (outbreak,)
        Place of the first case.
    days : int array (job, 6)
        Day on which tracing teams are sent out, communities are informed, infection control and
        community measures start, the vaccine and the therapeutic come.
    scale : float array (job, 6)
        Factors on cases followed in the place of the first case and elsewhere, on tests that
        laboratories can spare, on beds, on the share prevented by isolation, and on that prevented
        by behaviour.
    first_days : int array (outbreak,)
        Days stored of each outbreak.
    strength : tuple (deploy, haste, rounding, traced, laboratories, isolation, shares, around, people, per_case, untested)
        Days of deployment by place, float; each outbreak's factor on them, and the uniform by which
        it rounds them; cases
        followed a day by place; tests a day that each laboratory can spare and the order in which
        each place asks them, -1: no more; share of transmission prevented by isolation; shares
        prevented by behaviour, infection control and community measures; people under measures for
        each infection of the last week; residents by place, float; tests a case; share of followed
        cases without a test who are isolated all the same.
    vaccine : tuple (share a day, share in store, days of delivery, greatest coverage, efficacy)
    therapy : tuple (greatest share treated, people a day, doses in store, days of delivery)
    out : float array (job, `MEASURED`)
        Filled.
    by_place : int array (job, place)
        Filled with infections by place; of length 0: not wanted.
    """
    deploy, haste, rounding, traced, laboratories, isolation, shares, around, people, per_case, untested = strength
    spare, order = laboratories
    behaviour, care, measures = shares
    interval = course[1]
    hospitalised, wait, stay, beds = hospital
    length = interval.size
    slots = state.past.shape[1]
    places = susceptible.size
    begins = np.zeros(places, np.int64)
    able, ready, room = np.zeros(places), np.zeros(spare.size), np.zeros(places)
    nowhere = (0, new[:0], infectious[:0], pulses[:0])
    for i in range(jobs.size):
        j = jobs[i]
        tally = out[i]
        tally[:] = 0.0
        tally[_CONTROL] = 1.0
        first = first_days[j]
        for a in range(5):
            first = min(first, days[i, a])
        # the first case is there whenever the response starts
        t = max(1, first)
        for p in range(places):
            begins[p] = days[i, 0] + math.floor(deploy[p] * haste[j] + rounding[j])
            able[p] = traced[p] * scale[i, 1]
            room[p] = beds[p] * scale[i, 3]
        able[start[j]] = traced[start[j]] * scale[i, 0]
        for k in range(spare.size):
            ready[k] = spare[k] * scale[i, 2]
        reply = (
            True, begins, able, ready, order, isolation * scale[i, 4], behaviour * scale[i, 5], care, measures, days[i, 1], days[i, 2],
            days[i, 3], around, people, per_case, untested, days[i, 4], vaccine[0], vaccine[1], vaccine[2], vaccine[3],
            vaccine[4],
        )  # fmt: skip
        _begin(keys[j], place_keys, susceptible, state)
        state.shifted[0] = t
        infected = 0.0
        doses = therapy[2]
        for d in range(t):
            row = offset[j] + d
            today = 0
            for p in range(places):
                n = new[row, p]
                if n > 0:
                    today += n
                    state.s[p] -= n
                    state.linger[p] = d + slots + 1
                    state.until[p] = d + length
            infected += today
            if d > 0:
                _control(d, pulses[row, 0], pulses[row, 1], state.pulse, tally)
            if hospitalised > 0.0 and d >= wait:
                for p in range(places):
                    state.occupied[p] += new[row - wait, p]
                    if d >= wait + stay:
                        state.occupied[p] -= new[row - wait - stay, p]
                    tally[_SHORT_OF_BED] += max(0.0, hospitalised * state.occupied[p] - room[p])
            if d >= days[i, 5]:
                cured, doses = _treated(today, therapy[0], therapy[1], therapy[2], therapy[3], doses)
                tally[_CURED] += cured
        for p in range(places):
            if state.until[p] >= t:
                for lag in range(1, min(length, t) + 1):
                    x = infectious[offset[j] + t - lag, p]
                    if x > 0.0:
                        # day t + a of what came `lag` days ago
                        for a in range(length - lag + 1):
                            state.coming[p, a] += interval[lag - 1 + a] * x
            if state.linger[p] > t:
                for d in range(max(0, t - slots), t):
                    n = new[offset[j] + d, p]
                    state.past[p, d % slots] = n
                    if d >= t - WINDOW:
                        state.week[p] += n
        _run(
            t, infected, doses, state, travel, course, gamma, import_rate, (hospitalised, wait, stay, room), reply,
            (days[i, 5], therapy[0], therapy[1], therapy[2], therapy[3]), (limit, NO_LIMIT), tally, nowhere,
        )  # fmt: skip
        if by_place.shape[0] > 0:
            for p in range(places):
                by_place[i, p] = susceptible[p] - int(state.s[p])
