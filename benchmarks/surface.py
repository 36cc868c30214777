"""What a sample of outbreaks is worth, and what a further plan costs, on both packaged cases.

Three things, each beside what one would do without it:

- common random numbers: the variance of the difference between two plans on the same outbreaks,
  against independent draws for each;
- strata and weights: the error of a year's expected loss, against as much computing spent on
  outbreaks drawn as they come (by frequency, all of one weight);
- outcomes read off a grid: how far they are from exact ones, how long the grid takes to fill, and
  what one more plan of all years costs.

    python benchmarks/surface.py [CASE ...] [-n 240]
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from seawall.case import Parameters
from seawall.case.load import load
from seawall.outbreak import Ensemble, Valuation
from seawall.outbreak.loss import outbreak_loss

PLANS = 6
PAIRS = 7
#: Columns whose edits ask for an undisturbed course of their own, which is no look-up.
COURSE = {("hazards", "r0"), ("hazards", "immune"), ("hazards", "imports_per_day"), ("hazards", "import_days"),
          ("immunity", "immune")}  # fmt: skip


def some_plan(case, rng: np.random.Generator, share: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Start years of a share of the actions, drawn at random; those that change courses are left out."""
    edits = case.edits
    course = {a for t, c in edits.columns if (t, c) in COURSE for a in edits.actions_on(t, c)}
    starts = edits.starts({})
    for a in rng.choice(len(starts), round(share * len(starts)), replace=False):
        if a not in course:
            starts[a] = rng.choice(case.settings.budget_years)
    return starts


def common_numbers(valuation: Valuation) -> None:
    """Variance of differences between plans: the median and the least of some pairs that differ in a few actions."""
    case, samples = valuation.case, valuation.ensemble.samples
    rng = np.random.default_rng(3)

    def variance(totals: dict[int, np.ndarray]) -> float:
        return sum(samples[h].strata.variance(t) for h, t in totals.items())

    plan = some_plan(case, rng, 0.4)
    first = valuation._by_outbreak(plan)
    for changed in (1, 5, 20):
        ratios = []
        for _pair in range(PAIRS):
            other = plan.copy()
            for a in rng.choice(len(plan), changed, replace=False):
                none = plan[a] > max(case.settings.years)
                other[a] = case.settings.budget_years[0] if none else case.edits.starts({})[a]
            second = valuation._by_outbreak(other)
            together = variance({h: second[h] - first[h] for h in first})
            if together > 0:
                ratios.append((variance(first) + variance(second)) / together)
        told = f"{np.median(ratios):,.0f} times smaller ({min(ratios):,.0f} at least)" if ratios else "no difference"
        print(f"  common numbers: plans that differ in {changed:2d} actions: variance of the difference {told}")


def strata(ensemble: Ensemble) -> None:
    """Error of a year's loss against outbreaks drawn as they come, at equal computing."""
    case = ensemble.case
    starts = case.edits.starts({})
    parameters = Parameters(case, starts)
    year = case.settings.base_year
    capacity = ensemble.levers.capacities(starts, [year])[0]
    price = ensemble.price(capacity, parameters)
    events = float(sum(price.frequency[h] for h in ensemble.samples))
    ours = first = second = days = ours_days = 0.0
    for h, sample in ensemble.samples.items():
        outcome = ensemble.hazard_year(h, capacity, parameters, price)
        _deaths, health, money = outbreak_loss(h, price, outcome)
        each, weight, f = health + money, outcome.strata.weight, float(price.frequency[h])
        ours += f**2 * outcome.strata.variance(each)
        first += f * float(weight @ each)
        second += f * float(weight @ each**2)
        # what an outbreak costs to run goes with its days
        days += f / events * float(weight @ outcome.end)
        ours_days += float(outcome.end.sum())
        assert len(each) == len(sample.keys)
    by_chance = events * second - first**2
    n = ours_days / days
    print(
        f"  strata: standard error {ours**0.5 / first:7.2%} of the loss; as they come {(by_chance / ensemble.n) ** 0.5 / first:8.2%} "
        f"with as many outbreaks, {(by_chance / n) ** 0.5 / first:8.2%} with as many days of outbreaks "
        f"({by_chance / n / ours:.0f} times as many would be needed)"
    )


def reading(ensemble: Ensemble) -> None:
    """Error and cost of outcomes that are read off."""
    case = ensemble.case
    near = ensemble.reading_off()
    rng = np.random.default_rng(1)
    plans = [some_plan(case, rng, share) for share in np.linspace(0.0, 0.5, PLANS)]
    exact = Valuation(ensemble)
    errors, fill, runs = [], [], []

    def nodes() -> int:
        return sum(lookup.runs for lookup in ensemble.lookups.values())

    for starts in plans:
        before, begin = nodes(), time.perf_counter()
        read = Valuation(near).value(starts).loss
        fill.append(time.perf_counter() - begin)
        runs.append(nodes() - before)
        errors.append(read / exact.value(starts).loss - 1.0)
    again = []
    for starts in plans:
        near._outcomes.clear()
        begin = time.perf_counter()
        Valuation(near).value(starts)
        again.append(time.perf_counter() - begin)
    print(
        f"  read off: expected loss of {PLANS} plans wrong by at most {max(map(abs, errors)):.2%}; "
        f"{sum(runs):,} nodes filled in {sum(fill):.1f} s; a plan of {len(case.settings.years)} years then takes "
        f"{1000 * min(again):.0f} to {1000 * max(again):.0f} ms with nothing but nodes remembered"
    )


def main() -> None:
    """Print all three for each case."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("cases", nargs="*", default=["nigeria", "china"])
    parser.add_argument("-n", type=int, default=240)
    given = parser.parse_args()
    for name in given.cases:
        begin = time.perf_counter()
        ensemble = Ensemble(load(name), given.n, 1)
        print(f"{name}, {given.n} outbreaks drawn in {time.perf_counter() - begin:.1f} s")
        strata(ensemble)
        common_numbers(Valuation(ensemble))
        reading(ensemble)


if __name__ == "__main__":
    main()
