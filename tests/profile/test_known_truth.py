"""The reference workload as found, sampled for real: its heaviest line is the one that applies the slope."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.model.stacks import StackSource
from harness.probes.stacks import spy
from harness.probes.stacks.permission import may_trace
from harness.profile.facts import StackProfile
from harness.profile.stacks import stack_profile
from harness.workloads.topstepb import as_found
from tests.profiles import fake_trials, header

pytestmark = [pytest.mark.process, pytest.mark.slow]

STUDY = """
import sys, threading
from pathlib import Path
import optuna
from harness.probes.stacks.in_process import InProcessSampler
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.rungs import Rung, backtest

table = make_market(MarketSpec(bars=2000, interval_s=900, regime=Regime.CRYPTO, seed=1)).table
main = threading.get_ident()
where = lambda ident: (0, "objective") if ident == main else None
inside = InProcessSampler(Path(sys.argv[1]), 100, "asked for", where)

def objective(trial):
    length = trial.suggest_int("length", 10, 30)
    return len(backtest(Rung.AS_FOUND, table, Parameters(slope_length=length)).trades)

optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study()
if len(sys.argv) > 2:
    inside.start()
study.optimize(objective, n_trials=12)
inside.stop()
"""


def slope_line() -> int:
    """Where the strategy applies its slope, as its source says."""
    lines, first = inspect.getsourcelines(as_found.slope)
    return first + next(index for index, line in enumerate(lines) if ".rolling(" in line and ".apply(" in line)


def sampled(folder: Path, *, inside: bool) -> StackProfile:
    script = folder / "study.py"
    script.write_text(STUDY)
    record = folder / "record"
    record.mkdir()
    command = [sys.executable, str(script), str(record), *(["inside"] if inside else [])]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    looking = None if inside else spy.start(process.pid, record, 100, cost_share=None)
    assert process.wait() == 0
    if isinstance(looking, spy.PySpy):
        assert looking.stop().why is None
    found = stack_profile(record, fake_trials(0), header(command=(str(script),)), ())
    assert found is not None
    return found


@pytest.mark.parametrize(
    "source",
    [
        StackSource.IN_PROCESS,
        pytest.param(
            StackSource.PY_SPY,
            marks=pytest.mark.skipif(may_trace() is not None, reason="py-spy may not look at processes here"),
        ),
    ],
)
def test_the_slope_is_shown_at_the_line_that_applies_it(tmp_path: Path, source: StackSource) -> None:
    found = sampled(tmp_path, inside=source is StackSource.IN_PROCESS)
    heaviest = found.hot_lines[0]
    assert found.source is source
    assert heaviest.file == "harness/workloads/topstepb/as_found.py"
    assert heaviest.line == slope_line()
    assert heaviest.callback == "Rolling.apply calls regression_slope() for each row"
    assert heaviest.share > 0.8
