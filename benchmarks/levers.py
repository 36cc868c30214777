"""What does the best plan lose without a lever, and how does it change with the frequency of pandemics?

`python benchmarks/levers.py [CASE] [N]`. For each lever, all of its actions are shut out (with the
floors and locks that ask for them) and the case is planned anew; both plans meet the same outbreaks,
so that the interval is that of the difference. Then pandemics are made half and twice as frequent.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

import seawall as sw
from seawall.case import LEVERS, Schedule
from seawall.outbreak import Ensemble, Valuation

if TYPE_CHECKING:
    from seawall.case import Case
    from seawall.planning.result import Plan

#: Share of all people whom an average outbreak infects, left to itself, from which a hazard is a pandemic here.
PANDEMIC_SHARE = 0.2


def without(case: Case, lever: str) -> Case:
    """The case with the actions of a lever shut out, and nothing asked for that they alone could give."""
    actions = case["actions"]
    shut = set(actions.loc[actions["lever"] == lever, "action"])
    locks = case["locks"]
    locks = locks[~locks["action"].isin(shut)]
    never = pd.DataFrame({"action": sorted(shut), "rule": "never", "year": float("nan")})
    floors = case["floors"].iloc[0:0]
    return case.with_table("locks", pd.concat([locks, never], ignore_index=True)).with_table("floors", floors)


def paired(case: Case, plan: Plan, other: Plan) -> tuple[float, float, float]:
    """By how much the objective of the other plan is above, on the outbreaks of the first: mean, low, high."""
    valuation = Valuation(Ensemble(case, plan.n, plan.seed))
    starts = [valuation.case.edits.starts(Schedule(p.schedule)) for p in (plan, other)]
    return valuation.difference(*starts)


def of_levers(case: Case, n: int) -> Plan:
    """Print what the best plan loses without each lever."""
    plan = sw.plan(case, n=n)
    saved = plan.baseline_objective - plan.objective
    print(f"the plan: {len(plan.schedule)} actions, saves {saved / 1e6:,.0f} million net, gap {plan.gap:.1%}")
    for lever in LEVERS:
        other = sw.plan(without(case, lever), n=n)
        mean, low, high = paired(case, plan, other)
        print(
            f"without {lever}: {mean / 1e6:,.1f} million ({low / 1e6:,.1f} to {high / 1e6:,.1f}),"
            f" {mean / saved:.1%} of what the plan saves; {len(other.schedule)} actions",
            flush=True,
        )
    return plan


def pandemics_of(case: Case, plan: Plan) -> set[str]:
    """Hazards of the breath that would infect a large part of the country, laboratory incidents apart."""
    alone = sw.simulate(case, undisturbed=True, n=plan.n, seed=plan.seed).table
    hazards = case["hazards"].set_index("hazard")
    people = float(case.residents.sum())
    infected = (alone["weight"] * alone["infections"]).groupby(alone["hazard"]).sum()
    share = infected / alone.groupby("hazard")["weight"].sum() / people
    breath = hazards["route"].isin(["respiratory", "zoonotic"]) & (hazards["origin"] != "laboratory")
    return {h for h in share.index if breath[h] and share[h] > PANDEMIC_SHARE and hazards["immune"][h] == 0}


def of_pandemics(case: Case, plan: Plan) -> None:
    """Print how the plan changes where pandemics are half and twice as frequent."""
    pandemics = pandemics_of(case, plan)
    print("pandemics:", ", ".join(sorted(pandemics)))
    for factor in (0.5, 2.0):
        hazards = case["hazards"].copy()
        of = hazards["hazard"].isin(pandemics)
        hazards.loc[of, "events_per_year"] *= factor
        changed = case.with_table("hazards", hazards)
        other = sw.plan(changed, n=plan.n, seed=plan.seed)
        mean, low, high = paired(changed, other, replace(plan, case=changed))
        same = set(plan.schedule) & set(other.schedule)
        print(
            f"pandemics x {factor:g}: {len(other.schedule)} actions, {len(same)} in both plans,"
            f" {len(set(other.schedule) - same)} new, {len(set(plan.schedule) - same)} dropped; keeping today's plan"
            f" would lose {mean / 1e6:,.1f} million ({low / 1e6:,.1f} to {high / 1e6:,.1f}); gap {other.gap:.1%};"
            f" deaths averted a year {other.deaths_averted[0]:,.0f} ({other.deaths_averted[1]:,.0f} to"
            f" {other.deaths_averted[2]:,.0f})",
            flush=True,
        )
        rows = case["actions"].set_index("action")["title"]
        for word, codes in (("new", set(other.schedule) - same), ("dropped", set(plan.schedule) - same)):
            print(f"  {word}:", "; ".join(rows[c] for c in sorted(codes)) or "none")


def main() -> None:
    """Plan, then plan without each lever, then with other frequencies of pandemics."""
    case = sw.load(sys.argv[1] if len(sys.argv) > 1 else "china")
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 240
    of_pandemics(case, of_levers(case, n))


if __name__ == "__main__":
    main()
