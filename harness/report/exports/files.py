"""Which files a record has something for, and their texts."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.profile.facts import Profile
from harness.profile.stacks import read_stacks
from harness.report.exports.collapsed import collapsed
from harness.report.exports.speedscope import speedscope
from harness.report.exports.trace import trace


def exports(folder: Path, profile: Profile) -> Iterator[tuple[str, str]]:
    """Name and text of each file that the record has something for."""
    if len(profile.trials):
        yield "trace.json", trace(profile)
    stacks = read_stacks(folder)
    if stacks is not None and stacks.samples:
        yield "stacks.speedscope.json", speedscope(stacks, profile.label, _version())
        yield "stacks.collapsed.txt", collapsed(stacks)


def _version() -> str:
    try:
        return version("study-harness")
    except PackageNotFoundError:
        return "unknown"
