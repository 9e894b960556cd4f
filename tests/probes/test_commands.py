"""Processes that trials start are counted where they start, and start as they would."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from harness.probes.commands import Commands, hear_of_commands


@pytest.fixture
def commands() -> Iterator[Commands]:
    commands = Commands(lambda: True)
    undo = hear_of_commands(commands, subprocess)
    yield commands
    undo()


def test_each_process_is_counted_once(commands: Commands) -> None:
    done = subprocess.run(["true"], check=True)
    out = subprocess.check_output(["echo", "1"])
    with os.popen("echo 2") as pipe:
        piped = pipe.read()
    plain = subprocess.run(["true"], close_fds=False, check=True)  # by posix_spawn, where the system has it

    assert (done.returncode, out, piped, plain.returncode) == (0, b"1\n", "2\n", 0)
    assert commands.count == 4


def test_a_command_that_is_not_there_raises_as_before(commands: Commands) -> None:
    with pytest.raises(FileNotFoundError):
        subprocess.run(["/nowhere/at/all"])


def test_outside_trials_nothing_counts() -> None:
    commands = Commands(lambda: False)
    undo = hear_of_commands(commands, subprocess)
    try:
        subprocess.run(["true"], check=True)
    finally:
        undo()
    assert commands.count == 0
    assert "_counting" not in getattr(subprocess._fork_exec, "__qualname__", "")  # type: ignore[attr-defined]


def test_a_fork_begins_with_nothing(commands: Commands) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    commands.forget()
    assert commands.count == 0
