"""Callbacks are the user's own objects, called as Optuna would, and timed by name with all that they call."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest

from harness.attach.import_clock import ImportClock
from harness.attach.instruments import Instruments
from harness.attach.loops import observe_loops, told_of
from harness.attach.phases import FILE, Phases
from harness.attach.recorder import Recorder
from harness.attach.studies import observe
from harness.probes.ledger import Ledger

NOTHING = Instruments(rss=lambda: None, peak=lambda: None, reset_peak=lambda: False)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Phases]:
    """A process's phases and rows below `tmp_path`."""
    phases = Phases(str(tmp_path), ImportClock())
    recorder = Recorder(tmp_path, -1, Ledger(), NOTHING)
    recorder.phases = phases
    recorder.on_first_trial = lambda: recorder.ready(startup_wall_s=0.0, startup_cpu_s=0.0)
    undo = [
        observe(optuna.Study, recorder),
        observe_loops(optuna.study.study, phases, recorder.ledger),
    ]
    yield phases
    recorder.finish(None)
    for one in undo:
        one()


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0.0, 1.0)


def written(folder: Path) -> dict[str, Any]:
    row: dict[str, Any] = json.loads((folder / FILE).read_text().splitlines()[-1])
    return row


class Saver:
    def __call__(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        sum(range(1000))


def test_callbacks_are_told_by_name_and_line(watched: Phases, tmp_path: Path) -> None:
    seen: list[int] = []

    def note(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        seen.append(len(study.trials))

    optuna.create_study().optimize(objective, n_trials=3, callbacks=[note, Saver()])
    watched.write(is_final=True)

    row = written(tmp_path)
    by_name = {name: (place, calls) for name, place, calls, _, _ in row["callbacks"]}
    assert seen == [1, 2, 3]
    assert by_name["Saver"][1] == 3
    place, calls = by_name["test_callbacks_are_told_by_name_and_line.note"]
    assert calls == 3
    assert place.startswith(f"{__file__}:")
    assert len(row["loops"]) == 1
    assert row["loops"][0][1] >= row["loops"][0][0]


def test_a_callback_has_the_time_of_what_it_calls(watched: Phases, tmp_path: Path) -> None:
    def read(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        study.get_trials()

    optuna.create_study().optimize(objective, n_trials=2, callbacks=[read])

    rows = [json.loads(line) for path in tmp_path.glob("trials-*") for line in path.read_text().splitlines()]
    before = next(row["before"] for row in rows if row["kind"] == "trial" and row["number"] == 1)
    name = next(name for name in before if name.startswith("callback: "))
    assert "read (" in name
    assert before["storage"][0] < 50  # only what Optuna itself reads between trials


def test_the_objects_themselves_are_called_in_their_order(watched: Phases) -> None:
    called: list[object] = []

    class Noting:
        def __call__(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
            called.append(self)

    first, second = Noting(), Noting()
    optuna.create_study().optimize(objective, n_trials=1, callbacks=(one for one in (first, second)))

    assert called == [first, second]


def test_an_exception_and_stop_work_as_they_do(watched: Phases, tmp_path: Path) -> None:
    def fail(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        raise RuntimeError("mine")

    study = optuna.create_study()
    with pytest.raises(RuntimeError, match="mine") as raised:
        study.optimize(objective, n_trials=3, callbacks=[fail])
    stopped = optuna.create_study()
    stopped.optimize(objective, n_trials=9, callbacks=[lambda study, trial: study.stop()])
    watched.write(is_final=True)

    del raised
    assert len(study.trials) == len(stopped.trials) == 1
    calls = {name: calls for name, _, calls, _, _ in written(tmp_path)["callbacks"]}
    assert [count for name, count in calls.items() if "lambda" in name] == [1]
    assert [count for name, count in calls.items() if name.endswith("fail")] == [1]


def test_a_list_that_grows_is_followed(watched: Phases) -> None:
    calls: list[str] = []

    def first(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        if len(callbacks) == 1:
            callbacks.append(lambda study, trial: calls.append("second"))

    callbacks: list[Any] = [first]
    optuna.create_study().optimize(objective, n_trials=1, callbacks=callbacks)

    assert calls == ["second"]


def test_threads_have_callbacks_of_their_own(watched: Phases, tmp_path: Path) -> None:
    optuna.create_study().optimize(objective, n_trials=8, n_jobs=4, callbacks=[Saver()])
    watched.write(is_final=True)

    (told,) = written(tmp_path)["callbacks"]
    assert told[2] == 8


def test_what_a_callback_is_called() -> None:
    class Answering:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked for")

        def __call__(self, study: Any, trial: Any) -> None: ...

        def method(self, study: Any, trial: Any) -> None: ...

    made = Answering()
    assert told_of(made)[0].endswith("Answering")
    assert told_of(made.method)[0].endswith("Answering.method")
    assert told_of(functools.partial(functools.partial(objective)))[0] == "objective"
    assert told_of(print) == ("builtin_function_or_method", "")


def test_trials_asked_for_are_a_loop_of_their_own(watched: Phases, tmp_path: Path) -> None:
    study = optuna.create_study()
    for _ in range(3):
        trial = study.ask()
        study.tell(trial, 1.0)
    watched.write(is_final=True)

    began_s, ended_s, began_cpu_s, ended_cpu_s = written(tmp_path)["tells"]
    assert ended_s >= began_s
    assert ended_cpu_s >= began_cpu_s
    assert written(tmp_path)["loops"] == []
