"""The parts of `read_bars`: from the bytes of a file, over raw columns, to checked prices and times."""
