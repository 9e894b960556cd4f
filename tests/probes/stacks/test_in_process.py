import threading
from pathlib import Path

import pytest

from harness.model.stacks import StackSource
from harness.probes.stacks import in_process
from harness.probes.stacks.in_process import InProcessSampler, walk
from harness.profile.stack_files import read_stacks

ME = threading.get_ident()


def sampler(folder: Path, where: in_process.Where) -> InProcessSampler:
    return InProcessSampler(folder, 100, "ptrace is refused", where)


def look(one: InProcessSampler, weight_s: float) -> None:
    """One look, from a thread of its own, as the sampler takes it."""
    thread = threading.Thread(target=one._look, args=(weight_s,))
    thread.start()
    thread.join()


def test_a_thread_inside_a_trial_is_sampled_with_its_trial_and_span(tmp_path: Path) -> None:
    one = sampler(tmp_path, lambda ident: (7, "load") if ident == ME else None)
    look(one, 0.25)
    assert one._writer is not None
    one._writer.flush()
    one.stop()
    found = read_stacks(tmp_path)
    assert found is not None
    assert (found.source, found.why) == (StackSource.IN_PROCESS, "ptrace is refused")
    (sample,) = found.samples
    assert (sample.trial, sample.span, sample.weight_s) == (7, "load", 0.25)
    assert sample.native_thread == threading.get_native_id()
    names = [found.frames[index].function for index in found.stacks[sample.stack]]
    assert "look" in names


def test_threads_outside_trials_leave_no_file(tmp_path: Path) -> None:
    look(sampler(tmp_path, lambda ident: None), 0.25)
    assert list(tmp_path.iterdir()) == []


def test_a_start_and_a_stop_can_be_said_twice(tmp_path: Path) -> None:
    one = sampler(tmp_path, lambda ident: None)
    one.start()
    one.start()
    assert sum(thread.name == "harness-stacks" for thread in threading.enumerate()) == 1
    one.stop()
    one.stop()
    assert not any(thread.name == "harness-stacks" for thread in threading.enumerate())


def test_no_thread_is_left_at_the_moment_of_a_fork(tmp_path: Path) -> None:
    one = sampler(tmp_path, lambda ident: None)
    one.start()
    one.before_fork()
    assert not any(thread.name == "harness-stacks" for thread in threading.enumerate())
    one.after_fork_in_parent()
    one.stop()


def test_a_fork_that_never_began_trials_is_not_sampled(tmp_path: Path) -> None:
    one = sampler(tmp_path, lambda ident: None)
    one.restart_after_fork()
    assert not any(thread.name == "harness-stacks" for thread in threading.enumerate())


def test_a_folder_that_is_gone_ends_the_samples_and_nothing_else(tmp_path: Path) -> None:
    one = sampler(tmp_path / "gone", lambda ident: (0, "objective") if ident == ME else None)
    ending = threading.Event()
    thread = threading.Thread(target=one._run, args=(ending,))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    one.start()  # and it is not tried again
    assert not any(thread.name == "harness-stacks" for thread in threading.enumerate())


def test_frames_without_end_begin_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process, "MOST_KNOWN", 3)
    one = sampler(tmp_path, lambda ident: (0, "objective") if ident == ME else None)
    for _ in range(2):
        look(one, 0.1)
        assert one._writer is not None
        one._is_due(one._writer, 0.0)
    one.stop()
    found = read_stacks(tmp_path)
    assert found is not None
    assert len(found.samples) == 2
    assert len(list(tmp_path.glob("stacks-*.jsonl"))) == 3


def test_a_very_deep_stack_is_kept_next_to_its_leaf() -> None:
    def deep(levels: int) -> list[in_process.Key]:
        import sys

        return walk(sys._getframe()) if levels == 0 else deep(levels - 1)

    keys = deep(in_process.DEEPEST + 50)
    assert len(keys) == in_process.DEEPEST
    assert keys[-1][2].endswith("deep")
