"""What findings say where it depends on the figures."""

from dataclasses import replace

import pytest

from harness.findings.case import case_of
from harness.findings.finding import Finding
from harness.findings.registry import find
from harness.findings.words import counted, listed
from harness.profile.facts import Profile
from tests.findings.cases import growing, history_read, idle, in_turns, leak, line, spawned, threads
from tests.findings.studies import study, with_ledger, with_trials
from tests.profiles import fake_stacks


def only(profile: Profile, key: str) -> Finding:
    return next(finding for finding in find(profile) if finding.rule == key)


def test_history_is_told_from_a_leak() -> None:
    history, leaking = only(leak(history_mib=1.9), "memory-grows"), only(leak(history_mib=0.5), "memory-grows")
    assert "Optuna's own trial history" in history.title
    assert "Optuna's own trial history" not in leaking.title
    assert history.ceiling_bytes == pytest.approx(120 * 2 * 2**20)
    assert leaking.ceiling_bytes == pytest.approx(120 * 1.5 * 2**20)


def test_a_growing_sampler_is_drawn_out_to_ten_times_the_trials() -> None:
    finding = only(growing(0.2), "sampler-grows")
    assert "trial 2,000 spends 1.9" in finding.evidence[1]


def test_short_lived_processes_and_long_ones_get_other_remedies() -> None:
    assert "a pool of workers" in only(in_turns(), "workers-start-up").remedy
    assert "forkserver" in only(spawned(), "workers-start-up").remedy


def test_idle_workers_are_told_when_they_idle() -> None:
    early, late = only(idle(early_s=6.0), "workers-idle"), only(idle(late_s=6.0, early_s=0.0), "workers-idle")
    gaps = only(with_ledger(study(workers=4, trials=200), idle_share=0.3), "workers-idle")
    assert len({early.remedy, late.remedy, gaps.remedy}) == 3
    assert "after their last trial" in early.evidence[0]
    assert "before" not in early.evidence[0]
    assert "first trial" in late.evidence[0]
    assert "between trials" in gaps.evidence[0]


def test_a_line_met_in_two_spans_is_one_finding() -> None:
    pieces = (line(share=0.5), line(share=0.2, span="objective"))
    profile = study(stacks=fake_stacks(hot_lines=pieces, samples=1000))
    (finding,) = [one for one in find(profile) if one.rule == "row-callback"]
    assert finding.ceiling_share == pytest.approx(0.7, rel=0.01)
    assert "700 of 1,000 stack samples" in finding.evidence[1]
    assert finding.where == "strategy.py:42"


def test_threads_are_told_with_what_they_wait_for() -> None:
    finding = only(threads(9, cpu_s=0.2, cores=2.0), "threads-share-interpreter")
    assert finding.title.startswith("9 threads take turns")
    assert finding.ceiling_share == pytest.approx(0.5)
    assert "(89 %)" in finding.evidence[2]


def test_counts_and_lists() -> None:
    assert [counted(1, "thread"), counted(9, "thread"), counted(2, "process", "processes")] == [
        "1 thread",
        "9 threads",
        "2 processes",
    ]
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize("rule", ["history-read-again", "sampler-grows"])
def test_growth_is_a_ceiling_of_wall_on_a_busy_machine_too(rule: str) -> None:
    """CPU that waits for its core four times as long costs five times as much wall."""
    quiet = history_read(0.1) if rule == "history-read-again" else growing(0.2)
    span = "storage" if rule == "history-read-again" else "suggest"
    columns = quiet.trials.spans[span]
    busy = with_trials(quiet, spans={**quiet.trials.spans, span: replace(columns, wall_s=5 * columns.cpu_s)})
    idle_s, busy_s = (only(profile, rule).ceiling_s_per_trial for profile in (quiet, busy))
    assert idle_s is not None
    assert busy_s is not None
    assert busy_s == pytest.approx(min(5 * idle_s, whole_s(busy)))


def whole_s(profile: Profile) -> float:
    whole = case_of(profile).whole
    assert whole is not None
    return whole.s_per_trial
