"""Asks and tells by the optuna command line, as a shell script would."""

import json
import subprocess
import sys
from pathlib import Path
import clocks

OPTUNA = str(Path(sys.executable).with_name("optuna"))
STORE = ["--storage", "sqlite:///study.db", "--study-name", "s"]


def optuna(*arguments):
    return subprocess.run([OPTUNA, *arguments], check=True, capture_output=True, text=True).stdout


optuna("create-study", *STORE)
space = {"x": {"name": "FloatDistribution", "attributes": {"low": 0.0, "high": 1.0, "log": False, "step": None}}}
for _ in range(2):
    asked = json.loads(optuna("ask", *STORE, "--search-space", json.dumps(space), "-f", "json"))
    optuna("tell", *STORE, "--trial-number", str(asked["number"]), "--values", str(asked["params"]["x"]))
