"""Target: `harness --help` costs less than 0.3 s CPU, start of the interpreter included."""

from pathlib import Path

from speed.processes import run_python
from speed.target import Measured, in_turn, median, paired_ratio

LIMIT_S = 0.3
_PER_PAIR = 3
_ARMS = (
    ("-c", "import sys; sys.argv = ['harness', '--help']; from harness.cli import main; main()"),
    ("-c", "pass"),
)


def measure(pairs: int, root: Path) -> list[Measured]:
    """Pairs of fresh processes: the command, and an interpreter that does nothing."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for pair in range(pairs * _PER_PAIR):
        for arm in in_turn(pair):
            seconds[arm].append(run_python(_ARMS[arm], root).cpu_s)
    return [
        Measured(what="harness --help, CPU", value=median(seconds[0]), unit="s", limit=LIMIT_S),
        Measured(what="python -c pass, CPU", value=median(seconds[1]), unit="s"),
        Measured(what="harness --help / python -c pass", value=paired_ratio(*seconds), unit="x"),
    ]
