"""Carries a comparison out, cell by cell, and goes on with one that was stopped, at whatever point that was."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from harness.errors import RecordError, RunError
from harness.experiments.looks import next_look
from harness.model.comparison import SCHEMA, Answering, Arm, ArmRole, Cell, Comparison, Look
from harness.model.comparisons import (
    CELLS,
    POINTS,
    Compared,
    add_cell,
    add_look,
    mend,
    new_comparison,
    read_cells,
    read_compared,
    read_comparison,
    runs_of,
)
from harness.model.home import new_id
from harness.model.plan import SEEDS, Plan
from harness.model.points import read_points
from harness.model.record import Ending, Record
from harness.model.store import read_record
from harness.probes.pressure import read_load
from harness.runner.comparing.agreement import Gate, order_of_checks
from harness.runner.comparing.arms import arms_of, choose, last_step, refuse, see_that_marks_are_called
from harness.runner.comparing.recording import control_slowdown, keep_points, record_base
from harness.runner.comparing.request import Request, Step, Tell
from harness.runner.comparing.schedule import Due, Standing, given_up, left_s
from harness.runner.comparing.traits import traits_of
from harness.runner.damaged import set_aside
from harness.runner.first_run import with_directions
from harness.runner.held import held
from harness.runner.launch import CarryOut, InterruptedRunError, Site, Watch, launch
from harness.runner.probe_ending import said
from harness.runner.scoring import score
from harness.runner.workers import resolved_plan


class Score(Protocol):
    """Evaluates on all the data what a search found; returns the run, or None where there was nothing to evaluate."""

    def __call__(self, record: Record, plan: Plan, site: Site, watch: Watch) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """What a comparison acts through."""

    site: Site
    tell: Tell
    carry_out: CarryOut
    scored: Score


def compare(request: Request, site: Site, *, tell: Tell, carry_out: CarryOut = launch, scored: Score = score) -> Path:
    """Carry a comparison out; returns its folder, which every finished cell is in.

    Raises InputError where the levers contradict, none applies or one names a mark that is not there, RunError where
    the study does not run or is not deterministic, and InterruptedRunError after Ctrl-C: `resume` then goes on.
    """
    refuse(request)
    means = _Means(site=site, tell=tell, carry_out=carry_out, scored=scored)
    started_s = time.time()
    recording = record_base(request, site, tell, carry_out)
    request = replace(request, base=with_directions(request.base, recording))
    folder = new_comparison(site.root, _decided(request, recording, started_s, means))
    _carry(folder, means)
    return folder


def _decided(request: Request, recording: Record, started_s: float, means: _Means) -> Comparison:
    """Everything that is decided before the first cell, from what the first run showed."""
    site, tell, carry_out = means.site, means.tell, means.carry_out

    def settle(plan: Plan) -> tuple[Plan, str]:
        tell.say(f"how many workers {plan.worker_rule.value.replace('_', '-')} comes to")
        found, resolved = resolved_plan(plan, site, tell.watch, carry_out)
        return found, resolved.why

    traits = traits_of(recording, request.base)
    see_that_marks_are_called(request, traits)
    chosen = choose(request, traits, settle)
    for skipped in chosen.skipped:
        tell.say(f"{skipped.lever} does not apply: {skipped.why}")
    last = last_step(request, chosen.levers, settle)
    controlled = recording if last is None else read_record(carry_out(last, site, label="sizing", watch=tell.watch))
    aim = replace(request.aim, slowdown=control_slowdown(controlled, request.aim.slowdown))
    request = replace(request, aim=aim)
    name = new_id(started_s)
    return Comparison(
        schema=SCHEMA,
        id=name,
        started_s=started_s,
        base=request.base,
        design=request.design,
        aim=aim,
        levers=tuple(one.label for one in chosen.levers),
        metrics=tuple(request.metric or one.metric for one in chosen.levers),
        arms=arms_of(request, chosen.levers, name, settle),
        skipped=chosen.skipped,
        seed=request.base.seed,
        machine=site.machine,
        command=request.command,
        recording=recording.folder.name,
    )


def resume(folder: Path, site: Site, *, tell: Tell, carry_out: CarryOut = launch, scored: Score = score) -> Path:
    """Go on with a comparison where it was stopped; one that has ended is left as it is. Raises as `compare` does."""
    read_comparison(folder)
    _carry(folder, _Means(site=site, tell=tell, carry_out=carry_out, scored=scored))
    return folder


def is_finished(compared: Compared) -> bool:
    """Whether nothing is left to run."""
    standing = Standing(
        comparison=compared.comparison, cells=compared.cells, looks=compared.looks, out=given_up(compared.cells)
    )
    return not standing.due() and not standing.is_look_due


def _carry(folder: Path, means: _Means) -> None:
    with held(folder):
        mend(folder)
        set_aside(folder / CELLS, read_cells(folder), runs_of, means.tell.say)
        compared = read_compared(folder)
        _see_to_points(compared)
        way_on = f"`harness compare --resume {folder.name}` goes on from there"
        try:
            _Session(compared, means).run()
        except InterruptedRunError as interrupt:
            raise InterruptedRunError(interrupt.folder, f"interrupted; what was measured is kept, {way_on}") from None
        except KeyboardInterrupt:
            raise InterruptedRunError(folder, f"interrupted; what was measured is kept, {way_on}") from None


def _see_to_points(compared: Compared) -> None:
    """Write the points that arms replay, unless they are there: the first act after the decision, or the next one's."""
    comparison = compared.comparison
    if _has_points(compared.folder) or all(arm.plan.replay is None for arm in comparison.arms):
        return
    record = compared.records.get(comparison.recording or "")
    if record is None:
        raise RecordError(f"{compared.folder}: the run that recorded its parameters is gone: compare again")
    keep_points(compared.folder, record, comparison.base.trials)


