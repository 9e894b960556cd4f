"""Optuna's database storage, but that a trial's parameters, attributes and reports reach it in one transaction."""

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from optuna.distributions import BaseDistribution, check_distribution_compatibility, json_to_distribution
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import Connection, or_, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from harness.runner.storages.bulk import Ending, create_trial, see_that_tables_are_known, take_up_trial, write_trial
from harness.runner.storages.keeping import KeepsWrites
from harness.runner.storages.pending import Param

_BEYOND = 2**62  # no trial has an id above it
_FEW = 500  # ids that fit into one statement on every database


class OneWriteDatabase(KeepsWrites, RDBStorage):
    """An RDBStorage: Optuna puts its cache before it, and heartbeats, sessions and upgrades are Optuna's.

    Of trials that this process runs nothing but their existence is stored until they end, and then everything at once,
    with their state. Everything else goes through as it comes: studies, trials made from templates, waiting trials
    taken up, and writes to trials that run elsewhere.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open_books()

    def _open_books(self) -> None:
        see_that_tables_are_known(self.engine)
        super()._open_books()

    def _packed(self, text: str) -> str:
        """A user attribute's JSON as it is stored."""
        return text

    @contextmanager
    def _connected(self, *, writes: bool = False) -> Iterator[Connection]:
        """A connection, or a transaction: everything or nothing. What goes wrong is raised as by Optuna's storage."""
        try:
            with self.engine.begin() if writes else self.engine.connect() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise StorageInternalError("An exception is raised during the commit.") from error

    def delete_study(self, study_id: int) -> None:
        super().delete_study(study_id)
        self._trials.forget(study_id)
        self._distributions = {key: kind for key, kind in self._distributions.items() if key[0] != study_id}

    def _create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> FrozenTrial:
        if template_trial is not None:
            return super()._create_new_trial(study_id, template_trial)
        created = self._created_at_once(study_id) if self.engine.dialect.name == "sqlite" else None
        if created is None:  # another kind of database, where numbers need a lock; no such study; or a busy one
            created = super()._create_new_trial(study_id)
        self._trials.begin(study_id, created)
        return created

    def _created_at_once(self, study_id: int) -> FrozenTrial | None:
        at = datetime.now()
        try:
            with self._connected(writes=True) as connection:
                ids = create_trial(connection, study_id, at)
        except StorageInternalError:
            return None  # Optuna's own way tries again several times
        if ids is None:
            return None
        return FrozenTrial(
            number=ids[1],
            state=TrialState.RUNNING,
            value=None,
            datetime_start=at,
            datetime_complete=None,
            params={},
            distributions={},
            user_attrs={},
            system_attrs={},
            intermediate_values={},
            trial_id=ids[0],
        )

    def _set_trial_param(
        self,
        trial_id: int,
        param_name: str,
        param_value_internal: float,
        distribution: BaseDistribution,
        previous_distribution: BaseDistribution | None,
    ) -> None:
        pending = self._trials.running(trial_id)
        if pending is None:
            super()._set_trial_param(trial_id, param_name, param_value_internal, distribution, previous_distribution)
            return
        previous = previous_distribution or self._earlier(pending.study_id, param_name)
        if previous is not None:
            check_distribution_compatibility(previous, distribution)
        self._distributions.setdefault((pending.study_id, param_name), distribution)
        pending.suggest(param_name, Param(internal=param_value_internal, distribution=distribution))

    def _earlier(self, study_id: int, name: str) -> BaseDistribution | None:
        """The distribution that the study has for a parameter; asked of the database until there is one."""
        known = self._distributions.get((study_id, name))
        if known is not None:
            return known
        params, trials = models.TrialParamModel, models.TrialModel
        asked = (
            select(params.distribution_json)
            .join(trials, trials.trial_id == params.trial_id)
            .where(trials.study_id == study_id, params.param_name == name)
            .limit(1)
        )
        with self._connected() as connection:
            stored = connection.execute(asked).scalar()
        return None if stored is None else json_to_distribution(stored)

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        pending = self._trials.running(trial_id)
        if pending is None or not state.is_finished():
            if state is TrialState.RUNNING and values is None and self._take_up(trial_id):
                return True
            return super().set_trial_state_values(trial_id, state, values)
        ending = Ending(state=state, values=values, at=datetime.now())
        with self._connected(writes=True) as connection:
            is_written = write_trial(connection, trial_id, pending, ending, self._packed)
        if not is_written:
            return super().set_trial_state_values(trial_id, state, values)  # which says what is wrong with it
        self._trials.end(trial_id, pending.ended(state, values, ending.at))
        return True

    def _take_up(self, trial_id: int) -> bool:
        """Whether this process is the one that takes up a waiting trial.

        Optuna reads the state first, and on SQLite several workers may then run the same enqueued trial.
        """
        with self._connected(writes=True) as connection:
            study_id = take_up_trial(connection, trial_id, datetime.now())
        if study_id is not None:
            self._trials.begin(study_id, super().get_trial(trial_id))
        return study_id is not None

    def get_trial(self, trial_id: int) -> FrozenTrial:
        pending = self._trials.running(trial_id)
        if pending is not None:
            return pending.seen()
        return self._trials.just_ended(trial_id) or super().get_trial(trial_id)

    def get_trial_param(self, trial_id: int, param_name: str) -> float:
        pending = self._trials.running(trial_id)
        if pending is not None and param_name in pending.params:
            return pending.params[param_name].internal
        return super().get_trial_param(trial_id, param_name)

    def get_trial_user_attrs(self, trial_id: int) -> dict[str, Any]:
        return (
            self.get_trial(trial_id).user_attrs if self._is_here(trial_id) else super().get_trial_user_attrs(trial_id)
        )

    def get_trial_system_attrs(self, trial_id: int) -> dict[str, Any]:
        if self._is_here(trial_id):
            return self.get_trial(trial_id).system_attrs
        return super().get_trial_system_attrs(trial_id)

    def _is_here(self, trial_id: int) -> bool:
        return self._trials.running(trial_id) is not None

    def _get_trials(
        self,
        study_id: int,
        states: Container[TrialState] | None,
        included_trial_ids: set[int],
        trial_id_greater_than: int,
    ) -> list[FrozenTrial]:
        """The database tells which trials there are; those that run or ended here need not be read from it."""
        asked = (study_id, states, included_trial_ids, trial_id_greater_than)
        included = {trial_id for trial_id in included_trial_ids if trial_id <= trial_id_greater_than}
        if states is not None or trial_id_greater_than < 0 or len(included) > _FEW:
            return self._trials.over(super()._get_trials(*asked))
        trials = models.TrialModel
        wanted = or_(trials.trial_id.in_(included), trials.trial_id > trial_id_greater_than)
        with self._connected() as connection:
            rows = connection.execute(
                select(trials.trial_id, trials.state).where(trials.study_id == study_id, wanted)
            ).all()
        known = {row.trial_id: self._known(row.trial_id, row.state) for row in rows}
        strange = {trial_id for trial_id, trial in known.items() if trial is None}
        if len(strange) > _FEW:
            return self._trials.over(super()._get_trials(*asked))
        read = super()._get_trials(study_id, None, strange, _BEYOND) if strange or not rows else []
        found = [trial for trial in known.values() if trial is not None]
        return sorted([*found, *read], key=lambda trial: trial._trial_id)

    def _known(self, trial_id: int, state: TrialState) -> FrozenTrial | None:
        if state.is_finished():
            return self._trials.hand_over(trial_id)
        pending = self._trials.running(trial_id)
        return None if pending is None else pending.seen()
