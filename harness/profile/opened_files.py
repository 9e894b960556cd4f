"""What files that trials open cost them, by stack samples: seconds at the lines that open a file and read from it."""

from collections.abc import Iterable, Mapping, Sequence

from harness.model.record import ProcessEnd
from harness.profile.hot_lines import WeighedStack
from harness.profile.reading_lines import reading_lines
from harness.profile.row_loops import Sources

Place = tuple[str, int, str]  # file, line and function that opened


def places_of(ends: Iterable[ProcessEnd]) -> frozenset[Place]:
    """Where files were opened inside trials."""
    return frozenset(load.where for end in ends for load in end.loads if load.where is not None)


def reading_shares(stacks: Sequence[WeighedStack], places: Iterable[Place], sources: Sources) -> Mapping[Place, float]:
    """The share of the samples inside trials that each place spends with its file; without those it was not seen in."""
    total_s = sum(stack.weight_s for stack in stacks)
    found: dict[Place, float] = {}
    for place in places:
        lines = reading_lines(sources.tree(place[0]), place[1])
        seen_s = sum(stack.weight_s for stack in stacks if lines and _is_in(stack, place, lines))
        if seen_s > 0:
            found[place] = seen_s / total_s
    return found


def _is_in(stack: WeighedStack, place: Place, lines: frozenset[int]) -> bool:
    """In the function that opened, or a comprehension in it."""
    file, _, function = place
    return any(
        frame.file == file and frame.line in lines and (frame.function == function or _inside(frame.function, function))
        for frame in stack.frames
    )


def _inside(function: str, outer: str) -> bool:
    return function.startswith(f"{outer}.<locals>.<")
