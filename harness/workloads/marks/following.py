"""What a plan makes of the marks of this process: its policy, and all that is kept on its behalf."""

import threading
import weakref
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.errors import InputError
from harness.model.plan import MEMO_BYTES, DataAccess, FeatureAccess
from harness.registry import did_you_mean
from harness.workloads.marks.counting import Counts
from harness.workloads.marks.share import Share

if TYPE_CHECKING:
    from harness.workloads.marks.grids import Grid
    from harness.workloads.marks.memo import Memo
    from harness.workloads.marks.spool import Spool

SOURCE, FEATURE = "source", "feature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What marks do when they are called again. `only` names the marks that it is about; empty: all.

    A name of a source restricts sources alone, a name of a feature features.
    """

    data: DataAccess = DataAccess.PER_TRIAL
    features: FeatureAccess = FeatureAccess.PER_CALL
    memo_bytes: int = MEMO_BYTES
    only: tuple[str, ...] = ()


@dataclass(slots=True)
class Loaded:
    """What a source has brought, by its arguments and the share of it."""

    lock: Any = field(default_factory=threading.RLock)  # a source may call itself with other arguments
    values: dict[Hashable, dict[Share, Any]] = field(default_factory=dict)


class Following:
    """A policy in force, with what was kept under it. `spool` is where the run's processes share things."""

    def __init__(self, policy: Policy, spool: "Spool | None" = None) -> None:
        self.policy = policy
        self.spool = spool
        self.counts = Counts()
        self.loaded: weakref.WeakKeyDictionary[Any, Loaded] = weakref.WeakKeyDictionary()
        self.grids: dict[Hashable, Grid] = {}
        self.lock = threading.Lock()
        self._memo: Memo | None = None

    @property
    def memo(self) -> "Memo":
        """One for all features."""
        with self.lock:
            if self._memo is None:
                from harness.workloads.marks.memo import Memo

                self._memo = Memo(self.policy.memo_bytes)
            return self._memo

    def loaded_by(self, source: Any) -> Loaded:
        with self.lock:
            return self.loaded.setdefault(source, Loaded())

    def data(self, name: str) -> DataAccess:
        return self.policy.data if self._is_about(SOURCE, name) else DataAccess.PER_TRIAL

    def features(self, name: str) -> FeatureAccess:
        return self.policy.features if self._is_about(FEATURE, name) else FeatureAccess.PER_CALL

    def _is_about(self, kind: str, name: str) -> bool:
        if not self.policy.only:
            return True
        named = [one for one in self.policy.only if one in _names[kind]]
        return name in named if named else True


_names: dict[str, set[str]] = {SOURCE: set(), FEATURE: set()}
_gridded: dict[tuple[str, str], Any] = {}  # by module and qualified name, the one made last
_following: Following | None = None
_is_plain: ContextVar[bool] = ContextVar("is_plain", default=False)


def follow(following: Following | None) -> Following | None:
    """Make marks of this process do what a policy says (None: nothing); returns what they followed before."""
    global _following
    before, _following = _following, following
    return before


def followed() -> Following | None:
    """What the marks follow now, in this thread."""
    return None if _following is None or _is_plain.get() else _following


@contextmanager
def plainly() -> Iterator[None]:
    """Within, marks are plain calls for this thread: nothing is kept, shared or counted. Shares are still cut."""
    token = _is_plain.set(True)
    try:
        yield
    finally:
        _is_plain.reset(token)


def use_data_access(access: DataAccess) -> None:
    """Decide for this process what every `source` does when it is called again."""
    follow(None if access is DataAccess.PER_TRIAL else Following(Policy(data=access)))


def made(kind: str, name: str, mark: Any, *, gridded: bool = False) -> None:
    """A function was marked."""
    _names[kind].add(name)
    if gridded:
        _gridded[mark.__module__, mark.__qualname__] = mark


def gridded_features() -> list[Any]:
    """Features that declare a grid, in the order in which they were marked."""
    return list(_gridded.values())


def check_names(only: tuple[str, ...]) -> None:
    """Raise InputError for a name that no marked function has. Call it when the workload's modules are imported."""
    known = sorted(_names[SOURCE] | _names[FEATURE])
    for name in only:
        if name in known:
            continue
        has = (
            f"marked are {', '.join(known)}" if known else "nothing is marked with @harness.source or @harness.feature"
        )
        raise InputError(f"no source or feature is called {name!r}{did_you_mean(name, known)}: {has}")
