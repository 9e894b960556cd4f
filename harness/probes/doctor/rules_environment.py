"""Rules on the Python environment: versions, compiled files, the hash seed, thread settings, start methods."""

from collections.abc import Iterator

from harness.model.machine import Machine
from harness.probes.doctor.check import Area, Check
from harness.probes.doctor.facts import Facts, Package
from harness.probes.doctor.verdict import Verdict, list_text

__all__ = ["judge_environment"]

_need = Verdict(area=Area.ENVIRONMENT, is_required=True)
_wish = Verdict(area=Area.ENVIRONMENT)
_BLAS_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def judge_environment(facts: Facts) -> Iterator[Check]:
    """The interpreter, its packages and its settings."""
    yield _python(facts)
    yield _packages(facts.package)
    yield _bytecode(facts)
    yield _hash_seed(facts.machine)
    yield _native_threads(facts.machine)
    yield _start_methods(facts.start_methods)


def _python(facts: Facts) -> Check:
    python = facts.machine.python
    found = f"{python.implementation} {python.version}, {'with' if python.has_gil else 'without'} the GIL"
    if not facts.package.is_python_met:
        wanted = facts.package.wanted_python
        return _need.missing("Python", f"{found}; wanted {wanted}", f"Make the environment with Python {wanted}.")
    return _need.ok("Python", found)


def _packages(package: Package) -> Check:
    if not package.is_installed:
        return _need.missing(
            "Packages",
            "the harness runs from its files, not as an installed package",
            "Install it, so that versions can be checked: pip install -e .",
        )
    unmet = [requirement for requirement in package.requirements if not requirement.is_met]
    if unmet:
        lines = [f"{one.name} {one.installed or 'absent'} (wanted {one.wanted or 'any'})" for one in unmet]
        wanted = " ".join(f"'{one.name}{one.wanted}'" for one in unmet)
        return _need.missing("Packages", "; ".join(lines), f"pip install {wanted}")
    return _need.ok("Packages", f"all {len(package.requirements)} requirements in range")


def _bytecode(facts: Facts) -> Check:
    if facts.package.uncompiled:
        return _wish.limited(
            "Compiled files",
            f"no .pyc files for {list_text(facts.package.uncompiled)}"
            + ("" if facts.machine.python.writes_bytecode else ", and PYTHONDONTWRITEBYTECODE keeps it so"),
            "Every process compiles them anew, which more than doubles its start-up: python -m compileall -q on the "
            "environment's site-packages, or uv pip install --compile-bytecode.",
        )
    note = "" if facts.machine.python.writes_bytecode else ", though PYTHONDONTWRITEBYTECODE is set"
    return _wish.ok("Compiled files", f"packages have their .pyc files{note}")


def _hash_seed(machine: Machine) -> Check:
    seed = machine.python.hash_seed
    if seed is None:
        return _wish.ok("Hash seed", "PYTHONHASHSEED is not set; the harness's own runs use 0")
    if not seed.isdigit():
        return _wish.limited(
            "Hash seed",
            f"PYTHONHASHSEED={seed}: sets of strings are ordered differently in each process",
            "Unset it, or set it to 0, for runs that repeat exactly.",
        )
    return _wish.ok("Hash seed", f"PYTHONHASHSEED={seed}")


def _native_threads(machine: Machine) -> Check:
    cores = machine.effective_cores
    settings = {name: machine.thread_settings.get(name) for name in _BLAS_SETTINGS}
    given = [f"{name}={value}" for name, value in settings.items() if value]
    if not given:
        return _wish.ok("BLAS threads", "no setting; the harness's own runs use one thread")
    sizes = [int(value) for value in settings.values() if value and value.isdigit()]
    if cores is not None and any(size > cores for size in sizes):
        return _wish.limited(
            "BLAS threads",
            f"{list_text(given)} on {cores:g} usable cores",
            "Set no more threads than cores; OMP_NUM_THREADS=1 where several workers run.",
        )
    return _wish.ok("BLAS threads", list_text(given))


def _start_methods(methods: tuple[str, ...]) -> Check:
    lacking = [method for method in ("fork", "forkserver", "spawn") if method not in methods]
    if lacking:
        return _wish.limited(
            "Start methods",
            f"{list_text(methods)}; no {list_text(lacking)}",
            "Workers are spawned here, each with its own imports: about 1 s of CPU time per worker.",
        )
    return _wish.ok("Start methods", list_text(methods))
