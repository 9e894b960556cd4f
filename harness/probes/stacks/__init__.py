"""Stack samples of a running script: py-spy from outside, or a thread in each process where that is refused."""

DEFAULT_HZ = 100
"""Looks per second at every thread, at most: py-spy's own default. What they cost decides (`budget`), and time."""

STEADY_HZ = 20
"""What the rate comes to after two minutes, before it falls on."""

INSIDE_HZ = 40
"""The same of the thread in each process, which no budget follows: a look takes the interpreter's lock."""
