"""Marks that follow nothing before and after each test."""

from collections.abc import Iterator

import pytest

from harness.probes.spans import hear
from harness.workloads.marks.following import follow
from harness.workloads.marks.share import use_share


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    heard, followed = hear(None), follow(None)
    use_share(1.0)
    yield
    hear(heard)
    follow(followed)
    use_share(1.0)
