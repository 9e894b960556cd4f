"""The page's figures of levers by cost, each wide and narrow: forest, ceilings, waterfall, and every pair's ratio."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.report.cells import value_text
from harness.report.comparison.cells import ratio_bounds
from harness.report.comparison.summary import ComparisonSummary, ControlLine, LeverLine, Ruling, Sample
from harness.report.ink import NARROW, WIDE, Axis, Element, Note, box, cut, dots, group, sheet, stroke, words
from harness.report.palette import BAND, FIRST, GRID, INK, MUTED, SECOND, THIRD, WAITING
from harness.report.quantity import Measure
from harness.report.svg import Caption, Drawing
from harness.units import percent_text, significant

_ROUND = (1, 1.1, 1.2, 1.5, 2, 3, 5, 7)  # within a power of ten, where ratios are read
_CLOSE = (0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01, 1.02, 1.05)  # where bounds are close to 1
_FAR = 4.0  # times the spread of the pairs: farther off, 1 is left out of a strip
_PALE_DOT = "#b4bac2"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of the forest."""

    name: str
    ratio: Measure
    samples: Sequence[Sample]
    colour: str
    least: float | None = None  # ratio that a lever could reach at best
    expected: float | None = None  # of the control


def both(key: str, title: str, text: str, draw: Callable[[bool, Caption], str]) -> Drawing:
    """A figure in both its forms."""
    drawn = [draw(form == "wide", Caption(key=f"{key}-{form}", title=title, text=text)) for form in ("wide", "narrow")]
    return Drawing(wide=drawn[0], narrow=drawn[1])


def ratio_ticks(axis: Axis, room: float) -> list[float]:
    """Round ratios on a logarithmic axis, at least `room` pixels apart: 1 first, powers of ten before the rest."""
    low, high = math.exp(axis.low), math.exp(axis.high)
    found = {
        one * 10.0**power
        for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for one in _ROUND
    }
    found |= set(_CLOSE) if high / low < 4 else set()
    kept: list[float] = []
    for value in sorted(found, key=lambda value: (_rank(value), abs(math.log(value)))):
        place = axis.at(math.log(value))
        if low <= value <= high and all(abs(place - axis.at(math.log(other))) >= room for other in kept):
            kept.append(round(value, 12))
    return sorted(kept)


def _rank(value: float) -> int:
    if value == 1:
        return 0
    power = math.log10(value)
    if abs(power - round(power)) < 1e-9:
        return 1
    return 2 if round(value / 10 ** math.floor(power + 1e-9), 6) in (2, 5) else 3


def forest(summary: ComparisonSummary) -> Drawing | None:
    """Each lever's ratio with its interval on a logarithmic axis, its pairs behind it, the controls at the bottom."""
    levers = [*summary.levers, *([] if summary.total is None else [summary.total])]
    rows = [_lever_row(line) for line in levers if line.ratio.value is not None]
    controls = [_control_row(line) for line in summary.controls if line.ratio.value is not None]
    if not rows and not controls:
        return None
    said = "; ".join(f"{row.name} {value_text(row.ratio)} ({ratio_bounds(row.ratio)})" for row in (*rows, *controls))
    return both(
        "forest",
        "Ratio with over without, by lever",
        said,
        lambda wide, caption: _forest(rows, controls, summary.effect, wide, caption),
    )


def _lever_row(line: LeverLine) -> _Row:
    colour = {Ruling.FASTER: THIRD, Ruling.SLOWER: SECOND, Ruling.SAME: FIRST}.get(line.ruling, MUTED)
    least = None if line.component is None else line.component.least_ratio.value
    return _Row(name=line.name, ratio=line.ratio, samples=line.samples, colour=colour, least=least)


def _control_row(line: ControlLine) -> _Row:
    expected = None
    if line.expected_low is not None and line.expected_high is not None:
        expected = math.sqrt(line.expected_low * line.expected_high)
    name = f"{line.name}" if line.metric_label == "CPU" else f"{line.name}, {line.metric_label}"
    colour = MUTED if line.is_as_it_should_be else SECOND
    return _Row(name=name, ratio=line.ratio, samples=line.samples, colour=colour, expected=expected)


