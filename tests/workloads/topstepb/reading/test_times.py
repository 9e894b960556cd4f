from datetime import date, datetime, time, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.timecolumns import combine
from harness.workloads.topstepb.reading.times import NO_ZONE, to_clock_ms, to_times
from harness.workloads.topstepb.reading.timetext import is_clock

NOON_MS = 1_706_702_400_000  # 2024-01-31 12:00:00 UTC
STEP_MS = 600_000


def column(*cells: object, kind: pa.DataType | None = None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, kind)])


def ms_of(*cells: object, kind: pa.DataType | None = None) -> list[int]:
    return to_times("when", column(*cells, kind=kind)).ms.tolist()


@settings(deadline=None)
@given(
    st.lists(st.integers(662_688_000_000, 4_102_444_799_999), min_size=1, max_size=5),  # 1990 could be .NET ticks
    st.sampled_from([("milliseconds", 1), ("microseconds", 10**3), ("nanoseconds", 10**6)]),
)
def test_epoch_numbers_of_any_unit_are_the_times_they_say(ms: list[int], unit: tuple[str, int]) -> None:
    times = to_times("t", column(*[value * unit[1] for value in ms]))
    assert times.ms.tolist() == ms
    assert unit[0] in times.note


@settings(deadline=None)
@given(st.lists(st.integers(631_152_000, 2_000_000_000), min_size=1, max_size=5))
def test_epoch_seconds_are_recognised(seconds: list[int]) -> None:
    assume(not all(1 <= value // 10**6 % 100 <= 12 for value in seconds))  # could be YYMMDDhhmm
    assert ms_of(*seconds) == [value * 1000 for value in seconds]
    assert ms_of(*[str(value) for value in seconds]) == [value * 1000 for value in seconds]


@settings(deadline=None)
@given(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)))
def test_iso_text_is_read_as_it_is_written(when: datetime) -> None:
    when = when.replace(microsecond=0)
    expected = [(when - datetime(1970, 1, 1)) // timedelta(milliseconds=1)]
    assert ms_of(when.isoformat()) == ms_of(when.isoformat(" ")) == ms_of(f"{when.isoformat()}Z") == expected


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31 12:00",
        " 2024-01-31T12:00:00.000 ",
        "2024-01-31 12:00:00 UTC",
        "2024-01-31 14:00:00+02:00",
        "2024-01-31 14:00:00 +0200",
        "2024.01.31 12:00",
        "2024/1/31 12:00:00",
        "20240131 120000",
        "20240131120000",
        "31.01.2024 12:00:00.000",
        "31/1/2024 12:00",
        "1/31/2024 12:00",
        "1706702400",
        "1706702400000.0",
    ],
)
def test_spellings_of_one_time(text: str) -> None:
    assert ms_of(text) == [NOON_MS]


def test_one_digit_hours_and_packed_dates_are_read() -> None:
    assert ms_of("2024-01-31 9:30", "2024-01-31 10:30") == [NOON_MS - 9_000_000, NOON_MS - 5_400_000]
    assert ms_of("20240131", "20240201") == ms_of(20240131, 20240201) == [NOON_MS - 43_200_000, NOON_MS + 43_200_000]


def test_stored_types_are_read() -> None:
    when = datetime(2024, 1, 31, 12)
    for unit in ("s", "ms", "us", "ns"):
        assert ms_of(when, kind=pa.timestamp(unit)) == [NOON_MS]
    assert ms_of(date(2024, 1, 31)) == [NOON_MS - 43_200_000]
    assert ms_of(float(NOON_MS)) == [NOON_MS]
    assert to_times("t", column("2024-01-31 12:00").dictionary_encode()).ms.tolist() == [NOON_MS]


def test_a_zone_is_converted_and_said() -> None:
    stored = column(
        datetime(2024, 1, 31, 13, tzinfo=timezone(timedelta(hours=1))), kind=pa.timestamp("us", "Europe/Berlin")
    )
    times = to_times("t", stored)
    assert times.ms.tolist() == [NOON_MS]
    assert "Europe/Berlin" in times.note
    assert to_times("t", column("2024-01-31 12:00")).note == NO_ZONE
    assert to_times("t", column("2024-01-31 12:00Z")).note == "times carry an offset and are converted to naive UTC"


