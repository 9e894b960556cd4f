"""Rule: memory grows with every trial; Optuna's own trial history is told apart from a leak."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.facts import Growth, Profile, Verdict
from harness.units import bytes_scale, bytes_text, count_text, range_text

MIB = 1 << 20
LEAST_BYTES = 64 * MIB  # over the record; or
LEAST_BYTES_PER_TRIAL = MIB // 4  # 1 GiB in 4,000 trials
MOSTLY = 0.5  # of the growth
GROWS = (Verdict.LEAK, Verdict.HISTORY)


def judge(case: Case) -> Iterator[Finding]:
    """One finding, for the process that grew most."""
    profile = case.profile
    if profile.memory is None:
        return
    growing = [one for one in profile.memory.growth if one.verdict in GROWS and is_large(one)]
    if not growing:
        return
    worst = max(growing, key=_grown_bytes)
    history = worst.history_bytes_per_trial
    per_trial = _per_trial(worst)
    is_history = worst.verdict is Verdict.HISTORY or (history is not None and history >= MOSTLY * per_trial)
    yield Finding(
        rule=RULE.key,
        title=f"Memory grows by {bytes_text(per_trial)} with each trial: {bytes_text(_grown_bytes(worst))} over "
        f"{counted(worst.trials, 'trial')}" + (", most of it Optuna's own trial history" if is_history else ""),
        evidence=tuple(_evidence(profile, worst, len(growing))),
        ceiling_bytes=_grown_bytes(worst) if is_history else max(per_trial - (history or 0.0), 0.0) * worst.trials,
        basis="The slope of the process's memory over its trials, times its trials"
        + ("." if is_history or history is None else "; Optuna's own trial history is taken off."),
        remedy="Store less in each trial (attributes and intermediate values stay in memory: keep large results in "
        "files, and their names in the study), or split the study."
        if is_history
        else "Look for what each trial leaves behind: a list or cache at module level, figures that are not closed, "
        "models kept in callbacks; `gc_after_trial=True` helps where it is reference cycles.",
        command=proof(profile),
    )


def is_large(growth: Growth) -> bool:
    """At least 64 MiB over the record, or 256 KiB a trial: less than that no long study feels."""
    return _grown_bytes(growth) >= LEAST_BYTES or _per_trial(growth) >= LEAST_BYTES_PER_TRIAL


def _per_trial(growth: Growth) -> float:
    return 0.0 if growth.bytes_per_trial is None else max(growth.bytes_per_trial.value, 0.0)


def _grown_bytes(growth: Growth) -> float:
    return _per_trial(growth) * growth.trials


def _evidence(profile: Profile, growth: Growth, growing: int) -> Iterator[str]:
    slope = growth.bytes_per_trial
    if slope is not None and slope.low is not None and slope.high is not None:
        yield (
            f"With 95 % confidence {range_text(slope.low, slope.value, slope.high, bytes_scale(slope.value))} a trial."
        )
    yield growth.because
    if growth.history_bytes_per_trial is not None:
        yield f"Optuna's own trial history accounts for {bytes_text(growth.history_bytes_per_trial)} of it a trial."
    if growing > 1:
        yield f"{counted(growing, 'process', 'processes')} grow; this is the one that grew most."
    left = _trials_left(profile, growth)
    if left is not None:
        yield (
            f"At this rate the {bytes_text(profile.memory_limit_bytes or 0)} of this machine last about {left} "
            "more trials."
        )


def _trials_left(profile: Profile, growth: Growth) -> str | None:
    """Trials of any process, each growing so much; None where the peak or the limit is not known."""
    peak = None if profile.memory is None else profile.memory.peak_pss_bytes
    if profile.memory_limit_bytes is None or peak is None or _per_trial(growth) <= 0:
        return None
    left = max(profile.memory_limit_bytes - peak, 0) / _per_trial(growth)
    return count_text(float(f"{left:.2g}"))


RULE = Rule(key="memory-grows", judge=judge)
