"""Do perturbed plans of Nigeria beat the lower bound? `python benchmarks/bound_nigeria.py [N] [HOW_MANY]`.

Plans once, then drops, adds or moves one to four actions of the plan while the rules allow it, and
values every such schedule exactly on the same outbreaks.
"""

from __future__ import annotations

import sys

import numpy as np

import seawall as sw
from seawall.case import Rules
from seawall.outbreak import Ensemble, Valuation


def main() -> None:
    """Print the margin of the best perturbed plan above the bound."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    case = sw.load("nigeria")
    plan = sw.plan(case, n=n)
    valuation = Valuation(Ensemble(case, n, plan.seed))
    rules = Rules(valuation.case)
    options = rules.options()
    incumbent = valuation.case.edits.starts(plan.schedule)
    assert valuation.value(incumbent).objective == plan.objective
    rng = np.random.default_rng(1)
    objectives: list[float] = []
    while len(objectives) < wanted:
        starts = incumbent.copy()
        for a in rng.choice(len(starts), int(rng.integers(1, 5)), replace=False):
            starts[a] = rng.choice(options[a])
        if rules.allows(starts) and (starts != incumbent).any():
            objectives.append(valuation.value(starts).objective)
    best = min(objectives)
    print(f"plan {plan.objective:,.0f}; lower bound {plan.lower_bound:,.0f}; gap {plan.gap:.1%}")
    print(
        f"{wanted} perturbed plans: best {best:,.0f}, {sum(o < plan.objective for o in objectives)} better than the plan"
    )
    print(f"margin of the best above the bound: {best - plan.lower_bound:,.0f} ({best / plan.lower_bound - 1:.2%})")
    if best < plan.lower_bound:
        sys.exit("a perturbed plan beats the lower bound")


if __name__ == "__main__":
    main()
