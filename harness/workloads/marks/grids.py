"""The grid of a feature, computed once by one process of the run and mapped by all."""

from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING, Any

from harness.errors import RunError
from harness.model.files import PRIVATE_FOLDER
from harness.workloads.marks.following import Following
from harness.workloads.marks.identity import UnknownCallError, call_digest
from harness.workloads.marks.packing import Packed, unpack
from harness.workloads.marks.share import Share, share_in_force
from harness.workloads.marks.spool import Spool

if TYPE_CHECKING:
    from harness.workloads.marks.feature import Feature

_DONE = "done"


class Grid:
    """What a feature gives for each point of its grid, on one share of the data."""

    def __init__(self, spool: Spool, share: Share) -> None:
        self.spool = spool
        self.share = share
        self._mapped: dict[Hashable, Packed | None] = {}

    def value(self, key: Hashable) -> Packed | None:
        """What was computed for a point; None for a call that the grid does not hold."""
        if key not in self._mapped:
            name = _name(key)
            is_there = name is not None and self.spool.has(name)
            self._mapped[key] = unpack(self.spool.folder / str(name)) if is_there else None
        return self._mapped[key]

    def compute(self, feature: "Feature[..., Any]") -> None:
        """Compute the whole grid, or wait until another process has."""
        if self.spool.has(_DONE):
            return
        with self.spool.locked(_DONE):
            if self.spool.has(_DONE):
                return
            for args, kwargs in feature.grid_points():
                name = _name(feature.key_of(args, kwargs))
                if name is not None and not self.spool.has(name):
                    self.spool.put(name, partial(feature.function, *args, **kwargs), _what(feature))
            self.spool.mark(_DONE)


def grid_of(feature: "Feature[..., Any]", following: Following) -> Grid | None:
    """The feature's grid on the share that this thread is handed, computed; None where it declares none."""
    if not feature.is_gridded:
        return None
    share = share_in_force()
    with following.lock:
        grid = following.grids.get((feature, share))
    if grid is None:
        grid = _open(feature, share, following)
        if grid is None:
            return None
        grid.compute(feature)
        with following.lock:
            grid = following.grids.setdefault((feature, share), grid)
    return grid


def _open(feature: "Feature[..., Any]", share: Share, following: Following) -> Grid | None:
    if following.spool is None:
        raise RunError(f"the grid of {feature.name} is to be computed, and no run has a place for it: use memo instead")
    try:
        folder = following.spool.folder / f"grid-{call_digest(feature.function, share)}"
    except UnknownCallError:
        return None
    folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
    return Grid(Spool(folder=folder), share)


def _name(key: Hashable) -> str | None:
    try:
        return None if key is None else call_digest(_name, key)
    except UnknownCallError:
        return None


def _what(feature: "Feature[..., Any]") -> str:
    return f"the grid of the feature {feature.name}"
