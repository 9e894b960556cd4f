"""The instruments of a watched script, as its launcher arranges them: before it starts, beside it, and after it."""

from dataclasses import dataclass
from pathlib import Path

from harness.attach.extras import ALLOCATIONS, MEMORY_LINES, STACKS, stacks_setting
from harness.probes import allocations
from harness.probes.limits import is_tight, processes_left
from harness.probes.memory_lines import memory_profiler
from harness.probes.stacks import INSIDE_HZ, spy
from harness.probes.stacks.budget import COST_SHARE
from harness.probes.stacks.permission import may_trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user wants beside the ledger."""

    stacks_hz: float | None
    is_rate_fixed: bool = False  # else it falls where looking would cost more than its share
    memory_lines: bool = False
    allocations: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """The options of `harness run` that ask for this: with them the run can be repeated."""
        rate = ("--rate", f"{self.stacks_hz:g}") if self.is_rate_fixed and self.stacks_hz is not None else ()
        return (
            *(("--no-stacks",) if self.stacks_hz is None else ()),
            *rate,
            *(("--memory-lines",) if self.memory_lines else ()),
            *(("--allocations",) if self.allocations else ()),
        )


class Instruments:
    """Beside a script while it runs (see `script.Extra`).

    Raises LackingError where something that was asked for is not installed: before the script has begun.
    """

    def __init__(self, asked: Asked) -> None:
        self.environment: dict[str, str] = {}
        self.lacking: str | None = None  # what could not be done here, for people
        self._asked = asked
        self._folder: Path | None = None
        self._spy: spy.PySpy | None = None
        self._is_outside = False
        if asked.memory_lines:
            memory_profiler()
            self.environment[MEMORY_LINES] = "1"
        if asked.allocations:
            allocations.memray()
            self.environment |= {ALLOCATIONS: "1", **allocations.ENVIRONMENT}
        left = processes_left()
        if asked.stacks_hz is not None and is_tight(left):
            self.lacking = f"no stack was sampled, as only {left} more processes or threads may be started (ulimit -u)"
        elif asked.stacks_hz is not None:
            refusal = may_trace()
            self._is_outside = refusal is None
            inside_hz = asked.stacks_hz if asked.is_rate_fixed else min(asked.stacks_hz, INSIDE_HZ)
            self.environment[STACKS] = stacks_setting(inside_hz, refusal)

    def begin(self, pid: int, folder: Path) -> None:
        """The script has started."""
        self._folder = folder
        if self._is_outside and self._asked.stacks_hz is not None:
            share = None if self._asked.is_rate_fixed else COST_SHARE
            started = spy.start(pid, folder, self._asked.stacks_hz, cost_share=share)
            self._spy = None if isinstance(started, spy.Refused) else started

    def end(self) -> None:
        """The script has ended."""
        if self._spy is not None:
            self._spy.stop()
        if self._asked.allocations and self._folder is not None:
            allocations.collapse(self._folder)
