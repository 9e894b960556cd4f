"""A scaling runs in blocks, is foretold before what it is of, resumed where it was, and ends within its budget."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import InputError, RecordError, RunError
from harness.model.plan import Backend, Plan
from harness.model.scaling import (
    CELLS,
    PREDICTION,
    Cell,
    Scaled,
    Stage,
    add_cell,
    read_scaled,
    write_prediction,
)
from harness.model.store import HEADER
from harness.runner.launch import InterruptedRunError, Site, Watch
from harness.runner.scaling.carrying import resume, scale
from harness.runner.scaling.request import Request
from harness.runner.scaling.schedule import Standing
from tests.runner.scaling.launching import FakeRuns, Told, means

BASE = Plan(workload="mine:objective", trials=6)
REQUEST = Request(base=BASE, sizes=(0.1, 0.25, 0.5, 1.0))


def carried(tmp_path: Path, runs: FakeRuns, request: Request = REQUEST, told: Told | None = None) -> Scaled:
    return read_scaled(scale(request, means(tmp_path, runs, told)))


def test_every_arm_runs_once_in_each_block_with_the_block_s_seed(tmp_path: Path) -> None:
    runs = FakeRuns()
    scaled = carried(tmp_path, runs)
    assert len(scaled.cells) == 3 * len(scaled.scaling.arms) == 15
    assert len({(cell.stage, cell.block, cell.arm) for cell in scaled.cells}) == 15
    seeds = {(cell.block, scaled.records[cell.run].header.plan.seed) for cell in scaled.cells}  # type: ignore[union-attr]
    assert seeds == {(0, 0), (1, 1), (2, 2)}
    assert scaled.scaling.unit == "rows"
    assert runs.plans[0].trials == 2


def test_the_prediction_is_written_before_the_size_held_out_is_run(tmp_path: Path) -> None:
    seen: list[bool] = []

    class Watching(FakeRuns):
        def __call__(self, plan: Plan, site: Site, *, label: str, watch: Watch) -> Path:
            if plan.share == 1.0:
                seen.append(any((site.root / "scalings").glob(f"*/{PREDICTION}")))
            return super().__call__(plan, site, label=label, watch=watch)

    scaled = carried(tmp_path, Watching())
    assert seen == [True] * 3
    assert scaled.prediction is not None
    fitted = {cell.run for cell in scaled.cells if cell.stage is Stage.FIT}
    assert set(scaled.prediction.runs) == fitted
    with pytest.raises(RecordError, match="a prediction is made once"):
        write_prediction(scaled.folder, scaled.prediction)


@pytest.mark.parametrize("after", [1, 2, 7, 10, 12, 15])
def test_a_scaling_that_was_stopped_goes_on_where_it_was(after: int, tmp_path: Path) -> None:
    with pytest.raises(InterruptedRunError, match=r"`harness scale --resume \S+` goes on from there"):
        carried(tmp_path, FakeRuns(stop_after=after))
    folder = next((tmp_path / "scalings").iterdir())
    before = read_scaled(folder)
    assert len(before.cells) == after - 1
    assert before.ended is None
    with (folder / CELLS).open("ab") as file:
        file.write(b'{"stage":"fit","blo')  # a kill in the middle of a line
    told = Told()
    scaled = read_scaled(resume(folder, means(tmp_path, FakeRuns(), told)))
    assert scaled.cells[: after - 1] == before.cells
    assert len({(cell.stage, cell.block, cell.arm) for cell in scaled.cells}) == len(scaled.cells) == 15
    assert len(told.steps) == 15 - (after - 1)
    assert scaled.prediction is not None
    assert scaled.ended is not None


@pytest.mark.parametrize("data", [b"", b"\0" * 364])
def test_a_record_that_a_power_cut_has_damaged_is_named_and_run_again(data: bytes, tmp_path: Path) -> None:
    scaled, told, runs = carried(tmp_path, FakeRuns()), Told(), FakeRuns()
    cell = scaled.cells[2]
    (tmp_path / "runs" / cell.run / HEADER).write_bytes(data)
    assert set(read_scaled(scaled.folder).damaged) == {cell.run}

    again = read_scaled(resume(scaled.folder, means(tmp_path, runs, told)))

    assert len(runs.plans) == 1
    assert {(one.stage, one.block, one.arm) for one in again.cells} == {
        (one.stage, one.block, one.arm) for one in scaled.cells
    }
    assert again.ended is not None
    assert [sentence for sentence in told.said if cell.run in sentence]


def test_a_scaling_that_has_ended_is_left_as_it_is(tmp_path: Path) -> None:
    scaled = carried(tmp_path, FakeRuns())
    runs = FakeRuns()
    resume(scaled.folder, means(tmp_path, runs))
    assert runs.plans == []


def test_a_run_that_died_is_kept_and_its_size_given_up_after_two(tmp_path: Path) -> None:
    told = Told()
    runs = FakeRuns(error=lambda plan: ("ValueError", "ValueError: no price") if plan.share == 0.25 else None)
    scaled = carried(tmp_path, runs, told=told)
    dead = [cell for cell in scaled.cells if cell.died is not None]
    fitted = [cell for cell in dead if cell.stage is Stage.FIT]
    assert [cell.died for cell in fitted] == ["ValueError: no price"] * 2
    assert "2,500 rows is given up: its first 2 runs died: ValueError: no price" in told.said
    assert {cell.arm for cell in scaled.cells if cell.died is None} >= {"1,000 rows", "5,000 rows", "10,000 rows"}


def test_a_budget_ends_after_whole_blocks(tmp_path: Path) -> None:
    scaled = carried(tmp_path, FakeRuns())
    timed = [replace(cell, launch_wall_s=10.0) for cell in scaled.cells]
    scaling = replace(scaled.scaling, budget_s=95.0)
    fit = [cell for cell in timed if cell.stage is Stage.FIT]
    two = [cell for cell in fit if cell.block < 2]
    assert Standing(scaling=scaling, cells=two).due(Stage.FIT) is None  # 60 s + 30 s, and the second stage behind it
    assert Standing(scaling=replace(scaling, budget_s=500.0), cells=two).due(Stage.FIT) is not None
    test = Standing(scaling=scaling, cells=two).due(Stage.TEST)
    assert test is not None
    begun = [*two, *(cell for cell in timed if cell.stage is Stage.TEST and cell.block == 0)]
    assert Standing(scaling=scaling, cells=begun).due(Stage.TEST) is None
    why = Standing(scaling=scaling, cells=begun).why_ended()
    assert (
        why
        == "The budget of 95 s had room for 2 of 3 blocks of the sizes fitted and 1 of 3 blocks of the size held out."
    )


def test_without_a_source_there_are_no_sizes_but_workers(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no sizes: no harness\.source is called"):
        carried(tmp_path, FakeRuns(has_source=False, rows=None))
    alone = Request(base=BASE, sizes=(), workers=(1, 2), backend=Backend.THREADS)
    scaled = carried(tmp_path, FakeRuns(has_source=False, rows=None), alone)
    assert {arm.workers for arm in scaled.scaling.arms} == {1, 2}


@pytest.mark.parametrize(
    ("kind", "raised", "sentence"),
    [
        ("UncutError", InputError, "has no sizes: it broke"),
        ("DataError", InputError, "it broke"),
        ("ValueError", RunError, r"the objective did not end well: it broke; its output is in .*stderr\.txt"),
    ],
)
def test_a_workload_that_does_not_run_says_why_before_anything_counts(
    kind: str, raised: type[Exception], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(raised, match=sentence):
        carried(tmp_path, FakeRuns(error=lambda plan: (kind, "it broke")))
    assert not (tmp_path / "scalings").exists()


def test_time_left_is_known_once_a_run_has_ended(tmp_path: Path) -> None:
    told = Told()
    carried(tmp_path, FakeRuns(), told=told)
    assert told.steps[0].left_s is None
    assert all(step.left_s is not None for step in told.steps[1:])
    assert [step.block for step in told.steps] == sorted(step.block for step in told.steps)
    assert {step.blocks for step in told.steps} == {6}


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    import fcntl

    scaled = carried(tmp_path, FakeRuns())
    with (scaled.folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="is being carried out by another process"):
            resume(scaled.folder, means(tmp_path, FakeRuns()))


def test_what_is_no_scaling_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no scaling"):
        resume(tmp_path, means(tmp_path, FakeRuns()))
    with pytest.raises(InputError, match="no scaling"):
        read_scaled(tmp_path)


def test_a_cell_is_one_whole_line(tmp_path: Path) -> None:
    add_cell(tmp_path, Cell(stage=Stage.FIT, block=0, place=0, arm="a", run="r"))
    assert (tmp_path / CELLS).read_bytes().count(b"\n") == 1
