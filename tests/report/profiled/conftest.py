"""The tests of the profiled report share its forms: one run, two, a history, none finished."""

import pytest

from harness.report.profiled.summary import ProfileReport, ProfileSummary
from tests.report.profiled import reports


@pytest.fixture(scope="session")
def report() -> ProfileReport:
    return reports.whole()


@pytest.fixture(scope="session")
def summary(report: ProfileReport) -> ProfileSummary:
    return report.runs[0]


@pytest.fixture(scope="session")
def pair() -> ProfileReport:
    return reports.pair()


@pytest.fixture(scope="session", params=["whole", "pair", "history", "empty", "asked"])
def any_report(request: pytest.FixtureRequest) -> ProfileReport:
    made: ProfileReport = getattr(reports, request.param)()
    return made
