"""Run every comparison and print the table of hits and misses.

python -m validation             everything, two minutes
python -m validation --fast      without what takes seconds
python -m validation --write     and write the table into docs/validation.md
python -m validation --pictures  draw the pictures of that page
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from validation.comparisons import COMPARISONS, Line

PAGE = Path(__file__).parents[1] / "docs" / "validation.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
HEADER = "| what | against | expected | Seawall | bound | |\n| --- | --- | --- | --- | --- | --- |"


def row(line: Line) -> str:
    """One line of the table."""
    verdict = "hit" if line.hit else "**miss**"
    if line.note:
        verdict += f": {line.note}"
    return f"| {line.what} | {line.against} | {line.expected} | {line.got} | {line.bound} | {verdict} |"


def table(*, fast: bool) -> str:
    """Every comparison, by group, with the number of hits."""
    parts, hits, lines_seen = [], 0, 0
    for name, lines, slow in COMPARISONS:
        if slow and fast:
            continue
        begin = time.perf_counter()
        found = list(lines())
        print(f"{name}: {time.perf_counter() - begin:.1f} s", file=sys.stderr)
        parts.append("\n".join([f"### {name}", "", HEADER, *(row(line) for line in found)]))
        hits, lines_seen = hits + sum(line.hit for line in found), lines_seen + len(found)
    return "\n\n".join([f"{lines_seen} comparisons: {hits} hits, {lines_seen - hits} misses.", *parts])


def main() -> None:
    """Print the table, and write what is asked for."""
    if "--pictures" in sys.argv:
        from validation.pictures import draw

        for path in draw():
            print(path)
        return
    text = table(fast="--fast" in sys.argv)
    print(text)
    if "--write" in sys.argv:
        old = PAGE.read_text(encoding="utf-8")
        before, after = old[: old.index(BEGIN)], old[old.index(END) :]
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
