"""Names: registered workloads, entry points, and `module:attribute` of the user's own."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.registry import is_registered, load_attribute, load_workload, workload_names

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Puts a module into the test's folder, which is not on the path yet; imports are forgotten afterwards."""
    before, path = set(sys.modules), list(sys.path)
    monkeypatch.chdir(tmp_path)

    def write_(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text)
        return name

    yield write_
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]


def test_the_users_own_module_is_found_from_the_current_folder(write: Write) -> None:
    write("mine_here", "class Space:\n    @staticmethod\n    def objective(trial):\n        return 4\n")

    assert load_workload("mine_here:Space.objective")(None) == 4


def test_another_folder_can_be_named(write: Write, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine_there.py").write_text("objective = 5")

    assert load_workload("mine_there:objective", tmp_path / "sub") == 5


@pytest.mark.parametrize("address", ["topstepb", ":x", "x:", "", ".mine:x", "./mine.py:x", "..:x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="is not of the form module:attribute"):
        load_attribute(address)


@pytest.mark.parametrize("address", ["no_such_module:x", "no_such.module:x", "json.no_such:x", "no/such:x"])
def test_a_missing_module_is_named(address: str) -> None:
    with pytest.raises(InputError, match=r"there is no module '.+' here \(for '.+'\): run from the folder"):
        load_attribute(address)


def test_a_file_is_not_a_module(write: Write) -> None:
    write("mine_file", "objective = 1")

    with pytest.raises(InputError, match=r"there is no module 'mine_file\.py' here"):
        load_workload("mine_file.py:objective")


def test_a_missing_attribute_has_a_suggestion(write: Write) -> None:
    write("mine_near", "def objective(trial): ...")

    with pytest.raises(InputError, match=r"'mine_near' has no attribute 'objectve' \(did you mean 'objective'\?\)"):
        load_workload("mine_near:objectve")


def test_an_attribute_like_nothing_has_none(write: Write) -> None:
    write("mine_far", "def objective(trial): ...")

    with pytest.raises(InputError, match=r"no attribute 'zzz'$"):
        load_workload("mine_far:zzz")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("import no_such_dependency", ModuleNotFoundError),
        ("1 / 0", ZeroDivisionError),
        ("def", SyntaxError),
        ("from json import no_such_name", ImportError),
    ],
)
def test_an_error_inside_the_users_module_is_theirs(write: Write, text: str, error: type[Exception]) -> None:
    name = write(f"mine_broken_{error.__name__}", text)

    with pytest.raises(error) as raised:
        load_workload(f"{name}:objective")

    assert not isinstance(raised.value, InputError)


def test_only_names_without_a_colon_are_registered() -> None:
    assert is_registered("topstepb")
    assert not is_registered("module:attribute")


def test_an_unknown_name_lists_the_known_and_suggests_one() -> None:
    with pytest.raises(
        InputError, match=r"'topstep' \(did you mean 'topstepb'\?\); known are .*topstepb.*module:attribute"
    ):
        load_workload("topstep")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    """A distribution that brings a workload called `theirs`."""
    info = tmp_path / "site" / "theirs-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[harness.workloads]\ntheirs = mine_installed:build\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path)
    write("mine_installed", "def build(plan): return plan")


@pytest.mark.usefixtures("installed")
def test_an_installed_distribution_brings_a_workload() -> None:
    assert workload_names() == ("calibration", "theirs", "topstepb")
    assert load_workload("theirs")("plan") == "plan"


def test_what_is_built_in_exists() -> None:
    for name in workload_names():
        assert callable(load_workload(name))


CLASSES = """
class Tuner:
    scale = 2

    def objective(self, trial):
        return self.scale

class Needy:
    def __init__(self, data, scale=1):
        self.data, self.scale = data, scale

    def __call__(self, trial):
        return self.scale

    def score(self, trial):
        return (self.data, self.scale)

def make(scale=5):
    def objective(trial):
        return scale
    return objective

def main():
    def inner(trial):
        return 1
"""


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Tuner.objective", 2),
        ("Tuner().objective", 2),
        ("make()", 5),
        ("make(7)", 7),
        ("make(scale=-8)", -8),
        ("Needy('bars.csv', scale=3)", 3),
        ("Needy('a:b.csv').score", ("a:b.csv", 1)),
    ],
)
def test_an_objective_in_a_class_or_made_by_a_function_is_found(write: Write, attribute: str, value: object) -> None:
    write("mine_class", CLASSES)

    assert load_workload(f"mine_class:{attribute}")(None) == value


@pytest.mark.parametrize(
    ("attribute", "sentence"),
    [
        ("Needy.score", r"Needy needs arguments: give plain ones in the name, as in 'mine_more:Needy\(3\)'"),
        ("inner", r"inner is defined inside main\(\).*return it and name 'mine_more:main\(\)'"),
        ("make(open('x'))", "its arguments are plain values"),
        ("make[0]", r"not of the form module:attribute, module:Class\.method or"),
        ("make(", "not of the form"),
        ("Tuner.scale()", "of type int, cannot be called"),
    ],
)
def test_what_cannot_be_made_says_how(write: Write, attribute: str, sentence: str) -> None:
    write("mine_more", CLASSES)

    with pytest.raises(InputError, match=sentence):
        load_workload(f"mine_more:{attribute}")
