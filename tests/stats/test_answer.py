import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats.answer import Answer, answer, more_pairs, reaches_margin
from harness.stats.interval import Interval
from harness.stats.pairs import PairedResult, ratio_of_logs


def result(value: float, low: float | None, high: float | None, spread: float | None = 0.1) -> PairedResult:
    return PairedResult(ratio=Interval(value=value, low=low, high=high), pairs=10, spread=spread, p_value=0.5)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.5, 0.99, Answer.FASTER),
        (1.01, 3.0, Answer.SLOWER),
        (0.95, 1.05, Answer.SAME),
        (0.95, 0.999, Answer.FASTER),  # a small difference that is certain is a difference
        (0.85, 1.05, Answer.INCONCLUSIVE),
        (0.95, 1.15, Answer.INCONCLUSIVE),
        (None, None, Answer.INCONCLUSIVE),
    ],
)
def test_the_interval_alone_decides(low: float | None, high: float | None, expected: Answer) -> None:
    assert answer(result(1.0, low, high), 0.10) is expected


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=20), st.floats(0.01, 0.5))
def test_the_other_way_round_is_the_opposite_answer(logs: list[float], margin: float) -> None:
    opposite = {Answer.FASTER: Answer.SLOWER, Answer.SLOWER: Answer.FASTER}
    forth = answer(ratio_of_logs(logs, 0.05), margin)
    back = answer(ratio_of_logs([-log for log in logs], 0.05), margin)
    assert back is opposite.get(forth, forth)


def test_an_effect_reaches_the_margin_on_either_side() -> None:
    assert reaches_margin(result(1.11, 1.05, 1.2), 0.10)
    assert reaches_margin(result(0.90, 0.85, 0.95), 0.10)
    assert not reaches_margin(result(1.05, 1.01, 1.09), 0.10)


def test_an_answer_that_is_known_needs_no_more_pairs() -> None:
    assert more_pairs(result(0.5, 0.4, 0.6), 0.10, 0.01, 0.8) == 0


def test_without_a_spread_nothing_is_promised() -> None:
    assert more_pairs(result(1.0, None, None, spread=None), 0.10, 0.01, 0.8) is None


def test_the_pairs_that_are_asked_for_decide_most_experiments() -> None:
    found = result(1.05, 0.95, 1.16)
    more = more_pairs(found, 0.10, 0.01, 0.8)
    assert more is not None
    random = np.random.default_rng(0)
    logs = random.normal(math.log(1.05), 0.1, (400, found.pairs + more))
    told = [answer(ratio_of_logs(list(row), 0.01), 0.10) for row in logs]
    assert sum(one is not Answer.INCONCLUSIVE for one in told) >= 0.78 * len(told)
