"""Matplotlib's SVG made fit for the page: no metadata, own ids, the page's colours and fonts, a title and a text."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from harness.report.palette import VARIABLES

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_FONT = re.compile(r"font:\s*(?P<before>[^;]*?)(?P<size>[\d.]+px)[^;]*")
_REFERENCE = re.compile(r"#([\w-]+)")
_COLOUR = re.compile("|".join(VARIABLES), re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a figure is called and what it shows, for those who do not see it."""

    key: str  # begins the ids of its elements
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure in both its forms; the page shows the one that fits."""

    wide: str
    narrow: str


def fitted(drawn: str, caption: Caption) -> str:
    """An `<svg>` element that can stand in the page, from a whole file as Matplotlib writes it."""
    root = Xml.fromstring(drawn)
    _drop_extras(root)
    _own_ids(root, caption.key)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        if "style" in element.attrib:
            element.attrib["style"] = _style(element.attrib["style"])
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib.update({"role": "img", "aria-labelledby": f"{caption.key}-title {caption.key}-text"})
    for place, (tag, text) in enumerate((("title", caption.title), ("desc", caption.text))):
        element = Xml.Element(tag, {"id": f"{caption.key}-{'title' if tag == 'title' else 'text'}"})
        element.text = text
        root.insert(place, element)
    return Xml.tostring(root, encoding="unicode")


def _drop_extras(root: Xml.Element) -> None:
    """Metadata (dates, links) and the style sheet, whose rule for everything would reach the whole page."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)


def _own_ids(root: Xml.Element, key: str) -> None:
    """Ids that are referred to get a prefix, as several figures share the page; the others go."""
    used = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == f"{_XLINK}href" or "url(#" in value:
                used.update(_REFERENCE.findall(value))
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id":
                if value in used:
                    element.attrib["id"] = f"{key}-{value}"
                else:
                    del element.attrib["id"]
            elif name == f"{_XLINK}href":
                del element.attrib[name]
                element.attrib["href"] = value.replace("#", f"#{key}-")
            elif "url(#" in value:
                element.attrib[name] = value.replace("url(#", f"url(#{key}-")


def _style(style: str) -> str:
    """Colours as the page's variables; the size and weight of a font, but not its family."""
    coloured = _COLOUR.sub(lambda match: f"var({VARIABLES[match[0].lower()]})", style)
    return _FONT.sub(
        lambda m: f"font-size: {m['size']}" + ("; font-weight: 600" if "700" in m["before"] else ""), coloured
    )
