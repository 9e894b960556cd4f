"""Progress of a series of runs: a live bar on a terminal, plain lines when the output goes elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from harness.runner.launch import Progress
    from harness.runner.reproduce import Step

PLAIN_EVERY_S = 30.0


class Display(Protocol):
    """What a series of runs tells while it goes on."""

    def step(self, step: "Step") -> None: ...

    def watch(self, progress: "Progress") -> None: ...


@contextmanager
def display() -> Iterator[Display]:
    """The display for standard error, where progress goes: a report on standard output stays clean."""
    if sys.stderr.isatty():
        with _live() as shown:
            yield shown
    else:
        yield _Plain()


class _Plain:
    """A line for each run, and one every half minute of a long run."""

    def __init__(self) -> None:
        self._next_s = PLAIN_EVERY_S

    def step(self, step: "Step") -> None:
        self._next_s = PLAIN_EVERY_S
        plan = step.arm.plan
        print(f"run {step.index + 1}/{step.runs}: {step.arm.name}, {plan.trials} trials", file=sys.stderr, flush=True)

    def watch(self, progress: "Progress") -> None:
        if progress.elapsed_s >= self._next_s:
            self._next_s += PLAIN_EVERY_S
            print(f"  {progress_text(progress)}", file=sys.stderr, flush=True)


def progress_text(progress: "Progress") -> str:
    """Trials done, rate and time left, in words."""
    from harness.units import seconds_text

    text = f"{progress.done}/{progress.trials} trials, {seconds_text(progress.elapsed_s)}"
    if progress.done and progress.elapsed_s:
        text += f", {progress.done / progress.elapsed_s:.2g}/s"
    left_s = progress.left_s
    return text if left_s is None else f"{text}, {seconds_text(left_s)} left"


@contextmanager
def _live() -> Iterator[Display]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.fields[place]}"),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=1, place="", state="starting")

        class Live:
            def step(self, step: "Step") -> None:
                place = f"{step.index + 1}/{step.runs} {step.arm.name}"
                bars.update(task, completed=0, total=step.arm.plan.trials, place=place[:42], state="starting")

            def watch(self, progress: "Progress") -> None:
                bars.update(task, completed=progress.done, state=progress_text(progress).rpartition(", ")[0][:20])

        yield Live()
