"""Names of the signals that end processes, for people."""

import signal


def signal_name(number: int) -> str:
    """`SIGKILL` and its like; real-time signals have only a number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
