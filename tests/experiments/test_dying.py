"""Arms whose first runs died are given up; at once where another run would end in the same way."""

import pytest

from harness.experiments.dying import ALL_FAILED, died_from_the_start

NAN = f"{ALL_FAILED}: trial 0: the objective returned nan"


@pytest.mark.parametrize(
    ("ends", "given_up"),
    [
        ([None], {}),
        (["killed by SIGKILL"], {}),
        (["killed by SIGKILL", None], {}),
        (["killed by SIGKILL", "killed by SIGKILL"], {"arm": "killed by SIGKILL"}),
        ([None, "killed by SIGKILL", "killed by SIGKILL"], {}),
        ([NAN], {"arm": NAN}),
        ([None, NAN], {}),
        ([NAN, None], {}),
    ],
)
def test_an_arm_is_given_up_by_its_first_runs(ends: list[str | None], given_up: dict[str, str]) -> None:
    assert died_from_the_start([("arm", end) for end in ends]) == given_up
