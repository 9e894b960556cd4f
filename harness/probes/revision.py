"""The commit that this harness runs from, where it runs from a clean git checkout."""

import subprocess
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def own_commit(package: Path = PACKAGE) -> str | None:
    """Full hash of the checkout's commit; None when the package is installed, changed since, or git is missing.

    A changed checkout has no commit that would give the same numbers again.
    """
    is_tracked = _git(package, "ls-files", "--error-unmatch", "__init__.py") is not None
    if not is_tracked or _git(package, "status", "--porcelain", "--untracked-files=no", "--", ".") != "":
        return None
    return _git(package, "rev-parse", "HEAD")


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails or is missing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
