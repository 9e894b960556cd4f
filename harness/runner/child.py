"""The child: carries a plan out in an interpreter of its own (`python -m harness.runner.child FOLDER ...`).

With processes, this first child leads: it creates the study, starts the workers and hands out one ticket per trial.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from harness.errors import InputError
from harness.model.plan import Backend, Plan, Start
from harness.model.store import read_header
from harness.runner.guard import (
    LEADER,
    WorkerLostError,
    die_with_parent,
    guarded,
    has_left_error,
    how_it_ended,
    judge_workers,
    leave,
    wait_for_all,
)
from harness.runner.policies import marks_follow, prepare
from harness.runner.searching.barrier import remove_barrier
from harness.runner.searching.legs import legs_of
from harness.runner.study import Seat, create_shared_study, run_whole, write_start
from harness.runner.tickets import hand_out, work_off


def main(argv: list[str]) -> int:
    """FOLDER LAUNCHED PARENT runs or leads; with WORKER TICKETS it works through the descriptor TICKETS."""
    die_with_parent(int(argv[2]))
    # Whoever started the launcher in the background made all of us ignore the interrupt by which it asks us to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, launched_s = Path(argv[0]), float(argv[1])
    plan = read_header(folder).plan
    if plan is None:
        raise InputError(f"{folder} is the record of a script: there is no plan in it to carry out")
    if len(argv) > 3:
        return work_off(plan, Seat(folder=folder, worker=int(argv[3]), launched_s=launched_s), int(argv[4]))
    if plan.backend is Backend.PROCESSES:
        seat = Seat(folder=folder, worker=LEADER, launched_s=launched_s)
        return guarded(seat, lambda: _lead(plan, seat))
    seat = Seat(folder=folder, worker=0, launched_s=launched_s)
    return guarded(seat, lambda: run_whole(plan, seat))


def _lead(plan: Plan, seat: Seat) -> None:
    with marks_follow(plan, seat.folder, LEADER):
        create_shared_study(plan, seat.folder)
        write_start(seat)
        prepare(plan)
    take, give = os.pipe()
    match plan.start:
        case Start.SPAWN:
            workers = [_start_worker(seat.folder, index, take) for index in range(plan.workers)]
        case Start.FORKSERVER:
            workers = [_start_server(seat.folder, take)]
    os.close(take)
    try:
        hand_out(give, [leg.trials for leg in legs_of(plan)])
    finally:
        os.close(give)
        codes = wait_for_all([worker.wait for worker in workers])
        remove_barrier(seat.folder)
    if plan.start is Start.FORKSERVER:
        _judge_server(seat.folder, codes[0])
    else:
        judge_workers(seat.folder, codes)


def _judge_server(folder: Path, code: int) -> None:
    """The server has judged its workers itself, unless it was killed."""
    if code == 0:
        return
    if has_left_error(folder, LEADER):
        raise SystemExit(code)
    raise WorkerLostError(f"the fork server {how_it_ended(code)}")


def _start_worker(folder: Path, index: int, tickets: int) -> subprocess.Popen[bytes]:
    return _start("harness.runner.child", folder, (index, tickets), tickets)


def _start_server(folder: Path, tickets: int) -> subprocess.Popen[bytes]:
    return _start("harness.runner.forkserver", folder, (tickets,), tickets)


def _start(module: str, folder: Path, more: tuple[int, ...], tickets: int) -> subprocess.Popen[bytes]:
    arguments = [str(folder), repr(time.time()), str(os.getpid()), *map(str, more)]
    return subprocess.Popen([sys.executable, "-P", "-m", module, *arguments], pass_fds=(tickets,))


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
