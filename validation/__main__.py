"""Run every comparison and print the table of hits and misses.

python -m validation            everything, half a minute
python -m validation --fast     without what takes seconds
python -m validation --write    and write the table into validation/README.md
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from validation.comparisons import COMPARISONS, Line

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
HEADER = "| what | against | expected | Seawall | bound | |\n| --- | --- | --- | --- | --- | --- |"


def row(line: Line) -> str:
    """One line of the table."""
    verdict = "hit" if line.hit else "**miss**"
    if line.note:
        verdict += f": {line.note}"
    return f"| {line.what} | {line.against} | {line.expected} | {line.got} | {line.bound} | {verdict} |"


def table(*, fast: bool) -> str:
    """Every comparison, by group."""
    parts = []
    for name, lines, slow in COMPARISONS:
        if slow and fast:
            continue
        begin = time.perf_counter()
        rows = [row(line) for line in lines()]
        print(f"{name}: {time.perf_counter() - begin:.1f} s", file=sys.stderr)
        parts.append("\n".join([f"### {name}", "", HEADER, *rows]))
    return "\n\n".join(parts)


def main() -> None:
    """Print the table, and write it where asked."""
    text = table(fast="--fast" in sys.argv)
    print(text)
    if "--write" in sys.argv:
        old = README.read_text(encoding="utf-8")
        before, after = old[: old.index(BEGIN)], old[old.index(END) :]
        README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
