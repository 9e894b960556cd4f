"""Levers: named optimisations, each a pure function from a plan to a plan."""
