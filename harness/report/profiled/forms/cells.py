"""The tables of a profiled run as text, shared by all renderers: formatting only, nothing is decided here."""

from harness.report.cells import NONE, Grid, bounds_text, value_text
from harness.report.profiled.best import number_text
from harness.report.profiled.summary import (
    AccountPicture,
    Comparison,
    LedgerPicture,
    MemoryPicture,
    PartLine,
    ProfileSummary,
    StacksPicture,
)
from harness.report.profiled.words import verdict_text
from harness.units import bytes_text, count_text, percent_text, seconds_text

RUN = "the run, all in all"
WHOLE = "a trial, all in all"


def comparison_grid(comparison: Comparison) -> Grid:
    """Every quantity run by run; with two runs, the second over the first."""
    pair = len(comparison.names) == 2
    rows = tuple(
        (row.label, *(value_text(cell) for cell in row.measures), *((value_text(row.change[0]),) if pair else ()))
        for row in comparison.rows
    )
    over = ("Second over first",) if pair else ()
    return Grid(title="Side by side", columns=("", *comparison.names, *over), rows=rows)


def account_grid(account: AccountPicture, *, is_short: bool = False) -> Grid:
    """Where the whole run's wall went; in short without what each place is."""
    rows = [
        (
            place.label if not is_short or place.where is None else f"{place.label} ({place.where})",
            *(() if is_short else (place.what, place.where or "")),
            percent_text(place.share),
            seconds_text(place.wall_s),
            _seconds(place.cpu_s),
        )
        for place in account.places
    ]
    known = [place.cpu_s for place in account.places if place.cpu_s is not None]
    rows.append(
        (
            RUN,
            *(() if is_short else ("from launch to exit", "")),
            "100 %",
            seconds_text(account.wall_s),
            _seconds(sum(known) if known else None),
        )
    )
    columns = ("Place", *(() if is_short else ("What it is", "Where")), "Share", "Wall", "CPU")
    return Grid(title="Of the run, in its order", columns=columns, rows=tuple(rows), names=1 if is_short else 3)


def process_time_grid(account: AccountPicture) -> Grid:
    """Where the wall of each process went."""
    rows = tuple(
        (
            f"{line.pid}, the script" if line.is_main else str(line.pid),
            seconds_text(line.wall_s),
            *(
                _some(seconds)
                for seconds in (
                    line.start_s,
                    line.own_s,
                    line.trials_s,
                    line.between_s,
                    line.waiting_s,
                    line.exit_s,
                )
            ),
        )
        for line in account.processes
    )
    columns = ("Process", "Wall", "Start, imports", "Own code", "Trials", "Between", "Waiting", "Exit")
    return Grid(title="Where each process's wall went", columns=columns, rows=rows)


def import_grid(account: AccountPicture) -> Grid:
    """The heaviest imports."""
    rows = tuple(
        (line.name, seconds_text(line.own_s), seconds_text(line.wall_s), count_text(line.processes))
        for line in account.imports
    )
    columns = ("Package", "By itself", "With what it imports", "Processes")
    return Grid(title="Imports, summed over processes", columns=columns, rows=rows)


def ledger_grid(ledger: LedgerPicture, *, is_short: bool = False) -> Grid:
    """The parts of a trial; in short without what each part is."""
    rows = [_part_row(part, is_short) for part in ledger.parts]
    if len(rows) > 1:
        rows.append(_sum_row(ledger, is_short))
    what = () if is_short else ("What it is",)
    columns = ("Part", *what, "Share", "Wall", "CPU", "Waiting", "Calls")
    return Grid(title="Per trial, means", columns=columns, rows=tuple(rows), names=1 if is_short else 2)


def _sum_row(ledger: LedgerPicture, is_short: bool) -> tuple[str, ...]:
    wall = sum(part.wall_s_per_trial for part in ledger.parts)
    known = [part.cpu_s_per_trial for part in ledger.parts if part.cpu_s_per_trial is not None]
    waits = [part.waiting_s_per_trial for part in ledger.parts if part.waiting_s_per_trial is not None]
    sums = (seconds_text(wall), _seconds(sum(known) if known else None), _seconds(sum(waits) if waits else None))
    return (WHOLE, *(() if is_short else ("with what lies between two",)), "100 %", *sums, "")


def _part_row(part: PartLine, is_short: bool) -> tuple[str, ...]:
    calls = part.calls_per_trial
    return (
        part.label,
        *(() if is_short else (part.what,)),
        percent_text(part.wall_share),
        seconds_text(part.wall_s_per_trial),
        _seconds(part.cpu_s_per_trial),
        _seconds(part.waiting_s_per_trial),
        count_text(round(calls)) if abs(calls - round(calls)) < 5e-4 else count_text(calls),
    )


def waiting_grid(ledger: LedgerPicture) -> Grid:
    """What the waiting was for."""
    rows = tuple((line.label, seconds_text(line.s_per_trial), percent_text(line.share)) for line in ledger.waiting)
    columns = ("What the thread waited for", "Per trial", "Of all waiting")
    return Grid(title="Waiting, as far as it can be told apart", columns=columns, rows=rows)


