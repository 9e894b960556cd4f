import numpy as np
import pytest

from harness.workloads.topstepb.reading.orders import in_known_order

OPEN = np.array([10.0, 10.5, 11.0, 10.75])
HIGH = OPEN + 0.75
LOW = OPEN - 0.5
CLOSE = np.array([10.5, 11.0, 10.75, 10.25])
USUAL = (OPEN, HIGH, LOW, CLOSE)


def test_the_usual_order_is_kept() -> None:
    prices, note = in_known_order(USUAL, newest_first=False)
    assert note is None
    assert all(a is b for a, b in zip(prices, USUAL, strict=True))


@pytest.mark.parametrize(
    ("columns", "exchange"), [((LOW, HIGH, OPEN, CLOSE), "Coinbase"), ((OPEN, CLOSE, HIGH, LOW), "Bitfinex")]
)
@pytest.mark.parametrize("newest_first", [False, True])
def test_orders_of_exchanges_are_recognized(columns: tuple[np.ndarray, ...], exchange: str, newest_first: bool) -> None:
    if newest_first:
        columns = tuple(values[::-1] for values in columns)
    prices, note = in_known_order(columns, newest_first=newest_first)
    assert note is not None
    assert exchange in note
    for values, expected in zip(prices, USUAL, strict=True):
        np.testing.assert_array_equal(values[::-1] if newest_first else values, expected)


@pytest.mark.parametrize(
    "columns",
    [
        (LOW, HIGH, CLOSE, OPEN),  # open and close exchanged: bars would not follow each other
        (OPEN, LOW, HIGH, CLOSE),  # no exchange's order
        tuple(values[:2] for values in (LOW, HIGH, OPEN, CLOSE)),  # too few rows to say
        (LOW, HIGH, OPEN, np.full(4, np.nan)),
    ],
)
def test_what_is_not_sure_stays_as_it_stands(columns: tuple[np.ndarray, ...]) -> None:
    prices, note = in_known_order(columns, newest_first=False)
    assert note is None
    assert all(a is b for a, b in zip(prices, columns, strict=True))
