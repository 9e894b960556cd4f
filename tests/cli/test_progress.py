"""Progress of a comparison: a line for each block where output is piped, with the time left once it is known."""

import io
from dataclasses import replace

import pytest

from harness.cli import progress
from harness.cli.progress import Telling, display
from harness.runner.comparing.request import Step
from harness.runner.launch import Progress

STEP = Step(block=0, blocks=6, place=0, places=4, arm="baseline", trials=20, left_s=None)


def test_piped_progress_is_a_line_for_each_block(capsys: pytest.CaptureFixture[str]) -> None:
    with display() as shown:
        tell = Telling(shown)
        tell.say("gc does not apply: \x1b[31mno")
        for block in range(2):
            for place in range(4):
                tell.step(replace(STEP, block=block, place=place, left_s=125.0 if block else None))
                tell.watch(Progress(label="baseline", done=3, trials=20, elapsed_s=1.0))
    assert capsys.readouterr().err.splitlines() == [
        "gc does not apply: \N{REPLACEMENT CHARACTER}[31mno",
        "block 1/6: 4 runs",
        "block 2/6: 4 runs, 2.08 minutes left",
    ]


def test_a_long_run_tells_every_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    with display() as shown:
        shown.cell(STEP)
        for elapsed_s in (10.0, 31.0, 40.0, 62.0):
            shown.watch(Progress(label="baseline", done=10, trials=20, elapsed_s=elapsed_s))
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_terminal_shows_the_cell_and_keeps_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(progress, "is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    with display() as shown:
        shown.cell(replace(STEP, left_s=90.0))
        shown.say("the pilot's 6 pairs are enough")
        shown.watch(Progress(label="baseline", done=10, trials=20, elapsed_s=1.0))
    written = screen.getvalue()
    assert "the pilot's 6 pairs are enough" in written
    assert "1/6 baseline, 90.0 s left" in written
