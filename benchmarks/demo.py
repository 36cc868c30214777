"""Time and peak memory of the demo by stage: `python benchmarks/demo.py [CASE]`."""

from __future__ import annotations

import resource
import sys
import time
from itertools import pairwise

import seawall as sw


def main() -> None:
    """Plan a packaged case and print what each stage took."""
    case = sys.argv[1] if len(sys.argv) > 1 else "nigeria"
    began = time.perf_counter()
    marks: list[tuple[str, float, float]] = []

    def memory() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6

    def tell(stage: str, _done: int, _total: int) -> None:
        if not marks or marks[-1][0] != stage:
            marks.append((stage, time.perf_counter(), memory()))

    plan = sw.plan(case, progress=tell)
    marks.append(("end", time.perf_counter(), memory()))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{'stage':32s} {'seconds':>8s} {'peak GB so far':>15s}")
    print(f"{'loading':32s} {marks[0][1] - began:8.1f} {marks[0][2]:15.2f}")
    for (stage, start, _memory), (_next, end, after) in pairwise(marks):
        print(f"{stage:32s} {end - start:8.1f} {after:15.2f}")
    print(f"{'together':32s} {marks[-1][1] - began:8.1f} {marks[-1][2]:15.2f}")
    print(f"CPU {used.ru_utime:.0f} s; n {plan.n}; gap {plan.gap:.1%}; status {plan.status}")


if __name__ == "__main__":
    main()