@pytest.mark.parametrize(
    ("cells", "reason", "row"),
    [
        ((NOON_MS, NOON_MS // 1000), "reads as seconds while row 1 reads as milliseconds", 1),
        ((NOON_MS, NOON_MS * 1000), "reads as microseconds while row 1", 1),
        ((NOON_MS, 5), "is no epoch time while row 1", 1),
        ((0, 1, 2), "no epoch time between 1990 and 2100", 0),
        ((NOON_MS + 0.5,), "not a whole number", 0),
        ((NOON_MS, None), "is empty", 1),
        (("2024-01-31 12:00", "yesterday"), "'yesterday', not a time like row 1", 1),
        (("2024-01-31 12:00", "2024-01-31 12:10Z"), "not a time like row 1", 1),
        (("2024-02-30",), "not a time", 0),
        (("2024-01-31 12:00:00.0001",), "finer than a millisecond", 0),
        (("01/02/2024", "03/04/2024"), "either order .neither ever comes above 12", None),
        (("31/01/2024", "01/31/2024"), "either order .both come above 12", None),
        ((True,), "holds bool values, not times", None),
    ],
)
def test_what_is_no_time_is_refused_with_its_row(cells: tuple[object, ...], reason: str, row: int | None) -> None:
    with pytest.raises(Flaw, match=reason) as caught:
        to_times("when", column(*cells))
    assert caught.value.row == row


@pytest.mark.parametrize(
    ("dates", "clocks"),
    [
        (("2024-01-31", "2024-01-31"), ("12:00:00", "12:10:00")),
        (("20240131", "20240131"), ("120000", "121000")),
        (("2024.01.31", "2024.01.31"), ("1200", "1210")),
        ((date(2024, 1, 31),) * 2, (time(12, 0), time(12, 10))),
        ((datetime(2024, 1, 31),) * 2, ("12:00", "12:10")),
    ],
)
def test_a_date_and_a_time_of_day_are_joined(dates: tuple[object, ...], clocks: tuple[object, ...]) -> None:
    times = combine(("Date", "Time"), {"Date": column(*dates), "Time": column(*clocks)})
    assert times.ms.tolist() == [NOON_MS, NOON_MS + STEP_MS]
    assert "'Date' and 'Time' are joined" in times.note


def test_a_time_of_day_alone_is_refused() -> None:
    with pytest.raises(Flaw, match="'time' is a time of day"):
        combine(("time",), {"time": column("12:00", "12:10")})


def test_a_time_of_day_must_fit_a_full_time_beside_it() -> None:
    full = column("2024-01-31 12:00", "2024-01-31 12:10")
    times = combine(("date", "time"), {"date": full, "time": column("12:00", "12:10")})
    assert "'time' agrees with 'date'" in times.note
    with pytest.raises(Flaw, match="different times of day") as caught:
        combine(("date", "time"), {"date": full, "time": column("12:00", "12:20")})
    assert caught.value.row == 1


@pytest.mark.parametrize("scale", [1, 1000, 10**6])
def test_an_epoch_column_that_agrees_settles_the_zone(scale: int) -> None:
    full = column("2024-01-31 12:00", "2024-01-31 12:10")
    times = combine(("date", "unix"), {"date": full, "unix": column(NOON_MS * scale, (NOON_MS + STEP_MS) * scale)})
    assert times.ms.tolist() == [NOON_MS, NOON_MS + STEP_MS]
    assert "'unix' agrees with 'date'" in times.note
    assert NO_ZONE not in times.note


def test_days_beside_an_epoch_do_not_hide_the_epoch() -> None:
    columns = {"date": column("2024-01-31", "2024-01-31"), "unix": column(NOON_MS, NOON_MS + STEP_MS)}
    assert combine(("date", "unix"), columns).ms.tolist() == [NOON_MS, NOON_MS + STEP_MS]


def test_an_epoch_before_1990_is_believed_beside_a_date_that_agrees() -> None:
    days = np.array(["1971-01-04", "1971-01-05"], "datetime64[ms]")
    columns = {"datetime": pa.chunked_array([days]), "time": pa.chunked_array([days.astype(np.int64)])}
    assert combine(("datetime", "time"), columns).ms.tolist() == days.astype(np.int64).tolist()


def test_small_epoch_numbers_beside_a_written_time_are_no_time_of_day() -> None:
    columns = {"datetime": column("1970-01-01 00:00:01", "1970-01-01 00:00:02"), "time": column("1000", "2000")}
    assert combine(("datetime", "time"), columns).ms.tolist() == [1000, 2000]
    columns = {"datetime": column("1970-01-01 02:46:40", "1970-01-01 02:46:41"), "time": column("10000000", "10001000")}
    assert combine(("datetime", "time"), columns).ms.tolist() == [10_000_000, 10_001_000]


@pytest.mark.parametrize("other", [(NOON_MS, NOON_MS), ("2024-01-31 12:00", "2024-01-31 12:20")])
def test_columns_that_tell_different_times_are_refused(other: tuple[object, ...]) -> None:
    columns = {"datetime": column("2024-01-31 12:00", "2024-01-31 12:10"), "timestamp": column(*other)}
    with pytest.raises(Flaw, match=r"'datetime' and 'timestamp'.* different times"):
        combine(("datetime", "timestamp"), columns)


@pytest.mark.parametrize(
    ("cells", "readings"),
    [
        ([2401020000, 2401020010], "the epoch in seconds .* or YYMMDDhhmm .2024-01-02 00:00."),
        (["2401022350", "2401030000"], "YYMMDDhhmm .2024-01-02 23:50."),
        ([2024010212, 2024010213], "the epoch in seconds .* or YYYYMMDDhh .2024-01-02 12:00."),
        ([637134336000000000, 637134342000000000], "the epoch in nanoseconds .1990-.* or .NET ticks .2020-01-01 00:00"),
    ],
)
def test_two_possible_readings_are_refused_with_both_named(cells: list[object], readings: str) -> None:
    with pytest.raises(Flaw, match=readings):
        ms_of(*cells)


def test_an_epoch_that_is_no_date_in_some_row_is_the_epoch() -> None:
    assert ms_of(1701020000, 1701320000) == [1701020000_000, 1701320000_000]  # no month has 32 days


@pytest.mark.parametrize(
    "cell",
    [
        "20240131 12:00",
        "20240131  12:00:00",
        "20240131 1200",
        "202401311200",
        "20240131120000",
        "2024-01-31 12-PM",
        "2024-01-31 12:00 PM",
        "1/31/2024 12:00:00 p.m.",
        "01/31/2024 12:00PM",
        "2024-01-31  12:00:00",
    ],
)
def test_common_spellings_of_one_moment(cell: str) -> None:
    assert ms_of(cell) == [NOON_MS]


def test_half_days_begin_at_twelve() -> None:
    assert ms_of("2024-01-31 12-AM", "2024-01-31 01-AM", "2024-01-31 12-PM", "2024-01-31 11:59 PM") == [
        NOON_MS - 12 * 3_600_000,
        NOON_MS - 11 * 3_600_000,
        NOON_MS,
        NOON_MS + 11 * 3_600_000 + 59 * 60_000,
    ]


def test_a_cell_that_is_no_time_is_quoted_as_it_stands_in_the_file() -> None:
    with pytest.raises(Flaw, match="'when' is '13:00 PM'"):
        to_clock_ms("when", column("11:40 AM", "13:00 PM"))


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        ((93000, 160000), (570, 960)),
        (("93000", "160000"), (570, 960)),
        ((930, 1600), (570, 960)),
        (("9:30 AM", "04:00:00 PM"), (570, 960)),
    ],
)
def test_times_of_day_in_numbers_and_halves(cells: tuple[object, ...], minutes: tuple[int, ...]) -> None:
    assert is_clock(column(*cells))
    assert to_clock_ms("time", column(*cells)).tolist() == [minute * 60_000 for minute in minutes]


def test_a_number_that_is_no_time_of_day_is_refused() -> None:
    with pytest.raises(Flaw, match="'time' is 96000, not a time of day") as caught:
        to_clock_ms("time", column(93000, 96000))
    assert caught.value.row == 1
