"""Which sizes and workers are run: as asked, or a ladder; the largest held out, a smaller one run again beside it."""

from dataclasses import replace

import pytest

from harness.errors import InputError
from harness.model.plan import Backend, Plan, StorageKind
from harness.model.probing import Cut
from harness.model.scaling import Arm, Stage
from harness.runner.scaling.arms import Sizes, arms_of, first_share, sizes_of
from harness.runner.scaling.request import Request
from harness.runner.sizing import Sizing

BASE = Plan(workload="mine:objective", trials=8)
SOURCE = Sizing(cut=Cut.SOURCE)


def arms(request: Request, rows: int | None = 10_000, sizing: Sizing = SOURCE) -> tuple[tuple[Arm, ...], float | None]:
    return arms_of(request, sizing, sizes_of(request, sizing, rows))


def names(found: tuple[Arm, ...], stage: Stage) -> list[str]:
    return [arm.name for arm in found if arm.stage is stage]


def test_left_out_sizes_are_halves_of_halves() -> None:
    found = sizes_of(Request(base=BASE), SOURCE, None)
    assert found.shares == (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
    assert found.unit == "share"


@pytest.mark.parametrize("least", [0.4, 0.7, 0.05])
def test_a_ladder_never_goes_below_what_the_workload_takes(least: float) -> None:
    found = sizes_of(Request(base=BASE), Sizing(cut=Cut.SETTING, setting="first", rows=5_000, least_share=least), 5_000)
    assert len(found.shares) >= 4
    assert found.shares[0] >= least
    assert found.shares[-1] == 1


def test_shares_and_rows_may_be_mixed_where_rows_are_known() -> None:
    found = sizes_of(Request(base=BASE, sizes=(2_500, 0.5, 1)), SOURCE, 10_000)
    assert found.shares == (0.25, 0.5, 1.0)
    assert [found.name_of(share) for share in found.shares] == ["2,500 rows", "5,000 rows", "10,000 rows"]


def test_the_largest_is_run_last_with_a_size_of_the_first_stage_beside_it() -> None:
    found, held_out = arms(Request(base=BASE, sizes=(0.1, 0.25, 0.5, 1)))
    assert held_out == 10_000
    assert names(found, Stage.FIT) == ["1,000 rows", "2,500 rows", "5,000 rows"]
    assert names(found, Stage.TEST) == ["10,000 rows", "2,500 rows"]
    assert [arm.name for arm in found if arm.is_anchor] == ["2,500 rows"]


def test_several_workers_run_after_the_prediction_on_the_largest_and_on_the_smallest() -> None:
    found, _ = arms(Request(base=BASE, sizes=(0.1, 0.5, 1), workers=(2, 4), backend=Backend.THREADS))
    assert names(found, Stage.FIT) == ["1,000 rows, 1 thread", "5,000 rows, 1 thread"]
    assert names(found, Stage.TEST) == [
        "10,000 rows, 1 thread",
        "10,000 rows, 2 threads",
        "10,000 rows, 4 threads",
        "1,000 rows, 4 threads",
        "1,000 rows, 1 thread",
    ]


def test_no_worker_ends_long_before_the_others() -> None:
    request = Request(base=BASE, sizes=(), workers=(1, 3, 5), backend=Backend.PROCESSES)
    found, held_out = arms(request)
    assert held_out is None
    assert {arm.workers: arm.plan.trials for arm in found} == {1: 8, 3: 9, 5: 15}
    assert {arm.plan.storage for arm in found} == {StorageKind.JOURNAL}
    assert {arm.plan.backend for arm in found} == {Backend.PROCESSES}


def test_one_thread_is_a_study_without_threads() -> None:
    found, _ = arms(Request(base=BASE, sizes=(), workers=(1, 2), backend=Backend.THREADS))
    assert {arm.workers: arm.plan.backend for arm in found} == {1: Backend.SERIAL, 2: Backend.THREADS}


def test_two_sizes_hold_none_out() -> None:
    found, held_out = arms(Request(base=BASE, sizes=(0.5, 1)))
    assert held_out is None
    assert names(found, Stage.TEST) == []


def test_a_setting_holds_the_size_where_one_is_named() -> None:
    request = Request(base=replace(BASE, settings=(("case", "busy"),)), sizes=(1, 2, 4), by="cpu_ms")
    sizing = Sizing(cut=Cut.SETTING, setting="cpu_ms", rows=4)
    found, held_out = arms(request, 4, sizing)
    assert held_out == 4
    assert [arm.plan.choices["cpu_ms"] for arm in found if not arm.is_anchor] == [1, 2, 4]
    assert names(found, Stage.FIT) == ["1 cpu_ms", "2 cpu_ms"]


def test_the_first_run_is_on_the_smallest_size_that_is_known() -> None:
    assert first_share(Request(base=BASE, sizes=(0.2, 1)), SOURCE) == 0.2
    assert first_share(Request(base=BASE, sizes=(2_000, 5_000)), SOURCE) == 1 / 16
    assert first_share(Request(base=BASE, sizes=(), workers=(1, 2), backend=Backend.THREADS), SOURCE) == 1.0
    sized = Sizing(cut=Cut.SETTING, setting="first", rows=5_000, least_share=0.4)
    assert first_share(Request(base=BASE, sizes=(2_500, 5_000)), sized) == 0.5


@pytest.mark.parametrize(
    ("sizes", "rows", "sizing", "sentence"),
    [
        ((5_000, 20_000), 10_000, SOURCE, "the data has 10,000 rows, not 20,000"),
        ((5_000, 20_000), None, SOURCE, "how many rows the data has is not known"),
        (
            (100, 5_000),
            5_000,
            Sizing(cut=Cut.SETTING, setting="first", rows=5_000, least_share=0.4),
            "100 rows are too few for the workload: give at least 2,000 rows",
        ),
        ((0.1, 1), None, Sizing(cut=Cut.NONE, why_uncut="no source is called"), "has no sizes: no source is called"),
        ((0.01, 0.02), 10, SOURCE, "this data has too few rows"),
    ],
)
def test_what_the_data_cannot_give_is_said(
    sizes: tuple[float, ...], rows: int | None, sizing: Sizing, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        sizes_of(Request(base=BASE, sizes=sizes), sizing, rows)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sizes": (0.5,)}, "at least two different sizes"),
        ({"sizes": (0.5, 0.5)}, "at least two different sizes"),
        ({"sizes": (0.0, 1.0)}, "a size is a share of the data"),
        ({"workers": (0, 2), "backend": Backend.THREADS}, "1 to 1,024 workers"),
        ({"workers": (1, 2)}, "say which with --backend"),
        ({"blocks": 0}, "at least one block"),
        ({"budget_s": float("nan")}, "a budget is a positive number"),
        ({"by": "cpu_ms"}, "say which with --sizes"),
        ({"base": replace(BASE, trials=1)}, "give --trials 2 or more"),
    ],
)
def test_what_makes_no_scaling_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Request(**{"base": BASE, **changes})  # type: ignore[arg-type]


def test_a_share_is_named_where_rows_are_not_known() -> None:
    sizes = Sizes(shares=(0.25, 1.0), rows=None, unit="share")
    assert [sizes.name_of(share) for share in sizes.shares] == ["25 % of the data", "all of the data"]
