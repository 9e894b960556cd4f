"""`harness compare`: what levers are worth on a workload, alone or together."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.plan_options import (
    BackendName,
    Data,
    Direction,
    PlanOptions,
    Sampler,
    Seed,
    Settings,
    Storage,
    Trials,
    Workers,
    member,
    plan_of,
    words_of,
)
from harness.cli.report import LATEST, AsJson, Out
from harness.cli.site import this_site
from harness.errors import HarnessError, InputError, RunError

if TYPE_CHECKING:
    from harness.experiments.judging import Judged
    from harness.model.metric import Metric
    from harness.runner.comparing.request import Request, Tell
    from harness.runner.launch import Site


class UnsoundError(HarnessError):
    """A comparison was carried out and rules nothing, or not on all of its levers; its report says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a comparison is to tell, as text where it has a choice."""

    levers: str
    design: str = "one-at-a-time"
    pairs: int | None = None
    effect: str = "10%"
    alpha: str = "0.01"
    power: str = "80%"
    metric: str | None = None
    seeds: int = 5
    alternatives: bool = False


def compare(
    workload: Annotated[
        str | None, typer.Argument(help="module:objective, module:WORKLOAD or a registered name.", show_default=False)
    ] = None,
    levers: Annotated[str, typer.Option(help="Names of levers, with commas between them: gc,reuse.")] = "",
    design: Annotated[
        str, typer.Option(help="one-at-a-time, leave-one-out, factorial or cumulative.")
    ] = "one-at-a-time",
    pairs: Annotated[int | None, typer.Option(help="Pairs of runs; left out, a pilot finds how many it takes.")] = None,
    effect: Annotated[str, typer.Option(help="The change that has to be seen, such as 10%.")] = "10%",
    alpha: Annotated[str, typer.Option(help="The risk of calling a difference where there is none.")] = "0.01",
    power: Annotated[str, typer.Option(help="The chance of seeing the effect where it is there.")] = "80%",
    metric: Annotated[
        str | None, typer.Option(help="What decides, such as cpu or wall; left out, each lever's own.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Seeds, for levers that change the search.")] = 5,
    alternatives: Annotated[
        bool, typer.Option("--alternatives", help="Allow levers that contradict: each is compared alone.")
    ] = False,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with a comparison that was stopped.")] = None,
    trials: Trials = 20,
    seed: Seed = 0,
    sampler: Sampler = "tpe",
    storage: Storage = "memory",
    backend: BackendName = "serial",
    workers: Workers = 1,
    data: Data = "per_trial",
    settings: Settings = None,
    direction: Direction = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Find out what optimisations are worth on a study.

    Runs the study with and without each lever, in fresh processes and in random order, with the same parameters in
    all of them; says how many times as long it takes, with an interval, and what of a trial the lever can touch at all.
    """
    from harness.report.write import prepare

    options = PlanOptions(
        trials=trials,
        seed=seed,
        sampler=sampler,
        storage=storage,
        backend=backend,
        workers=workers,
        data=data,
        settings=tuple(settings or ()),
        directions=tuple(direction or ()),
    )
    wanted = Wanted(
        levers=levers,
        design=design,
        pairs=pairs,
        effect=effect,
        alpha=alpha,
        power=power,
        metric=metric,
        seeds=seeds,
        alternatives=alternatives,
    )
    if resume is None:
        if workload is None:
            raise InputError("name a workload, such as my_study:objective, or --resume ID to go on with a comparison")
        request = request_of(workload, options, wanted)
        prepare(out)  # a folder that cannot be written is better said now than after the last run
        show_compared(_begin(request), out, as_json=as_json)
        return
    if workload is not None or wanted != Wanted(levers="") or options != PlanOptions():
        raise InputError("--resume goes on with what was asked for then: give it alone, or with --out and --json")
    prepare(out)
    show_compared(_go_on(resume), out, as_json=as_json)


