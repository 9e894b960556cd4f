"""A small record of every kind on disk, as it comes from somewhere else: hostile and damaged ones are made of these."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.claims.ledger import SEED, seed_ledger
from harness.claims.rulings import Evidence, Rulings, new_rulings
from harness.model.claim import EvidenceKind
from harness.model.codec import encode
from harness.model.comparisons import add_cell, add_look, new_comparison
from harness.model.history import HISTORY, HistoryFacts, StorageKind, StoredRows
from harness.model.lines import stream_rows
from harness.model.machine import Machine
from harness.model.marks import FeatureCalls, Marks, SourceCalls, marks_path
from harness.model.points import write_points
from harness.model.probing import write_probing
from harness.model.record import Origin, Record
from harness.model.reproductions import write_reproduction
from harness.model.scaling import add_cell as add_scaling_cell
from harness.model.scaling import new_scaling, write_ended, write_prediction
from harness.model.store import FACTS, write_json
from tests.comparisons import Fake, Truth, fake_compared
from tests.experiments.scaling.made import a_scaled
from tests.fakes import EPOCH_S, MIB, fake_reproduction
from tests.profiles import PIDS, header, outcome, record_rows, tree_memory, write_record
from tests.report.advice.made import a_probing

STACKS = (
    {"kind": "source", "source": "in-process", "rate_hz": 100.0, "why": None, "began_s": EPOCH_S},
    {"kind": "frame", "id": 0, "file": "/u/optimise.py", "line": 3, "function": "<module>"},
    {"kind": "frame", "id": 1, "file": "/u/optimise.py", "line": 9, "function": "objective"},
    {"kind": "stack", "id": 0, "frames": [0, 1]},
    {"kind": "samples", "rows": [[EPOCH_S + 1.6 + at / 100, PIDS[0], PIDS[0], 0, None, None, 0.01] for at in range(9)]},
)  # fmt: skip
MEMORY_LINES = {
    "pid": PIDS[0],
    "lines": [{"file": "/u/optimise.py", "line": 9, "source": "x = 1", "increment_bytes": MIB, "occurrences": 3}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """Where each kind lies."""

    run: Path
    history: Path
    comparison: Path
    scaling: Path
    reproduction: Path
    rulings: Path
    probing: Path
    points: Path

    def by_kind(self) -> Mapping[str, Path]:
        return {name: getattr(self, name) for name in self.__slots__}  # type: ignore[attr-defined]


def write_all(root: Path) -> Everything:
    """A record of every kind below `root`, the folder of all records."""
    run, comparison, reproduction = write_run(root), write_comparison(root), _reproduction(root)
    return Everything(
        run=run,
        history=_history(root),
        comparison=comparison,
        scaling=_scaling(root),
        reproduction=reproduction,
        rulings=_rulings(root, comparison, reproduction, run),
        probing=_probing(root),
        points=write_points(root / "points.json", [{"x": 1.0, "kind": "a"}, {"x": 2.5, "kind": None}]),
    )


def write_run(root: Path) -> Path:
    folder = write_record(
        root / "runs" / header().id,
        record_rows(6),
        memory=[tree_memory(second, {PIDS[0]: 100 * MIB, PIDS[1]: 90 * MIB, 77: MIB}) for second in (0.5, 1.7, 2.0)],
        end=outcome(),
    )
    (folder / "stacks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in STACKS))
    (folder / f"memory-lines-{PIDS[0]}.json").write_text(json.dumps(MEMORY_LINES))
    (folder / "allocations.collapsed.txt").write_text("process 1;objective (/u/optimise.py:9) 4096\n")
    write_json(folder / FACTS, {"bars": 5_000})
    calls = SourceCalls(calls=3, loads=1, rows=5_000, bytes=MIB)
    write_json(
        marks_path(folder, 0),
        Marks(sources={"bars": calls}, features={"ema": FeatureCalls(calls=9, distinct=3, hits=6, gridded=False)}),
    )
    return folder


def write_comparison(root: Path, pairs: int = 2) -> Path:
    compared = fake_compared(Fake(truths={"memo": Truth(whole=0.8)}, pairs=pairs, trials=3))
    folder = new_comparison(root, compared.comparison)
    for cell in compared.cells:
        add_cell(folder, cell)
    for look in compared.looks:
        add_look(folder, look)
    _records(root, compared.records)
    return folder


def _history(root: Path) -> Path:
    folder = write_record(
        root / "runs" / "20261125T000001-prices-history",
        record_rows(6),
        head=header(id="20261125T000001-prices-history", origin=Origin.HISTORY),
    )
    rows = StoredRows(
        trials=8,
        params=16,
        user_attributes=8,
        system_attributes=2,
        intermediate_values=4,
        attribute_bytes=900,
        storage_bytes=9_000,
    )
    facts = HistoryFacts(
        study="prices",
        storage=StorageKind.SQLITE,
        read_s=EPOCH_S + 100,
        optuna="5.0.0",
        schema="v3.2.0.a",
        directions=("maximize",),
        rows=rows,
        running=(7,),
        running_since_s=EPOCH_S + 30,
        waiting=1,
        workers=3,
        notes=("Read while it ran.",),
    )
    write_json(folder / HISTORY, facts)
    return folder


def _scaling(root: Path) -> Path:
    scaled = a_scaled()
    folder = new_scaling(root, scaled.scaling)
    for cell in scaled.cells:
        add_scaling_cell(folder, cell)
    assert scaled.prediction is not None
    assert scaled.ended is not None
    write_prediction(folder, scaled.prediction)
    write_ended(folder, scaled.ended)
    _records(root, scaled.records)
    return folder


def _reproduction(root: Path) -> Path:
    reproduction, records = fake_reproduction()
    _records(root, records)
    return write_reproduction(root, reproduction)


def _rulings(root: Path, comparison: Path, reproduction: Path, run: Path) -> Path:
    kinds = {
        EvidenceKind.COMPARISON: comparison.name,
        EvidenceKind.REPRODUCTION: reproduction.stem,
        EvidenceKind.STUDY: run.name,
    }
    evidence = tuple(
        Evidence(
            kind=kind,
            claims=tuple(claim.id for claim in seed_ledger().claims if claim.evidence is kind)[:2],
            ids=(name,),
            command=("harness", "claims"),
        )
        for kind, name in kinds.items()
    )
    rulings = Rulings(
        schema=1,
        id="20261128T074306-be02",
        started_s=EPOCH_S,
        ledger="seed.toml",
        only=(),
        machine=Machine(),
        command=("harness", "claims"),
        evidence=evidence,
    )
    return new_rulings(root, rulings, SEED.read_text(encoding="utf-8"))


def _probing(root: Path) -> Path:
    probing, records = a_probing()
    _records(root, records)
    return write_probing(root, probing)


def _records(root: Path, records: Mapping[str, Record]) -> None:
    for name, record in records.items():
        write_record(
            root / "runs" / name,
            [*record.starts, *record.studies, *record.trials, *record.ends],
            head=record.header,
            memory=record.memory[:3],
            end=record.outcome,
        )
        write_json(root / "runs" / name / FACTS, dict(record.facts))


def change_json(path: Path, change: Callable[[object], object]) -> None:
    """Put something else into a JSON file."""
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")


def change_lines(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Put something else into each line of a file of rows."""
    rows = [change(row) for row in stream_rows(path) if row is not None]
    path.write_text("".join(json.dumps(encode(row)) + "\n" for row in rows), encoding="utf-8")
