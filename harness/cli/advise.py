"""`harness advise`: what a long study will take in time and memory, and how many workers fit, from a few probes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.plan_options import Data, Direction, PlanOptions, Sampler, Settings, Storage, Workload, plan_of
from harness.cli.report import LATEST, AsJson, Out
from harness.cli.site import this_site

if TYPE_CHECKING:
    from harness.report.advice.summary import Advice
    from harness.runner.advise import Step
    from harness.runner.launch import Progress


def advise(
    workload: Workload,
    trials: Annotated[int, typer.Option(help="Trials that the study is planned with.")] = 100,
    workers: Annotated[int, typer.Option(help="Workers that you think of; 1 for none in particular.")] = 1,
    storage: Storage = "memory",
    sampler: Sampler = "tpe",
    data: Data = "per_trial",
    settings: Settings = None,
    direction: Direction = None,
    budget: Annotated[float, typer.Option(help="Seconds for probing.")] = 60.0,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Warn, before a long study, what it will take.

    Runs a few trials on growing shares of the data, each run in a fresh process, and says with an interval how long
    the whole study takes, what each worker needs in memory, how many workers this machine has room for, and whether
    threads are worth anything.
    """
    from harness.model.probing import read_probing
    from harness.report.advice import build
    from harness.report.write import prepare
    from harness.runner.advise import Request
    from harness.runner.advise import advise as carry_out

    options = PlanOptions(
        trials=trials,
        storage=storage,
        sampler=sampler,
        data=data,
        settings=tuple(settings or ()),
        directions=tuple(direction or ()),
    )
    planned = plan_of(workload, options)
    request = Request(planned=planned, workers=workers, budget_s=budget)
    prepare(out)  # a folder that cannot be written is better said now than after the last probe
    path = carry_out(request, this_site(), step=_say, watch=_watch)
    _show(build(*read_probing(path)), out, as_json=as_json)


def _say(step: "Step") -> None:
    from harness.report.advice.words import counted, share_text

    order = step.order
    how = "" if order.workers == 1 else f" in {order.workers} {order.role.value}"
    text = f"probe {step.index + 1}: {counted(order.trials, 'trial')} on {share_text(order.share)} of the data{how}"
    print(text, file=sys.stderr, flush=True)


def _watch(progress: "Progress") -> None:
    """Probes are short; each is announced, and that is all."""


def _show(advice: "Advice", out: Path, *, as_json: bool) -> None:
    from harness.cli.terminal import columns, has_colour
    from harness.report.advice import console
    from harness.report.advice.write import render_json, write_advice

    written = write_advice(advice, out)
    if as_json:
        print(render_json(advice), end="")
    else:
        print(console.render(advice, width=columns(), colour=has_colour()), end="")
    print(f"report: {', '.join(str(path) for path in written)}", file=sys.stderr)
