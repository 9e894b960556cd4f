"""Tickets: how trials are handed to worker processes, one byte each through a pipe.

No two workers can read the same byte, and a killed worker leaves no lock behind.
"""

import os

from harness.errors import ExitCode
from harness.model.plan import Plan
from harness.runner.guard import guarded
from harness.runner.study import Seat, run_tickets


def work_off(plan: Plan, seat: Seat, tickets: int) -> int:
    """One worker's part: trials of the run's study, one for each ticket, until none is left; its exit code."""
    code = guarded(seat, lambda: run_tickets(plan, seat, lambda: os.read(tickets, 1) != b""))
    if code != ExitCode.OK:
        _drain(tickets)  # as in one process, an objective that raises ends the study
    return code


def hand_out(give: int, trials: int) -> None:
    """Write a ticket for each trial; returns when all are written, or every worker is gone."""
    left = trials
    try:
        while left:
            left -= os.write(give, b"." * min(left, 4096))
    except BrokenPipeError:
        return  # every worker is gone; their exit codes say how


def _drain(tickets: int) -> None:
    while os.read(tickets, 4096):
        pass
