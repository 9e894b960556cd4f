"""What is asked of a comparison, and what it tells while it goes on."""

from dataclasses import dataclass, field
from typing import Protocol

from harness.errors import InputError
from harness.levers.lever import Lever
from harness.model.comparison import Aim, Design
from harness.model.metric import Metric
from harness.model.plan import Plan
from harness.runner.launch import Progress
from harness.stats.sequential import MOST_LOOKS

FEWEST_PAIRS = 4  # with three, an interval at 99 % spans a factor of eleven for each tenth of spread
FEWEST_SEEDS = 5
MOST_SLOWDOWN = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for. `alternatives` allows levers that contradict, as each is then pulled alone."""

    base: Plan
    levers: tuple[Lever, ...]
    design: Design = Design.ONE_AT_A_TIME
    aim: Aim = field(default_factory=Aim)
    metric: Metric | None = None  # decides for every lever; None: each lever's own
    alternatives: bool = False
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.levers:
            raise InputError("nothing to compare: name levers with --levers, such as gc,reuse (`harness levers`)")
        if self.alternatives and self.design is not Design.ONE_AT_A_TIME:
            raise InputError(f"alternatives are compared one at a time: leave --design {self.design.value} out")
        _check(self.aim)


def _check(aim: Aim) -> None:
    """Raise InputError for an aim that no experiment could reach."""
    if not 0 < aim.effect <= 1:
        raise InputError(f"an effect to be seen is above 0 % and at most 100 %, not {aim.effect:.0%}")
    if not 0 < aim.alpha < 0.5:
        raise InputError(f"alpha is a probability above 0 and below 0.5, not {aim.alpha:g}")
    if not 0.5 <= aim.power < 1:
        raise InputError(f"power is a probability from 0.5 to below 1, not {aim.power:g}")
    if not 0 < aim.slowdown <= MOST_SLOWDOWN:
        raise InputError(f"the control's slowdown is above 0 and at most {MOST_SLOWDOWN:g}, not {aim.slowdown:g}")
    if not 1 <= aim.looks <= MOST_LOOKS:
        raise InputError(f"an experiment is looked at once to {MOST_LOOKS} times, not {aim.looks} times")
    if aim.seeds < FEWEST_SEEDS:
        raise InputError(f"what a search finds is judged over at least {FEWEST_SEEDS} seeds, not {aim.seeds}")
    for pairs in (aim.pilot_pairs, aim.most_pairs, *(() if aim.pairs is None else (aim.pairs,))):
        if pairs < FEWEST_PAIRS:
            raise InputError(
                f"{pairs} pairs are too few for any verdict: give at least {FEWEST_PAIRS}, or none, and a pilot decides"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next cell, told before it starts."""

    block: int  # from 0
    blocks: int  # planned so far; a look may want more
    place: int  # in the block, from 0
    places: int
    arm: str
    trials: int
    left_s: float | None  # until the last cell that is planned so far; None before any has ended


class Tell(Protocol):
    """Who is told how a comparison goes on."""

    def say(self, sentence: str) -> None: ...

    def step(self, step: Step) -> None: ...

    def watch(self, progress: Progress) -> None: ...


class Silent:
    """Tells nobody."""

    def say(self, sentence: str) -> None: ...

    def step(self, step: Step) -> None: ...

    def watch(self, progress: Progress) -> None: ...
