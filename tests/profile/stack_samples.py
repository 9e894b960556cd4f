"""Stacks made for tests: a study in /home/ann/proj that Optuna runs, with pandas and the harness below it."""

from collections.abc import Sequence

from harness.model.stacks import Frame, Stacks, StackSample, StackSource

SITE = "/home/ann/proj/.venv/lib/python3.11/site-packages"
HARNESS = "/opt/study/harness"
SCRIPT = "/home/ann/proj/optimise.py"


def frame(file: str, line: int, function: str) -> Frame:
    return Frame(file=file, line=line, function=function)


def user(line: int, function: str = "objective") -> Frame:
    return frame(SCRIPT, line, function)


ABOVE = (
    frame("<frozen runpy>", 88, "_run_code"),
    user(90, "<module>"),
    frame(f"{SITE}/optuna/study/study.py", 500, "Study.optimize"),
    frame(f"{SITE}/optuna/study/_optimize.py", 160, "_optimize_sequential"),
)
RUN_TRIAL = (*ABOVE, frame(f"{SITE}/optuna/study/_optimize.py", 200, "_run_trial"))
STORAGE = (
    frame(f"{SITE}/optuna/trial/_trial.py", 10, "Trial.set_user_attr"),
    frame(f"{HARNESS}/attach/storage.py", 70, "_passing_on.<locals>.call"),
    frame(f"{SITE}/optuna/storages/_rdb/storage.py", 400, "RDBStorage.set_trial_user_attr"),
)
ROLLING = (
    frame(f"{SITE}/pandas/core/window/rolling.py", 2100, "Rolling.apply"),
    frame(f"{SITE}/pandas/core/window/rolling.py", 1500, "RollingAndExpandingMixin.apply"),
    frame(f"{SITE}/pandas/core/window/rolling.py", 600, "BaseWindow._apply.<locals>.calc"),
)
SERIES = (frame(f"{SITE}/pandas/core/series.py", 6000, "Series.cumsum"),)
WAITING = (
    frame("/usr/lib/python3.11/threading.py", 1000, "Thread._bootstrap"),
    frame("/usr/lib/python3.11/concurrent/futures/thread.py", 80, "_worker"),
)


class Samples:
    """Collects samples; `stacks` is what was collected."""

    def __init__(self, source: StackSource = StackSource.PY_SPY) -> None:
        self._source = source
        self._frames: dict[Frame, int] = {}
        self._stacks: dict[tuple[int, ...], int] = {}
        self._samples: list[StackSample] = []

    def add(
        self,
        frames: Sequence[Frame],
        at_s: float,
        pid: int,
        native_thread: int | None = None,
        weight_s: float = 0.05,
        **known: object,
    ) -> "Samples":
        ids = tuple(self._frames.setdefault(one, len(self._frames)) for one in frames)
        sample = StackSample(
            at_s=at_s,
            pid=pid,
            native_thread=pid if native_thread is None else native_thread,
            stack=self._stacks.setdefault(ids, len(self._stacks)),
            span=known.get("span"),  # type: ignore[arg-type]
            trial=known.get("trial"),  # type: ignore[arg-type]
            weight_s=weight_s,
        )
        self._samples.append(sample)
        return self

    @property
    def stacks(self) -> Stacks:
        return Stacks(
            source=self._source,
            rate_hz=20.0,
            why=None if self._source is StackSource.PY_SPY else "ptrace is refused",
            frames=tuple(self._frames),
            stacks=tuple(self._stacks),
            samples=tuple(self._samples),
        )
