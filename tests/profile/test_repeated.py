import pytest

from harness.profile.repeated import repeated_of
from tests.profiles import PIDS, end_row, load


def test_reuse_in_each_process_saves_all_calls_but_its_first() -> None:
    ends = [end_row(pid) for pid in PIDS]
    (work,) = repeated_of(ends, trials=300)
    assert (work.calls, work.calls_in_trials, work.processes) == (300, 300, 3)
    assert work.wall_s == pytest.approx(6.0)
    assert work.saving_s == pytest.approx(6.0 - 3 * 0.05)
    assert work.saving_s_per_trial == pytest.approx(5.85 / 300)
    assert work.shared_saving_s == pytest.approx(6.0 - 0.05)


def test_one_copy_for_all_keeps_the_cheapest_first_call() -> None:
    ends = [end_row(4000, loads=(load(first_wall_s=0.5),)), end_row(4001, loads=(load(first_wall_s=0.1),))]
    (work,) = repeated_of(ends, trials=200)
    assert work.shared_saving_s == pytest.approx(4.0 - 0.1)


def test_work_done_once_is_not_repeated() -> None:
    assert repeated_of([end_row(loads=(load(calls=1, calls_in_trials=0, wall_s=0.05),))], trials=10) == ()


def test_once_in_each_of_two_processes_is_repeated_but_saves_nothing_within_them() -> None:
    once = (load(calls=1, calls_in_trials=0, wall_s=0.05, first_wall_s=0.05),)
    (work,) = repeated_of([end_row(4000, loads=once), end_row(4001, loads=once)], trials=10)
    assert work.saving_s == 0
    assert work.shared_saving_s == pytest.approx(0.05)


def test_other_arguments_are_other_work_and_the_largest_saving_comes_first() -> None:
    loads = (load(arguments="small.csv", wall_s=0.5), load(arguments="large.csv", wall_s=9.0), load(what="open"))
    assert [(work.what, work.arguments) for work in repeated_of([end_row(loads=loads)], trials=100)] == [
        ("pandas.read_parquet", "large.csv"),
        ("open", "bars.parquet"),
        ("pandas.read_parquet", "small.csv"),
    ]


def test_files_only_seen_opened_have_no_saving_and_come_last() -> None:
    opened = load(what="open", calls=500, wall_s=None, cpu_s=None, first_wall_s=None)
    first, last = repeated_of([end_row(loads=(opened, load()))], trials=100)
    assert first.what == "pandas.read_parquet"
    assert last.calls == 500
    assert (last.wall_s, last.saving_s, last.saving_s_per_trial, last.shared_saving_s) == (None, None, None, None)


def test_an_unknown_first_call_is_taken_as_the_average() -> None:
    (work,) = repeated_of([end_row(loads=(load(calls=4, wall_s=2.0, first_wall_s=None),))], trials=4)
    assert work.saving_s == pytest.approx(1.5)


def test_without_a_trial_there_is_no_saving_per_trial() -> None:
    (work,) = repeated_of([end_row()], trials=0)
    assert work.saving_s_per_trial is None


def test_what_is_not_surely_the_same_is_not_repeated() -> None:
    doubtful = (
        load(is_sure=False, arguments="<StringIO>"),
        load(arguments="(others)"),
        load(arguments="<StringIO 7f3a2b1c0d10>"),  # as earlier versions told objects apart
    )
    assert repeated_of([end_row(loads=doubtful)], trials=100) == ()


def test_equal_text_of_another_identity_is_other_work() -> None:
    loads = tuple(load(calls=1, identity=f"c{day}", arguments="select ...") for day in range(100))
    assert repeated_of([end_row(loads=loads)], trials=100) == ()


def test_a_request_is_marked_as_one() -> None:
    (query, table) = repeated_of([end_row(loads=(load(identity="r1", wall_s=9.0), load(identity="c1")))], trials=100)
    assert (query.is_request, table.is_request) == (True, False)


def test_an_opened_file_costs_what_its_lines_were_seen_to_take() -> None:
    where = ("study.py", 3, "load")
    same = load(what="open", calls=80, wall_s=None, cpu_s=None, first_wall_s=None, where=where)
    once = load(what="open", calls=20, wall_s=None, cpu_s=None, first_wall_s=None, where=where, is_sure=False)
    (work,) = repeated_of([end_row(loads=(same, once))], trials=100, reading_s={where: 5.0})
    assert work.wall_s == pytest.approx(4.0)
    assert work.saving_s == pytest.approx(4.0 - 0.05)


def test_an_archive_costs_what_reading_from_it_takes() -> None:
    """`np.load` of an archive only opens it."""
    where = ("study.py", 3, "objective")
    archive = load(what="numpy.load", arguments="bars.npz", wall_s=0.1, first_wall_s=0.01, where=where)
    (work,) = repeated_of([end_row(loads=(archive,))], trials=100, reading_s={where: 5.0})
    assert work.wall_s == pytest.approx(5.0)
    (opened,) = repeated_of([end_row(loads=(archive,))], trials=100)
    assert opened.wall_s == pytest.approx(0.1)