def interactions(summary: ComparisonSummary) -> Drawing | None:
    """Of a factorial: joint effects over the products of single ones; right of 1 less is saved together."""
    rows = [
        _Row(name=line.name, ratio=line.ratio, samples=(), colour=_colour_of(line.ratio, summary.effect))
        for line in summary.interactions
        if line.ratio.value is not None
    ]
    if not rows:
        return None
    said = "; ".join(f"{row.name} {value_text(row.ratio)} ({ratio_bounds(row.ratio)})" for row in rows)
    return both(
        "interactions",
        "What levers do together, over the product of what each does",
        said,
        lambda wide, caption: _forest(rows, (), summary.effect, wide, caption),
    )


def _colour_of(ratio: Measure, margin: float) -> str:
    """As of levers: less, more, the same, or not decided."""
    if ratio.low is None or ratio.high is None:
        return MUTED
    if 1 / (1 + margin) < ratio.low and ratio.high < 1 + margin:
        return FIRST
    return SECOND if ratio.low > 1 else THIRD if ratio.high < 1 else MUTED


def _forest(rows: Sequence[_Row], controls: Sequence[_Row], margin: float, wide: bool, caption: Caption) -> str:
    width, gutter, right = (WIDE, 210.0, 178.0) if wide else (NARROW, 8.0, 8.0)
    pitch, top = (38.0, 18.0) if wide else (62.0, 22.0)
    gap = 18.0 if rows and controls else 0.0
    bottom = top + pitch * (len(rows) + len(controls)) + gap
    axis = _ratio_axis([*rows, *controls], margin, gutter, width - right)
    elements: list[Element] = []
    low, high = axis.at(-math.log1p(margin)), axis.at(math.log1p(margin))
    elements.append(group(BAND, [box(low, top - 6, high - low, bottom - top + 6)]))
    for tick in ratio_ticks(axis, 44.0):
        x = axis.at(math.log(tick))
        elements.append(stroke([(x, top - 6), (x, bottom)], INK if tick == 1 else GRID))
        elements.append(words(x, bottom + 18, f"{tick:g}×", Note(size=12, anchor="middle", colour=MUTED)))
    elements.append(
        words(axis.at(0), 9, f"within {percent_text(margin)}", Note(size=11, anchor="middle", colour=MUTED))
    )
    for index, row in enumerate((*rows, *controls)):
        y = top + pitch * (index + 0.5) + (gap if index >= len(rows) else 0.0)
        elements += _forest_row(row, axis, y, width, wide=wide)
    if gap:
        y = top + pitch * len(rows) + gap / 2
        elements.append(stroke([(0, y), (width, y)], GRID))
    return sheet(caption, width, bottom + 26, elements)


def _forest_row(row: _Row, axis: Axis, y: float, width: float, *, wide: bool) -> Iterator[Element]:
    value = row.ratio.value
    assert value is not None
    line = y if wide else y + 14
    yield group(_PALE_DOT, [dots([(_clipped(axis, sample.ratio), line + 8) for sample in row.samples], 2.0)])
    low, high = row.ratio.low, row.ratio.high
    if low is not None and high is not None:
        ends = _clipped(axis, low), _clipped(axis, high)
        yield stroke([(ends[0], line), (ends[1], line)], row.colour, 2.5)
        yield from (stroke([(end, line - 5), (end, line + 5)], row.colour, 1.5) for end in ends)
    yield group(row.colour, [dots([(_clipped(axis, value), line)], 5.0)])
    for mark, colour in ((row.least, THIRD), (row.expected, MUTED)):
        if mark is not None and mark > 0 and axis.low <= math.log(mark) <= axis.high:
            x = axis.at(math.log(mark))
            yield stroke([(x, line - 11), (x, line + 13)], colour, 1.5, "3 2")
    said = f"{value_text(row.ratio)}"
    sure = ratio_bounds(row.ratio)
    if wide:
        yield words(0, y + 4.5, cut(row.name, 200, 13), Note(size=13))
        yield words(width, y - 1, said, Note(size=14, anchor="end", is_bold=True))
        yield words(width, y + 14, sure, Note(size=12, anchor="end", colour=MUTED))
    else:
        yield words(0, y - 8, cut(row.name, 190, 13), Note(size=13))
        yield words(width, y - 8, f"{said} ({sure})", Note(size=12.5, anchor="end", is_bold=True))


