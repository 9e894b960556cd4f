from pathlib import Path

import pytest

import harness
from harness.model.stacks import Frame
from harness.profile.code_kinds import READER, Whose, code_of
from tests.profile.stack_samples import HARNESS, SCRIPT, SITE, frame, user

OURS = str(Path(harness.__file__).parent)


@pytest.mark.parametrize(
    ("file", "whose"),
    [
        (SCRIPT, Whose.USER),
        ("/home/ann/harness/runner/mine.py", Whose.USER),  # the user's own folder of that name
        (f"{OURS}/workloads/topstepb/as_found.py", Whose.USER),
        (f"{OURS}/workloads/base.py", Whose.HARNESS),
        (f"{OURS}/workloads/marks/source.py", Whose.HARNESS),
        (f"{OURS}/runner/child.py", Whose.HARNESS),
        (f"{SITE}/pandas/core/frame.py", Whose.LIBRARY),
        ("/usr/lib/python3/dist-packages/numpy/lib.py", Whose.LIBRARY),
        ("/usr/lib/python3.11/threading.py", Whose.LIBRARY),
        ("/home/ann/.pyenv/versions/3.13.1/lib/python3.13/json/decoder.py", Whose.LIBRARY),
        ("<frozen importlib._bootstrap>", Whose.LIBRARY),
        ("<string>", Whose.LIBRARY),
        ("", Whose.LIBRARY),
    ],
)
def test_code_is_told_apart_by_where_it_lies(file: str, whose: Whose) -> None:
    assert code_of([], ()).whose(frame(file, 1, "f")) is whose


def test_the_harness_of_the_machine_that_was_measured_is_known_by_its_observers() -> None:
    code = code_of([frame(f"{HARNESS}/attach/storage.py", 1, "f")], ())
    assert code.whose(frame(f"{HARNESS}/runner/child.py", 1, "f")) is Whose.HARNESS
    assert code.shown(f"{HARNESS}/workloads/topstepb/as_found.py") == "harness/workloads/topstepb/as_found.py"


def test_the_wrapper_of_a_reader_is_ours_although_it_bears_the_readers_file() -> None:
    assert code_of([], ()).whose(frame(f"{SITE}/pandas/io/parquet.py", 1, READER)) is Whose.HARNESS


@pytest.mark.parametrize(
    ("command", "file", "shown"),
    [
        (("optimise.py", "--n", "3"), "/home/ann/proj/lib_/x.py", "lib_/x.py"),
        (("../proj/optimise.py",), "/home/ann/proj/x.py", "proj/x.py"),
        (("/home/ann/proj/optimise.py",), "/home/ann/proj/x.py", "x.py"),
        (("-m", "proj.optimise"), "/home/ann/proj/x.py", "proj/x.py"),
        (("other.py",), "/home/ann/proj/x.py", "/home/ann/proj/x.py"),
        ((), f"{SITE}/pandas/core/frame.py", "pandas/core/frame.py"),
        ((), "/usr/lib/python3.11/json/decoder.py", "json/decoder.py"),
    ],
)
def test_files_are_shown_from_where_the_user_knows_them(command: tuple[str, ...], file: str, shown: str) -> None:
    frames: list[Frame] = [user(1), frame("/home/ann/proj/x.py", 1, "f")]
    assert code_of(frames, command).shown(file) == shown


def test_a_script_with_the_name_of_a_library_s_module_is_the_user_s() -> None:
    mine = "/home/ann/a/folder/with/a/long/name/study.py"
    frames = [frame("/v/lib/python3.11/site-packages/optuna/study/study.py", 1, "f"), frame(mine, 1, "objective")]
    assert code_of(frames, ("study.py",)).shown(mine) == "study.py"
