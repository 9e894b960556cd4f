import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.quality import LARGEST_GAPS, quality, tick_size


def make(minutes: list[int], *, has_volume: bool = True) -> Bars:
    time_ms = 60_000 * np.array(minutes, dtype=np.int64)
    price = np.full(len(minutes), 100.25)
    price[0] = 100.5
    volume = np.arange(len(minutes), dtype=np.float64) * has_volume
    table = pd.DataFrame(
        {
            "datetime": time_ms.astype("datetime64[ms]"),
            "open": price,
            "high": price,
            "low": price,
            "close": price,
            "volume": volume,
            "time": time_ms,
        }
    )
    return Bars(table=table, interval_s=60, name="made", notes=("a note",), has_volume=has_volume)


@settings(deadline=None)
@given(st.integers(1, 10**4), st.integers(0, 8), st.lists(st.integers(1, 10**6), max_size=20))
def test_tick_divides_every_price_and_is_found_on_its_grid(step: int, decimals: int, multiples: list[int]) -> None:
    prices = np.array([step, 2 * step, *[step * multiple for multiple in multiples]]) / 10**decimals
    assert tick_size(prices) == step / 10**decimals


def test_prices_that_are_no_short_decimals_have_no_tick() -> None:
    assert tick_size(np.sqrt(np.arange(2.0, 10.0))) is None
    assert tick_size(np.append(np.full(5000, 1.25), 1 / 3)) is None


def test_gaps_are_counted_and_the_largest_shown_first() -> None:
    bars = make([0, 1, 3, 6, 7, 8, 20, 21, 26, 30, 31, 38, 39])
    found = quality(bars)
    assert (found.gaps, found.missing_bars) == (6, 1 + 2 + 11 + 4 + 3 + 6)
    assert [hole.missing for hole in found.largest_gaps] == [11, 6, 4, 3, 2]
    assert len(found.largest_gaps) == LARGEST_GAPS
    assert found.largest_gaps[0].after == "1970-01-01T00:08:00"
    assert found.largest_gaps[0].before == "1970-01-01T00:20:00"


def test_facts_of_whole_bars() -> None:
    found = quality(make(list(range(10_000))))
    assert (found.rows, found.first, found.last) == (10_000, "1970-01-01T00:00:00", "1970-01-07T22:39:00")
    assert (found.tick, found.zero_volume_rows, found.notes) == (0.25, 1, ("a note",))
    assert found.memory_bytes == 7 * 8 * 10_000


def test_bars_without_volume_have_no_zero_volume_rows() -> None:
    assert quality(make([0, 1, 2], has_volume=False)).zero_volume_rows is None


def test_bars_that_cannot_be_split_say_why() -> None:
    found = quality(make(list(range(6))))
    assert found.split_sizes is None
    assert found.split_refusal is not None
    assert "too few to split" in found.split_refusal


def test_split_sizes_leave_a_day_between_the_parts() -> None:
    found = quality(make(list(range(20_000))))
    assert found.split_sizes == (12_000, 4000, 20_000 - 16_000 - 2 * 1439)
