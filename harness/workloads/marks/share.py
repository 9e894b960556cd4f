"""How much of what sources bring is handed out, and which rows that is: for the process, and for a thread within it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from harness.errors import InputError
from harness.model.search import Portion
from harness.workloads.shares import block_ranges, check_share, count_of, leading_block, taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the rows: the first ones, or contiguous blocks spread evenly over all; or one of these alone."""

    share: float = 1.0
    portion: Portion = Portion.LEADING
    blocks: int = 1
    block: int | None = None  # this block of them alone

    @property
    def is_whole(self) -> bool:
        return self.share == 1.0 and self.block is None

    def ranges(self, rows: int) -> list[range]:
        """Which rows these are, of so many."""
        match self.portion:
            case Portion.LEADING:
                if self.block is None:
                    return [range(count_of(rows, self.share))]
                return [leading_block(rows, self.share, self.blocks, self.block)]
            case Portion.BLOCKS:
                found = block_ranges(rows, self.share, self.blocks)
                return found if self.block is None else [found[min(self.block, len(found) - 1)]]


WHOLE = Share()
Take = Callable[[Any], Any]
_of_process = WHOLE
_of_thread: ContextVar[Share | None] = ContextVar("share", default=None)


def use_share(share: float, portion: Portion = Portion.LEADING, blocks: int = 1) -> None:
    """Decide for this process how much of what every source brings is handed out; for all threads, from now on."""
    global _of_process
    _of_process = share_of(share, portion, blocks)


@contextmanager
def share_of_data(
    share: float, portion: Portion = Portion.LEADING, blocks: int = 1, block: int | None = None
) -> Iterator[None]:
    """Within, sources hand this thread that share; other threads, and threads that it starts, the process's."""
    token = _of_thread.set(share_of(share, portion, blocks, block))
    try:
        yield
    finally:
        _of_thread.reset(token)


def share_in_force() -> Share:
    """What this thread is handed."""
    own = _of_thread.get()
    return _of_process if own is None else own


def share_of(share: float, portion: Portion, blocks: int, block: int | None = None) -> Share:
    """One value for each set of rows: all is all, however it is cut."""
    check_share(share)
    if blocks < 1 or not 0 <= (block or 0) < blocks:
        raise InputError(f"there is no block {block} of {blocks}: blocks are counted from 0, and there is at least one")
    if block is not None:
        return Share(share=share, portion=portion, blocks=blocks, block=block)
    if share == 1.0:
        return WHOLE
    if portion is Portion.LEADING or blocks == 1:
        return Share(share=share)
    return Share(share=share, portion=portion, blocks=blocks)


def take_of(share: Share) -> Take:
    """What cuts a table, or a tuple, list or dict of tables, to that share."""
    return lambda value: value if share.is_whole else taken(value, share.ranges)
