"""What resuming a study costs, by how much it holds: measured on studies of known size, each in fresh processes.

    python benchmarks/resume_cost.py [--repeats 3] [--postgresql URL] [--write]

`--postgresql` names a database to fill (it must be empty); `--write` stores the coefficients where `harness study`
reads them. Sizes, storages and repeats are interleaved in a random order. The coefficients come from CPU time and hold
for a machine like this one; the lowest and the highest ratio of a measurement to them are stored beside them.
"""

import argparse
import dataclasses
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from harness.probes.machine import read_machine
from histories.filling import Size, fill_database, fill_journal
from histories.fitting import Measured, per_row, per_trial

COEFFICIENTS = Path(__file__).parents[1] / "harness" / "attach" / "histories" / "resume_cost.json"
CHILD = Path(__file__).parent / "histories" / "resuming_child.py"
SIZES = (
    Size(trials=1_000),
    Size(trials=4_000),
    Size(trials=16_000),
    Size(trials=4_000, params=2),
    Size(trials=2_000, params=18),
    Size(trials=2_000, attributes=10),
    Size(trials=1_000, attributes=50),
    Size(trials=2_000, intermediate_values=10),
    Size(trials=1_000, intermediate_values=50),
    Size(trials=3_000, params=4, attributes=5, intermediate_values=15),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A study ready to be resumed."""

    storage: str
    address: str
    size: Size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--postgresql", metavar="URL")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    measured: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        filled = [*_filled(Path(folder), arguments.postgresql)]
        order = [study for study in filled for _ in range(arguments.repeats)]
        random.Random(1).shuffle(order)
        for index, study in enumerate(order):
            found = _resume(study)
            measured.setdefault(study.storage, []).append(found)
            print(f"{index + 1}/{len(order)} {study.storage} {found}", file=sys.stderr, flush=True)
    table = _table(measured)
    print(json.dumps(table, indent=1))
    if arguments.write:
        COEFFICIENTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def _filled(folder: Path, postgresql: str | None) -> Iterator[Filled]:
    """The studies, each in a file or a database of its own."""
    for index, size in enumerate(SIZES):
        journal, database = folder / f"{index}.log", f"sqlite:///{folder}/{index}.db"
        fill_journal(journal, "big", size)
        fill_database(database, "big", size)
        yield Filled(storage="journal", address=str(journal), size=size)
        yield Filled(storage="sqlite", address=database, size=size)
        if postgresql is not None:
            address = _new_database(postgresql, f"resume_{index}")
            fill_database(address, "big", size)
            yield Filled(storage="postgresql", address=address, size=size)


def _new_database(url: str, name: str) -> str:
    import sqlalchemy as sa

    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def _resume(study: Filled) -> Measured:
    command = [sys.executable, str(CHILD), study.address, str(study.size.params)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return Measured(size=study.size, **json.loads(done.stdout.splitlines()[-1]))


def _table(measured: dict[str, list[Measured]]) -> dict[str, object]:
    in_journals = measured["journal"]  # where the storage's own part of a trial is small and steady
    tpe_s = [max(found.tpe_cpu_s - found.random_cpu_s, 1e-6) for found in in_journals]
    machine = read_machine()
    return {
        "command": "python benchmarks/resume_cost.py --write",
        "measured_on": datetime.now(tz=UTC).date().isoformat(),
        "machine": f"{machine.processor.model}, {machine.python.implementation} {machine.python.version}",
        "optuna": version("optuna"),
        "largest_trials": max(size.trials for size in SIZES),
        "storages": {
            storage: {
                "opening_cpu_s": per_row(
                    [found.size for found in of], [found.opening_cpu_s - found.random_cpu_s for found in of]
                ),
                "opening_bytes": per_row([found.size for found in of], [found.opening_bytes for found in of]),
            }
            for storage, of in sorted(measured.items())
        },
        "tpe_cpu_s": per_trial([found.size for found in in_journals], tpe_s),
        "sizes": [dataclasses.asdict(size) for size in SIZES],
    }


if __name__ == "__main__":
    main()
