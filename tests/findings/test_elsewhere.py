"""Trials whose work is done by processes that they start: how many there were is said."""

from harness.findings.registry import find
from harness.profile.facts import Helpers
from tests.findings.cases import handed_out


def test_commands_are_told_by_how_many_a_trial_starts() -> None:
    helpers = Helpers(
        count=1, cpu_s_per_trial=0.02, queued_s_per_trial=0.0, startup_cpu_s=None, commands_per_trial=40.0
    )
    (finding,) = [one for one in find(handed_out(helpers=helpers)) if one.rule == "waits-for-own-processes"]
    assert "for the 40 processes that it starts, which compute 20.0 ms for it" in finding.title
    assert any("by the kernel's account" in sentence for sentence in finding.evidence)
