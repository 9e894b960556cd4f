"""How a study searches beyond its sampler: stages on shares of the data, narrower ranges, racing, validation."""

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from harness.errors import InputError

MOST_STAGES = 100


class Carry(Enum):
    """What a stage hands to the next one."""

    NONE = "none"  # a new study
    BEST = "best"  # its best points are tried first in the next
    HISTORY = "history"  # one study all through: the sampler learns from trials on less data, too


class Portion(Enum):
    """Which rows a share of the data is."""

    LEADING = "leading"  # the first ones
    BLOCKS = "blocks"  # contiguous blocks spread evenly over the whole


class Racing(Enum):
    """Which of Optuna's pruners ends a trial early, judged on growing shares of the data."""

    NONE = "none"
    MEDIAN = "median"
    HALVING = "halving"
    WILCOXON = "wilcoxon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """So many trials on a share of the data, in a part of each parameter's range round the best point so far."""

    trials: int
    share: float = 1.0
    width: float = 1.0  # of each range; 1: all of it

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise InputError(f"a stage needs at least one trial, not {self.trials}")
        if not 0 < self.share <= 1:
            raise InputError(f"a stage's share of the data is above 0 and at most 1, not {self.share:g}")
        if not 0 < self.width <= 1:
            raise InputError(f"a stage's width is above 0 and at most 1 of each range, not {self.width:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The default is one stage of all the plan's trials on all the data, without pruning."""

    stages: tuple[Stage, ...] = ()
    carry: Carry = Carry.HISTORY
    portion: Portion = Portion.LEADING
    blocks: int = 4  # how many, where a portion is blocks
    racing: Racing = Racing.NONE
    rungs: tuple[float, ...] = (0.1, 0.3, 1.0)  # the shares on which a trial is judged when it races
    validated: int = 0  # best trials of the last stage that are run once more, on all the data, at the end

    def __post_init__(self) -> None:
        if len(self.stages) > MOST_STAGES:
            raise InputError(f"a search has at most {MOST_STAGES} stages, not {len(self.stages)}")
        if self.blocks < 1:
            raise InputError(f"a portion has at least one block, not {self.blocks}")
        if self.validated < 0:
            raise InputError(f"a number of trials to validate is not negative, as {self.validated} is")
        is_rising = all(low < high for low, high in pairwise(self.rungs))
        if not self.rungs or not is_rising or self.rungs[0] <= 0 or self.rungs[-1] != 1:
            raise InputError(f"racing needs shares that rise to 1, not {self.rungs}")

    @property
    def trials(self) -> int | None:
        """Of all stages, the validation left out; None where the plan alone says how many."""
        return sum(stage.trials for stage in self.stages) if self.stages else None

    @property
    def is_plain(self) -> bool:
        """Whether this is how any study searches: every trial once, on all the data."""
        return not self.stages and self.racing is Racing.NONE and not self.validated


PLAIN = Search()
