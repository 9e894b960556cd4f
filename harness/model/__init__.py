"""Frozen data and its codec: plans, records and what they are made of. Standard library, and orjson for rows."""
