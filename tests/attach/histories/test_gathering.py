from datetime import UTC, datetime, timedelta

from harness.attach.histories.gathering import Gathered, StoredTrial

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stored(state: str, lasted_s: float | None = 1.0, number: int = 0, after_s: float = 0.0) -> StoredTrial:
    began = BEGAN + timedelta(seconds=after_s)
    ended = None if lasted_s is None else began + timedelta(seconds=lasted_s)
    return StoredTrial(number=number, state=state, began=began, ended=ended, params={"x": 1.0}, attribute_bytes=5)


def gathered(*trials: StoredTrial, has_whole_seconds: bool = False) -> Gathered:
    found = Gathered(is_utc=True, has_whole_seconds=has_whole_seconds)
    for trial in trials:
        found.add(trial)
    return found


def test_every_state_is_counted_once() -> None:
    found = gathered(
        stored("COMPLETE"), stored("FAIL"), stored("PRUNED"), stored("WAITING", None), stored("RUNNING", None, 4)
    )
    assert [trial.state.value for trial in found.trials] == ["complete", "fail", "pruned"]
    assert (found.running, found.waiting) == ([4], 1)
    assert found.rows(storage_bytes=None).trials == 5
    assert found.rows(storage_bytes=None).params == 5
    assert found.rows(storage_bytes=None).attribute_bytes == 25


def test_the_oldest_running_trial_tells_since_when() -> None:
    found = gathered(*(stored("RUNNING", None, after_s=after_s) for after_s in (5.0, 2.0, 9.0)))
    assert found.running_since_s == BEGAN.timestamp() + 2.0


def test_a_running_trial_without_a_beginning_is_running_all_the_same() -> None:
    trial = StoredTrial(number=3, state="RUNNING", began=None, ended=None)
    assert (gathered(trial).running, gathered(trial).running_since_s) == ([3], None)


def test_no_duration_means_nothing_where_fractions_of_a_second_are_not_kept() -> None:
    assert gathered(stored("COMPLETE", 0.0)).notes() == [
        "1 trial of no duration: added to the study as finished (add_trial, copy_study), not run in it."
    ]
    assert gathered(stored("COMPLETE", 0.0), has_whole_seconds=True).notes() == [
        "This storage keeps times in whole seconds: durations are known to a second."
    ]
