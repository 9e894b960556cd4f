"""Rule: the same feature is computed again with the same arguments."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.repeated import repetition_of
from harness.profile.facts import PartKind
from harness.units import seconds_text


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding: all features together."""
    profile, whole = case.profile, case.whole
    repetition = None if whole is None else repetition_of(profile, whole, PartKind.FEATURE)
    if repetition is None:
        return
    again = "again" if repetition.is_per_process else "in every process"
    yield Finding(
        rule=RULE.key,
        title=f"Features are computed {again} with arguments they had before, "
        f"{seconds_text(repetition.wall_s_per_trial)} of each trial: {repetition.names}",
        evidence=tuple(repetition.evidence()),
        ceiling_s_per_trial=repetition.saving.s_per_trial,
        ceiling_share=repetition.saving.share,
        basis="At most: every call but the first with the same arguments in each process, look-ups taken as free."
        if repetition.is_per_process
        else "At most: every call but one with the same arguments, as if a shared copy cost nothing to open.",
        lever="memo" if repetition.is_per_process else "precompute",
        remedy="Keep what was computed (`functools.lru_cache` on the arguments)."
        if repetition.is_per_process
        else "Compute the features once, before the workers start, and let each open the result.",
        command=proof(profile),
    )


RULE = Rule(key="repeated-feature", judge=judge)
