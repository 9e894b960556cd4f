"""The objective that only suggests: one point of the reference search space and no work, so that its cost is Optuna's.

A plan names it as "harness.workloads.topstepb.suggest_only:suggest_only"; benchmarks divide by what its study costs.
"""

from typing import TYPE_CHECKING

from harness.workloads.topstepb.objective import suggest

if TYPE_CHECKING:
    import optuna


def suggest_only(trial: "optuna.Trial") -> float:
    """Suggest all nine parameters; the value is one of them, so that samplers that learn have something to learn."""
    return float(suggest(trial).stop_atr)
