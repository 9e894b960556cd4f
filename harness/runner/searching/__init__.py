"""Carries a study's search out: stages, narrower ranges, racing and validation, in whatever process runs trials."""
