"""Shares of the data: which rows they are, and for whom."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.model.search import Portion
from harness.workloads.marks.share import WHOLE, share_in_force, share_of, share_of_data, take_of, use_share
from harness.workloads.shares import block_ranges, count_of, leading_block

ROWS, SHARES = st.integers(1, 3000), st.floats(0.001, 1.0)


@given(rows=ROWS, share=SHARES, blocks=st.integers(1, 9))
def test_blocks_reach_from_the_first_row_to_the_last_and_do_not_overlap(rows: int, share: float, blocks: int) -> None:
    found = block_ranges(rows, share, blocks)
    chosen = [row for block in found for row in block]
    assert chosen == sorted(set(chosen))
    assert len(chosen) == count_of(rows, share)
    assert chosen[0] == 0
    assert len(found) == 1 or chosen[-1] == rows - 1
    assert max(map(len, found)) - min(map(len, found)) <= 1


@given(rows=ROWS, share=SHARES, blocks=st.integers(1, 9))
def test_blocks_of_the_leading_rows_are_never_empty(rows: int, share: float, blocks: int) -> None:
    for block in range(blocks):
        found = leading_block(rows, share, blocks, block)
        assert 0 <= found.start < found.stop <= max(count_of(rows, share), 1)


def test_a_block_can_be_had_alone() -> None:
    table = np.arange(100)
    assert take_of(share_of(0.2, Portion.BLOCKS, 2, 1))(table).tolist() == list(range(90, 100))
    assert take_of(share_of(0.2, Portion.LEADING, 2, 1))(table).tolist() == list(range(10, 20))


def test_all_is_all_however_it_is_cut() -> None:
    assert share_of(1.0, Portion.BLOCKS, 4) is WHOLE
    assert share_of(0.5, Portion.LEADING, 4) == share_of(0.5, Portion.BLOCKS, 1)


def test_a_thread_has_a_share_of_its_own() -> None:
    seen = []
    use_share(0.5)
    with share_of_data(0.1):
        thread = threading.Thread(target=lambda: seen.append(share_in_force().share))
        thread.start()
        thread.join()
        seen.append(share_in_force().share)
    seen.append(share_in_force().share)
    assert seen == [0.5, 0.1, 0.5]


@pytest.mark.parametrize(("share", "blocks", "block"), [(0.0, 1, None), (1.1, 1, None), (0.5, 0, None), (0.5, 2, 2)])
def test_a_share_that_is_none_is_refused(share: float, blocks: int, block: int | None) -> None:
    with pytest.raises(InputError):
        share_of(share, Portion.BLOCKS, blocks, block)
