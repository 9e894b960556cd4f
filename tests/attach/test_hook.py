"""The import hook runs its action once, after the module, and leaves the module as its own loader made it."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from harness.attach import hook
from harness.attach.hook import FOLDER, AfterImport, install


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of modules to import, and the import system as it was afterwards."""
    finders = list(sys.meta_path)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield tmp_path
    sys.meta_path[:] = finders
    for name in [name for name in sys.modules if name.startswith("hooked_")]:
        del sys.modules[name]


def test_the_action_sees_the_finished_module_once(place: Path) -> None:
    (place / "hooked_a.py").write_text("VALUE = 3\n")
    seen: list[int] = []
    sys.meta_path.insert(0, AfterImport({"hooked_a": lambda module: seen.append(module.VALUE)}))  # type: ignore[arg-type]

    module = importlib.import_module("hooked_a")
    importlib.reload(module)

    assert seen == [3]
    assert module.__spec__ is not None
    assert "exec_module" not in vars(module.__spec__.loader)
    assert type(module.__loader__).__name__ == "SourceFileLoader"


def test_other_modules_and_missing_ones_are_left_alone(place: Path) -> None:
    sys.meta_path.insert(0, AfterImport({"hooked_missing": lambda module: None}))  # type: ignore[arg-type]

    with pytest.raises(ModuleNotFoundError, match="hooked_missing"):
        importlib.import_module("hooked_missing")


def test_an_error_of_the_module_is_its_own(place: Path) -> None:
    (place / "hooked_bad.py").write_text("raise ValueError('mine')\n")
    seen: list[ModuleType] = []
    sys.meta_path.insert(0, AfterImport({"hooked_bad": seen.append}))  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="mine"):
        importlib.import_module("hooked_bad")
    assert seen == []


def test_without_a_record_nothing_is_installed(place: Path) -> None:
    before = list(sys.meta_path)

    install({})
    install({FOLDER: ""})

    assert sys.meta_path == before


def test_a_fault_of_ours_is_left_beside_the_record_and_does_not_rise(tmp_path: Path) -> None:
    def fault() -> None:
        raise RuntimeError("ours")

    hook._guarded(fault, {FOLDER: str(tmp_path)})
    hook._guarded(fault, {FOLDER: str(tmp_path / "gone")})

    (left,) = tmp_path.glob("fault-*.txt")
    assert "RuntimeError: ours" in left.read_text()
