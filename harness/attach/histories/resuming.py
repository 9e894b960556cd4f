"""What going on with a study costs before and in its next trials, from coefficients measured on studies of known size.

The coefficients lie in `resume_cost.json`, beside the command that measured them; `benchmarks/resume_cost.py` does it
again on any machine.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from harness.model.history import StorageKind, StoredRows

_COEFFICIENTS = Path(__file__).with_name("resume_cost.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An estimate, with the lowest and the highest that the scatter of the measurements makes of it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCost:
    """The cost of going on, in each process that opens the study."""

    opening_cpu_s: Range  # before its first trial
    opening_bytes: Range
    tpe_cpu_s: Range  # of TPE, Optuna's default sampler, in each further trial
    machine: str
    optuna: str
    is_extrapolated: bool  # the study is larger than any that was measured


def resume_cost(rows: StoredRows, storage: StorageKind) -> ResumeCost | None:
    """The cost for a study that holds `rows`; None for a storage that was not measured."""
    measured = coefficients()
    of_storage = measured["storages"].get(storage.value)
    if of_storage is None:
        return None
    stored = {
        "trials": rows.trials,
        "params": rows.params,
        "attributes": rows.user_attributes + rows.system_attributes,
        "intermediate_values": rows.intermediate_values,
    }
    return ResumeCost(
        opening_cpu_s=_range(of_storage["opening_cpu_s"], stored),
        opening_bytes=_range(of_storage["opening_bytes"], stored),
        tpe_cpu_s=_range(measured["tpe_cpu_s"], {"constant": 1, **stored}),
        machine=measured["machine"],
        optuna=measured["optuna"],
        is_extrapolated=rows.trials > measured["largest_trials"],
    )


@cache
def coefficients() -> Mapping[str, Any]:
    """The coefficients as `benchmarks/resume_cost.py` wrote them."""
    data: Mapping[str, Any] = json.loads(_COEFFICIENTS.read_text(encoding="utf-8"))
    return data


def _range(fitted: Mapping[str, float], stored: Mapping[str, int]) -> Range:
    value = sum(fitted[name] * count for name, count in stored.items() if name in fitted)
    return Range(value=value, low=value * fitted["lowest_ratio"], high=value * fitted["highest_ratio"])