def calls_grid(ledger: LedgerPicture) -> Grid:
    """Storage methods, most called first."""
    rows = tuple((line.method, count_text(line.calls_per_trial)) for line in ledger.calls)
    return Grid(title="Storage calls", columns=("Method", "Calls per trial"), rows=rows)


def hot_grid(stacks: StacksPicture) -> Grid:
    """The heaviest lines of the user's own code."""
    rows = tuple(
        (
            line.place,
            line.function if line.callback is None else f"{line.function}: {line.callback}",
            line.span,
            str(line.samples),
            percent_text(line.share),
            line.bounds,
            seconds_text(line.s_per_trial),
        )
        for line in stacks.hot_lines
    )
    columns = ("Line", "Function", "Span", "Samples", "Share", "95 %", "Per trial")
    return Grid(title="Heaviest lines of your own code, with all they call", columns=columns, rows=rows, names=3)


def functions_grid(stacks: StacksPicture) -> Grid:
    """The heaviest functions of the user's own code."""
    rows = tuple(
        (
            one.function,
            one.place,
            one.lines,
            str(one.samples),
            percent_text(one.share),
            one.bounds,
            seconds_text(one.s_per_trial),
        )
        for one in stacks.functions
    )
    columns = ("Function", "File", "Lines, heaviest first", "Samples", "Share", "95 %", "Per trial")
    return Grid(title="Heaviest functions, their lines added up", columns=columns, rows=rows, names=3)


def growth_grid(memory: MemoryPicture) -> Grid:
    """Growth per trial of each process."""
    rows = tuple(
        (
            str(line.pid),
            verdict_text(line.verdict),
            count_text(line.trials),
            value_text(line.growth),
            bounds_text(line.growth) or NONE,
            value_text(line.history),
        )
        for line in memory.growth
    )
    columns = ("Process", "Verdict", "Trials", "Growth per trial", "95 %", "Optuna's history")
    return Grid(title="Memory growth over the trials", columns=columns, rows=rows, names=2)


def memory_lines_grid(summary: ProfileSummary) -> Grid:
    """What lines of the objective added to memory."""
    rows = tuple(
        (
            line.place,
            line.source,
            count_text(line.occurrences),
            bytes_text(line.increment_bytes / max(line.occurrences, 1)),
            bytes_text(line.increment_bytes),
        )
        for line in summary.memory_lines
    )
    columns = ("Line", "Source", "Times", "Each time", "In all")
    return Grid(title="Lines of the objective by what they added to memory", columns=columns, rows=rows, names=2)


def repeated_grid(summary: ProfileSummary) -> Grid:
    """Work done more than once."""
    rows = tuple(
        (
            line.what,
            line.arguments,
            count_text(line.calls),
            count_text(line.processes),
            _seconds(line.wall_s),
            _seconds(line.saving_s_per_trial),
            _seconds(line.shared_saving_s),
        )
        for line in summary.repeated
    )
    columns = ("What", "With", "Calls", "Processes", "Took", "Reuse saves, per trial", "One copy for all saves")
    return Grid(title="The same work, done again", columns=columns, rows=rows, names=2)


def process_grid(summary: ProfileSummary) -> Grid:
    """The processes that ran trials."""
    rows = tuple(
        (
            str(line.pid),
            f"{line.birth}, {line.ending}",
            count_text(line.threads),
            count_text(line.trials),
            seconds_text(line.startup_wall_s),
            NONE if line.busy_share is None else percent_text(line.busy_share),
            _seconds(line.study_cpu_s),
            _bytes(line.peak_rss_bytes),
            _bytes(line.peak_uss_bytes),
        )
        for line in summary.processes
    )
    columns = ("Process", "How", "Threads", "Trials", "Start-up", "In trials", "CPU", "Peak RSS", "Peak USS")
    return Grid(title="Processes", columns=columns, rows=rows, names=2)


def study_grid(summary: ProfileSummary) -> Grid:
    """The studies."""
    rows = tuple(
        (
            line.name,
            line.storage,
            line.sampler,
            line.pruner,
            line.directions,
            ", ".join(number_text(best.value) for best in line.best) or NONE,
            count_text(line.trials),
            NONE if line.running is None else count_text(line.running),
        )
        for line in summary.studies
    )
    columns = ("Study", "Storage", "Sampler", "Pruner", "Direction", "Best", "Trials here", "Left RUNNING")
    return Grid(title="Studies", columns=columns, rows=rows, names=5)


def memory_text(memory: MemoryPicture) -> str:
    """What a trial needs at its peak, where that is known; else why not."""
    within = memory.within_trial
    if within.value is None:
        return f"How much a trial needs at its peak is not known: {within.missing}."
    return f"At its peak a trial needs {value_text(within)} more than before it ({within.basis})."


def _seconds(value: float | None) -> str:
    return NONE if value is None else seconds_text(value)


def _some(value: float) -> str:
    """A dash for nothing at all."""
    return seconds_text(value) if value > 0 else NONE


def _bytes(value: float | None) -> str:
    return NONE if value is None else bytes_text(value)
