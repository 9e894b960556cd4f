"""A cost per trial that rises with the trial's number: a line through medians of blocks, told where it surely rises."""

from dataclasses import dataclass

import numpy as np

from harness.profile.columns import Floats
from harness.profile.facts import Profile, Study
from harness.profile.rising import START_UP, line_of
from harness.stats.interval import Interval
from harness.units import range_text, seconds_scale, seconds_text

LEAST_GROWTH = 0.25  # of the cost
AHEAD = 10  # times the trials of the record: how far the line is drawn out


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A cost per trial of one study against the trial's number, as a line."""

    study: Study
    trials: int
    first_s: float  # of the first block (median)
    last_s: float  # of the last block
    last_number: int
    fixed_s: float  # of the line, at trial 0
    slope_s: Interval  # per trial
    growth_s: float  # of all trials together: what they cost beyond the line at trial 0

    @property
    def ahead(self) -> tuple[int, float]:
        """A trial as many times further on, and what the line says that it will cost."""
        number = AHEAD * (self.last_number + 1)
        return number, self.fixed_s + self.slope_s.value * number

    @property
    def per_hundred(self) -> str:
        """How much more every hundred trials, with its interval."""
        slope = self.slope_s.scaled(100.0)
        if slope.low is None or slope.high is None:
            return seconds_text(slope.value)
        bounds = range_text(slope.low, slope.value, slope.high, seconds_scale(slope.value))
        return f"{seconds_text(slope.value)} ({bounds})"


def steepest(profile: Profile, cost_s: Floats | None, least: float = LEAST_GROWTH) -> Trend | None:
    """The trend of the study whose growth costs most; None where none surely grows."""
    if cost_s is None:
        return None
    found = [trend_of(profile, index, cost_s, least) for index in range(len(profile.studies))]
    trends = [trend for trend in found if trend is not None]
    return max(trends, key=lambda trend: trend.growth_s, default=None)


def trend_of(profile: Profile, index: int, cost_s: Floats, least: float = LEAST_GROWTH) -> Trend | None:
    """The trend of one study; None where there are too few trials, no times, or no growth that is sure.

    Trials whose cost is not a number are left out.
    """
    line = line_of(profile.trials.number, np.where(profile.trials.study == index, cost_s, np.nan))
    if line is None:
        return None
    number, cost_s, slope_s = profile.trials.number[line.rows].astype(float), cost_s[line.rows], line.slope_s
    growth_s = float(np.sum(np.minimum(slope_s.value * number, cost_s)))
    if (slope_s.low or 0.0) <= 0 or growth_s < least * float(np.sum(cost_s)):
        return None
    return Trend(
        study=profile.studies[index],
        trials=len(line.rows) + START_UP,
        first_s=line.first_s,
        last_s=line.last_s,
        last_number=int(number[-1]),
        fixed_s=line.fixed_s,
        slope_s=slope_s,
        growth_s=growth_s,
    )


def cpu_of(profile: Profile, span: str) -> Floats | None:
    """CPU of a span in each trial and before it; None where no trial has it."""
    inside, before = profile.trials.spans.get(span), profile.trials.before.get(span)
    if inside is None:
        return None
    return inside.cpu_s if before is None else inside.cpu_s + np.nan_to_num(before.cpu_s)


def wall_of(profile: Profile, span: str, cpu_s: float) -> float:
    """The wall that so much of a span's CPU took: as much longer as the whole span was. Never below the CPU."""
    spans = [spans[span] for spans in (profile.trials.spans, profile.trials.before) if span in spans]
    whole_s = sum(float(np.nansum(one.cpu_s)) for one in spans)
    wall_s = sum(float(np.nansum(one.wall_s)) for one in spans)
    return cpu_s * max(wall_s / whole_s, 1.0) if whole_s > 0 else cpu_s
