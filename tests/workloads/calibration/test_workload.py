"""The calibration as a workload: a plan's settings name the case and its sizes, and wrong ones are refused."""

from pathlib import Path

import optuna
import pytest

from harness.errors import InputError
from harness.model.plan import Plan, Setting
from harness.workloads.calibration.case import Asked
from harness.workloads.calibration.tally import Tally, read_tally
from harness.workloads.calibration.workload import build


def plan(**settings: Setting) -> Plan:
    return Plan(workload="calibration", settings=tuple(settings.items()))


def test_a_case_and_its_sizes_come_from_the_settings() -> None:
    study = optuna.create_study()
    study.optimize(build(plan(case="attributes", attributes=3)).objective, n_trials=2)
    assert [len(trial.user_attrs) for trial in study.trials] == [3, 3]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"case": "bussy"}, "did you mean 'busy'"),
        ({"case": "busy", "gpu_ms": 3}, "has no size 'gpu_ms'; it has cpu_ms"),
        ({"case": "busy", "cpu_ms": "long"}, "is a number, not 'long'"),
        ({"case": "busy", "cpu_ms": -1}, "not negative, not -1"),
        ({"case": "workers-fork"}, "harness run -m harness.workloads.calibration workers-fork"),
        ({"case": "duplicates"}, "is more than an objective"),
        ({"case": "states"}, "is more than an objective"),
        ({"case": "blas"}, "is more than an objective"),
    ],
)
def test_what_does_not_fit_is_refused(settings: dict[str, Setting], said: str) -> None:
    with pytest.raises(InputError, match=said):
        build(plan(**settings))


@pytest.mark.parametrize(("trials", "jobs", "shares"), [(5, 2, (3, 2)), (4, 4, (1, 1, 1, 1)), (2, 3, (1, 1, 0))])
def test_trials_are_shared_out_evenly(trials: int, jobs: int, shares: tuple[int, ...]) -> None:
    assert Asked(trials=trials, jobs=jobs).shared_out() == shares


def test_a_study_of_no_trial_is_refused() -> None:
    with pytest.raises(InputError, match="at least one trial"):
        Asked(trials=0)


def test_a_tally_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--tally"):
        read_tally(tmp_path / "nowhere")
    (tmp_path / "odd").write_text('{"number": 1}\n')
    with pytest.raises(InputError, match="not what a calibration case wrote"):
        read_tally(tmp_path / "odd")


def test_a_trial_that_raises_is_tallied_all_the_same(tmp_path: Path) -> None:
    tally = Tally(tmp_path / "tally")
    with pytest.raises(ZeroDivisionError), tally.trial(7), tally.measure("division"):
        divmod(1, 0)
    (put,) = read_tally(tmp_path / "tally")
    assert (put.number, put.parts["division"].calls) == (7, 1)
