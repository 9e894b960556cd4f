"""`harness study`: what an existing study's own history shows, read from its storage without a rerun."""

from typing import Annotated

import typer

from harness.cli.report import LATEST, AsJson, Out


def study(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The storage: a database's URL as for Optuna, or a file's path.")
    ],
    name: Annotated[str | None, typer.Option(help="Which study; not needed where there is only one.")] = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Report what an existing study's history already shows.

    The storage is read, never written: a database (SQLite, PostgreSQL, MySQL) by its URL, a SQLite or journal file by
    its path. Durations and their trend, gaps, trials left RUNNING, duplicates, failures, attributes, and what resuming
    the study would cost. A history holds no CPU time, memory or stacks: `harness run` measures those.
    """
    from harness.attach.histories.reading import read_history
    from harness.attach.histories.recording import record
    from harness.cli.report import show_profile
    from harness.model.home import home
    from harness.model.redaction import redacted
    from harness.probes.revision import own_commit
    from harness.report.write import prepare

    prepare(out)
    history = read_history(url, name)
    chosen = ("--name", name) if name is not None else ()
    command = ("harness", "study", redacted(url), *chosen)
    folder = record(history, home(), command=command, commit=own_commit())
    show_profile(folder, out, as_json=as_json)
