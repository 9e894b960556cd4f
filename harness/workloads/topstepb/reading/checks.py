"""Checks: what must hold for rows of prices, volume and times to be bars; the first row that breaks it is named."""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from harness.workloads.topstepb.bars import clock_change_ms
from harness.workloads.topstepb.reading.cells import Floats
from harness.workloads.topstepb.reading.columns import PRICES
from harness.workloads.topstepb.reading.flaw import Flaw

_ORDER_ROWS = 3  # fewer rows can agree with a wrong order by chance
_MINUTE_MS = 60_000
_MONTH_MS = 28 * 86_400_000
_LEAST_STEPS = 20  # fewer steps show no rule
_LEAST_REGULAR = 0.5  # of the steps: bars of a fixed interval with as many holes as bars still reach it


def check_prices(names: Sequence[str], prices: Sequence[Floats], *, has_names: bool = True) -> None:
    """Raise Flaw unless every price is finite and positive and 0 < low <= open, close <= high in every row.

    `names` and `prices` are open, high, low, close. A price of zero or less is refused although a few futures have
    traded there: returns and percentages of it are undefined, and in most files it marks a missing value. Without
    `has_names` the columns have theirs by position only.
    """
    opened, high, low, close = prices
    # NaN fails every comparison, and what lies between finite bounds is finite: the usual file needs no more than this.
    fine = (low <= opened) & (low <= close) & (opened <= high) & (close <= high) & (low > 0) & (high < np.inf)
    if fine.all():
        return
    for name, values in zip(names, prices, strict=True):
        bad = ~np.isfinite(values)
        if bad.all():
            raise Flaw(f"{name!r} is not a finite number in any row; fill the column")
        _refuse(bad, name, values, "no finite number; correct or remove the row")
    for name, values in zip(names, prices, strict=True):
        why = "not above zero, where returns are undefined; correct the row, or shift a back-adjusted series"
        _refuse(values <= 0, name, values, why)
    if suspect := _other_order(names, prices):
        way_out = "correct the names of the columns"
        if not has_names:
            way_out = "they have no names and were taken in the usual order: name each, in a header or JSON objects"
        raise Flaw(f"{suspect}; {way_out}")
    rows = np.flatnonzero(~fine)
    first = [float(values[rows[0]]) for values in prices]
    raise Flaw(f"{_contradiction(names, first)}; correct the row", rows=rows.tolist())


def check_volume(name: str, volume: Floats) -> None:
    """Raise Flaw at the first volume that is negative or no finite number."""
    if not ((volume >= 0) & (volume < np.inf)).all():
        bad = ~np.isfinite(volume)
        if bad.all():
            raise Flaw(f"{name!r} is not a finite number in any row; remove the column")
        _refuse(bad, name, volume, "no finite number; correct it or remove the column")
        _refuse(volume < 0, name, volume, "below zero; correct it or remove the column")


def is_newest_first(ms: npt.NDArray[np.int64]) -> bool:
    """Whether all times fall from row to row, as exchanges' interfaces and many downloads give them."""
    return bool((np.diff(ms) < 0).all())


def check_times(ms: npt.NDArray[np.int64], prices: Sequence[Floats] = ()) -> int:
    """The interval in seconds, see `_interval`; Flaw unless times rise throughout and bars are whole seconds apart.

    At least two rows are needed.
    """
    steps = np.diff(ms)
    wrong = steps <= 0
    if wrong.any():
        rows = np.flatnonzero(wrong) + 1
        raise Flaw(_disorder(ms, rows, prices), rows=rows.tolist())
    step = _interval(steps)
    if step % 1000:
        raise Flaw(f"the bars are {step} ms apart, not whole seconds, and such bars are not supported")
    return step // 1000


