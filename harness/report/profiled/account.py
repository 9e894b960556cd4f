"""The account of a whole run as the report tells it: its places in order, its processes, its imports."""

from collections.abc import Iterator, Sequence

from harness.profile.account.facts import Place, PlaceKind, ProcessAccount, RunAccount
from harness.profile.facts import PartKind, Profile
from harness.report.profiled.summary import AccountPicture, ImportLine, PlaceLine, ProcessTime
from harness.report.profiled.words import plural
from harness.units import percent_text, printable, seconds_text

LEAST_SHARE = 0.01  # of the run: smaller places are added up
PROCESSES, IMPORTS = 12, 8
SMALLER = "smaller places"
WATCHING = "imports of study-harness itself"
_TOLD = {
    PlaceKind.START: "from the launch to the first line of Python that can be watched",
    PlaceKind.IMPORTS: "modules, outside trials",
    PlaceKind.BEFORE: "the script's own code before its first trial",
    PlaceKind.CALLBACK: "passed to optimize, with all that it calls",
    PlaceKind.STUDIES: "the script's own code from one study to the next",
    PlaceKind.AFTER: "the script's own code after its last trial",
    PlaceKind.SCRIPT: "no study ran",
    PlaceKind.WAITING: "for processes of its own in which nothing was seen",
    PlaceKind.IDLE: "workers without a trial",
    PlaceKind.EXIT: "from the end of the script's code to the end of its process",
    PlaceKind.UNSEEN: "after the last word of a process that was killed",
}
_PARTS = {
    PartKind.SAMPLER: "choosing parameters",
    PartKind.STORAGE: "calls of the study's storage",
    PartKind.PRUNER: "deciding whether to prune",
    PartKind.LOAD: "data brought in",
    PartKind.FEATURE: "marked feature",
    PartKind.GC: "cyclic garbage collector",
    PartKind.USER: "marked span",
    PartKind.OBJECTIVE: "your function",
    PartKind.ELSEWHERE: "asked for and not told yet: not seen",
    PartKind.UNATTRIBUTED: "between the calls that are seen",
    PartKind.BETWEEN: "between two trials",
}


def account_picture(profile: Profile) -> AccountPicture | None:
    """The places of the run; None without an account."""
    account = profile.account
    if account is None:
        return None
    return AccountPicture(
        wall_s=account.wall_s,
        places=tuple(_places(account.places, is_held=profile.ledger is not None and profile.ledger.held is not None)),
        processes=_processes(account, {process.pid for process in profile.processes}),
        imports=tuple(
            ImportLine(name=printable(one.name), wall_s=one.wall_s, own_s=one.own_s, processes=one.processes)
            for one in account.imports[:IMPORTS]
        ),
        statements=tuple(_statements(account)),
    )


def account_sentence(profile: Profile) -> str | None:
    """The account in one sentence, for the top of the report."""
    account = profile.account
    if account is None:
        return None
    groups = (
        ("in trials", account.share_of(PlaceKind.TRIAL)),
        ("in callbacks", account.share_of(PlaceKind.CALLBACK)),
        ("between trials", account.share_of(PlaceKind.BETWEEN)),
        ("starting and importing", account.share_of(PlaceKind.START, PlaceKind.IMPORTS)),
        ("before the study", account.share_of(PlaceKind.BEFORE)),
        ("between studies", account.share_of(PlaceKind.STUDIES)),
        ("after the study", account.share_of(PlaceKind.AFTER)),
        ("in code without a study", account.share_of(PlaceKind.SCRIPT)),
        ("waiting for own processes", account.share_of(PlaceKind.WAITING)),
        ("at exit", account.share_of(PlaceKind.EXIT)),
        ("not seen", account.share_of(PlaceKind.UNSEEN)),
    )
    told = sorted((group for group in groups if group[1] >= LEAST_SHARE), key=lambda group: -group[1])
    listed = ", ".join(f"{percent_text(share)} {name}" for name, share in told)
    return f"The run took {seconds_text(account.wall_s)} from launch to exit: {listed}."


def _places(places: Sequence[Place], *, is_held: bool) -> Iterator[PlaceLine]:
    small = [place for place in places if place.share < LEAST_SHARE]
    for place in places:
        if place.share >= LEAST_SHARE or len(small) == 1:
            yield PlaceLine(
                kind=place.kind,
                part=place.part,
                label=_label(place, is_held=is_held),
                what=_what(place),
                where=None if place.where is None else printable(place.where),
                wall_s=place.wall_s,
                cpu_s=place.cpu_s,
                share=place.share,
            )
    if len(small) > 1:
        known = [place.cpu_s for place in small if place.cpu_s is not None]
        yield PlaceLine(
            kind=None,
            part=None,
            label=SMALLER,
            what=f"{len(small)} of less than {percent_text(LEAST_SHARE)} each",
            where=None,
            wall_s=sum(place.wall_s for place in small),
            cpu_s=sum(known) if known else None,
            share=sum(place.share for place in small),
        )


def _label(place: Place, *, is_held: bool) -> str:
    if is_held and place.part is PartKind.OBJECTIVE:
        return "between ask and tell"
    return printable(place.name)


def _what(place: Place) -> str:
    if place.kind is PlaceKind.TRIAL and place.part is not None:
        return f"trials: {_PARTS[place.part]}"
    if place.kind is PlaceKind.BETWEEN:
        return "between trials" if place.part is None else f"between trials: {_PARTS[place.part]}"
    if place.library is not None and place.kind in (PlaceKind.BEFORE, PlaceKind.STUDIES, PlaceKind.AFTER):
        return f"{_TOLD[place.kind]}, mostly in {printable(place.library)}"
    if place.name == WATCHING:
        return "what watching adds to the start"
    return _TOLD[place.kind]


def _processes(account: RunAccount, with_trials: set[int]) -> tuple[ProcessTime, ...]:
    """The script's own process and those with trials; none where there is a single one, which is the run's."""
    found = [one for one in account.processes if one.is_main or one.pid in with_trials]
    return tuple(_process(one) for one in found[:PROCESSES]) if len(found) > 1 else ()


def _process(one: ProcessAccount) -> ProcessTime:
    def wall_s(*kinds: PlaceKind) -> float:
        return sum(place.wall_s for place in one.places if place.kind in kinds)

    return ProcessTime(
        pid=one.pid,
        is_main=one.is_main,
        wall_s=one.wall_s,
        start_s=wall_s(PlaceKind.START, PlaceKind.IMPORTS),
        own_s=wall_s(PlaceKind.BEFORE, PlaceKind.STUDIES, PlaceKind.AFTER, PlaceKind.SCRIPT),
        trials_s=wall_s(PlaceKind.TRIAL),
        between_s=wall_s(PlaceKind.CALLBACK, PlaceKind.BETWEEN),
        waiting_s=wall_s(PlaceKind.WAITING, PlaceKind.IDLE),
        exit_s=wall_s(PlaceKind.EXIT, PlaceKind.UNSEEN),
    )


def _statements(account: RunAccount) -> Iterator[str]:
    workers = sum(not one.is_main for one in account.processes)
    if workers:
        yield (
            "At each moment the run's wall is shared evenly by the threads at work in its "
            f"{plural(workers + 1, 'process', 'processes')}; a process that waits for others is told by what they do."
        )
    pool = account.pool
    if pool is not None:
        yield (
            f"Trials were evaluated by {plural(pool.workers, 'worker')} of a pool, which were busy for "
            f"{percent_text(pool.busy_share)} of the time that trials were open."
        )
