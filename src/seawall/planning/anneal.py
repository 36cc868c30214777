"""Simulated annealing on start years, valued by look-up: arrays in, arrays out.

A schedule is valued by a product form: the loss of a hazard in a year is the loss at a reference
schedule times one factor for each action, by its years since the start. Rules are those of the
case; money is paid as ``case.costs`` pays it, the narrowest purse first.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["anneal", "feasible", "surrogate_value"]


@njit(cache=True, nogil=True)
def feasible(starts, rules):  # type: ignore[no-untyped-def]
    """Whether a schedule keeps all rules.

    Parameters
    ----------
    starts : int array (action,)
        Index of the start year; the number of years: not taken.
    rules : tuple of arrays
        See ``compiled.compile_rules``.
    """
    (build, spend, action_class, classes, row_year, row_amount, row_heir, pay_order,
     group_action, group_ptr, group_member, exclude, floor_need, floor_gain, staff_need_build, staff_need_run,
      staff_stock, upkeep_cap, annual) = rules  # fmt: skip
    n_years = spend.shape[2]
    n_actions = starts.size
    for g in range(group_action.size):
        a = group_action[g]
        if starts[a] < n_years:
            ok = False
            for m in range(group_ptr[g], group_ptr[g + 1]):
                b = group_member[m]
                if starts[b] < n_years and starts[b] + build[b] <= starts[a]:
                    ok = True
            if not ok:
                return False
    for e in range(exclude.shape[0]):
        if starts[exclude[e, 0]] < n_years and starts[exclude[e, 1]] < n_years:
            return False
    for f in range(floor_need.size):
        gain = 0.0
        for a in range(n_actions):
            if starts[a] < n_years:
                gain += floor_gain[f, a, starts[a]]
        if gain < floor_need[f] - 1e-9:
            return False
    for c in range(staff_stock.size):
        for y in range(n_years):
            used = 0.0
            for a in range(n_actions):
                if starts[a] < n_years:
                    if starts[a] <= y < starts[a] + build[a]:
                        used += staff_need_build[c, a]
                    elif y >= starts[a] + build[a]:
                        used += staff_need_run[c, a]
            if used > staff_stock[c] * (1 + 1e-9):
                return False
    upkeep = 0.0
    for a in range(n_actions):
        if starts[a] < n_years:
            upkeep += annual[a]
    if upkeep > upkeep_cap:
        return False
    return _payable(starts, spend, action_class, classes, row_year, row_amount, row_heir, pay_order)


@njit(cache=True, nogil=True)
def _payable(starts, spend, action_class, classes, row_year, row_amount, row_heir, pay_order):  # type: ignore[no-untyped-def]
    """Whether the budgets can pay, by the greedy rule."""
    n_years = spend.shape[2]
    n_classes = classes.shape[0]
    need = np.zeros((n_classes, n_years))
    for a in range(starts.size):
        if starts[a] < n_years:
            for y in range(n_years):
                need[action_class[a], y] += spend[a, starts[a], y]
    left = row_amount.copy()
    tolerance = 1e-7 * need.sum()
    for y in range(n_years):
        for c in range(n_classes):
            due = need[c, y]
            for i in range(pay_order.size):
                r = pay_order[i]
                if due <= 0.0:
                    break
                if row_year[r] == y and classes[c, r]:
                    part = min(due, left[r])
                    left[r] -= part
                    due -= part
            if due > tolerance:
                return False
        for r in range(row_year.size):
            if row_year[r] == y and row_heir[r] >= 0:
                left[row_heir[r]] += left[r]
    return True


@njit(cache=True, nogil=True)
def surrogate_value(starts, base, cost, log_factor):  # type: ignore[no-untyped-def]
    """Loss and cost of a schedule by the product form.

    Parameters
    ----------
    starts : int array (action,)
    base : float array (year, hazard)
        Discounted loss with no factor applied.
    cost : float array (action, start)
        Discounted cost by start.
    log_factor : float array (action, start, year, hazard)
    """
    n_years, n_hazards = base.shape
    n_starts = cost.shape[1]
    exponent = np.zeros((n_years, n_hazards))
    value = 0.0
    for a in range(starts.size):
        if starts[a] < n_starts:
            value += cost[a, starts[a]]
            for y in range(n_years):
                for h in range(n_hazards):
                    exponent[y, h] += log_factor[a, starts[a], y, h]
    for y in range(n_years):
        for h in range(n_hazards):
            value += base[y, h] * math.exp(min(exponent[y, h], 5.0))
    return value


@njit(cache=True, nogil=True)
def _value(exponent, base):  # type: ignore[no-untyped-def]
    value = 0.0
    for y in range(base.shape[0]):
        for h in range(base.shape[1]):
            value += base[y, h] * math.exp(min(exponent[y, h], 5.0))
    return value


@njit(cache=True, nogil=True)
def anneal(first, options, base, cost, log_factor, rules, steps, hot, cold, seed):  # type: ignore[no-untyped-def]
    """Search from a feasible schedule.

    Parameters
    ----------
    first : int array (action,)
        A schedule that keeps the rules.
    options : bool array (action, start + 1)
        Start years that each action may have; the last column: not taken.
    base, cost, log_factor :
        See `surrogate_value`.
    rules : tuple of arrays
        See `feasible`.
    steps : int
        Moves tried.
    hot, cold : float
        First and last temperature, in units of the objective.
    seed : int

    Returns
    -------
    (starts, value) : int array (action,), float
        The best schedule found.
    """
    np.random.seed(seed)
    n_years, n_hazards = base.shape
    n_actions, n_options = options.shape
    n_starts = n_options - 1
    current = first.copy()
    trial = first.copy()
    exponent = np.zeros((n_years, n_hazards))
    spent = 0.0
    for a in range(n_actions):
        if current[a] < n_starts:
            spent += cost[a, current[a]]
            exponent += log_factor[a, current[a]]
    now = _value(exponent, base) + spent
    best = current.copy()
    best_value = now
    moved = np.empty(3, np.int64)
    new_exponent = exponent.copy()
    for i in range(steps):
        temperature = hot * (cold / hot) ** (i / steps)
        count = 1 + int(np.random.random() * 3)
        trial[:] = current
        new_spent = spent
        new_exponent[:] = exponent
        changed = False
        for m in range(count):
            a = np.random.randint(n_actions)
            moved[m] = a
            s = n_starts if np.random.random() < 0.35 else np.random.randint(n_starts)
            if not options[a, s] or s == trial[a]:
                continue
            changed = True
            if trial[a] < n_starts:
                new_spent -= cost[a, trial[a]]
                new_exponent -= log_factor[a, trial[a]]
            if s < n_starts:
                new_spent += cost[a, s]
                new_exponent += log_factor[a, s]
            trial[a] = s
        if not changed:
            continue
        value = _value(new_exponent, base) + new_spent
        accepted = value < now or np.random.random() < math.exp(-(value - now) / temperature)
        if accepted and feasible(trial, rules):
            current[:] = trial
            exponent[:] = new_exponent
            spent = new_spent
            now = value
            if now < best_value - 1e-12:
                best_value = now
                best[:] = current
    return best, best_value
