import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.pairs import paired_ratio

times = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(times, times), min_size=3, max_size=20)


@given(pairs)
def test_the_other_way_round_is_the_inverse(found: list[tuple[float, float]]) -> None:
    before, after = zip(*found, strict=True)
    one, other = paired_ratio(before, after), paired_ratio(after, before)
    assert one.low is not None
    assert other.high is not None
    assert one.value * other.value == pytest.approx(1)
    assert one.low * other.high == pytest.approx(1)
    assert one.low <= one.value * (1 + 1e-12)


@given(pairs, st.floats(0.1, 10))
def test_a_machine_that_is_slower_for_both_runs_of_a_pair_changes_nothing(
    found: list[tuple[float, float]], factor: float
) -> None:
    before, after = zip(*found, strict=True)
    slowed = [(first * factor**index, second * factor**index) for index, (first, second) in enumerate(found)]
    told = paired_ratio([one for one, _ in slowed], [two for _, two in slowed])
    assert told.value == pytest.approx(paired_ratio(before, after).value)


def test_the_interval_covers_the_true_ratio_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(1000):
        machine, noise = np.exp(random.normal(0, 0.5, 8)), np.exp(random.normal(0, 0.05, (2, 8)))
        found = paired_ratio(list(machine * noise[0]), list(0.3 * machine * noise[1]))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.3 <= found.high
    assert 930 <= covered <= 970


def test_two_pairs_have_no_interval() -> None:
    found = paired_ratio([2.0, 8.0], [1.0, 1.0])
    assert (found.value, found.low, found.high) == (pytest.approx(1 / 4), None, None)


@pytest.mark.parametrize(
    ("before", "after"), [([], []), ([1.0], [1.0, 2.0]), ([0.0], [1.0]), ([1.0], [math.nan]), ([1.0], [math.inf])]
)
def test_what_does_not_pair_is_refused(before: list[float], after: list[float]) -> None:
    with pytest.raises(InputError, match="paired ratio"):
        paired_ratio(before, after)
