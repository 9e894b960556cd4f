import pytest

from harness.attach.histories.choosing import choose
from harness.errors import InputError


def test_the_only_study_needs_no_name() -> None:
    assert choose(["a"], None, "x.db") == "a"


def test_a_study_is_found_by_its_name() -> None:
    assert choose(["a", "b"], "b", "x.db") == "b"


@pytest.mark.parametrize(
    ("names", "wanted", "sentence"),
    [
        ([], None, "x.db holds no study: it was created, but nothing was ever optimised in it"),
        (["a", "b"], None, "x.db holds 2 studies: choose one with --name: 'a', 'b'"),
        (["lightgbm-2", "other"], "lightgmb-2", "x.db holds no study called 'lightgmb-2': did you mean 'lightgbm-2'?"),
        (["a"], "zebra", "x.db holds no study called 'zebra': it holds 'a'"),
    ],
)
def test_a_study_that_cannot_be_told_is_refused(names: list[str], wanted: str | None, sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        choose(names, wanted, "x.db")
    assert str(refusal.value) == sentence


def test_a_long_list_is_cut() -> None:
    with pytest.raises(InputError, match=r"12 studies: .*'s09' and 2 more$"):
        choose([f"s{index:02}" for index in range(12)], None, "x.db")
