"""`harness scale`: how a study's cost grows with its data, its trials and its workers."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    member,
    plan_of,
    words_of,
)
from harness.cli.report import LATEST, AsJson, Out
from harness.cli.site import this_site
from harness.errors import InputError, RunError

if TYPE_CHECKING:
    from harness.runner.scaling.carrying import Means
    from harness.runner.scaling.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a scaling is to tell, as text where it has a choice."""

    sizes: str | None = None
    workers: str | None = None
    backend: str = "serial"
    by: str | None = None
    blocks: int = 3
    hold_out: bool = True
    budget: float | None = None


def scale(
    workload: Annotated[
        str | None, typer.Argument(help="module:objective, module:WORKLOAD or a registered name.", show_default=False)
    ] = None,
    sizes: Annotated[
        str | None,
        typer.Option(
            help="Shares of the data (0.05,0.25,1 or 5%,25%,100%) or rows (5000,20000); a ladder when left out."
        ),
    ] = None,
    workers: Annotated[str | None, typer.Option(help="Numbers of workers, such as 1,2,4; needs --backend.")] = None,
    backend: BackendName = "serial",
    by: Annotated[str | None, typer.Option(help="A setting of the workload that holds the size.")] = None,
    blocks: Annotated[int, typer.Option(help="Runs of each size, in balanced blocks.")] = 3,
    hold_out: Annotated[
        bool, typer.Option("--hold-out/--no-hold-out", help="Foretell the largest size before it is run.")
    ] = True,
    budget: Annotated[float | None, typer.Option(help="Seconds; no block is begun that would not fit.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with a scaling that was stopped.")] = None,
    trials: Trials = 20,
    seed: Seed = 0,
    sampler: Sampler = "tpe",
    storage: Storage = "memory",
    data: Data = "per_trial",
    settings: Settings = None,
    direction: Direction = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Find out how the cost of a study grows.

    Runs the study on growing parts of its data, each run in a fresh process, fits t = a + b n^c to the whole trial and
    to each of its phases, and foretells the largest size before it is run. With --workers it says what more workers
    bring, what holds them back, and how many are enough.
    """
    from harness.report.write import prepare

    options = PlanOptions(
        trials=trials,
        seed=seed,
        sampler=sampler,
        storage=storage,
        data=data,
        settings=tuple(settings or ()),
        directions=tuple(direction or ()),
    )
    if resume is not None:
        if workload is not None or sizes is not None or workers is not None or options != PlanOptions():
            raise InputError("--resume goes on with what was asked for then: give it alone, or with --out and --json")
        prepare(out)
        show_scaled(_go_on(resume), out, as_json=as_json)
        return
    if workload is None:
        raise InputError("name a workload, such as my_study:objective, or --resume ID to go on with a scaling")
    wanted = Wanted(
        sizes=sizes, workers=workers, backend=backend, by=by, blocks=blocks, hold_out=hold_out, budget=budget
    )
    request = request_of(workload, options, wanted)
    prepare(out)  # a folder that cannot be written is better said now than after the last run
    show_scaled(_begin(request), out, as_json=as_json)


def show_scaled(folder: Path, out: Path, *, as_json: bool) -> None:
    """Print the report of a scaling and write its files; raises RunError afterwards where a run of it died."""
    import sys

    from harness.cli.terminal import columns, has_colour
    from harness.model.scaling import read_scaled
    from harness.report.scaling import build, console, json_export
    from harness.report.scaling.write import write_report

    scaled = read_scaled(folder)
    for run, why in scaled.damaged.items():
        print(f"{run} is left out ({why}): `harness scale --resume {folder.name}` runs it again", file=sys.stderr)
    summary = build(scaled)
    if as_json:
        print(json_export.render(summary), end="")
    else:
        print(console.render(summary, width=columns(), colour=has_colour()), end="")
    written = write_report(summary, out)
    print(f"report: {', '.join(str(path) for path in written)}", file=sys.stderr)
    if not summary.is_sound:
        raise RunError(f"a run did not end well: the report in {out} says which and why; what was measured is kept")


def request_of(workload: str, options: PlanOptions, wanted: Wanted) -> "Request":
    """The request that the options describe; raises InputError for a value that is none."""
    from harness.model.plan import Backend
    from harness.runner.scaling.request import Request

    counts = (1,) if wanted.workers is None else tuple(_count(text) for text in wanted.workers.split(","))
    if wanted.sizes is not None:
        sizes: tuple[float, ...] | None = tuple(_size(text) for text in wanted.sizes.split(","))
    else:
        sizes = None if wanted.workers is None else ()
    return Request(
        base=plan_of(workload, options),
        sizes=sizes,
        workers=counts,
        backend=member(Backend, "backend", wanted.backend),
        blocks=wanted.blocks,
        hold_out=wanted.hold_out,
        by=wanted.by,
        budget_s=wanted.budget,
        command=("harness", "scale", *words_of(workload, options), *_words(wanted)),
    )


def _size(text: str) -> float:
    """A share such as 0.25 or 25%, or a number of rows such as 20000 or 20_000."""
    plain = text.strip()
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        raise InputError(
            f"{plain!r} is no size: write shares such as 0.25 or 25%, or numbers of rows, with commas between them"
        ) from None


def _count(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InputError(f"{text.strip()!r} is no number of workers: write such as --workers 1,2,4") from None


def _words(wanted: Wanted) -> tuple[str, ...]:
    """What is not at its default, as it is typed."""
    plain, words = Wanted(), list[str]()
    for name in ("sizes", "workers", "backend", "by", "blocks", "budget"):
        value = getattr(wanted, name)
        if value is not None and value != getattr(plain, name):
            words += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
    return tuple(words) if wanted.hold_out else (*words, "--no-hold-out")


def _begin(request: "Request") -> Path:
    from harness.runner.scaling.carrying import scale as carry_out

    with _means() as means:
        return carry_out(request, means)


def _go_on(name: str) -> Path:
    from harness.cli.records import find
    from harness.model.home import home
    from harness.runner.scaling.carrying import resume

    folder = find(name, home())
    with _means() as means:
        return resume(folder, means)


@contextmanager
def _means() -> Iterator["Means"]:
    from harness.cli.progress import Telling, display
    from harness.runner.scaling.carrying import Means

    with display() as shown:
        yield Means(site=this_site(), tell=Telling(shown))
