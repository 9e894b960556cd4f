"""A scaling carried out: a run that does not count, the first stage, the prediction, then what it is held against."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import InputError, RunError
from harness.experiments.marks import rows_of
from harness.experiments.scaling.runs import sized_runs
from harness.experiments.scaling.sizes import foretell
from harness.model.home import new_id
from harness.model.plan import SEEDS
from harness.model.probing import Cut
from harness.model.record import Ending, Record
from harness.model.scaling import (
    CELLS,
    ENDED,
    SCHEMA,
    Cell,
    Ended,
    Scaling,
    Stage,
    add_cell,
    is_scaling,
    mend,
    new_scaling,
    read_scaled,
    read_scaling,
    write_ended,
    write_prediction,
)
from harness.model.store import read_record
from harness.probes.pressure import read_load
from harness.runner.comparing.request import Step, Tell
from harness.runner.damaged import set_aside
from harness.runner.first_run import first_run, with_directions
from harness.runner.held import held
from harness.runner.launch import CarryOut, InterruptedRunError, Site, launch
from harness.runner.probe_ending import input_error, loads_in_trials, said, uncut
from harness.runner.scaling.arms import arms_of, first_share, sizes_of
from harness.runner.scaling.request import Request
from harness.runner.scaling.schedule import Due, Standing, given_up
from harness.runner.sizing import Sizing, sizing_of

WARM_TRIALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a scaling acts through: tests pass their own."""

    site: Site
    tell: Tell
    carry_out: CarryOut = launch
    now: Callable[[], float] = time.time


def scale(request: Request, means: Means) -> Path:
    """Carry a scaling out; returns its folder.

    Raises InputError where the workload cannot be found, used or cut, RunError where its objective raises, and
    InterruptedRunError after Ctrl-C: `resume` then goes on.
    """
    sizing = _sizing(request)
    warm = _warm_up(request, sizing, means)
    request = replace(request, base=with_directions(request.base, warm))
    rows = sizing.rows or rows_of(warm)
    if request.sizes != () and sizing.cut is Cut.SOURCE and not loads_in_trials(warm):
        sizing = sizing.without("no harness.source is called within a trial")
    sizes = sizes_of(request, sizing, rows or None)
    arms, held_out = arms_of(request, sizing, sizes)
    started_s = means.now()
    scaling = Scaling(
        schema=SCHEMA,
        id=new_id(started_s),
        started_s=started_s,
        base=request.base,
        unit=sizes.unit,
        arms=arms,
        blocks=request.blocks,
        held_out=held_out,
        budget_s=request.budget_s,
        machine=means.site.machine,
        warm=warm.folder.name,
        command=request.command,
    )
    folder = new_scaling(means.site.root, scaling)
    _carry(folder, means)
    return folder


def resume(folder: Path, means: Means) -> Path:
    """Go on with a scaling where it was stopped; one that has ended is left as it is. Raises as `scale` does."""
    if not is_scaling(folder):
        raise InputError(f"{folder.name} is no scaling: `harness runs` lists them")
    read_scaling(folder)
    _carry(folder, means)
    return folder


def _sizing(request: Request) -> Sizing:
    if request.by is None:
        return sizing_of(request.base)
    return Sizing(cut=Cut.SETTING, setting=request.by, rows=round(max(request.sizes or (1.0,))))


def _warm_up(request: Request, sizing: Sizing, means: Means) -> Record:
    """The first run: whether the workload runs, how its data can be cut, how many rows it has."""
    plan = replace(sizing.at(request.base, first_share(request, sizing)), trials=WARM_TRIALS)
    means.tell.say("a first run, which does not count, warms the machine's caches and shows the data")
    record = first_run(
        plan, lambda one: read_record(means.carry_out(one, means.site, label="scale, first", watch=means.tell.watch))
    )
    why = uncut(record)
    if why is not None:
        raise InputError(f"{request.base.workload} has no sizes: {why}")
    _see_that_it_ran(record)
    return record


