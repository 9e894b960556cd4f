"""What the cases are made of: CPU, memory and garbage in exact amounts."""

import time

PAGE_BYTES = 4096
MIB = 1024**2


def spin(cpu_s: float) -> None:
    """Use that much CPU of the calling thread, in pure Python, so that the GIL is held all the while."""
    clock = time.thread_time
    end_s = clock() + cpu_s
    while clock() < end_s:
        pass


def touched(size_bytes: int) -> bytearray:
    """A block of memory of which every page is really there: each was written to."""
    block = bytearray(size_bytes)
    for page in range(0, size_bytes, PAGE_BYTES):
        block[page] = 1
    return block


class Knot:
    """An object that refers to itself: only the cyclic collector frees it."""

    __slots__ = ("own",)

    def __init__(self) -> None:
        self.own = self


def tie(knots: int) -> None:
    """Leave that many unreachable reference cycles behind."""
    for _ in range(knots):
        Knot()
