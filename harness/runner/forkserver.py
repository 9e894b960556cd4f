"""The fork server: imports and warms up once, then forks a run's workers (`python -m harness.runner.forkserver ...`).

It never opens the storage and has one thread, as a fork copies neither connections nor threads in working order.
"""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from harness.errors import ExitCode, RunError
from harness.model.plan import Plan
from harness.model.store import read_header
from harness.runner.guard import LEADER, die_with_parent, guarded, judge_workers, leave, wait_for_all
from harness.runner.loading import loaded
from harness.runner.policies import marks_follow
from harness.runner.study import Seat, write_start
from harness.runner.tickets import work_off

_TASKS = Path("/proc/self/task")
_FORK_AWARE = frozenset({"jemalloc_bg_thd"})  # pyarrow's allocator stops and restarts its thread round every fork


def main(argv: list[str]) -> int:
    """FOLDER LAUNCHED PARENT TICKETS: workers take their tickets from that descriptor."""
    die_with_parent(int(argv[2]))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, tickets = Path(argv[0]), int(argv[3])
    plan = read_header(folder).plan
    if plan is None:
        raise RunError(f"{folder} is the record of a script: there is no plan in it to carry out")
    seat = Seat(folder=folder, worker=LEADER, launched_s=float(argv[1]))
    return guarded(seat, lambda: _serve(plan, seat, tickets))


def _serve(plan: Plan, seat: Seat, tickets: int) -> None:
    with marks_follow(plan, seat.folder):
        loaded(plan).workload.warm_up()
    gc.collect()
    gc.freeze()  # a collection in a worker would write to pages that all share
    write_start(seat)
    see_that_it_can_fork()
    parent = os.getpid()
    workers = [_fork(partial(_work, plan, seat.folder, index, tickets, parent)) for index in range(plan.workers)]
    os.close(tickets)
    codes = wait_for_all([partial(_wait, pid) for pid in workers])
    judge_workers(seat.folder, codes)


def see_that_it_can_fork(tasks: Path = _TASKS) -> None:
    """Raise RunError where this process has a second thread: a forked worker could hang on a lock that it held."""
    names = [(task / "comm").read_text().strip() for task in tasks.iterdir()] if tasks.is_dir() else []
    others = [name for name in names if name not in _FORK_AWARE]
    if len(others) > 1:
        raise RunError(
            f"importing the workload and its warm-up left {len(others)} threads running ({', '.join(sorted(others))}), "
            "of which a fork copies one: start those threads in the objective's first call, or leave forkserver out"
        )


def _fork(work: Callable[[], int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code: int = ExitCode.FAILED
    try:
        code = work()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # what the server has registered for its exit is not the worker's


def _work(plan: Plan, folder: Path, index: int, tickets: int, parent: int) -> int:
    launched_s = time.time()
    die_with_parent(parent)
    return work_off(plan, Seat(folder=folder, worker=index, launched_s=launched_s), tickets)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
