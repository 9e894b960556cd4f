"""The instruments that a watched process carries on request: stack samples, allocations, memory line by line."""

from collections.abc import Callable, Mapping
from pathlib import Path

from harness.attach.hook import FOLDER
from harness.attach.recorder import Recorder
from harness.probes.stacks.in_process import InProcessSampler
from harness.probes.stacks.permission import allow_tracing

STACKS = "HARNESS_STACKS"  # "py-spy", or "<Hz>|<why not py-spy>" for the sampler inside
FROM_OUTSIDE = "py-spy"


def stacks_setting(rate_hz: float, refusal: str | None) -> str:
    """What the launcher tells the script's processes about stack samples."""
    return FROM_OUTSIDE if refusal is None else f"{rate_hz:g}|{refusal}"


class TracingAllowed:
    """Lets py-spy look at this process where the kernel asks the process itself; each fork has to say it again."""

    def start(self) -> None:
        allow_tracing()

    def stop(self) -> None: ...

    def before_fork(self) -> None: ...

    def after_fork_in_parent(self) -> None: ...

    def restart_after_fork(self) -> None:
        allow_tracing()


def stack_extra(recorder: Recorder, environment: Mapping[str, str]) -> TracingAllowed | InProcessSampler | None:
    """What this process does for its stack samples, as the launcher asked in the environment."""
    setting = environment.get(STACKS)
    if not setting:
        return None
    if setting == FROM_OUTSIDE:
        allowed = TracingAllowed()
        allowed.start()  # at once: py-spy may look before the first trial
        return allowed
    rate_hz, _, why = setting.partition("|")
    return InProcessSampler(Path(environment[FOLDER]), float(rate_hz), why, _numbered(recorder.where))


def _numbered(where: Callable[[int], tuple[int | None, str] | None]) -> Callable[[int], tuple[int, str] | None]:
    """The trial's number, -1 while Optuna has not told it."""

    def place(ident: int) -> tuple[int, str] | None:
        found = where(ident)
        if found is None:
            return None
        number, span = found
        return (-1 if number is None else number), span

    return place
