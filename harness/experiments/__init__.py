"""Experiments: what the records of planned runs show, in numbers."""