def _see_that_it_ran(record: Record) -> None:
    if record.outcome is not None and record.outcome.ending is Ending.FINISHED:
        return
    refused = input_error(record)
    if refused is not None:
        raise InputError(refused)
    where = f"its output is in {record.folder}/stderr.txt"
    raise RunError(f"the objective did not end well: {said(record)}; {where}")


def _carry(folder: Path, means: Means) -> None:
    with held(folder):
        mend(folder)
        if set_aside(folder / CELLS, read_scaled(folder).cells, lambda cell: (cell.run,), means.tell.say):
            (folder / ENDED).unlink(missing_ok=True)
        way_on = f"`harness scale --resume {folder.name}` goes on from there"
        try:
            _Session(folder, means).run()
        except InterruptedRunError as interrupt:
            raise InterruptedRunError(interrupt.folder, f"interrupted; what was measured is kept, {way_on}") from None
        except KeyboardInterrupt:
            raise InterruptedRunError(folder, f"interrupted; what was measured is kept, {way_on}") from None


class _Session:
    """One sitting over a scaling: runs until nothing is due, the prediction between the stages."""

    def __init__(self, folder: Path, means: Means) -> None:
        self._folder, self._means = folder, means
        scaled = read_scaled(folder)
        self._scaling, self._is_foretold = scaled.scaling, scaled.prediction is not None
        self._cells, self._has_ended = list(scaled.cells), scaled.ended is not None

    def run(self) -> None:
        if self._has_ended:
            return
        for stage in Stage:
            if stage is Stage.TEST:
                self._foretell()
            while (due := self._standing().due(stage)) is not None:
                self._run(due)
        write_ended(self._folder, Ended(why=self._standing().why_ended()))

    def _standing(self) -> Standing:
        return Standing(scaling=self._scaling, cells=self._cells)

    def _foretell(self) -> None:
        """Before the first run at the size held out, and never after it."""
        is_late = any(cell.stage is Stage.TEST for cell in self._cells)
        if self._is_foretold or is_late or self._scaling.held_out is None:
            return
        scaled = read_scaled(self._folder)
        prediction = foretell(scaled, sized_runs(scaled), self._means.now())
        if prediction is None:
            self._means.tell.say("too few runs ended well to foretell the largest size")
            return
        write_prediction(self._folder, prediction)
        self._means.tell.say(f"the prediction is written; now {prediction.size:,g} {self._scaling.unit} are run")

    def _run(self, due: Due) -> None:
        standing = self._standing()
        self._means.tell.step(
            Step(
                block=standing.blocks_before(due.stage) + due.block,
                blocks=standing.blocks_in_all,
                place=due.place,
                places=sum(arm.stage is due.stage for arm in self._scaling.arms),
                arm=due.arm.name,
                trials=due.arm.plan.trials,
                left_s=standing.left_s,
            )
        )
        plan = replace(due.arm.plan, seed=(due.arm.plan.seed + due.block) % SEEDS)
        site = replace(self._means.site, machine=replace(self._means.site.machine, load=read_load()))
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        run = self._means.carry_out(plan, site, label=due.arm.name, watch=self._means.tell.watch)
        cell = Cell(
            stage=due.stage,
            block=due.block,
            place=due.place,
            arm=due.arm.name,
            run=run.name,
            launch_cpu_s=time.process_time() - began_cpu_s,
            launch_wall_s=time.perf_counter() - began_s,
        )
        record = read_record(run)
        if record.outcome is None or record.outcome.ending is not Ending.FINISHED:
            cell = replace(cell, died=said(record))
        add_cell(self._folder, cell)
        self._cells.append(cell)
        if cell.died is not None:
            self._note_death(due, cell)

    def _note_death(self, due: Due, cell: Cell) -> None:
        self._means.tell.say(f"block {due.block + 1}, {due.arm.name}: the run died, {cell.died}")
        why = given_up(self._cells).get((due.stage, due.arm.name))
        if why is not None:
            self._means.tell.say(f"{due.arm.name} is given up: {why}")
