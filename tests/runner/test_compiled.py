"""What enters a watched process is compiled before it starts, and nothing of that can fail."""

import os
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from harness.runner.compiled import keep_compiled


def test_modules_are_compiled_where_python_is_told_to_write_no_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = tmp_path / "part" / "module.py"
    module.parent.mkdir()
    module.write_text("A = 1\n")

    keep_compiled([tmp_path])

    assert Path(cache_from_source(os.fspath(module))).exists()


def test_only_a_module_that_has_changed_is_compiled_again(tmp_path: Path) -> None:
    changed, kept = tmp_path / "changed.py", tmp_path / "kept.py"
    for module in (changed, kept):
        module.write_text("A = 1\n")
    keep_compiled([tmp_path])
    before = [Path(cache_from_source(os.fspath(module))).read_bytes() for module in (changed, kept)]
    inode = Path(cache_from_source(os.fspath(kept))).stat().st_ino
    changed.write_text("A = 'longer'\n")
    os.utime(changed, (1e9, 1e9))

    keep_compiled([tmp_path])

    after = [Path(cache_from_source(os.fspath(module))).read_bytes() for module in (changed, kept)]
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert Path(cache_from_source(os.fspath(kept))).stat().st_ino == inode


def test_where_nothing_can_be_written_nothing_is_raised_or_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "module.py").write_text("A = 1\n")
    (tmp_path / "broken.py").write_text("A = = 1\n")
    (tmp_path / "__pycache__").write_text("a file stands where the folder would be")

    keep_compiled([tmp_path, tmp_path / "nowhere"])

    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "__pycache__").read_text() == "a file stands where the folder would be"
