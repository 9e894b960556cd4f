"""How the cost of a trial runs over the study: every trial where they are few, medians of groups where many."""

import numpy as np

from harness.profile.columns import Floats, Trials
from harness.profile.facts import Profile
from harness.report.profiled.pictures import Course, CoursePoint
from harness.units import count_text, ratio_text, seconds_text

EXACT = 320
GROUPS = 160
_FEWEST = 20  # trials from which a first and a last tenth say something
SAMPLER = "suggest"


def course(profile: Profile) -> Course | None:
    """Duration and sampler cost in the order in which trials started; None without two finished trials."""
    trials = profile.trials
    if len(trials) < 2 or profile.slowing:
        return None
    order = np.argsort(trials.started_s, kind="stable")
    duration = trials.wall_s[order]
    sampler = _sampler(trials)
    ordered = None if sampler is None else sampler[order]
    per_point = 1 if len(trials) <= EXACT else -(-len(trials) // GROUPS)
    return Course(
        statement=_statement(duration, ordered),
        note=_note(per_point),
        trials_per_point=per_point,
        durations=_points(duration, per_point),
        sampler=() if ordered is None else _points(ordered, per_point),
    )


def _sampler(trials: Trials) -> Floats | None:
    found = trials.spans.get(SAMPLER)
    return None if found is None or not np.any(found.calls) else found.wall_s


def _points(values: Floats, per_point: int) -> tuple[CoursePoint, ...]:
    points = []
    for low in range(0, len(values), per_point):
        group = values[low : low + per_point]
        tenth, middle, last = np.percentile(group, (10, 50, 90)) if per_point > 1 else (group[0],) * 3
        points.append(
            CoursePoint(
                trial=low + (len(group) - 1) / 2,
                middle_s=float(middle),
                low_s=float(tenth),
                high_s=float(last),
            )
        )
    return tuple(points)


def _statement(duration: Floats, sampler: Floats | None) -> str:
    if len(duration) < _FEWEST:
        return f"{count_text(len(duration))} trials are too few to tell a trend."
    first, last, change = _ends(duration)
    said = f"The median trial took {first} in the first tenth of the study and {last} in the last{change}"
    if sampler is None:
        return f"{said}."
    first, last, change = _ends(sampler)
    return f"{said}; of it, the sampler took {first} and {last}{change}."


def _ends(values: Floats) -> tuple[str, str, str]:
    tenth = max(len(values) // 10, 5)
    first, last = float(np.median(values[:tenth])), float(np.median(values[-tenth:]))
    change = f" ({ratio_text(last / first)})" if first > 0 else ""
    return seconds_text(first), seconds_text(last), change


def _note(per_point: int) -> str:
    if per_point == 1:
        return "Each point is a trial, in the order in which they started."
    return (
        f"Each point is the median of {count_text(per_point)} trials in the order in which they started; "
        "the band holds the middle 80 % of them."
    )
