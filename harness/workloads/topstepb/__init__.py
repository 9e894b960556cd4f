"""The reference workload: the seed's trading-strategy optimiser, as found and mended, from bars to a score."""
