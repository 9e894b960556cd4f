"""Rule: trials evaluate parameters that were evaluated before."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.units import percent_text, seconds_text


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    profile = case.profile
    whole, duplicates = case.whole, profile.duplicates
    if whole is None or duplicates.trials == 0:
        return
    saving = whole.saved_by(duplicates.wall_s / whole.trials)
    yield Finding(
        rule=RULE.key,
        title=f"{counted(duplicates.trials, 'trial')} of {whole.trials} "
        f"{'has' if duplicates.trials == 1 else 'have'} parameters that an earlier one had, and took "
        f"{seconds_text(duplicates.wall_s)}",
        evidence=(
            (
                f"{percent_text(duplicates.trials / whole.trials)} of the trials, in "
                f"{counted(duplicates.groups, 'group')}; the largest holds {counted(duplicates.most, 'trial')}."
            ),
            "Where the objective is random on purpose, repeating parameters is no waste.",
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: all time in trials whose parameters an earlier trial of the study had.",
        remedy="Return the earlier value where parameters repeat (look them up at the start of the objective), give "
        "each worker's sampler its own seed, and enqueue no trial twice.",
        command=proof(profile),
    )


RULE = Rule(key="duplicate-parameters", judge=judge)
