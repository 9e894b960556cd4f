"""A scaling reads back what was written, torn lines included, and says what it cannot read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import InputError, RecordError
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.model.scaling import (
    CELLS,
    SCALING,
    SCHEMA,
    Arm,
    Cell,
    Ended,
    Foretold,
    Prediction,
    Scaling,
    Stage,
    add_cell,
    is_scaling,
    mend,
    new_scaling,
    read_scaled,
    write_ended,
    write_prediction,
)

PLAN = Plan(workload="mine:objective", trials=3)
ARM = Arm(name="10 rows", stage=Stage.FIT, share=0.5, size=10.0, workers=1, plan=PLAN)
CELL = Cell(stage=Stage.FIT, block=0, place=0, arm="10 rows", run="gone")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scaling = Scaling(
        schema=SCHEMA,
        id="20261124T120000-abcd",
        started_s=1e9,
        base=PLAN,
        unit="rows",
        arms=(ARM,),
        blocks=3,
        held_out=20.0,
        budget_s=None,
        machine=Machine(),
        warm="first",
        command=("harness", "scale"),
    )
    return new_scaling(tmp_path, scaling)


def test_what_was_written_is_read_back(folder: Path) -> None:
    told = Foretold(quantity="cpu", value=1.0, low=0.5, high=2.0, basis="a line")
    prediction = Prediction(made_s=1e9, size=20.0, foretold=(told,), runs=("gone",))
    add_cell(folder, CELL)
    write_prediction(folder, prediction)
    write_ended(folder, Ended(why="Every run that was planned has been made."))
    scaled = read_scaled(folder)
    assert scaled.cells == (CELL,)
    assert scaled.prediction == prediction
    assert scaled.ended is not None
    assert scaled.records == {}
    assert scaled.arm_of(CELL) == ARM
    assert scaled.arm_of(replace(CELL, stage=Stage.TEST)) is None
    assert is_scaling(folder)


def test_a_torn_line_is_read_over_and_taken_back_before_the_next(folder: Path) -> None:
    add_cell(folder, CELL)
    with (folder / CELLS).open("ab") as file:
        file.write(b'{"stage"')
    assert read_scaled(folder).cells == (CELL,)
    mend(folder)
    add_cell(folder, replace(CELL, block=1))
    assert [cell.block for cell in read_scaled(folder).cells] == [0, 1]


def test_a_prediction_is_made_once(folder: Path) -> None:
    prediction = Prediction(made_s=1e9, size=20.0, foretold=(), runs=())
    write_prediction(folder, prediction)
    with pytest.raises(RecordError, match="a prediction is made once"):
        write_prediction(folder, prediction)


def test_another_schema_and_another_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    data = json.loads((folder / SCALING).read_text())
    (folder / SCALING).write_text(json.dumps({**data, "schema": 99}))
    with pytest.raises(RecordError, match="schema 99 is not 1"):
        read_scaled(folder)
    with pytest.raises(InputError, match="is no scaling"):
        read_scaled(tmp_path)
