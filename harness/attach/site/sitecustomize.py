"""Read by every Python that a watched script starts: lets the harness in, then the sitecustomize that would have been.

This folder stands first on PYTHONPATH during `harness run`. Nothing here may fail, print or warn.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would cost each process its import


def _let_in() -> None:
    try:
        from harness.attach import hook

        hook.install(os.environ)
    except Exception:  # another Python's, without the harness: it runs unwatched, as the record will show
        pass


def _hand_over() -> None:
    """Run the sitecustomize that ours stands before, as the interpreter would have."""
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != _HERE]  # noqa: PTH100
    ours = sys.modules.pop(__name__, None)
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401 - the next one on the path
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
        if ours is not None:
            sys.modules[__name__] = ours


_let_in()
_hand_over()
