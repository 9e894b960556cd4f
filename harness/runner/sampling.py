"""Memory samples of a run's process tree, taken by its launcher, as often as they are cheap."""

import time
from pathlib import Path

from harness.model.appending import RowFile
from harness.model.codec import encode
from harness.model.store import MEMORY
from harness.probes.memory import tree_memory

EVERY_S = 0.25
SHARE = 0.01  # of a core: reading the maps of a large tree costs milliseconds
LATER_EVERY_S, LATER_S = 1.0, 60.0


class TreeSampler:
    """Appends a sample at each look. A full disk ends the samples, not the run."""

    def __init__(self, folder: Path) -> None:
        self._rows: RowFile | None = RowFile(folder / MEMORY)
        self._began_s = time.perf_counter()
        self._cost_s = 0.0
        self.peak_pss_bytes: int | None = None

    def look(self, pid: int) -> None:
        began_s = time.thread_time()
        sample = tree_memory(pid)
        if sample.processes and self._rows is not None:
            try:
                self._rows.append(encode(sample))
            except OSError:
                self.close()
        if sample.pss_bytes is not None:
            self.peak_pss_bytes = max(sample.pss_bytes, self.peak_pss_bytes or 0)
        self._cost_s = time.thread_time() - began_s

    @property
    def every_s(self) -> float:
        """How long to wait for the next look."""
        usual_s = EVERY_S if time.perf_counter() - self._began_s < LATER_S else LATER_EVERY_S
        return max(usual_s, self._cost_s / SHARE)

    def close(self) -> None:
        if self._rows is not None:
            self._rows.close()
            self._rows = None
