"""Stack samples as speedscope's file format: one sampled profile per thread.

Format: https://www.speedscope.app/file-format-schema.json
"""

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from harness.model.stacks import Stacks, StackSample
from harness.units import printable

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def speedscope(stacks: Stacks, name: str, version: str) -> str:
    """The file's text: frames shared, each thread's samples in order of time with the seconds that each stands for."""
    frames = [
        {"name": printable(frame.function), "file": printable(frame.file), "line": frame.line}
        for frame in stacks.frames
    ]
    by_thread = sorted(stacks.samples, key=lambda sample: (sample.pid, sample.native_thread, sample.at_s))
    threads = groupby(by_thread, key=lambda sample: (sample.pid, sample.native_thread))
    plain = {
        "$schema": SCHEMA,
        "exporter": f"study-harness {version}",
        "name": printable(name),
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": [_thread(stacks, key, samples) for key, samples in threads],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _thread(stacks: Stacks, key: tuple[int, int], samples: Iterable[StackSample]) -> Mapping[str, Any]:
    pid, thread = key
    taken = list(samples)
    weights = [round(sample.weight_s, 6) for sample in taken]
    return {
        "type": "sampled",
        "name": f"process {pid}" if thread in (pid, 0) else f"process {pid}, thread {thread}",
        "unit": "seconds",
        "startValue": 0,
        "endValue": round(sum(weights), 6),
        "samples": [stacks.stacks[sample.stack] for sample in taken],
        "weights": weights,
    }
