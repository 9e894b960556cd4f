"""Native thread pools (BLAS, OpenMP) already loaded into this process, asked for their size. Loads nothing."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from harness.model.machine import ThreadPool
from harness.probes.procfs import PROC, read_text

__all__ = ["SETTINGS", "loaded_pools", "pool_libraries"]

SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
"""The environment variables that size thread pools in the libraries that studies use."""

# What the file is called -> what we call it, and the functions that tell its size. NumPy's and SciPy's wheels
# prefix OpenBLAS's functions, and add 64_ where indices are 64 bits wide.
_OPENMP = ("omp_get_max_threads",)
_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "openblas",
        "openblas",
        tuple(f"{prefix}openblas_get_num_threads{suffix}" for prefix in ("scipy_", "") for suffix in ("64_", "")),
    ),
    ("libmkl_rt", "mkl", ("MKL_Get_Max_Threads",)),
    ("libgomp", "openmp-gnu", _OPENMP),
    ("libomp", "openmp-llvm", _OPENMP),
    ("libiomp", "openmp-intel", _OPENMP),
)


def loaded_pools(proc: Path = PROC, load: Callable[[str], ctypes.CDLL] | None = None) -> tuple[ThreadPool, ...] | None:
    """Pools in the order their libraries were mapped; None where the map of this process cannot be read."""
    maps = read_text(proc / "self" / "maps")
    if maps is None:
        return None
    load = load or _already_loaded
    pools = []
    for path, library, functions in pool_libraries(maps):
        threads = _ask(path, functions, load)
        if threads is not None:
            pools.append(ThreadPool(library=library, threads=threads))
    return tuple(pools)


def pool_libraries(maps: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(file, library, functions) of each pool named in the text of a /proc/<pid>/maps, once each."""
    # Fields are address, permissions, offset, device, inode and path; a path may hold blanks.
    paths = dict.fromkeys(fields[5] for line in maps.splitlines() if len(fields := line.split(None, 5)) == 6)
    found = []
    for path in paths:
        name = PurePosixPath(path).name
        kind = next((kind for kind in _KINDS if kind[0] in name and ".so" in name), None)
        if kind is not None:
            found.append((path, kind[1], kind[2]))
    return tuple(found)


def _already_loaded(path: str) -> ctypes.CDLL:
    return ctypes.CDLL(path, mode=os.RTLD_NOLOAD | os.RTLD_LAZY)


def _ask(path: str, functions: tuple[str, ...], load: Callable[[str], ctypes.CDLL]) -> int | None:
    try:
        library = load(path)
    except OSError:
        return None  # unlinked since it was mapped, as an upgrade under a running process does
    for function in functions:
        if hasattr(library, function):
            threads = int(getattr(library, function)())
            return threads if threads > 0 else None
    return None
