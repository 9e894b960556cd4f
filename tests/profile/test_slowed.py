from dataclasses import replace

import pytest

from harness.findings.registry import find
from harness.findings.verdict import verdict
from harness.profile.slowed import slowing_of, without_times
from harness.report.profiled import Profiled, build
from harness.report.profiled.comparison import comparison
from tests.findings.cases import leak
from tests.profiles import fake_profile


def slowed(*options: str) -> Profiled:
    profile = without_times(replace(leak(), options=options, slowing=slowing_of(options)))
    found = find(profile)
    return Profiled(profile=profile, findings=found, verdict=verdict(profile, found))


def test_only_instruments_that_change_times_count() -> None:
    assert slowing_of(("--no-stacks", "--rate", "100", "--memory-lines")) == ("--memory-lines",)
    given = fake_profile()
    assert without_times(given) is given


@pytest.mark.parametrize("option", ["--memory-lines", "--allocations"])
def test_a_run_that_was_slowed_tells_its_memory_and_no_time(option: str) -> None:
    (summary,) = build([slowed(option)], "1.0").runs
    assert [finding.rule for finding in summary.findings] == ["memory-grows"]
    assert summary.headline.sentence.startswith("Memory grows by")
    assert f"no times are reported, because `{option}` changes them" in summary.headline.sentence
    assert (summary.ledger, summary.stacks, summary.timeline, summary.course) == (None, None, None, None)
    assert summary.repeated == ()
    times = [number.measure for number in summary.headline.numbers[:3]]
    assert [time.value for time in times] == [None, None, None]
    assert f"not told: {option} slowed the run" in (times[0].missing or "")
    assert option in summary.watching
    assert not any("after the first trial began" in said for said in summary.headline.statements)


def test_the_options_are_part_of_the_command_that_repeats_the_run() -> None:
    (summary,) = build([slowed("--rate", "200", "--memory-lines")], "1.0").runs
    assert summary.commands[0] == "harness run --rate 200 --memory-lines optimise.py --trials 300"


def test_a_slowed_run_is_not_compared() -> None:
    found = comparison([fake_profile(), slowed("--allocations").profile])
    assert found is not None
    assert found.rows == ()
    assert found.warning.startswith("These runs are not compared, because options changed their times")
    assert "with --allocations" in found.warning
