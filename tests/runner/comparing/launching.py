"""A launcher that makes records as runs would leave them, and dies, differs or is killed when it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.appending import RowFile
from harness.model.codec import encode
from harness.model.home import new_run_folder
from harness.model.marks import Marks, SourceCalls, marks_path
from harness.model.plan import Plan
from harness.model.points import read_points
from harness.model.record import Ending, Outcome, ProcessStart
from harness.model.store import HEADER, OUTCOME, encode_trial, trial_rows_path, write_json
from harness.runner.comparing.request import Step
from harness.runner.launch import Progress, Site, Watch
from tests.fakes import a_header, a_row

SOURCE = Marks(sources={"bars": SourceCalls(calls=9, loads=9, rows=5_000, bytes=280_000)})


class Killed(BaseException):
    """The launcher's own process was killed."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a run ends instead of finishing."""

    ending: Ending
    sentence: str
    kind: str = "ValueError"


@dataclass
class FakeRuns:
    """`dies`, `value` and `kills` are asked with the arm's label and how many runs it has had before."""

    dies: Callable[[str, int], Death | None] = lambda label, count: None
    value: Callable[[str, int, int], float] = lambda label, count, number: 1.0 + number
    kills: Callable[[str, int], bool] = lambda label, count: False
    marks: Marks = SOURCE
    labels: list[str] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    def __call__(self, plan: Plan, site: Site, *, label: str, watch: Watch) -> Path:
        count = self.labels.count(label)
        self.labels.append(label)
        self.plans.append(plan)
        folder = new_run_folder(site.root, label, 0.0)
        write_json(folder / HEADER, a_header(plan=plan, id=folder.name, label=label, machine=site.machine))
        if self.kills(label, count):
            raise Killed
        death = self.dies(label, count)
        if death is not None:
            write_json(folder / "error-0.json", {"type": death.kind, "sentence": death.sentence})
            return self._end(folder, death.ending, death.sentence)
        write_json(marks_path(folder, 0), self.marks)
        self._rows(folder, plan, [self.value(label, count, number) for number in range(plan.trials)], site)
        return self._end(folder, Ending.FINISHED, None)

    def _rows(self, folder: Path, plan: Plan, values: list[float], site: Site) -> None:
        points = None if plan.replay is None else read_points(site.root / plan.replay)
        rows = RowFile(trial_rows_path(folder, 4242))
        start = ProcessStart(pid=4242, worker=0, ready_s=1.0, startup_wall_s=0.5, startup_cpu_s=0.1)
        rows.append({"kind": "start", **encode(start)})
        for number, value in enumerate(values):
            params = {"x": (number + plan.seed) / 100} if points is None else points[number]
            rows.append(
                encode_trial(a_row(number=number, started_s=2.0 + number, wall_s=1.0, values=(value,), params=params))
            )
        rows.close()

    def _end(self, folder: Path, ending: Ending, detail: str | None) -> Path:
        outcome = Outcome(ending=ending, detail=detail, exit_code=0, wall_s=5.0, cpu_s=4.0, peak_pss_bytes=1 << 20)
        write_json(folder / OUTCOME, outcome)
        return folder


@dataclass
class Told:
    """Keeps what a comparison tells."""

    sentences: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def watch(self, progress: Progress) -> None: ...
