"""Tickets: how trials are handed to worker processes, one byte each through a pipe, which is the number of their leg.

No two workers can read the same byte, and a killed worker leaves no lock behind.
"""

import os
from collections.abc import Sequence

from harness.errors import ExitCode
from harness.model.plan import Plan
from harness.runner.guard import guarded
from harness.runner.study import Seat, run_tickets


def work_off(plan: Plan, seat: Seat, tickets: int) -> int:
    """One worker's part: trials of the run's study, one for each ticket, until none is left; its exit code."""
    code = guarded(seat, lambda: run_tickets(plan, seat, lambda: _take(tickets)))
    if code != ExitCode.OK:
        _drain(tickets)  # as in one process, an objective that raises ends the study
    return code


def hand_out(give: int, trials: Sequence[int]) -> None:
    """Write a ticket for each trial, leg by leg; returns when all are written, or every worker is gone."""
    tickets = b"".join(bytes([leg]) * count for leg, count in enumerate(trials))
    try:
        while tickets:
            tickets = tickets[os.write(give, tickets[:4096]) :]
    except BrokenPipeError:
        return  # every worker is gone; their exit codes say how


def _take(tickets: int) -> int | None:
    """The leg of the search that the next ticket is for; None when there is none left."""
    taken = os.read(tickets, 1)
    return taken[0] if taken else None


def _drain(tickets: int) -> None:
    while os.read(tickets, 4096):
        pass
