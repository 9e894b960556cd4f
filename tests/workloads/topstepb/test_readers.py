import datetime as dt
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from harness.errors import DataError
from harness.workloads.topstepb.bars import COLUMNS, Bars
from harness.workloads.topstepb.readers import read_bars

ROWS = 6
START_MS = 1_706_702_400_000  # 2024-01-31 12:00:00 UTC
STEP_MS = 600_000
TIME_MS = START_MS + STEP_MS * np.arange(ROWS, dtype=np.int64)
STAMPS = TIME_MS.astype("datetime64[ms]")
OPEN = np.array([10.0, 10.5, 11.0, 10.75, 10.25, 10.5])
HIGH = OPEN + 0.5
LOW = OPEN - 0.25
CLOSE = np.array([10.25, 11.0, 10.75, 10.5, 10.5, 10.75])
VOLUME = np.array([5.0, 0.0, 7.5, 1.0, 2.0, 3.0])


def frame() -> pd.DataFrame:
    return pd.DataFrame({"datetime": STAMPS, "open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": VOLUME})


def csv_text(table: pd.DataFrame | None = None, **options: object) -> str:
    return (frame() if table is None else table).to_csv(index=False, **options)  # type: ignore[call-overload]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def assert_canonical(bars: Bars) -> None:
    assert tuple(bars.table.columns) == COLUMNS
    assert [str(kind) for kind in bars.table.dtypes] == ["datetime64[ms]", *["float64"] * 5, "int64"]
    for name, expected in zip(COLUMNS, (STAMPS, OPEN, HIGH, LOW, CLOSE, VOLUME, TIME_MS), strict=True):
        np.testing.assert_array_equal(bars.table[name].to_numpy(), expected)
    assert bars.interval_s == 600
    assert bars.has_volume


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(DataError) as caught:
        read_bars(path, **options)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert not text.endswith(".")
    assert "\n" not in text
    return text.removeprefix(str(path))


def by_column(label: Callable[[int], str], *, with_time: bool) -> str:
    """Bars as pandas wrote them by default up to version 3: an object of cells for each column, times as the epoch."""
    table = frame().assign(datetime=TIME_MS) if with_time else frame().drop(columns="datetime")
    return json.dumps({name: {label(row): cell for row, cell in enumerate(table[name].tolist())} for name in table})


