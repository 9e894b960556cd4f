"""The whole procedure of a comparison on numbers alone: pilot, planned pairs, looks, Holm, answers, controls.

It takes the same steps, with the same functions of harness.stats, as `harness.experiments.deciding` takes from records;
a test holds the two together. Levels are compared where records compare overall p-values, which is the same and fast.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.model.comparison import Aim
from harness.stats.answer import Answer, answer
from harness.stats.orders import balanced_orders
from harness.stats.pairs import PairedResult, ratio_of_logs
from harness.stats.sequential import alpha_after_pilot, look_fractions, pairs_needed, planned_pairs, spending

Array = NDArray[np.float64]
BASELINE, SAME, SLOWED, CONTROLS = 0, 1, 2, 3  # arms; the levers follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one experiment ended."""

    answers: tuple[Answer, ...]  # of the levers
    results: tuple[PairedResult, ...]
    same: Answer  # of the A/A arm
    slowed: Answer
    planned: int
    pairs: int
    is_sound: bool  # the A/A arm does not differ, the known slowdown is seen

    @property
    def has_difference(self) -> bool:
        """Whether any lever is said to differ."""
        return any(one in (Answer.FASTER, Answer.SLOWER) for one in self.answers)


def contrasts_of(noise: Array, effects: Sequence[float], seed: int, slowdown: float) -> Array:
    """Blocks by contrasts, of a stream of runs' logarithms: A/A, slowed, then the levers, each against the baseline.

    `effects` are the levers' true ratios; arms stand in each block as `harness compare` would place them.
    """
    arms = CONTROLS + len(effects)
    blocks = len(noise) // arms
    shifts = np.array([0.0, 0.0, math.log1p(slowdown), *np.log(np.asarray(effects, dtype=float))])
    costs = np.empty((blocks, arms))
    orders = np.array(balanced_orders(arms, blocks, seed))
    costs[np.arange(blocks)[:, None], orders] = noise[: blocks * arms].reshape(blocks, arms)
    costs += shifts
    return np.asarray(costs[:, 1:] - costs[:, :1])


def carry_out(logs: Array, aim: Aim, *, is_guarded: bool = True) -> Verdict:
    """Go through one experiment: `logs` are blocks by contrasts, as `contrasts_of` gives them, `most_pairs` of them.

    Without its guards the pilot plans from the levers' own spread, and all of alpha is spent.
    """
    levers = logs.shape[1] - 2
    planned = plan(logs[: aim.pilot_pairs], aim) if is_guarded else _naive_plan(logs[: aim.pilot_pairs, 2:], aim)
    alpha = alpha_after_pilot(aim.alpha) if is_guarded and aim.pairs is None else aim.alpha
    points = look_points(planned, aim)
    done: list[float] = []
    for pairs in points:
        done.append(pairs / planned)
        fractions, seen = tuple(done), logs[:pairs]
        found = family([seen[:, 2 + one] for one in range(levers)], alpha, fractions)
        (same,), (slowed,) = family([seen[:, 0]], alpha, fractions), family([seen[:, 1]], alpha, fractions)
        told = tuple(answer(one, aim.effect) for one in found)
        of_same, of_slowed = answer(same, aim.effect), answer(slowed, aim.effect)
        is_sound = of_same not in (Answer.FASTER, Answer.SLOWER) and of_slowed is Answer.SLOWER
        if pairs == points[-1] or (is_sound and Answer.INCONCLUSIVE not in told):
            break
    return Verdict(
        answers=told,
        results=found,
        same=of_same,
        slowed=of_slowed,
        planned=planned,
        pairs=pairs,
        is_sound=is_sound,
    )


def plan(pilot: Array, aim: Aim) -> int:
    """Pairs in all, from the spread of every contrast in the pilot, controls too."""
    if aim.pairs is not None:
        return aim.pairs
    spreads = [ratio_of_logs(column.tolist(), aim.alpha).spread or 0.0 for column in pilot.T]
    levers = pilot.shape[1] - 2
    wanted = planned_pairs(spreads, aim.effect, aim.alpha / levers, aim.power, aim.looks)
    return min(max(wanted, aim.pilot_pairs), max(aim.most_pairs, aim.pilot_pairs))


def look_points(planned: int, aim: Aim) -> tuple[int, ...]:
    """After how many pairs is tested: not within the pilot."""
    if aim.pairs is not None:
        return (aim.pairs,)
    points = (math.ceil(planned * fraction - 1e-9) for fraction in look_fractions(aim.looks))
    return tuple(dict.fromkeys(point for point in points if point > aim.pilot_pairs)) or (planned,)


def family(samples: Sequence[Array], alpha: float, fractions: tuple[float, ...]) -> tuple[PairedResult, ...]:
    """Holm over several contrasts at the levels of this look; each result at the level it was held against."""
    first = [ratio_of_logs(one.tolist(), alpha) for one in samples]
    p_values = [1.0 if one.p_value is None else one.p_value for one in first]
    order = sorted(range(len(first)), key=lambda index: p_values[index])
    levels, is_open, share = [0.0] * len(first), True, alpha
    for rank, index in enumerate(order):
        if is_open:
            share = alpha / (len(first) - rank)
        levels[index] = spending(share, fractions)[-1]
        is_open = is_open and p_values[index] <= levels[index]
    return tuple(ratio_of_logs(one.tolist(), level) for one, level in zip(samples, levels, strict=True))


def _naive_plan(pilot: Array, aim: Aim) -> int:
    """From the levers' own spreads alone, as most planning is done; to see what the guards are for."""
    spreads = [ratio_of_logs(column.tolist(), aim.alpha).spread or 0.0 for column in pilot.T]
    wanted = pairs_needed(max(spreads), aim.effect, aim.alpha / len(spreads), aim.power, aim.looks)
    return min(max(wanted, aim.pilot_pairs), max(aim.most_pairs, aim.pilot_pairs))
