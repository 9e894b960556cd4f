import json
from pathlib import Path

import pytest

from harness.errors import RecordError
from harness.profile.memory_lines import MemoryLine, read_memory_lines


def write(folder: Path, pid: int, *rows: tuple[int, int, int]) -> None:
    lines = [
        {"file": "/x.py", "line": line, "source": "a = b", "increment_bytes": added, "occurrences": times}
        for line, added, times in rows
    ]
    (folder / f"memory-lines-{pid}.json").write_text(json.dumps({"pid": pid, "lines": lines}))


def test_lines_of_all_processes_are_summed_and_the_largest_comes_first(tmp_path: Path) -> None:
    write(tmp_path, 1, (3, 100, 2), (4, -50, 2))
    write(tmp_path, 2, (3, 10, 1), (9, 500, 1))
    found = read_memory_lines(tmp_path)
    assert found is not None
    assert [(line.line, line.increment_bytes, line.occurrences) for line in found] == [
        (9, 500, 1),
        (3, 110, 3),
        (4, -50, 2),
    ]
    assert found[0] == MemoryLine(file="/x.py", line=9, source="a = b", increment_bytes=500, occurrences=1)


def test_lines_that_were_not_asked_for_are_none(tmp_path: Path) -> None:
    assert read_memory_lines(tmp_path) is None


@pytest.mark.parametrize("text", ["{}", '{"lines": 3}', '{"lines": [{"file": "x"}]}', "{", "[]"])
def test_damage_is_a_sentence_that_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "memory-lines-7.json").write_text(text)
    with pytest.raises(RecordError, match=r"memory-lines-7\.json"):
        read_memory_lines(tmp_path)
