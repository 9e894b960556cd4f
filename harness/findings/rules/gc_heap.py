"""Rule: Python's own garbage collections inside trials walk a large heap."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.facts import HotLine, Ledger, PartKind, Profile, StackProfile
from harness.units import count_text, percent_text, seconds_text

LEAST_SHARE = 0.05  # of what a trial costs: Python programs spend a few per cent so
SPAN = "gc"
LEAST_SAMPLES = 5  # in collections
MOST = 0.5  # of them, at one line


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding, for collections inside trials; those after trials are `gc-after-trial`'s."""
    profile, whole, ledger = case.profile, case.whole, case.profile.ledger
    parts = [] if ledger is None else [part for part in ledger.parts if part.kind is PartKind.GC]
    share = sum(part.wall_share for part in parts)
    if whole is None or share < LEAST_SHARE:
        return
    wall_s = sum(part.wall_s_per_trial for part in parts)
    cpus = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    saving = whole.saved_by(wall_s, sum(cpus) if cpus else None)
    line = _line(profile.stacks)
    yield Finding(
        rule=RULE.key,
        title=f"Garbage collection takes {seconds_text(wall_s)} of each trial, {percent_text(min(share, 1.0))} of it",
        evidence=tuple(_evidence(profile, sum(part.calls_per_trial for part in parts), line)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        likely_share=_likely(profile, ledger, cpus, saving.share),
        basis="At most: all collections inside trials, as measured"
        + ("." if profile.busy is None else "; likely: their share of a trial's CPU, as others had the cores."),
        lever="gc-freeze",
        remedy="Call `gc.collect(); gc.freeze()` once, after imports and data are loaded and before `optimize`: what "
        "is alive then is not walked again"
        + (
            "."
            if line is None
            else f"; and look at {line.file}:{line.line}: a `gc.collect()` there can go, and collections that begin by "
            "themselves come of the many objects that it makes."
        ),
        command=proof(profile),
        where=None if line is None else f"{line.file}:{line.line}",
    )


def _likely(profile: Profile, ledger: Ledger | None, cpus: list[float], ceiling: float) -> float | None:
    """A collection only computes: on a machine that others used, its wait for a core is not its own."""
    if profile.busy is None or not cpus or ledger is None or not ledger.cpu_s_per_trial:
        return None
    return min(sum(cpus) / ledger.cpu_s_per_trial, ceiling)


def _line(stacks: StackProfile | None) -> HotLine | None:
    """The line at which most collections run, where the samples in them show one."""
    lines = [] if stacks is None else [line for line in stacks.hot_lines if line.span == SPAN]
    most = max(lines, key=lambda line: line.share, default=None)
    seen = sum(line.samples for line in lines)
    return most if most is not None and seen >= LEAST_SAMPLES and most.samples >= MOST * seen else None


def _evidence(profile: Profile, calls: float, line: HotLine | None) -> Iterator[str]:
    yield f"Python collected {counted(calls, 'time')} in a trial, on average."
    if line is not None:
        yield (
            f"{percent_text(line.share)} of the stack samples inside trials were in collections at "
            f"{line.file}:{line.line} ({line.function})."
        )
    known = [one.collections for one in profile.processes if one.collections is not None]
    heaps = [one.tracked_objects for one in known if one.tracked_objects is not None]
    if heaps:
        frozen = max(one.frozen_objects for one in known)
        already = f"; {count_text(frozen)} are frozen already" if frozen else ""
        yield f"Up to {count_text(max(heaps))} container objects are alive and walked by a full collection{already}."


RULE = Rule(key="gc-in-trials", judge=judge)
