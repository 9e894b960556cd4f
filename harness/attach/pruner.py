"""The pruner observer: `prune` of each pruner class in use is timed as "pruner".

A stand-in would be asked for its class several times per trial, as Optuna looks for HyperbandPruner: that costs more
than pruning does. So the pruner stays itself, and its class's method is wrapped once.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness.attach.hidden import hide_frame
from harness.attach.recorder import Recorder

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

PRUNER = "pruner"


class ObservedPruners:
    """The pruner classes whose `prune` has been wrapped, and what they had before."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._wrapped: dict[type, Any] = {}

    def see(self, pruner: Any) -> Any:
        """The pruner itself; from now on its kind is heard."""
        kind = type(pruner)
        if kind not in self._wrapped and callable(getattr(kind, "prune", None)):
            self._wrapped[kind] = vars(kind).get("prune")
            kind.prune = self._timed(kind.prune)
        return pruner

    def restore(self) -> None:
        """Every class as it was."""
        for kind, own in self._wrapped.items():
            if own is None:
                del kind.prune  # type: ignore[attr-defined]
            else:
                kind.prune = own  # type: ignore[attr-defined]
        self._wrapped.clear()

    def _timed(self, prune: Callable[..., bool]) -> Callable[..., bool]:
        recorder = self._recorder

        @functools.wraps(prune)
        def observed(self: Any, study: "Study", trial: "FrozenTrial") -> bool:
            recorder.ledger.enter(PRUNER)
            try:
                return prune(self, study, trial)
            except BaseException as error:
                hide_frame(error)
                raise
            finally:
                recorder.ledger.leave()

        return observed
