"""While a user's module is imported: no study of it runs a trial, and none reaches a database or a file.

`harness compare`, `advise` and `scale` import a module for its objective alone. A module without
`if __name__ == "__main__":` would run its own study on the way, against the user's own storage.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from harness.errors import InputError

_STORAGES = (
    ("optuna.storages", "RDBStorage"),
    ("optuna.storages", "JournalStorage"),
    ("optuna.storages", "GrpcStorageProxy"),
)
_BACKENDS = (
    ("optuna.storages.journal", "JournalFileBackend"),
    ("optuna.storages.journal", "JournalRedisBackend"),
)
_RUNS = ("optimize", "ask")  # methods of Study that begin a trial
_GUARD = 'put it under `if __name__ == "__main__":`'


class _StoppedImportError(BaseException):
    """Ends an import at the place that would have begun a trial; no `except Exception` of the module catches it."""


@dataclass(slots=True)
class Imported:
    """What a module did with Optuna while it was imported."""

    module: str
    pid: int
    stopped: str | None = None  # where it would have begun a trial, as a clause
    held: str | None = None  # the first storage that was not opened, by its class
    directions: list[tuple[str, ...]] = field(default_factory=list)  # of the studies that it created, in memory
    is_open: bool = True


@contextmanager
def studies_held_back(module: str) -> Iterator[Imported]:
    """Hold every study back that `module` creates or runs while this is open.

    Studies are created in memory, whatever storage they name; nothing is written. Raises InputError at the end where
    one would have begun a trial, even if the module has swallowed the interruption, and where the module cannot be
    imported without its storage.
    """
    seen = Imported(module=module, pid=os.getpid())
    undo = _attach(seen)
    try:
        yield seen
    except _StoppedImportError:
        pass  # said below
    except SystemExit as ending:
        if seen.stopped is None:
            raise InputError(
                f"importing {module} ended the interpreter (SystemExit: {ending.code}): {_GUARD}, so that the module "
                "can be imported for its objective"
            ) from None
    except Exception as error:
        if seen.stopped is None and seen.held is not None and not isinstance(error, InputError):
            raise InputError(
                f"importing {module} opens a storage ({seen.held}), which the harness keeps in memory so that nothing "
                f"is written to it, and then failed ({type(error).__name__}: {error}): {_GUARD}"
            ) from error
        if seen.stopped is None:
            raise
    finally:
        seen.is_open = False
        undo()
    if seen.stopped is not None:
        raise InputError(_sentence(module, seen.stopped))


def _sentence(module: str, stopped: str) -> str:
    return (
        f"importing {module} runs a study ({stopped}): it was stopped before its first trial, and nothing was written; "
        f"{_GUARD}"
    )


def _attach(seen: Imported) -> Callable[[], None]:
    """Put the stand-ins in place; the answer takes them out again."""
    import optuna

    replaced: list[tuple[Any, str, Any]] = []

    def replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        plain = owner.__dict__[name]
        replaced.append((owner, name, plain))
        setattr(owner, name, make(plain))

    held_kind = _held_kind(seen)
    for name in _RUNS:
        replace(optuna.Study, name, lambda plain: _stopping(plain, seen))
    for address in _STORAGES:
        if (kind := _found(*address)) is not None:
            replace(kind, "__init__", partial(_becoming, seen=seen, kind=held_kind, name=kind.__name__))
    for address in _BACKENDS:
        if (kind := _found(*address)) is not None:
            replace(kind, "__init__", partial(_becoming, seen=seen, kind=None, name=kind.__name__))
    replace(optuna.storages, "get_storage", lambda plain: _in_memory(plain, seen, held_kind))

    def undo() -> None:
        for owner, name, plain in reversed(replaced):
            setattr(owner, name, plain)

    return undo


def _found(module: str, name: str) -> Any:
    """A class of Optuna, defined with an __init__ of its own; None where this version has none such."""
    try:
        kind = getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
    return kind if isinstance(kind, type) and "__init__" in kind.__dict__ else None


def _held_kind(seen: Imported) -> type:
    """What storages become: a storage in memory that has every study it is asked for."""
    from optuna.storages import InMemoryStorage
    from optuna.study import StudyDirection

    class HeldStorage(InMemoryStorage):
        """A storage in memory in place of the user's, whose studies are not looked at."""

        def create_new_study(self, directions: Any, study_name: str | None = None) -> int:
            seen.directions.append(tuple(direction.name.lower() for direction in directions))
            return int(super().create_new_study(directions, study_name))

        def get_study_id_from_name(self, study_name: str) -> int:
            try:
                return int(super().get_study_id_from_name(study_name))
            except KeyError:  # it is in the user's storage
                return int(super().create_new_study([StudyDirection.MINIMIZE], study_name))

    return HeldStorage


def _becoming(plain: Any, seen: Imported, kind: Any, name: str) -> Callable[..., None]:
    """An __init__ by which the new object is of `kind`; where that is None, one that opens nothing."""

    def become(self: Any, *args: Any, **kwargs: Any) -> None:
        if not seen.is_open:
            plain(self, *args, **kwargs)
            return
        seen.held = seen.held or name
        if kind is not None:
            self.__class__ = kind
            kind.__init__(self)

    return become


def _in_memory(plain: Any, seen: Imported, kind: type) -> Callable[[Any], Any]:
    def get_storage(storage: Any) -> Any:
        if not seen.is_open:
            return plain(storage)
        if storage is not None and not isinstance(storage, kind) and type(storage).__name__ != "InMemoryStorage":
            seen.held = seen.held or ("RDBStorage" if isinstance(storage, str) else type(storage).__name__)
        return storage if isinstance(storage, kind) else kind()

    return get_storage


def _stopping(plain: Any, seen: Imported) -> Callable[..., Any]:
    """A method of Study that begins no trial while the module is imported, and is itself afterwards."""

    def held(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not seen.is_open:
            return plain(self, *args, **kwargs)
        seen.stopped = seen.stopped or _place(plain.__name__)
        if os.getpid() != seen.pid:  # a fork of a pool, which would be started again and again for a BaseException
            raise InputError(_sentence(seen.module, seen.stopped))
        raise _StoppedImportError(seen.stopped)

    return held


def _place(method: str) -> str:
    """Which line began it: the innermost that is neither Optuna's nor ours."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("optuna", "harness"):
        frame = frame.f_back
    where = "" if frame is None else f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}: "
    return f"{where}study.{method}"
