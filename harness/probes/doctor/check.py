"""One line of the doctor's report: what was looked at, how it stands, what was found and the way out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How a thing stands on this machine."""

    OK = "ok"
    LIMITED = "limited"  # works, in part or with less to be trusted
    MISSING = "missing"


class Area(Enum):
    """What a check is about, in the order of the report."""

    ENVIRONMENT = "Environment"
    MACHINE = "Machine"
    INSTRUMENTS = "Instruments"
    CLOCKS = "Clocks and noise"
    DISK = "Disk and shared memory"
    OPTIONAL = "Optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A judged fact. `advice` is the way out, and is None exactly when all is well."""

    area: Area
    name: str
    status: Status
    found: str
    advice: str | None = None
    is_required: bool = False  # without it the harness cannot work

    def __post_init__(self) -> None:
        if (self.status is Status.OK) is not (self.advice is None):
            raise ValueError(f"check {self.name!r}: advice belongs to what is not ok, and only to that")


def is_ready(checks: Iterable[Check]) -> bool:
    """Whether nothing that the harness requires is missing."""
    return not any(check.is_required and check.status is Status.MISSING for check in checks)
