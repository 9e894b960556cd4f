"""Rule: Optuna collects garbage after every trial, and that costs."""

from collections.abc import Iterator

import numpy as np

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.units import count_text, seconds_text

GC = "gc"


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent unless Optuna was told to (`gc_after_trial=True`)."""
    profile, whole = case.profile, case.whole
    told = [one.collections for one in profile.processes if one.collections is not None and one.collections.after_trial]
    between = profile.trials.before.get(GC)
    if whole is None or not told or between is None:
        return
    wall_s, cpu_s = float(np.mean(between.wall_s)), float(np.mean(between.cpu_s))
    saving = whole.saved_by(wall_s, cpu_s if np.isfinite(cpu_s) else None)
    heaps = [one.tracked_objects for one in told if one.tracked_objects is not None]
    walked = (
        (f"Each walks up to {count_text(max(heaps))} container objects, most of them imported modules'.",)
        if heaps
        else ()
    )
    yield Finding(
        rule=RULE.key,
        title=f"Collecting garbage after each trial (`gc_after_trial`) takes {seconds_text(wall_s)} a trial",
        evidence=(
            *walked,
            "It helps only where trials leave reference cycles behind: then memory grows without it.",
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: all collections between trials, as measured.",
        lever="gc-freeze",
        remedy="Leave `gc_after_trial` off; if memory then grows, keep it and call `gc.collect(); gc.freeze()` once "
        "before `optimize`, so that it has little to walk.",
        command=proof(profile),
    )


RULE = Rule(key="gc-after-trial", judge=judge)
