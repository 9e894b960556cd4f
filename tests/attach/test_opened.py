import pytest

from harness.attach.opened import is_data


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/data/bars.csv", True),
        ("bars.parquet", True),
        ("/lib/module.py", False),
        ("/lib/__pycache__/module.pyc", False),
        ("/proc/self/statm", False),
        ("/dev/null", False),
        ("<string>", False),
        ("/record/trials-1.jsonl", False),
    ],
)
def test_only_a_studys_data_counts(path: str, expected: bool) -> None:
    assert is_data(path, "/record") is expected
