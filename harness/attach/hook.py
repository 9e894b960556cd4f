"""Lets the harness into a process that knows nothing of it: code that runs when Optuna, or a reader, is imported.

Only what every Python of a watched script must pay for stands here; the rest is imported when Optuna is.
"""

import sys

TYPE_CHECKING = False  # the script's own modules come first: nothing is imported before it begins
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType
    from typing import Any

    from harness.attach.phases import Phases

    Action = Callable[[ModuleType], None]

FOLDER = "HARNESS_ATTACH"  # the environment variable that names the record; every child process inherits it
OURS = "study-harness"  # what our own imports in a watched process are told under
STUDY_MODULE = "optuna.study.study"
READER_MODULES = (
    "pandas",
    "numpy",
    "polars",
    "joblib",
    "pyarrow.parquet",
    "pyarrow.feather",
    "pyarrow.csv",
    "sklearn.datasets",
)

_is_attached = False


class AfterImport:
    """A finder that finds nothing itself: it has an action run when a module of a given name has been executed."""

    def __init__(self, actions: "Mapping[str, Action]") -> None:
        self._actions = dict(actions)

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        action = self._actions.pop(name, None)
        if action is None:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = None if finder is self or find is None else find(name, path, target)
            if spec is not None:
                _then(spec.loader, action)
                return spec
        return None


def _then(loader: "Any", action: "Action") -> None:
    """Run `action` on the module after the loader has executed it. The loader is the module's own, and stays it."""
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return

    def exec_module(module: "ModuleType") -> None:
        del loader.exec_module
        execute(module)
        action(module)

    try:
        loader.exec_module = exec_module
    except AttributeError:
        return  # a loader that cannot be told: its module goes unwatched


def install(environment: "Mapping[str, str]") -> None:
    """Wait for Optuna in this process, if a record is named in the environment."""
    folder = environment.get(FOLDER)
    if not folder:
        return
    import atexit

    from harness.attach.import_clock import ImportClock
    from harness.attach.phases import Phases

    clock = ImportClock()
    phases = Phases(folder, clock)
    atexit.register(phases.end)
    actions: dict[str, Action] = dict.fromkeys(READER_MODULES, _wrap_readers)
    actions[STUDY_MODULE] = lambda module: _attach(module, environment, phases)
    sys.meta_path[:0] = [clock, AfterImport(actions)]


def _attach(module: "ModuleType", environment: "Mapping[str, str]", phases: "Phases") -> None:
    is_timed = phases.imports.begin(OURS)
    try:
        from harness.attach.process import attach

        _guarded(lambda: attach(module.Study, environment, phases), environment)
        global _is_attached
        _is_attached = True
        for name in READER_MODULES:
            reader = sys.modules.get(name)
            if reader is not None:
                _wrap_readers(reader)
    finally:
        if is_timed:
            phases.imports.end()


def _wrap_readers(module: "ModuleType") -> None:
    """Once Optuna is there: before, nobody listens, and none of our modules is imported for it."""
    if not _is_attached:
        return
    import os

    from harness.attach.readers import wrap_readers

    _guarded(lambda: wrap_readers(module), os.environ)
    if module.__name__ == "pandas":
        from harness.attach.row_methods import wrap_row_methods

        _guarded(lambda: wrap_row_methods(module), os.environ)


def _guarded(work: "Callable[[], object]", environment: "Mapping[str, str]") -> None:
    """A fault of ours must not become the script's: it is left beside the record, and the study runs unwatched."""
    try:
        work()
    except Exception as error:
        try:
            from pathlib import Path

            from harness.attach.faults import note_fault

            note_fault(Path(environment[FOLDER]), error)
        except Exception:  # what is at fault may be our own modules: then nothing is left, and still nothing rises
            return
