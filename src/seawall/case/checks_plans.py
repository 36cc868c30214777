"""Rules on actions and money: timing, prerequisites, exclusions, locks, budgets, cost lines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.case.checks_cells import did_you_mean, fault_at
from seawall.case.tables import LEVERS
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seawall.case.case import Case
    from seawall.case.schema import Problem

    #: For each action, the groups of prerequisites: of each group one must be in force.
    Groups = Mapping[str, list[list[str]]]

__all__ = ["PLAN_RULES"]


def check_prerequisite_circles(case: Case) -> list[Problem]:
    """Some order of starting satisfies every prerequisite."""
    groups = _groups(case)
    stuck = set(groups) - _reachable(groups, never=())
    first_row = {pair: i for i, pair in reversed(list(enumerate(_pairs(case, "requires", "requires"))))}
    out = []
    done: set[str] = set()
    for start in sorted(stuck):
        path: list[str] = []
        node = start
        while node not in path and node not in done:
            path.append(node)
            blocked = next(g for g in groups[node] if all(m in stuck for m in g))
            node = blocked[0]
        if node in path:
            circle = [*path[path.index(node) :], node]
            message = _("no order of starting satisfies {circle}; one of these prerequisites must go")
            text = message.format(circle=" → ".join(circle))
            out.append(fault_at("requires", first_row[circle[0], circle[1]], "requires", circle[1], text))
        done |= set(path)
    return out


def check_own_rules(case: Case) -> list[Problem]:
    """No action requires or excludes itself, or excludes what it cannot do without."""
    out = []
    for i, (action, other) in enumerate(_pairs(case, "requires", "requires")):
        if action and action == other:
            message = _("{action!r} requires itself; name another action or delete the row").format(action=action)
            out.append(fault_at("requires", i, "requires", other, message))
    needed = {(a, g[0]) for a, groups in _groups(case).items() for g in groups if len(g) == 1}
    for i, (action, other) in enumerate(_pairs(case, "excludes", "excludes")):
        if action and action == other:
            message = _("{action!r} excludes itself; name another action or delete the row").format(action=action)
            out.append(fault_at("excludes", i, "excludes", other, message))
        elif (action, other) in needed or (other, action) in needed:
            message = _("one of {action!r} and {other!r} requires the other: it can never be taken")
            text = message.format(action=action, other=other)
            out.append(fault_at("excludes", i, "excludes", other, text, "warning"))
    return out


def check_timing(case: Case) -> list[Problem]:
    """Every action has a start year in which all its capital falls within the budget years."""
    years = case.settings.budget_years
    actions = case["actions"]
    locked: dict[str, float] = {}
    for action, rule, year in zip(case["locks"]["action"], case["locks"]["rule"], case["locks"]["year"], strict=True):
        if rule == "not_before" and not math.isnan(year):
            locked[action] = max(year, locked.get(action, year))
    columns = (actions[c].tolist() for c in ("action", "earliest", "latest", "build_years"))
    out = []
    for i, (action, earliest, latest, build) in enumerate(zip(*columns, strict=True)):
        if earliest > latest:
            message = _("the earliest start {earliest:.0f} lies after the latest {latest:.0f}: it can never start")
            text = message.format(earliest=earliest, latest=latest)
            out.append(fault_at("actions", i, "earliest", f"{earliest:.0f}", text, "warning"))
            continue
        if not years or math.isnan(build):
            continue
        span = max(1, int(build))
        low = max(y for y in (years[0], earliest, locked.get(action, math.nan)) if not math.isnan(y))
        high = min(y for y in (years[-1] - span + 1, latest) if not math.isnan(y))
        if low > high:
            message = _(
                "it can never start: money is spent over {span} years from the start, all of them "
                "within {first}-{last}, and the start may be from {low:.0f} to {high:.0f}"
            ).format(span=span, first=years[0], last=years[-1], low=low, high=high)
            column = "latest" if high == latest else "earliest" if low == earliest else "build_years"
            out.append(fault_at("actions", i, column, None, message, "warning"))
    return out


def check_prerequisite_years(case: Case) -> list[Problem]:
    """What an action needs can be in force while the action can still start."""
    years = case.settings.budget_years
    if not years:
        return []
    actions = case["actions"]
    columns = (actions[c].tolist() for c in ("action", "earliest", "latest", "build_years"))
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for action, earliest, latest, build in zip(*columns, strict=True):
        span = 0 if math.isnan(build) else int(build)
        first[action] = max(years[0], earliest if not math.isnan(earliest) else years[0]) + span
        last[action] = min(years[-1] - max(1, span) + 1, latest if not math.isnan(latest) else years[-1])
    out = []
    alone = {a: {m for g in needs if len(g) == 1 for m in g} for a, needs in _groups(case).items()}
    for i, (action, other) in enumerate(zip(case["requires"]["action"], case["requires"]["requires"], strict=True)):
        if other in alone.get(action, ()) and first[other] > last[action]:
            message = _(
                "{action!r} can never start: {other!r}, which it requires, is in force in {first:.0f} at the earliest, "
                "and the last year in which {action!r} may start is {last:.0f}"
            )
            text = message.format(action=action, other=other, first=first[other], last=last[action])
            out.append(fault_at("requires", i, "requires", other, text, "warning"))
    return out


def check_locks(case: Case) -> list[Problem]:
    """Locks do not contradict each other, and their years are those of the budget."""
    locks = case["locks"]
    rows = list(enumerate(zip(locks["action"], locks["rule"], locks["year"], strict=True)))
    year_of = {(action, rule): year for _i, (action, rule, year) in rows}
    years = case.settings.budget_years
    out = []
    for i, (action, rule, year) in rows:
        if rule == "never" and (action, "must") in year_of:
            message = _("{action!r} must be in the plan and must never be; delete one of the two rows")
            out.append(fault_at("locks", i, "rule", rule, message.format(action=action)))
        if rule == "not_before" and year > year_of.get((action, "must"), math.nan):
            message = _("{action!r} must start before {year:.0f} by another row; change one of the two years")
            out.append(fault_at("locks", i, "year", f"{year:.0f}", message.format(action=action, year=year)))
        if rule == "not_before" and math.isnan(year):
            message = _("not_before needs the first year allowed")
            out.append(fault_at("locks", i, "year", "", message))
        elif years and not math.isnan(year) and not years[0] <= year <= years[-1]:
            message = _("{year:.0f} is not a budget year ({first} to {last})")
            text = message.format(year=year, first=years[0], last=years[-1])
            out.append(fault_at("locks", i, "year", f"{year:.0f}", text, "warning"))
    return out


def check_locked_in(case: Case) -> list[Problem]:
    """What must be in the plan is not shut out by what else must or must never be."""
    rules = list(_pairs(case, "locks", "rule"))
    never = {a for a, rule in rules if rule == "never"}
    must = {a for a, rule in rules if rule == "must"}
    groups = _groups(case)
    possible, orderly = _reachable(groups, never=never), _reachable(groups, never=())
    out = []
    for i, (action, rule) in enumerate(rules):
        if rule != "must" or action in never or action in possible or action not in orderly:
            continue
        blocked = next(g for g in groups[action] if not any(m in possible for m in g))
        message = _("{action!r} must be in the plan and needs {others}, which must never be")
        text = message.format(action=action, others=_(" or ").join(blocked))
        out.append(fault_at("locks", i, "rule", rule, text))
    for i, (action, other) in enumerate(_pairs(case, "excludes", "excludes")):
        if action != other and action in must and other in must:
            message = _("{action!r} and {other!r} must both be in the plan; they cannot exclude each other")
            out.append(fault_at("excludes", i, "excludes", other, message.format(action=action, other=other)))
    return out


def check_budget_years(case: Case) -> list[Problem]:
    """Money is given in budget years only."""
    years = case.settings.budget_years
    if not years:
        return []
    message = _("{year:.0f} is not a budget year ({first} to {last}); the money would never be spent")
    return [
        fault_at("budgets", i, "year", f"{y:.0f}", message.format(year=y, first=years[0], last=years[-1]))
        for i, y in enumerate(case["budgets"]["year"].tolist())
        if not math.isnan(y) and not years[0] <= y <= years[-1]
    ]


def check_carry_over(case: Case) -> list[Problem]:
    """Money that moves to a source's next year has a row of that year to move to."""
    years = case.settings.budget_years
    budgets = case["budgets"]
    known = set(zip(budgets["source"], budgets["year"], strict=True))
    message = _(
        "what {source!r} leaves unspent in {year:.0f} has nowhere to go: it has no row of {next:.0f};"
        " add one (its amount may be 0), or write carry_over no"
    )
    columns = (budgets[c].tolist() for c in ("source", "year", "carry_over"))
    return [
        fault_at("budgets", i, "carry_over", carry, message.format(source=source, year=year, next=year + 1), "warning")
        for i, (source, year, carry) in enumerate(zip(*columns, strict=True))
        if carry == "yes" and years and year < years[-1] and (source, year + 1) not in known
    ]


