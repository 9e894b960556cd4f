"""Puts the observers into every Study of a process: its storage and sampler are seen through stand-ins."""

import os
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from harness.attach.hosts import is_here
from harness.attach.proxy import inner_of, standing_for
from harness.attach.pruner import ObservedPruners
from harness.attach.recorder import Recorder
from harness.attach.sampler import ObservedSampler
from harness.attach.storage import ObservedStorage
from harness.model.record import StudyRow
from harness.model.redaction import redacted

MakeProxy = Callable[[Any, Any], Any]  # the study and what it was given


class _SeenThrough:
    """A data descriptor over an attribute of Study: the plain object is kept, and a stand-in is given out.

    So it makes no difference how the attribute came to be: by the constructor, a later assignment, a pickle, a copy.
    Where it `is_for_optuna`, only Optuna's own code is given the stand-in: to others the attribute is what they set.
    """

    def __init__(self, name: str, make: MakeProxy, *, is_for_optuna: bool) -> None:
        self._name = name
        self._make = make
        self._is_for_optuna = is_for_optuna
        self._kept = f"_harness{name if name.startswith('_') else '_' + name}"

    def __get__(self, study: Any, owner: type) -> Any:
        if study is None:
            return self
        # object's own, as Hyperband's bracket studies refuse names that they do not know
        attributes = _attribute(study, "__dict__")
        if self._is_for_optuna and not _optunas(sys._getframe(1).f_globals.get("__name__")):
            if self._name in attributes:
                return attributes[self._name]
        elif self._kept in attributes:
            return attributes[self._kept]
        try:
            plain = attributes[self._name]
        except KeyError:
            raise AttributeError(f"{owner.__name__!r} object has no attribute {self._name!r}") from None
        kept = attributes[self._kept] = self._make(study, plain)
        return kept

    def __set__(self, study: Any, value: Any) -> None:
        attributes = object.__getattribute__(study, "__dict__")
        attributes[self._name] = inner_of(value)
        attributes.pop(self._kept, None)

    def __delete__(self, study: Any) -> None:
        attributes = object.__getattribute__(study, "__dict__")
        attributes.pop(self._kept, None)
        del attributes[self._name]


class _Seen:
    """A data descriptor that only hears of what an attribute of Study is set to: it is read as without us."""

    def __init__(self, name: str, hear: Callable[[Any], Any]) -> None:
        self._name = name
        self._hear = hear

    def __set__(self, study: Any, value: Any) -> None:
        _attribute(study, "__dict__")[self._name] = self._hear(value)

    def __delete__(self, study: Any) -> None:
        try:
            del _attribute(study, "__dict__")[self._name]
        except KeyError:
            raise AttributeError(self._name) from None


class _Optunas(dict[Any, bool]):
    """Whether a module's name is Optuna's, by what was found before: asked some ten times per trial."""

    def __missing__(self, name: Any) -> bool:
        found = isinstance(name, str) and (name.startswith("optuna.") or name == "optuna")
        if isinstance(name, str):
            self[name] = found
        return found


_attribute = object.__getattribute__
_optunas = _Optunas().__getitem__


def observe(study_class: Any, recorder: Recorder) -> Callable[[], None]:
    """Let `recorder` hear of all studies of `study_class` (optuna.Study); the answer undoes it."""
    pickled = study_class.__getstate__
    pruners = ObservedPruners(recorder)

    def storage_of(study: Any, plain: Any) -> Any:
        pruners.see(_attribute(study, "__dict__").get("pruner"))  # of a study that was not constructed: a copy's
        return standing_for(ObservedStorage, plain)(plain, recorder, weakref.ref(study))

    seen = {
        "_storage": _SeenThrough("_storage", storage_of, is_for_optuna=False),
        "sampler": _SeenThrough(
            "sampler", lambda study, plain: standing_for(ObservedSampler, plain)(plain, recorder), is_for_optuna=True
        ),
        "pruner": _Seen("pruner", pruners.see),
    }
    for name, descriptor in seen.items():
        setattr(study_class, name, descriptor)

    def without_stand_ins(study: Any) -> dict[str, Any]:
        state: dict[str, Any] = pickled(study)
        return {name: value for name, value in state.items() if not name.startswith("_harness_")}

    study_class.__getstate__ = without_stand_ins
    recorder.describe = describe

    def undo() -> None:
        for name in seen:
            delattr(study_class, name)
        study_class.__getstate__ = pickled
        pruners.restore()

    return undo


@contextmanager
def observed(recorder: Recorder) -> Iterator[None]:
    """While open, `recorder` hears of every study of this process."""
    from optuna.study import Study

    undo = observe(Study, recorder)
    try:
        yield
    finally:
        undo()


def describe(storage: Any, index: int) -> StudyRow | None:
    """What is known of the study that an observed storage stands in; None where it stands in none."""
    study = storage._harness_study()
    if study is None:
        return None
    inner = storage._harness_inner
    backend = getattr(inner, "_backend", inner)
    address = _address(inner, backend)
    return StudyRow(
        pid=storage._harness_recorder.books.pid,
        index=index,
        name=str(study.study_name),
        storage=_kind(backend if type(inner).__name__ == "_CachedStorage" else inner),
        storage_url=address,
        sampler=type(inner_of(study.sampler)).__name__,
        pruner=type(inner_of(study.pruner)).__name__,
        directions=tuple(direction.name.lower() for direction in study._directions),
        optuna=_version(),
        is_here=is_here(address),
        heartbeat_s=_asked(inner, "get_heartbeat_interval"),
        retries=_asked(inner, "get_heartbeat_stale_trial_callback", "get_failed_trial_callback") is not None,
        is_wal=_is_wal(backend),
    )


def _is_wal(backend: Any) -> bool | None:
    """Whether an SQLite database has a write-ahead log, by the file next to it.

    The database itself is not opened, not even to look: closing it would give up the locks that SQLite holds on it.
    """
    url = getattr(getattr(backend, "engine", None), "url", None)
    database = getattr(url, "database", None)
    if not str(url).startswith("sqlite") or database in (None, "", ":memory:"):
        return None
    return os.path.exists(f"{database}-wal")  # noqa: PTH110 - as SQLite names it


def _asked(storage: Any, *names: str) -> Any:
    """The answer of the first of these methods that the storage has: Optuna 5 renamed one, and warns of the old."""
    for name in names:
        method = getattr(storage, name, None)
        if method is not None:
            return method()
    return None


def _kind(storage: Any) -> str:
    """Optuna's class that a storage is or extends, so that it is known for what it is; else the user's own."""
    of_optuna = (kind.__name__ for kind in type(storage).__mro__ if kind.__module__.startswith("optuna."))
    name = next(of_optuna, "BaseStorage")
    return type(storage).__name__ if name == "BaseStorage" else name


def _address(inner: Any, backend: Any) -> str | None:
    """Where a storage keeps its trials, without a password: RDB, journal file or Redis, gRPC."""
    for owner, name in ((backend, "url"), (backend, "_file_path"), (backend, "_url")):
        value = getattr(owner, name, None)
        if isinstance(value, str):
            return redacted(value)
    host, port = getattr(inner, "_host", None), getattr(inner, "_port", None)
    return f"{host}:{port}" if isinstance(host, str) and port is not None else None


def _version() -> str | None:
    return getattr(sys.modules.get("optuna"), "__version__", None)
