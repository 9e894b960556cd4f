"""Whether the workers that evaluate trials asked for elsewhere are kept busy, from samples of their stacks."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

from harness.model.stacks import Stacks, StackSample
from harness.profile.account.facts import PoolUse
from harness.profile.account.rows import ProcessPhases
from harness.profile.columns import Floats, Trials
from harness.profile.facts import Process
from harness.profile.stack_cut import is_idle
from harness.profile.trial_time.overlap import stretches_of

LEAST_SAMPLES = 20
LEAST_BUSY = 0.2  # of the busiest worker's time: below it, it is none (a resource tracker, an executor's own thread)

_Worker = tuple[int, int]  # pid and native thread


def pool_use(
    stacks: Stacks, trials: Trials, processes: Sequence[Process], rows: Sequence[ProcessPhases]
) -> PoolUse | None:
    """None where every trial was worked on by the thread that asked for it, or no worker was seen.

    A worker is a thread other than those that ask: of a process that ran no trials, or another one of the same.
    """
    if not len(trials) or not any(row.has_asked for row in rows):
        return None
    batches = stretches_of(trials)
    asking = {row.pid for row in rows if row.has_asked}
    idle = [is_idle([stacks.frames[index] for index in stack]) for stack in stacks.stacks]
    busy_s, seen = _seen(stacks.samples, (batches.started_s, batches.ended_s), asking, idle)
    least_s = LEAST_BUSY * max(busy_s.values(), default=0.0)
    workers = [one for one in seen if busy_s[one] > 0 and busy_s[one] >= least_s]
    samples = sum(seen[one][0] for one in workers)
    if len(workers) < 2 or samples < LEAST_SAMPLES:
        return None
    whole_s = sum(seen[one][1] for one in workers)
    return PoolUse(
        workers=len(workers),
        are_threads=all(pid in asking for pid, _ in workers),
        busy_share=min(sum(busy_s[one] for one in workers) / whole_s, 1.0),
        batches=len(batches.started_s),
        trials_per_batch=len(trials) / len(batches.started_s),
        batch_s=float((batches.ended_s - batches.started_s).sum()),
        samples=samples,
    )


def _seen(
    samples: Sequence[StackSample], bounds: tuple[Floats, Floats], asking: Collection[int], idle: Sequence[bool]
) -> tuple[dict[_Worker, float], dict[_Worker, tuple[int, float]]]:
    """Within the times that trials were open: seconds at work of each thread, its samples and all their seconds."""
    order = np.argsort(bounds[0], kind="stable")
    started_s, ended_s = bounds[0][order], np.maximum.accumulate(bounds[1][order])
    busy_s: dict[_Worker, float] = defaultdict(float)
    seen: dict[_Worker, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for sample in samples:
        if sample.pid in asking and sample.native_thread in (sample.pid, -1):
            continue
        place = int(np.searchsorted(started_s, sample.at_s, side="right")) - 1
        if place < 0 or sample.at_s > ended_s[place]:
            continue
        worker = sample.pid, sample.native_thread
        count, whole_s = seen[worker]
        seen[worker] = count + 1, whole_s + sample.weight_s
        if not idle[sample.stack]:
            busy_s[worker] += sample.weight_s
    return busy_s, dict(seen)
