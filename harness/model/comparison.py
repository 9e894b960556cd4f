"""A comparison on disk: what was asked, its arms as plans, and the cells (block by arm) that were run so far.

<home>/comparisons/<id>/
comparison.json  Comparison, before the first cell; never changed afterwards
cells.jsonl      Cell, appended as each run ends; the runs' records lie in <home>/runs/
looks.jsonl      Look, appended as each interim analysis is made
points.json      the parameters that every arm replays (see harness.model.points)
"""

from dataclasses import dataclass
from enum import Enum

from harness.model.bounds import Chance, Count, Effect, RunId, Some
from harness.model.machine import Machine
from harness.model.metric import Metric
from harness.model.plan import Plan

SCHEMA = 1
FOLDER = "comparisons"


class Design(Enum):
    """Which combinations of levers become arms."""

    ONE_AT_A_TIME = "one-at-a-time"  # the baseline with each lever alone
    LEAVE_ONE_OUT = "leave-one-out"  # all levers, and all but each one
    FACTORIAL = "factorial"  # every combination: main effects and interactions
    CUMULATIVE = "cumulative"  # one lever more at each step, in the order given: a waterfall


class ArmRole(Enum):
    """What an arm is for."""

    BASELINE = "baseline"
    SAME = "same"  # the baseline once more: what identical runs differ by
    SLOWED = "slowed"  # the baseline with a known slowdown: whether a difference would be seen
    LEVERS = "levers"


class Answering(Enum):
    """How arms are compared; from the fidelity of their levers."""

    COST = "cost"  # same values, checked: cost alone
    QUALITY = "quality"  # another search: cost and what it finds, over several seeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One of the plans that are compared. In a QUALITY comparison each block runs all arms with a seed of its own."""

    name: str
    role: ArmRole
    levers: tuple[str, ...]  # labels, in the order in which they were pulled
    plan: Plan
    answering: Answering = Answering.COST
    of: str | None = None  # SAME and SLOWED: the arm that it repeats, where that is not the baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the comparison is to tell, and with what certainty."""

    effect: Effect = 0.10  # relative change that has to be seen; also the margin within which arms count as equal
    alpha: Chance = 0.01  # of calling a difference where there is none, over all looks and levers together
    power: Chance = 0.80  # of seeing the effect where it is there
    looks: Some = 3
    pilot_pairs: Some = 6
    most_pairs: Some = 60
    pairs: Some | None = None  # fixed by the user: neither more nor less, one look
    slowdown: Effect = 0.25  # of the positive control: asked for as a share of a run, kept as one of each objective
    seeds: Some = 5  # of arms that search: one for each block, whatever the looks say of cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A lever that was asked for and does not apply, and why."""

    lever: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that was decided before the first cell ran."""

    schema: int
    id: RunId
    started_s: float
    base: Plan
    design: Design
    aim: Aim
    levers: tuple[str, ...]  # labels, as asked for, those that do not apply left out
    metrics: tuple[Metric, ...]  # by lever, what decides on it
    arms: tuple[Arm, ...]  # the baseline first
    skipped: tuple[Skipped, ...]
    seed: int  # of the order in which arms run
    machine: Machine
    command: tuple[str, ...]  # that repeats it
    recording: RunId | None = None  # the run whose parameters all arms replay; its sampler's cost is in no arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One arm in one block, carried out or found dead. `run` is its record in any case."""

    block: Count
    place: Count  # in the block's order
    arm: str
    run: RunId
    died: str | None = None  # how, where it did not finish: one clause
    scored: RunId | None = None  # QUALITY: the run that evaluated its incumbents on all the data
    launch_cpu_s: float = 0.0  # what launching, watching and recording it took in the launcher itself
    launch_wall_s: float = 0.0  # from before the launch to after the record was closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One interim analysis: after so many blocks, how many were planned then, and what was decided."""

    after_blocks: Count
    planned_blocks: Count
    alpha: float  # spent at this look
    is_last: bool
    why: str  # in words: goes on with so many pairs, or why it stops
