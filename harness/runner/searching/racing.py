"""Racing: a trial is judged on growing shares of the data, and Optuna's pruner ends it where it falls behind."""

import math
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from optuna import TrialPruned
from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, MedianPruner, NopPruner, SuccessiveHalvingPruner, WilcoxonPruner

from harness.model.search import Racing, Search
from harness.workloads.base import Objective

FACTOR = 3  # between the steps of two rungs, and of three trials one goes on: shares of 0.1, 0.3 and 1
STARTUP_TRIALS = 5  # before the median judges


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """One judgement of a trial that races: its step as the pruner knows it, and the data that it is judged on."""

    step: int
    share: float
    judged_share: float  # with what the trial was judged on before, where that was other data
    block: int | None = None  # this block of the portion alone; None: all of it
    is_last: bool = False  # its value is the trial's


HeatData = Callable[[Heat], AbstractContextManager[None]]


def pruner_for(racing: Racing) -> BasePruner:
    """Optuna's pruner, set for rungs whose steps grow by FACTOR, or for blocks that count as repeats."""
    match racing:
        case Racing.NONE:
            return NopPruner()
        case Racing.MEDIAN:
            return MedianPruner(n_startup_trials=STARTUP_TRIALS)
        case Racing.HALVING:
            return SuccessiveHalvingPruner(min_resource=1, reduction_factor=FACTOR)
        case Racing.WILCOXON:
            import_module("scipy.stats")  # at start-up: Optuna would import it, for a second, in a trial
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ExperimentalWarning)  # that it is one is in the lever's documentation
                return WilcoxonPruner()


def heats_of(search: Search, share: float) -> tuple[Heat, ...]:
    """The judgements of one trial on `share` of the data; the last is the trial's value.

    Halving and the median judge on each rung. The Wilcoxon test wants independent repeats: single blocks, which are the
    largest rung below the whole cut into `blocks`, so that a trial that is not ended has cost that much more.
    """
    whole = Heat(step=FACTOR ** (len(search.rungs) - 1), share=share, judged_share=share, is_last=True)
    match search.racing:
        case Racing.NONE:
            return (whole,)
        case Racing.MEDIAN | Racing.HALVING:
            return (*(_rung(place, rung * share) for place, rung in enumerate(search.rungs[:-1])), whole)
        case Racing.WILCOXON:
            part = (search.rungs[-2] if len(search.rungs) > 1 else 1.0) * share
            return (*(_block(block, part, search.blocks) for block in range(search.blocks)), whole)


def _rung(place: int, share: float) -> Heat:
    return Heat(step=FACTOR**place, share=share, judged_share=share)


def _block(block: int, share: float, blocks: int) -> Heat:
    return Heat(step=block, share=share, judged_share=share * (block + 1) / blocks, block=block)


def raced(objective: Objective, heats: tuple[Heat, ...], on_data: HeatData) -> Objective:
    """The objective, called for each heat with the same trial until the pruner ends it.

    What it suggests is drawn once; attributes that it writes are written again on each rung, and the last ones stay.
    """

    def race(trial: Any) -> Any:
        for heat in heats:
            with on_data(heat):
                value = objective(trial)
            if heat.is_last or not _is_number(value):
                return value  # Optuna says what is wrong with a value that is none
            trial.report(value, heat.step)
            if trial.should_prune():
                raise TrialPruned(f"behind on {heat.judged_share:.0%} of the data")
        raise AssertionError("a race has a last heat")

    return race


def _is_number(value: object) -> bool:
    try:
        return not math.isnan(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
