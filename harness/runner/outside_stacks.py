"""Stack samples of a script, arranged by its launcher: from outside where py-spy may look, else from inside."""

from dataclasses import dataclass
from pathlib import Path

from harness.attach.extras import STACKS, stacks_setting
from harness.probes.stacks import spy
from harness.probes.stacks.permission import may_trace


class PySpyExtra:
    """py-spy beside a script (see `script.Extra`)."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._spy: spy.PySpy | None = None
        self.why: str | None = None  # it brought nothing

    def begin(self, pid: int, folder: Path) -> None:
        started = spy.start(pid, folder, self._rate_hz)
        if isinstance(started, spy.Refused):
            self.why = started.why
        else:
            self._spy = started

    def end(self) -> None:
        if self._spy is not None:
            self.why = self._spy.stop().why


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """How stacks will be sampled."""

    extra: PySpyExtra | None  # None: from inside, or not at all
    environment: dict[str, str]


def arrange(rate_hz: float | None) -> Arranged:
    """Find out whether py-spy may look here, and what the script's processes must be told."""
    if rate_hz is None:
        return Arranged(extra=None, environment={})
    refusal = may_trace()
    extra = PySpyExtra(rate_hz) if refusal is None else None
    return Arranged(extra=extra, environment={STACKS: stacks_setting(rate_hz, refusal)})
