"""The same piece of work again and again: how much CPU it takes tells how much a busy machine inflates CPU time.

A core that is shared (hyper-threads, caches, memory, a clock that throttles) takes more CPU seconds for the same work.
"""

import time

from harness.model.fixed_work import FixedWork

REPEATS = 3
_STEPS = 100_000  # of pure Python: about 5 ms
_BYTES = 32 * 2**20  # copied: more than a core's own caches


def do_fixed_work(repeats: int = REPEATS) -> FixedWork:
    """Compute, and walk through memory, for a few hundredths of a second."""
    source = bytearray(_BYTES)
    began_s, began_cpu_s = time.perf_counter(), time.thread_time()
    for _ in range(repeats):
        total = 0
        for step in range(_STEPS):
            total += step ^ (step >> 3)
        bytes(source)
    return FixedWork(
        cpu_s=(time.thread_time() - began_cpu_s) / repeats, wall_s=(time.perf_counter() - began_s) / repeats
    )
