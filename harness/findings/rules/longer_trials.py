"""Rule: trials take longer the further the study has come, whatever in them it is."""

from collections.abc import Iterator

import numpy as np

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.growth import Trend, steepest
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.model.record import Origin, TrialState
from harness.profile.columns import STATES, Floats
from harness.profile.facts import Profile
from harness.units import count_text, seconds_text

LEAST_TIMES = 1.25  # as long in the last tenth as in the first; and
LEAST_GROWTH = 0.1  # of the time of all trials, where a history tells no more than that
_COMPLETE = STATES.index(TrialState.COMPLETE)
_TENTH = 10


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where a busy machine may be the reason."""
    profile, whole = case.profile, case.whole
    if whole is None or profile.busy is not None:
        return
    is_history = profile.origin == Origin.HISTORY.value
    cost_s = profile.trials.wall_s if is_history else profile.trials.cpu_s
    complete = np.where(profile.trials.state == _COMPLETE, cost_s, np.nan)
    worst = steepest(profile, complete, LEAST_GROWTH) if is_history else steepest(profile, complete)
    if worst is None:
        return
    first_s, last_s = _tenths(profile, worst, complete)
    if first_s <= 0 or last_s < LEAST_TIMES * first_s:
        return
    growth_s = worst.growth_s / whole.trials
    saving = whole.saved_by(growth_s, None if is_history else growth_s)
    number, ahead_s = worst.ahead
    of = "" if is_history else " of CPU"
    yield Finding(
        rule=RULE.key,
        title=f"Trials take {last_s / first_s:.2f} times as long in the last tenth of the study as in the first: "
        f"{seconds_text(first_s)}{of} in the first trials, {seconds_text(last_s)} in the last",
        evidence=(
            f"Complete trials, over {count_text(worst.trials)}: {worst.per_hundred} more for every hundred trials.",
            f"If it goes on like this, trial {count_text(number)} takes {seconds_text(ahead_s)}.",
            (
                "What grew is not in this record: something that trials leave behind (a list, a cache, attributes of "
                "the study), a sampler whose cost grows, or parameters that cost more, which the sampler came to."
            ),
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        is_certain=False,
        basis="At most: the growth of the trials' time with their number, on the trials of this record.",
        remedy="Compare an early and a late trial with the same parameters (`study.enqueue_trial`) under `harness "
        "run`: if both take as long, it is the parameters; else look for what grows.",
        command=proof(profile),
    )


def _tenths(profile: Profile, trend: Trend, cost_s: Floats) -> tuple[float, float]:
    """Medians of the first and of the last tenth of the study's complete trials."""
    index = profile.studies.index(trend.study)
    rows = np.flatnonzero((profile.trials.study == index) & np.isfinite(cost_s))
    ordered = cost_s[rows[np.argsort(profile.trials.number[rows], kind="stable")]]
    tenth = max(len(ordered) // _TENTH, 1)
    return float(np.median(ordered[:tenth])), float(np.median(ordered[-tenth:]))


RULE = Rule(key="trials-get-longer", judge=judge)
