"""The report's four figures, drawn by Matplotlib in a wide and a narrow form, as SVG elements for the page."""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from harness.report.cells import NONE
from harness.report.palette import (
    BAND,
    BETWEEN,
    FIRST,
    GRID,
    INK,
    LINES,
    MUTED,
    PAPER,
    SECOND,
    WAITING,
    span_colour,
    text_colour_on,
)
from harness.report.summary import ArmBreakdown, MemoryOfRun, Summary, Timeline
from harness.report.svg import Caption, Drawing, fitted
from harness.units import bytes_text, percent_text, seconds_scale, seconds_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE_IN, _NARROW_IN = 7.4, 3.5
MIB = 1024**2
SHOWN_SHARE = 0.002  # what is thinner could not be seen
_LETTER = 0.0098  # of the wide form's bar; the narrow form's is twice that
_LOOK: dict[str, Any] = {
    "svg.fonttype": "none",  # real text: it can be read out, searched and follows the page's font
    "svg.hashsalt": "study-harness",  # the same ids in every process
    "text.parse_math": False,  # a name is a name, dollars or not
    "font.size": 8,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "figure.constrained_layout.use": True,
}


def cost(summary: Summary) -> Drawing | None:
    """CPU per trial against bars per trial, with the fitted line; None without points."""
    if not summary.cost_model.points:
        return None
    text = " ".join(summary.cost_model.statements)
    return _both("cost", "CPU per trial against bars per trial", text, lambda wide: _cost(summary, wide))


def spans(summary: Summary) -> Drawing | None:
    """A stacked bar for each arm: the share of each span in a trial's CPU, and how much of its wall was waiting."""
    if not summary.breakdowns:
        return None
    said = [
        f"{arm.arm}: " + ", ".join(f"{n} {percent_text(s)}" for n, s, _ in _shares(arm)) for arm in summary.breakdowns
    ]
    return _both("spans", "Share of each span in a trial's CPU", "; ".join(said), lambda wide: _spans(summary, wide))


def timeline(summary: Summary) -> Drawing | None:
    """When each trial ran, one row for each thread; None unless both arms ran."""
    lines = summary.overlap.timelines
    if len(lines) < 2:
        return None
    return _both(
        "timeline", "Trials over time by thread", summary.overlap.statement, lambda wide: _timeline(lines, wide)
    )


def memory(summary: Summary) -> Drawing | None:
    """PSS of each run's process tree over time; None without samples."""
    lines = [line for line in summary.memory if len(line.tree) > 1]
    if not lines:
        return None
    said = [f"{m.arm}: peak {NONE if m.peak_pss_bytes is None else bytes_text(m.peak_pss_bytes)}" for m in lines]
    return _both("memory", "Memory of each run over time", "; ".join(said), lambda wide: _memory(lines, wide))


def _both(key: str, title: str, text: str, draw: Callable[[bool], "Figure"]) -> Drawing:
    drawn = {}
    for form in ("wide", "narrow"):
        with _look():
            caption = Caption(key=f"{key}-{form}", title=title, text=text)
            drawn[form] = fitted(_svg(draw(form == "wide")), caption)
    return Drawing(wide=drawn["wide"], narrow=drawn["narrow"])


