"""The sampler observer: passes every call on, charges its time to "suggest", and marks where the objective runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.attach.charging import passing_on
from harness.attach.hidden import hide_frame
from harness.attach.proxy import Proxy
from harness.attach.recorder import Recorder

if TYPE_CHECKING:
    from optuna import Study
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial, TrialState

SUGGEST = "suggest"


def _charged(name: str) -> Any:
    return passing_on(SUGGEST, name, is_counted=False)


_before_trial, _after_trial = _charged("before_trial"), _charged("after_trial")


class ObservedSampler(Proxy):
    """Stands before the sampler that a study uses; storage calls made inside it are charged to the storage.

    Optuna calls `before_trial` last before it hands the trial to the objective, and `after_trial` first after it: what
    lies between is the objective's.
    """

    __slots__ = ()

    def __init__(self, inner: "BaseSampler", recorder: Recorder) -> None:
        self._harness_inner = inner
        self._harness_recorder = recorder

    reseed_rng = _charged("reseed_rng")
    infer_relative_search_space = _charged("infer_relative_search_space")
    sample_relative = _charged("sample_relative")
    sample_independent = _charged("sample_independent")

    def before_trial(self, study: "Study", trial: "FrozenTrial") -> None:
        try:
            _before_trial(self, study, trial)
        except BaseException as error:
            hide_frame(error)
            raise
        self._harness_recorder.objective_begins()

    def after_trial(
        self, study: "Study", trial: "FrozenTrial", state: "TrialState", values: Sequence[float] | None
    ) -> None:
        self._harness_recorder.objective_ends()
        try:
            _after_trial(self, study, trial, state, values)
        except BaseException as error:
            hide_frame(error)
            raise
