"""Sources: what one does when it is called again, in each way that a plan may have it."""

import copy
import pickle
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import harness
from harness.errors import InputError
from harness.model.plan import DataAccess
from harness.model.search import Portion
from harness.probes.ledger import Ledger
from harness.probes.spans import hear
from harness.workloads.marks.following import Following, Policy, check_names, follow, plainly, use_data_access
from harness.workloads.marks.share import share_of_data, use_share
from harness.workloads.marks.source import LOAD, Source, source
from harness.workloads.marks.spool import Spool


class Counted:
    """A source that counts its loads."""

    def __init__(self) -> None:
        self.loads = 0

    def __call__(self, size: int = 0, *, kind: str = "a") -> list[object]:
        self.loads += 1
        return [size, kind]


@pytest.fixture
def counted() -> Counted:
    return Counted()


def test_by_default_every_call_loads(counted: Counted) -> None:
    bars: Source[..., list[object]] = Source(counted)

    assert bars(3) == bars(3) == [3, "a"]
    assert bars(3) is not bars(3)
    assert counted.loads == 4


def test_reuse_loads_once_for_equal_arguments(counted: Counted) -> None:
    bars: Source[..., list[object]] = Source(counted)
    use_data_access(DataAccess.REUSE)

    assert bars(3, kind="b") is bars(3, kind="b")
    assert bars(4, kind="b") is not bars(3, kind="b")
    assert counted.loads == 2


def test_what_was_kept_can_be_forgotten(counted: Counted) -> None:
    bars: Source[..., list[object]] = Source(counted)
    use_data_access(DataAccess.REUSE)
    bars()
    bars.forget()
    bars()

    assert counted.loads == 2


def test_a_load_that_fails_is_tried_again() -> None:
    use_data_access(DataAccess.REUSE)
    answers = iter([OSError("not yet"), None])

    @source
    def bars() -> str:
        problem = next(answers)
        if problem is not None:
            raise problem
        return "bars"

    with pytest.raises(OSError, match="not yet"):
        bars()
    assert bars() == "bars"


def test_a_thread_that_asks_during_a_load_waits_for_it() -> None:
    use_data_access(DataAccess.REUSE)
    others: list[threading.Thread] = []
    answers: list[object] = []

    @source
    def bars() -> object:
        if not others:
            others.append(threading.Thread(target=lambda: answers.append(bars())))
            others[0].start()
            others[0].join(timeout=0.1)  # it cannot end before this load does
        return object()

    answers.append(bars())
    others[0].join()

    assert answers[0] is answers[1]


def test_a_source_may_call_itself_with_other_arguments() -> None:
    use_data_access(DataAccess.REUSE)

    @source
    def bars(first: int) -> list[int]:
        return list(range(10)) if first == 0 else bars(0)[:first]

    thread = threading.Thread(target=bars, args=(3,), daemon=True)
    thread.start()
    thread.join(timeout=10)

    assert not thread.is_alive()
    assert bars(3) == [0, 1, 2]


@pytest.mark.parametrize("access", DataAccess)
def test_a_call_is_a_span(access: DataAccess, counted: Counted, tmp_path: Path) -> None:
    follow(Following(Policy(data=access), Spool(folder=tmp_path)))
    ledger = Ledger()
    hear(ledger)
    bars: Source[..., list[object]] = Source(counted)
    bars()
    bars()

    assert ledger.cut().spans[LOAD].calls == 2


loaded: list[int] = []


@source
def minutes(rows: int) -> pd.DataFrame:
    loaded.append(rows)
    return pd.DataFrame({"price": np.arange(rows) / 3, "time": pd.date_range("2026", periods=rows, freq="min")})


def test_shared_loads_once_and_hands_out_read_only_views(tmp_path: Path) -> None:
    plain = minutes(1000)
    for worker in range(2):  # what a second process of the run has is the spool alone
        following = Following(Policy(data=DataAccess.SHARED), Spool(folder=tmp_path))
        follow(following)
        pd.testing.assert_frame_equal(minutes(1000), plain)
        assert minutes(1000) is minutes(1000)
        counted = following.counts.marks().sources["minutes"]
        assert (counted.calls, counted.loads, counted.rows) == (3, 1 - worker, 1000)
        assert counted.mapped_bytes >= 16_000
        assert counted.unshared is None
    assert loaded == [1000, 1000]
    with pytest.raises(ValueError, match="read-only"):
        minutes(1000).iloc[0, 0] = 1.0


