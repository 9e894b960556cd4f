"""A launcher that starts nothing: it leaves records as runs of a known cost would."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.appending import RowFile
from harness.model.home import new_run_folder
from harness.model.machine import Machine, Processor
from harness.model.plan import Plan
from harness.model.record import Ending, Outcome, SpanTime
from harness.model.store import FACTS, HEADER, OUTCOME, encode_trial, trial_rows_path, write_json
from harness.runner.comparing.request import Silent, Step
from harness.runner.launch import InterruptedRunError, Progress, Site, Watch
from harness.runner.scaling.carrying import Means
from tests.fakes import a_header, a_row


@dataclass
class FakeRuns:
    """Carries plans out in no time; what they cost is a function of the plan."""

    trial_s: Callable[[Plan], float] = lambda plan: 0.01 + 0.1 * plan.share
    rows: int | None = 10_000
    has_source: bool = True
    error: Callable[[Plan], tuple[str, str] | None] = lambda plan: None
    stop_after: int | None = None  # runs, then as Ctrl-C
    plans: list[Plan] = field(default_factory=list)

    def __call__(self, plan: Plan, site: Site, *, label: str, watch: Watch) -> Path:
        folder = new_run_folder(site.root, label, float(len(self.plans)))
        self.plans.append(plan)
        write_json(folder / HEADER, a_header(plan=plan, id=folder.name, label=label))
        if self.stop_after is not None and len(self.plans) > self.stop_after:
            raise InterruptedRunError(folder, "interrupted")
        if self.rows is not None:
            write_json(folder / FACTS, {"bars": self.rows})
        error = self.error(plan)
        if error is not None:
            write_json(folder / "error-0.json", {"type": error[0], "sentence": error[1]})
        else:
            self._rows(folder, plan)
        ending = Ending.FINISHED if error is None else Ending.FAILED
        outcome = Outcome(ending=ending, detail=None, exit_code=0, wall_s=1.0, cpu_s=1.0, peak_pss_bytes=None)
        write_json(folder / OUTCOME, outcome)
        return folder

    def _rows(self, folder: Path, plan: Plan) -> None:
        rows = RowFile(trial_rows_path(folder, 4242))
        each_s = self.trial_s(plan)
        spans = {"load": SpanTime(calls=1, wall_s=0.001, cpu_s=0.001)} if self.has_source else {}
        for number in range(plan.trials):
            thread = number % plan.workers
            begin_s = 1e9 + (number // plan.workers) * each_s
            cpu_s = each_s * (1 + (plan.seed % 5 - 2) / 100)
            rows.append(
                encode_trial(
                    a_row(
                        number=number,
                        thread=thread,
                        started_s=begin_s,
                        wall_s=each_s,
                        cpu_s=cpu_s,
                        spans=spans,
                        before={},
                    )
                )
            )
        rows.close()


@dataclass
class Told(Silent):
    """Remembers what was said."""

    said: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def watch(self, progress: Progress) -> None: ...


def means(tmp_path: Path, runs: FakeRuns, told: Told | None = None) -> Means:
    site = Site(root=tmp_path, machine=Machine(processor=Processor(usable_cores=2)))
    return Means(site=site, tell=told or Told(), carry_out=runs, now=lambda: 1e9)