def request_of(workload: str, options: PlanOptions, wanted: Wanted) -> "Request":
    """The request that the options describe; raises InputError for what is none, before anything runs."""
    from harness.levers.registry import levers as levers_named
    from harness.model.comparison import Aim, Design
    from harness.runner.comparing.request import Request
    from harness.units import parse_share

    names = [name for name in wanted.levers.split(",") if name.strip()]
    return Request(
        base=plan_of(workload, options),
        levers=levers_named(names),
        design=member(Design, "design", wanted.design),
        aim=Aim(
            effect=parse_share(wanted.effect),
            alpha=parse_share(wanted.alpha),
            power=parse_share(wanted.power),
            pairs=wanted.pairs,
            seeds=wanted.seeds,
        ),
        metric=None if wanted.metric is None else metric_named(wanted.metric),
        alternatives=wanted.alternatives,
        command=command_of(workload, options, wanted),
    )


def metric_named(text: str) -> "Metric":
    """The metric of a name; raises InputError with a guess where there is none such, or it cannot decide."""
    from harness.model.metric import Metric
    from harness.registry import did_you_mean

    known = [one.value for one in Metric if one is not Metric.SCORE]
    if text in known:
        return Metric(text)
    if text == Metric.SCORE.value:
        raise InputError("score is compared by itself for every lever that changes the search: leave --metric out")
    raise InputError(f"there is no metric {text!r}{did_you_mean(text, known)}: known are {', '.join(known)}")


def command_of(workload: str, options: PlanOptions, wanted: Wanted) -> tuple[str, ...]:
    """What repeats the comparison, without what is at its default."""
    plain = Wanted(levers=wanted.levers)
    words = ["harness", "compare", *words_of(workload, options), "--levers", wanted.levers]
    for name in ("design", "pairs", "effect", "alpha", "power", "metric", "seeds"):
        value = getattr(wanted, name)
        if value != getattr(plain, name):
            words += [f"--{name}", str(value)]
    return (*words, "--alternatives") if wanted.alternatives else tuple(words)


def _begin(request: "Request") -> Path:
    from harness.runner.comparing.carrying import compare as carry_out

    return _told(lambda site, tell: carry_out(request, site, tell=tell))


def _go_on(name: str) -> Path:
    from harness.cli.records import find
    from harness.model.home import home
    from harness.runner.comparing.carrying import resume

    folder = find(name, home())
    return _told(lambda site, tell: resume(folder, site, tell=tell))


def _told(carry: "Callable[[Site, Tell], Path]") -> Path:
    """Carry something out from this machine, with progress on standard error."""
    from harness.cli.progress import Telling, display

    with display() as shown:
        return carry(this_site(), Telling(shown))


def show_compared(folder: Path, out: Path, *, as_json: bool) -> None:
    """Write the files of a comparison's report and print it.

    Raises UnsoundError after it where nothing may be ruled or a lever changed a value, RunError where an arm's runs
    died from the start.
    """
    from harness.experiments.judging import judge
    from harness.model.comparisons import read_compared

    compared = read_compared(folder)
    for run, why in compared.damaged.items():
        print(f"{run} is left out ({why}): `harness compare --resume {folder.name}` runs it again", file=sys.stderr)
    judged = judge(compared)
    _print(judged, out, as_json=as_json)
    wrong = _wrong(judged)
    if wrong is not None:
        raise wrong


def _print(judged: "Judged", out: Path, *, as_json: bool) -> None:
    from harness import __version__
    from harness.cli.terminal import columns, has_colour
    from harness.report.comparison import build, console, json_export, write_report

    summary = build(judged, __version__)
    written = write_report(summary, out)
    if as_json:
        print(json_export.render(summary), end="")
    else:
        print(console.render(summary, width=columns(), colour=has_colour()), end="")
    print(f"report: {', '.join(str(path) for path in written)}", file=sys.stderr)


def _wrong(judged: "Judged") -> HarnessError | None:
    """What is wrong with a comparison as a whole, in one sentence; None where nothing is."""
    if judged.withdrawn:
        name, why = next(iter(judged.withdrawn.items()))
        return UnsoundError(f"{name} is not compared: it changed a value, {why}; what does not depend on it stands")
    if not judged.is_sound and not judged.is_nothing_left:
        why, more = "; ".join(judged.unsound), "--pairs" if judged.levers else "--seeds"
        what = "nothing is ruled" if judged.rules_nothing else "not everything is ruled"
        return UnsoundError(f"{what}: {why}; compare again with more {more}, or where less else runs")
    if judged.given_up:
        name, why = next(iter(judged.given_up.items()))
        return RunError(f"{name} is not compared: its runs died, {why}; what does not depend on it stands")
    return None