def check_money_reaches(case: Case) -> list[Problem]:
    """All the money together pays for some action; else amounts may be in thousands."""
    budgets, actions = case["budgets"], case["actions"]
    capital = [c for c in actions["capital_cost"].tolist() if c > 0]
    total = float(budgets["amount"].sum())
    if not len(budgets) or len(capital) < len(actions) or not capital or total >= min(capital):
        return []
    message = _(
        "all budgets together hold {total:,.0f}, and the cheapest action costs {least:,.0f}: nothing can be paid for."
        " Are the amounts in thousands or millions?"
    )
    return [fault_at("budgets", None, "amount", None, message.format(total=total, least=min(capital)), "warning")]


def check_earmarks(case: Case) -> list[Problem]:
    """Earmarked money can be spent on something."""
    known = [*LEVERS, *dict.fromkeys(a for a in case["actions"]["area"].tolist() if a)]
    out = []
    for i, earmark in enumerate(case["budgets"]["earmark"].tolist()):
        if earmark and earmark not in known:
            message = _("{earmark!r} is neither a lever nor the area of an action: nothing could be paid{suggestion}")
            text = message.format(earmark=earmark, suggestion=did_you_mean(earmark, known))
            out.append(fault_at("budgets", i, "earmark", earmark, text, "warning"))
    return out


