"""Imports are timed by top-level package, and leave every module and its spec as they would be."""

import importlib
import importlib.util
import pickle
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from harness.attach.import_clock import ImportClock

WORK = "sum(range(20_000))\n"


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImportClock]:
    finders = list(sys.meta_path)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    made = ImportClock()
    sys.meta_path.insert(0, made)  # type: ignore[arg-type]
    yield made
    sys.meta_path[:] = finders
    for name in [name for name in sys.modules if name.startswith("clocked_")]:
        del sys.modules[name]


def test_a_package_is_told_with_what_it_imports_and_without(clock: ImportClock, tmp_path: Path) -> None:
    (tmp_path / "clocked_inner.py").write_text(WORK)
    (tmp_path / "clocked_outer.py").write_text(f"import json.tool\nimport clocked_inner\n{WORK}")

    importlib.import_module("clocked_outer")

    outer_ns, own_ns = clock.packages["clocked_outer"]
    inner_ns, _ = clock.packages["clocked_inner"]
    assert set(clock.packages) == {"clocked_outer", "clocked_inner"}  # the standard library is its importer's
    assert own_ns == outer_ns - inner_ns > 0
    assert [stretch[2] for stretch in clock.stretches] == [outer_ns]


def test_a_module_of_the_same_package_is_not_told_apart(clock: ImportClock, tmp_path: Path) -> None:
    package = tmp_path / "clocked_package"
    package.mkdir()
    (package / "__init__.py").write_text("from clocked_package import part\n")
    (package / "part.py").write_text(WORK)

    importlib.import_module("clocked_package")

    assert list(clock.packages) == ["clocked_package"]
    assert clock.packages["clocked_package"][0] == clock.packages["clocked_package"][1]


def test_the_spec_is_its_own_again(clock: ImportClock, tmp_path: Path) -> None:
    (tmp_path / "clocked_plain.py").write_text(
        "import sys\nseen = type(__spec__).__name__, __spec__._initializing, sys.modules[__name__].__name__\n"
    )

    module = importlib.import_module("clocked_plain")

    assert module.seen == ("ModuleSpec", True, "clocked_plain")
    assert type(module.__spec__) is ModuleSpec
    assert module.__spec__._initializing is False  # type: ignore[attr-defined]
    assert not any(name.startswith("_is_timed") for name in vars(module.__spec__))


def test_an_import_that_fails_ends_too(clock: ImportClock, tmp_path: Path) -> None:
    (tmp_path / "clocked_bad.py").write_text("raise ValueError('mine')\n")
    (tmp_path / "clocked_good.py").write_text("try:\n    import clocked_bad\nexcept ValueError:\n    pass\n")

    with pytest.raises(ValueError, match="mine") as raised:
        importlib.import_module("clocked_bad")
    importlib.import_module("clocked_good")

    assert not any(str(entry.path).endswith("harness/attach/import_clock.py") for entry in raised.traceback)
    assert set(clock.packages) == {"clocked_bad", "clocked_good"}
    assert len(clock.stretches) >= 1


def test_a_spec_that_is_only_looked_up_can_be_pickled(clock: ImportClock, tmp_path: Path) -> None:
    (tmp_path / "clocked_looked.py").write_text(WORK)

    spec = importlib.util.find_spec("clocked_looked")

    assert spec is not None
    assert pickle.loads(pickle.dumps(spec)).name == "clocked_looked"
    assert clock.packages == {}


def test_what_another_thread_imports_meanwhile_is_left_to_it(clock: ImportClock) -> None:
    assert clock.begin("one")
    clock._thread = -1

    assert not clock.begin("two")
    assert clock._is_wanted("three") is False
