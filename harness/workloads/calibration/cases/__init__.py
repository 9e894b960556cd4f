"""Every case of the calibration, by name."""

from collections.abc import Mapping
from difflib import get_close_matches

from harness.errors import InputError
from harness.workloads.calibration.case import Case
from harness.workloads.calibration.cases import calls, memory, processes, reading, times

CASES: Mapping[str, Case] = {
    case.name: case for module in (times, memory, calls, reading, processes) for case in module.CASES
}


def case_named(name: str) -> Case:
    """The case of that name; raises InputError with the names that there are."""
    if name in CASES:
        return CASES[name]
    close = get_close_matches(name, CASES, n=1)
    meant = f" (did you mean {close[0]!r}?)" if close else ""
    raise InputError(f"the calibration has no case {name!r}{meant}; it has {', '.join(CASES)}")
