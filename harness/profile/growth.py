"""The memory verdict: whether a process grows with its trials by an amount that matters, and by what."""

import numpy as np

from harness.profile.columns import Floats
from harness.profile.facts import Growth, Verdict
from harness.stats.interval import Interval
from harness.stats.trend import BLOCKS, trend_of
from harness.units import bytes_text

MATTERS_BYTES = 8 * 1024**2  # over the trials of the run
MATTERS_SHARE = 0.02  # of the process's memory
HISTORY_FACTOR = 2.0  # samplers keep a copy of what the history holds
_WARM_UP_SHARE, _WARM_UP_LEAST, _WARM_UP_MOST = 0.2, 3, 100  # imports, caches, the sampler's first model


def growth_of(pid: int, resident: Floats, history_bytes_per_trial: float | None, peaks: Floats | None = None) -> Growth:
    """Judge one process by its RSS after each of its trials, in order of time, and its peaks within them.

    LEAK: even the lower bound of the growth, less twice Optuna's own history, matters. HISTORY: the lower bound
    matters, and that history accounts for it. NONE: the upper bound does not matter. UNDECIDED: neither. Growth matters
    from `MATTERS_BYTES` and `MATTERS_SHARE` of the process's memory on, both over the trials that were judged.

    Where the peaks surely grow less than what is left after each trial, an allocator keeps for the next trial what the
    last one needed: the peaks' growth is the process's.
    """
    warm = _warm_up(len(resident))
    kept = resident[warm:]
    trend = trend_of(kept.tolist())
    if trend is None:
        fewest = next(count for count in range(200) if count - _warm_up(count) >= BLOCKS)
        because = f"{len(resident)} trials are too few to tell growth from noise: {fewest} are needed."
        return _growth(pid, len(kept), None, history_bytes_per_trial, (Verdict.UNDECIDED, because))
    matters = max(MATTERS_BYTES, MATTERS_SHARE * float(np.median(kept))) / len(kept)
    within = None if peaks is None or not np.isfinite(peaks[warm:]).all() else trend_of(peaks[warm:].tolist())
    what = "RSS"
    if within is not None and within.high is not None and trend.low is not None and within.high < trend.low:
        trend, what = within, "The peak within trials"
    judged = _judge(trend, matters, len(kept), history_bytes_per_trial, what)
    return _growth(pid, len(kept), trend, history_bytes_per_trial, judged)


def _warm_up(trials: int) -> int:
    return min(max(int(trials * _WARM_UP_SHARE), _WARM_UP_LEAST), _WARM_UP_MOST, trials)


def _judge(trend: Interval, matters: float, trials: int, history: float | None, what: str) -> tuple[Verdict, str]:
    low = trend.value if trend.low is None else trend.low
    high = trend.value if trend.high is None else trend.high
    own = HISTORY_FACTOR * (history or 0.0)
    limit = f"{bytes_text(matters * trials)} over these {trials} trials would matter"
    if low > matters:
        grew = f"{what} grew by at least {bytes_text(low)} per trial, and {limit}"
        if low - own > matters:
            known = (
                "what Optuna's own history takes is not known"
                if history is None
                else (f"Optuna's own history accounts for about {bytes_text(history)} of it")
            )
            return Verdict.LEAK, f"{grew}; {known}."
        return Verdict.HISTORY, (
            f"{grew}; Optuna's own history (parameters, attributes and reports of each trial, kept in the study), "
            f"about {bytes_text(history or 0.0)} per trial and a copy in the sampler, accounts for it."
        )
    if high < matters:
        return Verdict.NONE, f"{what} grew by at most {bytes_text(max(high, 0.0) * trials)}; {limit}."
    return Verdict.UNDECIDED, (
        f"{what} grew by {bytes_text(trend.value)} per trial, but {bytes_text(low)} to {bytes_text(high)} are "
        f"possible; {limit}. More trials would tell."
    )


def _growth(
    pid: int, trials: int, trend: Interval | None, history: float | None, judged: tuple[Verdict, str]
) -> Growth:
    verdict, because = judged
    return Growth(
        pid=pid,
        trials=trials,
        bytes_per_trial=trend,
        verdict=verdict,
        history_bytes_per_trial=history,
        because=because,
    )
