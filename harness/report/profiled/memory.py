"""Memory of a run: the tree's PSS over time, growth per trial with its verdict, and RSS after each trial."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from harness.model.stacks import Frame
from harness.profile.code_kinds import code_of
from harness.profile.facts import Growth, Memory, Profile, TreePoint, Verdict
from harness.profile.memory_lines import MemoryLine
from harness.report.profiled.pictures import GrowthPicture, SizePoint, TreeSample
from harness.report.profiled.summary import GrowthLine, MemoryPicture, MemorySpot, Tone
from harness.report.profiled.words import plural, verdict_text
from harness.report.quantity import Measure, Unit, known, unknown
from harness.units import bytes_text, printable

POINTS = 240  # as many as a figure can show
SIZES = 160
GROWING = 8  # processes that are listed
DRAWN = 4
LINES = 15

_ORDER = (Verdict.LEAK, Verdict.HISTORY, Verdict.UNDECIDED, Verdict.NONE)
_TONES = {
    Verdict.LEAK: Tone.ALARM,
    Verdict.HISTORY: Tone.ALARM,
    Verdict.UNDECIDED: Tone.OPEN,
    Verdict.NONE: Tone.FINE,
}


def memory_picture(profile: Profile) -> MemoryPicture | None:
    """None where nothing of it was measured."""
    memory = profile.memory
    if memory is None:
        return None
    growth = sorted(memory.growth, key=lambda found: (_ORDER.index(found.verdict), -found.trials, found.pid))
    return MemoryPicture(
        statement=_statement(profile, memory),
        peak_pss_bytes=memory.peak_pss_bytes,
        within_trial=_within(memory),
        tree=_thinned(memory.tree),
        limit_bytes=profile.memory_limit_bytes,
        growth=tuple(_line(found) for found in growth[:GROWING]),
        after_trials=tuple(
            picture for found in growth[:DRAWN] if (picture := _after_trials(profile, found)) is not None
        ),
        left_out=max(len(growth) - GROWING, 0),
    )


def memory_spots(lines: Sequence[MemoryLine], command: Sequence[str]) -> tuple[MemorySpot, ...]:
    """The lines that added most, by the names that the user knows."""
    code = code_of((Frame(file=line.file, line=line.line, function="") for line in lines), command)
    return tuple(
        MemorySpot(
            place=f"{printable(code.shown(line.file))}:{line.line}",
            source=printable(line.source.strip()),
            occurrences=line.occurrences,
            increment_bytes=float(line.increment_bytes),
        )
        for line in lines[:LINES]
        if line.increment_bytes > 0
    )


def _statement(profile: Profile, memory: Memory) -> str:
    said = []
    if memory.peak_pss_bytes is not None:
        most = max((point.processes for point in memory.tree), default=0)
        of = f" of {plural(most, 'process', 'processes')}" if most else ""
        limit = profile.memory_limit_bytes
        said.append(
            f"At its peak the run took {bytes_text(memory.peak_pss_bytes)} (PSS{of})"
            + ("." if limit is None else f" of {bytes_text(limit)} that it may use.")
        )
    said.extend(_verdicts(memory))
    return " ".join(said)


def _verdicts(memory: Memory) -> Iterator[str]:
    """What the processes' growth comes to: one word for all where they agree."""
    counts = {verdict: sum(found.verdict is verdict for found in memory.growth) for verdict in _ORDER}
    told = [(verdict_text(verdict), count) for verdict, count in counts.items() if count]
    if len(told) == 1:
        ((verdict, count),) = told
        every = "" if count == 1 else f" in any of {plural(count, 'process', 'processes')}"
        if counts[Verdict.LEAK] or counts[Verdict.HISTORY]:
            every = "" if count == 1 else f" in each of {plural(count, 'process', 'processes')}"
        yield f"Over the trials it {verdict}{every}."
    elif told:
        parts = (f"it {verdict} in {plural(count, 'process', 'processes')}" for verdict, count in told)
        yield f"Over the trials {'; '.join(parts)}."


def _within(memory: Memory) -> Measure:
    if memory.peak_growth_bytes is None:
        return unknown(
            Unit.BYTES, "several trials at a time share a process, or the kernel's peak cannot be reset here"
        )
    return known(Unit.BYTES, memory.peak_growth_bytes, "median over trials: peak within the trial less RSS before it")


def _line(found: Growth) -> GrowthLine:
    history = found.history_bytes_per_trial
    slope = found.bytes_per_trial
    return GrowthLine(
        pid=found.pid,
        trials=found.trials,
        verdict=found.verdict,
        tone=_TONES[found.verdict],
        growth=unknown(Unit.BYTES, "too few trials")
        if slope is None
        else known(Unit.BYTES, slope, "Theil-Sen slope of RSS after each trial, or of the peaks within them"),
        history=unknown(Unit.BYTES, "not estimated")
        if history is None
        else known(Unit.BYTES, history, "estimated from a sample of Optuna's trials"),
        statement=printable(found.because),
    )


def _thinned(points: Sequence[TreePoint]) -> tuple[TreeSample, ...]:
    """At most POINTS: the largest of each stretch, so that no peak is lost."""
    kept = points
    if len(points) > POINTS:
        edges = [len(points) * step // POINTS for step in range(POINTS + 1)]
        stretches = (points[low:high] for low, high in pairwise(edges))
        kept = [max(stretch, key=lambda point: point.pss_bytes) for stretch in stretches]
    return tuple(TreeSample(at_s=p.at_s, pss_bytes=p.pss_bytes, processes=p.processes) for p in kept)


def _after_trials(profile: Profile, found: Growth) -> GrowthPicture | None:
    """RSS after each trial of a process, in the order in which they ended."""
    trials = profile.trials
    places = [place for place, process in enumerate(profile.processes) if process.pid == found.pid]
    if not places:
        return None
    rows = np.flatnonzero(trials.process == places[-1])
    sizes = trials.rss_bytes[rows][np.argsort(trials.ended_s[rows], kind="stable")]
    known_rows = np.flatnonzero(np.isfinite(sizes))
    if len(known_rows) < 2:
        return None
    shown = known_rows[np.unique(np.linspace(0, len(known_rows) - 1, SIZES).astype(int))]
    points = tuple(SizePoint(trial=int(row) + 1, rss_bytes=float(sizes[row])) for row in shown)
    line: tuple[SizePoint, ...] = ()
    if found.bytes_per_trial is not None:
        slope = found.bytes_per_trial.value
        judged = known_rows[-found.trials :]  # without the warm-up
        base = float(np.median(sizes[judged] - slope * (judged + 1)))
        ends = (int(judged[0]) + 1, int(judged[-1]) + 1)
        line = tuple(SizePoint(trial=trial, rss_bytes=base + slope * trial) for trial in ends)
    return GrowthPicture(pid=found.pid, trials=len(known_rows), points=points, line=line)
