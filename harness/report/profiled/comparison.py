"""Several runs side by side, each quantity over the first run's: shown, and not judged."""

from collections.abc import Iterator, Sequence

from harness.profile.facts import Profile
from harness.report.profiled.headline import NO_TRIAL, cpu_per_trial, parallelism, peak_memory, wall_per_trial
from harness.report.profiled.summary import Comparison, ComparisonRow
from harness.report.profiled.words import part_label
from harness.report.quantity import Measure, Unit, known, ratio, unknown
from harness.units import printable

WARNING = (
    "These runs are shown side by side, which is no experiment: each ran once, at another time, perhaps on other "
    "parameters. A difference here is a reason to measure, not a result."
)
PARTS = 12


def comparison(profiles: Sequence[Profile]) -> Comparison | None:
    """None for a single run."""
    if len(profiles) < 2:
        return None
    if any(profile.slowing for profile in profiles):
        return Comparison(warning=_refusal(profiles), names=_names(profiles), rows=())
    rows = tuple(_row(label, measures) for label, measures in _measures(profiles))
    return Comparison(warning=WARNING, names=_names(profiles), rows=rows)


def _refusal(profiles: Sequence[Profile]) -> str:
    """Why runs are not compared: instruments that change times make any ratio of them one of instruments."""
    named = [
        f"{name} with {' and '.join(profile.slowing) or 'neither'}"
        for name, profile in zip(_names(profiles), profiles, strict=True)
    ]
    return (
        f"These runs are not compared, because options changed their times: {', '.join(named)}. Run all of them "
        "without `--memory-lines` and `--allocations`."
    )


def _names(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """Labels where they tell the runs apart, else with the run's id."""
    labels = [printable(profile.label) for profile in profiles]
    if len(set(labels)) == len(labels):
        return tuple(labels)
    return tuple(f"{index}: {label}" for index, label in enumerate(labels, start=1))


def _row(label: str, measures: tuple[Measure, ...]) -> ComparisonRow:
    change = tuple(ratio(measure, measures[0], "over the first run") for measure in measures[1:])
    return ComparisonRow(label=label, measures=measures, change=change)


def _measures(profiles: Sequence[Profile]) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    yield "Trials", tuple(known(Unit.COUNT, float(len(profile.trials)), "finished") for profile in profiles)
    yield "Wall of a trial", tuple(wall_per_trial(profile) for profile in profiles)
    yield "CPU of a trial", tuple(cpu_per_trial(profile) for profile in profiles)
    yield "Study's wall per trial", tuple(_study_wall(profile) for profile in profiles)
    yield "Trials at a time", tuple(parallelism(profile) for profile in profiles)
    for label in _part_labels(profiles):
        yield f"Wall in {label}", tuple(_part(profile, label) for profile in profiles)
    yield "Peak memory (PSS)", tuple(peak_memory(profile) for profile in profiles)
    yield "Watching, CPU per trial", tuple(_watching(profile) for profile in profiles)


def _study_wall(profile: Profile) -> Measure:
    if profile.ledger is None:
        return unknown(Unit.SECONDS, NO_TRIAL)
    return known(Unit.SECONDS, profile.ledger.span_s / len(profile.trials), "span over trials")


def _part_labels(profiles: Sequence[Profile]) -> list[str]:
    """Labels of the parts of all runs, the largest of the first run first."""
    shares: dict[str, float] = {}
    for profile in profiles:
        ledger = profile.ledger
        if ledger is None:
            continue
        for part in ledger.parts:
            label = part_label(part, ledger, is_compared=True)
            shares[label] = max(shares.get(label, 0.0), part.wall_share)
    return sorted(shares, key=lambda label: -shares[label])[:PARTS]


def _part(profile: Profile, label: str) -> Measure:
    ledger = profile.ledger
    if ledger is None:
        return unknown(Unit.SECONDS, NO_TRIAL)
    found = [part.wall_s_per_trial for part in ledger.parts if part_label(part, ledger, is_compared=True) == label]
    return known(Unit.SECONDS, sum(found), "mean per trial") if found else unknown(Unit.SECONDS, "not in this run")


def _watching(profile: Profile) -> Measure:
    cost = profile.watching_cpu_s_per_trial
    return unknown(Unit.SECONDS, "nothing was watched") if cost is None else known(Unit.SECONDS, cost, "measured")
