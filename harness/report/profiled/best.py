"""What a study has found so far, in words: its best values, their trials and parameters, and its Pareto front."""

from collections.abc import Iterator
from math import isfinite

from harness.profile.best import BestTrial, StudyBest
from harness.profile.facts import Profile
from harness.report.profiled.summary import BestLine
from harness.report.profiled.words import plural
from harness.units import count_text, percent_text, printable, seconds_text

_PARAMETERS = 8  # named in a sentence; the rest are in the JSON
_DIGITS = 6
_WIDEST = 40  # characters of a parameter's value


def best_sentences(profile: Profile) -> Iterator[str]:
    """One for each study, as far as they were looked at; none for a record without any trial."""
    if len(profile.trials) == 0:
        return
    for found in profile.best:
        study = profile.studies[found.study]
        of = f" of {printable(study.name)}" if len(profile.studies) > 1 else ""
        yield _sentence(found, study.directions, of, is_timed=not profile.slowing)


def _sentence(found: StudyBest, directions: tuple[str, ...], of: str, *, is_timed: bool = True) -> str:
    ways = ", ".join(printable(direction) for direction in directions)
    broken = f"; {plural(found.infeasible, 'trial')} broke a constraint" if found.infeasible else ""
    if not found.trials:
        feasible = "no trial completed" if not found.infeasible else "no trial completed without breaking a constraint"
        return f"Best value{of} ({ways}): none yet, {feasible}."
    if len(directions) == 1:
        best = found.trials[0]
        when = _when(best, is_timed=is_timed)
        return f"Best value{of}: {number_text(best.value)} ({ways}), {when}{_parameters(best)}{broken}."
    each = "; ".join(
        f"{number_text(best.value)} for objective {best.objective + 1} ({best.direction}), "
        f"{_when(best, is_timed=is_timed)}"
        for best in found.trials
    )
    front = (
        ""
        if found.front is None
        else f"; {plural(found.front, 'trial')} of {count_text(found.completed)} on the Pareto front"
    )
    return f"Best values{of}: {each}{front}{broken}."


def number_text(value: float | str) -> str:
    """A value of the user's own, which may be of any size."""
    return value if isinstance(value, str) else f"{value:.{_DIGITS}g}"


def _when(best: BestTrial, *, is_timed: bool) -> str:
    if not is_timed:
        return f"trial {best.number}"
    return (
        f"trial {best.number}, found {seconds_text(best.found_s)} after the first trial began, when "
        f"{percent_text(best.of_trials)} of the trials had ended"
    )


def _parameters(best: BestTrial) -> str:
    if not best.params:
        return ""
    named = [f"{printable(name)} = {_value(value)}" for name, value in best.params[:_PARAMETERS]]
    more = len(best.params) - _PARAMETERS
    return f"; {', '.join(named)}" + (f" and {count_text(more)} more" if more > 0 else "")


def _value(value: object) -> str:
    if isinstance(value, float):
        return number_text(value)
    text = printable(str(value))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def best_lines(profile: Profile, study: int) -> tuple[BestLine, ...]:
    """The best trials of one study as values."""
    return tuple(
        BestLine(
            objective=best.objective + 1,
            direction=printable(best.direction),
            value=best.value if isfinite(best.value) else str(best.value),
            trial=best.number,
            found_s=best.found_s,
            trials_share=best.of_trials,
            params=tuple((printable(name), _plain(value)) for name, value in best.params),
        )
        for found in profile.best
        if found.study == study
        for best in found.trials
    )


def _plain(value: object) -> str | int | float | bool | None:
    is_plain = value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    return value if is_plain else printable(str(value))  # type: ignore[return-value]
