"""Whatever a record holds, every form of its report can be made: one trial, no time, many studies, odd values."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from harness.findings.registry import find
from harness.findings.verdict import verdict
from harness.profile.facts import Profile
from harness.profile.trial_time.ledger import ledger_of
from harness.report.exports.trace import trace
from harness.report.profiled import Profiled, build
from harness.report.profiled.forms import console, html, json_export, markdown
from tests.fakes import EPOCH_S, MIB
from tests.profiles import fake_memory, fake_process, fake_profile, fake_trials


def one_trial() -> Profile:
    return _of(fake_profile(trials=fake_trials(1)))


def no_time() -> Profile:
    trials = fake_trials(40)
    nothing = np.zeros(40)
    still = replace(
        trials, started_s=nothing + EPOCH_S + 2, ended_s=nothing + EPOCH_S + 2, wall_s=nothing, cpu_s=nothing
    )
    return _of(fake_profile(trials=replace(still, spans={}, before={})))


def values_without_end() -> Profile:
    trials = fake_trials(30)
    values = np.resize([np.nan, np.inf, -np.inf, 1e300], 30)
    return _of(fake_profile(trials=replace(trials, value=values)))


def no_numbers() -> Profile:
    trials = fake_trials(30)
    return _of(fake_profile(trials=replace(trials, number=np.full(30, -1), native_thread=np.full(30, -1))))


def many_studies() -> Profile:
    given = fake_profile()
    trials = fake_trials(300)
    studies = tuple(replace(given.studies[0], name=f"study {n}", trials=3) for n in range(100))
    return _of(replace(given, studies=studies, trials=replace(trials, study=trials.number // 3)))


def a_process_for_each_trial() -> Profile:
    trials = fake_trials(300)
    processes = tuple(replace(fake_process(), pid=10_000 + n, trials=1) for n in range(300))
    return _of(fake_profile(processes=processes, trials=replace(trials, process=trials.number)))


def clocks_set_back() -> Profile:
    trials = fake_trials(30)
    return _of(fake_profile(trials=replace(trials, started_s=trials.started_s[::-1].copy())))


def flat_memory() -> Profile:
    memory = fake_memory()
    tree = tuple(replace(point, pss_bytes=0) for point in memory.tree)
    trials = fake_trials(30, rss_bytes=np.full(30, 100.0 * MIB))
    return _of(fake_profile(memory=replace(memory, tree=tree), trials=trials))


def _of(profile: Profile) -> Profile:
    """The same with the ledger that its trials have."""
    return replace(profile, ledger=ledger_of(profile.trials, profile.processes, True))


ODD = (
    one_trial,
    no_time,
    values_without_end,
    no_numbers,
    many_studies,
    a_process_for_each_trial,
    clocks_set_back,
    flat_memory,
)


@pytest.mark.parametrize("made", ODD)
def test_every_form_can_be_made(made: Callable[[], Profile]) -> None:
    profile = made()
    findings = find(profile)
    run = Profiled(profile=profile, findings=findings, verdict=verdict(profile, findings), machine=None)
    report = build([run], "0.0.0")
    assert json_export.parse(json_export.render(report)) == report
    assert max(len(line) for line in console.render(report, 80).splitlines()) <= 80
    text = markdown.render(report) + html.render(report)
    assert "nan " not in text
    assert ">nan<" not in text
    assert "inf " not in text
    assert json.loads(trace(profile))["traceEvents"]
