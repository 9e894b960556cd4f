from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.profile.columns import SpanColumns, Trials
from harness.profile.facts import Ledger, PartKind
from harness.profile.trial_time.ledger import ledger_of
from tests.profiles import (
    BETWEEN_S,
    GC_BETWEEN_S,
    PIDS,
    SPANS,
    TRIAL_CPU_S,
    TRIAL_S,
    UNATTRIBUTED_S,
    fake_ledger,
    fake_process,
    fake_trials,
    span_columns,
)

PROCESSES = tuple(fake_process(pid) for pid in PIDS)
NAMES = ("suggest", "storage", "pruner", "load", "feature", "gc", "other", "mine")
seconds = st.floats(0, 100, allow_subnormal=False)


def ledger(trials: Trials) -> Ledger:
    found = ledger_of(trials, PROCESSES, has_gil=True)
    assert found is not None
    return found


@st.composite
def trials_with_spans(draw: st.DrawFn) -> Trials:
    """Trials whose wall and CPU are at least their spans', which may occur in some only."""
    count = draw(st.integers(1, 6))
    columns = st.lists(seconds, min_size=count, max_size=count).map(np.array)
    spans = {
        name: SpanColumns(calls=np.ones(count, dtype=np.int64), wall_s=draw(columns), cpu_s=draw(columns))
        for name in draw(st.sets(st.sampled_from(NAMES)))
    }
    before = {
        name: SpanColumns(calls=np.ones(count, dtype=np.int64), wall_s=draw(columns), cpu_s=draw(columns))
        for name in draw(st.sets(st.sampled_from(("gc", "storage"))))
    }
    wall_s = sum((span.wall_s for span in spans.values()), draw(columns))
    cpu_s = sum((span.cpu_s for span in spans.values()), draw(columns))
    trials = fake_trials(count, spans=spans, before=before, wall_s=wall_s, cpu_s=cpu_s)
    return replace(trials, ended_s=trials.started_s + wall_s)


@given(trials_with_spans())
def test_the_parts_add_up_to_the_trial(trials: Trials) -> None:
    found = ledger(trials)
    inside = [part for part in found.parts if part.kind is not PartKind.BETWEEN]
    assert sum(part.wall_s_per_trial for part in inside) == pytest.approx(trials.wall_s.mean(), abs=1e-9)
    assert sum(part.cpu_s_per_trial or 0 for part in inside) == pytest.approx(trials.cpu_s.mean(), abs=1e-9)
    for part in inside:
        assert part.waiting_s_per_trial == pytest.approx(part.wall_s_per_trial - (part.cpu_s_per_trial or 0), abs=1e-9)
    if sum(part.wall_s_per_trial for part in found.parts):
        assert sum(part.wall_share for part in found.parts) == pytest.approx(1.0)


@given(trials_with_spans())
def test_the_largest_parts_come_first_and_what_is_no_span_last(trials: Trials) -> None:
    parts = ledger(trials).parts
    last = [part.kind for part in parts if part.kind in (PartKind.BETWEEN, PartKind.UNATTRIBUTED)]
    assert [part.kind for part in parts][-len(last) :] == last
    assert last[-1] is PartKind.UNATTRIBUTED
    walls = [part.wall_s_per_trial for part in parts[: -len(last)]]
    assert walls == sorted(walls, reverse=True)


def test_the_shared_fake_is_the_ledger_of_its_own_trials() -> None:
    found, fake = ledger(fake_trials()), fake_ledger()
    assert [(part.name, part.kind) for part in found.parts] == [(part.name, part.kind) for part in fake.parts]
    for ours, faked in zip(found.parts, fake.parts, strict=True):
        assert ours.wall_s_per_trial == pytest.approx(faked.wall_s_per_trial, abs=2e-5), ours.name
        assert ours.cpu_s_per_trial == pytest.approx(faked.cpu_s_per_trial), ours.name
    assert found.storage_calls_per_trial == fake.storage_calls_per_trial
    assert found.parallelism == pytest.approx(fake.parallelism, abs=0.05)


def test_each_span_has_its_kind() -> None:
    spans = {name: span_columns(300, 0.001, 0.001) for name in (*NAMES, "objective", "nested study")}
    kinds = {part.name: part.kind for part in ledger(fake_trials(spans=spans)).parts}
    assert kinds["suggest"] is PartKind.SAMPLER
    assert kinds["storage"] is PartKind.STORAGE
    assert kinds["pruner"] is PartKind.PRUNER
    assert kinds["load"] is PartKind.LOAD
    assert kinds["feature"] is PartKind.FEATURE
    assert kinds["gc"] is PartKind.GC
    assert kinds["other"] is kinds["objective"] is PartKind.OBJECTIVE
    assert kinds["mine"] is kinds["nested study"] is PartKind.USER
    assert kinds["unattributed"] is PartKind.UNATTRIBUTED


def test_what_is_in_no_span_between_trials_is_a_part_of_its_own() -> None:
    parts = {part.name: part for part in ledger(fake_trials()).parts}
    assert parts["gc between trials"].wall_s_per_trial == pytest.approx(GC_BETWEEN_S)
    followed = 297 / 300  # the first trial of a process has none before it
    assert parts["rest between trials"].wall_s_per_trial == pytest.approx(
        (BETWEEN_S - GC_BETWEEN_S) * followed, abs=1e-6
    )
    assert parts["rest between trials"].cpu_s_per_trial is None
    assert parts["unattributed"].wall_s_per_trial == pytest.approx(UNATTRIBUTED_S)


def test_a_span_in_few_trials_is_spread_over_all() -> None:
    rare = span_columns(300, 0.0, 0.0)
    rare.wall_s[7] = 3.0
    rare.calls[:] = 0
    rare.calls[7] = 6
    parts = {part.name: part for part in ledger(fake_trials(spans={"rare": rare})).parts}
    assert parts["rare"].wall_s_per_trial == pytest.approx(0.01)
    assert parts["rare"].calls_per_trial == pytest.approx(0.02)


def test_without_cpu_nothing_is_said_of_cpu() -> None:
    unknown = np.full(300, np.nan)
    found = ledger(fake_trials(cpu_s=unknown, process_cpu_s=unknown, written_bytes=unknown, spans={}, before={}))
    assert found.cpu_s_per_trial is None
    assert found.waiting is None
    assert found.children_cpu_s_per_trial is None
    assert found.written_bytes_per_trial is None
    assert [(part.name, part.cpu_s_per_trial) for part in found.parts] == [("unattributed", None)]
    assert found.wall_s_per_trial == pytest.approx(TRIAL_S)


def test_no_trial_has_no_ledger() -> None:
    assert ledger_of(fake_trials(0), (), has_gil=True) is None


def test_means_are_the_fakes_own() -> None:
    found = ledger(fake_trials())
    assert found.wall_s_per_trial == pytest.approx(TRIAL_S)
    assert found.cpu_s_per_trial == pytest.approx(TRIAL_CPU_S)
    assert found.written_bytes_per_trial == 640
    assert found.median_wall_s == found.longest_wall_s == pytest.approx(TRIAL_S)
    assert {part.name for part in found.parts} >= set(SPANS)
