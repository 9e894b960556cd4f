import pytest

from harness.workloads.topstepb.reading.columns import KLINE_NAMES, assign_roles, is_recognised
from harness.workloads.topstepb.reading.flaw import Flaw


@pytest.mark.parametrize(
    "names",
    [
        ("datetime", "open", "high", "low", "close", "volume"),
        ("Date", "Open", "High", "Low", "Close", "Volume"),
        ("Open time", "Open", "High", "Low", "Close", "Volume"),
        ("open_time", "o", "h", "l", "c", "v"),
        ("<DATE>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<TICKVOL>"),
        ("", "Open", "High", "Low", "Close", "Volume"),
        ("__index_level_0__", "open", "high", "low", "close", "Volume BTC"),
        ("Unnamed: 0", "open_price", "high_price", "low_price", "close_price", "vol"),
    ],
)
def test_common_names_get_their_roles(names: tuple[str, ...]) -> None:
    roles = assign_roles(names)
    assert (roles.times, roles.prices, roles.volume) == ((names[0],), names[1:5], names[5])
    assert roles.ignored == ()


def test_order_of_columns_does_not_matter() -> None:
    roles = assign_roles(("low", "volume", "close", "date", "high", "open"))
    assert roles.prices == ("open", "high", "low", "close")


def test_close_time_is_not_a_time_of_a_bar() -> None:
    roles = assign_roles(KLINE_NAMES)
    assert roles.times == ("open_time",)
    assert "close_time" in roles.ignored
    with pytest.raises(Flaw, match="no column is the time"):
        assign_roles([name for name in KLINE_NAMES if name != "open_time"])


def test_an_exact_volume_wins_over_other_volumes_which_are_noted() -> None:
    roles = assign_roles(("date", "open", "high", "low", "close", "Volume USDT", "Volume"))
    assert roles.volume == "Volume"
    assert any("'Volume USDT'" in note for note in roles.notes)


def test_notes_say_what_was_renamed_and_what_was_left_out() -> None:
    roles = assign_roles(("", "Open", "high", "low", "close", "symbol"))
    assert roles.notes == (
        "columns recognized by name: the unnamed column is the time, 'Open' is open",
        "columns ignored: 'symbol'",
    )


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (("date", "open", "high", "low"), "no column is the close .*found 'date', 'open', 'high', 'low'"),
        (("open", "high", "low", "close"), "no column is the time"),
        (("date", "open", "Open", "high", "low", "close"), "'open', 'Open' could each be the open"),
        (("date", "date", "open", "high", "low", "close"), "two columns have the name 'date'"),
        (("日期", "open", "high", "low", "close"), "no column is the time"),
    ],
)
def test_missing_and_ambiguous_names_are_refused(names: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Flaw, match=reason):
        assign_roles(names)


def test_a_long_list_of_names_is_cut() -> None:
    with pytest.raises(Flaw, match="and 84 more"):
        assign_roles([f"column{number}" for number in range(100)])


def test_a_number_is_not_recognised_as_a_name() -> None:
    assert is_recognised("Open time")
    assert not is_recognised("1738368000000")


def test_several_volumes_are_left_alone_and_named() -> None:
    roles = assign_roles(("date", "open", "high", "low", "close", "Volume BTC", "Volume USD"))
    assert roles.volume is None
    assert any("'Volume BTC', 'Volume USD' could each be the volume" in note for note in roles.notes)


@pytest.mark.parametrize(
    ("name", "zone"),
    [("Time (EST)", "EST"), ("Date (America/New_York)", "America/New_York"), ("Datetime [CET]", "CET")],
)
def test_a_zone_in_a_name_is_not_dropped(name: str, zone: str) -> None:
    with pytest.raises(Flaw, match=f"in the zone {zone}; convert them to UTC"):
        assign_roles((name, "open", "high", "low", "close"))


def test_a_column_that_says_when_a_bar_starts_goes_before_an_index() -> None:
    assert assign_roles(("Index", "Start Date", "open", "high", "low", "close")).times == ("Start Date",)


@pytest.mark.parametrize("names", [("Date", "('Close', 'SPY')"), ("('Date', '')", "('SPY', 'Close')")])
def test_names_in_two_levels_are_those_of_one_instrument(names: tuple[str, str]) -> None:
    close = names[1]
    rest = [close.replace("Close", role) for role in ("Open", "High", "Low")]
    assert assign_roles((names[0], close, *rest)).prices == (*rest, close)


def test_two_instruments_side_by_side_are_refused() -> None:
    names = [f"('{role}', '{ticker}')" for role in ("Open", "High", "Low", "Close") for ticker in ("QQQ", "SPY")]
    with pytest.raises(Flaw, match=r"2 instruments \('QQQ', 'SPY'\); keep one"):
        assign_roles(("Date", *names))
