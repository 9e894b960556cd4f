"""Options of the interpreter are carried over as they were typed."""

import pytest

from harness.runner.interpreter import options_in


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("python script.py -O", ""),
        ("python -m harness run -O", ""),
        ("python -X int_max_str_digits=0 -Xdev -m harness", "-X int_max_str_digits=0 -X dev"),
        ("python -OO -uB -W error -Wignore bin/harness -X a", "-O -O -u -B -W error -W ignore"),
        ("python -sPm harness", "-s -P"),
        ("python -ubWdefault -c code", "-u -b -W default"),
        ("python --check-hash-based-pycs always -i x.py", "--check-hash-based-pycs always"),
        ("python -", ""),
        ("python", ""),
    ],
)
def test_options_end_where_the_program_begins(words: str, options: str) -> None:
    assert options_in(words.split()) == tuple(options.split())
