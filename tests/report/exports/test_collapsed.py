"""Collapsed stacks: one line for each stack, root first, samples counted, in an order that does not change."""

import re

from harness.report.exports.collapsed import collapsed
from tests.report.exports.test_speedscope import sample, stacks


def test_samples_of_one_stack_are_counted_and_the_most_come_first() -> None:
    text = collapsed(stacks(sample(1.0, 10, 11, 0), sample(2.0, 10, 12, 1), sample(3.0, 10, 11, 1)))
    assert text == (
        "process 10;optimize (/lib/optuna/study.py:7);objective (optimise.py:50);slope (optimise.py:30) 2\n"
        "process 10;optimize (/lib/optuna/study.py:7);objective (optimise.py:50) 1\n"
    )


def test_processes_have_roots_of_their_own() -> None:
    lines = collapsed(stacks(sample(1.0, 10, 11, 0), sample(1.0, 20, 21, 0))).splitlines()
    assert [line.partition(";")[0] for line in lines] == ["process 10", "process 20"]


def test_every_line_is_what_flamegraph_reads() -> None:
    text = collapsed(stacks(*(sample(float(at), 10, 11, at % 2) for at in range(9))))
    assert all(re.fullmatch(r"[^;]+(;[^;]+)* [1-9]\d*", line) for line in text.splitlines())


def test_nothing_sampled_is_an_empty_file() -> None:
    assert collapsed(stacks()) == ""
