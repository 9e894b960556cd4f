"""`harness data`: make bars, look at them, and write them in another format."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.terminal import has_colour
from harness.errors import InputError

if TYPE_CHECKING:
    from harness.workloads.topstepb.bars import Bars
    from harness.workloads.topstepb.quality import Quality
    from harness.workloads.topstepb.regimes import Regime

_LABEL_WIDTH = 12
_LAST_YEAR = 2261  # written times are read in nanoseconds, which end in April 2262

app = typer.Typer(help="Make bars, inspect them, and convert them.", no_args_is_help=True)

Force = Annotated[bool, typer.Option("--force", help="Overwrite OUT if it exists.")]


@app.command()
def make(
    bars: Annotated[int, typer.Option(help="How many bars.")],
    out: Annotated[Path, typer.Option(help="The file: .parquet, .csv, .csv.gz, .feather or .arrow.")],
    interval: Annotated[str, typer.Option(help="Time from bar to bar: 30s, 10min, 1h, 1d.")] = "10min",
    regime: Annotated[str, typer.Option(help="calm, crypto or futures.")] = "crypto",
    seed: Annotated[int, typer.Option(help="Equal seeds make equal bars, on every machine.")] = 1,
    force: Force = False,
) -> None:
    """Make bars of a synthetic market from a seed."""
    from harness.units import parse_interval
    from harness.workloads.topstepb.market import MarketSpec, make_market
    from harness.workloads.topstepb.writers import write_bars

    spec = MarketSpec(bars=bars, interval_s=parse_interval(interval), regime=_regime(regime), seed=seed)
    made = make_market(spec)
    if bars < 2 or made.table["datetime"].iloc[-1].year > _LAST_YEAR:
        raise InputError(
            f"{bars:,} bars of {interval} cannot be read back: ask for two or more that end by the year {_LAST_YEAR}"
        )
    write_bars(made, out, overwrite=force)
    _say_written(made, out)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="Bars in any format that can be read.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show what a file of bars holds, or why it is refused.

    The exit code is 2 for a file that no study could use.
    """
    from harness.workloads.topstepb.quality import quality
    from harness.workloads.topstepb.readers import read_bars

    found = quality(read_bars(file))
    if as_json:
        import dataclasses
        import json

        print(json.dumps(dataclasses.asdict(found), indent=2))
    else:
        _show(_rows(found))


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Bars in any format that can be read.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its suffix decides the format.")],
    force: Force = False,
) -> None:
    """Check bars and write them in another format.

    OUT gets the canonical columns, in the format of its suffix.
    """
    from harness.workloads.topstepb.readers import read_bars
    from harness.workloads.topstepb.writers import write_bars

    bars = read_bars(source)
    write_bars(bars, out, overwrite=force)
    for note in bars.notes:
        print(f"  {note}")
    _say_written(bars, out)


def _regime(name: str) -> "Regime":
    from harness.errors import InputError
    from harness.workloads.topstepb.regimes import Regime

    try:
        return Regime(name)
    except ValueError:
        known = ", ".join(regime.value for regime in Regime)
        raise InputError(f"{name!r} is not a regime: choose one of {known}") from None


def _say_written(bars: "Bars", out: Path) -> None:
    from harness.units import interval_text

    print(f"{out}: {len(bars):,} bars of {interval_text(bars.interval_s)}, sha256 {bars.digest}")


def _rows(found: "Quality") -> list[tuple[str, str]]:
    """What `inspect` shows, line by line: a label (empty where the one above goes on) and its text."""
    from harness.units import bytes_text, interval_text, printable

    rows = [
        ("file", printable(found.name)),
        ("rows", f"{found.rows:,}"),
        ("span", f"{_spaced(found.first)} to {_spaced(found.last)} UTC"),
        ("interval", interval_text(found.interval_s)),
        ("gaps", f"{found.gaps:,}, {found.missing_bars:,} bars missing"),
        *(("", f"{_spaced(hole.after)} to {_spaced(hole.before)}: {hole.missing:,}") for hole in found.largest_gaps),
        ("tick", _decimal(found.tick)),
        ("zero volume", "no volume" if found.zero_volume_rows is None else f"{found.zero_volume_rows:,} rows"),
        ("memory", bytes_text(found.memory_bytes)),
        ("sha256", found.digest),
    ]
    if found.split_sizes is None:
        rows.append(("split", found.split_refusal or ""))
    else:
        train, validate, test = found.split_sizes
        rows.append(("split", f"train {train:,}, validate {validate:,}, test {test:,}"))
    rows += [("notes" if index == 0 else "", note) for index, note in enumerate(found.notes)]
    return rows


def _decimal(tick: float | None) -> str:
    """A tick as a decimal fraction, never in powers of ten."""
    return "none: prices are not on a decimal grid" if tick is None else f"{tick:.10f}".rstrip("0").rstrip(".")


def _spaced(iso: str) -> str:
    return iso.replace("T", " ")


def _show(rows: Sequence[tuple[str, str]]) -> None:
    if not has_colour():
        for label, text in rows:
            print(f"{label:<{_LABEL_WIDTH}} {text}")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=_LABEL_WIDTH, style="bold")
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(label, Text(text))  # Text: a file's name is not markup
    Console().print(grid)
