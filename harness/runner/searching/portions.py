"""What part of the data marked sources hand out, for a leg of the search and for one heat of a race."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.model.search import Search
from harness.runner.searching.racing import Heat
from harness.workloads.marks.share import share_of_data, use_share


def use_portion(search: Search, share: float) -> None:
    """From now on, all threads of this process get that share, as the search cuts it."""
    use_share(share, search.portion, search.blocks)


@contextmanager
def portion_of(search: Search, heat: Heat) -> Iterator[None]:
    """Within, the calling thread gets what a heat is judged on; other threads get what they had."""
    with share_of_data(heat.share, search.portion, search.blocks, heat.block):
        yield
