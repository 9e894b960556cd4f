"""The correctness gate: arms that are compared by cost alone must give the values of the baseline, trial by trial."""

from collections.abc import Mapping

from harness.errors import RunError
from harness.experiments.values import first_difference
from harness.model.comparison import Answering, Arm, ArmRole
from harness.model.record import Record


class NotDeterministicError(RunError):
    """The same parameters gave other values in the same arm: nothing can be compared by cost alone."""


class Gate:
    """Holds each finished run against the first of the baseline; `withdrawn` are levers that changed a value."""

    def __init__(self) -> None:
        self._reference: Record | None = None
        self._waiting: list[tuple[Arm, Record]] = []
        self.withdrawn: dict[str, str] = {}

    def take(self, arm: Arm, record: Record) -> None:
        """A run has finished. Raises NotDeterministicError where it is of an unchanged arm and its values differ."""
        if arm.answering is Answering.QUALITY or arm.name in self.withdrawn:
            return
        if self._reference is None and arm.role is ArmRole.BASELINE:
            self._reference = record
            waiting, self._waiting = self._waiting, []
            for earlier_arm, earlier in waiting:
                self._hold(record, earlier_arm, earlier)
        elif self._reference is None:
            self._waiting.append((arm, record))
        else:
            self._hold(self._reference, arm, record)

    def _hold(self, reference: Record, arm: Arm, record: Record) -> None:
        difference = first_difference(reference, record)
        if difference is None:
            return
        if arm.role is ArmRole.LEVERS or arm.of is not None:
            self.withdrawn.setdefault(arm.name, f"its values differ from the baseline's: {difference.sentence}")
            return
        raise NotDeterministicError(
            f"this workload is not deterministic under a seed: two runs of the same arm differ, {difference.sentence} "
            f"({reference.folder.name} and {record.folder.name}). Fix every seed in it, or set PYTHONHASHSEED, and "
            "compare again; what was measured is kept"
        )


def order_of_checks(records: Mapping[str, tuple[Arm, Record]]) -> list[tuple[Arm, Record]]:
    """A block's runs, unchanged arms first: where these differ among themselves, no lever is to blame."""
    return sorted(records.values(), key=lambda found: found[0].role is ArmRole.LEVERS or found[0].of is not None)
