"""A claim drawn on its own axis: what is claimed, what was measured, each sample, and the ceiling."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.claims.arithmetic import number, percent
from harness.claims.words import quantity_text
from harness.model.claim import Form, Quantity
from harness.report import ink
from harness.report.claims.summary import RuledClaim, Scale
from harness.report.ink import Axis, Element, Note
from harness.report.palette import FIRST, GRID, INK, MUTED, SECOND
from harness.report.svg import Caption, Drawing

CLAIMED = "#e69f00"
_LOG_FROM = 20.0  # the largest over the smallest number from which an axis of numbers is logarithmic
_MOST_DOTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One of the two widths."""

    width: float
    left: float
    size: float
    ticks: int

    @property
    def right(self) -> float:
        return self.width - 14.0


_WIDE = _Form(width=ink.WIDE, left=92.0, size=13.0, ticks=7)
_NARROW = _Form(width=ink.NARROW, left=72.0, size=12.0, ticks=4)


def drawing(claim: RuledClaim) -> Drawing | None:
    """The figure of a claim in both widths; None where there is nothing to draw."""
    scale = claim.scale
    if scale is None:
        return None
    return Drawing(wide=_sheet(claim, scale, _WIDE, "wide"), narrow=_sheet(claim, scale, _NARROW, "narrow"))


def _sheet(claim: RuledClaim, scale: Scale, form: _Form, name: str) -> str:
    said = [f"Claimed: {claim.claimed}.", f"Measured: {claim.measured}." if claim.measured else "Nothing was measured."]
    if scale.ceiling_text is not None:
        said.append(f"{scale.ceiling_text[:1].upper()}{scale.ceiling_text[1:]}.")
    caption = Caption(key=f"{claim.id}-{name}", title=f"{claim.id}, claimed and measured", text=" ".join(said))
    drawn = _Drawn(claim, scale, form)
    return ink.sheet(caption, form.width, drawn.height, drawn.elements())


class _Drawn:
    """The rows of one figure, from the top: ceiling, claimed, measured, samples, axis."""

    def __init__(self, claim: RuledClaim, scale: Scale, form: _Form) -> None:
        self._claim, self._scale, self._form = claim, scale, form
        self._samples = [one.value for one in claim.samples[:_MOST_DOTS]]
        self._is_log = _is_log(scale, self._samples)
        low, high = _extent(scale, self._samples, is_log=self._is_log)
        self._low, self._high = low, high
        self._axis = Axis(low=self._on(low), high=self._on(high), start=form.left, end=form.right)
        self._top = 20.0 if scale.ceiling is not None else 4.0
        rows = 1 + (scale.value is not None) + bool(self._samples)
        self._foot = self._top + 22.0 * rows + 4.0

    @property
    def height(self) -> float:
        return self._foot + 22.0

    def elements(self) -> Iterator[Element]:
        """Everything, back to front."""
        yield from self._grid()
        y = self._top
        yield from self._claimed(y)
        if self._scale.value is not None:
            y += 22.0
            yield from self._measured(y, self._scale.value)
        if self._samples:
            y += 22.0
            yield from self._dots(y)
        yield from self._ceiling()

    def _on(self, value: float) -> float:
        return math.log(max(value, 1e-300)) if self._is_log else value

    def _x(self, value: float) -> float:
        """The pixel of a value, kept within the axis."""
        return min(max(self._axis.at(self._on(value)), self._form.left), self._form.right)

    def _grid(self) -> Iterator[Element]:
        neutral = {Form.SAVES: 0.0, Form.FASTER: 1.0, Form.VALUE: None}[self._scale.form]
        size = self._form.size - 1
        spots = self._ticks(neutral)
        said = {Form.SAVES: "saved", Form.FASTER: "as fast", Form.VALUE: ""}[self._scale.form]
        if said:
            yield ink.words(0, self._foot + 15, said, Note(size=size, colour=MUTED))
        last = -math.inf
        for value in spots:
            x = self._x(value)
            is_neutral = neutral is not None and math.isclose(value, neutral, abs_tol=1e-12)
            colour, width = (INK, 1.4) if is_neutral else (GRID, 1.0)
            yield ink.stroke([(x, self._top), (x, self._foot)], colour, width)
            said = _tick_text(self._scale, value)
            half = len(said) * size * ink.LETTER / 2
            if x - half < last + 6 or x + half > self._form.width:
                continue
            last = x + half
            yield ink.words(x, self._foot + 15, said, Note(size=size, anchor="middle", colour=MUTED))
        yield ink.stroke([(self._form.left, self._foot), (self._form.right, self._foot)], MUTED)

    def _ticks(self, neutral: float | None) -> list[float]:
        if not self._is_log:
            found = ink.ticks(self._low / self._unit(), self._high / self._unit(), self._form.ticks)
            return [one * self._unit() for one in found]
        unit = self._unit()
        low, high = math.log10(self._low / unit), math.log10(self._high / unit)
        powers = range(math.floor(low), math.ceil(high) + 1)
        factors = (1, 2, 5) if high - low < 2.2 else (1,)
        found = [factor * 10.0**power * unit for power in powers for factor in factors]
        kept = [one for one in found if self._low <= one <= self._high]
        return sorted({*kept, *((neutral,) if neutral is not None else ())})

    def _unit(self) -> float:
        return self._scale.factor

    def _name(self, y: float, text: str) -> Element:
        return ink.words(0, y + 14, text, Note(size=self._form.size, colour=MUTED))

    def _claimed(self, y: float) -> Iterator[Element]:
        low, high = self._scale.claimed_low, self._scale.claimed_high
        yield self._name(y, "claimed")
        if self._scale.near_low is not None and self._scale.near_high is not None:
            near = self._x(self._scale.near_low), self._x(self._scale.near_high)
            pale = ink.group(CLAIMED, [ink.box(near[0], y + 4, near[1] - near[0], 13, "with its tolerance")])
            pale.attrib["style"] += "; fill-opacity: .3"
            yield pale
        start = self._x(low)
        end = self._form.right if high is None else self._x(high)
        start, end = (start - 3, end + 3) if end - start < 6 else (start, end)
        yield ink.group(CLAIMED, [ink.box(start, y + 4, end - start, 13, self._claim.claimed)])

    def _measured(self, y: float, value: float) -> Iterator[Element]:
        yield self._name(y, "measured")
        low, high = self._scale.low, self._scale.high
        middle = y + 10.5
        if low is not None and high is not None:
            yield ink.stroke([(self._x(low), middle), (self._x(high), middle)], FIRST, 3.5)
            for end in (low, high):
                yield ink.stroke([(self._x(end), middle - 5), (self._x(end), middle + 5)], FIRST, 1.5)
        yield ink.group(FIRST, [ink.dots([(self._x(value), middle)], 5.0)])

    def _dots(self, y: float) -> Iterator[Element]:
        label = self._claim.samples[0].label
        yield self._name(y, "seeds" if label.startswith("seed") else "runs" if label.startswith("run") else "pairs")
        drawn = ink.group(FIRST, [ink.dots([(self._x(one), y + 10.5) for one in self._samples], 3.2)])
        drawn.attrib["style"] += "; fill-opacity: .45"
        yield drawn

    def _ceiling(self) -> Iterator[Element]:
        ceiling, said = self._scale.ceiling, self._scale.ceiling_text
        if ceiling is None or said is None:
            return
        x = self._x(ceiling)
        yield ink.stroke([(x, 16.0), (x, self._foot)], SECOND, 1.8, "5 3")
        room = len(said) * (self._form.size - 0.5) * ink.LETTER
        fits_right = x + room < self._form.width
        anchor, at = ("start", x - 1) if fits_right else ("end", x + 1)
        if not fits_right and x - room < 0:
            anchor, at = "start", max(0.0, self._form.width - room)
        yield ink.words(at, 12.0, said, Note(size=self._form.size - 0.5, anchor=anchor, colour=INK))


