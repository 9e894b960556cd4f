"""How a sampling thread gets its turn at the interpreter while one busy thread lets go of the lock all the time."""

import sys

QUICK_S = 50e-6


class Turn:
    """Shortens the interpreter's switch interval while a single thread is in a trial; `give_back` restores it.

    A thread that waits for the GIL asks for it when it has waited one interval (5 ms) undisturbed. Where the holder
    calls code that lets go for a moment every 80 microseconds, as numpy and pandas do in a callback for each row, it
    never has, and a look comes only where the lock is free for long: at the wrong line. With several busy threads a
    short interval would make them change places a hundred times as often, and there the usual one serves.
    """

    def __init__(self) -> None:
        self._usual_s: float | None = None  # what was found; None while nothing has been changed

    def take(self, busy_threads: int) -> None:
        """After a look that found so many threads inside trials."""
        if busy_threads > 1:
            self.give_back()
        elif self._usual_s is None:
            self._usual_s = sys.getswitchinterval()
            sys.setswitchinterval(QUICK_S)

    def give_back(self) -> None:
        """The interval as it was, unless the script has set its own meanwhile."""
        if self._usual_s is not None and abs(sys.getswitchinterval() - QUICK_S) < 1e-9:
            sys.setswitchinterval(self._usual_s)
        self._usual_s = None
