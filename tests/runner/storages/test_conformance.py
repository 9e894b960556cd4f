"""The storage levers pass Optuna's own conformance suite, composed: each one's code runs below the other's."""

import pytest
from optuna.storages import BaseStorage
from optuna.testing.pytest_storages import StorageTestCase

from tests.runner.storages.conftest import Open, with_levers


@pytest.mark.parametrize("levers", ["one-write,compress", "journal,one-write,compress"])
class TestConformance(StorageTestCase):
    @pytest.fixture
    def storage(self, levers: str, opened: Open) -> BaseStorage:
        return opened(with_levers(levers))
