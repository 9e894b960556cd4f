"""Takes out the looks that py-spy got wrong: it reads a process that runs on meanwhile, which tears one in fifty."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from harness.model.stacks import Frame
from harness.probes.stacks.chrometrace import Held

_Thread = tuple[int, int]
_Place = tuple[str, str]  # file, function


def without_torn(stretches: Sequence[Held]) -> list[Held]:
    """The stretches whose stacks can be, in the order given; the time of the others goes to the one before.

    A torn stack has a frame that names no file or line, or lacks its upper part: it begins in a function that is
    called by others elsewhere, and not where its thread's stacks begin.
    """
    roots: dict[_Thread, Counter[_Place]] = defaultdict(Counter)
    called: set[_Place] = set()
    for stretch in stretches:
        roots[_thread(stretch)][_place(stretch.frames[0])] += 1
        called.update(_place(frame) for frame in stretch.frames[1:])
    usual = {thread: counted.most_common(1)[0][0] for thread, counted in roots.items()}
    kept: list[Held] = []
    last: dict[_Thread, int] = {}
    for stretch in stretches:
        thread, root = _thread(stretch), _place(stretch.frames[0])
        is_cut_off = root != usual[thread] and root in called
        if not is_cut_off and all(_is_sound(frame) for frame in stretch.frames):
            last[thread] = len(kept)
            kept.append(stretch)
        elif thread in last:
            before = kept[last[thread]]
            kept[last[thread]] = replace(before, wall_s=before.wall_s + stretch.wall_s)
    return kept


def _thread(stretch: Held) -> _Thread:
    return stretch.pid, stretch.native_thread


def _place(frame: Frame) -> _Place:
    return frame.file, frame.function


def _is_sound(frame: Frame) -> bool:
    """Whether a frame can be one: Python names files by a path or in angle brackets, and counts lines from 1."""
    names_file = frame.file.startswith(("/", "<")) or frame.file.endswith((".py", ".pyc")) or "/" in frame.file
    return bool(frame.function) and frame.line > 0 and names_file and frame.file.isprintable()
