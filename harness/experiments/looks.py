"""Whether a comparison goes on: the pilot plans the pairs, and at most three looks spend alpha."""

from harness.experiments.deciding import Decisions, alpha_tested, decide, look_points
from harness.model.comparison import Aim, Look
from harness.model.comparisons import Compared
from harness.stats.sequential import spending
from harness.units import percent_text


def next_look(compared: Compared) -> Look:
    """The interim analysis that is due: after the pilot, and wherever the look before it said.

    The pilot's look plans and spends nothing, unless the pilot is all that is needed. `planned_blocks` is where the
    next look comes.
    """
    aim, found = compared.comparison.aim, decide(compared)
    points = look_points(aim, found.planned)
    if found.done < points[0]:  # nothing was tested yet
        return Look(
            after_blocks=found.done,
            planned_blocks=points[0],
            alpha=0.0,
            is_last=False,
            why=_plan_words(aim, found, points),
        )
    level = spending(alpha_tested(aim), found.fractions)[-1]
    ahead = [point for point in points if point > found.done]
    if found.are_settled or not ahead:
        return Look(
            after_blocks=found.done,
            planned_blocks=found.done,
            alpha=level,
            is_last=True,
            why=_end_words(aim, found, is_early=bool(ahead)),
        )
    return Look(
        after_blocks=found.done,
        planned_blocks=ahead[0],
        alpha=level,
        is_last=False,
        why=f"not all is decided after {found.done} pairs: on to {ahead[0]} of {found.planned}",
    )


def _plan_words(aim: Aim, found: Decisions, points: tuple[int, ...]) -> str:
    effect, power = percent_text(aim.effect), percent_text(aim.power)
    if found.planned >= aim.most_pairs:
        said = f"the pilot's spread asks for {aim.most_pairs} pairs or more, and {aim.most_pairs} are the most allowed"
    else:
        said = f"from the pilot's spread, {found.planned} pairs see {effect} with probability {power}"
    rest = ", ".join(str(point) for point in points)
    return f"{said}; looked at after {rest}"


def _end_words(aim: Aim, found: Decisions, *, is_early: bool) -> str:
    if is_early:
        return f"everything is decided after {found.done} pairs of the {found.planned} that were planned"
    if aim.pairs is not None:
        return f"{found.done} pairs, as asked for"
    if found.done <= aim.pilot_pairs:
        return f"the pilot's {found.done} pairs are enough to see {percent_text(aim.effect)}"
    return f"all {found.done} planned pairs are done"
