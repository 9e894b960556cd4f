import pytest

from harness.findings.proof import proof
from harness.findings.registry import find
from harness.findings.verdict import verdict
from harness.model.record import Origin
from tests.findings.cases import FAULTS, Case, line, spans
from tests.findings.studies import study, with_ledger
from tests.profiles import fake_stacks


def test_a_sound_study_is_told_so_with_its_heaviest_line() -> None:
    profile = study(stacks=fake_stacks(hot_lines=(line(callback=None, share=0.9),)))
    told = verdict(profile, find(profile))
    assert told == (
        "Nothing worth doing: 95 % of a trial is your objective's own code, 90 % in strategy.py:42 (indicators)"
    )


def test_a_line_below_half_is_not_named() -> None:
    profile = study(stacks=fake_stacks(hot_lines=(line(callback=None, share=0.4),)))
    assert verdict(profile, find(profile)).endswith("your objective's own code")


def test_a_trial_that_is_not_the_objective_is_not_called_its_own() -> None:
    profile = study(spans(suggest=(0.6, 0.6)))
    told = verdict(profile, find(profile))
    assert told.startswith("Nothing worth doing: a trial takes 797 ms, 75 % of it the sampler")


def test_the_largest_finding_is_the_headline() -> None:
    profile = study(spans(gc=(0.05, 0.05)), stacks=fake_stacks(hot_lines=(line(share=0.5),)))
    found = find(profile)
    assert [finding.rule for finding in found] == ["row-callback", "gc-in-trials"]
    told = verdict(profile, found)
    assert told.startswith(found[0].title)
    assert told.endswith("; 1 more finding")


def test_a_history_does_not_claim_what_it_cannot_see() -> None:
    profile = study(origin=Origin.HISTORY.value)
    assert "as far as a study's history shows" in verdict(profile, find(profile))


def test_without_a_trial_there_is_nothing_to_judge() -> None:
    assert verdict(study(ledger=None), ()) == "No trial finished: there is nothing to judge"


@pytest.mark.parametrize("case", [case for cases in FAULTS.values() for case in cases])
def test_every_verdict_is_one_sentence_without_missing_numbers(case: Case) -> None:
    profile = case()
    told = verdict(profile, find(profile))
    assert "None" not in told
    assert "\n" not in told
    assert not told.endswith(".")
    assert not told.startswith("Nothing")


def test_memory_alone_is_told_in_bytes() -> None:
    profile = FAULTS["memory-grows"][0]()
    told = verdict(profile, find(profile))
    assert "MiB to be saved" in told


def test_the_saving_is_said_once() -> None:
    profile = FAULTS["row-callback"][0]()
    assert verdict(profile, find(profile)).count("%") == 1


def test_an_objective_that_waits_is_not_said_to_compute() -> None:
    profile = study({"other": (1.0, 0.1)})
    assert verdict(profile, find(profile)).endswith("and 900 ms of it waits (sleep, input and output, another process)")


def test_one_trial_that_took_most_of_the_time_is_named() -> None:
    profile = with_ledger(study(trials=10), longest_wall_s=1.5)
    assert verdict(profile, find(profile)).endswith("; one trial alone took 1.50 s of 1.99 s")
    few = with_ledger(study(trials=4), longest_wall_s=0.5)
    assert "alone" not in verdict(few, find(few))


def test_a_historys_command_names_the_study_where_it_was_named() -> None:
    typed = ("harness", "study", "sqlite:///all.db", "--name", "third")
    assert proof(study(origin=Origin.HISTORY.value, command=typed)) == "harness study sqlite:///all.db --name third"
