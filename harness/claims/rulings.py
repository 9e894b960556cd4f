"""Rulings on disk: a copy of the ledger, and which experiments are the evidence; what they say is worked out anew.

<home>/claims/<id>/
rulings.json  Rulings, written again as each experiment ends
ledger.toml   the ledger as it was
"""

from dataclasses import dataclass, replace
from pathlib import Path

from harness.claims.ledger import parse_ledger
from harness.errors import InputError, RecordError
from harness.model.bounds import RunId
from harness.model.claim import EvidenceKind, Ledger
from harness.model.codec import decode
from harness.model.files import PRIVATE, draft_of
from harness.model.home import make_folder
from harness.model.machine import Machine
from harness.model.opening import read_plain
from harness.model.store import read_json, write_json

SCHEMA = 1
FOLDER = "claims"
RULINGS, LEDGER = "rulings.json", "ledger.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One experiment that was carried out, or why it was not. `ids` are a comparison, a reproduction, or runs."""

    kind: EvidenceKind
    claims: tuple[str, ...]
    ids: tuple[RunId, ...]
    command: tuple[str, ...]  # that repeats it by itself
    failed: str | None = None  # why there is none, as a clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """What was ruled on, and by what evidence so far."""

    schema: int
    id: RunId
    started_s: float
    ledger: str  # its file's name
    only: tuple[str, ...]  # ids of claims; empty: all
    machine: Machine
    command: tuple[str, ...]
    file: str | None = None  # the ledger as it was named on the command line; None: the built-in one
    trials: int | None = None  # of comparisons, in the place of the ledger's
    pairs: int | None = None
    evidence: tuple[Evidence, ...] = ()


def new_rulings(root: Path, rulings: Rulings, ledger_text: str) -> Path:
    """Make the folder, with the copy of the ledger; returns it."""
    folder = make_folder(root, f"{FOLDER}/{rulings.id}", is_new=True)
    with draft_of(folder / LEDGER, PRIVATE) as draft:
        draft.write_text(ledger_text, encoding="utf-8")
    write_json(folder / RULINGS, rulings, is_synced=True)
    return folder


def add_evidence(folder: Path, evidence: Evidence) -> None:
    """Add an experiment; a kill before that loses none of its runs, as `resume` finds them."""
    rulings, _ = read_rulings(folder)
    write_json(folder / RULINGS, replace(rulings, evidence=(*rulings.evidence, evidence)), is_synced=True)


def read_rulings(folder: Path) -> tuple[Rulings, Ledger]:
    """What was ruled on, with its ledger. Raises InputError for another folder, RecordError for a damaged one."""
    data = read_json(folder / RULINGS)
    if data is None:
        raise InputError(f"{folder} holds no rulings: it has no {RULINGS}; `harness runs` lists them")
    if data.get("schema") != SCHEMA:
        raise RecordError(f"{folder}: schema {data.get('schema')!r} is not {SCHEMA}: rule on the ledger again")
    rulings = decode(Rulings, data, str(folder / RULINGS))
    try:
        text = read_plain(folder / LEDGER).decode("utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        reason = "it is not there" if isinstance(error, FileNotFoundError) else "it is not UTF-8"
        raise RecordError(f"{folder / LEDGER} cannot be read ({reason}): rule on the ledger again") from error
    return rulings, parse_ledger(text, rulings.ledger)
