"""Metrics: what is measured of a whole run, each with its unit and which way is better."""

from enum import Enum


class Metric(Enum):
    """What two runs are compared by. All are of a whole run; less is better for all but SCORE."""

    CPU = "cpu"  # of all its processes, from ready to the end; what starting them took is left out
    RUN_CPU = "run-cpu"  # the same with their start-up: interpreters, imports, warm-up
    WALL = "wall"  # from the first process being ready to the last trial's end
    RUN_WALL = "run-wall"  # from launch to exit
    MEMORY = "memory"  # peak PSS of the process tree
    STORAGE_CPU = "storage-cpu"  # inside storage calls, and between trials there
    LOAD_CPU = "load-cpu"  # inside sources
    FEATURE_CPU = "feature-cpu"  # inside features
    STARTUP_CPU = "startup-cpu"  # until ready, all processes
    STORED = "stored"  # bytes that the storage's files take in the end
    SCORE = "score"  # best value on all the data


TIMES = (
    Metric.CPU,
    Metric.RUN_CPU,
    Metric.WALL,
    Metric.RUN_WALL,
    Metric.STORAGE_CPU,
    Metric.LOAD_CPU,
    Metric.FEATURE_CPU,
    Metric.STARTUP_CPU,
)
