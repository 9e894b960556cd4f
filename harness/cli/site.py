"""Where a command's runs are recorded, and what is known of the machine that carries them out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.runner.launch import Site


def this_site() -> "Site":
    """The home of records, this machine as it is now, and the revision of the code."""
    import os

    from harness.model.home import home
    from harness.probes.machine import read_machine
    from harness.probes.revision import own_commit
    from harness.runner.launch import Site, child_environment

    root = home()
    return Site(root=root, machine=read_machine(environment=child_environment(os.environ, root)), commit=own_commit())