def _ratio_axis(rows: Sequence[_Row], margin: float, start: float, end: float) -> Axis:
    """Over intervals, pairs and marks; a margin on either side of 1 is always to be seen."""
    values = [1 / (1 + margin) ** 1.5, (1 + margin) ** 1.5]
    for row in rows:
        values += [value for value in (row.ratio.value, row.ratio.low, row.ratio.high, row.expected) if value]
        values += [sample.ratio for sample in row.samples]
        values += [row.least] if row.least is not None and row.least > 0.05 else []
    low, high = math.log(min(values)), math.log(max(values))
    room = (high - low) * 0.04
    return Axis(low=low - room, high=high + room, start=start, end=end)


def _clipped(axis: Axis, ratio: float) -> float:
    return axis.at(min(max(math.log(ratio), axis.low), axis.high))


def ceilings(summary: ComparisonSummary) -> Drawing | None:
    """For each lever the share of the whole that it acts on, and how much of the whole was saved."""
    lines = [line for line in summary.levers if line.component is not None]
    if not lines:
        return None
    said = "; ".join(f"{line.name}: {line.component.sentence}" for line in lines if line.component is not None)
    return both("ceilings", "What each lever can touch", said, lambda wide, caption: _ceilings(lines, wide, caption))


def _ceilings(lines: Sequence[LeverLine], wide: bool, caption: Caption) -> str:
    width, gutter = (WIDE, 210.0) if wide else (NARROW, 0.0)
    pitch = 46.0 if wide else 66.0
    axis = Axis(low=0.0, high=1.0, start=gutter, end=width)
    elements: list[Element] = []
    for index, line in enumerate(lines):
        component, y = line.component, index * pitch + (4.0 if wide else 20.0)
        if component is None or component.share.value is None:
            continue
        share = component.share.value
        elements.append(words(0, y + (15 if wide else -6), cut(line.name, 200, 13), Note(size=13)))
        elements.append(group(WAITING, [box(axis.start, y, axis.end - axis.start, 22)]))
        elements.append(group(BAND, [box(axis.start, y, axis.at(share) - axis.start, 22, component.sentence)]))
        saved = 0.0 if line.ratio.value is None else 1 - line.ratio.value
        if saved > 0:
            elements.append(group(THIRD, [box(axis.start, y + 7, axis.at(min(saved, 1.0)) - axis.start, 8)]))
        said = f"acts on {component.name}, {percent_text(share)}; " + (
            f"saved {percent_text(saved)} of the whole" if saved > 0 else "saved nothing"
        )
        elements.append(words(axis.start, y + 37, said, Note(size=12, colour=MUTED)))
    return sheet(caption, width, len(lines) * pitch + (0.0 if wide else 8.0), elements)


def waterfall(summary: ComparisonSummary) -> Drawing | None:
    """What a run takes after each step, on a logarithmic axis: each bar is a ratio, and lengths add up."""
    steps = [step for step in summary.steps if step.cost.value]
    if len(steps) < 2:
        return None
    said = "; ".join(f"{step.name}: {value_text(step.cost)}" for step in steps)
    return both("waterfall", "Step by step", said, lambda wide, caption: _waterfall(summary, wide, caption))


