"""Carries a scaling out: sizes and workers in balanced blocks, the size held out after its prediction is written."""
