"""What holds for every test: none asserts a time, so that hypothesis sets none either, and none waits for the disk."""

import os

import pytest
from hypothesis import settings

settings.register_profile("timeless", deadline=None)
settings.load_profile("timeless")


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """An experiment waits for the disk at each cell, which is most of the time that a test of a hundred cells takes."""
    monkeypatch.setattr(os, "fsync", lambda number: None)
