"""Which way the values of a study are better, one direction for each, and who said so."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from harness.errors import InputError


class Direction(Enum):
    """Which way an objective's value is better, in Optuna's words."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


class DirectionSource(Enum):
    """Who said which way values are better."""

    OPTION = "option"  # --direction
    WORKLOAD = "workload"  # harness.Workload(directions=...)
    STUDY = "study"  # the study that the objective's own module creates
    ASSUMED = "assumed"  # nobody: Optuna's default


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """The directions of a study's values, in their order."""

    each: tuple[Direction, ...]
    source: DirectionSource

    @property
    def text(self) -> str:
        """The directions in Optuna's words, and who said so."""
        words = ", ".join(one.value for one in self.each)
        match self.source:
            case DirectionSource.OPTION:
                return f"{words} (--direction)"
            case DirectionSource.WORKLOAD:
                return f"{words} (the workload's own)"
            case DirectionSource.STUDY:
                return f"{words} (as the study in the objective's module)"
            case DirectionSource.ASSUMED:
                return f"{words} (assumed, as Optuna does: nothing says otherwise; --direction does)"


def assumed(count: int) -> Directions:
    """What Optuna assumes: to minimize."""
    return Directions(each=(Direction.MINIMIZE,) * count, source=DirectionSource.ASSUMED)


def directions_from(words: object, where: str) -> tuple[Direction, ...]:
    """Directions from one or several of: Optuna's strings, its StudyDirection, a Direction.

    Raises InputError for anything else; `where` names the place it was given in.
    """
    each = words if isinstance(words, Iterable) and not isinstance(words, str) else (words,)
    return tuple(_direction(one, where) for one in each)


def _direction(word: object, where: str) -> Direction:
    name = str(getattr(word, "name", word)).lower()  # StudyDirection.MAXIMIZE has a name, and a number for its value
    for known in Direction:
        if known.value == name:
            return known
    raise InputError(f"{where} is minimize or maximize, one for each value of the objective, not {word!r}")
