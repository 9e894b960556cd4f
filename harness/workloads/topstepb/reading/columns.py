"""Columns: which of a file's columns is the open, the high, the low, the close, the volume and the time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.workloads.topstepb.reading.flaw import Flaw

PRICES = ("open", "high", "low", "close")
KLINE_NAMES = (  # https://github.com/binance/binance-public-data#klines
    "open_time",
    *PRICES,
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
    "ignore",
)

# Spellings after `_normal`: lower case, every run of other signs one underscore.
_PRICE_NAMES = {
    "open": ("open", "o", "open_price", "openprice", "price_open"),
    "high": ("high", "h", "high_price", "highprice", "price_high"),
    "low": ("low", "l", "low_price", "lowprice", "price_low"),
    "close": ("close", "c", "close_price", "closeprice", "price_close"),
}
_VOLUME_NAMES = ("volume", "vol", "v", "tick_volume", "tickvol", "real_volume", "base_volume")
# In this order the first is believed and the others must agree with it. `close_time` is none: it is a bar's other end.
_TIME_NAMES = (
    *("datetime", "date_time", "timestamp", "open_time", "opentime", "start_time", "bar_time", "candle_begin_time"),
    *("datetime_utc", "timestamp_utc", "time_utc", "utc_time", "gmt_time", "date_utc", "date", "time", "ts", "t"),
    *("unix", "unix_time", "unix_timestamp", "epoch", "timestamp_ms", "time_ms", "dtyyyymmdd"),
)
_UNNAMED = ("", "unnamed_0", "index_level_0", "index", "level_0")  # how an index without a name is stored
_SHOWN = 16  # names listed in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns that are used, by the file's own names."""

    prices: tuple[str, str, str, str]  # open, high, low, close
    volume: str | None
    times: tuple[str, ...]  # at least one, the most trusted first
    ignored: tuple[str, ...]

    @property
    def used(self) -> tuple[str, ...]:
        return (*self.times, *self.prices, *((self.volume,) if self.volume is not None else ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was renamed and what was left out, in plain words."""
        pairs = [*zip(self.prices, PRICES, strict=True), *(((self.volume, "volume"),) if self.volume else ())]
        renamed = [f"{name!r} is {role}" for name, role in pairs if name != role]
        if self.times[0] not in ("datetime", "time"):
            unnamed = _normal(self.times[0]) in _UNNAMED
            renamed.insert(0, "the unnamed column is the time" if unnamed else f"{self.times[0]!r} is the time")
        notes = []
        if renamed:
            notes.append(f"columns recognised by name: {', '.join(renamed)}")
        if self.ignored:
            notes.append(f"columns ignored: {listed(self.ignored)}")
        return tuple(notes)


def assign_roles(names: Sequence[str]) -> Roles:
    """Give each role the column whose name says it; raise Flaw when a name is missing or more than one would do."""
    normal = [_normal(name) for name in names]
    prices = [_the_one(role, known, names, normal) for role, known in _PRICE_NAMES.items()]
    volume = _volume(names, normal)
    times = [name for known in _TIME_NAMES for name, spelt in zip(names, normal, strict=True) if spelt == known]
    if not times:
        times = [name for name, spelt in zip(names, normal, strict=True) if spelt in _UNNAMED][:1]
    if not times:
        raise Flaw(f"no column is the time of a bar (found {listed(names)}); name it 'datetime' or 'timestamp'")
    used = {*prices, *times, *((volume,) if volume is not None else ())}
    for name in used:
        if list(names).count(name) > 1:
            raise Flaw(f"two columns have the name {name!r}; rename or remove one")
    ignored = tuple(name for name in names if name not in used)
    return Roles(
        prices=(prices[0], prices[1], prices[2], prices[3]), volume=volume, times=tuple(times), ignored=ignored
    )


def is_recognised(name: str) -> bool:
    """Whether a column of this name has a role on its own: what tells a header from a first row of data."""
    spelt = _normal(name)
    known = (*_TIME_NAMES, *_VOLUME_NAMES, *(name for names in _PRICE_NAMES.values() for name in names))
    return spelt in known


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them, cut where a reader stops reading."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(repr(name) for name in names[:_SHOWN]) + more


def _normal(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


def _the_one(role: str, known: Sequence[str], names: Sequence[str], normal: Sequence[str]) -> str:
    found = [name for name, spelt in zip(names, normal, strict=True) if spelt in known]
    if not found:
        raise Flaw(f"no column is the {role} (found {listed(names)}); name it {role!r}")
    if len(found) > 1:
        raise Flaw(f"the columns {listed(found)} could each be the {role}; keep one of them")
    return found[0]


def _volume(names: Sequence[str], normal: Sequence[str]) -> str | None:
    exact = [name for name, spelt in zip(names, normal, strict=True) if spelt == "volume"]
    if len(exact) == 1:
        return exact[0]
    pairs = zip(names, normal, strict=True)
    found = [name for name, spelt in pairs if spelt in _VOLUME_NAMES or spelt.startswith("volume_")]
    if len(found) > 1:
        raise Flaw(f"the columns {listed(found)} could each be the volume; name the one to use 'volume'")
    return found[0] if found else None
