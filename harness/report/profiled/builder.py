"""The builder: profiles and their findings in, the report's summary out; pure."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.findings.proof import proof
from harness.model.machine import Machine
from harness.model.record import Origin
from harness.profile.facts import FlameNode, Profile
from harness.profile.memory_lines import MemoryLine
from harness.report.profiled.account import account_picture
from harness.report.profiled.comparison import comparison
from harness.report.profiled.costs import (
    PROCESSES,
    ledger_picture,
    process_lines,
    repeated_lines,
    repetition,
    study_lines,
    watching,
)
from harness.report.profiled.course import course
from harness.report.profiled.flame import allocation_flame
from harness.report.profiled.headline import finding_lines, headline
from harness.report.profiled.memory import memory_picture, memory_spots
from harness.report.profiled.stacks import stacks_picture
from harness.report.profiled.summary import ProfileReport, ProfileSummary
from harness.report.profiled.timeline import timeline
from harness.report.profiled.words import origin_text
from harness.report.reproduction.circumstances import machine_facts
from harness.report.summary import Fact
from harness.units import printable

if TYPE_CHECKING:
    from harness.findings.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """A profile with what was found in it and where it was taken."""

    profile: Profile
    findings: Sequence["Finding"]
    verdict: str  # one sentence
    machine: Machine | None = None
    memory_lines: Sequence[MemoryLine] = ()
    allocations: FlameNode | None = None


def build(runs: Sequence[Profiled], version: str) -> ProfileReport:
    """Decide every number and sentence of the report on one run or on several."""
    return ProfileReport(
        version=version,
        comparison=comparison([run.profile for run in runs]),
        runs=tuple(_summary(run) for run in runs),
    )


def _summary(run: Profiled) -> ProfileSummary:
    profile = run.profile
    return ProfileSummary(
        id=printable(profile.run),
        label=printable(profile.label),
        origin=origin_text(profile.origin),
        started_s=profile.started_s,
        headline=headline(profile, run.verdict),
        findings=finding_lines(run.findings),
        verdict=printable(run.verdict),
        account=account_picture(profile),
        ledger=ledger_picture(profile),
        timeline=timeline(profile),
        course=course(profile),
        stacks=stacks_picture(profile),
        memory=memory_picture(profile),
        memory_lines=memory_spots(run.memory_lines, profile.command),
        allocations=allocation_flame(run.allocations),
        repeated=repeated_lines(profile.repeated),
        repetition=repetition(profile),
        processes=process_lines(profile),
        processes_left_out=max(len(profile.processes) - PROCESSES, 0),
        studies=study_lines(profile),
        missing=tuple(printable(sentence) for sentence in profile.missing),
        watching=watching(profile),
        methods=_methods(profile),
        machine_facts=machine_facts(run.machine),
        commands=_commands(profile),
    )


def _methods(profile: Profile) -> tuple[Fact, ...]:
    is_history = profile.origin == "history"
    facts = [
        Fact(
            label="A trial",
            text="from its start to its end as Optuna stored them"
            if is_history
            else "begins and ends with the storage calls that create and finish it; each moment is charged to the "
            "innermost open span of its thread, so that nothing is counted twice",
        ),
        Fact(label="Per trial", text="means over all finished trials, as means add up: the parts make up the trial"),
        Fact(
            label="A saving",
            text="what would be gone if the cost vanished altogether: an upper bound, not a promise; two findings "
            "may claim the same seconds, so savings do not add up",
        ),
    ]
    if not is_history:
        facts += [
            Fact(label="Waiting", text="wall time of a trial's thread less its CPU"),
            Fact(
                label="Memory",
                text="proportional set size (PSS), summed over the process tree: a shared page counts once; growth is "
                "the Theil-Sen slope of RSS after each trial with its 95 % interval",
            ),
            Fact(label="Times", text="taken while being watched: compare runs without stack samples to time a change"),
        ]
    return tuple(facts)


def _typed(word: str) -> str:
    """A word as a shell takes it; lines of code (`-c`) stay lines when they are printed in one."""
    if "\n" not in word:
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"$'{escaped}'"


def _commands(profile: Profile) -> tuple[str, ...]:
    if profile.origin == Origin.HISTORY.value:
        return (printable(proof(profile)),)
    words = ["harness", "run", *profile.options, *profile.command]
    typed = (printable(" ".join(map(_typed, words))),) if profile.command else ()
    return (*typed, printable(shlex.join(["harness", "report", profile.run])))
