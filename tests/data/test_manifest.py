"""The shipped sample is what the manifest says, and what the generator makes today."""

import tomllib
from pathlib import Path

import pytest

from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.readers import read_bars

DATA = Path(__file__).parents[2] / "data"
FILES = tomllib.loads((DATA / "manifest.toml").read_text())["file"]


def test_manifest_lists_every_shipped_sample() -> None:
    assert {path.name for path in DATA.glob("sample-*.parquet")} == {file["name"] for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_sample_has_the_hash_of_the_manifest_and_of_the_market_made_anew(file: dict[str, object]) -> None:
    bars = read_bars(DATA / str(file["name"]))
    assert len(bars) == file["bars"]
    assert bars.digest == file["bars_sha256"]
    assert make_market(MarketSpec.parse(str(file["market"]))).digest == file["bars_sha256"]
