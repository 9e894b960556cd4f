"""Runs whose instruments change their times: what is left of a profile when no time of it is told."""

from dataclasses import replace

from harness.profile.facts import Duplicates, Profile

SLOWING = ("--memory-lines", "--allocations")
"""Options of `harness run` that make a study take several times as long; stack samples take a few per cent."""


def slowing_of(options: tuple[str, ...]) -> tuple[str, ...]:
    """Of the options that a run was watched with, those that change its times."""
    return tuple(option for option in options if option in SLOWING)


def without_times(profile: Profile) -> Profile:
    """The same without what its times are told by; memory, counts and parameters stay.

    A line that is traced or an allocation that is tracked takes longer than one that is not, so that shares are as
    wrong as seconds.
    """
    if not profile.slowing:
        return profile
    return replace(
        profile,
        wall_s=None,
        cpu_s=None,
        ledger=None,
        stacks=None,
        account=None,
        busy=None,
        helpers=None,
        children=None,
        processes=tuple(replace(one, study_cpu_s=None, native=None) for one in profile.processes),
        repeated=(),
        duplicates=replace(profile.duplicates, wall_s=0.0, same_wall_s=None)
        if profile.duplicates.trials
        else Duplicates(trials=0, wall_s=0.0, groups=0, most=0),
        watching_cpu_s_per_trial=None,
        missing=(reason(profile.slowing), *(said for said in profile.missing if "stack" not in said)),
        notes=(),
    )


def reason(slowing: tuple[str, ...]) -> str:
    """Why no time is told, as a sentence."""
    names = " and ".join(f"`{option}`" for option in slowing)
    verb = "changes" if len(slowing) == 1 else "change"
    return f"No times are reported, because {names} {verb} them: run without for where the time goes."
