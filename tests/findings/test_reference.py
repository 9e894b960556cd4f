"""The reference workload: what must be found in it as found, in this order of size, and not in it mended.

The record is the committed one of `harness reproduce`, which has neither stack samples nor counts of storage calls: the
slope's line is given the time that its span is known to be, and the calls are those that the workload makes.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.findings.registry import find
from harness.profile.build import build
from harness.profile.facts import HotLine, Part, Profile
from tests.profiles import fake_stacks

RUNS = Path(__file__).parents[2] / "reports" / "reference" / "records" / "runs"
THREE = ("row-callback", "threads-share-interpreter", "many-attributes")
INDICATORS = "indicators"  # the span that is the slope's rolling.apply line, all but a thousandth


def runs(words: str) -> list[Path]:
    found = sorted(RUNS.glob(f"*{words}*"))
    assert found, f"no run {words!r} in the committed report"
    return found


def part(profile: Profile, name: str) -> Part:
    assert profile.ledger is not None
    return next(part for part in profile.ledger.parts if part.name == name)


def with_stacks_and_calls(profile: Profile, callback: str | None, attributes: float) -> Profile:
    """The record with what `harness run` adds to it."""
    assert profile.ledger is not None
    slope = part(profile, INDICATORS)
    line = HotLine(
        span=INDICATORS,
        file="as_found.py",
        line=41,
        function="indicators",
        share=slope.wall_s_per_trial / profile.ledger.wall_s_per_trial,
        s_per_trial=slope.wall_s_per_trial,
        callback=callback,
    )
    others = part(profile, "storage").calls_per_trial - attributes
    calls = (("set_trial_user_attr", attributes), ("set_trial_param", others))
    return replace(
        profile, stacks=fake_stacks(hot_lines=(line,)), ledger=replace(profile.ledger, storage_calls_per_trial=calls)
    )


def on_the_large_set(threads: Profile, one_thread: Profile) -> Profile:
    """Nine threads on the large set, which took too long to be committed: its line's time from one thread's run."""
    more = part(one_thread, INDICATORS)
    less = part(threads, INDICATORS)
    assert threads.ledger is not None
    assert more.cpu_s_per_trial is not None
    assert less.cpu_s_per_trial is not None
    extra_s = more.cpu_s_per_trial - less.cpu_s_per_trial
    workers = threads.processes[0].threads
    grown = replace(
        less,
        wall_s_per_trial=less.wall_s_per_trial + extra_s * workers,
        cpu_s_per_trial=more.cpu_s_per_trial,
    )
    ledger, count = threads.ledger, len(threads.trials)
    process = threads.processes[0]
    assert process.last_trial_s is not None
    assert ledger.waiting is not None
    waited_s = extra_s * (workers - 1)
    return replace(
        threads,
        trials=replace(threads.trials, cpu_s=threads.trials.cpu_s + extra_s),
        processes=(
            replace(
                process,
                last_trial_s=process.last_trial_s + extra_s * count,
                busy_s=process.busy_s + extra_s * workers * count,
            ),
        ),
        ledger=replace(
            ledger,
            parts=tuple(grown if one.name == INDICATORS else one for one in ledger.parts),
            wall_s_per_trial=ledger.wall_s_per_trial + extra_s * workers,
            cpu_s_per_trial=(ledger.cpu_s_per_trial or 0.0) + extra_s,
            span_s=ledger.span_s + extra_s * count,
            waiting=replace(
                ledger.waiting,
                total_s=ledger.waiting.total_s + waited_s,
                gil_s=ledger.waiting.gil_s + waited_s,
            ),
        ),
    )


@pytest.fixture(scope="module")
def nine_threads() -> Profile:
    return build(runs("as-found--nine-threads")[0])


def test_as_found_on_the_large_set_the_three_are_named_in_order(nine_threads: Profile) -> None:
    large = on_the_large_set(nine_threads, build(runs("real--as-found--one-thread")[0]))
    found = find(with_stacks_and_calls(large, "rolling.apply calls regression_slope() for each row", 110))
    assert tuple(finding.rule for finding in found)[:3] == THREE
    assert found[0].where == "as_found.py:41"
    assert found[0].ceiling_share is not None
    assert found[0].ceiling_share > 0.9


def test_as_found_on_the_small_set_the_three_are_named(nine_threads: Profile) -> None:
    found = find(with_stacks_and_calls(nine_threads, "rolling.apply calls regression_slope() for each row", 110))
    assert {finding.rule for finding in found} == set(THREE)


def test_threads_on_two_cores_can_win_half(nine_threads: Profile) -> None:
    finding = next(one for one in find(nine_threads) if one.rule == THREE[1])
    assert finding.ceiling_share == pytest.approx(0.5, abs=0.05)
    assert finding.lever == "processes"


@pytest.mark.parametrize("folder", runs("real--as-found--one-thread"))
def test_with_one_thread_there_are_no_threads_to_tell(folder: Path) -> None:
    assert THREE[1] not in [finding.rule for finding in find(build(folder))]


@pytest.mark.parametrize("folder", runs("mended"), ids=lambda folder: folder.name[-6:])
def test_mended_none_of_the_three_is_told(folder: Path) -> None:
    profile = build(folder)
    assert find(profile) == ()
    assert part(profile, "storage").calls_per_trial < 110
