"""The errors that a user can meet: one clear sentence each, and the exit code that a command ends with."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code says; documented in docs/commands/index.md."""

    OK = 0
    FAILED = 1
    BAD_INPUT = 2
    RUN_FAILED = 3
    LACKING = 4
    REFUTED = 5  # a claim stopped holding
    INTERRUPTED = 130


class HarnessError(Exception):
    """Base of every error that is reported as one sentence: what, where, why and the way out."""

    exit_code = ExitCode.FAILED


class InputError(HarnessError):
    """Something the user named (a file, an option, a workload) cannot be used as it is."""

    exit_code = ExitCode.BAD_INPUT


class ValueCountError(InputError):
    """An objective returned another number of values than its study has directions."""

    def __init__(self, sentence: str, values: int) -> None:
        super().__init__(sentence)
        self.values = values


class DataError(InputError):
    """A file of bars is refused; the sentence names file, row and reason."""


class RecordError(InputError):
    """A record cannot be read: wrong folder, newer schema, damaged header."""


class RunError(HarnessError):
    """A run was carried out and did not end well; what it measured is kept in its record."""

    exit_code = ExitCode.RUN_FAILED


class LackingError(HarnessError):
    """This machine or environment lacks something that was asked for."""

    exit_code = ExitCode.LACKING
