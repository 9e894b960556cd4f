"""Racing: a trial sees growing shares, keeps its parameters, and ends where Optuna's pruner says so."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import optuna
import pytest
from optuna.pruners import BasePruner
from optuna.samplers import RandomSampler
from optuna.trial import TrialState

from harness.model.search import Portion, Racing, Search
from harness.runner.searching.racing import Heat, heats_of, pruner_for, raced

ROWS = 1_000


class Data:
    """What a source would hand out, and how many rows all trials have read."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int | None]] = []
        self.read = 0

    @contextmanager
    def on(self, heat: Heat) -> Iterator[None]:
        self.seen.append((heat.share, heat.block))
        self.read += round(heat.share * ROWS)
        yield


def study(pruner: BasePruner) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(sampler=RandomSampler(seed=5), pruner=pruner)


def parabola(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", -1, 1) ** 2


def race(racing: Racing, trials: int, objective: Any = parabola) -> tuple[optuna.Study, Data]:
    search = Search(racing=racing, portion=Portion.BLOCKS, blocks=8)
    found, data = study(pruner_for(racing)), Data()
    found.optimize(raced(objective, heats_of(search, 1.0), data.on), n_trials=trials)
    return found, data


def test_rungs_have_the_steps_at_which_halving_decides() -> None:
    heats = heats_of(Search(racing=Racing.HALVING), 1.0)

    assert [(heat.step, heat.share, heat.is_last) for heat in heats] == [
        (1, 0.1, False),
        (3, 0.3, False),
        (9, 1.0, True),
    ]


def test_rungs_are_shares_of_the_stages_share() -> None:
    assert [heat.share for heat in heats_of(Search(racing=Racing.MEDIAN), 0.5)] == [0.05, 0.15, 0.5]


def test_wilcoxon_judges_on_single_blocks_of_the_rung_before_the_last() -> None:
    *blocks, last = heats_of(Search(racing=Racing.WILCOXON, portion=Portion.BLOCKS, blocks=4), 1.0)

    assert [(heat.step, heat.block, heat.share) for heat in blocks] == [(n, n, 0.3) for n in range(4)]
    assert [heat.judged_share for heat in blocks] == pytest.approx([0.075, 0.15, 0.225, 0.3])
    assert (last.share, last.block, last.is_last) == (1.0, None, True)


@pytest.mark.parametrize("racing", [Racing.MEDIAN, Racing.HALVING])
def test_racing_ends_poor_trials_and_reads_fewer_rows(racing: Racing) -> None:
    found, data = race(racing, 60)

    states = [trial.state for trial in found.trials]
    assert states.count(TrialState.PRUNED) >= 20
    assert data.read < 60 * ROWS * 0.8
    worst = max(t.params["x"] ** 2 for t in found.trials if t.state is TrialState.COMPLETE and t.number > 20)
    assert worst < max(t.params["x"] ** 2 for t in found.trials)


def test_wilcoxon_ends_a_trial_that_is_worse_on_every_block() -> None:
    found, data = race(Racing.WILCOXON, 40)

    assert any(trial.state is TrialState.PRUNED for trial in found.trials)
    assert {block for _, block in data.seen} <= {None, *range(8)}
    assert found.best_trial.state is TrialState.COMPLETE


def test_a_trial_keeps_its_parameters_on_every_rung_and_its_last_attributes() -> None:
    seen: list[tuple[int, float]] = []

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", -1, 1)
        seen.append((trial.number, x))
        trial.set_user_attr("calls", len(seen))
        return x

    found, _ = race(Racing.HALVING, 1, objective)

    assert len(seen) == 3
    assert len(set(seen)) == 1
    assert found.trials[0].user_attrs == {"calls": 3}


def test_a_trial_that_reached_all_the_data_is_never_pruned_there() -> None:
    found, data = race(Racing.HALVING, 30)

    whole = sum(share == 1.0 for share, _ in data.seen)
    assert whole == sum(trial.state is TrialState.COMPLETE for trial in found.trials)


@pytest.mark.parametrize("value", [None, math.nan, "poor"])
def test_a_value_that_is_no_number_is_optunas_to_judge(value: object) -> None:
    found, data = race(Racing.HALVING, 1, lambda trial: value)

    assert found.trials[0].state is TrialState.FAIL
    assert len(data.seen) == 1
