"""What an objective returned and Optuna refuses is kept as the reason why its trials failed."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harness.errors import ValueCountError
from harness.model.directions import Direction, Directions, DirectionSource, assumed
from harness.runner.objectives import checked, why_all_failed


def called(results: list[Any], directions: Directions) -> list[str]:
    """The reasons that are kept when an objective returns these, one after the other."""
    kept: list[str] = []
    objective = checked(lambda trial: results[trial.number], directions, kept.append)
    for number, result in enumerate(results):
        assert objective(SimpleNamespace(number=number)) is result
    return kept


TWO = Directions(each=(Direction.MINIMIZE, Direction.MAXIMIZE), source=DirectionSource.OPTION)


@pytest.mark.parametrize(
    ("result", "directions", "reason"),
    [
        (float("nan"), assumed(1), "trial 0: the objective returned nan, which Optuna takes for a failed trial"),
        (None, assumed(1), "trial 0: the objective returned None, which is not a number"),
        ("no", assumed(1), "trial 0: the objective returned 'no', of type str, which is not a number"),
        ("no", TWO, "trial 0: the objective returned 'no', of type str, which is not a number"),
        ((1.0, None), TWO, "trial 0: the objective returned None, which is not a number"),
        (1.0, TWO, "trial 0: the objective returned 1 value, and the study has 2 directions"),
    ],
)
def test_the_first_refused_result_is_kept(result: Any, directions: Directions, reason: str) -> None:
    assert called([result, result], directions) == [reason]


@pytest.mark.parametrize("result", [1.0, 3, True, np.float64(2.5), "2.5", [1.0], (2,)])
def test_what_optuna_takes_is_passed_on(result: Any) -> None:
    assert called([result], assumed(1)) == []


@pytest.mark.parametrize(
    ("directions", "source"),
    [
        (assumed(1), "assumed"),
        (Directions(each=(Direction.MAXIMIZE,), source=DirectionSource.OPTION), "from --direction"),
        (Directions(each=TWO.each + TWO.each, source=DirectionSource.STUDY), "from create_study in its module"),
    ],
)
def test_several_values_for_another_number_of_directions_are_refused_at_once(
    directions: Directions, source: str
) -> None:
    with pytest.raises(
        ValueCountError, match=rf"returned 3 values, and the study has . directions? \({source}\)"
    ) as told:
        called([(1.0, 2.0, 3.0)], directions)

    assert told.value.values == 3
    assert str(told.value).endswith("--direction minimize --direction maximize --direction maximize")


def test_a_wrong_number_after_a_right_one_is_a_failed_trial_as_in_optuna() -> None:
    assert called([(1.0, 2.0), (1.0, 2.0, 3.0)], TWO) == [
        "trial 1: the objective returned 3 values, and the study has 2 directions"
    ]


def rows(folder: Path, pid: int, states: list[str]) -> None:
    lines = [{"kind": "start", "pid": pid}, *({"kind": "trial", "state": state} for state in states)]
    (folder / f"trials-{pid}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"kind":"tri')


def test_all_trials_of_all_processes_failed(tmp_path: Path) -> None:
    rows(tmp_path, 1, ["fail"])
    rows(tmp_path, 2, ["fail", "fail"])
    (tmp_path / "refused-2.json").write_text('{"sentence": "trial 1: nothing"}')

    assert why_all_failed(tmp_path) == "trial 1: nothing"


@pytest.mark.parametrize("states", [[], ["fail", "complete"], ["pruned"], ["fail", "pruned"]])
def test_a_run_with_another_trial_has_not_failed(tmp_path: Path, states: list[str]) -> None:
    rows(tmp_path, 1, states)

    assert why_all_failed(tmp_path) is None
