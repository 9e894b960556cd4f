"""How many objects the collector has to walk: counted without a list of them, and nothing is left frozen."""

import gc

import pytest

from harness.attach.process import tracked_objects


@pytest.mark.parametrize("is_frozen", [False, True])
def test_it_is_as_many_as_a_list_of_them_has(is_frozen: bool) -> None:
    gc.collect()
    if is_frozen:
        gc.freeze()
    kept = [[] for _ in range(10_000)]  # type: ignore[var-annotated]
    try:
        frozen = gc.get_freeze_count()
        expected = len(gc.get_objects())

        assert tracked_objects() == pytest.approx(expected, rel=0.01, abs=50)
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()
    assert len(kept) == 10_000
