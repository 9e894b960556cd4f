"""The page's graphs of a profiled run: cost over trials, memory over time, memory after each trial."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.report.ink import NARROW, WIDE, Axis, Element, Note, area, dots, group, sheet, stroke, ticks, words
from harness.report.palette import BAND, FIRST, GRID, LINES, MUTED, SECOND
from harness.report.profiled.forms.figures import both
from harness.report.profiled.forms.scales import time_scale
from harness.report.profiled.pictures import Course, CoursePoint, GrowthPicture, TreeSample
from harness.report.profiled.summary import MemoryPicture
from harness.report.svg import Caption, Drawing
from harness.units import Scale, bytes_scale, bytes_text, seconds_scale

_GUTTER, _TOP, _FOOT = 74.0, 24.0, 22.0
_SHOWN_LIMIT = 0.3  # of the limit; below it a line for the limit would flatten the curve
_FAR_OUT = 3.0  # times about the 98th percentile: what lies beyond is drawn at the edge, and counted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A stretch of a sheet with both its axes."""

    x: Axis
    y: Axis
    scale: Scale
    title: str

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.x.at(x), self.y.at(min(y, self.y.high))


def course(picture: Course | None, key: str) -> Drawing | None:
    """Duration of a trial and cost of the sampler over the trials."""
    if picture is None:
        return None
    return both(
        f"{key}-course",
        "Cost of a trial over the study",
        picture.statement,
        lambda wide, caption: _course(picture, wide, caption),
    )


def _course(picture: Course, wide: bool, caption: Caption) -> str:
    width, height = (WIDE, 150.0) if wide else (NARROW, 130.0)
    series = [("Duration of a trial", picture.durations, FIRST), ("Sampler, per trial", picture.sampler, SECOND)]
    elements: list[Element] = []
    top = 0.0
    for title, points, colour in series:
        if points:
            elements += _course_panel(title, points, colour, (width, top, top + height))
            top += height + _FOOT + 10
    return sheet(caption, width, top - 6, elements)


def _course_panel(
    title: str, points: Sequence[CoursePoint], colour: str, place: tuple[float, float, float]
) -> Iterator[Element]:
    width, top, bottom = place
    highs = sorted(point.high_s for point in points)
    high = highs[int(0.98 * (len(highs) - 1))] * 1.12
    if highs[-1] <= _FAR_OUT * high:
        high = highs[-1] * 1.08
    far = sum(top_s > high for top_s in highs)
    panel = _panel(
        title + (f" ({far} beyond the top)" if far else ""),
        (-0.5, points[-1].trial + 0.5),
        (0.0, high or 1.0),
        (width, top, bottom, seconds_scale(high or 1.0)),
    )
    yield from _frame(panel, [f"{tick:,.10g}" for tick in _whole_ticks(panel, width)], _whole_ticks(panel, width))
    if points[0].low_s == points[0].high_s and all(point.low_s == point.high_s for point in points):
        radius = 2.2 if len(points) > 100 else 3.0
        yield group(colour, [dots((panel.at(point.trial, point.middle_s) for point in points), radius)])
        return
    uppers = [panel.at(point.trial, point.high_s) for point in points]
    yield area(uppers, [panel.at(point.trial, point.low_s) for point in points], BAND)
    yield stroke([panel.at(point.trial, point.middle_s) for point in points], colour, 1.6)


def tree(picture: MemoryPicture | None, key: str) -> Drawing | None:
    """PSS of the process tree over time."""
    if picture is None or len(picture.tree) < 2:
        return None
    return both(
        f"{key}-tree",
        "Memory of the process tree over time",
        picture.statement,
        lambda wide, caption: _tree(picture.tree, picture.limit_bytes, (wide, caption)),
    )


