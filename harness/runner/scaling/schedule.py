"""Which run comes next: decided from what is on disk alone, so that a killed scaling goes on where it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.experiments.dying import GIVEN_UP_AFTER, died_from_the_start
from harness.model.scaling import Arm, Cell, Scaling, Stage
from harness.stats.orders import balanced_orders
from harness.units import count_text

_FEWEST_BLOCKS = 2  # of the first stage, that a budget does not cut
_GUESS = 1.5  # how much dearer than in proportion a run of the second stage may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A run to make."""

    stage: Stage
    block: int
    place: int
    arm: Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a scaling has come."""

    scaling: Scaling
    cells: Sequence[Cell]

    def due(self, stage: Stage) -> Due | None:
        """The next run of a stage; None where all of it has been run, or the budget has no room for its next block."""
        arms = [arm for arm in self.scaling.arms if arm.stage is stage]
        out = given_up(self.cells)
        run = {(cell.block, cell.arm) for cell in self.cells if cell.stage is stage}
        if not arms:
            return None
        seed = self.scaling.base.seed + list(Stage).index(stage)
        for block, order in enumerate(balanced_orders(len(arms), self.scaling.blocks, seed)):
            left = [
                Due(stage=stage, block=block, place=place, arm=arms[index])
                for place, index in enumerate(order)
                if (block, arms[index].name) not in run and (stage, arms[index].name) not in out
            ]
            if left and (any(began == block for began, _ in run) or self._has_room(stage, block)):
                return left[0]
            if left:
                return None
        return None

    def blocks_begun(self, stage: Stage) -> int:
        """How many blocks of a stage have at least one run."""
        return len({cell.block for cell in self.cells if cell.stage is stage})

    def blocks_before(self, stage: Stage) -> int:
        """How many blocks of earlier stages have at least one run."""
        return sum(self.blocks_begun(one) for one in list(Stage)[: list(Stage).index(stage)])

    @property
    def blocks_in_all(self) -> int:
        """How many blocks are planned, of both stages."""
        return self.scaling.blocks * len({arm.stage for arm in self.scaling.arms})

    @property
    def left_s(self) -> float | None:
        """Seconds until the last planned run of both stages, from what runs took; None before the first has ended."""
        if not self.cells:
            return None
        left = 0.0
        for arm in self.scaling.arms:
            done = sum((cell.stage, cell.arm) == (arm.stage, arm.name) for cell in self.cells)
            left += max(self.scaling.blocks - done, 0) * self._arm_s(arm)
        return left

    def _has_room(self, stage: Stage, block: int) -> bool:
        """Whether the budget has room for a block, and after one of the first stage for as many of the second."""
        budget_s = self.scaling.budget_s
        first = _FEWEST_BLOCKS if stage is Stage.FIT else 1
        if budget_s is None or block < first:
            return True
        wanted_s = self._block_s(stage)
        if stage is Stage.FIT:
            wanted_s += self._block_s(Stage.TEST) * (block + 1)
        return sum(cell.launch_wall_s for cell in self.cells) + wanted_s <= budget_s

    def _block_s(self, stage: Stage) -> float:
        return sum(self._arm_s(arm) for arm in self.scaling.arms if arm.stage is stage)

    def _arm_s(self, arm: Arm) -> float:
        """As measured; else in proportion to the nearest size that was, at worst with workers one after the other."""
        known = self._measured_s()
        own = known.get((arm.stage, arm.name))
        if own is not None:
            return own
        others = [(one, known[(one.stage, one.name)]) for one in self.scaling.arms if (one.stage, one.name) in known]
        if not others:
            return 0.0
        nearest, took_s = min(others, key=lambda other: abs(other[0].size - arm.size))
        trials = arm.plan.trials / nearest.plan.trials
        return (
            took_s * max(arm.size / nearest.size, 1.0) * max(trials, 1.0) * (_GUESS if arm.size > nearest.size else 1)
        )

    def _measured_s(self) -> Mapping[tuple[Stage, str], float]:
        names = {(cell.stage, cell.arm) for cell in self.cells}
        return {
            name: fmean(cell.launch_wall_s for cell in self.cells if (cell.stage, cell.arm) == name) for name in names
        }

    def why_ended(self) -> str:
        """Why nothing more is run, as a sentence."""
        asked = self.scaling.blocks
        short = [
            (stage, self.blocks_begun(stage))
            for stage in Stage
            if any(arm.stage is stage for arm in self.scaling.arms) and self.blocks_begun(stage) < asked
        ]
        if not short or self.scaling.budget_s is None:
            return "Every run that was planned has been made."
        held = {Stage.FIT: "the sizes fitted", Stage.TEST: "the size held out"}
        said = " and ".join(
            f"{count_text(begun)} of {count_text(asked)} blocks of {held[stage]}" for stage, begun in short
        )
        return f"The budget of {self.scaling.budget_s:g} s had room for {said}."


def given_up(cells: Sequence[Cell]) -> Mapping[tuple[Stage, str], str]:
    """Arms whose first cells all died, by how the last of these did."""
    found = died_from_the_start(((cell.stage, cell.arm), cell.died) for cell in cells)
    return {name: f"its first {GIVEN_UP_AFTER} runs died: {how}" for name, how in found.items()}