def _waterfall(summary: ComparisonSummary, wide: bool, caption: Caption) -> str:
    steps = [step for step in summary.steps if step.cost.value]
    width, gutter, right = (WIDE, 150.0, 200.0) if wide else (NARROW, 0.0, 0.0)
    pitch, top = (36.0, 4.0) if wide else (58.0, 20.0)
    costs = [math.log(step.cost.value) for step in steps if step.cost.value]
    low, high = min(costs), max(costs)
    room = max((high - low) * 0.06, 0.05)
    axis = Axis(low=low - room, high=high, start=gutter, end=width - right)
    elements: list[Element] = []
    for index, (step, cost) in enumerate(zip(steps, costs, strict=True)):
        y = top + index * pitch
        before = costs[index - 1] if index else axis.low
        colour = MUTED if index == 0 else (THIRD if cost <= before else SECOND)
        left, end = sorted((axis.at(before), axis.at(cost)))
        elements.append(
            group(colour, [box(left, y, max(end - left, 1.5), 22, f"{step.name}: {value_text(step.cost)}")])
        )
        if index + 1 < len(steps):
            elements.append(stroke([(axis.at(cost), y), (axis.at(cost), y + pitch + 22)], INK, 1.0, "2 2"))
        ratio = "" if step.ratio.value is None else f"{value_text(step.ratio)} ({ratio_bounds(step.ratio)})"
        if wide:
            elements.append(words(0, y + 15, cut(step.name, 140, 13), Note(size=13)))
            elements.append(words(width, y + 8, value_text(step.cost), Note(size=13, anchor="end", is_bold=True)))
            elements.append(words(width, y + 23, ratio, Note(size=12, anchor="end", colour=MUTED)))
        else:
            elements.append(words(0, y - 5, f"{step.name}: {value_text(step.cost)}", Note(size=13)))
            elements.append(words(width, y - 5, ratio, Note(size=12, anchor="end", colour=MUTED)))
    return sheet(caption, width, top + len(steps) * pitch - (8.0 if wide else 26.0), elements)


def samples(summary: ComparisonSummary) -> Drawing | None:
    """Every pair's ratio in the order of time, a strip for each lever and control."""
    levers = [*summary.levers, *([] if summary.total is None else [summary.total])]
    rows = [_lever_row(line) for line in levers if line.samples]
    rows += [_control_row(line) for line in summary.controls if line.samples]
    if not rows:
        return None
    said = "; ".join(f"{row.name}: {', '.join(significant(sample.ratio) for sample in row.samples)}" for row in rows)
    return both("samples", "Ratio of each pair, in order", said, lambda wide, caption: _strips(rows, wide, caption))


def _strips(rows: Sequence[_Row], wide: bool, caption: Caption) -> str:
    width, columns = (WIDE, 3) if wide else (NARROW, 1)
    panel, height, gap = (width - (columns - 1) * 26) / columns, 84.0, 26.0
    most = max(sample.pair for row in rows for sample in row.samples)
    elements: list[Element] = []
    for index, row in enumerate(rows):
        x, y = (index % columns) * (panel + gap), (index // columns) * (height + 44) + 18
        elements += _strip(row, most, (x, y, panel, height))
    return sheet(caption, width, math.ceil(len(rows) / columns) * (height + 44), elements)


def _strip(row: _Row, most: int, place: tuple[float, float, float, float]) -> Iterator[Element]:
    x, y, panel, height = place
    logs = [math.log(sample.ratio) for sample in row.samples]
    bounds = [math.log(value) for value in (row.ratio.low, row.ratio.high) if value]
    low, high = min([*logs, *bounds]), max([*logs, *bounds])
    spread = max(high - low, 0.02)
    if max(high, 0.0) - min(low, 0.0) < _FAR * spread:
        low, high = min(low, -0.01), max(high, 0.01)
    room = max((high - low) * 0.1, 0.004)
    up = Axis(low=low - room, high=high + room, start=y + height, end=y)
    along = Axis(low=0.5, high=most + 0.5, start=x + 40, end=x + panel)
    yield words(x, y - 6, cut(row.name, panel, 12.5), Note(size=12.5))
    if len(bounds) == 2:
        yield group(
            BAND, [box(along.start, up.at(bounds[1]), along.end - along.start, up.at(bounds[0]) - up.at(bounds[1]))]
        )
    for tick in ratio_ticks(up, 17.0):
        level = up.at(math.log(tick))
        yield stroke([(along.start, level), (along.end, level)], INK if tick == 1 else GRID)
        yield words(x + 34, level + 4, f"{tick:g}×", Note(size=11, anchor="end", colour=MUTED))
    if row.ratio.value is not None:
        level = up.at(math.log(row.ratio.value))
        yield stroke([(along.start, level), (along.end, level)], row.colour, 1.5)
    points = [(along.at(sample.pair), up.at(math.log(sample.ratio))) for sample in row.samples]
    yield group(row.colour, [dots(points, 3.0)])
