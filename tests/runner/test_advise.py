"""Advice probes within its budget, finds out how data can be cut, and says in one sentence what stops it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from harness.errors import InputError, RunError
from harness.model.appending import RowFile
from harness.model.home import new_run_folder
from harness.model.machine import Machine, Processor
from harness.model.plan import Backend, Plan, SamplerKind, StorageKind
from harness.model.probing import Cut, History, Probing, Role, SamplerCost, read_probing
from harness.model.record import Ending, Outcome, ProcessStart, SpanTime
from harness.model.store import HEADER, OUTCOME, encode_trial, trial_rows_path, write_json
from harness.runner.advise import Means, Request, Step, advise
from harness.runner.launch import Site, Watch
from tests.fakes import a_header, a_row

PLAN = Plan(workload="objectives:priced", trials=1000, sampler=SamplerKind.TPE)
HISTORY = History(
    parameters=2, sampler=(SamplerCost(trials=20, wall_s=(0.003,), cpu_s=(0.003,)),), bytes_per_trial=4000.0
)


@dataclass
class FakeRuns:
    """Makes records as a run of the plan would leave them; its clock moves by what the run costs."""

    trial_s: Callable[[Plan], float] = lambda plan: 0.2 * plan.share
    startup_s: float = 1.0
    has_source: bool = True
    errors: Callable[[Plan], tuple[str, str] | None] = lambda plan: None
    now_s: float = 0.0
    plans: list[Plan] = field(default_factory=list)

    def __call__(self, plan: Plan, site: Site, *, label: str, watch: Watch) -> Path:
        self.plans.append(plan)
        folder = new_run_folder(site.root, label, 0.0)
        write_json(folder / HEADER, a_header(plan=plan, id=folder.name, label=label))
        error = self.errors(plan)
        if error is not None:
            kind, sentence = error
            write_json(folder / "error-0.json", {"type": kind, "sentence": sentence})
            return self._end(folder, Ending.FAILED, sentence, self.startup_s)
        limit_s = plan.timeout_s or 1e9
        done = min(plan.trials, int((limit_s - self.startup_s) / self.trial_s(plan)))
        self._rows(folder, plan, done)
        ending = Ending.FINISHED if done == plan.trials else Ending.TIMED_OUT
        return self._end(folder, ending, None, min(self.startup_s + done * self.trial_s(plan), limit_s))

    def _rows(self, folder: Path, plan: Plan, done: int) -> None:
        rows = RowFile(trial_rows_path(folder, 4242))
        start = ProcessStart(pid=4242, worker=0, ready_s=1.0, startup_wall_s=self.startup_s, startup_cpu_s=0.1)
        rows.append({"kind": "start", **{name: getattr(start, name) for name in start.__slots__ if name != "birth"}})
        spans = {"load": SpanTime(calls=1, wall_s=0.01, cpu_s=0.01)} if self.has_source else {}
        each_s = self.trial_s(plan)
        for number in range(done):
            row = a_row(number=number, started_s=number * each_s, wall_s=each_s, cpu_s=each_s, spans=spans)
            rows.append(encode_trial(row))
        rows.close()

    def _end(self, folder: Path, ending: Ending, detail: str | None, wall_s: float) -> Path:
        self.now_s += wall_s
        outcome = Outcome(ending=ending, detail=detail, exit_code=0, wall_s=wall_s, cpu_s=wall_s, peak_pss_bytes=None)
        write_json(folder / OUTCOME, outcome)
        return folder


def probe(tmp_path: Path, runs: FakeRuns, request: Request, history: History | None = HISTORY) -> Probing:
    site = Site(root=tmp_path, machine=Machine(processor=Processor(usable_cores=2)))
    means = Means(carry_out=runs, clock=lambda: runs.now_s, history=lambda asked, site: history)
    steps: list[Step] = []
    path = advise(request, site, step=steps.append, watch=lambda progress: None, means=means)
    probing, records = read_probing(path)
    assert [step.index for step in steps] == list(range(len(steps)))
    assert {found.run for found in probing.probes} <= set(records)
    return probing


def test_every_share_is_probed_in_each_block_and_the_budget_holds(tmp_path: Path) -> None:
    runs = FakeRuns()
    probing = probe(tmp_path, runs, Request(planned=PLAN, budget_s=60))
    shares = {
        share: [p.block for p in probing.probes if p.role is Role.SIZE and p.share == share]
        for share in (1, 0.25, 0.0625)
    }
    assert all(len(blocks) >= 2 for blocks in shares.values())
    assert {Role.THREADS, Role.PROCESSES} <= {found.role for found in probing.probes}
    assert runs.now_s <= 61
    assert probing.cut is Cut.SOURCE
    assert probing.left_out == ()


def test_every_probe_draws_parameters_of_its_own_and_has_a_time_out(tmp_path: Path) -> None:
    runs = FakeRuns()
    probe(tmp_path, runs, Request(planned=PLAN))
    assert len({plan.seed for plan in runs.plans}) == len(runs.plans)
    assert {plan.sampler for plan in runs.plans} == {SamplerKind.NUMBERED}
    assert all(plan.timeout_s is not None and plan.timeout_s <= 61 for plan in runs.plans)


def test_processes_are_probed_on_a_storage_that_they_can_share(tmp_path: Path) -> None:
    runs = FakeRuns()
    probe(tmp_path, runs, Request(planned=PLAN))
    storages = {plan.backend: plan.storage for plan in runs.plans}
    assert storages[Backend.PROCESSES] is StorageKind.JOURNAL
    assert storages[Backend.SERIAL] is storages[Backend.THREADS] is StorageKind.MEMORY


def test_without_a_source_only_trials_are_probed(tmp_path: Path) -> None:
    runs = FakeRuns(has_source=False)
    probing = probe(tmp_path, runs, Request(planned=PLAN))
    assert probing.cut is Cut.NONE
    assert "no harness.source is called" in (probing.why_uncut or "")
    assert {found.share for found in probing.probes} == {1.0}


def test_what_cannot_be_cut_is_probed_whole_and_the_reason_kept(tmp_path: Path) -> None:
    runs = FakeRuns(
        errors=lambda plan: ("UncutError", "a source brings a Bag, which has no rows") if plan.share < 1 else None
    )
    probing = probe(tmp_path, runs, Request(planned=PLAN))
    assert probing.cut is Cut.NONE
    assert probing.why_uncut == "a source brings a Bag, which has no rows"
    assert {found.share for found in probing.probes} == {1.0}


def test_a_dear_objective_is_probed_on_a_part_and_that_is_said(tmp_path: Path) -> None:
    runs = FakeRuns(trial_s=lambda plan: 200.0 * plan.share)
    probing = probe(tmp_path, runs, Request(planned=PLAN, budget_s=60))
    assert max(found.share for found in probing.probes) < 1
    assert probing.left_out == ("The budget of 60 s had no room for a trial on all of the data.",)


def test_a_share_that_the_workload_refuses_is_left_out(tmp_path: Path) -> None:
    def too_few(plan: Plan) -> tuple[str, str] | None:
        return ("DataError", "too few rows to split") if plan.share == 0.25 else None

    probing = probe(tmp_path, FakeRuns(errors=too_few), Request(planned=PLAN))
    assert any("too few rows to split" in sentence for sentence in probing.left_out)


def test_workers_that_fail_together_are_left_out_and_the_rest_stands(tmp_path: Path) -> None:
    def locked(plan: Plan) -> tuple[str, str] | None:
        return ("OperationalError", "OperationalError: database is locked") if plan.workers > 1 else None

    probing = probe(tmp_path, FakeRuns(errors=locked), Request(planned=PLAN))
    assert "A probe in 2 processes did not end well: OperationalError: database is locked." in probing.left_out
    assert {found.share for found in probing.probes if found.role is Role.SIZE} == {1.0, 0.25, 0.0625}


def test_a_budget_below_one_trial_says_what_it_knows(tmp_path: Path) -> None:
    runs = FakeRuns(trial_s=lambda plan: 1e4)
    with pytest.raises(
        RunError, match=r"if 1000 trials took so long each, they would take more than 8\.3 hours in one worker; give"
    ):
        probe(tmp_path, runs, Request(planned=PLAN, budget_s=30))


@pytest.mark.parametrize(
    ("kind", "sentence", "raised", "said"),
    [
        ("InputError", "there is no module 'objectives' here", InputError, "there is no module"),
        ("DataError", "bars.csv has no rows", InputError, "bars.csv has no rows"),
        ("ValueError", "ValueError: three is too many", RunError, r"ValueError: three is too many; .*stderr\.txt"),
    ],
)
def test_what_the_workload_says_is_what_is_shown(
    kind: str, sentence: str, raised: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(raised, match=said):
        probe(tmp_path, FakeRuns(errors=lambda plan: (kind, sentence)), Request(planned=PLAN))


def test_a_name_that_nobody_registered_is_refused_before_anything_runs(tmp_path: Path) -> None:
    runs = FakeRuns()
    with pytest.raises(InputError, match="did you mean 'topstepb'"):
        probe(tmp_path, runs, Request(planned=replace(PLAN, workload="topstep")))
    assert runs.plans == []


def test_a_sampler_whose_probe_failed_is_named(tmp_path: Path) -> None:
    probing = probe(tmp_path, FakeRuns(), Request(planned=PLAN), history=None)
    assert probing.history is None
    assert any("sampler" in sentence for sentence in probing.left_out)


def test_the_file_of_a_probing_is_plain_json_and_nothing_else_is_read_as_one(tmp_path: Path) -> None:
    probe(tmp_path, FakeRuns(), Request(planned=PLAN))
    (path,) = (tmp_path / "advice").iterdir()
    assert json.loads(path.read_text())["planned"]["trials"] == 1000
    path.write_text('{"schema": 99}')
    with pytest.raises(InputError, match="no probing of schema"):
        read_probing(path)
