"""The figure of a lever that changes the search: the best score on all the data against CPU seconds, seed by seed."""

import bisect
import math
import statistics
from collections.abc import Iterator, Sequence

from harness.report.comparison.figures import both
from harness.report.comparison.summary import Curve, SearchLine
from harness.report.ink import NARROW, WIDE, Axis, Element, Note, sheet, stroke, ticks, words
from harness.report.palette import FIRST, GRID, MUTED, SECOND
from harness.report.svg import Caption, Drawing
from harness.units import seconds_scale

_STEPS = 160  # at which the median is taken
_QUANTILE = 0.1  # scores below are cut off: what a search knows in its first moments would flatten the rest


def curves(line: SearchLine, key: str) -> Drawing | None:
    """Thin lines for seeds, thick ones for medians over them."""
    if not line.curves or not any(curve.points for curve in line.curves):
        return None
    return both(
        key,
        f"What {line.name} finds, by CPU spent",
        line.sentence,
        lambda wide, caption: _curves(line, wide, caption),
    )


def _curves(line: SearchLine, wide: bool, caption: Caption) -> str:
    width, height, left, top = (WIDE, 300.0, 58.0, 26.0) if wide else (NARROW, 240.0, 44.0, 44.0)
    end_s = max(curve.end_s for curve in line.curves)
    scores = sorted(score for curve in line.curves for _, score in curve.points)
    low, high = _window(scores, maximise=line.maximise)
    across = Axis(low=0.0, high=end_s, start=left, end=width - 8)
    up = Axis(low=low, high=high, start=top + height, end=top)
    elements = list(_axes(across, up, wide=wide))
    for with_lever, colour in ((False, FIRST), (True, SECOND)):
        mine = [curve for curve in line.curves if curve.with_lever is with_lever and curve.points]
        elements += [stroke(_stairs(curve, across, up), _faint(colour), 1.0) for curve in mine]
        elements.append(stroke(_median(mine, across, up), colour, 3.0))
    labels = (("without, median of seeds", FIRST), (f"with {line.name}", SECOND))
    for index, (label, colour) in enumerate(labels):
        x, y = (left + index * 220, 12) if wide else (left, 12 + index * 18)
        elements.append(stroke([(x, y - 4), (x + 22, y - 4)], colour, 3.0))
        elements.append(words(x + 28, y, label, Note(size=12.5)))
    return sheet(caption, width, top + height + 40, elements)


def _axes(across: Axis, up: Axis, *, wide: bool) -> Iterator[Element]:
    scale = seconds_scale(across.high)
    for tick in ticks(up.low, up.high, 5):
        y = up.at(tick)
        yield stroke([(across.start, y), (across.end, y)], GRID)
        yield words(across.start - 6, y + 4, f"{tick:.6g}", Note(size=12, anchor="end", colour=MUTED))
    for tick in ticks(0.0, across.high / scale.factor, 8 if wide else 4):
        x = across.at(tick * scale.factor)
        said = f"{tick:,.10g}{scale.symbol}"
        yield words(x, up.start + 18, said, Note(size=12, anchor="middle", colour=MUTED))
    said = "CPU spent on the search; score on all the data"
    yield words(across.start, up.start + 36, said, Note(size=12, colour=MUTED))


def _window(scores: Sequence[float], *, maximise: bool) -> tuple[float, float]:
    cut = scores[int(len(scores) * _QUANTILE)] if maximise else scores[int((len(scores) - 1) * (1 - _QUANTILE))]
    low, high = (cut, scores[-1]) if maximise else (scores[0], cut)
    room = max((high - low) * 0.06, abs(high) * 1e-6, 1e-12)
    return low - room, high + room


def _stairs(curve: Curve, across: Axis, up: Axis) -> list[tuple[float, float]]:
    points = [(across.at(curve.points[0][0]), _within(up, curve.points[0][1]))]
    for moment, score in curve.points[1:]:
        points += [(across.at(moment), points[-1][1]), (across.at(moment), _within(up, score))]
    return [*points, (across.at(curve.end_s), points[-1][1])]


def _median(mine: Sequence[Curve], across: Axis, up: Axis) -> list[tuple[float, float]]:
    """Over the seeds that have a score by then, as long as more than half are still searching."""
    end_s = statistics.median(curve.end_s for curve in mine) if mine else 0.0
    found: list[tuple[float, float]] = []
    for step in range(_STEPS + 1):
        moment = end_s * step / _STEPS
        known = [score for curve in mine if (score := _at(curve, moment)) is not None]
        if 2 * len(known) > len(mine):
            y = _within(up, statistics.median(known))
            found += [*([(across.at(moment), found[-1][1])] if found else []), (across.at(moment), y)]
    return found or [(across.start, up.start)]


def _at(curve: Curve, moment: float) -> float | None:
    place = bisect.bisect_right([at for at, _ in curve.points], moment)
    return curve.points[place - 1][1] if place else None


def _within(up: Axis, score: float) -> float:
    return up.at(min(max(score, up.low), up.high)) if math.isfinite(score) else up.start


def _faint(colour: str) -> str:
    return "#56b4e9" if colour == FIRST else "#cc79a7"
