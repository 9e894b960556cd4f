"""Makes `benchmarks/` importable, as its own programs do."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks"))


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT
