"""The rules of a case as the arrays that annealing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.case import NEVER

if TYPE_CHECKING:
    from seawall.case import Rules
    from seawall.planning.master import Master

__all__ = ["compile_rules"]


def compile_rules(rules: Rules, master: Master) -> tuple[object, ...]:
    """Rules as the arrays that `anneal.feasible` reads; start years as positions."""
    costs, edits = rules.costs, rules.edits
    years = [int(y) for y in rules.years]
    n, n_years = len(edits.actions), len(years)
    spend = np.zeros((n, n_years, n_years))
    none = np.full(n, NEVER, np.int64)
    for t, year in enumerate(years):
        one = none.copy()
        one[:] = year
        spend[:, t, :] = costs.action_years(one)[:, : costs.n_budget]
    groups = rules.groups
    members = [m for _a, ms in groups for m in ms]
    gain = np.zeros((len(rules.floors), n, n_years))
    need = np.zeros(len(rules.floors))
    for f, (position, floor, _name, year) in enumerate(rules.floors):
        base = float(edits.base("scores", "score")[position]) if position >= 0 else -np.inf
        need[f] = floor - base
        if position >= 0:
            for (a, s), g in master.floor_gains(position, year).items():
                gain[f, a, years.index(s)] = g
    staff = rules.staff
    building, running = np.zeros((len(staff), n)), np.zeros((len(staff), n))
    for c, (_cadre, _stock, rows) in enumerate(staff):
        for a, build, run in rows:
            building[c, a] += build
            running[c, a] += run
    cap = rules.case.settings.upkeep_cap
    return (
        edits.build,
        spend,
        costs.action_class,
        costs.classes,
        costs.row_year - years[0],
        costs.row_amount,
        costs.heir,
        np.array(costs.pay_order, np.int64),
        np.array([a for a, _ms in groups], np.int64),
        np.cumsum([0, *(len(ms) for _a, ms in groups)]).astype(np.int64),
        np.array(members, np.int64),
        np.array(rules.excludes, np.int64).reshape(-1, 2),
        need,
        gain,
        building,
        running,
        np.array([s for _c, s, _r in staff], np.float64),
        np.inf if cap is None or len(costs.years) == costs.n_budget else float(cap),
        costs.annual,
    )
