"""Year: what a metric per year is counted in, days of the calendar or days of trading."""

from enum import Enum

MS_PER_DAY = 86_400_000


class Year(Enum):
    """What a metric "per year" is counted in; the value is how settings name it."""

    CALENDAR = "calendar"  # 365 days from the first to the last bar, those without bars included
    TRADING = "trading"  # 252 days that have bars, for data of sessions


CALENDAR_DAYS, TRADING_DAYS = 365.0, 252.0


def scored_days_per_year(year: Year, span_ms: tuple[int, int], scored_days: int) -> float:
    """How many days that have bars make a year, for bars on `scored_days` UTC days between two epoch times.

    In a calendar year of a market that never closes, without holes, it is 365; with weekends about 261.
    """
    match year:
        case Year.TRADING:
            return TRADING_DAYS
        case Year.CALENDAR:
            first_ms, last_ms = span_ms
            spanned = last_ms // MS_PER_DAY - first_ms // MS_PER_DAY + 1
            return CALENDAR_DAYS * scored_days / spanned


def year_note(year: Year) -> str:
    """What a report says of it."""
    match year:
        case Year.TRADING:
            return f'metrics "per year" count {TRADING_DAYS:g} days that have bars'
        case Year.CALENDAR:
            return f'metrics "per year" count {CALENDAR_DAYS:g} days of the calendar'
