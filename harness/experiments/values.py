"""Whether two runs gave the same values, bit for bit: trials with the same number, their states and values."""

from dataclasses import dataclass

from harness.model.record import Record, TrialRow
from harness.units import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first trial, by number, that is not the same in two runs."""

    number: int
    first: str  # its result in the one run
    second: str  # and in the other
    sentence: str  # as a clause


def first_difference(one: Record, two: Record) -> Difference | None:
    """The first trial whose state or values differ, or that only one run has; None where there is none.

    NaN equals NaN, and 0.0 is not -0.0. Trials are told apart by number alone, so in which order they ran is no matter.
    """
    first = {row.number: row for row in one.trials}
    second = {row.number: row for row in two.trials}
    for number in sorted({*first, *second}):
        found = _difference(number, first.get(number), second.get(number))
        if found is not None:
            return found
    return None


def compared_trials(one: Record, two: Record) -> int:
    """How many trials both runs have."""
    return len({row.number for row in one.trials} & {row.number for row in two.trials})


def _difference(number: int, one: TrialRow | None, two: TrialRow | None) -> Difference | None:
    if one is not None and two is not None and _is_plainly_the_same(one, two):
        return None
    first, second = _result(one), _result(two)
    if one is not None and two is not None and first == second:
        return None
    said = f"trial {number} gave {first} and {second}"
    if one is not None and two is not None and one.params != two.params:
        name = next(key for key in {**one.params, **two.params} if one.params.get(key) != two.params.get(key))
        said += f" with other parameters (the first is {printable(name)})"
    return Difference(number=number, first=first, second=second, sentence=said)


def _is_plainly_the_same(one: TrialRow, two: TrialRow) -> bool:
    """Without spelling values out; zeros have signs and NaN is not itself, so those are spelled out."""
    return one.state is two.state and one.values == two.values and 0.0 not in (one.values or ())


def _result(row: TrialRow | None) -> str:
    if row is None:
        return "no trial"
    return row.state.value if not row.values else ", ".join(repr(value) for value in row.values)