def check_cost_lines(case: Case) -> list[Problem]:
    """The cost of an action is the sum of its lines, where it has any."""
    lines, unit_costs = case["cost_lines"], case["unit_costs"]
    price = dict(zip(unit_costs["item"], unit_costs["cost"], strict=True))
    sums: dict[str, dict[str, float]] = {}
    out = []
    columns = (lines[c].tolist() for c in ("action", "item", "quantity", "unit_cost", "recurs"))
    for i, (action, item, quantity, unit_cost, recurs) in enumerate(zip(*columns, strict=True)):
        cost = price.get(item, math.nan) if math.isnan(unit_cost) else unit_cost
        if math.isnan(unit_cost) and not item:
            message = _("the line has neither a unit cost nor an item of unit_costs.csv; write one of the two")
            out.append(fault_at("cost_lines", i, "unit_cost", "", message))
        total = sums.setdefault(action, {"once": 0.0, "annual": 0.0})
        total[recurs or "once"] += quantity * cost
    actions = case["actions"]
    columns = (actions[c].tolist() for c in ("action", "capital_cost", "annual_cost"))
    for i, (action, capital, annual) in enumerate(zip(*columns, strict=True)):
        for column, stated, recurs in (("capital_cost", capital, "once"), ("annual_cost", annual, "annual")):
            found = sums.get(action, {}).get(recurs, math.nan)
            if abs(stated - found) > 1e-6 * max(abs(stated), abs(found)):
                message = _("{stated:.12g} is not the sum of the action's lines in cost_lines.csv; write {total:.12g}")
                text = message.format(stated=stated, total=found)
                out.append(fault_at("actions", i, column, f"{stated:.12g}", text))
    return out


def _pairs(case: Case, table: str, column: str) -> Iterable[tuple[str, str]]:
    """The action and one more column of every row of a table of rules."""
    return zip(case[table]["action"].tolist(), case[table][column].tolist(), strict=True)


def _groups(case: Case) -> Groups:
    """Prerequisites of every action; rows that name no second action, or the action itself, are left out."""
    groups: dict[str, dict[str, list[str]]] = {a: {} for a in case["actions"]["action"].tolist() if a}
    labels = case["requires"]["group"].tolist()
    for i, (action, other) in enumerate(_pairs(case, "requires", "requires")):
        if action in groups and other in groups and action != other:
            label = f"={labels[i]}" if labels[i] else f"#{i}"
            groups[action].setdefault(label, []).append(other)
    return {a: list(g.values()) for a, g in groups.items()}


def _reachable(groups: Groups, never: Iterable[str]) -> set[str]:
    """Actions that some order of starting reaches without those that must never be."""
    barred = set(never)
    unmet = {a: len(needs) for a, needs in groups.items()}
    serves: dict[str, list[tuple[str, int]]] = {a: [] for a in groups}
    for a, needs in groups.items():
        for g, members in enumerate(needs):
            for m in dict.fromkeys(members):
                serves[m].append((a, g))
    met: set[tuple[str, int]] = set()
    ready = [a for a, n in unmet.items() if n == 0 and a not in barred]
    possible: set[str] = set()
    while ready:
        possible.add(ready[-1])
        for a, g in serves[ready.pop()]:
            if (a, g) not in met:
                met.add((a, g))
                unmet[a] -= 1
                if unmet[a] == 0 and a not in barred:
                    ready.append(a)
    return possible


PLAN_RULES: tuple[Callable[[Case], list[Problem]], ...] = (
    check_prerequisite_circles,
    check_own_rules,
    check_timing,
    check_prerequisite_years,
    check_locks,
    check_locked_in,
    check_budget_years,
    check_carry_over,
    check_money_reaches,
    check_earmarks,
    check_cost_lines,
)
"""Rules on actions and money, in the order in which they run."""
