"""The ASV suite: the cases of `benchmarks/cases` as classes that ASV discovers, with a history per commit."""

import sys
from pathlib import Path

# ASV imports this folder alone. At the end of the path, so that nothing in `benchmarks/` can hide an installed module.
sys.path.append(str(Path(__file__).resolve().parents[1]))
