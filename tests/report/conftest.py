"""The report's tests share one fake reproduction and its summary."""

from dataclasses import replace

import pytest

from harness.report.reproduction import build
from harness.report.summary import Summary
from tests.fakes import fake_reproduction


@pytest.fixture(scope="session")
def summary() -> Summary:
    return replace(build(*fake_reproduction()), version="0.0.0")
