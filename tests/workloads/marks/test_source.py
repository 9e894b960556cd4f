"""Sources: what one does when it is called again, in each way that a plan may have it."""

import copy
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness
from harness.model.plan import DataAccess
from harness.probes.ledger import Ledger
from harness.probes.spans import hear
from harness.workloads.marks.following import Following, Policy, follow, use_data_access
from harness.workloads.marks.source import LOAD, Source, source
from harness.workloads.marks.spool import Spool


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    heard, followed = hear(None), follow(None)
    yield
    hear(heard)
    follow(followed)


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