def test_what_no_other_process_could_know_is_loaded_by_each_and_said_so(tmp_path: Path) -> None:
    following = Following(Policy(data=DataAccess.SHARED), Spool(folder=tmp_path))
    follow(following)
    lock = threading.Lock()

    @source
    def bars(guard: object) -> list[int]:
        return [1]

    assert bars(lock) is bars(lock)
    assert "no other process could tell a lock" in str(following.counts.marks().sources["bars"].unshared)
    assert not list(tmp_path.iterdir())


def test_sources_of_one_name_that_close_over_other_values_are_kept_apart(tmp_path: Path) -> None:
    def made(rows: int) -> Source[[], list[int]]:
        @source
        def bars() -> list[int]:
            return list(range(rows))

        return bars

    follow(Following(Policy(data=DataAccess.SHARED), Spool(folder=tmp_path)))
    assert (made(2)(), made(3)(), made(2)()) == ([0, 1], [0, 1, 2], [0, 1])


@pytest.mark.parametrize("access", [DataAccess.REUSE, DataAccess.SHARED])
def test_data_is_kept_whole_and_cut_to_the_share_in_force(access: DataAccess, tmp_path: Path) -> None:
    loads = []

    @source
    def bars() -> np.ndarray:
        loads.append(1)
        return np.arange(100)

    follow(Following(Policy(data=access), Spool(folder=tmp_path)))
    use_share(0.1)
    assert bars().tolist() == list(range(10))
    with share_of_data(0.2, Portion.BLOCKS, 2):
        assert bars().tolist() == [*range(10), *range(90, 100)]
    assert len(bars()) == 10
    use_share(1.0)
    assert len(bars()) == 100
    assert loads == [1]


def test_a_source_may_say_how_it_is_cut() -> None:
    @source(cut=lambda brought, take: {"rows": take(brought["rows"]), "name": brought["name"]})
    def bars() -> dict[str, object]:
        return {"rows": np.arange(10), "name": object}

    with share_of_data(0.5):
        assert len(bars()["rows"]) == 5  # type: ignore[arg-type]


def test_only_the_named_source_is_kept() -> None:
    @source
    def first_bars() -> object:
        return object()

    @source
    def other_bars() -> object:
        return object()

    follow(Following(Policy(data=DataAccess.REUSE, only=("first_bars",))))
    assert first_bars() is first_bars()
    assert other_bars() is not other_bars()


def test_a_name_that_nothing_marked_has_is_refused() -> None:
    @source
    def hourly_bars() -> None: ...

    with pytest.raises(InputError, match=r"'hourly_bar' \(did you mean 'hourly_bars'\?\)"):
        check_names(("hourly_bar",))


def test_within_plainly_nothing_is_kept_or_counted(counted: Counted) -> None:
    bars: Source[..., list[object]] = Source(counted)
    following = Following(Policy(data=DataAccess.REUSE))
    follow(following)
    with plainly():
        assert bars() is not bars()
    assert not following.counts.marks().sources


def test_a_marked_function_keeps_its_name_and_words() -> None:
    @harness.source
    def bars() -> int:
        """All of them."""
        return 1

    assert (bars.__name__, bars.__doc__, bars()) == ("bars", "All of them.", 1)  # type: ignore[attr-defined]


@harness.source
def numbers() -> list[int]:
    return [1, 2]


class Reader:
    first = 3

    @harness.source
    def read(self, more: int = 0) -> int:
        return self.first + more


def test_a_source_in_a_class_is_a_method() -> None:
    assert Reader().read() == 3
    assert Reader().read(more=2) == 5
    assert isinstance(Reader.read, Source)


def test_a_source_reaches_a_worker_as_a_function_does() -> None:
    assert pickle.loads(pickle.dumps(numbers)) is numbers
    assert copy.deepcopy(numbers) is numbers
