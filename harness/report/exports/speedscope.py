"""Stack samples as speedscope's file format: one sampled profile per thread.

Format: https://www.speedscope.app/file-format-schema.json
"""

import json
from collections.abc import Iterable, Sequence
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
    texts = [_json(stack) for stack in stacks.stacks]  # once: hundreds of thousands of samples share them
    by_thread = sorted(stacks.samples, key=lambda sample: (sample.pid, sample.native_thread, sample.at_s))
    threads = groupby(by_thread, key=lambda sample: (sample.pid, sample.native_thread))
    head = {
        "$schema": SCHEMA,
        "exporter": f"study-harness {version}",
        "name": printable(name),
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
    }
    profiles = ",\n".join(_thread(texts, key, samples) for key, samples in threads)
    return f'{_json(head)[:-1]},"profiles":[\n{profiles}\n]}}\n'


def _thread(texts: Sequence[str], key: tuple[int, int], samples: Iterable[StackSample]) -> str:
    pid, thread = key
    taken = list(samples)
    weights = [round(sample.weight_s, 6) for sample in taken]
    head = {
        "type": "sampled",
        "name": f"process {pid}" if thread in (pid, 0) else f"process {pid}, thread {thread}",
        "unit": "seconds",
        "startValue": 0,
        "endValue": round(sum(weights), 6),
        "weights": weights,
    }
    return f'{_json(head)[:-1]},"samples":[{",".join([texts[sample.stack] for sample in taken])}]}}'


def _json(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
