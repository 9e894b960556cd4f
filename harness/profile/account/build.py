"""From what a record holds to the account of its run."""

from collections.abc import Sequence
from dataclasses import replace

from harness.model.record import Header, Outcome
from harness.model.stacks import Frame, Stacks
from harness.profile.account.account import Reading, Run, account_of
from harness.profile.account.facts import RunAccount
from harness.profile.account.lines import gaps_of, heaviest_lines
from harness.profile.account.pool import pool_use
from harness.profile.account.rows import ProcessPhases
from harness.profile.code_kinds import code_of
from harness.profile.columns import Trials
from harness.profile.facts import Process


def build_account(
    rows: Sequence[ProcessPhases],
    header: Header,
    outcome: Outcome | None,
    ran: tuple[Trials, Sequence[Process]],
    samples: Stacks | None,
) -> RunAccount | None:
    """The account; None where no process of the record told of its phases, as in an older one, or a history's."""
    if not rows:
        return None
    frames = () if samples is None else samples.frames
    code = code_of((*_of_callbacks(rows), *frames), header.command)
    launched_s = header.started_s if outcome is None or outcome.launched_s is None else outcome.launched_s
    heaviest = {} if samples is None else heaviest_lines(samples, rows, code, gaps_of(*ran))
    account = account_of(
        rows,
        *ran,
        Run(launched_s=launched_s, ended_s=None if outcome is None else launched_s + outcome.wall_s),
        Reading(shown=code.shown, heaviest=heaviest),
    )
    if account is None or samples is None:
        return account
    return replace(account, pool=pool_use(samples, *ran, rows))


def _of_callbacks(rows: Sequence[ProcessPhases]) -> list[Frame]:
    """Files of the script's that are known without a sample: its folder is found by them."""
    files = {one.place.rpartition(":")[0] for row in rows for one in row.callbacks}
    return [Frame(file=file, line=1, function="") for file in sorted(files) if file]
