"""Loops of the user's that take one value of a table or array at a time, found from stack samples and the source."""
