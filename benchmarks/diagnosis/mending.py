"""What mending a case saves: the script and its mended twin, run plain and in turn, and the ratio of their costs."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diagnosis.case import Case
from diagnosis.running import Cost, run_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Shares of the original's wall and CPU that the mended twin does without: the median of pairs."""

    wall: float
    cpu: float
    pairs: int


def saving_of(pairs: Sequence[tuple[Cost, Cost]]) -> Saving:
    """From the costs of originals and twins. The median of the pairs' own shares: what slows one slows the other."""
    return Saving(
        wall=statistics.median(1 - mended.wall_s / original.wall_s for original, mended in pairs),
        cpu=statistics.median(1 - mended.cpu_s / original.cpu_s for original, mended in pairs),
        pairs=len(pairs),
    )


def measure(case: Case, folder: Path, pairs: int) -> Saving:
    """Runs both in turn, without the harness. Raises RuntimeError where one of them fails."""
    costs = []
    for number in range(pairs):
        original = run_plain(case, folder / f"{case.name}-original-{number}", case.source)
        mended = run_plain(case, folder / f"{case.name}-mended-{number}", case.mended_source)
        costs.append((original, mended))
    return saving_of(costs)


def read_savings(path: Path) -> Mapping[str, Saving]:
    """What was measured before, by case; empty where nothing was."""
    if not path.exists():
        return {}
    return {name: Saving(**saving) for name, saving in json.loads(path.read_text(encoding="utf-8"))["saved"].items()}


def write_savings(path: Path, savings: Mapping[str, Saving], command: str) -> None:
    """As JSON, with the command that measured it."""
    saved = {
        name: {"wall": round(saving.wall, 4), "cpu": round(saving.cpu, 4), "pairs": saving.pairs}
        for name, saving in sorted(savings.items())
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"command": command, "saved": saved}, indent=1) + "\n", encoding="utf-8")
