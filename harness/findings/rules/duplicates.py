"""Rule: trials evaluate parameters that were evaluated before."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.facts import Duplicates
from harness.units import count_text, percent_text, seconds_text

LEAST_SAME = 0.5  # of the repeats, in one process
LIKELY = 0.5  # of the ceiling: a sampler that is told not to repeat runs other trials in their place


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding.

    Where most repeats end with another value, the objective depends on more than its parameters (chance, or what is
    tuned around it): nothing was repeated. Workers that draw the same points are told all the same, since they were
    meant to draw others.
    """
    profile = case.profile
    whole, duplicates = case.whole, profile.duplicates
    if whole is None or duplicates.trials == 0:
        return
    trials, wall_s = duplicates.trials, duplicates.wall_s
    if duplicates.same is not None and duplicates.same_wall_s is not None and len(profile.processes) < 2:
        trials, wall_s = duplicates.same, duplicates.same_wall_s
    if trials < LEAST_SAME * duplicates.trials:
        return
    saving = whole.saved_by(wall_s / whole.trials)
    yield Finding(
        rule=RULE.key,
        title=f"{counted(trials, 'trial')} of {count_text(whole.trials)} {'has' if trials == 1 else 'have'} parameters "
        f"that an earlier one had, and took {seconds_text(wall_s)}",
        evidence=tuple(_evidence(duplicates, whole.trials)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        likely_share=LIKELY * saving.share,
        is_certain=is_certain(duplicates, len(profile.processes)),
        basis="At most: all time in trials whose parameters an earlier trial of the study had.",
        remedy="Return the earlier value where parameters repeat (look them up at the start of the objective), give "
        "each worker's sampler its own seed, and enqueue no trial twice.",
        command=proof(profile),
    )


def is_certain(duplicates: Duplicates, processes: int) -> bool:
    """Whether repeating is surely a fault: workers of one study drew most of their points alike.

    In one process a small discrete space or a sampler's first points come to the same: chance, and the reader's choice.
    """
    return processes > 1 and duplicates.most >= processes


def _evidence(duplicates: Duplicates, trials: int) -> Iterator[str]:
    yield (
        f"{percent_text(duplicates.trials / trials)} of the trials repeat parameters, in "
        f"{counted(duplicates.groups, 'group')}; the largest holds {counted(duplicates.most, 'trial')}."
    )
    if duplicates.same is None:
        yield "Where the objective is random on purpose, repeating parameters is no waste."
    elif duplicates.same < duplicates.trials:
        yield (
            f"{counted(duplicates.trials - duplicates.same, 'repeat')} ended with another value than the first time: "
            "there the objective depends on more than its parameters."
        )
    else:
        yield "All of them ended with the value of the first time."


RULE = Rule(key="duplicate-parameters", judge=judge)
