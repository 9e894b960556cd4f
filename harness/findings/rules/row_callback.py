"""Rule: a line of the user's code calls Python once for each row of its data."""

from collections.abc import Iterator

from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.whole import whole_of
from harness.profile.facts import HotLine, Profile, StackProfile
from harness.units import count_text, percent_text, seconds_text

LEAST_SAMPLES = 50  # a share of fewer is known to no better than a seventh of the whole


def judge(profile: Profile) -> Iterator[Finding]:
    """One finding for each such line."""
    whole, ledger, stacks = whole_of(profile), profile.ledger, profile.stacks
    if whole is None or ledger is None or stacks is None or stacks.samples < LEAST_SAMPLES:
        return
    for line in stacks.hot_lines:
        if line.callback is None:
            continue
        share, cpu_s = min(line.share, 1.0), ledger.cpu_s_per_trial
        saving = whole.saved_by(share * ledger.wall_s_per_trial, None if cpu_s is None else share * cpu_s)
        where = f"{line.file}:{line.line}"
        yield Finding(
            rule=RULE.key,
            title=f"{percent_text(line.share)} of a trial is one line that calls Python for each row ({where})",
            evidence=_evidence(line, stacks),
            ceiling_s_per_trial=saving.s_per_trial,
            ceiling_share=saving.share,
            basis="At most: the line's share of the stack samples inside trials, as if what replaces it cost nothing.",
            remedy="Compute the whole column at once (a NumPy or pandas expression, a convolution for a rolling "
            "fit), or compile the loop with numba.",
            command=proof(profile),
            where=where,
        )


def _evidence(line: HotLine, stacks: StackProfile) -> tuple[str, ...]:
    return (
        f"There, {line.callback}.",
        (
            f"{count_text(round(line.share * stacks.samples))} of {count_text(stacks.samples)} stack samples inside "
            f"trials were in or below that line, in `{line.function}` (span {line.span}): "
            f"{seconds_text(line.s_per_trial)} of a trial."
        ),
    )


RULE = Rule(key="row-callback", judge=judge)
