"""The heaviest place of an objective's own code, as far as stack samples carry its name."""

from dataclasses import dataclass

from harness.profile.facts import HotFunction, StackProfile, WaitingLine
from harness.units import count_text, percent_text

LEAST_SAMPLES = 10  # of all inside trials: one of one says nothing
_ALIKE = 0.5  # of the heaviest line: lines of the function that weigh as much are named beside it
_LINES = 3
_WAITS = 0.5  # of the samples, below lines that wait for other processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaviest:
    """A function and its heaviest lines."""

    function: HotFunction
    samples: int  # all inside trials

    @property
    def text(self) -> str:
        """`95 % of 210 samples at study.py:23 and study.py:22 (objective)`."""
        one = self.function
        places = [f"{one.file}:{line}" for line in _lines(one)]
        shown = places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"
        return f"{percent_text(one.share)} of {count_text(self.samples)} samples at {shown} ({one.function})"


def heaviest_of(stacks: StackProfile | None) -> Heaviest | None:
    """None where there are too few samples to name one."""
    if stacks is None or stacks.samples < LEAST_SAMPLES or not stacks.functions:
        return None
    return Heaviest(function=stacks.functions[0], samples=stacks.samples)


def why_unnamed(stacks: StackProfile | None) -> str:
    """Why no line is named, with the way out."""
    if stacks is None:
        return "which line of it is not known without stack samples"
    if stacks.samples < LEAST_SAMPLES:
        return (
            f"too few samples ({count_text(stacks.samples)}) to name its heaviest line: run longer, or with "
            "`--rate 100`"
        )
    return "the samples show none of its lines (compiled or installed code)"


def waits_elsewhere(stacks: StackProfile | None) -> WaitingLine | None:
    """The line at which trials wait for other processes, where that is most of what they do."""
    if stacks is None or stacks.samples < LEAST_SAMPLES or not stacks.waiting_lines:
        return None
    share = sum(line.share for line in stacks.waiting_lines)
    return stacks.waiting_lines[0] if share >= _WAITS else None


def _lines(one: HotFunction) -> list[int]:
    shares = one.line_shares or (1.0,) * len(one.lines)
    alike = [line for line, share in zip(one.lines, shares, strict=False) if share >= _ALIKE * shares[0]]
    return alike[:_LINES]
