"""Rule: each new trial costs the sampler more than the one before."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.profile.columns import Floats, Trials
from harness.profile.facts import Profile, Study
from harness.stats.interval import Interval
from harness.stats.trend import theil_sen
from harness.units import count_text, range_text, seconds_scale, seconds_text

SPAN = "suggest"
LEAST_TRIALS = 40
LEAST_GROWTH = 0.25  # of the sampler's CPU
MOST_BLOCKS = 20  # medians of so many blocks of trials are what the line is fitted to
START_UP = 10  # trials that Optuna's samplers draw at random before they begin to model
AHEAD = 10  # times the trials of the record: how far the line is drawn out


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The sampler's CPU per trial against the trial's number, as a line."""

    study: Study
    trials: int
    first_s: float  # of the first block (median)
    last_s: float  # of the last block
    last_number: int
    fixed_s: float  # of the line, at trial 0
    slope_s: Interval  # per trial
    growth_s: float  # of all trials together: what they cost beyond the line at trial 0


def judge(case: Case) -> Iterator[Finding]:
    """One finding, for the study whose growth costs most."""
    profile, whole = case.profile, case.whole
    trends = [trend for index in range(len(profile.studies)) if (trend := trend_of(profile, index)) is not None]
    if whole is None or not trends:
        return
    worst = max(trends, key=lambda trend: trend.growth_s)
    growth_s = worst.growth_s / whole.trials
    saving = whole.saved_by(growth_s, growth_s)
    ahead = AHEAD * (worst.last_number + 1)
    yield Finding(
        rule=RULE.key,
        title=f"The sampler slows down as the study grows: {seconds_text(worst.first_s)} of CPU in the first trials, "
        f"{seconds_text(worst.last_s)} in the last",
        evidence=(
            (
                f"{worst.study.sampler or 'The sampler'}, over "
                f"{count_text(worst.trials)} trials: {_slope_text(worst.slope_s)} more for every hundred trials."
            ),
            (
                f"If it goes on like this, trial {count_text(ahead)} spends "
                f"{seconds_text(worst.fixed_s + worst.slope_s.value * ahead)} in the sampler."
            ),
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: the growth of the sampler's CPU with the trial's number, on the trials of this record; a "
        "longer study loses more.",
        remedy="For a long study choose a sampler whose cost does not grow (`CmaEsSampler`, `QMCSampler`, "
        "`RandomSampler`), or continue in a fresh study seeded with the best trials.",
        command=proof(profile),
    )


def trend_of(profile: Profile, index: int) -> Trend | None:
    """The trend of one study; None where there are too few trials, no CPU times, or no growth that is sure."""
    rows = np.flatnonzero(profile.trials.study == index)
    rows = rows[np.argsort(profile.trials.number[rows], kind="stable")][START_UP:]
    cpu_s = _sampler_cpu_s(profile.trials)
    if cpu_s is None or len(rows) < LEAST_TRIALS - START_UP:
        return None
    number, cost_s = profile.trials.number[rows].astype(float), cpu_s[rows]
    blocks = list(np.array_split(np.arange(len(rows)), min(len(rows) // 5, MOST_BLOCKS)))
    at = [float(np.mean(number[block])) for block in blocks]
    level = [float(np.median(cost_s[block])) for block in blocks]
    if not np.isfinite(level).all():
        return None
    slope_s = theil_sen(at, level)
    growth_s = float(np.sum(np.minimum(slope_s.value * number, cost_s)))
    if (slope_s.low or 0.0) <= 0 or growth_s < LEAST_GROWTH * float(np.sum(cost_s)):
        return None
    return Trend(
        study=profile.studies[index],
        trials=len(rows) + START_UP,
        first_s=level[0],
        last_s=level[-1],
        last_number=int(number[-1]),
        fixed_s=float(np.median(np.array(level) - slope_s.value * np.array(at))),
        slope_s=slope_s,
        growth_s=growth_s,
    )


def _sampler_cpu_s(trials: Trials) -> Floats | None:
    """In the trial and before it: some samplers do their modelling when a trial is asked for."""
    inside, before = trials.spans.get(SPAN), trials.before.get(SPAN)
    if inside is None:
        return None
    return inside.cpu_s if before is None else inside.cpu_s + np.nan_to_num(before.cpu_s)


def _slope_text(slope_s: Interval) -> str:
    slope = slope_s.scaled(100.0)
    if slope.low is None or slope.high is None:
        return seconds_text(slope.value)
    return f"{seconds_text(slope.value)} ({range_text(slope.low, slope.value, slope.high, seconds_scale(slope.value))})"


RULE = Rule(key="sampler-grows", judge=judge)
