"""The commit is told only where checking it out would bring the same code back."""

import subprocess
from pathlib import Path

import pytest

from harness.probes.revision import own_commit


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "--quiet")
    package = tmp_path / "harness"
    package.mkdir()
    (package / "__init__.py").write_text("")
    return package


def test_a_clean_checkout_has_its_commit(checkout: Path) -> None:
    _git(checkout, "add", ".")
    _git(checkout, "commit", "--quiet", "-m", "first")
    assert own_commit(checkout) == _git(checkout, "rev-parse", "HEAD")


def test_a_changed_checkout_has_none(checkout: Path) -> None:
    _git(checkout, "add", ".")
    _git(checkout, "commit", "--quiet", "-m", "first")
    (checkout / "__init__.py").write_text("changed = True\n")
    assert own_commit(checkout) is None


def test_a_package_installed_inside_somebody_elses_checkout_has_none(checkout: Path) -> None:
    assert own_commit(checkout) is None  # there, but git does not track it


def test_outside_git_there_is_none(tmp_path: Path) -> None:
    assert own_commit(tmp_path) is None
