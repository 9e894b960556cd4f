"""Indicators in their live form: each takes one bar and holds what the next needs.

The arithmetic is that of pandas, operation by operation, so that values are equal to the last bit:
`ewm(adjust=False)` leaves an average alone when the new value equals it, and otherwise takes `a*x + (1-a)*v`.
"""

from collections import deque


class Average:
    """Exponential average, `v = a*x + (1-a)*v`, starting at the first value.

    `span` bars weigh a = 2/(span+1); Wilder's average of n bars (New Concepts in Technical Trading Systems, 1978) has
    a = 1/n, which is a span of 2n - 1.
    """

    __slots__ = ("_kept", "_weight", "value")

    def __init__(self, span: float) -> None:
        self._weight = 2.0 / (span + 1.0)
        self._kept = 1.0 - self._weight
        self.value: float | None = None

    def update(self, x: float) -> float:
        value = self.value
        if value is None:
            self.value = value = x
        elif x != value:
            self.value = value = self._weight * x + self._kept * value
        return value


class Rsi:
    """Wilder's relative strength index, 100 * up / (up + down), of averaged rises and falls between closes."""

    __slots__ = ("_close", "_down", "_up")

    def __init__(self, length: int) -> None:
        self._up = Average(2 * length - 1)
        self._down = Average(2 * length - 1)
        self._close: float | None = None

    def update(self, close: float) -> None:
        before, self._close = self._close, close
        if before is not None:
            change = close - before
            self._up.update(change if change > 0.0 else 0.0)
            self._down.update(-change if change < 0.0 else 0.0)

    def value(self) -> float:
        """Between 0 and 100; NaN while the price has never moved."""
        up, down = self._up.value, self._down.value
        if up is None or down is None or up + down == 0.0:
            return float("nan")
        return 100.0 * up / (up + down)


class Atr:
    """Wilder's average true range: the bar's range, extended to the previous close."""

    __slots__ = ("_average", "_close")

    def __init__(self, length: int) -> None:
        self._average = Average(2 * length - 1)
        self._close: float | None = None

    def update(self, high: float, low: float, close: float) -> float:
        before, self._close = self._close, close
        if before is not None:
            high = before if before > high else high
            low = before if before < low else low
        return self._average.update(high - low)


class Slope:
    """Least-squares slope of the last `length` closes against their bar numbers, in price per bar.

    With centred bar numbers d the slope is sum(d*y) / sum(d*d). The sum runs from the oldest bar to the newest; any
    other order differs in the last bits.
    """

    __slots__ = ("_closes", "_distances", "_squares")

    def __init__(self, length: int) -> None:
        middle = (length - 1) / 2.0
        self._distances = [row - middle for row in range(length)]
        self._squares = squares(length)
        self._closes: deque[float] = deque(maxlen=length)

    def update(self, close: float) -> None:
        self._closes.append(close)

    def value(self) -> float:
        """Needs `length` closes; with fewer it is meaningless."""
        total = 0.0
        for distance, close in zip(self._distances, self._closes, strict=False):
            total += distance * close
        return total / self._squares


def squares(length: int) -> float:
    """Sum of the squared distances of 0 .. length-1 from their mean, n(n^2-1)/12; exact, as each term is quarters."""
    return length * (length * length - 1) / 12
