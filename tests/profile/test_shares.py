import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.profile.shares import share_interval, surely_above


@pytest.mark.parametrize(
    ("share", "samples", "low", "high"),
    [(0.5, 100, 0.4038, 0.5962), (0.0, 10, 0.0, 0.2775), (1.0, 1, 0.2065, 1.0), (10 / 18, 18, 0.3372, 0.7544)],
)
def test_wilsons_interval_as_published(share: float, samples: int, low: float, high: float) -> None:
    found = share_interval(share, samples)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_an_interval_holds_its_share_and_stays_within_one(share: float, samples: int) -> None:
    found = share_interval(share, samples)
    assert found.low is not None
    assert found.high is not None
    assert -1e-12 <= found.low <= share + 1e-9
    assert share - 1e-9 <= found.high <= 1 + 1e-12


def test_one_sample_proves_next_to_nothing_and_no_sample_nothing() -> None:
    assert not surely_above(1.0, 1, 0.25)
    assert surely_above(1.0, 20, 0.8)
    assert share_interval(0.4, 0).low is None
    assert not surely_above(0.9, 0, 0.0)
