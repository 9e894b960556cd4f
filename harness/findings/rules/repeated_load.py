"""Rule: the same data is read again, by every trial or by every process."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.repeated import name_of, repetition_of
from harness.findings.words import counted
from harness.profile.facts import PartKind
from harness.units import seconds_text


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding: all loads together."""
    profile, whole = case.profile, case.whole
    repetition = None if whole is None else repetition_of(profile, whole, PartKind.LOAD)
    if repetition is None:
        return
    first = repetition.items[0]
    cost = seconds_text(repetition.wall_s_per_trial)
    if repetition.is_per_process:
        title = f"The same data is read {counted(first.calls, 'time')}, {cost} of each trial: {name_of(first)}"
        basis = "At most: every read but the first of each process."
        remedy = (
            "Read it once, before the study starts (or behind `functools.cache`), and let the objective use that copy."
        )
    else:
        title = (
            f"{counted(first.processes, 'process', 'processes')} each read the same data, {cost} for each trial: "
            f"{name_of(first)}"
        )
        basis = "At most: every read but one, as if a shared copy cost nothing to open."
        remedy = "Read it once and share it with the workers: memory-mapped `.npy` columns, or read before forking."
    yield Finding(
        rule=RULE.key,
        title=title,
        evidence=tuple(repetition.evidence()),
        ceiling_s_per_trial=repetition.saving.s_per_trial,
        ceiling_share=repetition.saving.share,
        basis=basis,
        lever="reuse" if repetition.is_per_process else "shared",
        remedy=remedy,
        command=proof(profile),
    )


RULE = Rule(key="repeated-load", judge=judge)
