"""Features: memo and precompute give what a plain call gives, and count what they did."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.errors import InputError
from harness.model.plan import FeatureAccess
from harness.probes.ledger import Ledger
from harness.probes.spans import hear
from harness.workloads.marks.feature import Feature, feature
from harness.workloads.marks.following import FEATURE, Following, Policy, follow
from harness.workloads.marks.grids import grid_of
from harness.workloads.marks.share import share_of_data
from harness.workloads.marks.source import source
from harness.workloads.marks.spool import Spool


def following(access: FeatureAccess, folder: Path, **more: Any) -> Following:
    found = Following(Policy(features=access, **more), Spool(folder=folder))
    follow(found)
    return found


@source
def prices() -> np.ndarray:
    return np.arange(100.0)


calls: list[tuple[int, float]] = []


@feature(grid={"span": [2, 3], "scale": [1.0]})
def ema(span: int, scale: float = 1.0) -> np.ndarray:
    calls.append((span, scale))
    return prices()[:span] * scale


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


@pytest.mark.parametrize("access", FeatureAccess)
def test_every_access_gives_what_a_plain_call_gives(access: FeatureAccess, tmp_path: Path) -> None:
    plain = [ema(2), ema(span=3), ema(7, 2.0)]
    following(access, tmp_path)
    ledger = Ledger()
    hear(ledger)
    for _ in range(2):
        for one, other in zip(plain, [ema(2), ema(span=3), ema(7, 2.0)], strict=True):
            assert np.array_equal(one, other)
    assert ledger.cut().spans[FEATURE].calls == 6


def test_memo_knows_a_call_however_its_arguments_are_passed(tmp_path: Path) -> None:
    kept = following(FeatureAccess.MEMO, tmp_path)
    for _ in range(2):
        ema(2), ema(2, 1.0), ema(scale=1.0, span=2)
    counted = kept.counts.marks().features["ema"]
    assert calls == [(2, 1.0)]
    assert (counted.calls, counted.distinct, counted.hits, counted.gridded) == (6, 1, 5, True)


def test_memo_keeps_shares_of_the_data_apart(tmp_path: Path) -> None:
    following(FeatureAccess.MEMO, tmp_path)
    assert len(ema(50)) == 50
    with share_of_data(0.1):
        assert len(ema(50)) == 10
    assert len(ema(50)) == 50
    assert len(calls) == 2


def test_arguments_without_a_hash_are_computed_and_counted(tmp_path: Path) -> None:
    @feature
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    kept = following(FeatureAccess.MEMO, tmp_path)
    assert (total([1, 2]), total([1, 2])) == (3, 3)
    assert kept.counts.marks().features["total"].unkept == 2


def test_a_key_stands_for_arguments_that_are_large(tmp_path: Path) -> None:
    @feature(key=lambda numbers, count: count)
    def head(numbers: list[int], count: int) -> list[int]:
        return numbers[:count]

    kept = following(FeatureAccess.MEMO, tmp_path)
    assert head([1, 2, 3], 2) == head([1, 2, 3], 2) == [1, 2]
    assert kept.counts.marks().features["head"].hits == 1


def test_a_grid_is_computed_once_for_all_processes(tmp_path: Path) -> None:
    first = following(FeatureAccess.PRECOMPUTE, tmp_path)
    grid_of(ema, first)
    assert calls == [(2, 1.0), (3, 1.0)]
    for _ in range(2):  # other processes of the run have the spool alone
        other = following(FeatureAccess.PRECOMPUTE, tmp_path)
        assert ema(3).tolist() == [0.0, 1.0, 2.0]
        assert not ema(3).flags.writeable
        assert other.counts.marks().features["ema"].hits == 2
    assert len(calls) == 2


def test_a_call_outside_the_grid_computes_and_is_counted(tmp_path: Path) -> None:
    kept = following(FeatureAccess.PRECOMPUTE, tmp_path)
    assert len(ema(9)) == 9
    assert kept.counts.marks().features["ema"].outside == 1


def test_a_grid_is_one_per_share_of_the_data(tmp_path: Path) -> None:
    following(FeatureAccess.PRECOMPUTE, tmp_path)
    assert ema(3).tolist() == [0.0, 1.0, 2.0]
    with share_of_data(0.02):
        assert ema(3).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    "grid", [[2, 3], [(2,), (3,)], [{"span": 2}, {"span": 3}], {"span": [2, 3]}, lambda: range(2, 4), range(2, 4)]
)
def test_a_grid_may_be_written_in_several_ways(grid: Any) -> None:
    one: Feature[..., Any] = Feature(lambda span: span, grid)
    assert [one.key_of(args, kwargs) for args, kwargs in one.grid_points()] == [(2,), (3,)]


def test_an_empty_grid_is_refused(tmp_path: Path) -> None:
    @feature(grid=[])
    def none(span: int) -> int:
        return span

    with pytest.raises(InputError, match="the feature none declares an empty grid"):
        grid_of(none, following(FeatureAccess.PRECOMPUTE, tmp_path))


def test_a_bound_too_small_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    kept = following(FeatureAccess.MEMO, tmp_path, memo_bytes=1)
    ema(2), ema(2)
    assert kept.counts.marks().features["ema"].unkept == 2