def _tree(samples: Sequence[TreeSample], limit: int | None, form: tuple[bool, Caption]) -> str:
    wide, caption = form
    width, height = (WIDE, 190.0) if wide else (NARROW, 160.0)
    largest = float(max(sample.pss_bytes for sample in samples))
    has_limit = limit is not None and largest >= _SHOWN_LIMIT * limit
    high = max(largest, float(limit or 0)) if has_limit else largest
    first, last = samples[0].at_s, samples[-1].at_s
    panel = _panel(
        "PSS of the process tree", (first, last), (0.0, high * 1.08), (width, 0.0, height, bytes_scale(high))
    )
    scale = time_scale(last - first)
    marks = ticks(first / scale.factor, last / scale.factor, 8 if wide else 4)
    elements = list(
        _frame(panel, [f"{tick:,.10g}{scale.symbol}" for tick in marks], [tick * scale.factor for tick in marks])
    )
    points = [panel.at(sample.at_s, sample.pss_bytes) for sample in samples]
    floor = panel.y.start
    elements.append(area(points, [(points[0][0], floor), (points[-1][0], floor)], BAND))
    elements.append(stroke(points, FIRST, 1.8))
    if has_limit and limit is not None:
        y = panel.y.at(limit)
        elements.append(stroke([(panel.x.start, y), (panel.x.end, y)], SECOND, 1.2, "5 4"))
        said = f"limit {bytes_text(limit)}"
        elements.append(words(panel.x.end, y - 5, said, Note(size=12, anchor="end", colour=MUTED)))
    return sheet(caption, width, height + _FOOT, elements)


def growth(picture: MemoryPicture | None, key: str) -> Drawing | None:
    """RSS of processes after each of their trials, with the Theil-Sen line."""
    if picture is None or not picture.after_trials:
        return None
    text = " ".join(f"Process {line.pid}: {line.statement}" for line in picture.growth)
    return both(
        f"{key}-growth",
        "RSS after each trial",
        text,
        lambda wide, caption: _growth(picture.after_trials, wide, caption),
    )


def growth_colour(place: int) -> str:
    """The colour of the process at this place."""
    return LINES[place % len(LINES)]


def _growth(lines: Sequence[GrowthPicture], wide: bool, caption: Caption) -> str:
    width, height = (WIDE, 190.0) if wide else (NARROW, 170.0)
    sizes = [point.rss_bytes for line in lines for point in (*line.points, *line.line)]
    low, high = min(sizes), max(sizes)
    room = max(high - low, 0.02 * high, 1.0)
    most = max(line.trials for line in lines)
    bounds = (max(low - 0.15 * room, 0.0), high + 0.15 * room)
    panel = _panel(
        "RSS after each trial of a process", (0.5, most + 0.5), bounds, (width, 0.0, height, bytes_scale(high))
    )
    marks = _whole_ticks(panel, width)
    elements = list(_frame(panel, [f"{tick:,.10g}" for tick in marks], marks))
    for place, line in enumerate(lines):
        colour = growth_colour(place)
        elements.append(group(colour, [dots((panel.at(p.trial, p.rss_bytes) for p in line.points), 2.2)]))
    for place, line in enumerate(lines):
        if line.line:
            elements.append(stroke([panel.at(p.trial, p.rss_bytes) for p in line.line], growth_colour(place), 2.0))
    return sheet(caption, width, height + _FOOT, elements)


def _panel(
    title: str,
    across: tuple[float, float],
    up: tuple[float, float],
    place: tuple[float, float, float, Scale],
) -> _Panel:
    width, top, bottom, scale = place
    return _Panel(
        x=Axis(low=across[0], high=across[1], start=_GUTTER, end=width - 6),
        y=Axis(low=up[0], high=up[1], start=bottom, end=top + _TOP),
        scale=scale,
        title=title,
    )


def _frame(panel: _Panel, labels: Sequence[str], places: Sequence[float]) -> Iterator[Element]:
    """Title, horizontal grid with the values' labels, and the labels below."""
    yield words(0, panel.y.end - 11, panel.title, Note(size=12.5, colour=MUTED))
    factor = panel.scale.factor
    for tick in ticks(panel.y.low / factor, panel.y.high / factor, 5):
        y = panel.y.at(tick * factor)
        yield stroke([(panel.x.start, y), (panel.x.end, y)], GRID)
        yield words(
            panel.x.start - 8, y + 4, f"{tick:,.10g}{panel.scale.symbol}", Note(size=12, anchor="end", colour=MUTED)
        )
    for label, place in zip(labels, places, strict=True):
        x = panel.x.at(place)
        anchor = "end" if x > panel.x.end - 12 else "middle"
        yield words(x, panel.y.start + 17, label, Note(size=12, anchor=anchor, colour=MUTED))


def _whole_ticks(panel: _Panel, width: float) -> list[float]:
    return [tick for tick in ticks(panel.x.low, panel.x.high, 8 if width == WIDE else 4) if tick == int(tick)]
