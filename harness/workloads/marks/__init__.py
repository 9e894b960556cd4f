"""Marks on a user's own functions, sources and features, and what a plan makes of them."""
