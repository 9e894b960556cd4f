"""Makes the cases importable and writes the files that they work on, once per session."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))  # at the end: nothing here may hide an installed module


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of bars."""
    from cases import bars

    folder = tmp_path_factory.mktemp("cases")
    bars.prepare(folder)
    return folder
