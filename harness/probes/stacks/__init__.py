"""Stack samples of a running script: py-spy from outside, or a thread in each process where that is refused."""

DEFAULT_HZ = 20
"""Looks per second at every thread, chosen by `benchmarks/stack_cost.py`: at most 5 % of the study's own CPU."""
