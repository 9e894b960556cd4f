from dataclasses import replace

import numpy as np
import pytest

from harness.findings.proof import proof
from harness.findings.registry import find
from harness.findings.verdict import verdict
from harness.model.record import Origin, TrialState
from harness.profile.account.facts import Place, PlaceKind, RunAccount
from harness.profile.columns import STATES
from harness.profile.facts import Busy, Duplicates, HotFunction, PartKind, Profile, StackProfile
from tests.findings.cases import FAULTS, Case, line, spans, waiting_stacks
from tests.findings.studies import study, with_ledger
from tests.findings.test_finding import GOOD
from tests.profiles import fake_stacks


def function(**changes: object) -> HotFunction:
    given = HotFunction(
        file="strategy.py",
        function="indicators",
        lines=(42, 43, 44),
        share=0.9,
        s_per_trial=0.18,
        samples=1044,
        line_shares=(0.5, 0.3, 0.1),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def sampled(samples: int = 1160, **changes: object) -> StackProfile:
    return fake_stacks(hot_lines=(), functions=(function(**changes),), samples=samples)


def told(profile: Profile) -> str:
    return verdict(profile, find(profile))


def test_a_sound_study_is_told_so_with_its_heaviest_lines() -> None:
    assert told(study(stacks=sampled())) == (
        "Nothing worth doing: 95 % of a trial is your objective's own code, 90 % of 1,160 samples at strategy.py:42 "
        "and strategy.py:43 (indicators)"
    )


@pytest.mark.parametrize(
    ("stacks", "why"),
    [
        (None, "which line of it is not known without stack samples"),
        (sampled(samples=1), "too few samples (1) to name its heaviest line: run longer, or with `--rate 100`"),
        (fake_stacks(hot_lines=(), functions=()), "the samples show none of its lines"),
    ],
)
def test_without_a_heaviest_line_nothing_is_not_said_to_be_worth_doing(stacks: StackProfile | None, why: str) -> None:
    said = told(study(stacks=stacks))
    assert said.startswith("95 % of a trial is your objective's own code")
    assert why in said


def test_a_trial_that_is_not_the_objective_is_not_called_its_own() -> None:
    assert told(study(spans(suggest=(0.19, 0.19)))).startswith("49 % of a trial is the sampler")


def account(*places: Place) -> RunAccount:
    return RunAccount(wall_s=10.0, places=places, processes=(), imports=(), off_s=0.0)


def place(kind: PlaceKind, name: str, share: float, part: PartKind | None = None, where: str | None = None) -> Place:
    return Place(kind=kind, name=name, wall_s=10 * share, cpu_s=None, share=share, part=part, where=where)


def test_the_verdict_ranks_over_the_whole_run() -> None:
    objective = place(PlaceKind.TRIAL, "objective", 0.3, PartKind.OBJECTIVE)
    imports = place(PlaceKind.IMPORTS, "imports", 0.6, where="study.py:3")
    assert told(study(account=account(imports, objective))) == "60 % of the run is imports (study.py:3)"


def test_the_objective_counts_with_all_its_parts_in_the_run() -> None:
    parts = (
        place(PlaceKind.TRIAL, "backtest", 0.5, PartKind.USER),
        place(PlaceKind.TRIAL, "the rest", 0.2, PartKind.OBJECTIVE),
        place(PlaceKind.TRIAL, "sampler", 0.3, PartKind.SAMPLER),
    )
    assert told(study(account=account(*parts), stacks=sampled())).startswith(
        "Nothing worth doing: 70 % of the run is your objective's own code, 90 % of 1,160 samples at strategy.py:42"
    )


def test_a_small_or_unsure_finding_does_not_stand_above_what_the_run_is_about() -> None:
    repeats = Duplicates(trials=20, wall_s=4.0, groups=5, most=8, same=20, same_wall_s=4.0)
    said = told(study(duplicates=repeats, stacks=sampled()))
    assert said.startswith("95 % of a trial is your objective's own code, 90 % of 1,160 samples at strategy.py:42")
    assert "; less sure or smaller: 20 trials of 120 have parameters" in said


def test_a_loss_leads_whatever_else_costs() -> None:
    loss = replace(GOOD, is_loss=True)
    assert verdict(study(), (loss,)) == "One line is slow"


def test_trials_that_wait_for_other_processes_are_not_called_the_objectives_own_code() -> None:
    said = told(study({"other": (1.0, 0.1)}, stacks=replace(waiting_stacks(0.9), functions=(function(),))))
    assert "99.9 % of a trial is waiting for joblib's workers in other processes" in said
    assert "strategy.py:42 (objective); how much of that can be saved is not known" in said
    assert "own code" not in said
    compute = function(function="compute", samples=180)
    stacks = replace(waiting_stacks(0.9), functions=(function(),), elsewhere=(compute,))
    assert "(there 90 % of 200 samples at strategy.py:42" in told(study({"other": (1.0, 0.1)}, stacks=stacks))


def test_a_headline_of_a_busy_machine_says_what_still_holds() -> None:
    busy = Busy(waited_share=0.46, waited_s=0.1, used_cores=0.6, cores=2.0, pool_threads=1)
    said = told(study(stacks=sampled(), busy=busy))
    assert said.startswith("No cause found: 95 % of a trial is your objective's own code")
    assert said.endswith("no core for 46 % of a trial): shares hold, times are too long")
    assert "shares hold" in verdict(study(busy=busy), (GOOD,))


def test_the_largest_finding_is_the_headline() -> None:
    profile = study(spans(gc=(0.05, 0.05)), stacks=fake_stacks(hot_lines=(line(share=0.5),)))
    found = find(profile)
    assert [finding.rule for finding in found] == ["row-callback", "gc-in-trials"]
    told = verdict(profile, found)
    assert told.startswith(found[0].title)
    assert told.endswith("; 1 more finding")


def test_the_headline_names_the_line_once() -> None:
    profile = study(stacks=fake_stacks(hot_lines=(line(share=0.5),)))
    (found, *_) = find(profile)
    assert found.where is not None
    assert verdict(profile, [found]).count(found.where) == 1  # its title has it
    assert verdict(profile, [replace(found, title="Some of it is wasted")]).startswith(
        f"Some of it is wasted ({found.where})"
    )


def test_a_history_does_not_claim_what_it_cannot_see() -> None:
    profile = study(origin=Origin.HISTORY.value)
    assert "as far as a study's history shows" in verdict(profile, find(profile))


def ended_as(profile: Profile, state: TrialState) -> Profile:
    trials = replace(profile.trials, state=np.full_like(profile.trials.state, STATES.index(state)))
    return replace(profile, trials=trials)


def test_where_no_trial_completed_that_comes_first_and_nothing_is_not_worth_doing() -> None:
    assert told(ended_as(study(origin=Origin.HISTORY.value), TrialState.FAIL)) == "No trial completed: 120 failed"
    run = told(ended_as(study(stacks=sampled()), TrialState.PRUNED))
    assert run.startswith("No trial completed: 120 pruned; ")
    assert "Nothing worth doing" not in run
    assert "nothing worth doing" not in run


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
    assert "and a trial waits 900 ms of 1.00 s there (sleep, input and output)" in verdict(profile, find(profile))


def test_one_trial_that_took_most_of_the_time_is_named() -> None:
    profile = with_ledger(study(trials=10), longest_wall_s=1.5)
    assert verdict(profile, find(profile)).endswith("; one trial alone took 1.50 s of 1.99 s")
    few = with_ledger(study(trials=4), longest_wall_s=0.5)
    assert "alone" not in verdict(few, find(few))


def test_a_historys_command_names_the_study_where_it_was_named() -> None:
    typed = ("harness", "study", "sqlite:///all.db", "--name", "third")
    assert proof(study(origin=Origin.HISTORY.value, command=typed)) == "harness study sqlite:///all.db --name third"
