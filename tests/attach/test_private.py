"""Our package under a private name: the public one is the script's own, and the marks of a script share our state."""

import pickle
import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import harness
from harness.attach.private import PRIVATE, PUBLIC, PrivateFinder
from tests.runner.running import environment

ROOT = str(Path(harness.__file__).parent)
STUDY = """
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
study.optimize(objective, n_trials=3)
print(study.best_value)
"""


@pytest.fixture
def finder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateFinder]:
    """In a process that has not imported us, with `tmp_path` as the script's folder; all is put back afterwards."""
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in (PUBLIC, PRIVATE)}
    for name in kept:
        del sys.modules[name]
    monkeypatch.syspath_prepend(tmp_path)
    found = PrivateFinder(ROOT)
    sys.meta_path.insert(0, found)
    yield found
    sys.meta_path.remove(found)
    for name in [name for name in sys.modules if name.partition(".")[0] in (PUBLIC, PRIVATE)]:
        del sys.modules[name]
    sys.modules.update(kept)


def test_our_modules_import_each_other_under_the_private_name(finder: PrivateFinder) -> None:
    own = finder.own_import("harness.attach.recorder", fromlist=("Recorder",))

    assert own.__name__ == "_study_harness.attach.recorder"
    assert own.Recorder.__module__ == "_study_harness.attach.recorder"
    assert not [name for name in sys.modules if name.partition(".")[0] == PUBLIC]


def test_a_harness_of_the_scripts_own_is_the_one_that_it_gets(finder: PrivateFinder, tmp_path: Path) -> None:
    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "__init__.py").write_text("VALUE = 3\n")
    (tmp_path / "harness" / "model.py").write_text("from harness import VALUE\n")

    own = finder.own_import("harness.model.marks", fromlist=("x",))

    assert import_module("harness.model").VALUE == 3
    assert own.__name__ == "_study_harness.model.marks"
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'harness\.attach'"):
        import_module("harness.attach")


def test_marks_of_a_script_are_the_private_modules_under_their_public_names(finder: PrivateFinder) -> None:
    spans = finder.own_import("harness.probes.spans", fromlist=("x",))

    public = import_module("harness")
    later = import_module("harness.workloads.marks.source")

    assert public.span is spans.span
    assert import_module("harness.probes.spans") is spans
    assert (public.__name__, public.__spec__.name, later.__name__) == ("harness", "harness", later.Source.__module__)
    assert finder.own_import("harness.workloads.marks.source", fromlist=("x",)) is later
    assert b"_study_harness" not in pickle.dumps((public.span("a"), public.Plan(workload="x")))


def test_a_module_of_ours_runs_as_a_script(finder: PrivateFinder) -> None:
    """As `harness run -m harness.workloads.topstepb` has it, which `runpy` finds by its public name."""
    assert runpy.run_module("harness.units", run_name="__main__")["__name__"] == "__main__"


def test_a_module_that_hides_one_of_the_standard_library_stays_the_scripts(
    finder: PrivateFinder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resource.py").write_text("MINE = 1\n")
    monkeypatch.delitem(sys.modules, "resource", raising=False)

    own = finder.own_import("resource")

    assert hasattr(own, "getrusage")
    assert finder.own_import("resource") is own
    assert import_module("resource").MINE == 1
    del sys.modules["resource"]


@pytest.mark.process
def test_a_script_sees_the_interpreter_that_it_would_have_seen(tmp_path: Path) -> None:
    (tmp_path / "harness.py").write_text("def objective(trial):\n    return trial.suggest_float('x', 0, 1)\n")
    (tmp_path / "resource.py").write_text("MINE = 7\n")
    script = tmp_path / "optimise.py"
    script.write_text(
        "import sys\nbuiltin = sys.builtin_module_names\n"
        "before = sorted(n for n in sys.modules if not n.startswith('_study_harness') and n not in builtin)\n"
        "from harness import objective\n" + STUDY + "import harness, resource\n"
        "print(before, harness.__file__, sys.path, sys.argv, sys.orig_argv[1:], sys.flags, sys._xoptions)\n"
        "print(resource.MINE, sys.warnoptions, sorted(vars(sys.modules['__main__'])))\n"
    )
    words = [sys.executable, "-X", "int_max_str_digits=700", "-W", "ignore::ResourceWarning", "-u"]
    command = str(Path(sys.executable).parent / "harness")

    plain, watched = (
        subprocess.run(
            [*words, *middle, str(script), "-m", "a b"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(tmp_path / "home", {"PYTHONWARNINGS": "ignore::ImportWarning"}),
        )
        for middle in ([], [command, "run", "--no-stacks", "--out", str(tmp_path / "report")])
    )

    assert (watched.returncode, plain.returncode) == (0, 0), watched.stderr + plain.stderr
    assert watched.stdout == plain.stdout
    assert "3 trials" in watched.stderr
