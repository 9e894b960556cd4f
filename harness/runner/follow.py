"""Stays with a script until it ends: each signal reaches it exactly once, and where it is stopped, so are we.

The script is in our process group, as it would be in the shell's job without us: the terminal's signals reach it by
themselves, and so do those to the group. What was sent to us alone is passed on.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

PASSED_ON = frozenset(
    {
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
        signal.SIGQUIT,
        signal.SIGUSR1,
        signal.SIGUSR2,
        signal.SIGALRM,
        signal.SIGTSTP,
        signal.SIGCONT,
        signal.SIGWINCH,
    }
)
_AWAITED = PASSED_ON | {signal.SIGCHLD}
_FROM_A_PROCESS = 0  # si_code at most 0: sent by kill(2); above: by the kernel, which means by the terminal, to all
SETTLE_S = 0.05
"""How long one signal may be followed by its twin: `timeout` signals its child, and then the group."""
_EVERY_S = 0.002


class Sampler(Protocol):
    """What is done at intervals meanwhile."""

    @property
    def every_s(self) -> float: ...

    def look(self, pid: int) -> None: ...


class Witness(Protocol):
    """Knows what was sent to the whole group: see `witness`."""

    def has_seen(self, number: int) -> bool: ...

    def renew(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the script ended."""

    exit_code: int  # negative: the signal that ended it
    at_s: float  # on the performance counter
    cpu_s: float  # of the script and every descendant that it waited for


@contextmanager
def signals_kept() -> Iterator[set[int]]:
    """Signals wait for `follow` to take them; gives what was blocked before, as the script is to have it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
    try:
        yield {int(number) for number in before}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def follow(pid: int, sampler: Sampler, witness: Witness) -> Ended:
    """Sample and pass signals on until the process has ended. Within `signals_kept`."""
    next_s = 0.0
    is_asked_to_stop = is_stopped = False
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
        if done and (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
            ended_s = time.perf_counter()
            _drop_twins(SETTLE_S if os.WIFSIGNALED(status) else 0.0)
            cpu_s = usage.ru_utime + usage.ru_stime
            return Ended(exit_code=os.waitstatus_to_exitcode(status), at_s=ended_s, cpu_s=cpu_s)
        if done:
            is_stopped = os.WIFSTOPPED(status)
        if is_stopped and is_asked_to_stop:
            is_asked_to_stop = is_stopped = False
            _stop_too()
        if time.perf_counter() >= next_s:
            sampler.look(pid)
            next_s = time.perf_counter() + sampler.every_s
        news = signal.sigtimedwait(_AWAITED, max(next_s - time.perf_counter(), 0.001))
        if news is None or news.si_signo == signal.SIGCHLD:
            continue
        is_asked_to_stop = news.si_signo == signal.SIGTSTP
        if news.si_code <= _FROM_A_PROCESS and not is_for_all(news.si_signo, witness):
            with suppress(ProcessLookupError):  # it has ended, and is about to be waited for
                os.kill(pid, news.si_signo)


def _stop_too() -> None:
    """Stop as the script has: the shell waits for us, and is to see that its job has stopped, and by what."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})
    try:
        os.kill(os.getpid(), signal.SIGTSTP)
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})


def is_for_all(number: int, witness: Witness, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Whether a signal went to the whole group, so that the script has got it; its twins are then dropped."""
    for _ in range(round(SETTLE_S / _EVERY_S)):
        if witness.has_seen(number):
            while signal.sigtimedwait({number}, 0):
                pass
            witness.renew()
            return True
        sleep(_EVERY_S)
    return False


def _drop_twins(settle_s: float) -> None:
    """What came to us with the signal that ended the script, or after its end, is nobody's any more."""
    while signal.sigtimedwait(PASSED_ON, settle_s):
        pass