@contextmanager
def _look() -> Iterator[None]:
    """Our settings on Matplotlib's defaults, whatever the user's matplotlibrc says."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        # A name in a script that Matplotlib's font lacks only spoils its guess at the width: the page has other fonts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(cast(Any, _LOOK))
        yield


def _svg(figure: "Figure") -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _figure(wide: bool, height_in: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(_WIDE_IN if wide else _NARROW_IN, height_in))


def _cost(summary: Summary, wide: bool) -> "Figure":
    model = summary.cost_model
    figure = _figure(wide, 3.0 if wide else 2.7)
    axes = figure.subplots()
    axes.set_xscale("log")
    axes.set_yscale("log")
    if model.line:
        sizes = [point.bars_per_trial for point in model.line]
        floor = min(point.cpu_s_per_trial for point in model.points) / 10
        lows = [max(point.low_s, floor) for point in model.line]
        axes.fill_between(sizes, lows, [point.high_s for point in model.line], color=BAND, linewidth=0)
        axes.plot(sizes, [point.cpu_s for point in model.line], color=FIRST, linewidth=1.4)
    sizes = [point.bars_per_trial for point in model.points]
    costs = [point.cpu_s_per_trial for point in model.points]
    axes.plot(sizes, costs, "o", color=SECOND, markeredgecolor=PAPER, markersize=6)
    axes.grid(axis="y")
    axes.set_xlabel("bars per trial")
    axes.set_title("CPU per trial", loc="left", fontsize=8, color=MUTED)
    _plain_ticks(axes)
    return figure


def _plain_ticks(axes: "Axes") -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis, text in (
        (axes.xaxis, lambda value, _: f"{value:,.0f}"),
        (axes.yaxis, lambda value, _: seconds_text(value)),
    ):
        axis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
        axis.set_major_formatter(FuncFormatter(text))
        axis.set_minor_formatter(NullFormatter())


def _tick(seconds: float) -> str:
    """A round duration without the zeros that a measured one keeps."""
    scale = seconds_scale(seconds)
    return f"{seconds / scale.factor:,g}{scale.symbol}"


def _shares(arm: ArmBreakdown) -> list[tuple[str, float, str]]:
    """Name, share of the CPU a trial costs, and colour; what lies between two trials comes last."""
    parts = [(part.name, part.cpu_share) for part in arm.parts] + [(BETWEEN, arm.between_cpu_share)]
    return [(name, share, span_colour(name)) for name, share in parts if share >= SHOWN_SHARE]


def _spans(summary: Summary, wide: bool) -> "Figure":
    arms = summary.breakdowns
    figure = _figure(wide, 0.3 + 0.62 * len(arms))
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(len(arms) - 0.1, -0.35)
    axes.axis("off")
    for row, arm in enumerate(arms):
        _span_bar(axes, row, arm, wide)
    return figure


def _span_bar(axes: "Axes", row: int, arm: ArmBreakdown, wide: bool) -> None:
    axes.text(0, row - 0.06, _short(arm.arm, 60 if wide else 30), va="bottom", weight="bold")
    told = f"CPU {seconds_text(arm.cpu_s_per_trial + arm.between_cpu_s_per_trial)}"
    told += f", wall {seconds_text(arm.wall_s_per_trial)}" if wide else ""
    axes.text(1, row - 0.06, told, va="bottom", ha="right", color=MUTED)
    left = 0.0
    for name, share, colour in _shares(arm):
        axes.barh(row + 0.17, share, left=left, height=0.34, color=colour, edgecolor=PAPER, linewidth=0.6)
        label = f"{_short(name, 20)} {percent_text(share)}"
        if share >= len(label) * _LETTER * (1 if wide else 2.1):
            axes.text(left + share / 2, row + 0.17, label, ha="center", va="center", color=text_colour_on(colour))
        left += share
    busy = min(max(arm.cpu_s_per_trial / arm.wall_s_per_trial, 0.0), 1.0) if arm.wall_s_per_trial > 0 else 1.0
    axes.barh(row + 0.43, busy, height=0.09, color=MUTED)
    axes.barh(row + 0.43, 1 - busy, left=busy, height=0.09, color=WAITING)


def _timeline(lines: tuple[Timeline, ...], wide: bool) -> "Figure":
    lanes = [max(line.lanes, 1) for line in lines]
    figure = _figure(wide, 1.0 + 0.16 * sum(lanes) + 0.3 * len(lines))
    grid = figure.subplots(len(lines), 1, sharex=True, height_ratios=[count + 1.2 for count in lanes])
    for axes, line in zip(grid, lines, strict=True):
        _lanes(axes, line, wide)
    grid[-1].set_xlabel("seconds since the study began")
    return figure


def _lanes(axes: "Axes", line: Timeline, wide: bool) -> None:
    for bar in line.bars:
        colour = (FIRST, LINES[5])[bar.number % 2]
        length = bar.end_s - bar.start_s
        axes.barh(bar.lane, length, left=bar.start_s, height=0.72, color=colour, edgecolor=PAPER, linewidth=0.5)
    title = f"{_short(line.arm, 60 if wide else 26)}: a trial lasts {seconds_text(line.median_trial_wall_s)}"
    axes.set_title(title, loc="left", fontsize=8, color=INK)
    axes.set_yticks(range(line.lanes), [str(lane + 1) for lane in range(line.lanes)])
    axes.set_ylim(max(line.lanes, 1) - 0.4, -0.6)
    axes.set_ylabel("thread")
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(axis="x")
    axes.set_axisbelow(True)


def _memory(lines: list[MemoryOfRun], wide: bool) -> "Figure":
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    figure = _figure(wide, 3.2 if wide else 3.4)
    axes = figure.subplots()
    styles = ("-", "--", "-.", ":")
    for index, line in enumerate(lines):
        times, sizes = [point.at_s for point in line.tree], [point.bytes for point in line.tree]
        colour, style = LINES[index % len(LINES)], styles[index // len(LINES) % len(styles)]
        axes.plot(times, sizes, color=colour, linestyle=style, linewidth=1.4, label=_short(line.arm, 40))
    table = max((line.table_bytes or 0 for line in lines), default=0)
    if table:
        axes.axhline(table, color=MUTED, linewidth=0.8, linestyle=":")
        axes.annotate(f"table of bars {bytes_text(table)}", (1, table), xycoords=("axes fraction", "data"),
                      xytext=(0, 2), textcoords="offset points", ha="right", va="bottom", color=MUTED)  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.yaxis.set_major_locator(MultipleLocator(_step(max(point.bytes for line in lines for point in line.tree))))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / MIB:,g} MiB"))
    axes.grid(axis="y")
    axes.set_xlabel("seconds since the run's first sample")
    axes.set_title("PSS of the process tree", loc="left", fontsize=8, color=MUTED)
    figure.legend(loc="outside lower left", ncols=2 if wide else 1, frameon=False, fontsize=8)
    return figure


def _step(largest: float) -> float:
    """Bytes between two ticks: 1, 2 or 5 times a power of ten of MiB, for at most six ticks."""
    step = 1.0
    while largest / MIB / step > 6:
        step *= 2.5 if f"{step:g}"[0] == "2" else 2
    return step * MIB


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
