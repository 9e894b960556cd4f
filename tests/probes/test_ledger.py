"""The ledger: every nanosecond of a lap is charged once, to the innermost span of its own thread."""

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.record import SpanTime
from harness.probes.ledger import GC, Clocks, Lap, Ledger, collections_charged, event_cost_s
from tests.fakes import FakeTime


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ledger(time: FakeTime) -> Ledger:
    return Ledger(time.clocks)


@pytest.fixture
def no_collections() -> Iterator[None]:
    """Only the collections that a test asks for."""
    gc.disable()
    yield
    gc.enable()


def nanoseconds(lap: Lap) -> dict[str, tuple[int, int, int]]:
    """Calls, wall and CPU of each span, in the clock's own integers."""
    return {name: (span.calls, round(span.wall_s * 1e9), round(span.cpu_s * 1e9)) for name, span in lap.spans.items()}


def test_a_span_is_charged_what_the_spans_inside_it_are_not(ledger: Ledger, time: FakeTime) -> None:
    time.pass_(1)
    ledger.enter("outer")
    time.pass_(10, thread_ns=9)
    ledger.enter("inner")
    time.pass_(100, thread_ns=90)
    ledger.leave()
    time.pass_(1_000, thread_ns=900)
    ledger.leave()
    time.pass_(10_000)

    lap = ledger.cut()

    assert nanoseconds(lap) == {"outer": (1, 1_010, 909), "inner": (1, 100, 90)}
    assert round(lap.wall_s * 1e9) == 11_111


def test_a_span_inside_one_of_its_own_name_is_two_calls(ledger: Ledger, time: FakeTime) -> None:
    ledger.enter("a")
    time.pass_(1)
    ledger.enter("a")
    time.pass_(2)
    ledger.leave()
    time.pass_(4)
    ledger.leave()

    assert nanoseconds(ledger.cut()) == {"a": (2, 7, 7)}


def test_what_it_took_to_size_a_value_is_in_no_span(ledger: Ledger, time: FakeTime) -> None:
    ledger.enter("outer")
    time.pass_(10)
    ledger.enter("storage")
    time.pass_(100)
    ledger.leave()
    time.pass_(5_000)
    ledger.wrote(64, takes_off=True)
    time.pass_(1_000)
    ledger.leave()

    lap = ledger.cut()

    assert nanoseconds(lap) == {"outer": (1, 1_010, 1_010), "storage": (1, 100, 100)}
    assert (lap.wall_ns, lap.written_bytes) == (6_110, 64)


@pytest.mark.parametrize("short_ns", [0, 100, 50_000])
def test_short_spans_are_charged_as_long_ones_are_where_cpu_passes_as_wall(short_ns: int, time: FakeTime) -> None:
    ledger = Ledger(replace(time.clocks, short_ns=short_ns))
    ledger.enter("outer")
    for _ in range(3):
        time.pass_(20)
        ledger.enter("inner")
        time.pass_(70)
        ledger.enter("innermost")
        time.pass_(3)
        ledger.leave()
        time.pass_(200)
        ledger.leave()
    assert ledger.innermost(threading.get_ident()) == "outer"
    ledger.enter("last")
    assert (ledger.innermost(threading.get_ident()), ledger.depth) == ("last", 2)
    time.pass_(2)
    lap = ledger.cut()
    ledger.leave_to(0)

    assert nanoseconds(lap) == {
        "outer": (1, 60, 60),
        "inner": (3, 810, 810),
        "innermost": (3, 9, 9),
        "last": (1, 2, 2),
    }
    assert lap.cpu_ns == lap.wall_ns == 881


def test_a_clock_that_is_not_read_is_set_right_at_the_next_reading(time: FakeTime) -> None:
    ledger = Ledger(replace(time.clocks, short_ns=50))
    for _ in range(10):
        ledger.enter("a")
        time.pass_(20, thread_ns=5)
        ledger.leave()

    assert (ledger.cut().cpu_ns, nanoseconds(ledger.cut())) == (50, {})


def test_the_process_clock_is_read_at_cuts(ledger: Ledger, time: FakeTime) -> None:
    time.pass_(10, thread_ns=4, process_ns=17)
    ledger.cut()
    time.pass_(10, thread_ns=4, process_ns=19)

    lap = ledger.cut()

    assert (round(lap.process_cpu_s * 1e9), round(lap.cpu_s * 1e9)) == (19, 4)


def test_a_cut_starts_from_nothing(ledger: Ledger, time: FakeTime) -> None:
    ledger.enter("a")
    time.pass_(5)
    ledger.leave()
    ledger.cut()

    lap = ledger.cut()
    assert (lap.wall_ns, lap.cpu_ns, lap.process_ns, lap.totals, lap.calls, lap.passages) == (0, 0, 0, {}, {}, [])