def _numbers(scale: Scale, samples: Sequence[float]) -> list[float]:
    claimed = (scale.claimed_low, scale.claimed_high, scale.near_low, scale.near_high)
    given = (*claimed, scale.value, scale.low, scale.high, scale.ceiling, *samples)
    return [one for one in given if one is not None and math.isfinite(one)]


def _is_log(scale: Scale, samples: Sequence[float]) -> bool:
    """Times as fast are logarithmic; numbers where they differ by much."""
    found = _numbers(scale, samples)
    if min(found) <= 0 or scale.form is Form.SAVES:
        return False
    return scale.form is Form.FASTER or max(found) / min(found) >= _LOG_FROM


def _extent(scale: Scale, samples: Sequence[float], *, is_log: bool) -> tuple[float, float]:
    """The ends of the axis: everything, no difference or nothing, and some room."""
    found = _numbers(scale, samples)
    match scale.form:
        case Form.SAVES:
            found += [0.0]
        case Form.FASTER:
            found += [1.0]
        case Form.VALUE:
            found += [] if is_log else [0.0]
    low, high = min(found), max(found)
    if scale.claimed_high is None:
        high = high * 1.4 if high > 0 else high + 0.1
    if is_log:
        room = max((high / low) ** 0.06, 1.02)
        return low / room, high * room
    room = 0.06 * ((high - low) or 1.0)
    return (low if low == 0 and scale.form is Form.VALUE else low - room), high + room


def _tick_text(scale: Scale, value: float) -> str:
    if scale.form is Form.SAVES or scale.quantity is Quantity.SHARE:
        return percent(round(value, 12))
    if scale.form is Form.FASTER or scale.quantity is Quantity.RATIO:
        return f"{number(value, 3)}×"
    if scale.unit and scale.quantity in (Quantity.SECONDS, Quantity.BYTES):
        return f"{number(value / scale.factor, 3)} {scale.unit}"
    return quantity_text(scale.quantity, value).removesuffix(" per bar")
