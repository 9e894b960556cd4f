"""Numbers in, numbers out: medians with intervals and the cost model; no records, no files."""
