"""Orders of columns that have no names: what the prices themselves show, where it is not open, high, low, close."""

from collections.abc import Sequence

import numpy as np

from harness.workloads.topstepb.reading.cells import Floats
from harness.workloads.topstepb.reading.columns import PRICES

_LEAST_ROWS = 3  # fewer rows can agree with a wrong order by chance
_KNOWN = (
    (("low", "high", "open", "close"), "time, low, high, open, close, as Coinbase answers"),
    (("open", "close", "high", "low"), "time, open, close, high, low, as Bitfinex and KuCoin answer"),
)


def in_known_order(prices: Sequence[Floats], *, newest_first: bool) -> tuple[tuple[Floats, ...], str | None]:
    """Unnamed columns as open, high, low and close, and how they were read where they stand in another order.

    Another order is believed only where every row rules out the usual one or agrees with both, every row agrees with
    the other, and bars open nearer to where the bar before closed than they close to where it opened. Otherwise
    the columns come back as they stand, for the checks to refuse.
    """
    if len(prices[0]) < _LEAST_ROWS or _fits(*prices):
        return tuple(prices), None
    for order, what in _KNOWN:
        opened, high, low, close = (prices[order.index(name)] for name in PRICES)
        if _fits(opened, high, low, close) and _follows(opened, close, newest_first=newest_first):
            return (opened, high, low, close), f"the prices fit only the order {what}"
    return tuple(prices), None


def _fits(opened: Floats, high: Floats, low: Floats, close: Floats) -> bool:
    return bool(((low <= opened) & (low <= close) & (opened <= high) & (close <= high)).all())


def _follows(opened: Floats, close: Floats, *, newest_first: bool) -> bool:
    """Whether bars open where the bar before closed, rather than the other way round."""
    if newest_first:
        opened, close = opened[::-1], close[::-1]
    return bool(np.abs(opened[1:] - close[:-1]).sum() < np.abs(close[1:] - opened[:-1]).sum())
