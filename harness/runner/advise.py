"""Advice before a long run: probes a few trials on growing shares of the data, each run in a fresh process."""

import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import InputError
from harness.experiments.lanes import without_cut_trials
from harness.model.home import new_id
from harness.model.plan import SEEDS, Backend, Plan, SamplerKind, StorageKind
from harness.model.probing import SCHEMA, Cut, History, Probe, Probing, Role, SpaceParameter, write_probing
from harness.model.record import Ending, Record
from harness.model.store import read_record
from harness.runner.first_run import directions_to_try, with_directions
from harness.runner.launch import CarryOut, Site, Watch, child_environment, launch
from harness.runner.probe_ending import input_error, loads_in_trials, part_text, said, see_that_it_ran, uncut
from harness.runner.probe_schedule import (
    BLOCKS,
    FIRST_SHARE,
    PARALLEL_BLOCKS,
    Costs,
    Order,
    block,
    blocks_left,
    ladder,
    workers_to_probe,
)
from harness.runner.sampler_growth import Asked, measure_history, space_of
from harness.runner.sizing import sizing_of

WARM_TRIALS = 2
_HISTORY_SHARE = 0.15  # of the budget, for the sampler's own growth
_LEAST_LEFT_S = 1.0
_STARTUP_GRACE_S = 120.0  # of the first probe: imports and warm-up are not what a trial takes
_ENDED_WELL = (Ending.FINISHED, Ending.TIMED_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked about. `planned` is the study in one worker; its trials are the study's."""

    planned: Plan
    workers: int = 1
    budget_s: float = 60.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise InputError(f"a study has at least one worker, not {self.workers}")
        if not 0 < self.budget_s < math.inf:
            raise InputError(f"a budget is a positive number of seconds, not {self.budget_s:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next probe, told before it starts."""

    index: int
    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a probing acts through: tests pass their own."""

    carry_out: CarryOut = launch
    clock: Callable[[], float] = time.perf_counter
    history: Callable[[Asked, Site], History | None] = field(
        default=lambda asked, site: measure_history(asked, child_environment(os.environ, site.root), Path.cwd())
    )


def advise(
    request: Request, site: Site, *, step: Callable[[Step], None], watch: Watch, means: Means | None = None
) -> Path:
    """Carry a probing out; returns its file.

    Raises InputError where the workload cannot be found or used, and RunError where its objective raises or does not
    end one trial within the budget; the sentence says where the record is.
    """
    return _Session(request, site, (step, watch), means or Means()).run()


class _Session:
    """One probing as it goes on: the time left, what is known of costs, and the probes so far."""

    def __init__(self, request: Request, site: Site, told: tuple[Callable[[Step], None], Watch], means: Means) -> None:
        self._request, self._site, self._means = request, site, means
        self._step, self._watch = told
        self._sizing = sizing_of(request.planned)
        self._began_s = means.clock()
        self._started_s = time.time()
        self._order = random.Random(request.seed)
        self._probes: list[Probe] = []
        self._spared_s = 0.0  # of the first probe's start-up, which is not what the budget is for
        self._started = 0  # runs, those included that are not counted
        self._left_out: list[str] = []
        self._costs = Costs(startup_s=0.0, by_share={})
        self._objectives = 1
        self._parameters = 1
        self._space: tuple[SpaceParameter, ...] = ()

    def run(self) -> Path:
        self._warm_up()
        history = self._history()
        self._run_blocks()
        return self._write(history)

    @property
    def _left_s(self) -> float:
        return self._request.budget_s + self._spared_s - (self._means.clock() - self._began_s)

    def _warm_up(self) -> None:
        """The first probe: whether the workload runs at all, how its data can be cut, what a trial may cost."""
        share = max(FIRST_SHARE, self._sizing.least_share) if self._sizing.cut is not Cut.NONE else 1.0
        record = self._warm_probe(share)
        reason = uncut(record)
        if reason is not None:
            self._sizing = self._sizing.without(reason)
            record = self._warm_probe(1.0)
        again = directions_to_try(self._request.planned, record)
        if again is not None:
            self._request = replace(self._request, planned=replace(self._request.planned, directions=again))
            record = self._warm_probe(share if reason is None else 1.0)
        self._request = replace(self._request, planned=with_directions(self._request.planned, record))
        see_that_it_ran(record, self._request.planned.trials, self._request.budget_s)
        if self._sizing.cut is Cut.SOURCE and not loads_in_trials(record):
            self._sizing = self._sizing.without(
                "no harness.source is called within a trial, so nothing says which data to take the first rows of"
            )
            self._probes = [replace(probe, share=1.0) for probe in self._probes]
        self._learn(record, self._probes[-1].share)
        self._parameters = max((len(row.params) for row in record.trials), default=1)
        self._space = space_of(record)
        self._objectives = max((len(row.values or ()) for row in record.trials), default=1) or 1

    def _warm_probe(self, share: float) -> Record:
        """A first probe, in place of one before it that could not be used."""
        self._probes.clear()
        record = self._probe(Order(role=Role.WARM, share=share, trials=WARM_TRIALS), 0)
        self._spared_s += min(max((one.startup_wall_s for one in record.starts), default=0.0), _STARTUP_GRACE_S)
        return record

    def _history(self) -> History | None:
        sampler = self._request.planned.sampler
        if sampler is SamplerKind.NUMBERED:
            return None
        if self._left_s < _LEAST_LEFT_S:
            self._left_out.append(
                f"The budget of {self._request.budget_s:g} s had no room to measure the {sampler.value} sampler: what "
                "it takes is in no forecast."
            )
            return None
        asked = Asked(
            sampler=sampler.value,
            parameters=self._parameters,
            objectives=self._objectives,
            trials=self._request.planned.trials,
            budget_s=_HISTORY_SHARE * self._request.budget_s,
            space=self._space,
        )
        found = self._means.history(asked, self._site)
        if found is None:
            self._left_out.append("What the sampler costs in a long study is not known: its probe did not end well.")
        return found

    def _run_blocks(self) -> None:
        """Blocks of probes in random order, until the budget is used up or there are enough."""
        workers = workers_to_probe(self._request.workers, self._site.machine.effective_cores)
        for number in range(1, BLOCKS + 1):
            shares = self._shares()
            kinds = [(Role.THREADS, workers), (Role.PROCESSES, workers)] if number <= PARALLEL_BLOCKS else []
            allowed_s = self._left_s / blocks_left(self._costs, shares, self._left_s, kinds, BLOCKS + 1 - number)
            for order in block(self._costs, shares, allowed_s, kinds, self._order):
                wanted_s = self._costs.run_s(order.share, order.trials)
                if wanted_s <= self._left_s:
                    self._note(order, self._probe(order, number))
        sized = [probe.share for probe in self._probes if probe.role is Role.SIZE]
        budget = f"The budget of {self._request.budget_s:g} s"
        if not sized:
            self._left_out.append(
                f"{budget} had no room for a second run: all rests on the first, which warms the machine up."
            )
        elif max(sized) < 1:
            self._left_out.append(f"{budget} had no room for a trial on all of the data.")

    def _shares(self) -> tuple[float, ...]:
        found = ladder(self._costs, self._left_s, self._sizing.least_share)
        return found[:1] if self._sizing.cut is Cut.NONE else found

    def _note(self, order: Order, record: Record) -> None:
        part = part_text(order.share)
        if record.outcome is not None and record.outcome.ending is Ending.TIMED_OUT and not record.trials:
            self._left_out.append(f"A probe on {part} did not end its first trial in time.")
        elif order.workers > 1 and record.outcome is not None and record.outcome.ending not in _ENDED_WELL:
            self._left_out.append(f"A probe in {order.workers} {order.role.value} did not end well: {said(record)}.")
        elif input_error(record) is not None and order.share < 1:
            self._left_out.append(f"{part[:1].upper()}{part[1:]} could not be used: {said(record)}.")
        else:
            see_that_it_ran(record, self._request.planned.trials, self._request.budget_s)
        if order.role is Role.SIZE and record.trials:
            self._learn(record, order.share)

    def _probe(self, order: Order, number: int) -> Record:
        self._step(Step(index=self._started, order=order))
        plan = self._plan(order)
        self._started += 1
        label = f"advice, {order.role.value}, {part_text(order.share)}"
        folder = self._means.carry_out(plan, self._site, label=label, watch=self._watch)
        self._probes.append(Probe(role=order.role, share=order.share, run=folder.name, block=number))
        return without_cut_trials(read_record(folder))

    def _plan(self, order: Order) -> Plan:
        """Each probe has a seed of its own: parameters of its own, and so a point of its own."""
        planned = self._sizing.at(self._request.planned, order.share)
        backend = {Role.THREADS: Backend.THREADS, Role.PROCESSES: Backend.PROCESSES}.get(order.role, Backend.SERIAL)
        storage = planned.storage
        if backend is Backend.PROCESSES and storage is StorageKind.MEMORY:
            storage = StorageKind.JOURNAL
        return replace(
            planned,
            trials=order.trials,
            seed=(planned.seed + self._started) % SEEDS,
            sampler=SamplerKind.NUMBERED,
            storage=storage,
            backend=backend,
            workers=order.workers,
            timeout_s=max(self._left_s, _LEAST_LEFT_S) + _LEAST_LEFT_S,
            startup_grace_s=_STARTUP_GRACE_S if order.role is Role.WARM else 0.0,
        )

    def _learn(self, record: Record, share: float) -> None:
        startup_s = max((start.startup_wall_s for start in record.starts), default=self._costs.startup_s)
        rows = record.trials[1:] or record.trials
        trial_s = sum(row.wall_s for row in rows) / len(rows)
        self._costs = Costs(startup_s=startup_s, by_share={**self._costs.by_share, share: trial_s})

    def _write(self, history: History | None) -> Path:
        probing = Probing(
            schema=SCHEMA,
            id=new_id(self._started_s),
            started_s=self._started_s,
            planned=self._request.planned,
            workers=self._request.workers,
            budget_s=self._request.budget_s,
            cut=self._sizing.cut,
            why_uncut=self._sizing.why_uncut,
            machine=self._site.machine,
            probes=tuple(self._probes),
            history=history,
            left_out=tuple(dict.fromkeys(self._left_out)),
            probing_s=self._means.clock() - self._began_s,
        )
        return write_probing(self._site.root, probing)
