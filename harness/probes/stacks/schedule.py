"""How often to look: often at first, as a run may be short, then less and less: a day's samples must stay readable."""

FULL_RATE_S = 120.0
FULL_LOOKS = 2400  # at the full rate, unless the rate was asked for
LOWEST_HZ = 1
FIRST_STRETCH_S = 1
LONGEST_STRETCH_S = 600
GROWTH = 3


def rate_after(elapsed_s: float, rate_hz: float, full_s: float = FULL_RATE_S) -> float:
    """The rate at a moment of the run: it falls as 1 / time, so that each doubling of the time adds as many samples.

    At 20 per second that is 10,000 looks in the first 40 minutes and 3,600 an hour from then on. A share of one half
    is then known to one per cent, which is what hot lines need.
    """
    if elapsed_s <= full_s:
        return rate_hz
    return max(rate_hz * full_s / elapsed_s, min(float(LOWEST_HZ), rate_hz))


def stretch_after(elapsed_s: float) -> int:
    """Seconds of the next stretch that is recorded in one file, within bounds: three times all before it.

    Each stretch starts py-spy anew, at 30 ms of CPU and more for each process: there should be few.
    """
    return round(min(max(GROWTH * elapsed_s, FIRST_STRETCH_S), LONGEST_STRETCH_S))
