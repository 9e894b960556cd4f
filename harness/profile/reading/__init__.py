"""Rows on disk to columns: streamed line by line, so that a hundred thousand trials are quick and small."""
