"""Points of a search space in a file, so that every arm of an experiment evaluates the same ones by trial number."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.errors import RecordError
from harness.model.plan import Setting
from harness.model.store import read_json, write_json

Point = Mapping[str, Setting | None]


def write_points(path: Path, points: Sequence[Point]) -> Path:
    """Keep the parameters of trials, in the order of their numbers; returns the path."""
    write_json(path, {"points": [dict(point) for point in points]}, is_synced=True)
    return path


def read_points(path: Path) -> tuple[Point, ...]:
    """The points of a file by trial number. Raises RecordError where there is no such file, or no points in it."""
    data = read_json(path)
    if data is None:
        raise RecordError(f"{path} is not there: it held the points that this plan replays")
    points = data.get("points")
    if not isinstance(points, list) or not points or not all(isinstance(point, dict) for point in points):
        raise RecordError(f"{path} holds no points: record them again")
    return tuple(points)
