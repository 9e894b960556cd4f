"""ASV benchmarks of calls, timed by the CPU of the process: bars, strategy, scoring and Optuna's overhead."""

import gc
import time
from pathlib import Path

from cases import bars, case_of, ids_of
from harness.probes.memory import peak_rss_bytes, reset_peak, rss_bytes


class _CallSuite:
    """Times the cases of a group. ASV skips names that begin with an underscore, so this one is not discovered."""

    version = "1"  # explicit: by default an edit of these lines would drop the history. Raise it when a case changes.
    timer = time.process_time  # on a busy machine the wall told a true 2x from nothing; CPU told it
    timeout = 600
    number = 1  # setup runs before every sample, so that each meets the same state
    repeat = (2, 5, 60.0)  # samples: at least, at most, and seconds after which the least will do
    rounds = 4
    warmup_time = 0  # `begin` warms up
    params: tuple[str, ...] | list[str] = ()
    param_names = ("case",)

    def setup_cache(self) -> str:
        """Write the files of bars, once per commit, into the folder that ASV makes for it; not parameterised."""
        bars.prepare(Path.cwd())
        return str(Path.cwd())

    def setup(self, root: str, name: str) -> None:
        self.run = case_of(name).begin(Path(root))

    def time_call(self, root: str, name: str) -> None:
        gc.enable()  # timeit turns it off, and a study without garbage collection is not what anybody runs
        self.run()


class _BarsSuite(_CallSuite):
    """Times and weighs."""

    def track_peak_rise_bytes(self, root: str, name: str) -> int:
        """How far the first call raises this process's VmHWM above what was resident before it.

        Not `peakmem_`: that is ru_maxrss, which starts at the launcher's own peak and misses children.
        """
        if not reset_peak():
            raise NotImplementedError("this kernel does not reset VmHWM")
        before = rss_bytes()
        self.run()
        peak = peak_rss_bytes()
        if before is None or peak is None:
            raise NotImplementedError("no VmHWM here")
        return max(peak - before, 0)

    track_peak_rise_bytes.unit = "bytes"  # type: ignore[attr-defined]


class GenerateSuite(_BarsSuite):
    params = ids_of("generate")


class LoadSuite(_BarsSuite):
    params = ids_of("load")


class SplitSuite(_CallSuite):
    params = ids_of("split")


class StrategySuite(_CallSuite):
    params = ids_of("strategy")


class ScoreSuite(_CallSuite):
    params = ids_of("score")


class OverheadSuite(_CallSuite):
    params = ids_of("overhead")