def test_a_span_open_across_a_cut_goes_on_in_the_next_lap_with_its_call_counted_once(
    ledger: Ledger, time: FakeTime
) -> None:
    ledger.enter("a")
    time.pass_(3)
    first = ledger.cut()
    time.pass_(4)
    ledger.leave()
    time.pass_(5)

    second = ledger.cut()

    assert nanoseconds(first) == {"a": (1, 3, 3)}
    assert nanoseconds(second) == {"a": (0, 4, 4)}
    assert round(second.wall_s * 1e9) == 9


def test_leaving_a_span_that_was_entered_before_anybody_listened_is_nothing(ledger: Ledger, time: FakeTime) -> None:
    time.pass_(3)
    ledger.leave()
    time.pass_(4)

    lap = ledger.cut()

    assert lap.spans == {}
    assert round(lap.wall_s * 1e9) == 7


def test_events_are_counted_over_all_threads(ledger: Ledger) -> None:
    def once() -> None:
        ledger.enter("a")
        ledger.leave()

    before = ledger.events
    once()
    in_thread(once)

    assert ledger.events - before == 4


def in_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_threads_have_books_of_their_own(ledger: Ledger, time: FakeTime) -> None:
    seen: list[tuple[int, Lap]] = []

    def other() -> None:
        ledger.enter("theirs")
        time.pass_(100)
        ledger.leave()
        seen.append((ledger.thread, ledger.cut()))

    ledger.enter("ours")
    time.pass_(10)
    in_thread(other)
    in_thread(other)
    ledger.leave()
    ours = ledger.cut()

    assert nanoseconds(ours) == {"ours": (1, 210, 210)}
    assert [nanoseconds(lap) for _, lap in seen] == [{"theirs": (1, 100, 100)}] * 2
    assert [ledger.thread, *(thread for thread, _ in seen)] == [0, 1, 2]


@dataclass(frozen=True)
class Node:
    """A span of a made-up trial: time before its children, the children, time after them."""

    name: str
    before_ns: int
    children: tuple["Node", ...]
    after_ns: int


TIMES = st.integers(0, 1_000)
NAMES = st.sampled_from(["load", "storage", "other"])
LEAVES = st.builds(Node, NAMES, TIMES, st.just(()), TIMES)
TREES = st.recursive(LEAVES, lambda below: st.builds(Node, NAMES, TIMES, st.lists(below, max_size=3).map(tuple), TIMES))


