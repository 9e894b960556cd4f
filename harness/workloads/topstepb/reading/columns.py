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
    *("start_date", "startdate", "start", "starttime", "startdatetime", "start_datetime", "open_date", "opendate"),
)
_SYMBOL_NAMES = ("symbol", "ticker", "tic", "instrument", "pair", "asset", "coin", "secid", "contract", "stock")
_ZONES = re.compile(r"[A-Z]{2,4}T|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+|(UTC|GMT) ?[+-]\d.*|[+-]\d\d:?\d\d")
_IN_BRACKETS = re.compile(r"\s*[(\[](?P<inside>[^)\]]*)[)\]]\s*$")
_TWO_LEVELS = re.compile(
    r"\(['\"](?P<first>.*?)['\"], ?['\"](?P<second>.*?)['\"]\)"
)  # pandas' MultiIndex, as it is stored
_UNNAMED = ("", "unnamed_0", "index_level_0", "index", "level_0")  # how an index without a name is stored
_SHOWN = 16  # names listed in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns that are used, by the file's own names."""

    prices: tuple[str, str, str, str]  # open, high, low, close
    volume: str | None
    times: tuple[str, ...]  # at least one, the most trusted first
    ignored: tuple[str, ...]
    symbols: tuple[str, ...] = ()  # of the ignored ones, those that name the instrument: all its cells must agree
    volumes: tuple[str, ...] = ()  # several that could each be the volume, where none is taken

    @property
    def used(self) -> tuple[str, ...]:
        """The columns to be read."""
        return (*self.times, *self.prices, *((self.volume,) if self.volume is not None else ()), *self.symbols)

    @property
    def has_only_an_index(self) -> bool:
        """Whether no column but an unnamed one can be the time."""
        return all(_normal(name) in _UNNAMED for name in self.times)

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
            notes.append(f"columns recognized by name: {', '.join(renamed)}")
        if self.volumes:
            notes.append(
                f"{listed(self.volumes)} could each be the volume, which is not needed: none is taken (rename one to "
                "'volume' to use it)"
            )
        if self.ignored:
            notes.append(f"columns ignored: {listed(self.ignored)}")
        return tuple(notes)


def assign_roles(names: Sequence[str]) -> Roles:
    """Give each role the column whose name says it; raise Flaw when a name is missing or more than one would do."""
    plain = _without_level(names)
    normal = [_normal(name) for name in plain]
    prices = [_the_one(role, known, names, normal) for role, known in _PRICE_NAMES.items()]
    volumes = _volumes(names, normal)
    volume = volumes[0] if len(volumes) == 1 else None
    times = _times(names, normal)
    used = {*prices, *times, *((volume,) if volume is not None else ())}
    for name in used:
        if list(names).count(name) > 1:
            raise Flaw(f"two columns have the name {name!r}; rename or remove one")
    ignored = tuple(name for name in names if name not in used)
    return Roles(
        prices=(prices[0], prices[1], prices[2], prices[3]),
        volume=volume,
        times=times,
        ignored=ignored,
        symbols=tuple(
            name
            for name, spelt in zip(names, normal, strict=True)
            if spelt in _SYMBOL_NAMES and list(names).count(name) == 1
        ),
        volumes=volumes if len(volumes) > 1 else (),
    )


def _times(names: Sequence[str], normal: Sequence[str]) -> tuple[str, ...]:
    """The columns that tell the time, the most trusted first; Flaw where there is none."""
    times = [name for known in _TIME_NAMES for name, spelt in zip(names, normal, strict=True) if spelt == known]
    if not times:
        times = [name for name, spelt in zip(names, normal, strict=True) if spelt in _UNNAMED][:1]
    if not times:
        for name in names:
            if (zone := _zone_in(name)) is not None:
                raise Flaw(
                    f"{name!r} holds times in the zone {zone}; convert them to UTC, or write each with its offset (as "
                    "in 2024-01-31 12:00:00-05:00), and name the column 'datetime'"
                )
        if all(is_recognised(name) for name in names):  # no other column is left to be named
            raise Flaw(
                f"no column is the time of a bar (found {listed(names)}); write the times beside the prices (pandas"
                " drops an index with `index=False` and in JSON records: call `reset_index()` first)"
            )
        raise Flaw(f"no column is the time of a bar (found {listed(names)}); name it 'datetime' or 'timestamp'")
    return tuple(times)


def _zone_in(name: str) -> str | None:
    """The zone in the name of a column of times, such as `Time (EST)`; None where there is none."""
    brackets = _IN_BRACKETS.search(name)
    if brackets is None or _normal(name[: brackets.start()]) not in _TIME_NAMES:
        return None
    inside = brackets["inside"].strip()
    return inside if _ZONES.fullmatch(inside) else None


def _without_level(names: Sequence[str]) -> tuple[str, ...]:
    """Names without the instrument that yfinance puts beside each; Flaw where there are several instruments."""
    levels = [_TWO_LEVELS.fullmatch(name) for name in names]
    pairs = [(level["first"], level["second"]) for level in levels if level is not None]
    prices = {spelt for known in _PRICE_NAMES.values() for spelt in known}
    side = 0 if any(_normal(first) in prices for first, _ in pairs) else 1
    instruments = sorted({pair[1 - side] for pair in pairs if _normal(pair[side]) in prices})
    if len(instruments) > 1:
        raise Flaw(f"the file holds {len(instruments)} instruments ({listed(instruments)}); keep one of them")
    return tuple(
        name if level is None else level["first" if side == 0 else "second"]
        for name, level in zip(names, levels, strict=True)
    )


def has_all_prices(names: Sequence[str]) -> bool:
    """Whether a line of text is a header: open, high, low and close stand in it by name."""
    normal = {_normal(name) for name in names}
    return all(normal & set(known) for known in _PRICE_NAMES.values())


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


def _volumes(names: Sequence[str], normal: Sequence[str]) -> tuple[str, ...]:
    """The one column that is the volume, or all that could be."""
    exact = [name for name, spelt in zip(names, normal, strict=True) if spelt == "volume"]
    if len(exact) == 1:
        return (exact[0],)
    pairs = zip(names, normal, strict=True)
    return tuple(name for name, spelt in pairs if spelt in _VOLUME_NAMES or spelt.startswith("volume_"))
