"""The page's figures of a scaling, in a wide and a narrow form: growth on logarithms, workers, the split."""

import math
from collections.abc import Callable, Iterator, Sequence

from harness.report.ink import NARROW, WIDE, Axis, Element, Note, box, cut, dots, group, sheet, stroke, ticks, words
from harness.report.palette import BAND, FIRST, GRID, INK, MUTED, SECOND, THIRD, span_colour
from harness.report.quantity import Measure
from harness.report.scaling.summary import Picture, ScalingSummary, SplitPart, WorkerPart
from harness.report.svg import Caption, Drawing
from harness.units import count_text, percent_text, ratio_text, seconds_scale, seconds_text, significant

_LEAST_S = 1e-7
_BELOW = 6.0  # room to the caption
_LABEL = 15.0  # least distance between two labels
_MOST_TICKS = 7
_FINE = 2.2  # decades: fewer have ticks at 2 and 5 as well
_USERS = (SECOND, "#8a6d4b", "#56b4e9", "#7a5195")


def both(key: str, title: str, text: str, draw: Callable[[bool, Caption], str]) -> Drawing:
    """A figure in both its forms."""
    drawn = [draw(form == "wide", Caption(key=f"{key}-{form}", title=title, text=text)) for form in ("wide", "narrow")]
    return Drawing(wide=drawn[0], narrow=drawn[1])


class _LogAxis:
    """Where positive values lie between two pixels, on their logarithm; others lie at its low end."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low = low
        self._axis = Axis(low=math.log(low), high=math.log(max(high, low * 1.001)), start=start, end=end)

    def at(self, value: float) -> float:
        return self._axis.at(math.log(value if value > 0 else self._low))


def growth_figure(summary: ScalingSummary) -> Drawing | None:
    """Cost against size on both logarithms: runs, the law, phases, and the prediction with what came of it."""
    picture = summary.picture
    if picture is None or len(summary.sizes) < 2:
        return None
    text = "; ".join(f"{line.label}: {seconds_text(line.cpu.value or 0.0)}" for line in summary.sizes)
    return both(
        "growth",
        "CPU of a trial by the size of the data",
        text,
        lambda wide, caption: _growth(summary, picture, wide, caption),
    )


def _growth(summary: ScalingSummary, picture: Picture, wide: bool, caption: Caption) -> str:
    width, height = (WIDE, 400.0) if wide else (NARROW, 330.0)
    right = width - (128 if wide else 82)
    costs = [cost for _, cost in (*picture.runs, *picture.after, *picture.law.points)]
    costs += [cost for phase in picture.phases for _, cost in phase.points]
    costs += [bound for bound in _bounds(picture.foretold) if bound is not None]
    most = max(costs) * 1.35
    least = max(min(cost for cost in costs if cost > 0) / 1.5, most / 1e5, _LEAST_S)
    sizes = [line.size for line in summary.sizes]
    x = _LogAxis(sizes[0], sizes[-1], 58.0 if wide else 46.0, right - 8)
    y = _LogAxis(least, most, height - 40, 12)
    elements: list[Element] = [
        *_decades(least, most, y, (58.0 if wide else 46.0, right)),
        *_size_ticks(summary, x, height),
    ]
    colours = _colours(picture)
    for phase in picture.phases:
        points = [(x.at(size), y.at(cost)) for size, cost in phase.points if cost >= least]
        if points:
            elements.append(stroke(points, colours[phase.name], 1.6))
            elements.append(group(colours[phase.name], [dots(points, 2.4)]))
    elements.append(stroke([(x.at(size), y.at(cost)) for size, cost in picture.law.points], INK, 2.2))
    elements += _prediction(picture, x, y)
    elements.append(group(INK, [dots(((x.at(size), y.at(cost)) for size, cost in picture.runs), 3.0)]))
    elements += _ends(picture, y, least, right, wide)
    return sheet(caption, width, height + _BELOW, elements)


def _colours(picture: Picture) -> dict[str, str]:
    """The colour of each phase: spans of a study's own running have theirs, those that a user named take turns."""
    users = [phase.name for phase in picture.phases if span_colour(phase.name) == span_colour("")]
    own = {name: _USERS[place % len(_USERS)] for place, name in enumerate(users)}
    return {phase.name: own.get(phase.name) or span_colour(phase.name) for phase in picture.phases}


def _bounds(measure: Measure | None) -> tuple[float | None, float | None]:
    return (None, None) if measure is None else (measure.low, measure.high)


