"""Every rule on the recorded stream: windows of it, with the places of runs as they were.

What is drawn anew is what a comparison draws: which of the identical arms is the baseline, which its A/A arm and which
the lever. So a stream of a few hundred runs stands for as many experiments as one likes on this machine at this time,
not for other machines and times.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, stdev

import numpy as np

from being_right.noise import Array
from being_right.procedure import carry_out
from being_right.rules import RULES
from being_right.stream import ARMS, SLOWDOWN, SLOWED, Run
from being_right.tables import Row
from harness.model.comparison import Aim
from harness.stats.answer import Answer
from harness.stats.orders import cycle_length
from harness.stats.pairs import ratio_of_logs

FIXED_PAIRS = (20, 60)
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
    """The whole procedure on windows of whole cycles, the identical arms relabelled in each cycle as orders are drawn.

    Alarms are what it says of the lever that is one of them; the slowed arm is the lever of the power column.
    """
    random = np.random.default_rng(0)
    cycle = cycle_length(ARMS)
    for name, read in READINGS.items():
        logs = _by_arm(runs, read)
        window = min(aim.most_pairs, len(logs))
        if window < aim.pilot_pairs:
            raise SystemExit(f"a stream of {len(logs)} blocks is shorter than a pilot: record more runs")
        within = replace(aim, most_pairs=window)
        null, seen, planned, pairs = 0, 0, 0, 0
        for _ in range(resamples):
            at = cycle * int(random.integers((len(logs) - window) // cycle + 1))
            part = logs[at : at + window]
            baseline, same, lever = _relabelled(random, part[:, :SLOWED], cycle)
            to_same, to_slowed = same - baseline, part[:, SLOWED] - baseline
            verdict = carry_out(np.stack([to_same, to_slowed, lever - baseline], axis=1), within)
            null += verdict.has_difference
            verdict = carry_out(np.stack([to_same, to_slowed, to_slowed], axis=1), within)
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


def student(runs: Sequence[Run], resamples: int) -> Iterator[Row]:
    """The test alone, at fixed numbers of pairs of two identical arms: what the procedure's guards come on top of."""
    random = np.random.default_rng(0)
    cycle = cycle_length(ARMS)
    for name, read in READINGS.items():
        logs = _by_arm(runs, read)
        for pairs in (one for one in FIXED_PAIRS if one <= len(logs)):
            p_values = []
            for _ in range(resamples):
                at = cycle * int(random.integers((len(logs) - pairs) // cycle + 1))
                baseline, _, lever = _relabelled(random, logs[at : at + pairs, :SLOWED], cycle)
                p_values.append(ratio_of_logs((lever - baseline).tolist(), 0.01).p_value or 0.0)
            yield {
                "reading": name,
                "runs per arm": str(pairs),
                "experiments": resamples,
                "alarms at 5 %": _share([one < 0.05 for one in p_values]),
                "alarms at 1 %": _share([one < 0.01 for one in p_values]),
            }


def others(runs: Sequence[Run]) -> Iterator[Row]:
    """The other rules on all windows, one arm after the other and interleaved."""
    for rule in RULES:
        for name, read in READINGS.items():
            plain = [read(run) for run in runs if not run.is_slowed]
            slowed = [read(run) for run in runs if run.is_slowed]
            span, half = 2 * rule.runs, rule.runs
            each = ARMS - 1  # identical runs of a block
            after = -(-half // each)  # blocks that so many of them take
            starts = range(len(plain) - span + 1)
            null_blocked = [rule.differs(plain[at : at + half], plain[at + half : at + span]) for at in starts]
            null_mixed = [rule.differs(plain[at : at + span : 2], plain[at + 1 : at + span : 2]) for at in starts]
            later = range(len(slowed) - half - after + 1)  # slowed runs of the blocks after the baseline's
            seen_blocked = [
                rule.slower(plain[each * at : each * at + half], slowed[at + after : at + after + half]) for at in later
            ]
            blocks = range(len(slowed) - half + 1)
            seen_mixed = [rule.slower(plain[each * at :: each][:half], slowed[at : at + half]) for at in blocks]
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


def _by_arm(runs: Sequence[Run], read: Callable[[Run], float]) -> Array:
    """Logarithms: blocks by arms."""
    whole = len(runs) // ARMS * ARMS
    logs = np.empty((whole // ARMS, ARMS))
    for at, run in enumerate(runs[:whole]):
        logs[at // ARMS, run.arm] = math.log(read(run))
    return logs


def _relabelled(random: np.random.Generator, identical: Array, cycle: int) -> Array:
    """Roles by blocks, of blocks by arms: in each cycle the arms take the roles in an order of their own."""
    cycles = -(-len(identical) // cycle)
    roles = random.permuted(np.tile(np.arange(identical.shape[1]), (cycles, 1)), axis=1)
    drawn = np.repeat(roles, cycle, axis=0)[: len(identical)]
    return np.take_along_axis(identical, drawn, axis=1).T


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else math.nan
