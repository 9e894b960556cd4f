"""Stored trials, sorted as they are read into finished ones and a count of the rest, with notes of what was odd."""

from dataclasses import dataclass, field
from datetime import datetime

from harness.attach.histories.past import STATES, PastTrial, Worker
from harness.attach.histories.times import elapsed_s, epoch_s
from harness.model.history import StoredRows
from harness.model.plan import Setting


@dataclass(slots=True, kw_only=True)
class StoredTrial:
    """A trial in any state, as its storage keeps it."""

    number: int
    state: str  # Optuna's name of it
    began: datetime | None
    ended: datetime | None
    values: tuple[float, ...] | None = None
    params: dict[str, Setting | None] = field(default_factory=dict)
    user_attributes: int = 0
    system_attributes: int = 0
    intermediate_values: int = 0
    attribute_bytes: int = 0
    worker: Worker | None = None
    breaks_constraint: bool = False


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What has been read so far."""

    is_utc: bool  # times without a zone are UTC, not this machine's local time
    has_whole_seconds: bool = False  # the storage keeps no fractions of them
    trials: list[PastTrial] = field(default_factory=list)
    running: list[int] = field(default_factory=list)
    running_since_s: float | None = None
    waiting: int = 0
    params: int = 0
    user_attributes: int = 0
    system_attributes: int = 0
    intermediate_values: int = 0
    attribute_bytes: int = 0
    infeasible: list[int] = field(default_factory=list)
    without_times: int = 0
    without_duration: int = 0
    backwards: int = 0

    def add(self, stored: StoredTrial) -> None:
        """Take one trial in."""
        self.params += len(stored.params)
        self.user_attributes += stored.user_attributes
        self.system_attributes += stored.system_attributes
        self.intermediate_values += stored.intermediate_values
        self.attribute_bytes += stored.attribute_bytes
        if stored.breaks_constraint:
            self.infeasible.append(stored.number)
        if stored.state in STATES:
            self._add_finished(stored)
        elif stored.state == "WAITING":
            self.waiting += 1
        else:
            self._add_running(stored)

    def rows(self, *, storage_bytes: int | None) -> StoredRows:
        """The sums."""
        return StoredRows(
            trials=len(self.trials) + self.without_times + len(self.running) + self.waiting,
            params=self.params,
            user_attributes=self.user_attributes,
            system_attributes=self.system_attributes,
            intermediate_values=self.intermediate_values,
            attribute_bytes=self.attribute_bytes,
            storage_bytes=storage_bytes,
        )

    def notes(self) -> list[str]:
        """What the reader of the report must know of the times."""
        notes = []
        if self.has_whole_seconds:
            notes.append("This storage keeps times in whole seconds: durations are known to a second.")
        if self.without_times:
            notes.append(f"{_trials(self.without_times)} without times: left out of everything else in this report.")
        if self.without_duration:
            notes.append(
                f"{_trials(self.without_duration)} of no duration: added to the study as finished (add_trial, "
                "copy_study), not run in it."
            )
        if self.backwards:
            notes.append(
                f"{_trials(self.backwards)} with an end before the beginning, taken as of no duration: a clock was set "
                "back, or those of two machines disagree."
            )
        return notes

    def _add_running(self, stored: StoredTrial) -> None:
        self.running.append(stored.number)
        if stored.began is not None:
            began_s = epoch_s(stored.began, is_utc=self.is_utc)
            self.running_since_s = began_s if self.running_since_s is None else min(self.running_since_s, began_s)

    def _add_finished(self, stored: StoredTrial) -> None:
        if stored.began is None or stored.ended is None:
            self.without_times += 1
            return
        lasted_s = elapsed_s(stored.began, stored.ended)
        self.without_duration += lasted_s == 0 and not self.has_whole_seconds
        self.backwards += lasted_s < 0
        self.trials.append(
            PastTrial(
                number=stored.number,
                state=STATES[stored.state],
                values=stored.values,
                params=stored.params,
                started_s=epoch_s(stored.began, is_utc=self.is_utc),
                elapsed_s=max(lasted_s, 0.0),
                user_attributes=stored.user_attributes,
                system_attributes=stored.system_attributes,
                intermediate_values=stored.intermediate_values,
                attribute_bytes=stored.attribute_bytes,
                worker=stored.worker,
            )
        )


CONSTRAINTS = "constraints"  # Optuna's key of a trial's system attribute; since Optuna 5 one for each, ":name" behind


def breaks(key: str, constraint: object) -> bool:
    """Whether a system attribute is a constraint of its trial that is broken: Optuna's rule is a number above zero."""
    if key != CONSTRAINTS and not key.startswith(f"{CONSTRAINTS}:"):
        return False
    each = constraint if isinstance(constraint, list | tuple) else (constraint,)
    return any(isinstance(value, int | float) and value > 0 for value in each)


def _trials(count: int) -> str:
    return f"{count:,} trial{'s' if count != 1 else ''}"
