"""A seeded study on a real PostgreSQL server is the same with and without observers."""

from typing import Any

import optuna
import pytest

from harness.attach.recorder import Recorder
from harness.attach.studies import observed
from tests.attach.test_studies import PRUNERS, SAMPLERS, learning, record_of
from tests.servers import PASSWORD, PostgreSQL

pytestmark = [pytest.mark.server, pytest.mark.process]


def outcome(url: str, name: str, sampler: str) -> list[tuple[Any, ...]]:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(study_name=name, storage=url, sampler=SAMPLERS[sampler](), pruner=PRUNERS["median"]())
    study.optimize(learning, n_trials=8)
    found = [(t.number, t.state.name, t.values, t.params, t.intermediate_values) for t in study.get_trials()]
    study._storage.remove_session()
    study._storage._backend.engine.dispose()  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("sampler", ["tpe", "random", "nsga2"])
def test_the_study_is_the_same(sampler: str, postgresql: PostgreSQL, recorder: Recorder) -> None:
    postgresql.execute(f"CREATE DATABASE seeded_{sampler}")
    url = postgresql.url(f"seeded_{sampler}")
    expected = outcome(url, f"plain {sampler}", sampler)
    recorder.ready(startup_wall_s=0.0, startup_cpu_s=0.0)
    with observed(recorder):
        found = outcome(url, f"observed {sampler}", sampler)

    assert repr(found) == repr(expected)
    record = record_of(recorder)
    assert len(record.trials) == 8
    assert record.studies[0].storage == "RDBStorage"
    assert PASSWORD not in str(record.studies[0])