def _decades(least: float, most: float, y: _LogAxis, span: tuple[float, float]) -> Iterator[Element]:
    start, end = span
    powers = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 1)
    steps = (1, 2, 5) if math.log10(most / least) < _FINE else (1,)
    for value in (step * 10.0**power for power in powers for step in steps):
        if least <= value <= most:
            at, scale = y.at(value), seconds_scale(value)
            yield stroke([(start, at), (end, at)], GRID)
            said = f"{value / scale.factor:.4g}{scale.symbol}"
            yield words(start - 8, at + 4, said, Note(size=12, anchor="end", colour=MUTED))


def _size_ticks(summary: ScalingSummary, x: _LogAxis, height: float) -> Iterator[Element]:
    last = -1e9
    for place, line in enumerate(summary.sizes):
        at = x.at(line.size)
        yield stroke([(at, height - 40), (at, height - 35)], MUTED)
        said = percent_text(line.size) if summary.unit == "share" else count_text(line.size)
        room = len(said) * 7.2
        is_last = place == len(summary.sizes) - 1
        if at - last >= room + 8 and (is_last or x.at(summary.sizes[-1].size) - at >= room + 10):
            last = at
            yield words(at, height - 20, said, Note(size=12, anchor="middle", colour=MUTED))
    unit = "of the data" if summary.unit == "share" else summary.unit
    yield words(x.at(summary.sizes[0].size), height - 4, f"{unit}, logarithmic", Note(size=12, colour=MUTED))


def _prediction(picture: Picture, x: _LogAxis, y: _LogAxis) -> Iterator[Element]:
    """The interval as a bar, foretold as its notch; what came of it as points on it."""
    told = picture.foretold
    at = x.at(picture.foretold_size)
    if told is not None and told.value is not None:
        low, high = told.low or told.value, told.high or told.value
        top = y.at(high)
        yield group(BAND, [box(at - 9, top, 18, max(y.at(low) - top, 2), f"foretold: {seconds_text(told.value)}")])
        yield stroke([(at - 9, y.at(told.value)), (at + 9, y.at(told.value))], FIRST, 2)
    if picture.after:
        yield group(SECOND, [dots(((x.at(size), y.at(cost)) for size, cost in picture.after), 3.6)])


def _ends(picture: Picture, y: _LogAxis, least: float, right: float, wide: bool) -> Iterator[Element]:
    """Names at the right ends of the lines, pushed apart where they would touch."""
    named = [("trial", INK, picture.law.points[-1][1])] if picture.law.points else []
    colours = _colours(picture)
    named += [(phase.name, colours[phase.name], phase.points[-1][1]) for phase in picture.phases]
    placed = sorted(
        ((y.at(cost), name, colour) for name, colour, cost in named if cost >= least), key=lambda one: one[0]
    )
    last = -1e9
    for at, name, colour in placed:
        last = max(at + 4, last + _LABEL)
        note = Note(size=12.5, is_bold=name == "trial", colour=INK if name == "trial" else colour)
        yield words(right + 8, last, cut(name, 118 if wide else 74, 12.5), note)


def worker_figure(summary: ScalingSummary) -> Drawing | None:
    """Trials per second against workers: measured with intervals, in proportion, and by the law."""
    part = summary.workers
    if part is None:
        return None
    text = "; ".join(
        f"{line.workers}: {significant(line.trials_per_s.value or 0.0)} trials per s" for line in part.lines
    )
    return both(
        "workers",
        "Trials per second by the number of workers",
        text,
        lambda wide, caption: _workers(part, wide, caption),
    )


