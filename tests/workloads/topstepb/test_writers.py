from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import DataError, InputError
from harness.workloads.topstepb.bars import COLUMNS, Bars
from harness.workloads.topstepb.readers import read_bars, write_bars

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".feather", ".arrow")


def make(prices: list[float], *, start_ms: int = 0, has_volume: bool = True) -> Bars:
    time_ms = start_ms + 60_000 * np.arange(len(prices), dtype=np.int64)
    price = np.array(prices)
    volume = np.sqrt(price) if has_volume else np.zeros(len(prices))
    columns = (time_ms.astype("datetime64[ms]"), price, price * 1.1, price / 1.1, price, volume, time_ms)
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return Bars(table=table, interval_s=60, name="made", has_volume=has_volume)


@settings(deadline=None, max_examples=30)
@given(
    prices=st.lists(st.floats(1e-9, 1e9), min_size=2, max_size=5),
    start_ms=st.integers(-(10**12), 3 * 10**12),
    suffix=st.sampled_from(SUFFIXES),
)
def test_what_is_written_reads_back_bit_for_bit(
    prices: list[float], start_ms: int, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bars") / f"bars{suffix}"
    bars = make(prices, start_ms=start_ms)
    write_bars(bars, path)
    assert read_bars(path).digest == bars.digest


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_bars_without_volume_stay_without_volume(suffix: str, tmp_path: Path) -> None:
    bars = make([1.0, 2.0], has_volume=False)
    write_bars(bars, tmp_path / f"b{suffix}")
    again = read_bars(tmp_path / f"b{suffix}")
    assert not again.has_volume
    assert again.digest == bars.digest


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_bars_are_written_as_equal_bytes(suffix: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_bars(make([1.0, 2.0]), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_parquet_has_the_canonical_columns_in_snappy(tmp_path: Path) -> None:
    write_bars(make([1.0, 2.0]), tmp_path / "b.parquet")
    file = pq.ParquetFile(tmp_path / "b.parquet")
    assert tuple(file.schema_arrow.names) == COLUMNS
    assert {file.metadata.row_group(0).column(i).compression for i in range(7)} == {"SNAPPY"}


def test_a_damaged_page_that_would_read_as_other_prices_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    write_bars(make(np.random.default_rng(1).uniform(1, 2, 500).tolist()), path)
    chunk = pq.ParquetFile(path).metadata.row_group(0).column(COLUMNS.index("open"))
    content = bytearray(path.read_bytes())
    content[chunk.dictionary_page_offset + chunk.total_compressed_size // 2] ^= 1
    path.write_bytes(content)
    assert pq.read_table(path).num_rows == 500  # without the checksum nobody would notice
    with pytest.raises(DataError, match="truncated or damaged"):
        read_bars(path)


def test_packed_text_holds_no_time_and_no_name(tmp_path: Path) -> None:
    write_bars(make([1.0, 2.0]), tmp_path / "b.csv.gz")
    content = (tmp_path / "b.csv.gz").read_bytes()
    assert content[3] & 0b1000 == 0  # RFC 1952: FLG.FNAME
    assert content[4:8] == bytes(4)  # MTIME


def test_an_existing_file_is_kept_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("precious")
    with pytest.raises(InputError, match="exists already"):
        write_bars(make([1.0, 2.0]), path)
    assert path.read_text() == "precious"
    write_bars(make([1.0, 2.0]), path, overwrite=True)
    assert len(read_bars(path)) == 2


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.parquet"
    path.write_text("precious")

    def fill_the_disk(table: object, file: object, **_: object) -> None:
        file.write(b"half of it")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", fill_the_disk)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_bars(make([1.0, 2.0]), path, overwrite=True)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("b.xlsx", "bars are written as .parquet"),
        ("b.json", "bars are written as .parquet"),
        ("folder.csv", "is a directory"),
        ("absent/b.csv", "cannot be written: No such file"),
        ("file/b.csv", "cannot be written: Not a directory"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=reason):
        write_bars(make([1.0, 2.0]), tmp_path / name)
