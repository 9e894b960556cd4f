"""Every rule on the recorded stream: windows of it, with the places of runs as they were."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, stdev

import numpy as np

from being_right.noise import Array
from being_right.procedure import carry_out
from being_right.rules import RULES
from being_right.stream import PER_BLOCK, SLOWDOWN, Run
from being_right.tables import Row
from harness.model.comparison import Aim
from harness.stats.answer import Answer
from harness.stats.orders import balanced_orders

READINGS: dict[str, Callable[[Run], float]] = {"CPU": lambda run: run.cpu_s, "wall": lambda run: run.wall_s}


def described(runs: Sequence[Run]) -> Iterator[Row]:
    """What the stream is: how much runs of it differ, and what a slowed run truly takes."""
    plain, slowed = [run for run in runs if not run.is_slowed], [run for run in runs if run.is_slowed]
    for name, read in READINGS.items():
        logs = [math.log(read(run)) for run in plain]
        neighbours = [b - a for a, b in pairwise(logs)]
        centre = fmean(logs)
        lag = sum((a - centre) * (b - centre) for a, b in pairwise(logs))
        yield {
            "reading": name,
            "identical": len(plain),
            "slowed": len(slowed),
            "spread of a run": stdev(logs),
            "spread of neighbours": stdev(neighbours),
            "autocorrelation": lag / sum((one - centre) ** 2 for one in logs),
            "true slowdown": SLOWDOWN * fmean(run.objective_share for run in plain),
            "measured slowdown": math.exp(fmean(math.log(read(run)) for run in slowed) - centre) - 1,
        }


def ours(runs: Sequence[Run], resamples: int, aim: Aim) -> Iterator[Row]:
    """The whole procedure on windows of blocks, which of two identical runs is the baseline drawn anew each time.

    The A/A column is the lever's own where the arms are identical: the stream has two identical runs to a block.
    """
    random = np.random.default_rng(0)
    for name, read in READINGS.items():
        same, slowed = _columns(runs, read)
        window = min(aim.most_pairs, len(same))
        if window < aim.pilot_pairs:
            raise SystemExit(f"a stream of {len(same)} blocks is shorter than a pilot: record more runs")
        within = replace(aim, most_pairs=window)
        null, seen, planned, pairs = 0, 0, 0, 0
        for _ in range(resamples):
            at = int(random.integers(len(same) - window + 1))
            signs = _signs(random, window)
            first, second = same[at : at + window].T
            baseline = np.where(signs > 0, first, second)
            of_same = np.where(signs > 0, second, first) - baseline
            of_slowed = slowed[at : at + window] - baseline
            verdict = carry_out(np.stack([of_same, of_slowed, of_same], axis=1), within)
            null += verdict.has_difference
            verdict = carry_out(np.stack([of_same, of_slowed, of_slowed], axis=1), within)
            seen += verdict.answers[0] is Answer.SLOWER
            planned, pairs = planned + verdict.planned, pairs + verdict.pairs
        yield {
            "rule": f"harness compare (at most {window} pairs)",
            "reading": name,
            "runs per arm": f"{pairs / resamples:.0f} of {planned / resamples:.0f} planned",
            "experiments": resamples,
            "alarms, blocked": math.nan,
            "slower seen, blocked": math.nan,
            "alarms, interleaved": null / resamples,
            "slower seen, interleaved": seen / resamples,
        }


def others(runs: Sequence[Run]) -> Iterator[Row]:
    """The other rules on all windows, one arm after the other and interleaved."""
    for rule in RULES:
        for name, read in READINGS.items():
            plain = [read(run) for run in runs if not run.is_slowed]
            slowed = [read(run) for run in runs if run.is_slowed]
            span, half = 2 * rule.runs, rule.runs
            starts = range(len(plain) - span + 1)
            null_blocked = [rule.differs(plain[at : at + half], plain[at + half : at + span]) for at in starts]
            null_mixed = [rule.differs(plain[at : at + span : 2], plain[at + 1 : at + span : 2]) for at in starts]
            later = range(len(slowed) - half - half // 2)  # slowed runs of the blocks after the baseline's
            seen_blocked = [
                rule.slower(plain[2 * at : 2 * at + half], slowed[at + half // 2 : at + half // 2 + half])
                for at in later
            ]
            blocks = range(len(slowed) - half + 1)
            seen_mixed = [rule.slower(plain[2 * at : 2 * at + span : 2], slowed[at : at + half]) for at in blocks]
            yield {
                "rule": rule.name,
                "reading": name,
                "runs per arm": str(rule.runs),
                "experiments": len(null_blocked),
                "alarms, blocked": _share(null_blocked),
                "slower seen, blocked": _share(seen_blocked),
                "alarms, interleaved": _share(null_mixed),
                "slower seen, interleaved": _share(seen_mixed),
            }


def _columns(runs: Sequence[Run], read: Callable[[Run], float]) -> tuple[Array, Array]:
    """Logarithms by block: the two identical runs in order, and the slowed one."""
    same, slowed = [], []
    for at in range(0, len(runs) - PER_BLOCK + 1, PER_BLOCK):
        block = runs[at : at + PER_BLOCK]
        same.append([math.log(read(run)) for run in block if not run.is_slowed])
        slowed += [math.log(read(run)) for run in block if run.is_slowed]
    return np.array(same), np.array(slowed)


def _signs(random: np.random.Generator, count: int) -> Array:
    """Which of two identical runs is the baseline, in the orders that two arms have."""
    orders = balanced_orders(2, count, int(random.integers(2**31)))
    return np.array([second - first for first, second in orders], dtype=float)


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else math.nan
