"""Rule: a large part of the run lies between trials, in no call that is seen; or behind the script's last line."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import ALWAYS, THE_RUN, ceiling_of, line_text, places_of, seen_text, size_text
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.profile.account.facts import Place, PlaceKind, RunAccount
from harness.profile.facts import Profile
from harness.units import seconds_text

CLOSING = "closing this record"  # our own work


def judge(case: Case) -> Iterator[Finding]:
    """One finding for the rest between trials, one for the exit, one for processes in which nothing was seen."""
    profile = case.profile
    for place in places_of(profile, PlaceKind.BETWEEN, PlaceKind.EXIT, PlaceKind.WAITING):
        if place.part is not None or place.name == CLOSING or (place.kind is PlaceKind.EXIT and place.share <= ALWAYS):
            continue
        ceiling = ceiling_of(place.wall_s, profile)
        title, remedy = _told(place, profile)
        yield Finding(
            rule=RULE.key,
            title=title,
            evidence=(*_per_trial(place, profile), *seen_text(place)),
            ceiling_s_per_trial=ceiling.s_per_trial,
            ceiling_share=ceiling.share,
            share_of=THE_RUN,
            basis="At most: all of that time.",
            remedy=remedy,
            command=proof(profile),
            where=place.where,
        )


def _told(place: Place, profile: Profile) -> tuple[str, str]:
    match place.kind:
        case PlaceKind.EXIT:
            return (
                f"The process takes {size_text(place)}, to exit after the script's last line",
                "Look at what ends only then: threads and pools that are waited for, `atexit` functions, large tables.",
            )
        case PlaceKind.WAITING:
            return (
                f"The run waits {size_text(place)}, for own processes in which nothing was seen{line_text(place)}",
                "Look at those processes by themselves: a command, another interpreter, or a worker without a trial.",
            )
        case _:
            return f"Between trials the run spends {size_text(place)}{line_text(place)}", _between(profile.account)


def _between(account: RunAccount | None) -> str:
    has_callbacks = account is not None and any(place.kind is PlaceKind.CALLBACK for place in account.places)
    if has_callbacks:
        return (
            "Optuna copies the whole trial for each callback, and logs each trial: keep large results out of the "
            "trial's attributes, and lower its logging (`optuna.logging.set_verbosity`)."
        )
    return (
        "What lies there is Optuna's logging and progress bar, or your own loop around `ask` and `tell`: do what it "
        "does less often, or after the study."
    )


def _per_trial(place: Place, profile: Profile) -> Iterator[str]:
    if place.kind is PlaceKind.BETWEEN and len(profile.trials):
        yield f"That is {seconds_text(place.wall_s / len(profile.trials))} a trial."


RULE = Rule(key="between-trials", judge=judge)
