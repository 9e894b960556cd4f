"""The options that say how a study is run, shared by the commands that carry plans out."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from harness.model.plan import Plan, Setting

Kind = TypeVar("Kind", bound=Enum)

Workload = Annotated[str, typer.Argument(help="module:objective, module:WORKLOAD or a registered name.")]
Trials = Annotated[int, typer.Option(help="Trials of each run.")]
Seed = Annotated[int, typer.Option(help="Of the sampler.")]
Sampler = Annotated[str, typer.Option(help="tpe, random, cmaes or numbered.")]
Storage = Annotated[str, typer.Option(help="memory, sqlite or journal.")]
BackendName = Annotated[str, typer.Option("--backend", help="serial, threads or processes.")]
Workers = Annotated[int, typer.Option(help="Threads or processes; needs --backend where it is more than one.")]
Data = Annotated[str, typer.Option(help="per_trial, reuse or shared: what a source does when called again.")]
Direction = Annotated[
    list[str] | None,
    typer.Option(
        "--direction", help="Which way a value is better: minimize or maximize; once for each value of the objective."
    ),
]
Settings = Annotated[list[str] | None, typer.Option("--set", help="A workload's setting, name=value.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What was given on the command line, as text where a plan has a choice."""

    trials: int = 20
    seed: int = 0
    sampler: str = "tpe"
    storage: str = "memory"
    backend: str = "serial"
    workers: int = 1
    data: str = "per_trial"
    settings: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()


def plan_of(workload: str, options: PlanOptions) -> "Plan":
    """The plan that the options describe; raises InputError for a value that is none, or for some that do not go."""
    from harness.model.directions import Directions, DirectionSource, directions_from
    from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, StorageKind

    each = directions_from(options.directions, "--direction")

    return Plan(
        workload=workload,
        trials=options.trials,
        seed=options.seed,
        sampler=member(SamplerKind, "sampler", options.sampler, hidden=(SamplerKind.REPLAY,)),
        storage=member(StorageKind, "storage", options.storage),
        backend=member(Backend, "backend", options.backend),
        workers=options.workers,
        data=member(DataAccess, "data", options.data),
        settings=tuple(setting(text) for text in options.settings),
        directions=Directions(each=each, source=DirectionSource.OPTION) if each else None,
    )


def member(kind: type[Kind], name: str, value: str, *, hidden: tuple[Kind, ...] = ()) -> Kind:
    """The member of an Enum that an option's text stands for; raises InputError naming those that it may be."""
    from harness.errors import InputError

    known = [one for one in kind if one not in hidden]
    for one in known:
        if one.value == value:
            return one
    raise InputError(f"--{name} is one of {', '.join(str(one.value) for one in known)}, not {value!r}")


def setting(text: str) -> "tuple[str, Setting]":
    """A setting with its value as what it looks like: a whole number, a number, true or false, or text."""
    from harness.errors import InputError

    name, equals, value = text.partition("=")
    if not name or not equals:
        raise InputError(f"{text!r} is no setting: write name=value")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, {"true": True, "false": False}.get(value, value)


def words_of(workload: str, options: PlanOptions) -> tuple[str, ...]:
    """The options as they are typed, those at their defaults left out: for a command that repeats it."""
    plain = PlanOptions()
    words = [workload]
    for name in ("trials", "seed", "sampler", "storage", "backend", "workers", "data"):
        value = getattr(options, name)
        if value != getattr(plain, name):
            words += [f"--{name}", str(value)]
    for text in options.settings:
        words += ["--set", text]
    for text in options.directions:
        words += ["--direction", text]
    return tuple(words)