def walk(node: Node, ledger: Ledger, time: FakeTime) -> None:
    ledger.enter(node.name)
    time.pass_(node.before_ns, node.before_ns // 2)
    for child in node.children:
        walk(child, ledger, time)
    time.pass_(node.after_ns, node.after_ns // 2)
    ledger.leave()


def self_times(nodes: tuple[Node, ...]) -> dict[str, tuple[int, int, int]]:
    """The known answer, by adding up the tree."""
    totals: dict[str, tuple[int, int, int]] = {}
    for node in nodes:
        own = (1, node.before_ns + node.after_ns, node.before_ns // 2 + node.after_ns // 2)
        for name, more in [(node.name, own), *self_times(node.children).items()]:
            calls, wall, cpu = totals.get(name, (0, 0, 0))
            totals[name] = (calls + more[0], wall + more[1], cpu + more[2])
    return totals


@settings(deadline=None)
@given(trees=st.lists(TREES, max_size=4).map(tuple), gaps=st.lists(TIMES, min_size=5, max_size=5))
def test_any_nesting_is_charged_as_it_was_spent(trees: tuple[Node, ...], gaps: list[int]) -> None:
    time = FakeTime()
    ledger = Ledger(time.clocks)
    for tree, gap in zip(trees, gaps, strict=False):
        time.pass_(gap)
        walk(tree, ledger, time)

    lap = ledger.cut()

    outside = sum(gaps[: len(trees)])
    charged = nanoseconds(lap)
    assert charged == self_times(trees)
    assert sum(wall for _, wall, _ in charged.values()) + outside == round(lap.wall_s * 1e9)


@settings(deadline=None)
@given(tree=TREES, data=st.data(), short_ns=st.sampled_from([0, 300, 50_000]))
def test_cuts_anywhere_lose_nothing(tree: Node, data: st.DataObject, short_ns: int) -> None:
    time = FakeTime()
    ledger = Ledger(replace(time.clocks, short_ns=short_ns))
    began_ns, laps = time.wall_ns, []
    cut_here = st.booleans()

    def cutting(node: Node) -> None:
        ledger.enter(node.name)
        time.pass_(node.before_ns)
        if data.draw(cut_here):
            laps.append(ledger.cut())
        for child in node.children:
            cutting(child)
        time.pass_(node.after_ns)
        ledger.leave()

    cutting(tree)
    laps.append(ledger.cut())

    assert sum(round(lap.wall_s * 1e9) for lap in laps) == time.wall_ns - began_ns
    for lap in laps:
        assert sum(wall for _, wall, _ in nanoseconds(lap).values()) == round(lap.wall_s * 1e9)
        assert all(wall == cpu for _, wall, cpu in nanoseconds(lap).values())
    calls = [sum(calls for calls, _, _ in nanoseconds(lap).values()) for lap in laps]
    assert sum(calls) == sum(calls for calls, _, _ in self_times((tree,)).values())


@pytest.mark.usefixtures("no_collections")
def test_a_collection_is_charged_to_the_thread_that_it_stops(ledger: Ledger, time: FakeTime) -> None:
    def slow(phase: str, _: dict[str, int]) -> None:
        if phase == "stop":  # the ledger has heard the start, and not yet the end
            time.pass_(50)

    laps: list[Lap] = []

    def other() -> None:
        ledger.enter("theirs")
        gc.collect()
        ledger.leave()
        laps.append(ledger.cut())

    gc.callbacks.append(slow)
    try:
        with collections_charged(ledger):
            ledger.enter("ours")
            in_thread(other)
            ledger.leave()
    finally:
        gc.callbacks.remove(slow)

    assert nanoseconds(laps[0]) == {"theirs": (1, 0, 0), GC: (1, 50, 50)}
    assert GC not in ledger.cut().spans


@pytest.mark.usefixtures("no_collections")
def test_collections_are_not_heard_afterwards(ledger: Ledger) -> None:
    with collections_charged(ledger):
        gc.collect()
    gc.collect()

    assert nanoseconds(ledger.cut())[GC][0] == 1


def test_a_thread_that_has_no_data_any_more_is_not_the_scripts_concern(
    time: FakeTime, capsys: pytest.CaptureFixture[str]
) -> None:
    class Ending(Ledger):
        def collect(self) -> None:
            raise RuntimeError("greenlet is being finalized")

    with collections_charged(Ending(time.clocks)):
        gc.collect()

    assert capsys.readouterr().err == ""


class Eager:
    """Clocks whose reading sets off a collection, as any allocation in the bookkeeping may."""

    def __init__(self, time: FakeTime) -> None:
        self.time, self.is_eager = time, False

    def wall_ns(self) -> int:
        now_ns = self.time.wall_ns
        if self.is_eager:
            self.is_eager = False
            self.time.pass_(7)
            gc.collect()
            self.is_eager = True
        return now_ns

    @property
    def clocks(self) -> Clocks:
        return replace(self.time.clocks, wall_ns=self.wall_ns)


@pytest.mark.usefixtures("no_collections")
def test_a_collection_inside_the_bookkeeping_makes_no_span_negative(time: FakeTime) -> None:
    eager = Eager(time)
    ledger = Ledger(eager.clocks)
    with collections_charged(ledger):
        eager.is_eager = True
        for name in ("a", "b", "c"):
            ledger.enter(name)
            time.pass_(1)
            ledger.leave()
        lap = ledger.cut()
        eager.is_eager = False

    assert all(span.wall_s >= 0 for span in lap.spans.values())
    assert sum(span.wall_s for span in lap.spans.values()) <= lap.wall_s + 1e-12
    assert GC not in lap.spans


def test_laps_add_up_and_nothing_breaks_while_every_allocation_collects() -> None:
    ledger = Ledger()
    threshold = gc.get_threshold()
    laps = []
    with collections_charged(ledger):
        gc.set_threshold(1)
        try:
            for _ in range(100):
                ledger.enter("a")
                kept = [[], {}]  # type: ignore[var-annotated]
                ledger.enter("b")
                kept.append([kept])
                ledger.leave()
                ledger.leave()
                laps.append(ledger.cut())
        finally:
            gc.set_threshold(*threshold)

    assert len(laps) == 100
    assert any(GC in lap.spans for lap in laps)
    for lap in laps:
        assert all(span.wall_s >= 0 and span.cpu_s >= 0 for span in lap.spans.values())
        assert sum(span.wall_s for span in lap.spans.values()) <= lap.wall_s + 1e-9


@pytest.mark.usefixtures("no_collections")
def test_a_collection_while_a_thread_opens_its_books_is_no_error(time: FakeTime) -> None:
    eager = Eager(time)
    ledger = Ledger(eager.clocks)

    def other() -> None:
        eager.is_eager = True
        ledger.enter("a")
        eager.is_eager = False
        ledger.leave()

    with collections_charged(ledger):
        in_thread(other)  # an error in a callback of gc is a warning, and warnings are errors here

    assert ledger.events == 2


def test_an_event_costs_something() -> None:
    assert event_cost_s(rounds=200) > 0


def test_span_times_are_of_the_record() -> None:
    ledger = Ledger(FakeTime().clocks)
    ledger.enter("a")

    assert ledger.cut().spans["a"] == SpanTime(calls=1, wall_s=0.0, cpu_s=0.0)
