"""Quality: what is worth knowing of a table of bars before a study runs on it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import DataError
from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.splits import split

LARGEST_GAPS = 5
_DECIMALS = 10  # of the finest tick that is looked for
_SAMPLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A gap between two neighbouring bars, by the times of those bars (ISO 8601, UTC)."""

    after: str
    before: str
    missing: int  # bars that would fill it


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Facts of a table of bars; times are ISO 8601 in UTC."""

    name: str
    rows: int
    first: str
    last: str
    interval_s: int
    gaps: int
    missing_bars: int
    largest_gaps: tuple[Hole, ...]  # at most LARGEST_GAPS, the largest first
    tick: float | None  # None: prices lie on no decimal grid
    zero_volume_rows: int | None  # None: there is no volume
    split_sizes: tuple[int, int, int] | None  # train, validate, test; None: cannot be split
    split_refusal: str | None  # why not
    memory_bytes: int
    digest: str
    notes: tuple[str, ...]


def quality(bars: Bars) -> Quality:
    """Facts of bars, gathered in one pass per fact; the digest is the dearest of them."""
    time_ms = bars.table["time"].to_numpy()
    largest = sorted(bars.gaps, key=lambda gap: -gap.missing)[:LARGEST_GAPS]
    sizes, refusal = _split_sizes(bars)
    return Quality(
        name=bars.name,
        rows=len(bars),
        first=_iso(time_ms[0]),
        last=_iso(time_ms[-1]),
        interval_s=bars.interval_s,
        gaps=len(bars.gaps),
        missing_bars=sum(gap.missing for gap in bars.gaps),
        largest_gaps=tuple(
            Hole(after=_iso(time_ms[gap.row - 1]), before=_iso(time_ms[gap.row]), missing=gap.missing)
            for gap in largest
        ),
        tick=tick_size(bars.table[["open", "high", "low", "close"]].to_numpy().ravel()),
        zero_volume_rows=int((bars.table["volume"] == 0).sum()) if bars.has_volume else None,
        split_sizes=sizes,
        split_refusal=refusal,
        memory_bytes=bars.memory_bytes,
        digest=bars.digest,
        notes=bars.notes,
    )


def tick_size(prices: npt.NDArray[np.float64]) -> float | None:
    """The largest step of which every price is a multiple, or None when prices are not short decimals.

    Exact: a price is on the grid of d decimals when it is the float nearest to a whole number over 10**d. It is an
    upper bound of the market's tick: prices that happen to skip levels make it larger.
    """
    for decimals in range(_DECIMALS + 1):
        scale = 10.0**decimals
        if _on_grid(prices[:_SAMPLE], scale) and _on_grid(prices, scale):
            levels = np.rint(prices * scale).astype(np.int64)
            return float(np.gcd.reduce(levels)) / scale
    return None


def _on_grid(prices: npt.NDArray[np.float64], scale: float) -> bool:
    whole = np.rint(prices * scale)
    return bool((whole < 2.0**53).all() and (whole / scale == prices).all())


def _split_sizes(bars: Bars) -> tuple[tuple[int, int, int] | None, str | None]:
    try:
        return split(bars).sizes, None
    except DataError as error:
        return None, str(error)


def _iso(ms: np.int64) -> str:
    return str(np.datetime64(int(ms), "ms")).removesuffix(".000")
