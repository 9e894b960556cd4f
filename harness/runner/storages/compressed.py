"""Large user attributes of trials, stored compressed with zstd and given back as they were."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from optuna.storages import RDBStorage
from optuna.storages.journal import BaseJournalBackend
from optuna.storages.journal._storage import JournalOperation
from optuna.trial import FrozenTrial

from harness.levers.traits import LARGE_ATTRIBUTE_BYTES
from harness.runner.storages.one_write import OneWriteDatabase

MARK = "harness:zstd"
SIZE = "bytes"


def packed(text: str) -> str:
    """A JSON text as it is stored: itself where it is short or does not shrink, else the JSON of a marker."""
    if len(text) <= LARGE_ATTRIBUTE_BYTES:
        return text
    raw = text.encode()
    squeezed = pa.compress(raw, codec="zstd", asbytes=True)
    marker = f'{{"{MARK}": "{base64.b64encode(squeezed).decode()}", "{SIZE}": {len(raw)}}}'
    return marker if len(marker) < len(raw) else text


def plain(value: Any) -> Any:
    """The value behind a marker, as someone finds it who opens the study without this storage; others unchanged."""
    if not isinstance(value, dict) or value.keys() != {MARK, SIZE}:
        return value
    squeezed = base64.b64decode(value[MARK])
    return json.loads(pa.decompress(squeezed, decompressed_size=value[SIZE], codec="zstd", asbytes=True))


def shrunk(value: Any) -> Any:
    """What is stored in the place of a value."""
    text = json.dumps(value)
    stored = packed(text)
    return value if stored is text else json.loads(stored)


def _all_plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in attributes.items()}


class CompressedDatabase(RDBStorage):
    """An RDBStorage that compresses large user attributes, beneath Optuna's cache, which keeps them as they were."""

    def _set_trial_attr_without_commit(self, session: Any, model_cls: Any, trial_id: int, key: str, value: Any) -> None:
        stored = shrunk(value) if model_cls.__tablename__ == "trial_user_attributes" else value
        super()._set_trial_attr_without_commit(session, model_cls, trial_id, key, stored)

    def get_trial_user_attrs(self, trial_id: int) -> dict[str, Any]:
        return _all_plain(super().get_trial_user_attrs(trial_id))

    def _build_frozen_trial_from_trial_model(self, trial: Any) -> FrozenTrial:
        frozen = super()._build_frozen_trial_from_trial_model(trial)
        frozen.user_attrs = _all_plain(frozen.user_attrs)
        return frozen


class CompressedOneWriteDatabase(OneWriteDatabase, CompressedDatabase):
    """Both: what waits in this process is as it was given, and is compressed on its way to the tables."""

    def _packed(self, text: str) -> str:
        return packed(text)


class CompressedBackend(BaseJournalBackend):
    """A journal whose large user attributes are compressed on their way into the file, and back on their way out."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def _file_path(self) -> str:
        """Where it lies, for whoever says so."""
        return str(self._inner._file_path)

    def read_logs(self, log_number_from: int) -> Iterable[dict[str, Any]]:
        return (_changed(log, plain) for log in self._inner.read_logs(log_number_from))

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        self._inner.append_logs([_changed(log, shrunk) for log in logs])


def _changed(log: dict[str, Any], change: Any) -> dict[str, Any]:
    """A log with its user attributes of a trial changed."""
    match log["op_code"]:
        case JournalOperation.SET_TRIAL_USER_ATTR:
            name = "user_attr"
        case JournalOperation.CREATE_TRIAL if "user_attrs" in log:
            name = "user_attrs"
        case _:
            return log
    return {**log, name: {key: change(value) for key, value in log[name].items()}}
