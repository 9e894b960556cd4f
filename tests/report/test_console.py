"""The console renderer keeps to its width and emits escape sequences only when told to."""

import pytest

from harness.report import console
from harness.report.summary import Summary


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_wider_than_the_terminal(summary: Summary, width: int) -> None:
    assert max(len(line) for line in console.render(summary, width).splitlines()) <= width


def test_a_pipe_gets_no_escape_sequence(summary: Summary) -> None:
    assert "\x1b" not in console.render(summary, 80, colour=False)


def test_a_terminal_gets_colour_and_the_same_words(summary: Summary) -> None:
    coloured = console.render(summary, 80, colour=True)
    assert "\x1b[" in coloured
    assert summary.headline.sentence.split()[0] in coloured


def test_no_cell_of_the_seeds_table_is_cut_short(summary: Summary) -> None:
    assert "…" not in console.render(summary, 80)
