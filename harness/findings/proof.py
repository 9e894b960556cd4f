"""The command that would prove a finding: run it before and after the change, with the same seed."""

import shlex
from pathlib import PurePosixPath

from harness.model.record import Origin
from harness.profile.facts import Profile, Study

_SQLITE = "sqlite:///"
_UNNAMED = "no-name-"  # Optuna's own name, new in each run
_KEPT = ("RDBStorage", "_CachedStorage", "JournalStorage", "GrpcStorageProxy")


def proof(profile: Profile) -> str:
    """For a script its own timing run (a profile with stacks is no timing); for a history the same study again."""
    match Origin(profile.origin):
        case Origin.SCRIPT:
            return _of_script(f"harness run --no-stacks {shlex.join(profile.command)}", profile.studies)
        case Origin.HISTORY:
            if profile.command[:2] == ("harness", "study"):  # as it was typed, with the name where there are several
                return shlex.join(profile.command)
            addresses = [study.storage_url for study in profile.studies if study.storage_url is not None]
            return f"harness study {shlex.quote(addresses[0])}" if addresses else "harness study URL"
        case Origin.PLAN:
            return "harness reproduce"


def _of_script(command: str, studies: tuple[Study, ...]) -> str:
    """A study that is kept under a name is loaded again, with all its trials: a run may then have none left to do.

    So its file is put aside; nothing is lost, however often the command is run.
    """
    kept = [study for study in studies if study.storage in _KEPT and not study.name.startswith(_UNNAMED)]
    files = [file for study in kept if (file := _file(study)) is not None]
    if not kept:
        return command
    if len(set(files)) == 1 and len(files) == len(kept):
        aside = PurePosixPath(files[0])
        before = str(aside.with_name(f"before-{aside.name}"))
        return f"mv --backup=numbered {shlex.quote(files[0])} {shlex.quote(before)} && {command}"
    return f"{command}  # under another study name: this one is loaded again, and may have no trial left to run"


def _file(study: Study) -> str | None:
    """The file that holds a study, where its address names one."""
    address = study.storage_url or ""
    if study.storage == "JournalStorage" and address and "://" not in address:
        return address
    if not address.startswith(_SQLITE) or "?" in address or ":memory:" in address:
        return None
    return address.removeprefix(_SQLITE) or None
