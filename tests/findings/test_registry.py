"""From a profile to findings: floors, order, and general rules that give way to special ones."""

import dataclasses
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness.findings.rules as rules_package
from harness.findings.case import case_of
from harness.findings.finding import Finding
from harness.findings.line_share import share_text, why_two_numbers
from harness.findings.registry import find, is_worth_telling, rules
from harness.findings.whole import Saving
from harness.levers.registry import lever_names
from harness.profile.account.facts import PlaceKind
from harness.profile.facts import Profile
from tests.findings.accounts import place, with_account
from tests.findings.cases import CALLS, FAULTS, history_read, line, repeated, spans, threads
from tests.findings.studies import study
from tests.findings.test_finding import GOOD
from tests.profiles import fake_profile, fake_stacks

walls = st.floats(1e-6, 10)
costs = st.tuples(walls, st.floats(0, 1)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@st.composite
def studies(draw: st.DrawFn) -> Profile:
    """Any study: all that the rules look at varies, together."""
    workers, threads_ = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    share = draw(st.floats(0, 1))
    return study(
        {name: draw(costs) for name in ("backtest", "storage", "suggest", "gc", "other", "load", "feature", "prune")},
        workers=workers,
        threads=threads_,
        trials=workers * threads_ * draw(st.integers(1, 20)),
        between=draw(costs),
        calls={**CALLS, "set_trial_user_attr": draw(st.floats(0, 500)), "create_new_trial": 1.0},
        usable_cores=draw(st.none() | st.floats(0.5, 64)),
        stacks=draw(
            st.none() | st.just(fake_stacks(hot_lines=(line(share=share), line(share=1 - share, span="other"))))
        ),
        repeated=(repeated(saving_s=draw(st.floats(0, 1e5)), shared_saving_s=1e5, processes=workers),),
    )


@given(studies())
def test_findings_are_sorted_worth_telling_and_never_above_the_whole(profile: Profile) -> None:
    found = find(profile)
    assert [finding.order for finding in found] == sorted(finding.order for finding in found)
    assert all(is_worth_telling(finding, len(profile.trials)) for finding in found)
    ledger = profile.ledger
    assert ledger is not None
    for finding in found:
        if finding.ceiling_s_per_trial is not None and finding.share_of != "the run's time":
            assert finding.ceiling_s_per_trial <= ledger.span_s / len(profile.trials) * (1 + 1e-9)


@given(studies())
def test_the_same_profile_gives_the_same_findings(profile: Profile) -> None:
    assert find(profile) == find(profile)


@pytest.mark.parametrize(
    ("share", "s_per_trial", "trials", "is_told"),
    [
        (0.5, 0.0009, 100, False),  # a large share of next to nothing
        (0.5, 0.0009, 2000, True),  # that adds up
        (0.5, 0.001, 10, True),
        (0.019, 0.04, 10**6, False),  # lost in the noise
        (0.019, 0.05, 10, True),
        (0.0049, 5.0, 10, False),
    ],
)
def test_floors(share: float, s_per_trial: float, trials: int, is_told: bool) -> None:
    finding = dataclasses.replace(GOOD, ceiling_share=share, ceiling_s_per_trial=s_per_trial)
    assert is_worth_telling(finding, trials) is is_told


def test_what_has_no_ceiling_in_seconds_has_a_floor_of_its_own() -> None:
    assert is_worth_telling(GOOD, 1)


def test_a_general_finding_stays_where_the_special_one_explains_little_of_it() -> None:
    few = study(
        spans(storage=(0.5, 0.1)), calls={"create_new_trial": 1, "set_trial_user_attr": 10, "set_trial_param": 90}
    )
    many = study(spans(storage=(0.5, 0.1)), calls={"create_new_trial": 1, "set_trial_user_attr": 100})
    assert {"many-attributes", "storage-dominates"} <= keys(find(few))
    assert keys(find(many)) & {"many-attributes", "storage-dominates"} == {"many-attributes"}


def test_a_record_that_lacks_everything_has_no_findings() -> None:
    bare = fake_profile(
        trials=study(trials=1).trials,
        ledger=None,
        memory=None,
        stacks=None,
        repeated=(),
        processes=(),
        studies=(),
        usable_cores=None,
        memory_limit_bytes=None,
        wall_s=None,
    )
    assert find(bare) == ()


def test_rules_need_neither_optuna_nor_the_runner() -> None:
    import subprocess
    import sys

    told = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys; from harness.findings.registry import rules; rules(); "
                "print([name for name in ('optuna', 'harness.runner', 'pandas') if name in sys.modules])"
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ},
    )
    assert told.stdout.strip() == "[]"


def test_threads_that_wait_do_not_hide_the_line_they_wait_for() -> None:
    profile = dataclasses.replace(threads(), stacks=fake_stacks(hot_lines=(line(share=0.9),)))
    assert [finding.rule for finding in find(profile)] == ["row-callback", "threads-share-interpreter"]


def test_history_that_a_line_reads_explains_the_storage_it_is_read_from() -> None:
    grows = history_read(0.3, first_s=0.15)  # less than half of it is growth
    assert {"storage-dominates", "history-read-again"} <= keys(find(grows))
    seen = line(span="storage", callback=None, share=0.6, samples=600)
    sampled = dataclasses.replace(grows, stacks=fake_stacks(hot_lines=(seen,)))
    assert "storage-dominates" not in keys(find(sampled))
    assert next(one for one in find(sampled) if one.rule == "history-read-again").where == "strategy.py:42"


def test_two_shares_of_one_line_are_explained_where_they_stand() -> None:
    locked, alone = case_of(threads()).whole, case_of(study()).whole
    assert locked is not None
    assert alone is not None
    saving = Saving(s_per_trial=0.18, share=0.9)
    (said,) = why_two_numbers(0.48, saving, locked)
    assert said.startswith("It has 48 % of the samples and up to 90 % of the study's time, because most samples")
    assert share_text(saving, locked) == "Up to 90 %"
    assert why_two_numbers(0.9, saving, locked) == ()
    assert why_two_numbers(0.48, saving, alone) == ()


def test_every_fault_has_another_remedy_than_the_rest() -> None:
    remedies: dict[str, str] = {}
    for rule in rules():
        finding = next(f for f in find(FAULTS[rule.key][0]()) if f.rule == rule.key)
        assert remedies.setdefault(finding.remedy, rule.key) == rule.key


def keys(found: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in found}


def test_every_lever_that_a_rule_names_can_be_pulled() -> None:
    folder = Path(rules_package.__file__ or "").parent
    named = {
        name
        for path in folder.glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"lever=|return \"", line)
        for name in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', line)
    }

    assert named
    assert named <= set(lever_names())


def test_shares_of_the_study_and_of_the_run_are_ranked_on_one_scale() -> None:
    """Half of a study that is a tenth of its run is less than a third of the run."""
    profile = with_account(
        study(stacks=fake_stacks(hot_lines=(line(share=0.6),))),
        place(PlaceKind.AFTER, "after the study", 500.0),
    )
    assert next(finding.rule for finding in find(profile)) == "outside-study"
