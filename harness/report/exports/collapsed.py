"""Stack samples as collapsed stacks, which flamegraph.pl and its kin read: `root;caller;callee count`, a line each.

Format: https://github.com/brendangregg/FlameGraph
"""

from collections import Counter

from harness.model.stacks import Frame, Stacks
from harness.units import printable


def collapsed(stacks: Stacks) -> str:
    """One line for each stack and process, most samples first; the process is the root."""
    frames = [_text(frame) for frame in stacks.frames]
    counts = Counter((sample.pid, sample.stack) for sample in stacks.samples)
    lines: Counter[str] = Counter()
    for (pid, stack), count in counts.items():
        lines[";".join((f"process {pid}", *(frames[index] for index in stacks.stacks[stack])))] += count
    ordered = sorted(lines.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{line} {count}\n" for line, count in ordered)


def _text(frame: Frame) -> str:
    """A semicolon would part the frame in two."""
    return printable(f"{frame.function} ({frame.file}:{frame.line})").replace(";", ":")
