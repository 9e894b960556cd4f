"""Rule: each new trial costs the sampler more than the one before."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.growth import cpu_of, steepest, wall_of
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.units import count_text, seconds_text

SPAN = "suggest"  # before a trial as well: some samplers do their modelling when one is asked for


def judge(case: Case) -> Iterator[Finding]:
    """One finding, for the study whose growth costs most."""
    profile, whole = case.profile, case.whole
    worst = steepest(profile, cpu_of(profile, SPAN))
    if whole is None or worst is None:
        return
    growth_s = worst.growth_s / whole.trials
    saving = whole.saved_by(wall_of(profile, SPAN, growth_s), growth_s)
    number, ahead_s = worst.ahead
    yield Finding(
        rule=RULE.key,
        title=f"The sampler slows down as the study grows: {seconds_text(worst.first_s)} of CPU in the first trials, "
        f"{seconds_text(worst.last_s)} in the last",
        evidence=(
            (
                f"{worst.study.sampler or 'The sampler'}, over "
                f"{count_text(worst.trials)} trials: {worst.per_hundred} more for every hundred trials."
            ),
            f"If it goes on like this, trial {count_text(number)} spends {seconds_text(ahead_s)} in the sampler.",
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: the growth of the sampler's CPU with the trial's number, on the trials of this record, and "
        "the wall that it took; a longer study loses more.",
        remedy="For a long study choose a sampler whose cost does not grow (`CmaEsSampler`, `QMCSampler`, "
        "`RandomSampler`), or continue in a fresh study seeded with the best trials.",
        command=proof(profile),
    )


RULE = Rule(key="sampler-grows", judge=judge, supersedes=("sampler-share", "trials-get-longer"))
