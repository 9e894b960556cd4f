"""Progress of a series of runs: a live bar on a terminal, plain lines when the output goes elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from harness.cli.terminal import is_terminal

if TYPE_CHECKING:
    from harness.runner.comparing.request import Step as Cell
    from harness.runner.launch import Progress
    from harness.runner.reproduce import Step

PLAIN_EVERY_S = 30.0
PLACE_WIDTH = 36  # leaves room for the bar and the state in 80 columns
CELL_WIDTH = 20  # the same, with the time left of all behind it


class Display(Protocol):
    """What a series of runs tells while it goes on: runs of a reproduction, or cells of a comparison."""

    def step(self, step: "Step") -> None: ...

    def cell(self, cell: "Cell") -> None: ...

    def say(self, sentence: str) -> None: ...

    def watch(self, progress: "Progress") -> None: ...


class Telling:
    """A comparison's listener, which tells a display."""

    def __init__(self, shown: Display) -> None:
        self.say, self.step, self.watch = shown.say, shown.cell, shown.watch


@contextmanager
def display() -> Iterator[Display]:
    """The display for standard error, where progress goes: a report on standard output stays clean."""
    if is_terminal(sys.stderr):
        with _live() as shown:
            yield shown
    else:
        yield _Plain()


class _Plain:
    """A line for each run or block, and one every half minute of a long run."""

    def __init__(self) -> None:
        self._next_s = PLAIN_EVERY_S
        self._block: int | None = None

    def step(self, step: "Step") -> None:
        self._next_s = PLAIN_EVERY_S
        plan = step.arm.plan
        print(
            f"run {step.index + 1}/{step.runs}: {step.arm.name}, {plan.trials} {_trials(plan.trials)}",
            file=sys.stderr,
            flush=True,
        )

    def cell(self, cell: "Cell") -> None:
        self._next_s = PLAIN_EVERY_S
        if cell.block != self._block:
            self._block = cell.block
            self.say(f"block {cell.block + 1}/{cell.blocks}: {cell.places} runs{left_text(cell)}")

    def say(self, sentence: str) -> None:
        print(_line(sentence), file=sys.stderr, flush=True)

    def watch(self, progress: "Progress") -> None:
        if progress.elapsed_s >= self._next_s:
            self._next_s += PLAIN_EVERY_S
            print(f"  {progress_text(progress)}", file=sys.stderr, flush=True)


def progress_text(progress: "Progress") -> str:
    """Trials done, rate and time left, in words."""
    from harness.units import seconds_text

    text = done_text(progress)
    left_s = progress.left_s
    if left_s is None or not progress.elapsed_s:
        return text
    return f"{text}, {progress.done / progress.elapsed_s:.2g}/s, {seconds_text(left_s)} left"


def done_text(progress: "Progress") -> str:
    """Trials done, of how many."""
    return f"{progress.done}/{progress.trials} {_trials(progress.trials)}"


def left_text(cell: "Cell") -> str:
    """What is left of a comparison, as the end of a line; nothing before a cell has ended."""
    from harness.report.advice.words import duration_text

    return "" if cell.left_s is None else f", {duration_text(cell.left_s)} left"


def _line(sentence: str) -> str:
    from harness.units import printable

    return printable(sentence)


def _trials(number: int) -> str:
    return "trial" if number == 1 else "trials"


@contextmanager
def _live() -> Iterator[Display]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.fields[place]}", markup=False),
        BarColumn(bar_width=8),
        TextColumn("{task.fields[state]}", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=1, place="", state="starting")

        class Live:
            is_cell = False  # of a comparison, whose own time left is told

            def step(self, step: "Step") -> None:
                place = f"{step.index + 1}/{step.runs} {step.arm.name}"
                trials = step.arm.plan.trials
                bars.update(task, completed=0, total=trials, place=place[:PLACE_WIDTH], state="starting")

            def cell(self, cell: "Cell") -> None:
                self.is_cell = True
                place = f"{cell.block + 1}/{cell.blocks} {cell.arm}"[:CELL_WIDTH] + left_text(cell)
                bars.update(task, completed=0, total=cell.trials, place=place, state="starting")

            def say(self, sentence: str) -> None:
                bars.console.print(_line(sentence), markup=False, highlight=False, soft_wrap=True)

            def watch(self, progress: "Progress") -> None:
                state = done_text(progress) if self.is_cell else progress_text(progress)
                bars.update(task, completed=progress.done, state=state)

        yield Live()
