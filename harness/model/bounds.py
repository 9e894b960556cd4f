"""What a field of a record may hold beside its type: a name, a time, a size. Checked once, where a record is decoded.

A field's own rule is written in its type (`RunId`); the range of a number follows from its name, which ends in a unit.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Protocol

MOST_NAME_BYTES = 200
_MARKS = "-_.,+"
MOST_COUNT = 2**63 - 1
MOST_SECONDS = 1e11  # 3,000 years
LAST_MOMENT_S = 253_402_214_400.0  # the last day of the year 9999, the last that a date can name
MOST_BYTES = 2**60
MOST_NUMBER = 1e300  # what is larger becomes infinite as soon as it is multiplied
_MOMENTS = frozenset({"at_s", "ended_s", "made_s", "read_s", "ready_s", "running_since_s", "started_s"})


class Rule(Protocol):
    """Why a value of the right type is refused, as a clause; None where it is not."""

    def refusal(self, value: Any) -> str | None: ...


@dataclass(frozen=True, slots=True)
class OneComponent:
    """A name that is one component of a path: it cannot lead out of the folder that it is looked up in."""

    def refusal(self, value: str) -> str | None:
        return (
            None if is_component(value) else f"{shown(value)} is not a record's name (letters, digits, '-', '_', '.')"
        )


@dataclass(frozen=True, slots=True)
class Components:
    """A path of several names below the folder that it is looked up in."""

    def refusal(self, value: str) -> str | None:
        parts = value.split("/")
        if len(parts) <= 8 and all(map(is_component, parts)):
            return None
        return f"{shown(value)} is not a path of records' names below the folder of records"


@dataclass(frozen=True, slots=True)
class Within:
    """A finite number within two bounds, both included."""

    low: float
    high: float

    def refusal(self, value: float) -> str | None:
        if self.low <= value <= self.high:  # which no NaN is
            return None
        return f"{shown(value)} is not from {self.low:g} to {self.high:g}"


RunId = Annotated[str, OneComponent()]
RecordPath = Annotated[str, Components()]
Count = Annotated[int, Within(0, 10**9)]
Some = Annotated[int, Within(1, 10**9)]
Chance = Annotated[float, Within(1e-12, 1.0)]
Effect = Annotated[float, Within(1e-6, 1e3)]
Size = Annotated[float, Within(1e-12, 1e15)]
MOMENT = Within(0.0, LAST_MOMENT_S)
SECONDS = Within(-MOST_SECONDS, MOST_SECONDS)
BYTES = Within(-MOST_BYTES, MOST_BYTES)
COUNT = Within(-MOST_COUNT - 1, MOST_COUNT)
NUMBER = Within(-MOST_NUMBER, MOST_NUMBER)


def is_component(name: str) -> bool:
    """Whether a name is of the form that records' names have: no separator, no '..', nothing hidden, no option."""
    return (
        bool(name)
        and name[0] not in ".-"
        and all(letter.isalnum() or letter in _MARKS for letter in name)
        and len(name.encode("utf-8", "surrogatepass")) <= MOST_NAME_BYTES
    )


def number_rule(field: str, *, is_whole: bool) -> Within:
    """The range of a number, by the name of its field."""
    if field in _MOMENTS:
        return MOMENT
    if field.endswith("_s"):
        return SECONDS
    if field == "bytes" or field.endswith("_bytes"):
        return BYTES
    return COUNT if is_whole else NUMBER


def shown(value: object) -> str:
    """A value in a refusal, short however large it is."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 200:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, list | dict):
        return f"{type(value).__name__} of {len(value)}"
    text = repr(value[:80]) + "..." if isinstance(value, str) and len(value) > 80 else repr(value)
    return text[:120]
