"""Sources: functions that bring data, on which data levers act."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from harness.errors import RunError
from harness.model.plan import DataAccess
from harness.probes.loads import loads
from harness.probes.spans import is_heard, span
from harness.workloads.marks.following import SOURCE, Following, followed, made
from harness.workloads.marks.marked import Marked, is_hashable
from harness.workloads.marks.share import WHOLE, Share, Take, share_in_force, take_of

LOAD = "load"

P = ParamSpec("P")
T = TypeVar("T")
Cut = Callable[[T, Take], T]


class Source(Marked[P, T]):
    """A function that brings data, made by `source`; see there."""

    def __init__(self, function: Callable[P, T], cut: Cut[T] | None = None) -> None:
        super().__init__(function)
        self._cut_by = cut
        made(SOURCE, self.name, self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        following, share = followed(), share_in_force()
        if following is None and share is WHOLE and loads() is None and not is_heard():
            return self._function(*args, **kwargs)
        with span(LOAD):
            if following is None:
                return self._cut(self._counted(SOURCE, args, kwargs), share)
            following.counts.called(self.name)
            return self._given(following, share, args, kwargs)

    def forget(self) -> None:
        """Drop what was kept."""
        following = followed()
        if following is not None:
            following.loaded.pop(self, None)

    def _given(self, following: Following, share: Share, args: Any, kwargs: Any) -> T:
        access = following.data(self.name)
        key = (args, tuple(sorted(kwargs.items())))
        if access is not DataAccess.PER_TRIAL and not is_hashable(key):
            following.counts.shared(self.name, 0, 0, "its arguments have no hash, so that every call loads")
            access = DataAccess.PER_TRIAL
        if access is DataAccess.PER_TRIAL:
            return self._cut(self._load(following, args, kwargs), share)
        loaded = following.loaded_by(self)
        with loaded.lock:  # threads that ask for the same data wait for one load
            cuts: dict[Share, T] = loaded.values.setdefault(key, {})
            if share not in cuts:
                if WHOLE not in cuts:
                    is_shared = access is DataAccess.SHARED
                    bring = self._shared if is_shared else self._load
                    cuts[WHOLE] = bring(following, args, kwargs)
                cuts[share] = self._cut(cuts[WHOLE], share)
            return cuts[share]

    def _load(self, following: Following, args: Any, kwargs: Any) -> T:
        brought = self._counted(SOURCE, args, kwargs)
        following.counts.loaded(self.name, brought)
        return brought

    def _shared(self, following: Following, args: Any, kwargs: Any) -> T:
        """What all workers of the run share, loaded by the first of them that asks for it."""
        from harness.workloads.marks.identity import UnknownCallError, call_digest

        if following.spool is None:
            raise RunError(f"the source {self.name} is to be shared, and no run has a place for it: use reuse instead")
        try:
            digest = call_digest(self._function, args, kwargs)
        except UnknownCallError as error:
            following.counts.shared(self.name, 0, 0, str(error))
            return self._load(following, args, kwargs)
        found = following.spool.fetch(
            digest, lambda: self._load(following, args, kwargs), f"what the source {self.name} brings"
        )
        following.counts.shared(self.name, found.mapped_bytes, found.pickled_bytes, found.unshared)
        following.counts.mapped(self.name, found.value)
        value: T = found.value
        return value

    def _cut(self, brought: T, share: Share) -> T:
        if share.is_whole:
            return brought
        take = take_of(share)
        cut: T = take(brought) if self._cut_by is None else self._cut_by(brought, take)
        return cut


@overload
def source(function: Callable[P, T], /) -> Source[P, T]: ...
@overload
def source(*, cut: Cut[T]) -> Callable[[Callable[P, T]], Source[P, T]]: ...


def source(function: Callable[..., Any] | None = None, /, *, cut: Cut[Any] | None = None) -> Any:
    """Mark a function that brings data (`@harness.source`), so that data levers act on it.

    A call is charged to the span "load". By default every call loads; the lever `reuse` loads once per process and
    arguments and hands out the same object again; `shared` loads once for all workers, which get read-only views of one
    file. Arguments without a hash are loaded each time.

    A share of the data is taken from tables, arrays, and tuples, lists and dicts of such. For anything else say how it
    is cut: `@harness.source(cut=f)`, where `f(brought, take)` gives what a load of less data would have brought, and
    `take(table)` gives the rows.
    """
    if function is not None:
        return Source(function)
    return lambda marked: Source(marked, cut)
