"""The row of a trial that this process tells and another asked for: when it began, as the storage says, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.attach.instruments import Instruments
from harness.model.record import TrialRow, TrialState

_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Who tells it: the process, its thread, its study's index there, and when."""

    pid: int
    worker: int
    thread: int
    native_thread: int
    study: int
    now_s: float  # since the Unix epoch


def told_row(
    trial: Any, teller: Teller, outcome: tuple[TrialState, Sequence[float] | None], read: Instruments
) -> TrialRow | None:
    """None where the storage does not say when it began. Nothing of it was seen here: its time is all elapsed time."""
    began = trial.datetime_start
    if began is None:
        return None
    state, values = outcome
    began_s = min(float(began.timestamp()), teller.now_s)
    return TrialRow(
        number=int(trial.number),
        worker=teller.worker,
        pid=teller.pid,
        thread=teller.thread,
        native_thread=teller.native_thread,
        state=state,
        values=None if values is None else tuple(float(value) for value in values),
        params={name: value for name, value in trial.params.items() if isinstance(value, _PLAIN)},
        started_s=began_s,
        elapsed_s=teller.now_s - began_s,
        wall_s=0.0,
        cpu_s=0.0,
        process_cpu_s=0.0,
        spans={},
        before={},
        rss_bytes=read.rss(),
        study=teller.study,
    )
