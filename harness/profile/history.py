"""What a study's history tells beside its finished trials, in sentences: trend, gaps, rows, and cost of resuming."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from harness.attach.histories.resuming import Range, ResumeCost, resume_cost
from harness.model.codec import decode
from harness.model.history import HISTORY, HistoryFacts
from harness.model.record import TrialState
from harness.model.store import read_json
from harness.profile.columns import STATES, Trials
from harness.profile.rising import line_of
from harness.profile.standstill import standstill_of
from harness.stats.interval import Interval
from harness.stats.trend import trend_of
from harness.units import bytes_scale, bytes_text, count_text, range_text, seconds_scale, seconds_text, time_text

_RESUME_FROM_S = 0.5  # an opening that costs less is not worth a sentence


def read_facts(folder: Path) -> HistoryFacts | None:
    """What was read beside the trials; None for a record that is no history. Raises RecordError for a damaged one."""
    data = read_json(folder / HISTORY)
    return None if data is None else decode(HistoryFacts, data, str(folder / HISTORY))


def notes_of(facts: HistoryFacts, trials: Trials) -> tuple[str, ...]:
    """The sentences that a history has to itself."""
    cost = resume_cost(facts.rows, facts.storage)
    return (*_trend(trials), *_gaps(trials), *_unfinished(facts), *_workers(facts), *_stored(facts), *_resuming(cost))


def _trend(trials: Trials) -> Iterator[str]:
    per_trial = _per_trial(trials)
    if per_trial is None or per_trial.low is None or per_trial.high is None:
        return
    low_s, change_s, high_s = (bound * (len(trials) - 1) for bound in (per_trial.low, per_trial.value, per_trial.high))
    bounds = range_text(low_s, change_s, high_s, seconds_scale(max(abs(low_s), abs(high_s))))
    if low_s == high_s == 0:
        yield "Trials became neither longer nor shorter."
    elif low_s <= 0 <= high_s:
        yield f"Trials became neither longer nor shorter: by {bounds} from the first to the last (95 %)."
    else:
        yield f"Trials became {'longer' if change_s > 0 else 'shorter'}: by {bounds} from the first to the last (95 %)."


def _per_trial(trials: Trials) -> Interval | None:
    """By how much a trial is longer than the one before: of complete trials, as findings judge them, where these are
    enough, else of all that finished.
    """
    if not len(trials):
        return None
    line = line_of(trials.number, np.where(trials.state == STATES.index(TrialState.COMPLETE), trials.wall_s, np.nan))
    if line is not None:
        return line.slope_s
    return trend_of(trials.wall_s[np.argsort(trials.started_s, kind="stable")].tolist())


def _gaps(trials: Trials) -> Iterator[str]:
    found = standstill_of(trials)
    if found is None:
        return
    stood, longest = (
        seconds_text(found.total_s),
        f"{seconds_text(found.longest_s)} from {time_text(found.longest_from_s)}",
    )
    stretches = (
        f"once, for {longest}"
        if found.count == 1
        else (f"in {count_text(found.count)} stretches, {stood} in all, the longest {longest}")
    )
    yield (
        f"No trial at all was under way {stretches}: the study was stopped there, or its workers were. "
        f"The rest of the time {found.at_once:.2f} trials were under way at once."
    )


def _unfinished(facts: HistoryFacts) -> Iterator[str]:
    if facts.running:
        are = "trial is" if len(facts.running) == 1 else "trials are"
        since = "" if facts.running_since_s is None else f", since {time_text(facts.running_since_s)} at the longest"
        yield (
            f"{count_text(len(facts.running))} {are} RUNNING in the storage{since}: under way when it was read "
            f"({time_text(facts.read_s)}), or left by workers that died."
        )
    if facts.waiting:
        wait = "trial waits" if facts.waiting == 1 else "trials wait"
        yield f"{count_text(facts.waiting)} enqueued {wait} to be run."


def _workers(facts: HistoryFacts) -> Iterator[str]:
    if facts.workers is None:
        yield (
            "This storage does not tell which worker ran a trial: trials that overlap are laid side by side, in as few "
            "lanes as hold them."
        )


def _stored(facts: HistoryFacts) -> Iterator[str]:
    rows = facts.rows
    size = "" if rows.storage_bytes is None else f", in a file of {bytes_text(rows.storage_bytes)}"
    yield (
        f"The study holds {count_text(rows.trials)} trials with {count_text(rows.params)} parameters, "
        f"{count_text(rows.user_attributes)} user and {count_text(rows.system_attributes)} system attributes "
        f"({bytes_text(rows.attribute_bytes)} as JSON) and {count_text(rows.intermediate_values)} intermediate "
        f"values{size}."
    )


def _resuming(cost: ResumeCost | None) -> Iterator[str]:
    if cost is None:
        yield "What resuming the study would cost was not measured for this kind of storage."
        return
    if cost.opening_cpu_s.value < _RESUME_FROM_S:
        yield f"Resuming it costs less than {seconds_text(_RESUME_FROM_S)} of CPU before the first trial."
        return
    beyond = "; it is larger than any that was measured, so this is extrapolated" if cost.is_extrapolated else ""
    yield (
        f"Each process that resumes it spends about {_seconds(cost.opening_cpu_s)} of CPU and "
        f"{_bytes(cost.opening_bytes)} before its first trial, and TPE, Optuna's default sampler, then "
        f"{_seconds(cost.tpe_cpu_s)} of CPU in each: on a machine like the one it was measured on ({cost.machine}, "
        f"Optuna {cost.optuna}){beyond}."
    )


def _seconds(estimate: Range) -> str:
    scale = seconds_scale(estimate.value)
    return f"{seconds_text(estimate.value)} ({range_text(estimate.low, estimate.value, estimate.high, scale)})"


def _bytes(estimate: Range) -> str:
    scale = bytes_scale(estimate.value)
    return f"{bytes_text(estimate.value)} ({range_text(estimate.low, estimate.value, estimate.high, scale)})"
