"""Contract of the rules: each has studies with its fault, near misses without, and a section in docs/findings.md."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.findings.case import case_of
from harness.findings.finding import Finding
from harness.findings.places import THE_RUN
from harness.findings.registry import find, rules
from harness.profile.facts import Profile, Waiting
from tests.findings.cases import FAULTS, NEAR_MISSES, Case, line, longer, on_busy_machine, spans
from tests.findings.studies import study, with_ledger
from tests.profiles import fake_stacks

DOCS = Path(__file__).parents[2] / "docs" / "findings.md"
KEYS = [rule.key for rule in rules()]


def each(cases: dict[str, tuple[Case, ...]]) -> list[tuple[str, Case]]:
    return [(key, case) for key, given in cases.items() for case in given]


def found_by(key: str, profile: Profile) -> Finding:
    return next(finding for finding in find(profile) if finding.rule == key)


def test_every_rule_has_faults_and_near_misses() -> None:
    assert set(FAULTS) == set(KEYS)
    assert set(NEAR_MISSES) == set(KEYS)
    assert all(FAULTS.values())
    assert all(NEAR_MISSES.values())


def test_keys_are_unique_and_superseded_rules_exist() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert {key for rule in rules() for key in rule.supersedes} <= set(KEYS)


def test_every_rule_is_documented_in_the_registry_s_order() -> None:
    sections = [
        line.removeprefix("## ").strip("`") for line in DOCS.read_text().splitlines() if line.startswith("## `")
    ]
    assert sections == KEYS


def test_a_sound_study_has_no_finding() -> None:
    assert find(study()) == ()
    assert find(study(workers=4)) == ()


@pytest.mark.parametrize(("key", "case"), each(dict(FAULTS)))
def test_a_fault_is_found(key: str, case: Case) -> None:
    assert key in [finding.rule for finding in find(case())]


@pytest.mark.parametrize(("key", "case"), each(dict(NEAR_MISSES)))
def test_a_near_miss_is_not_told(key: str, case: Case) -> None:
    assert key not in [finding.rule for finding in find(case())]


@pytest.mark.parametrize(("key", "case"), each(dict(FAULTS)))
def test_trials_in_which_no_time_was_seen_are_judged(key: str, case: Case) -> None:
    """Another process worked on them, as the `optuna` command line has it: their wall here is none."""
    given = case()
    if given.ledger is not None:
        nothing = Waiting(total_s=0.0, cores_s=0.0, storage_s=0.0, gil_s=0.0, other_s=0.0)
        find(with_ledger(given, wall_s_per_trial=0.0, cpu_s_per_trial=0.0, waiting=nothing))


@pytest.mark.parametrize(("key", "case"), each(dict(FAULTS)))
def test_what_is_told_reads_as_sentences(key: str, case: Case) -> None:
    for finding in find(case()):
        assert finding.title
        assert not finding.title.endswith(".")
        for sentence in (*finding.evidence, finding.basis, finding.remedy):
            assert sentence.endswith("."), sentence
            assert "nan" not in sentence.lower().split()
            assert "None" not in sentence


@pytest.mark.parametrize(("key", "case"), each(dict(FAULTS)))
def test_no_ceiling_is_above_the_whole(key: str, case: Case) -> None:
    profile = case()
    whole = case_of(profile).whole
    assert whole is not None
    for finding in find(profile):
        if finding.ceiling_s_per_trial is not None and finding.share_of != THE_RUN:
            assert finding.ceiling_s_per_trial <= whole.s_per_trial * (1 + 1e-9)


def test_a_journal_is_not_advised_a_heartbeat_that_it_cannot_have() -> None:
    left = [replace(one, running=2) for one in study().studies]
    journal = study(studies=tuple(replace(one, storage="JournalStorage") for one in left))
    database = study(studies=tuple(replace(one, storage="RDBStorage") for one in left))
    said = {
        kind: found_by("trials-left-running", profile).remedy for kind, profile in (("j", journal), ("d", database))
    }
    assert said["j"].startswith("Set them to FAIL with `study.tell")
    assert said["d"].startswith("Give the storage a heartbeat")


def test_how_many_times_as_long_is_the_ratio_of_the_times_beside_it() -> None:
    title = found_by("trials-get-longer", longer(3.0)).title
    times, first, last = re.findall(r"[\d.]+(?= times| ms)", title)
    assert float(last) / float(first) == pytest.approx(float(times), rel=0.02)


def test_collections_are_told_with_the_line_at_which_most_of_them_run() -> None:
    collects = line(span="gc", line=6, share=0.4, samples=30, callback=None)
    other = line(span="gc", line=9, share=0.1, samples=8, callback=None)
    told = found_by("gc-in-trials", study(spans(gc=(0.2, 0.2)), stacks=fake_stacks(hot_lines=(collects, other))))
    assert told.where == "strategy.py:6"
    assert "40 % of the stack samples inside trials were in collections at strategy.py:6 (indicators)." in told.evidence
    assert "a `gc.collect()` there can go" in told.remedy
    spread = tuple(line(span="gc", line=number, samples=8, callback=None) for number in (6, 9, 12))
    assert found_by("gc-in-trials", study(spans(gc=(0.2, 0.2)), stacks=fake_stacks(hot_lines=spread))).where is None


def test_collections_that_waited_for_a_core_are_likely_their_cpu() -> None:
    """Half of a trial's wall, and a fiftieth of what it computes."""
    told = found_by("gc-in-trials", on_busy_machine(spans(gc=(0.2, 0.004))))
    assert told.ceiling_share is not None
    assert told.ceiling_share > 0.4
    assert told.likely_share is not None
    assert told.likely_share < 0.05
    assert found_by("gc-in-trials", study(spans(gc=(0.2, 0.004)))).likely_share is None


def test_a_storage_that_is_mostly_asked_is_to_be_asked_less() -> None:
    asks = line(span="storage", line=9, samples=25, share=0.3, callback=None)
    calls = {"get_best_trial": 20.6, "get_trial": 2.0, "create_new_trial": 1.0}
    reads = study(spans(storage=(0.2, 0.05)), calls=calls, stacks=fake_stacks(hot_lines=(asks,)))
    told = found_by("storage-dominates", reads)
    assert told.where == "strategy.py:9"
    assert told.lever is None
    assert "`study.best_trial`" in told.remedy
    assert "best_trial" not in found_by("storage-dominates", study(spans(storage=(0.2, 0.05)))).remedy
