"""Features: pure functions of their arguments and the sources, on which feature levers act."""

import inspect
from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import product
from typing import Any, ParamSpec, TypeVar, overload

from harness.errors import InputError
from harness.model.plan import FeatureAccess
from harness.probes.loads import loads
from harness.probes.spans import is_heard, span
from harness.workloads.marks.following import FEATURE, Following, followed, made
from harness.workloads.marks.marked import Marked, is_hashable
from harness.workloads.marks.share import share_in_force

P = ParamSpec("P")
T = TypeVar("T")
Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Points = Mapping[str, Iterable[Any]] | Iterable[Any]
Grid = Points | Callable[[], Points]


class Feature(Marked[P, T]):
    """A pure function of its arguments and the sources, made by `feature`; see there."""

    def __init__(
        self, function: Callable[P, T], grid: Grid | None = None, key: Callable[..., Hashable] | None = None
    ) -> None:
        super().__init__(function)
        self._grid = grid
        self._known_by = key
        self._signature: inspect.Signature | None = None
        made(FEATURE, self.name, self, gridded=self.is_gridded)

    @property
    def is_gridded(self) -> bool:
        """Whether it declares a grid of arguments."""
        return self._grid is not None

    @property
    def function(self) -> Callable[P, T]:
        """The plain function."""
        return self._function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        following = followed()
        if following is None and loads() is None and not is_heard():
            return self._function(*args, **kwargs)
        with span(FEATURE):
            if following is None:
                return self._computed(args, kwargs)
            return self._given(following, args, kwargs)

    def grid_points(self) -> Iterable[Arguments]:
        """The arguments of each call that the grid declares. Raises InputError where it declares none."""
        grid = self._grid() if callable(self._grid) else self._grid
        points = _points(() if grid is None else grid)
        if not points:
            raise InputError(f"the feature {self.name} declares an empty grid: give it arguments, or leave grid out")
        return points

    def key_of(self, args: Any, kwargs: Any) -> Hashable:
        """By what a call is known: what `key` says, or the arguments, however they were passed; None without a hash."""
        known_by = self._known_by
        key = self._bound(args, kwargs) if known_by is None else known_by(*args, **kwargs)
        return key if is_hashable(key) else None

    def _given(self, following: Following, args: Any, kwargs: Any) -> T:
        counts, share, key = following.counts, share_in_force(), self.key_of(args, kwargs)
        counts.asked(self.name, (share, key) if key is not None else None, gridded=self.is_gridded)
        match following.features(self.name):
            case FeatureAccess.PER_CALL:
                return self._computed(args, kwargs)
            case _ if key is None:
                counts.answered(self.name, unkept=True)
                return self._computed(args, kwargs)
            case FeatureAccess.MEMO:
                return self._from_memo(following, (self, share, key), args, kwargs)
            case FeatureAccess.PRECOMPUTE:
                return self._from_grid(following, key, args, kwargs)

    def _from_memo(self, following: Following, key: Hashable, args: Any, kwargs: Any) -> T:
        from harness.workloads.marks.memo import Kept

        value: T
        value, kept = following.memo.answer(key, lambda: self._computed(args, kwargs))
        following.counts.answered(self.name, hit=kept is Kept.HIT, unkept=kept is Kept.TOO_LARGE)
        return value

    def _from_grid(self, following: Following, key: Hashable, args: Any, kwargs: Any) -> T:
        from harness.workloads.marks.grids import grid_of
        from harness.workloads.marks.memo import handed_out

        grid = grid_of(self, following)
        found = None if grid is None else grid.value(key)
        if found is None:
            following.counts.answered(self.name, outside=True)
            return self._computed(args, kwargs)
        following.counts.answered(self.name, hit=True)
        value: T = handed_out(found.value)
        return value

    def _computed(self, args: Any, kwargs: Any) -> T:
        known = None if self._known_by is None or loads() is None else self._known_by(*args, **kwargs)
        return self._counted(FEATURE, args, kwargs, known)

    def _bound(self, args: Any, kwargs: Any) -> Hashable:
        signature = self._signature = self._signature or inspect.signature(self._function)
        if not kwargs and len(args) == len(signature.parameters):
            return tuple(args)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return (*bound.args, *sorted(bound.kwargs.items()))


def _points(grid: Points) -> list[Arguments]:
    if isinstance(grid, Mapping):
        return [((), dict(zip(grid, values, strict=True))) for values in product(*grid.values())]
    return [_arguments(point) for point in grid]


def _arguments(point: Any) -> Arguments:
    if isinstance(point, dict):
        return (), point
    return (point if isinstance(point, tuple) else (point,)), {}


@overload
def feature(function: Callable[P, T], /) -> Feature[P, T]: ...
@overload
def feature(
    *, grid: Grid | None = None, key: Callable[..., Hashable] | None = None
) -> Callable[[Callable[P, T]], Feature[P, T]]: ...


def feature(
    function: Callable[..., Any] | None = None,
    /,
    *,
    grid: Grid | None = None,
    key: Callable[..., Hashable] | None = None,
) -> Any:
    """Mark a pure function of its arguments and the sources (`@harness.feature`), such as an indicator.

    A call is charged to the span "feature", and a profile counts how often it was asked for the same. The lever `memo`
    keeps what it gave, by its arguments. `precompute` acts where it declares a grid: a list of single arguments, tuples
    or dicts, a dict of lists (their product), or a function that gives one of these. `key` says by what a call is known
    where the arguments themselves have no hash or are large: `key=lambda prices, span: span`.
    """
    if function is not None:
        return Feature(function)
    return lambda marked: Feature(marked, grid, key)
