"""Raw columns: what a file holds, by role, before anything in it is believed."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from harness.workloads.topstepb.reading.columns import Roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """The columns of a file that have a role, as they were stored: one Arrow column each, text still text."""

    table: pa.Table
    roles: Roles
    notes: tuple[str, ...]
    has_names: bool = True  # False: the columns were named by their position
    line_of: Callable[[int], int] | None = None  # text only: the line (from 1) that holds a row (from 0)