def _has_points(folder: Path) -> bool:
    try:
        return bool(read_points(folder / POINTS))
    except RecordError:  # not there, or damaged
        return False


class _Session:
    """One sitting over a comparison: cells until nothing is due, with a look wherever one is."""

    def __init__(self, compared: Compared, means: _Means) -> None:
        self._folder, self._comparison = compared.folder, compared.comparison
        self._records = dict(compared.records)  # each is read once: looks and checks would read them again and again
        self._means, self._tell = means, means.tell
        self._cells, self._looks = list(compared.cells), list(compared.looks)
        self._arms = {arm.name: arm for arm in self._comparison.arms}
        self._gate = Gate()
        self._cell_s: dict[str, list[float]] = {}
        for cell in self._cells:
            self._cell_s.setdefault(cell.arm, []).append(cell.launch_wall_s)
        ended = {
            cell.run: (self._arms[cell.arm], compared.records[cell.run])
            for cell in self._cells
            if cell.died is None and cell.run in compared.records
        }
        for arm, record in order_of_checks(ended):
            self._gate.take(arm, record)

    def run(self) -> None:
        for name, why in given_up(self._cells).items():
            if self._arms[name].role is ArmRole.BASELINE:
                raise RunError(f"{name} is given up, {why}: mend what ended it, and compare again")
        while True:
            standing = self._standing()
            if standing.is_look_due:
                self._look(standing)
            elif due := standing.due():
                self._block(standing, due)
            else:
                return

    def _standing(self) -> Standing:
        out = {**given_up(self._cells), **self._gate.withdrawn}
        return Standing(comparison=self._comparison, cells=self._cells, looks=self._looks, out=out)

    def _compared(self) -> Compared:
        """As `read_compared` would give it, but for runs that only scored what a search found: looks are at cost."""
        return Compared(
            folder=self._folder,
            comparison=self._comparison,
            cells=tuple(self._cells),
            looks=tuple(self._looks),
            records=self._records,
        )

    def _look(self, standing: Standing) -> None:
        if standing.compares_cost:
            look = next_look(self._compared())
        else:
            pairs = standing.wanted_pairs
            why = f"{pairs} seeds, as asked for"
            look = Look(
                after_blocks=pairs, planned_blocks=pairs, alpha=self._comparison.aim.alpha, is_last=True, why=why
            )
        if not look.is_last and look.planned_blocks <= standing.wanted_pairs:
            look = replace(look, is_last=True)
        add_look(self._folder, look)
        self._looks.append(look)
        self._tell.say(look.why)

    def _block(self, standing: Standing, due: tuple[Due, ...]) -> None:
        """The rest of a block, then its values: what is wrong is found before the next one is paid for."""
        records: dict[str, tuple[Arm, Record]] = {}
        for one in due:
            now = self._standing()
            self._tell.step(
                Step(
                    block=one.block,
                    blocks=standing.blocks,
                    place=one.place,
                    places=len(self._arms),
                    arm=one.arm.name,
                    trials=one.arm.plan.trials,
                    left_s=left_s(now, self._cell_s),
                )
            )
            record = self._cell(one)
            if record is not None:
                records[one.arm.name] = (one.arm, record)
        before = set(self._gate.withdrawn) | set(standing.out)
        for arm, record in order_of_checks(records):
            self._gate.take(arm, record)
        for name, why in self._standing().out.items():
            if name not in before:
                self._tell.say(f"{name} is given up: {why}")

    def _cell(self, due: Due) -> Record | None:
        """Run an arm and keep its cell; its record, where it finished."""
        arm, plan = due.arm, due.arm.plan
        if arm.answering is Answering.QUALITY:
            plan = replace(plan, seed=(plan.seed + due.block) % SEEDS)
        site = replace(self._means.site, machine=replace(self._means.site.machine, load=read_load()))
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        run = self._means.carry_out(plan, site, label=arm.name, watch=self._tell.watch)
        cell = Cell(
            block=due.block,
            place=due.place,
            arm=arm.name,
            run=run.name,
            launch_cpu_s=time.process_time() - began_cpu_s,
            launch_wall_s=time.perf_counter() - began_s,
        )
        record = self._records[run.name] = read_record(run)
        ending = None if record.outcome is None else record.outcome.ending
        if ending is not Ending.FINISHED:
            cell = replace(cell, died=how_it_died(record))
        elif arm.answering is Answering.QUALITY:
            cell = replace(cell, scored=self._means.scored(record, plan, site, self._tell.watch))
        add_cell(self._folder, cell)
        self._cells.append(cell)
        self._cell_s.setdefault(arm.name, []).append(cell.launch_wall_s)
        if cell.died is not None:
            self._see_that_a_baseline_is_left(arm, record)
            self._tell.say(f"block {due.block + 1}, {arm.name}: the run died, {cell.died}")
            return None
        return record

    def _see_that_a_baseline_is_left(self, arm: Arm, record: Record) -> None:
        """Raise RunError where the baseline raises, or dies from the start: without it nothing can be compared."""
        if arm.role is not ArmRole.BASELINE:
            return
        has_failed = record.outcome is not None and record.outcome.ending is Ending.FAILED
        if has_failed or arm.name in given_up(self._cells):
            raise RunError(
                f"the baseline did not end well: {said(record)}; the finished cells are kept in {self._folder}, the "
                f"output of that run is in {record.folder}/stderr.txt"
            )


def how_it_died(record: Record) -> str:
    """How a run that did not finish ended, as a clause."""
    return said(record) if record.outcome is not None else "its launcher was killed"
