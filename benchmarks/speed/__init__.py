"""The speed targets: a module for each, whose `measure(pairs, root)` returns the lines of its table.

Every ratio is of things measured in turn, in one run, on CPU time; every figure is a median with a 95 % interval.
"""

TARGETS = {
    "kernel": "speed.kernel",
    "study": "speed.study",
    "load": "speed.load",
    "text": "speed.text",
    "recording": "speed.recording",
    "watching": "speed.watching",
    "closing": "speed.closing",
    "large-record": "speed.large_record",
    "help": "speed.start",
    "generator": "speed.generator",
}
"""Modules by the name that the command line takes."""
