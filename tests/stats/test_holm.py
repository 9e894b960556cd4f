import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.holm import holm

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def test_a_worked_example() -> None:
    found = holm([0.01, 0.04, 0.03, 0.005], 0.05)  # Holm 1979: 0.005 < .0125, 0.01 < .0167, 0.03 > .025
    assert [one.is_significant for one in found] == [True, False, False, True]
    assert [one.adjusted_p for one in found] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [one.level for one in found] == pytest.approx([0.05 / 3, 0.025, 0.025, 0.0125])


@given(p_values, st.floats(0.001, 0.3))
def test_every_decision_agrees_with_its_adjusted_p_and_with_its_level(found: list[float], alpha: float) -> None:
    for p_value, one in zip(found, holm(found, alpha), strict=True):
        if abs(one.adjusted_p - alpha) > 1e-9:
            assert one.is_significant == (one.adjusted_p <= alpha)
        assert one.is_significant == (p_value <= one.level)
        assert alpha / len(found) <= one.level * (1 + 1e-12)


@given(p_values)
def test_nothing_is_more_certain_among_others_than_alone(found: list[float]) -> None:
    assert all(one.adjusted_p >= p_value for p_value, one in zip(found, holm(found, 0.05), strict=True))


@given(p_values)
def test_the_order_of_the_hypotheses_does_not_matter(found: list[float]) -> None:
    forth, back = holm(found, 0.05), holm(found[::-1], 0.05)
    assert [one.adjusted_p for one in forth] == pytest.approx([one.adjusted_p for one in back[::-1]])


def test_none_is_decided_where_none_is_asked() -> None:
    assert holm([], 0.05) == ()


@pytest.mark.parametrize(("found", "alpha"), [([1.2], 0.05), ([-0.1], 0.05), ([0.5], 0.0), ([0.5], 1.0)])
def test_what_is_no_probability_is_refused(found: list[float], alpha: float) -> None:
    with pytest.raises(InputError, match="Holm"):
        holm(found, alpha)
