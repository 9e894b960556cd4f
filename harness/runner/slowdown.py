"""The injected slowdown: the positive control that every comparison carries."""

import time
from typing import Any

from harness.workloads.base import Objective


def slowed(objective: Objective, share: float) -> Objective:
    """The objective, after which its thread burns so much of the CPU that it took again; itself where `share` is 0."""
    if share == 0:
        return objective

    def control(trial: Any) -> Any:
        began_s = time.thread_time()
        try:
            return objective(trial)
        finally:
            now_s = time.thread_time()
            end_s = now_s + (now_s - began_s) * share
            while time.thread_time() < end_s:
                pass

    return control
