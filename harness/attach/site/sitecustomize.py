"""Read by every Python that a watched script starts: lets the harness in, then the sitecustomize that would have been.

This folder stands first on PYTHONPATH during `harness run`. Nothing here may fail, print, warn or leave a trace: where
there is no other sitecustomize, this one ends as if it had not been found.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would cost each process its import
_OLDEST = (3, 11)


def _let_in() -> None:
    if sys.version_info < _OLDEST or not os.environ.get("HARNESS_ATTACH"):
        return
    try:
        from _frozen_importlib_external import SourceFileLoader

        attach = os.path.dirname(_HERE)  # noqa: PTH120
        name, path = "_study_harness.attach.private", os.path.join(attach, "private.py")  # noqa: PTH118
        own = type(sys)(name)
        own.__file__ = path
        SourceFileLoader(name, path).exec_module(own)
        own.let_in(os.path.dirname(attach), os.environ)  # noqa: PTH120
    except Exception:  # another Python's, or a harness that is being replaced: it runs unwatched, as the record shows
        pass


def _hand_over() -> None:
    """Run the sitecustomize that ours stands before, as the interpreter would have."""
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != _HERE]  # noqa: PTH100
    sys.path_importer_cache.pop(_HERE, None)
    ours = sys.modules.pop(__name__, None)
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401 - the next one on the path
    finally:
        if ours is not None:
            sys.modules.setdefault(__name__, ours)  # the import system takes it away again


_let_in()
_hand_over()
