"""A comparison is carried out in balanced blocks, goes on where it was stopped, and loses no cell in silence."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import InputError, RunError
from harness.levers.registry import levers
from harness.model.comparison import Aim, Answering, ArmRole, Cell, Design, Look
from harness.model.comparisons import CELLS, POINTS, Compared, read_compared
from harness.model.machine import Machine
from harness.model.marks import Marks
from harness.model.plan import DataAccess, Plan, SamplerKind
from harness.model.points import read_points
from harness.model.record import Ending
from harness.model.store import HEADER, OUTCOME, trial_rows_path
from harness.runner.comparing import carrying
from harness.runner.comparing.agreement import NotDeterministicError
from harness.runner.comparing.carrying import compare, is_finished, resume
from harness.runner.comparing.request import Request
from harness.runner.damaged import SET_ASIDE
from harness.runner.held import held
from harness.runner.launch import InterruptedRunError, Site, Watch
from tests.runner.comparing.launching import Death, FakeRuns, Killed, Told

BASE = Plan(workload="my_study:objective", trials=3)
OBJECTIVE_RAISED = Death(Ending.FAILED, "ValueError: no price")
KILLED = Death(Ending.KILLED, "killed by SIGKILL", kind="WorkerLostError")


def asked(names: str = "gc,reuse", pairs: int = 4, design: Design = Design.ONE_AT_A_TIME) -> Request:
    return Request(
        base=BASE, levers=levers(names.split(",")), design=design, aim=Aim(pairs=pairs), command=("harness",)
    )


def site(root: Path) -> Site:
    return Site(root=root, machine=Machine())


def carried(root: Path, runs: FakeRuns, request: Request | None = None, told: Told | None = None) -> Compared:
    return read_compared(compare(request or asked(), site(root), tell=told or Told(), carry_out=runs))


def only_folder(root: Path) -> Path:
    (folder,) = (root / "comparisons").iterdir()
    return folder


def test_each_block_runs_every_arm_once_and_places_are_balanced(tmp_path: Path) -> None:
    compared = carried(tmp_path, FakeRuns(), asked(pairs=10))
    arms = [arm.name for arm in compared.comparison.arms]
    for block in range(10):
        assert sorted(cell.arm for cell in compared.cells if cell.block == block) == sorted(arms)
        assert [cell.place for cell in compared.cells if cell.block == block] == list(range(len(arms)))
    assert set(Counter((cell.arm, cell.place) for cell in compared.cells).values()) == {2}
    assert is_finished(compared)
    assert compared.looks[-1].is_last


def test_a_first_run_records_the_parameters_that_every_arm_replays(tmp_path: Path) -> None:
    runs = FakeRuns()
    compared = carried(tmp_path, runs)
    assert runs.labels[0] == "recording"
    assert runs.plans[0] == BASE
    assert {plan.sampler for plan in runs.plans[1:]} == {SamplerKind.REPLAY}
    recorded = compared.records[str(compared.comparison.recording)]
    assert read_points(compared.folder / POINTS) == tuple(row.params for row in recorded.trials)
    assert all(compared.records[cell.run].trials[2].params == recorded.trials[2].params for cell in compared.cells)


def test_each_cell_says_what_carrying_it_out_took(tmp_path: Path) -> None:
    compared = carried(tmp_path, FakeRuns())
    assert all(cell.launch_wall_s > 0 and cell.launch_cpu_s >= 0 for cell in compared.cells)


def test_looks_say_how_many_blocks_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(compared: Compared) -> Look:
        seen.append(len(compared.cells))
        wanted = {1: 8, 2: 9, 3: 9}[len(seen)]
        return Look(after_blocks=0, planned_blocks=wanted, alpha=0.0, is_last=len(seen) == 3, why=f"look {len(seen)}")

    monkeypatch.setattr(carrying, "next_look", look)
    told = Told()
    compared = carried(tmp_path, FakeRuns(), replace(asked("gc"), aim=Aim(pilot_pairs=5)), told)
    assert seen == [5 * 4, 8 * 4, 9 * 4]
    assert told.sentences[-3:] == ["look 1", "look 2", "look 3"]
    assert len(compared.cells) == 36


def test_the_control_is_slowed_until_whole_runs_show_it(tmp_path: Path) -> None:
    compared = carried(tmp_path, FakeRuns())
    slowed = next(arm for arm in compared.comparison.arms if arm.role is ArmRole.SLOWED)
    # three trials with 0.875 s of CPU in the objective each, in a run of 3.9 s
    expected = pytest.approx(0.25 * 3.9 / (3 * 0.875), abs=0.01)
    assert slowed.plan.slowdown == compared.comparison.aim.slowdown == expected


def test_the_time_left_is_told_from_the_first_cell_on(tmp_path: Path) -> None:
    told = Told()
    carried(tmp_path, FakeRuns(), told=told)
    assert told.steps[0].left_s is None
    assert all(step.left_s is not None and step.left_s >= 0 for step in told.steps[1:])
    assert (told.steps[-1].block, told.steps[-1].blocks, told.steps[-1].trials) == (3, 4, 3)


# -- levers that search --------------------------------------------------------------------------------------------


def searched(root: Path, runs: FakeRuns, names: str, seeds: int = 5) -> Compared:
    def scored(record: object, plan: Plan, where: Site, watch: Watch) -> str:
        return runs(plan, where, label="scoring", watch=watch).name

    request = replace(asked(names), aim=Aim(pairs=4, seeds=seeds))
    return read_compared(compare(request, site(root), tell=Told(), carry_out=runs, scored=scored))


def test_arms_that_search_have_a_seed_for_each_block_the_same_in_all(tmp_path: Path) -> None:
    runs = FakeRuns()
    compared = searched(tmp_path, runs, "coarse-fine", seeds=6)
    arms = {arm.name: arm for arm in compared.comparison.arms}
    searching = [cell for cell in compared.cells if arms[cell.arm].answering is Answering.QUALITY]
    seeds = {(cell.arm, compared.records[cell.run].header.plan.seed) for cell in searching}  # type: ignore[union-attr]
    assert seeds == {(name, seed) for name in ("baseline, searching", "coarse-fine") for seed in range(6)}
    assert all(cell.scored is not None for cell in searching)
    assert all(cell.scored is None for cell in compared.cells if cell not in searching)
    assert Counter(cell.arm for cell in compared.cells)["baseline again"] == 6  # controls stand beside every seed
    assert is_finished(compared)


def test_seeds_and_pairs_are_counted_apart(tmp_path: Path) -> None:
    compared = searched(tmp_path, FakeRuns(), "gc,coarse-fine", seeds=7)
    counts = Counter(cell.arm for cell in compared.cells)
    assert (counts["gc"], counts["baseline"], counts["coarse-fine"], counts["baseline, searching"]) == (4, 4, 7, 7)
    assert is_finished(compared)


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_a_cell_whose_process_died_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    runs, told = FakeRuns(dies=lambda label, count: KILLED if (label, count) == ("gc", 2) else None), Told()
    compared = carried(tmp_path, runs, told=told)
    dead = [cell for cell in compared.cells if cell.died is not None]
    assert [(cell.arm, cell.block, cell.died) for cell in dead] == [("gc", 2, "killed by SIGKILL")]
    assert "block 3, gc: the run died, killed by SIGKILL" in told.sentences
    assert len(compared.cells) == 20


def test_an_arm_that_always_dies_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    runs, told = FakeRuns(dies=lambda label, count: OBJECTIVE_RAISED if label == "gc" else None), Told()
    compared = carried(tmp_path, runs, told=told)
    assert Counter(cell.arm for cell in compared.cells) == {
        "gc": 2, "reuse": 4, "baseline": 4, "baseline again": 4, "baseline, slowed": 4,
    }  # fmt: skip
    assert "gc is given up: its first 2 runs died: ValueError: no price" in told.sentences


def test_where_every_lever_is_given_up_nothing_more_is_run(tmp_path: Path) -> None:
    runs = FakeRuns(dies=lambda label, count: OBJECTIVE_RAISED if label == "gc" else None)
    compared = carried(tmp_path, runs, asked("gc"))
    assert max(cell.block for cell in compared.cells) == 1
    assert is_finished(compared)


def test_a_baseline_that_raises_ends_the_comparison_with_its_own_sentence(tmp_path: Path) -> None:
    runs = FakeRuns(dies=lambda label, count: OBJECTIVE_RAISED if label == "baseline" else None)
    with pytest.raises(RunError, match=r"the baseline did not end well: ValueError: no price; the finished cells"):
        carried(tmp_path, runs)
    cells = read_compared(only_folder(tmp_path)).cells
    assert cells[-1].arm == "baseline"
    assert cells[-1].died == "ValueError: no price"


def test_a_baseline_that_is_killed_once_costs_one_block(tmp_path: Path) -> None:
    runs = FakeRuns(dies=lambda label, count: KILLED if (label, count) == ("baseline", 0) else None)
    compared = carried(tmp_path, runs)
    assert Counter(cell.arm for cell in compared.cells)["baseline"] == 4


def test_a_study_that_does_not_run_at_all_is_said_before_any_cell(tmp_path: Path) -> None:
    runs = FakeRuns(dies=lambda label, count: OBJECTIVE_RAISED)
    with pytest.raises(RunError, match="my_study:objective does not run as it is: ValueError: no price; its output"):
        carried(tmp_path, runs)
    assert not (tmp_path / "comparisons").exists()


def test_a_workload_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    runs = FakeRuns(dies=lambda label, count: Death(Ending.FAILED, "there is no module 'my_study'", kind="InputError"))
    with pytest.raises(InputError, match="no module 'my_study'"):
        carried(tmp_path, runs)


def test_levers_that_contradict_are_refused_before_anything_runs(tmp_path: Path) -> None:
    runs = FakeRuns()
    with pytest.raises(InputError, match="gc and gc-off contradict"):
        carried(tmp_path, runs, asked("gc,gc-off"))
    assert runs.labels == []


def test_a_lever_that_does_not_apply_is_told_and_kept_with_the_reason(tmp_path: Path) -> None:
    told = Told()
    compared = carried(tmp_path, FakeRuns(marks=Marks()), told=told)
    assert compared.comparison.levers == ("gc",)
    assert [one.lever for one in compared.comparison.skipped] == ["reuse"]
    assert any(sentence.startswith("reuse does not apply: its objective calls no") for sentence in told.sentences)


def test_a_first_run_is_told_which_marks_have_to_be_there(tmp_path: Path) -> None:
    runs = FakeRuns()
    compared = carried(tmp_path, runs, asked("gc,reuse:bars"))
    assert runs.plans[0] == replace(BASE, only=("bars",))
    assert compared.comparison.base == BASE
    assert {arm.name: arm.plan.only for arm in compared.comparison.arms}["baseline"] == ()


def test_a_first_run_whose_marks_are_reused_anyway_is_told_nothing(tmp_path: Path) -> None:
    runs, base = FakeRuns(), replace(BASE, data=DataAccess.REUSE)
    carried(tmp_path, runs, replace(asked("gc,reuse:bars"), base=base))
    assert runs.plans[0] == base


def test_a_misspelt_mark_costs_no_run_beyond_the_first(tmp_path: Path) -> None:
    runs = FakeRuns()
    with pytest.raises(InputError, match=r"calls no source 'barz' \(did you mean 'bars'\?\): it calls bars"):
        carried(tmp_path, runs, asked("gc,reuse:barz", design=Design.CUMULATIVE))
    assert runs.labels == ["recording"]
    assert not (tmp_path / "comparisons").exists()


def test_the_same_parameters_with_other_values_are_no_comparison(tmp_path: Path) -> None:
    runs = FakeRuns(value=lambda label, count, number: count + number if label == "baseline again" else number)
    with pytest.raises(NotDeterministicError) as refused:
        carried(tmp_path, runs, asked(pairs=10))
    said = str(refused.value)
    assert "not deterministic under a seed" in said
    assert "trial 0 gave 0.0 and 1.0" in said
    cells = read_compared(only_folder(tmp_path)).cells
    assert {cell.block for cell in cells} == {0, 1}  # kept, and no third block was paid for


def test_a_lever_that_changes_a_value_is_withdrawn_and_the_others_go_on(tmp_path: Path) -> None:
    runs, told = FakeRuns(value=lambda label, count, number: number + 0.1 * (label == "gc" and number == 2)), Told()
    compared = carried(tmp_path, runs, told=told)
    assert Counter(cell.arm for cell in compared.cells)["gc"] == 1
    assert Counter(cell.arm for cell in compared.cells)["reuse"] == 4
    assert any("gc is given up: its values differ from the baseline's: trial 2 gave" in said for said in told.sentences)


# -- being stopped -------------------------------------------------------------------------------------------------


def order(compared: Compared) -> list[tuple[int, int, str]]:
    return [(cell.block, cell.place, cell.arm) for cell in compared.cells]


@pytest.mark.parametrize("fatal", [("gc", 0), ("baseline", 1), ("baseline again", 2), ("reuse", 3)])
def test_a_comparison_that_was_killed_goes_on_as_if_it_had_not_been(tmp_path: Path, fatal: tuple[str, int]) -> None:
    whole = carried(tmp_path / "whole", FakeRuns())
    with pytest.raises(Killed):
        carried(tmp_path / "killed", FakeRuns(kills=lambda label, count: (label, count) == fatal))
    folder = only_folder(tmp_path / "killed")
    before = read_compared(folder).cells
    runs = FakeRuns()
    resume(folder, site(tmp_path / "killed"), tell=Told(), carry_out=runs)
    compared = read_compared(folder)
    assert compared.cells[: len(before)] == before
    assert order(compared) == order(whole)
    assert len(runs.labels) == len(compared.cells) - len(before)
    assert [look.after_blocks for look in compared.looks] == [look.after_blocks for look in whole.looks]


def test_a_torn_cell_is_run_again(tmp_path: Path) -> None:
    folder = carried(tmp_path, FakeRuns()).folder
    cells = (folder / CELLS).read_bytes()
    (folder / CELLS).write_bytes(cells[:-20])
    (folder / "looks.jsonl").unlink()
    runs = FakeRuns()
    resume(folder, site(tmp_path), tell=Told(), carry_out=runs)
    assert len(runs.labels) == 1
    assert is_finished(read_compared(folder))


def _damage(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _run_of(folder: Path, index: int) -> Path:
    return folder.parent.parent / "runs" / read_compared(folder).cells[index].run


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a header of 0 bytes": lambda folder: _damage(_run_of(folder, 1) / HEADER, b""),
    "a header of NULs": lambda folder: _damage(_run_of(folder, 1) / HEADER, b"\0" * 364),
    "no outcome": lambda folder: (_run_of(folder, 1) / OUTCOME).unlink(),
    "rows that never reached the disk": lambda folder: _damage(trial_rows_path(_run_of(folder, 1), 4242), b""),
    "rows of NULs": lambda folder: _damage(trial_rows_path(_run_of(folder, 1), 4242), b"\0" * 364),
    "a record that never reached the disk": lambda folder: shutil.rmtree(_run_of(folder, 1)),
    "a cell of NULs at the end": lambda folder: _damage(
        folder / CELLS, (folder / CELLS).read_bytes().rpartition(b"{")[0] + b"\0" * 364
    ),
    "a cell of NULs in the middle": lambda folder: _damage(
        folder / CELLS,
        b"".join(
            b"\0" * 40 + b"\n" if index == 1 else line
            for index, line in enumerate((folder / CELLS).read_bytes().splitlines(keepends=True))
        ),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_a_power_cut_has_damaged_is_set_aside_named_and_run_again(damage: str, tmp_path: Path) -> None:
    whole = carried(tmp_path, FakeRuns())
    folder, runs, told = whole.folder, FakeRuns(), Told()
    DAMAGES[damage](folder)

    assert len(read_compared(folder).records) >= len(whole.records) - 1  # a report can be had meanwhile
    resume(folder, site(tmp_path), tell=told, carry_out=runs)

    compared = read_compared(folder)
    assert len(runs.labels) == 1
    assert sorted((cell.block, cell.arm) for cell in compared.cells) == sorted((b, arm) for b, _, arm in order(whole))
    assert is_finished(compared)
    assert not compared.damaged
    assert "end" in damage or [sentence for sentence in told.sentences if "run again" in sentence]


def test_a_cell_that_is_set_aside_is_kept_with_the_reason(tmp_path: Path) -> None:
    folder = carried(tmp_path, FakeRuns()).folder
    run = _run_of(folder, 1)
    (run / HEADER).write_bytes(b"")

    resume(folder, site(tmp_path), tell=Told(), carry_out=FakeRuns())

    (row,) = [json.loads(line) for line in (folder / SET_ASIDE).read_text().splitlines()]
    assert (row["run"], "damaged" in row["why"]) == (run.name, True)
    assert run.exists()


@pytest.mark.parametrize("data", [b"", b"\0" * 364])
def test_damaged_points_are_recorded_ones_again(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        carried(tmp_path, FakeRuns(kills=lambda label, count: label != "recording"))
    folder = only_folder(tmp_path)
    points = (folder / POINTS).read_bytes()
    (folder / POINTS).write_bytes(data)
    resume(folder, site(tmp_path), tell=Told(), carry_out=FakeRuns())
    assert (folder / POINTS).read_bytes() == points


def test_points_that_were_not_written_are_recorded_ones(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        carried(tmp_path, FakeRuns(kills=lambda label, count: label != "recording"))
    folder = only_folder(tmp_path)
    points = (folder / POINTS).read_bytes()
    (folder / POINTS).unlink()
    resume(folder, site(tmp_path), tell=Told(), carry_out=FakeRuns())
    assert (folder / POINTS).read_bytes() == points


def test_one_that_has_ended_is_left_as_it_is(tmp_path: Path) -> None:
    folder = carried(tmp_path, FakeRuns()).folder
    runs = FakeRuns()
    resume(folder, site(tmp_path), tell=Told(), carry_out=runs)
    assert runs.labels == []


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    runs = FakeRuns()

    def interrupted(plan: Plan, where: Site, *, label: str, watch: Watch) -> Path:
        folder = runs(plan, where, label=label, watch=watch)
        if len(runs.labels) == 5:
            raise InterruptedRunError(folder, "interrupted")
        return folder

    with pytest.raises(InterruptedRunError) as stopped:
        compare(asked(), site(tmp_path), tell=Told(), carry_out=interrupted)
    folder = only_folder(tmp_path)
    assert f"`harness compare --resume {folder.name}`" in str(stopped.value)
    assert len(read_compared(folder).cells) == 3


def test_two_at_once_do_not_carry_the_same_comparison_out(tmp_path: Path) -> None:
    folder = carried(tmp_path, FakeRuns()).folder
    with held(folder), pytest.raises(InputError, match="is being carried out by another process"):
        resume(folder, site(tmp_path), tell=Told(), carry_out=FakeRuns())


def test_a_baseline_that_was_given_up_stays_so(tmp_path: Path) -> None:
    runs = FakeRuns(dies=lambda label, count: KILLED if label == "baseline" else None)
    with pytest.raises(RunError, match="did not end well"):
        carried(tmp_path, runs)
    folder = only_folder(tmp_path)
    assert isinstance(read_compared(folder).cells[0], Cell)
    with pytest.raises(RunError, match=r"baseline is given up, its first 2 runs died"):
        resume(folder, site(tmp_path), tell=Told(), carry_out=FakeRuns())
