"""Accounts of whole runs for the rules on places: a sound one, and one with a single place made large."""

from dataclasses import replace

from harness.profile.account.facts import ImportCost, Place, PlaceKind, PoolUse, RunAccount
from harness.profile.facts import PartKind, Profile

SOUND_S = {  # of a run of a hundred seconds
    ("start", "interpreter start", None): 0.1,
    ("imports", "imports", None): 1.2,
    ("imports", "imports of study-harness itself", None): 0.1,
    ("before", "before the study", None): 0.3,
    ("trial", "objective", PartKind.OBJECTIVE): 95.0,
    ("trial", "sampler", PartKind.SAMPLER): 1.0,
    ("between", "rest between trials", None): 0.4,
    ("after", "after the study", None): 0.4,
    ("exit", "exit", None): 1.5,
}
ORDER = {kind: index for index, kind in enumerate(PlaceKind)}
IMPORTS = (
    ImportCost(name="sklearn", wall_s=0.8, own_s=0.5, processes=1),
    ImportCost(name="optuna", wall_s=0.7, own_s=0.4, processes=1),
    ImportCost(name="numpy", wall_s=0.3, own_s=0.3, processes=1),
)


def place(kind: PlaceKind, name: str, wall_s: float, **changes: object) -> Place:
    given = Place(kind=kind, name=name, wall_s=wall_s, cpu_s=None, share=0.0)
    return replace(given, **changes)  # type: ignore[arg-type]


def with_account(profile: Profile, *extra: Place) -> Profile:
    """A sound run with these places beside its own; a place of a name that it has replaces that one."""
    sound = [place(PlaceKind(kind), name, wall_s, part=part) for (kind, name, part), wall_s in SOUND_S.items()]
    names = {one.name for one in extra}
    places = [*(one for one in sound if one.name not in names), *extra]
    places.sort(key=lambda one: (ORDER[one.kind], -one.wall_s))
    wall_s = sum(one.wall_s for one in places)
    account = RunAccount(
        wall_s=wall_s,
        places=tuple(replace(one, share=one.wall_s / wall_s) for one in places),
        processes=(),
        imports=IMPORTS,
        off_s=0.0,
    )
    return replace(profile, account=account)


def with_pool(profile: Profile, busy_share: float, batches: int = 6) -> Profile:
    """A run in whose trials' time four workers were busy for that share."""
    given = with_account(profile)
    assert given.account is not None
    pool = PoolUse(
        workers=4,
        are_threads=False,
        busy_share=busy_share,
        batches=batches,
        trials_per_batch=120 / batches,
        batch_s=0.9 * given.account.wall_s,
        samples=400,
    )
    return replace(given, account=replace(given.account, pool=pool))
