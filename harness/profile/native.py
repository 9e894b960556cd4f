"""Native threads (those that Python does not know) at work inside trials, from the trials for which they were read."""

import numpy as np

from harness.profile.columns import Trials
from harness.profile.facts import NativeUse


def native_of(trials: Trials, process: int) -> NativeUse | None:
    """Of one process; None where no trial of it was read.

    Rates over the time that the trials read lasted, since trials that overlap see the same native threads.
    """
    native = trials.native
    if native is None:
        return None
    rows = np.flatnonzero((trials.process == process) & np.isfinite(native.cpu_s))
    lasted_s = float(np.sum(trials.ended_s[rows] - trials.started_s[rows]))
    if not len(rows) or lasted_s <= 0:
        return None
    cpu_s = float(np.sum(native.cpu_s[rows]))
    by_work = native.threads[rows][native.threads[rows] > 0]
    return NativeUse(
        trials=len(rows),
        cores=cpu_s / lasted_s,
        queued=float(np.sum(native.queued_s[rows])) / lasted_s,
        busy=min(float(np.sum(native.busy_s[rows])) / lasted_s, 1.0),
        threads=round(float(np.median(by_work))) if len(by_work) else 0,
    )
