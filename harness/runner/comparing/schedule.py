"""Which cell comes next: decided from what is on disk alone, so that a killed comparison goes on where it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.experiments.dying import GIVEN_UP_AFTER, died_from_the_start
from harness.model.comparison import Answering, Arm, ArmRole, Cell, Comparison, Look
from harness.stats.orders import balanced_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A cell to run."""

    block: int
    place: int
    arm: Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a comparison has come. `out` are arms that are not run any more, by why."""

    comparison: Comparison
    cells: Sequence[Cell]
    looks: Sequence[Look]
    out: Mapping[str, str]

    @property
    def blocks(self) -> int:
        """How many blocks are planned so far, those of more seeds included."""
        return max((self._wanted(arm) for arm in self.running), default=0)

    @property
    def running(self) -> tuple[Arm, ...]:
        """Arms that are still run; none where no lever is left to compare."""
        left = tuple(arm for arm in self.comparison.arms if arm.name not in self.out)
        answers = {arm.answering for arm in left if arm.role is ArmRole.LEVERS}
        return tuple(arm for arm in left if answers and (_is_control(arm) or arm.answering in answers))

    @property
    def is_look_due(self) -> bool:
        """Whether as many blocks have ended as the last look wanted, and it was not the last of all."""
        if self.looks and self.looks[-1].is_last:
            return False
        ended = min((self._ended(arm) for arm in self.running if arm.answering is Answering.COST), default=0)
        return bool(self.running) and ended >= self.wanted_pairs

    @property
    def wanted_pairs(self) -> int:
        """Blocks until the next look: the pilot's, then as many as the last look asked for."""
        aim = self.comparison.aim
        if self.looks:
            return self.looks[-1].planned_blocks
        if not self.compares_cost:
            return aim.seeds
        return aim.pilot_pairs if aim.pairs is None else aim.pairs

    @property
    def compares_cost(self) -> bool:
        """Whether any lever leaves the search as it is; otherwise seeds alone say how many blocks there are."""
        return any(arm.role is ArmRole.LEVERS and arm.answering is Answering.COST for arm in self.comparison.arms)

    def due(self) -> tuple[Due, ...]:
        """The cells of the first block that has not ended, in their order; none where every block has."""
        run = {(cell.block, cell.arm) for cell in self.cells}
        running = {arm.name: arm for arm in self.running}
        for block, order in enumerate(self._orders()):
            names = [self.comparison.arms[index].name for index in order]
            left = [
                Due(block=block, place=place, arm=running[name])
                for place, name in enumerate(names)
                if name in running and block < self._wanted(running[name]) and (block, name) not in run
            ]
            if left:
                return tuple(left)
        return ()

    def cells_left(self) -> Mapping[str, int]:
        """How many cells are still to run, by arm."""
        return {arm.name: max(0, self._wanted(arm) - self._ended(arm)) for arm in self.running}

    def _ended(self, arm: Arm) -> int:
        return sum(cell.arm == arm.name for cell in self.cells)

    def _wanted(self, arm: Arm) -> int:
        return self.comparison.aim.seeds if arm.answering is Answering.QUALITY else self.wanted_pairs

    def _orders(self) -> Sequence[Sequence[int]]:
        """A look that wants more blocks changes none of those before."""
        return balanced_orders(len(self.comparison.arms), max(self.blocks, 1), self.comparison.seed)


def given_up(cells: Sequence[Cell]) -> Mapping[str, str]:
    """Arms whose first cells all died, by how the last of these did."""
    found = died_from_the_start((cell.arm, cell.died) for cell in cells)
    return {name: f"its first {GIVEN_UP_AFTER} runs died: {how}" for name, how in found.items()}


def left_s(standing: Standing, cell_s: Mapping[str, Sequence[float]]) -> float | None:
    """Seconds until the last planned cell has ended, from what cells took so far; None before the first."""
    taken = [seconds for each in cell_s.values() for seconds in each]
    if not taken:
        return None
    usual_s = sum(taken) / len(taken)
    return sum(
        count * (sum(cell_s[name]) / len(cell_s[name]) if cell_s.get(name) else usual_s)
        for name, count in standing.cells_left().items()
    )


def _is_control(arm: Arm) -> bool:
    return arm.role is not ArmRole.LEVERS and arm.answering is Answering.COST