def _workers(part: WorkerPart, wide: bool, caption: Caption) -> str:
    width, height = (WIDE, 320.0) if wide else (NARROW, 280.0)
    left, right = (58.0 if wide else 46.0), width - (128 if wide else 82)
    counts = [line.workers for line in part.lines]
    rates = [line.trials_per_s.value or 0.0 for line in part.lines]
    tops = [line.trials_per_s.high or line.trials_per_s.value or 0.0 for line in part.lines]
    most = max(*tops, min(rates[0] * counts[-1], 2.2 * max(tops)))
    x = Axis(low=0.0, high=counts[-1] * 1.04, start=left, end=right)
    y = Axis(low=0.0, high=most * 1.06, start=height - 40, end=10)
    elements: list[Element] = []
    for tick in ticks(0.0, most * 1.06, _MOST_TICKS):
        elements.append(stroke([(left, y.at(tick)), (right, y.at(tick))], GRID))
        elements.append(words(left - 8, y.at(tick) + 4, f"{tick:,.6g}", Note(size=12, anchor="end", colour=MUTED)))
    below = Note(size=12, anchor="middle", colour=MUTED)
    elements.extend(words(x.at(count), height - 20, str(count), below) for count in counts)
    elements.append(words(left, height - 3, f"{part.kind}; trials per second upwards", Note(size=12, colour=MUTED)))
    elements += _lines(part, x, y, (most, right))
    for line in part.lines:
        at, value = x.at(line.workers), line.trials_per_s.value or 0.0
        if line.trials_per_s.low is not None and line.trials_per_s.high is not None:
            elements.append(stroke([(at, y.at(line.trials_per_s.low)), (at, y.at(line.trials_per_s.high))], INK, 2))
        colour = THIRD if line.workers == part.enough else INK
        elements.append(group(colour, [dots([(at, y.at(value))], 6.0 if line.workers == part.enough else 3.6)]))
    return sheet(caption, width, height + _BELOW, elements)


def _lines(part: WorkerPart, x: Axis, y: Axis, ends: tuple[float, float]) -> Iterator[Element]:
    most, right = ends
    rate = part.lines[0].trials_per_s.value or 0.0
    end = min(part.lines[-1].workers, most / rate) if rate else 0.0
    yield stroke([(x.at(0), y.at(0)), (x.at(end), y.at(end * rate))], MUTED, 1.4, "5 4")
    yield stroke([(x.at(count), y.at(value)) for count, value in part.curve], FIRST, 2)
    is_beyond = end < part.lines[-1].workers  # the line leaves the figure at its top
    place = (x.at(end) + 8, y.at(end * rate) + 12) if is_beyond else (right + 8, y.at(end * rate) + 4)
    yield words(*place, "in proportion", Note(size=12.5, colour=MUTED))
    if part.curve:
        at = y.at(part.curve[-1][1]) + 4
        if not is_beyond and abs(at - place[1]) < _LABEL:
            at = place[1] + _LABEL
        yield words(right + 8, at, "by the law", Note(size=12.5, colour=FIRST))


def split_figure(summary: ScalingSummary) -> Drawing | None:
    """The factors of a ratio of totals as steps on a logarithmic axis, and the total below them."""
    split = summary.split
    if split is None or any((factor.ratio.value or 0.0) <= 0 for factor in split.factors):
        return None
    text = "; ".join(f"{factor.name} {ratio_text(factor.ratio.value or 0.0)}" for factor in split.factors)
    return both("split", split.title, text, lambda wide, caption: _split(split, wide, caption))


def _split(split: SplitPart, wide: bool, caption: Caption) -> str:
    width, gutter = (WIDE, 110.0) if wide else (NARROW, 82.0)
    steps = _steps([factor.ratio.value or 1.0 for factor in split.factors])
    total = split.total.value or 1.0
    reached = [1.0, total, *(one for step in steps for one in step)]
    axis = _LogAxis(min(reached), max(reached), gutter, width - 70)
    pitch = 34.0
    rows = [
        *((factor.name, step) for factor, step in zip(split.factors, steps, strict=True)),
        ("total", (1.0, total)),
    ]
    bottom = pitch * len(rows)
    elements: list[Element] = [stroke([(axis.at(1.0), 0), (axis.at(1.0), bottom)], MUTED)]
    for place, (name, (begin, end)) in enumerate(rows):
        y = place * pitch
        low, high = sorted((axis.at(begin), axis.at(end)))
        colour = INK if name == "total" else (SECOND if end >= begin else THIRD)
        elements.append(words(0, y + 19, name, Note(size=13, is_bold=name == "total")))
        elements.append(
            group(colour, [box(low, y + 4, max(high - low, 2), pitch - 12, f"{name}: {ratio_text(end / begin)}")])
        )
        elements.append(
            words(high + 6, y + 19, f"× {significant(end / begin)}", Note(size=13, is_bold=name == "total"))
        )
        if place < len(rows) - 1:
            elements.append(stroke([(axis.at(end), y + pitch - 8), (axis.at(end), y + pitch + 4)], MUTED, 1, "2 2"))
    return sheet(caption, width, bottom + _BELOW, elements)


def _steps(ratios: Sequence[float]) -> list[tuple[float, float]]:
    """Where each factor begins and ends, one after the other."""
    found, at = [], 1.0
    for ratio in ratios:
        found.append((at, at * ratio))
        at *= ratio
    return found
