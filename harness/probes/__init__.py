"""Instruments: clocks and spans, memory, garbage collection, the machine. They read; they decide nothing."""
