"""Numbers are printed with sensible digits, and text from elsewhere is made printable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.units import (
    bytes_text,
    count_text,
    parse_share,
    percent_text,
    printable,
    range_text,
    ratio_text,
    seconds_scale,
    seconds_text,
    significant,
    time_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 s"),
        (1050, "1,050 s"),
        (7199.0, "7,199 s"),
        (7200.0, "2.00 h"),
        (15_394.0, "4.28 h"),
        (275, "275 s"),
        (21.385, "21.4 s"),
        (0.9996, "1.00 s"),
        (0.31, "310 ms"),
        (0.031, "31.0 ms"),
        (2.48e-5, "24.8 µs"),
        (1.2e-8, "12.0 ns"),
        (-0.5, "-500 ms"),
    ],
)
def test_a_duration_has_three_digits_in_the_unit_that_suits_it(value: float, text: str) -> None:
    assert seconds_text(value) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0 B"), (512, "512 B"), (1024, "1.00 KiB"), (14715792, "14.0 MiB")])
def test_a_size_is_in_binary_units(value: int, text: str) -> None:
    assert bytes_text(value) == text


def test_a_rounding_that_adds_a_digit_keeps_three() -> None:
    assert significant(9.999) == "10.0"
    assert significant(0.09999) == "0.100"


def test_bounds_are_printed_to_the_last_digit_of_the_value() -> None:
    assert range_text(20.14, 21.4, 22.66, seconds_scale(21.4)) == "20.1 – 22.7 s"
    assert range_text(0.9, 1.1, 1.3, seconds_scale(1.1)) == "0.90 – 1.30 s"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0004, "< 0.1 %"),
        (0.05, "5.0 %"),
        (0.97, "97 %"),
        (0.995, "99.5 %"),
        (0.9999, "> 99.9 %"),
        (1, "100 %"),
    ],
)
def test_almost_all_is_not_shown_as_all(share: float, text: str) -> None:
    assert percent_text(share) == text


def test_counts_and_ratios_are_separated_in_thousands() -> None:
    assert (count_text(262782), count_text(2.5), ratio_text(13.75), ratio_text(2482.4)) == (
        "262,782",
        "2.50",
        "13.8×",
        "2,482×",
    )


def test_a_moment_is_in_utc() -> None:
    assert time_text(0) == "1970-01-01 00:00 UTC"


@given(st.floats(min_value=1e-8, max_value=1e8))
def test_a_printed_number_is_within_half_a_percent(value: float) -> None:
    assert float(significant(value).replace(",", "")) == pytest.approx(value, rel=0.006)


@given(st.text())
def test_printable_text_has_no_character_that_controls_anything(text: str) -> None:
    cleaned = printable(text)
    assert all(unicodedata.category(letter)[0] != "C" or letter == " " for letter in cleaned)
    assert printable(cleaned) == cleaned


def test_ordinary_text_stays_as_it_is() -> None:
    assert printable("BNBUSDT_10m – été 名前 $x_1$") == "BNBUSDT_10m – été 名前 $x_1$"


@pytest.mark.parametrize(
    ("text", "share"), [("10%", 0.1), (" 10 % ", 0.1), ("0.1", 0.1), ("5e-2", 0.05), ("-3%", -0.03)]
)
def test_a_share_is_read_as_people_write_it(text: str, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "%", "ten", "nan", "inf", "inf%", "1,5"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no share"):
        parse_share(text)
