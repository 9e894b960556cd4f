"""How much of what sources bring is handed out, and which rows that is: for the process, and for a thread within it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from harness.model.search import Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the rows: the first ones, or contiguous blocks spread evenly over all of them."""

    share: float = 1.0
    portion: Portion = Portion.LEADING
    blocks: int = 1

    @property
    def is_whole(self) -> bool:
        return self.share == 1.0


WHOLE = Share()
_of_process = WHOLE
_of_thread: ContextVar[Share | None] = ContextVar("share", default=None)


def use_share(share: float, portion: Portion = Portion.LEADING, blocks: int = 1) -> None:
    """Decide for this process how much of what every source brings is handed out; for all threads, from now on."""
    global _of_process
    _of_process = _share(share, portion, blocks)


@contextmanager
def share_of_data(share: float, portion: Portion = Portion.LEADING, blocks: int = 1) -> Iterator[None]:
    """Within, sources hand this thread that share; other threads, and threads that it starts, the process's."""
    token = _of_thread.set(_share(share, portion, blocks))
    try:
        yield
    finally:
        _of_thread.reset(token)


def share_in_force() -> Share:
    """What this thread is handed."""
    own = _of_thread.get()
    return _of_process if own is None else own


def cut(value: Any, share: Share) -> Any:
    """That share of `value`, see `harness.workloads.shares`."""
    if share.is_whole:
        return value
    from harness.workloads.shares import blocks_of, leading

    match share.portion:
        case Portion.LEADING:
            return leading(value, share.share)
        case Portion.BLOCKS:
            return blocks_of(value, share.share, share.blocks)


def _share(share: float, portion: Portion, blocks: int) -> Share:
    """One value for each set of rows: all is all, and one block is the first rows."""
    if share == 1.0:
        return WHOLE
    if portion is Portion.LEADING or blocks == 1:
        return Share(share=share)
    return Share(share=share, portion=portion, blocks=blocks)
