"""The pruner observer: passes the question on and charges its time to "pruner"."""

from typing import TYPE_CHECKING

from harness.attach.proxy import Proxy
from harness.attach.recorder import Recorder

if TYPE_CHECKING:
    from optuna import Study
    from optuna.pruners import BasePruner
    from optuna.trial import FrozenTrial

PRUNER = "pruner"


class ObservedPruner(Proxy):
    """Stands before the pruner that a study uses."""

    __slots__ = ()

    def __init__(self, inner: "BasePruner", recorder: Recorder) -> None:
        self._harness_inner = inner
        self._harness_recorder = recorder

    def prune(self, study: "Study", trial: "FrozenTrial") -> bool:
        ledger = self._harness_recorder.ledger
        ledger.enter(PRUNER)
        try:
            return bool(self._harness_inner.prune(study, trial))
        finally:
            ledger.leave()
