"""What a recorder reads of its process beside the ledger's clocks: resident memory, its peak, the children's CPU."""

import resource
from collections.abc import Callable
from dataclasses import dataclass

from harness.probes.memory import RssMeter
from harness.probes.native import NativeThreads
from harness.probes.peak import PeakMeter


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What is read of this process beside the ledger's clocks; tests pass their own."""

    rss: Callable[[], int | None]
    peak: Callable[[], int | None]
    reset_peak: Callable[[], bool]
    children_s: Callable[[], float] = _children_s
    native: NativeThreads | None = None  # None: native threads are not read


def real_instruments() -> Instruments:
    """This process's own."""
    meter = PeakMeter()
    return Instruments(rss=RssMeter(), peak=meter.read, reset_peak=meter.reset, native=NativeThreads())