def _disorder(ms: npt.NDArray[np.int64], rows: npt.NDArray[np.intp], prices: Sequence[Floats]) -> str:
    """What is wrong with the times, by the first of `rows`, and the way out."""
    row = rows[0]
    time, before = ms[row], ms[row - 1]
    autumn = "local clock times repeat an hour each autumn: use UTC"
    if time < before:
        several = ""
        if 4 * (len(ms) - len(np.unique(ms))) > len(ms):  # far more than an overlap or an hour in autumn
            several = "keep the bars of one instrument, and "
        return (
            f"the time {_text(time)} is earlier than that of the row before ({_text(before)}); {several}sort the rows"
            f" by time, once each ({autumn})"
        )
    same = f"the time {_text(time)} is the same as that of the row before"
    if all((values[rows] == values[rows - 1])[ms[rows] == ms[rows - 1]].all() for values in prices):
        return f"{same}; keep one row for each time ({autumn})"
    return f"{same}, with other prices; keep the bars of one instrument, and one row for each time ({autumn})"


def _interval(steps: npt.NDArray[np.int64]) -> int:
    """The most frequent step, if most steps are a multiple of it; of bars on a grid of minutes with many holes, that.

    Bars of trades, ticks or volume come at any moment: most of their steps are a multiple of no one step.
    """
    step = _most_frequent(steps)
    if len(steps) < _LEAST_STEPS or step >= _MONTH_MS:  # months have 28 to 31 days
        return step
    shift = clock_change_ms(step // 1000)
    regular = np.count_nonzero((steps + shift) % step <= 2 * shift) / len(steps)
    if regular >= _LEAST_REGULAR:
        return step
    grid = int(np.gcd.reduce(steps))
    if grid % _MINUTE_MS == 0:
        return grid
    share = np.count_nonzero(steps == step) / len(steps)
    raise Flaw(
        f"the bars are irregular: their most frequent step, {step / 1000:g} s, is {share:.0%} of all steps, and only "
        f"{regular:.0%} are a multiple of it; resample them to a fixed interval"
    )


def step_notes(ms: npt.NDArray[np.int64], interval_s: int) -> tuple[str, ...]:
    """A note when some bars stand closer together than the interval."""
    short = int(np.count_nonzero(np.diff(ms) < interval_s * 1000 - clock_change_ms(interval_s)))
    noun = "step between bars is" if short == 1 else "steps between bars are"
    return (f"{short:,} {noun} shorter than the interval of {interval_s} s",) if short else ()


def _most_frequent(steps: npt.NDArray[np.int64]) -> int:
    smallest = int(steps.min())
    if 2 * np.count_nonzero(steps == smallest) > len(steps):
        return smallest  # more than half: nothing can be more frequent, and nothing need be sorted
    values, counts = np.unique(steps, return_counts=True)
    return int(values[counts.argmax()])


def _refuse(bad: npt.NDArray[np.bool_], name: str, values: Floats, why: str) -> None:
    if bad.any():
        rows = np.flatnonzero(bad)
        raise Flaw(f"{name!r} is {values[rows[0]]}, {why}", rows=rows.tolist())


def _contradiction(names: Sequence[str], row: Sequence[float]) -> str:
    """In words, the first thing wrong with one row of open, high, low, close."""
    named = dict(zip(PRICES, zip(names, row, strict=True), strict=True))
    for upper, lower in (("high", "low"), ("high", "open"), ("high", "close"), ("open", "low"), ("close", "low")):
        (upper_name, upper_value), (lower_name, lower_value) = named[upper], named[lower]
        if upper_value < lower_value:
            return f"{upper_name!r} {upper_value} is below {lower_name!r} {lower_value}"
    raise AssertionError(f"row {row} contradicts nothing")


def _other_order(names: Sequence[str], prices: Sequence[Floats]) -> str | None:
    """What the columns can only be, if not what they are called: one never below the others and one never above."""
    if len(prices[0]) < _ORDER_ROWS:
        return None
    for top, bottom in itertools.permutations(range(4), 2):
        if all((prices[top] >= other).all() and (prices[bottom] <= other).all() for other in prices):
            return (
                f"the columns look out of order: {names[top]!r} is the highest and {names[bottom]!r} the lowest price"
                f" in all {len(prices[0]):,} rows"
            )
    return None


def _text(ms: np.int64) -> str:
    return str(np.datetime64(int(ms), "ms")).replace("T", " ").removesuffix(".000")
