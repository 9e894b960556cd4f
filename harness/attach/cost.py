"""What one event of the observers costs in this process: a call passed on, beside the same call made directly."""

import time
from statistics import median
from typing import Any, cast

from harness.attach.storage import ObservedStorage
from harness.probes.ledger import Ledger

_ROUNDS = 25
_OTHERS = bytes(1 << 20)  # walked between two calls, as whatever a trial does leaves the processor's caches cold


class _Inner:
    def get_n_trials(self, study_id: int) -> int:
        return study_id


class _Recorder:
    def __init__(self) -> None:
        self.ledger = Ledger()


def observed_event_cost_s(rounds: int = _ROUNDS) -> float:
    """CPU seconds of one event, of which an observed call has two; measured on a ledger of its own, in milliseconds."""
    inner = _Inner()
    observed = ObservedStorage(cast("Any", inner), cast("Any", _Recorder()))
    costs = [_call_ns(observed) - _call_ns(inner) for _ in range(rounds)]
    return max(median(costs), 0) * 1e-9 / 2


def _call_ns(storage: Any) -> int:
    _OTHERS.count(1)
    began_ns = time.perf_counter_ns()
    storage.get_n_trials(1)
    return time.perf_counter_ns() - began_ns
