from harness.model.record import Death
from harness.profile.deaths import deaths_of
from tests.profiles import PIDS, end_row


def death(**changes: object) -> Death:
    given = {
        "error": "OperationalError",
        "message": "database is locked",
        "where": "/home/me/work/study.py:9",
        "count": 1,
    }
    return Death(**{**given, **changes})  # type: ignore[arg-type]


def test_one_exception_in_several_processes_is_told_once() -> None:
    ends = [end_row(pid, deaths=(death(),), open_trials=1) for pid in PIDS[:2]]
    ends.append(end_row(PIDS[2], deaths=(death(where=None, count=3), death(error="ValueError", message="no"))))
    locked, other = deaths_of(ends, ("study.py",))
    assert (locked.error, locked.count, locked.processes, locked.open_trials) == ("OperationalError", 5, PIDS, 2)
    assert locked.where == "study.py:9"
    assert (other.error, other.count) == ("ValueError", 1)
    assert deaths_of([end_row()], ()) == ()
