"""ASV benchmarks of whole studies, each in a process tree of its own: seconds per trial, memory and regret."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from cases import bars, case_of, ids_of, studies
from harness.model.record import Record

_REPEATS = 2  # runs of each study per commit, in turn, so that a slow minute does not fall on one of them
_Cache = dict[str, list[dict[str, float | None]]]


def _unit(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        method.unit = name  # type: ignore[attr-defined]
        return method

    return mark


class StudySuite:
    """What a study came to. ASV takes less for better in every `track_`, so there are no trials per second here."""

    version = "1"
    timeout = 600
    params = ids_of("study")
    param_names = ("case",)

    def setup_cache(self) -> _Cache:
        """Carry every study out in a fresh process tree; the benchmarks below read what they recorded."""
        root = Path.cwd()
        bars.prepare(root)
        found: _Cache = {name: [] for name in self.params}
        for _ in range(_REPEATS):
            for name in self.params:
                found[name].append(asdict(studies.figures_of(_carried_out(name, root))))
        return found

    setup_cache.timeout = 600  # type: ignore[attr-defined]

    @_unit("s")
    def track_cpu_s_per_trial(self, found: _Cache, name: str) -> float:
        return _median(found, name, "cpu_s_per_trial")

    @_unit("s")
    def track_wall_s_per_trial(self, found: _Cache, name: str) -> float:
        return _median(found, name, "wall_s_per_trial")

    @_unit("bytes")
    def track_peak_pss_bytes(self, found: _Cache, name: str) -> float:
        """PSS of the tree: shared pages count once, which no sum of RSS does, and `peakmem_` sees no child at all."""
        return _median(found, name, "peak_pss_bytes")

    @_unit("bytes")
    def track_peak_rss_bytes(self, found: _Cache, name: str) -> float:
        return _median(found, name, "peak_rss_bytes")

    @_unit("1")
    def track_regret(self, found: _Cache, name: str) -> float:
        return _median(found, name, "regret")


class LeverSuite:
    """Each lever pulled and not: two lines of a history that should keep their distance.

    Each study is carried out by the benchmark that reports it, so that `--bench` chooses levers: a cache would run all.
    """

    version = "1"
    timeout = 600
    params = ids_of("lever")
    param_names = ("case",)

    def setup_cache(self) -> str:
        """Write the files of bars, once per commit."""
        bars.prepare(Path.cwd())
        return str(Path.cwd())

    @_unit("s")
    def track_cpu_s_per_trial(self, root: str, name: str) -> float:
        return studies.figures_of(_carried_out(name, Path(root))).cpu_s_per_trial

    @_unit("bytes")
    def track_peak_pss_bytes(self, root: str, name: str) -> float:
        peak = studies.figures_of(_carried_out(name, Path(root))).peak_pss_bytes
        return float("nan") if peak is None else peak


def _carried_out(name: str, root: Path) -> Record:
    record: Record = case_of(name).begin(root)()  # type: ignore[assignment]
    return record


def _median(found: _Cache, name: str, figure: str) -> float:
    known = [value for run in found[name] if (value := run[figure]) is not None]
    return median(known) if known else float("nan")
