"""A study on a dataset of any size, for benchmarks/shared_data.py: loaded as its module is imported, touched whole.

LARGE_SOURCE names the folder of its columns; a trial ends when as many workers have touched the data at the same time
as LARGE_SOURCE_WORKERS says.
"""

import os
import time
from pathlib import Path

import numpy as np
import optuna
import pandas as pd

import harness

FOLDER, WORKERS = "LARGE_SOURCE", "LARGE_SOURCE_WORKERS"
_PATIENCE_S, _SEEN_S = 120.0, 1.0  # for the others to come; for the launcher to sample them together


@harness.source
def columns(folder: str) -> pd.DataFrame:
    return pd.DataFrame({path.stem: np.load(path) for path in sorted(Path(folder).glob("*.npy"))}, copy=False)


DATA = columns(os.environ[FOLDER])


def objective(trial: optuna.Trial) -> float:
    point = trial.suggest_float("x", 0, 1)
    total = sum(float(DATA[name].to_numpy().sum()) for name in DATA)
    marks = Path(os.environ["HARNESS_HOME"])
    (marks / f"touched-{os.getpid()}").touch()
    deadline_s = time.monotonic() + _PATIENCE_S
    while len(list(marks.glob("touched-*"))) < int(os.environ[WORKERS]) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    time.sleep(_SEEN_S)
    return point * total
