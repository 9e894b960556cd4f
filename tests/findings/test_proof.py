"""The command that proves a finding runs trials: a study that is loaded again may have none left."""

import pytest

from harness.findings.proof import proof
from harness.profile.facts import Profile
from tests.findings.studies import study, with_study

RUN = "harness run --no-stacks optimise.py --trials 300"
MV = "mv --backup=numbered"
AGAIN = "  # under another study name: this one is loaded again, and may have no trial left to run"


def kept(storage: str, url: str | None, name: str = "prices") -> Profile:
    return with_study(study(), storage=storage, storage_url=url, name=name)


@pytest.mark.parametrize(
    ("profile", "command"),
    [
        (kept("InMemoryStorage", None), RUN),
        (kept("RDBStorage", "sqlite:///study.db", name="no-name-1234"), RUN),  # a new study each time
        (kept("RDBStorage", "sqlite:///study.db"), f"{MV} study.db before-study.db && {RUN}"),
        (kept("RDBStorage", "sqlite:////data/a b.db"), f"{MV} '/data/a b.db' '/data/before-a b.db' && {RUN}"),
        (kept("JournalStorage", "runs/j.log"), f"{MV} runs/j.log runs/before-j.log && {RUN}"),
        (kept("RDBStorage", "postgresql://db/optuna"), f"{RUN}{AGAIN}"),
        (kept("RDBStorage", "sqlite:///file:x?mode=memory"), f"{RUN}{AGAIN}"),
        (kept("GrpcStorageProxy", "db:13000"), f"{RUN}{AGAIN}"),
    ],
)
def test_a_kept_study_is_put_aside_before_it_is_run_again(profile: Profile, command: str) -> None:
    assert proof(profile) == command
