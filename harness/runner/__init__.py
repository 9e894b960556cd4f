"""Carries plans out: one run in a fresh interpreter, watched by its launcher, recorded on disk."""