KLINES = [
    [int(TIME_MS[i]), OPEN[i], HIGH[i], LOW[i], CLOSE[i], VOLUME[i], int(TIME_MS[i]) + STEP_MS - 1, 1.5, 3, 1.0, 1.0, 0]
    for i in range(ROWS)
]
KLINE_HEADER = (
    "Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume,Number of trades,"
    "Taker buy base asset volume,Taker buy quote asset volume,Ignore"
)
KLINE_LINES = [",".join(str(cell) for cell in row) for row in KLINES]
TEXTS = {
    "plain.csv": csv_text(),
    "semicolon.csv": csv_text(sep=";"),
    "tab.tsv": csv_text(sep="\t"),
    "bar.txt": csv_text(sep="|"),
    "windows.csv": csv_text().replace("\n", "\r\n"),
    "old-mac.csv": csv_text().replace("\n", "\r"),
    "blank-lines.csv": "\n\n" + csv_text().replace("\n", "\n\n"),
    "no-newline-at-end.csv": csv_text().rstrip("\n"),
    "byte-order-mark.csv": b"\xef\xbb\xbf" + csv_text().encode(),
    "utf-16.csv": csv_text().encode("utf-16"),
    "quoted.csv": csv_text(quoting=1),
    "blanks.csv": csv_text().replace(",", " , "),
    "packed.csv.gz": gzip.compress(csv_text().encode()),
    "packed-without-a-suffix": gzip.compress(csv_text().encode()),
    "index.csv": frame().set_index("datetime").rename_axis(None).to_csv(),
    "capitals.csv": csv_text(frame().rename(columns=str.title)),
    "epoch.csv": csv_text(frame().assign(datetime=TIME_MS // 1000)),
    "both-times.csv": csv_text(frame().assign(time=TIME_MS)),
    "date-and-time.csv": csv_text(
        frame()
        .assign(Date=frame()["datetime"].dt.strftime("%Y.%m.%d"), Time=frame()["datetime"].dt.strftime("%H:%M"))
        .drop(columns="datetime")
    ),
    "klines.csv": "\n".join([KLINE_HEADER, *KLINE_LINES]),
    "klines-without-header.csv": "\n".join(KLINE_LINES),
    "six-columns-without-header.csv": csv_text(header=False),
    "klines.json": json.dumps(KLINES),
    "klines-as-text.json": json.dumps([[row[0], *[str(cell) for cell in row[1:]]] for row in KLINES]),
    "lists.json": json.dumps([row[:6] for row in KLINES]),
    "lists.json.gz": gzip.compress(json.dumps([row[:6] for row in KLINES]).encode()),
    "objects-on-lines.json": "\n".join(json.dumps(dict(zip("tohlcv", row[:6], strict=True))) for row in KLINES),
    "newest-first.csv": csv_text(frame().iloc[::-1]),
    "titles.csv": "Data of a market, fetched, yesterday\n# no, advice\n" + csv_text(),
    "numbered.csv": csv_text(header=[str(number) for number in range(6)]),
    "clock.csv": csv_text(
        frame()
        .assign(Date=frame()["datetime"].dt.strftime("%Y%m%d"), Time=frame()["datetime"].dt.strftime("%I:%M:%S %p"))
        .drop(columns="datetime")
    ),
    "yfinance.csv": "Price,Close,High,Low,Open,Volume\nTicker,SPY,SPY,SPY,SPY,SPY\nDatetime,,,,,\n"
    + csv_text(frame()[["datetime", "close", "high", "low", "open", "volume"]], header=False),
    "quoted-breaks.csv": csv_text(frame().assign(remark="two\nlines")),
    "pandas.json": by_column(lambda row: str(row), with_time=True),
    "pandas-index.json": by_column(lambda row: str(TIME_MS[row]), with_time=False),
    "pandas-split.json": frame().to_json(orient="split", date_format="iso"),
    "pandas-rows.json": frame().to_json(orient="index", date_format="iso"),
    "pandas-records.json": frame().to_json(orient="records", date_format="iso"),
    "pandas-table.json": frame().to_json(orient="table", index=False),
    "lists-by-name.json": json.dumps({"s": "ok", **{n: [r[i] for r in KLINES] for i, n in enumerate("tohlcv")}}),
    "kraken.json": json.dumps(
        {"error": [], "result": {"XXBTZUSD": [[r[0] // 1000, *map(str, r[1:5]), "1", str(r[5]), 3] for r in KLINES]}}
    ),
    "okx.json": json.dumps({"code": "0", "data": [[*map(str, r[:6]), "1", "1", "1"] for r in KLINES[::-1]]}),
    "bybit.json": json.dumps(
        {"retCode": 0, "result": {"symbol": "BTCUSDT", "list": [[*map(str, r[:6]), "1"] for r in KLINES[::-1]]}}
    ),
    "coinbase.json": json.dumps(
        {
            "candles": [
                {
                    "start": str(r[0] // 1000),
                    "low": str(r[3]),
                    "high": r[2],
                    "open": r[1],
                    "close": r[4],
                    "volume": r[5],
                }
                for r in KLINES[::-1]
            ]
        }
    ),
    "coinbase-lists.json": json.dumps([[r[0] // 1000, r[3], r[2], r[1], r[4], r[5]] for r in KLINES[::-1]]),
    "bitfinex.json": json.dumps([[r[0], r[1], r[4], r[2], r[3], r[5]] for r in KLINES]),
    "kucoin.json": json.dumps(
        {"code": "0", "data": [[str(r[0] // 1000), *map(str, (r[1], r[4], r[2], r[3], r[5])), "1"] for r in KLINES]}
    ),
    "metatrader-4.csv": csv_text(
        frame().assign(
            datetime=frame()["datetime"].dt.strftime("%Y.%m.%d,%H:%M"),
        ),
        header=False,
    ).replace('"', ""),
    "objects.json": json.dumps([dict(zip("tohlcv", row[:6], strict=True)) for row in KLINES]),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_in_every_supported_form_gives_the_canonical_table(name: str, tmp_path: Path) -> None:
    bars = read_bars(put(tmp_path, name, TEXTS[name]))
    assert_canonical(bars)
    assert bars.name == name


TABLES = {
    "columns": frame(),
    "index": frame().set_index("datetime"),
    "index-without-name": frame().set_index("datetime").rename_axis(None),
    "zone": frame().assign(datetime=frame()["datetime"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")),
    "nanoseconds": frame().assign(datetime=frame()["datetime"].astype("datetime64[ns]")),
    "epoch": frame().assign(datetime=TIME_MS * 1000),
    "text-times": frame().assign(datetime=frame()["datetime"].astype(str)),
    "text-prices": frame().assign(open=OPEN.astype(str)),
    "category": frame().assign(close=pd.Categorical(CLOSE)),
    "small-floats": frame().astype({"open": "float32", "volume": "float32"}),
    "other-order": frame()[["volume", "close", "low", "high", "open", "datetime"]],
    "extra": frame().assign(symbol="ES", time=TIME_MS),
    "newest-first": frame().iloc[::-1],
    "decimals": frame().astype(dict.fromkeys(("open", "high", "low", "close"), pd.ArrowDtype(pa.decimal128(18, 4)))),
    "two-levels": frame().set_axis(
        pd.MultiIndex.from_tuples([(name.title(), "" if name == "datetime" else "SPY") for name in frame()]), axis=1
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_parquet_in_every_supported_form_gives_the_canonical_table(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bars.parquet"
    TABLES[name].to_parquet(path)
    assert_canonical(read_bars(path))


def test_row_groups_and_chunks_are_put_together(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(frame())
    pq.write_table(table, tmp_path / "groups.parquet", row_group_size=4)
    feather.write_feather(table, tmp_path / "chunks.feather", chunksize=4)
    assert_canonical(read_bars(tmp_path / "groups.parquet"))
    assert_canonical(read_bars(tmp_path / "chunks.feather"))


def test_arrow_streams_are_read(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(frame())
    path = tmp_path / "bars.arrows"
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)
    assert_canonical(read_bars(path))


def test_dates_and_times_of_day_as_stored_types_are_joined(tmp_path: Path) -> None:
    days = frame()["datetime"].dt.date
    clocks = frame()["datetime"].dt.time
    frame().assign(date=days, time=clocks).drop(columns="datetime").to_parquet(tmp_path / "b.parquet")
    assert_canonical(read_bars(tmp_path / "b.parquet"))


def test_bars_of_one_market_have_one_digest_whatever_the_file(tmp_path: Path) -> None:
    frame().to_parquet(tmp_path / "a.parquet")
    digests = {read_bars(put(tmp_path, name, TEXTS[name])).digest for name in ("plain.csv", "klines.json")}
    assert digests == {read_bars(tmp_path / "a.parquet").digest}


def test_content_decides_the_format_and_a_lying_suffix_is_noted(tmp_path: Path) -> None:
    frame().to_parquet(tmp_path / "bars.csv")
    bars = read_bars(tmp_path / "bars.csv")
    assert_canonical(bars)
    assert bars.notes[0] == "named .csv but read as parquet, which its content is"


@pytest.mark.parametrize("name", ["plain.csv", "lists.json", "epoch.csv"])
@pytest.mark.parametrize("column", COLUMNS[1:])  # pandas itself refuses to set `datetime`
def test_no_cell_of_the_table_can_be_changed_in_place(name: str, column: str, tmp_path: Path) -> None:
    bars = read_bars(put(tmp_path, name, TEXTS[name]))
    with pytest.raises(ValueError, match="read-only"):
        bars.table.loc[0, column] = bars.table.loc[1, column]
    assert_canonical(bars)


def test_notes_say_everything_that_was_done(tmp_path: Path) -> None:
    table = frame().assign(
        datetime=frame()["datetime"].dt.tz_localize("Europe/Berlin"), symbol="ES", open=OPEN.astype(str)
    )
    table.rename(columns={"close": "Close"}).astype({"low": "float32"}).to_parquet(tmp_path / "b.parquet")
    assert read_bars(tmp_path / "b.parquet").notes == (
        "Parquet, 6 rows",
        "columns recognized by name: 'Close' is close",
        "columns ignored: 'symbol'",
        "times carry the zone Europe/Berlin and are converted to naive UTC",
        "'open' is stored as text and read as numbers",
        "'low' is stored as float and widened to 64 bits",
    )


def test_a_missing_volume_is_zero_and_said_unless_it_is_needed(tmp_path: Path) -> None:
    path = put(tmp_path, "b.csv", csv_text(frame().drop(columns="volume")))
    bars = read_bars(path)
    assert not bars.has_volume
    assert not bars.table["volume"].any()
    assert "no volume column: volume is filled with 0.0" in bars.notes
    assert "no volume column, and this strategy needs one" in refusal(path, volume_needed=True)


def test_gaps_and_the_interval_come_from_the_times(tmp_path: Path) -> None:
    bars = read_bars(put(tmp_path, "b.csv", csv_text(frame().drop(index=[2, 3]))))
    assert bars.interval_s == 600
    assert [(gap.row, gap.missing) for gap in bars.gaps] == [(2, 2)]


def test_short_rows_are_accepted_when_what_they_lack_is_not_needed(tmp_path: Path) -> None:
    lines = [KLINE_HEADER, *KLINE_LINES[:4], "", *[",".join(line.split(",")[:6]) for line in KLINE_LINES[4:]]]
    bars = read_bars(put(tmp_path, "b.csv", "\n".join(lines)))
    assert_canonical(bars)
    assert any("2 rows lack their last columns" in note for note in bars.notes)
    empty = [KLINE_HEADER, *[",".join(line.split(",")[:6]) + ",,,,,," for line in KLINE_LINES]]
    assert_canonical(read_bars(put(tmp_path, "e.csv", "\n".join(empty))))


def test_short_rows_are_found_beyond_the_first_block_of_a_long_file(tmp_path: Path) -> None:
    rows = 60_000  # several times the megabyte that Arrow parses at once
    lines = ["t,o,h,l,c,v,x", *[f"{1_700_000_000 + 60 * i},1.5,2.5,0.5,1.25,10,1" for i in range(rows)]]
    lines[50_001] = lines[50_001].removesuffix(",1")
    assert len(read_bars(put(tmp_path, "a.csv", "\n".join(lines)))) == rows
    lines[50_001] = lines[50_001].removesuffix(",1.25,10")
    assert ", row 50,001 (line 50,002): 'c' is empty" in refusal(put(tmp_path, "b.csv", "\n".join(lines)))


HEADER = "date,open,high,low,close,volume"
GOOD = [f"2024-01-31 12:{10 * i:02}:00,10.0,11.0,9.0,10.5,{i}" for i in range(5)]


def with_row(row: str) -> str:
    return "\n".join([HEADER, *GOOD[:2], "", row, *GOOD[3:]])


REFUSED_TEXTS = {
    "empty": ("", "the file is empty (0 bytes)"),
    "blank": (" \n\n", "no text in it"),
    "header-only": (HEADER + "\n", "holds no bars"),
    "one-bar": (f"{HEADER}\n{GOOD[0]}", "one bar, which has no interval"),
    "no-header-no-form": ("1706702400,1,1,1,1,1,1\n" * 3, "the rows have 7 columns"),
    "one-column": ("close\n1\n2", "no comma, semicolon, tab or bar"),
    "missing-column": ("date,open,high,close\n2024-01-31,1,1,1", "no column is the low (found 'date', 'open'"),
    "text-price": (with_row("2024-01-31 12:20:00,10,11,n/a,10,1"), ", row 3 (line 5): 'low' is 'n/a', not a number"),
    "empty-price": (with_row("2024-01-31 12:20:00,10,,9,10,1"), ", row 3 (line 5): 'high' is empty"),
    "nan-price": (with_row("2024-01-31 12:20:00,10,11,9,nan,1"), ", row 3 (line 5): 'close' is nan, no finite"),
    "inf-price": (with_row("2024-01-31 12:20:00,10,inf,9,10,1"), ", row 3 (line 5): 'high' is inf, no finite"),
    "zero-price": (with_row("2024-01-31 12:20:00,10,11,0,10,1"), ", row 3 (line 5): 'low' is 0.0, not above zero"),
    "comma-decimals": (
        HEADER.replace(",", ";") + "\n2024-01-31;1,5;2;1;1;1\n" * 2,
        "'1,5', with a comma in the number",
    ),
    "high-low": (with_row("2024-01-31 12:20:00,10,8,9,10,1"), ", row 3 (line 5): 'high' 8.0 is below 'low' 9.0"),
    "outside": (with_row("2024-01-31 12:20:00,10,11,9,11.5,1"), "(line 5): 'high' 11.0 is below 'close' 11.5"),
    "negative-volume": (with_row("2024-01-31 12:20:00,10,11,9,10,-1"), "(line 5): 'volume' is -1.0, below zero"),
    "duplicate": (
        with_row("2024-01-31 12:10:00,10,11,9,10,1"),
        ", row 3 (line 5): the time 2024-01-31 12:10:00 is the",
    ),
    "backward": (
        with_row("2024-01-31 12:05:00,10,11,9,10,1"),
        ", row 3 (line 5): the time 2024-01-31 12:05:00 is earl",
    ),
    "bad-time": (with_row("soon,10,11,9,10,1"), ", row 3 (line 5): 'date' is 'soon', not a time like row 1"),
    "swapped": (
        "\n".join([HEADER.replace("high,low", "low,high"), *GOOD]),
        "'low' is the highest and 'high' the lowest",
    ),
    "bitfinex-order": ("\n".join(f"{1_706_702_400 + i},10,10.5,11,9,1" for i in range(4)), "columns look out of order"),
    "short-header": (
        "\n".join(["date,open,high,low,close", "", *GOOD]),
        ", row 1 (line 3): there are 5 names ('date', 'open', 'high', 'low', 'close') for 6 fields",
    ),
    "long-row": (with_row(GOOD[2] + ",1"), ", row 3 (line 5): there are 6 names"),
    "torn-row": ("\n".join([HEADER, *GOOD, "2024-01-31 12:50:00,10.0,1"]), ", row 6 (line 7): 'low' is empty"),
    "not-json": ("[[1706702400, 1, 2, 1, 1], [17067", "not valid JSON"),
    "json-object": ('{"open": [1]}', "the JSON document is an object (with 'open')"),
    "json-error": ('{"error": ["EQuery:Unknown asset pair"], "result": {}}', "holds no list of rows"),
    "json-two-lists": ('{"a": [[1, 2]], "b": {"c": [[1, 2]]}}', "several lists of rows ('a', 'b.c'); keep one"),
    "json-line": ('{"t": 1, "o": 1}\n{"t": 2, "o"\n{"t": 3}', ", row 2: the line is not valid JSON"),
    "symbols": (
        "date,open,high,low,close,symbol\n2024-01-31,1,1,1,1,AA\n2024-02-01,1,1,1,1,BB",
        "the file holds 2 instruments ('AA', 'BB' in 'symbol'); keep one of them",
    ),
    "counted": (
        "Index,Begin,open,high,low,close\n0,2024-01-31,1,1,1,1\n1,2024-02-01,1,1,1,1",
        "'Index' counts the rows (also found: 'Begin')",
    ),
    "several-bad-rows": (  # of four, the first three are shown
        "\n".join([HEADER, GOOD[0], *[f"2024-01-31 12:{m}:00,10,8,9,10,1" for m in (10, 20, 30, 40)]]),
        "correct the row (4 rows are like this; the next: row 3 (line 4), row 4 (line 5))",
    ),
    "row-below-a-quoted-break": (
        f'{HEADER},remark\n{GOOD[0]},"a\nb"\n{GOOD[1]},"x"\n2024-01-31 12:20:00,10,8,9,10,1,"y"',
        ", row 3 (line 5): 'high' 8.0 is below 'low' 9.0",
    ),
    "clock-alone": ("time,open,high,low,close\n93000,1,1,1,1\n93100,1,1,1,1", "no column holds the date"),
    "empty-volume": (f"{HEADER}\n" + "\n".join(row.rpartition(",")[0] + "," for row in GOOD), "remove it"),
    "json-empty": ("[]", "the JSON list is empty"),
    "json-scalars": ("[1, 2]", "neither a list nor an object"),
    "json-ragged": ("[[1706702400, 1, 2, 1, 1], [1706702460, 1, 2, 1]]", ", row 2: its 4 values do not match the 5"),
    "json-mixed": ('[[1706702400, 1, 2, 1, 1], {"o": 1}]', ", row 2: the row is no list"),
    "json-true": (
        "[[1706702400, 1, 2, 1, 1], [1706702460, 1, 2, 1, true]]",
        ", row 2: 'close' is 'True', not a number",
    ),
    "json-null": ("[[1706702400, 1, 2, 1, 1], [1706702460, 1, 2, 1, null]]", ", row 2: 'close' is empty"),
    "json-deep": ("[" * 100_000, "not valid JSON"),
}


@pytest.mark.parametrize("name", REFUSED_TEXTS)
def test_text_is_refused_in_one_sentence_with_row_and_line(name: str, tmp_path: Path) -> None:
    text, reason = REFUSED_TEXTS[name]
    assert reason in refusal(put(tmp_path, "bars.txt", text))


REFUSED_BYTES = {
    "zip": (b"PK\x03\x04" + b"x" * 30, "zip archive"),
    "zstd": (b"\x28\xb5\x2f\xfdxxxx", "zstd"),
    "pickle": (b"\x80\x04xxxx", "never opened"),
    "binary": (b"date,open\0\0\0", "neither text nor a known format"),
    "zeros": (bytes(100), "neither text nor a known format"),
    "torn-gzip": (gzip.compress(csv_text().encode())[:-20], "the gzip data ends early"),
    "bad-gzip": (gzip.compress(csv_text().encode())[:-8] + bytes(8), "the gzip data is damaged"),
    "latin-1": ("date,öpen,high,low,close".encode("latin-1"), " (line 1): byte 0xf6 is not UTF-8"),
    "latin-1-cell": (csv_text().encode() + b"\xe9,1,1,1,1,1,1\n", " (line 8): byte 0xe9 is not UTF-8"),
    "parquet-magic-only": (b"PAR1", "truncated or damaged"),
    "arrow-magic-only": (b"ARROW1\0\0", "truncated or damaged"),
    "stream-magic-only": (b"\xff\xff\xff\xff\x10\0\0\0", "truncated or damaged"),
}


@pytest.mark.parametrize("name", REFUSED_BYTES)
def test_bytes_that_hold_no_bars_are_refused(name: str, tmp_path: Path) -> None:
    content, reason = REFUSED_BYTES[name]
    assert reason in refusal(put(tmp_path, "bars.bin", content))


@pytest.mark.parametrize("kind", ["parquet", "feather"])
@pytest.mark.parametrize("kept", [0.2, 0.6, 0.99])
def test_a_truncated_file_is_refused(kind: str, kept: float, tmp_path: Path) -> None:
    path = tmp_path / f"bars.{kind}"
    table = pa.Table.from_pandas(frame())
    pq.write_table(table, path) if kind == "parquet" else feather.write_feather(table, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert "truncated or damaged" in refusal(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"open": [None, *OPEN[1:]]}, ", row 1: 'open' is empty"),
        ({"open": ["1.0", "x", *["2"] * 4]}, ", row 2: 'open' is 'x', not a number"),
        ({"open": [True] * 6}, "column 'open' holds bool values"),
        ({"open": [[1.0]] * 6}, "column 'open' holds list"),
        ({"high": LOW, "low": HIGH}, "'low' is the highest and 'high' the lowest"),
        ({"datetime": [dt.timedelta(1)] * 6}, "column 'datetime' holds duration"),
        ({"datetime": [*STAMPS[:5], None]}, ", row 6: 'datetime' is empty"),
        ({"time": TIME_MS + 1}, "'datetime' and 'time' (epoch numbers) tell different times"),
    ],
)
def test_parquet_is_refused_with_its_row(change: dict[str, object], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "bars.parquet"
    frame().assign(**change).to_parquet(path)  # type: ignore[arg-type]
    assert reason in refusal(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "absent.csv")
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in refusal(tmp_path / "pipe")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "b.csv", csv_text())

    def deny(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", deny)  # modes mean nothing to root, which runs the tests in containers
    assert "no permission" in refusal(path)


def test_decimal_prices_are_those_of_the_same_numbers_in_text(tmp_path: Path) -> None:
    prices = [f"{0.01 * step:.4f}" for step in range(1, 400)]
    stamps = (START_MS + STEP_MS * np.arange(len(prices))).astype("datetime64[ms]")
    text = pd.DataFrame({"datetime": stamps, **dict.fromkeys(("open", "high", "low", "close"), prices)})
    numbers = text.astype(dict.fromkeys(("open", "high", "low", "close"), "float64"))
    decimals = text.astype(dict.fromkeys(("open", "high", "low", "close"), pd.ArrowDtype(pa.decimal128(18, 4))))
    text.to_csv(tmp_path / "a.csv", index=False)
    numbers.to_parquet(tmp_path / "b.parquet")
    decimals.to_parquet(tmp_path / "c.parquet")
    read = [read_bars(tmp_path / name) for name in ("a.csv", "b.parquet", "c.parquet")]
    assert len({bars.digest for bars in read}) == 1


def test_days_of_a_local_calendar_have_no_gap_where_the_clocks_change(tmp_path: Path) -> None:
    stamps = pd.date_range("2024-03-01", "2024-11-30", freq="D", tz="Europe/Berlin")
    text = pd.DataFrame({"date": stamps, **dict.fromkeys(("open", "high", "low", "close"), 1.5)})
    bars = read_bars(put(tmp_path, "days.csv", text.to_csv(index=False)))
    assert bars.interval_s == 86_400
    assert bars.gaps == ()
    holed = text.drop(index=list(range(238, 242)))  # over the change in October
    assert [gap.missing for gap in read_bars(put(tmp_path, "h.csv", holed.to_csv(index=False))).gaps] == [4]


def test_what_was_turned_round_is_said_and_blamed_by_its_own_row(tmp_path: Path) -> None:
    bars = read_bars(put(tmp_path, "a.csv", csv_text(frame().iloc[::-1])))
    assert any("turned round" in note for note in bars.notes)
    broken = frame().iloc[::-1].reset_index(drop=True)
    broken.loc[1, "high"] = 1.0
    assert ", row 2 (line 3): 'high' 1.0" in refusal(put(tmp_path, "b.csv", csv_text(broken)))


def test_several_volumes_are_refused_only_where_one_is_needed(tmp_path: Path) -> None:
    table = frame().rename(columns={"volume": "Volume BTC"}).assign(**{"Volume USD": VOLUME})
    path = put(tmp_path, "a.csv", csv_text(table))
    bars = read_bars(path)
    assert not bars.has_volume
    assert any("could each be the volume" in note for note in bars.notes)
    assert "could each be the volume, and this strategy needs one" in refusal(path, volume_needed=True)


def test_another_order_of_columns_without_names_is_said(tmp_path: Path) -> None:
    bars = read_bars(put(tmp_path, "a.json", TEXTS["coinbase-lists.json"]))
    assert "the prices fit only the order time, low, high, open, close, as Coinbase answers" in bars.notes


def test_ways_out_fit_what_the_file_is(tmp_path: Path) -> None:
    eight = json.dumps([[*row[:6], 1, 2] for row in KLINES])
    assert "write each row as an object that names its values" in refusal(put(tmp_path, "a.json", eight))
    without_times = frame().drop(columns="datetime").to_json(orient="records")
    assert "write the times beside the prices" in refusal(put(tmp_path, "b.json", without_times))
    two = pd.concat([frame(), frame().assign(open=OPEN + 1, high=HIGH + 1)])
    by_time = refusal(put(tmp_path, "c.csv", csv_text(two.sort_values("datetime"))))
    assert ", row 2 (line 3): " in by_time
    assert "with other prices; keep the bars of one instrument" in by_time
    assert "keep the bars of one instrument, and sort" in refusal(put(tmp_path, "d.csv", csv_text(two)))
    twice = refusal(put(tmp_path, "e.csv", csv_text(frame().loc[[0, 1, 1, 2, 3]])))
    assert "instrument" not in twice
    assert "keep one row for each time" in twice


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"open": [f"${price}" for price in OPEN]}, "'open' is '$10.0', not a number; write plain numbers"),
        ({"volume": ["5K"] * ROWS}, "'volume' is '5K', not a number; write plain numbers, as in 1234.5, without"),
        ({"volume": ["5K"] * ROWS}, "or remove the column (6 rows are like this"),
        ({"datetime": [45322.5 + day / 8 for day in range(ROWS)]}, "write times as 2024-01-31 12:00:00"),
        (
            {"datetime": [*map(str, STAMPS[:5]), "Total"]},
            ".000'); correct or remove the row",
        ),
    ],
)
def test_what_is_wrong_everywhere_is_not_to_be_removed(change: dict[str, object], reason: str, tmp_path: Path) -> None:
    assert reason in refusal(put(tmp_path, "b.csv", csv_text(frame().assign(**change))))  # type: ignore[arg-type]
