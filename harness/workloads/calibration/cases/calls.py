"""Cases of counts: attributes, intermediate reports, states, and parameters that are evaluated again."""

from typing import TYPE_CHECKING, Any

from harness.workloads.calibration.case import Asked, Case, Objective, PlannedError, Sizes, Truth, complete, suggesting
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna

_STATES = ("complete", "pruned", "fail")


def _attributes(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        for index in range(int(sizes["attributes"])):
            trial.set_user_attr(f"attribute {index}", index / 7)

    return suggesting(cost, tally)


def _attributes_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, storage_calls={"set_trial_user_attr": int(sizes["attributes"]), "set_trial_param": 1})


def _reports(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        for step in range(int(sizes["reports"])):
            trial.report(1 / (step + 1), step)

    return suggesting(cost, tally)


def _reports_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, storage_calls={"set_trial_intermediate_value": int(sizes["reports"])})


def _states(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        from optuna import TrialPruned

        state = _STATES[trial.number % len(_STATES)]
        if state == "pruned":
            raise TrialPruned
        if state == "fail":
            raise PlannedError(f"trial {trial.number} was meant to fail")

    return suggesting(cost, tally)


def _states_truth(sizes: Sizes, asked: Asked) -> Truth:
    each = {state: len(range(place, asked.trials, len(_STATES))) for place, state in enumerate(_STATES)}
    return Truth(trials=asked.trials, states=each)


def _nothing(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        """The trial costs nothing of its own."""

    return suggesting(cost, tally)


def _repeats(sizes: Sizes, asked: Asked) -> list[dict[str, Any]]:
    distinct = _distinct(sizes, asked)
    return [{"x": (number % distinct) / distinct} for number in range(asked.trials)]


def _repeats_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, duplicates=asked.trials - _distinct(sizes, asked))


def _distinct(sizes: Sizes, asked: Asked) -> int:
    return max(min(int(sizes["distinct"]), asked.trials), 1)


CASES = (
    Case(
        name="attributes",
        about="So many user attributes per trial, each a call of its own to the storage.",
        objective=_attributes,
        truth=_attributes_truth,
        sizes={"attributes": 37},
    ),
    Case(
        name="reports",
        about="So many intermediate values per trial, each a call of its own to the storage.",
        objective=_reports,
        truth=_reports_truth,
        sizes={"reports": 23},
    ),
    Case(
        name="states",
        about="Trials that complete, are pruned and fail, in turn.",
        objective=_states,
        truth=_states_truth,
        raises=True,
        trials=21,
    ),
    Case(
        name="duplicates",
        about="Enqueued trials that go round a few parameters.",
        objective=_nothing,
        truth=_repeats_truth,
        sizes={"distinct": 6},
        enqueued=_repeats,
    ),
)
