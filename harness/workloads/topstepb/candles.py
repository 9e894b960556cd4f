"""Candles in whole ticks: the path of opens and closes, and how far highs and lows reach beyond them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.workloads.topstepb import exact
from harness.workloads.topstepb.draws import Draws
from harness.workloads.topstepb.regimes import Traits

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FIXED_POINT = 2.0**40  # log prices are summed as whole multiples of 2**-40, in which no order of summing matters
_BAND = int(_FIXED_POINT)  # the price turns back at e times and 1/e of where it began
_LARGEST_MOVE = 0.5  # of the log price in one bar; some 180 standard deviations at ten minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Opens and closes of n bars in ticks, and the unrounded price at the close, in ticks too."""

    opens: Ints
    closes: Ints
    price: Floats


def path(traits: Traits, draws: Draws, volatility: Floats, gap_volatility: Floats) -> Path:
    """The path of prices from the standard deviation of each bar's log return, and of the gap before it (0: none).

    A bar takes back the share `bounce` of the shock before it. The log price is folded into a band about its start, as
    light between two mirrors: any number of bars stays near the price at which its tick is right.
    """
    shocks = draws.move.copy()
    shocks[1:] -= traits.bounce * draws.move[:-1]
    moves = _fixed(volatility * shocks)
    gaps = _fixed(gap_volatility * draws.opening)
    log_price = np.cumsum(moves + gaps)
    scale = traits.start_price * traits.ticks_per_unit
    price = exact.exp(_folded(log_price)) * scale
    closes = np.rint(price).astype(np.int64)
    opens = np.concatenate(([round(scale)], closes[:-1]))
    opens[1:] += _aside(traits.same_open_share, draws.opening[1:])
    gapped = np.flatnonzero(gap_volatility)  # there the draw for the open has made the gap
    opens[gapped] = np.rint(exact.exp(_folded(log_price[gapped] - moves[gapped])) * scale).astype(np.int64)
    return Path(opens=opens, closes=closes, price=price)


def extremes(path: Path, volatility: Floats, draws: Draws) -> tuple[Ints, Ints]:
    """Highs and lows in ticks: those of Brownian bridges from open to close, given their log volatility.

    Above its higher end a bridge of standard deviation s and body b reaches (sqrt(b**2 - 2 s**2 ln u) - |b|) / 2 for a
    uniform u (by the reflection principle; Glasserman, Monte Carlo Methods in Financial Engineering, section 6.4). High
    and low are drawn apart given the body, which widens the range a little; `wick_scale` makes up for it.
    """
    spread = volatility * path.price
    body = np.abs(path.closes - path.opens).astype(np.float64)
    up, down = (
        np.rint((np.sqrt(body * body - 2 * (spread * spread) * exact.log(u)) - body) / 2).astype(np.int64)
        for u in (draws.upper_wick, draws.lower_wick)
    )
    return np.maximum(path.opens, path.closes) + up, np.maximum(np.minimum(path.opens, path.closes) - down, 1)


def _fixed(log_return: Floats) -> Ints:
    return np.rint(np.clip(log_return, -_LARGEST_MOVE, _LARGEST_MOVE) * _FIXED_POINT).astype(np.int64)


def _folded(log_price: Ints) -> Floats:
    return (_BAND - np.abs((log_price + _BAND) % (4 * _BAND) - 2 * _BAND)) / _FIXED_POINT


def _aside(same_share: float, shocks: Floats) -> Ints:
    """Ticks from a close to the next open: 0 for `same_share` of the bars, else 1, or 2 for one in 25, either way."""
    other = 1 - same_share
    near, far = exact.normal_quantile(np.array([1 - other / 2, 1 - other / 50])).tolist()
    size = np.abs(shocks)
    ticks: Ints = np.sign(shocks).astype(np.int64) * ((size > near).astype(np.int64) + (size > far))
    return ticks
