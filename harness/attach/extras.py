"""The instruments that a watched process carries on request: stack samples, allocations, memory line by line."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from harness.attach.hook import FOLDER
from harness.attach.recorder import Recorder
from harness.probes.stacks.in_process import InProcessSampler
from harness.probes.stacks.permission import allow_tracing

STACKS = "HARNESS_STACKS"  # "py-spy", or "<Hz>|<why not py-spy>" for the sampler inside
FROM_OUTSIDE = "py-spy"
MEMORY_LINES = "HARNESS_MEMORY_LINES"  # "1": the objective's lines, by what they add to memory
ALLOCATIONS = "HARNESS_ALLOCATIONS"  # "1": every allocation


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


class Extra(Protocol):
    """An instrument inside the process that starts with its first trial and stops at its end."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def before_fork(self) -> None: ...

    def after_fork_in_parent(self) -> None: ...

    def restart_after_fork(self) -> None: ...


def extras_of(recorder: Recorder, study_class: Any, environment: Mapping[str, str]) -> list[Extra]:
    """What was asked for in the environment; what was not is not even imported."""
    extras: list[Extra] = []
    stacks = stack_extra(recorder, environment)
    if stacks is not None:
        extras.append(stacks)
    if environment.get(MEMORY_LINES):
        extras.append(_memory_lines(study_class, Path(environment[FOLDER])))
    if environment.get(ALLOCATIONS):
        from harness.probes.allocations import Allocations

        allocations = Allocations(Path(environment[FOLDER]))
        allocations.start()  # at once: data is loaded before the first trial
        extras.append(allocations)
    return extras


def _memory_lines(study_class: Any, folder: Path) -> Extra:
    """Watch the lines of every objective that is given to `optimize`."""
    from harness.probes.memory_lines import MemoryLines

    lines, plain = MemoryLines(folder), study_class.optimize

    @functools.wraps(plain)
    def optimize(self: Any, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return plain(self, lines.watch(func), *args, **kwargs)

    study_class.optimize = optimize
    return lines


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
