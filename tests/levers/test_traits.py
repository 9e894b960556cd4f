"""What a workload showed decides whether a lever applies; what is not known does not refuse one."""

import pytest

from harness.levers.registry import lever
from harness.levers.traits import LARGE_ATTRIBUTE_BYTES, Traits
from harness.model.plan import Plan, StorageKind

DURABLE = Plan(workload="x", storage=StorageKind.SQLITE)


def test_attributes_that_are_all_small_have_nothing_to_compress() -> None:
    seen = Traits(attributes_per_trial=110.0, largest_attribute_bytes=LARGE_ATTRIBUTE_BYTES)
    assert lever("compress").refusal(DURABLE, seen) == (
        "the largest attribute of its trials has 1,024 bytes as JSON, and those of more than 1,024 are compressed"
    )


def test_trials_without_attributes_have_nothing_to_compress() -> None:
    assert lever("compress").refusal(DURABLE, Traits(attributes_per_trial=0.0)) == "its trials write no attributes"


@pytest.mark.parametrize("largest", [LARGE_ATTRIBUTE_BYTES + 1, None])
def test_an_attribute_that_is_large_or_may_be_is_compressed(largest: int | None) -> None:
    seen = Traits(attributes_per_trial=0.01, largest_attribute_bytes=largest)
    assert lever("compress").refusal(DURABLE, seen) is None


def test_trials_that_did_not_run_may_write_what_the_first_few_did_not() -> None:
    assert lever("compress").refusal(DURABLE, Traits(attributes_per_trial=0.0, is_whole=False)) is None
