"""How many processes and threads the user may still start here: what watches must not take the script's last ones."""

import os
import resource
from contextlib import suppress
from pathlib import Path

TIGHT = 64
"""With fewer left, nothing is started beside the script that it could run without."""
_COUNTED = 4096  # a higher limit is not worth the count


def is_tight(left: int | None) -> bool:
    """Whether that few are left; unlimited is not."""
    return left is not None and left < TIGHT


def processes_left(proc: Path = Path("/proc"), limit: int | None = None) -> int | None:
    """Processes and threads that this user may still start; None where they are many or unlimited (root's are)."""
    most = resource.getrlimit(resource.RLIMIT_NPROC)[0] if limit is None else limit
    if most == resource.RLIM_INFINITY or most > _COUNTED or os.geteuid() == 0:
        return None
    return max(0, most - sum(_threads(place) for place in proc.iterdir() if place.name.isdecimal()))


def _threads(process: Path) -> int:
    """Threads of a process of ours; 0 for another's."""
    with suppress(OSError, ValueError):
        fields = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
        if int(fields["Uid"].split()[0]) == os.getuid():
            return int(fields["Threads"])
    return 0
