"""How many times the time a script takes after a change: `python benchmarks/before_after.py -- before.py -- after.py`.

Both run in pairs, each in a fresh process, half of the pairs in either order; a word that ends in .py is run by this
Python, anything else as a command. Prints the ratio after / before of wall and of CPU (children that were waited for
included) as geometric means over the pairs, with Student's 95 % interval on their logarithms.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from harness.stats.interval import Interval
from harness.stats.pairs import paired_ratio
from harness.units import seconds_text, significant

SEPARATOR = "--"
PAIRS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one run took."""

    wall_s: float
    cpu_s: float


def run(command: Sequence[str]) -> Spent:
    """Run a command once; what it prints is dropped, unless it fails."""
    with tempfile.TemporaryFile() as said:
        began_s = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - began_s
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}: {last}")
    return Spent(wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime)


def orders(pairs: int, seed: int) -> list[tuple[int, int]]:
    """Which of the two runs first, pair by pair: either as often as the other (but for an odd one), at random."""
    found = [(0, 1) if pair % 2 == 0 else (1, 0) for pair in range(pairs)]
    random.Random(seed).shuffle(found)
    return found


def commands(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """`-- before -- after`: two commands."""
    parts: list[list[str]] = []
    for word in words:
        if word == SEPARATOR:
            parts.append([])
        elif parts:
            parts[-1].append(word)
    if len(parts) != 2 or not all(parts):
        raise SystemExit("name two commands: -- before.py [ARGUMENT]... -- after.py [ARGUMENT]...")
    before, after = ([sys.executable, *part] if part[0].endswith(".py") else part for part in parts)
    return before, after


def line(what: str, before: Sequence[float], after: Sequence[float]) -> str:
    """One line of the table: medians of both, and the ratio."""
    ratio = paired_ratio(before, after)
    medians = f"{seconds_text(median(before)):>10}  {seconds_text(median(after)):>10}"
    return f"{what:5} {medians}  {significant(ratio.value):>8} {between(ratio)}"


def between(ratio: Interval) -> str:
    """The interval in words; nothing where there is none."""
    if ratio.low is None or ratio.high is None:
        return ""
    return f"({significant(ratio.low)} to {significant(ratio.high)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, usage="%(prog)s [--pairs N] [--seed N] -- BEFORE -- AFTER")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="of runs; three are the fewest with an interval")
    parser.add_argument("--seed", type=int, default=0, help="of the order within pairs")
    words = sys.argv[1:]
    start = words.index(SEPARATOR) if SEPARATOR in words else len(words)
    asked = parser.parse_args(words[:start])
    if asked.pairs < 1:
        raise SystemExit("--pairs: at least one")
    both = commands(words[start:])
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    for order in orders(asked.pairs, asked.seed):
        for index in order:
            spent[index].append(run(both[index]))
    before, after = spent
    print(f"{asked.pairs} pairs, half in either order; medians, and after / before (95 % interval)")
    print(f"{'':5} {'before':>10}  {'after':>10}  {'ratio':>8}")
    print(line("wall", [one.wall_s for one in before], [one.wall_s for one in after]))
    print(line("CPU", [one.cpu_s for one in before], [one.cpu_s for one in after]))


if __name__ == "__main__":
    main()
