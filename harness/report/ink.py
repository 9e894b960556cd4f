"""Figures drawn by hand as SVG: elements in the page's own colours, axes with round ticks, one sheet with its caption.

For figures of many small parts, which Matplotlib would take seconds for. Text is escaped by the XML writer.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from harness.report.palette import VARIABLES
from harness.report.svg import Caption

Element = Xml.Element
WIDE, NARROW = 860.0, 360.0
LETTER = 0.56  # mean width of a letter in ems, a little above what system fonts have


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where values lie between two pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        width = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / width if width else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """How a text is set."""

    size: float = 13.0
    anchor: str = "start"  # start, middle or end of the text is at its place
    colour: str | None = None  # of the palette; ink when left out
    is_bold: bool = False


PLAIN = Note()


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values between two bounds: at most `most`, 1, 2 or 5 times a power of ten apart."""
    width = high - low
    if not width > 0 or not math.isfinite(width):
        return [low]
    rough = width / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9)), 10 * power)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def group(colour: str, elements: Iterable[Element]) -> Element:
    """Elements filled with one colour of the palette."""
    made = Xml.Element("g", {"style": f"fill: {variable(colour)}"})
    made.extend(elements)
    return made


def box(x: float, y: float, width: float, height: float, title: str | None = None) -> Element:
    """A rectangle; its title is shown when it is pointed at."""
    made = Xml.Element("rect", {"x": _px(x), "y": _px(y), "width": _px(width), "height": _px(height)})
    if title is not None:
        Xml.SubElement(made, "title").text = title
    return made


def boxes(places: Iterable[tuple[float, float, float, float]]) -> Element:
    """Many rectangles (x, y, width, height) as one path."""
    drawn = (f"M{_px(x)} {_px(y)}h{_px(width)}v{_px(height)}h-{_px(width)}z" for x, y, width, height in places)
    return Xml.Element("path", {"d": "".join(drawn)})


def words(x: float, y: float, said: str, note: Note = PLAIN) -> Element:
    """A text with its baseline at y."""
    style = f"font-size: {note.size:g}px" + ("; font-weight: 600" if note.is_bold else "")
    colour = "var(--ink)" if note.colour is None else variable(note.colour)
    made = Xml.Element("text", {"x": _px(x), "y": _px(y), "style": f"{style}; fill: {colour}"})
    if note.anchor != "start":
        made.attrib["text-anchor"] = note.anchor
    made.text = said
    return made


def stroke(points: Sequence[tuple[float, float]], colour: str, width: float = 1.0, dashes: str = "") -> Element:
    """A line through points."""
    style = f"fill: none; stroke: {variable(colour)}; stroke-width: {width:g}"
    return Xml.Element(
        "path", {"d": _way(points), "style": style + (f"; stroke-dasharray: {dashes}" if dashes else "")}
    )


def area(upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]], colour: str) -> Element:
    """The area between two lines."""
    return Xml.Element("path", {"d": f"{_way((*upper, *reversed(lower)))}z", "style": f"fill: {variable(colour)}"})


def dots(points: Iterable[tuple[float, float]], radius: float) -> Element:
    """Many round points as one path: lines of no length with round ends would not print everywhere."""
    r = _px(radius)
    turn = f"a{r} {r} 0 1 0 {_px(2 * radius)} 0a{r} {r} 0 1 0 -{_px(2 * radius)} 0z"
    return Xml.Element("path", {"d": "".join(f"M{_px(x - radius)} {_px(y)}{turn}" for x, y in points)})


def cut(said: str, room: float, size: float) -> str:
    """The text, shortened to the room there is; empty where three letters do not fit."""
    letters = int(room / (size * LETTER))
    if len(said) <= letters:
        return said
    return f"{said[: letters - 1]}…" if letters >= 4 else ""


def sheet(caption: Caption, width: float, height: float, elements: Iterable[Element]) -> str:
    """The `<svg>` element: what it is called, what it shows, and the drawing."""
    names = f"{caption.key}-title {caption.key}-text"
    attributes = {"viewBox": f"0 0 {_px(width)} {_px(height)}", "role": "img", "aria-labelledby": names}
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **attributes})
    Xml.SubElement(root, "title", {"id": f"{caption.key}-title"}).text = caption.title
    Xml.SubElement(root, "desc", {"id": f"{caption.key}-text"}).text = caption.text
    root.extend(elements)
    return Xml.tostring(root, encoding="unicode")


def variable(colour: str) -> str:
    """The page's variable for a colour of the palette."""
    return f"var({VARIABLES[colour]})"


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _way(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in points)
