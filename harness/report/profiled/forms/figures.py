"""The page's figures of a profiled run in a wide and a narrow form: the ledger's bar, the lanes, the flame graph."""

from collections.abc import Callable, Iterator

from harness.model.record import TrialState
from harness.profile.account.facts import PlaceKind
from harness.profile.facts import PartKind
from harness.report.ink import NARROW, WIDE, Axis, Element, Note, box, boxes, cut, group, sheet, stroke, ticks, words
from harness.report.palette import FIRST, FOURTH, GRID, INK, MUTED, ON_PALE, SECOND, THIRD, WAITING, text_colour_on
from harness.report.profiled.account import WATCHING
from harness.report.profiled.forms.scales import time_scale
from harness.report.profiled.pictures import Flame, FlameFrame, Lane, Stretch, Timeline
from harness.report.profiled.summary import AccountPicture, LedgerPicture, PartLine, PlaceLine
from harness.report.profiled.words import state_text
from harness.report.svg import Caption, Drawing
from harness.units import bytes_text, percent_text, seconds_text

STATE_COLOURS = {TrialState.COMPLETE: FIRST, TrialState.PRUNED: FOURTH, TrialState.FAIL: SECOND}
_KIND_COLOURS = {
    PartKind.OBJECTIVE: FIRST,
    PartKind.SAMPLER: "#cc79a7",
    PartKind.STORAGE: FOURTH,
    PartKind.PRUNER: "#d8c51e",
    PartKind.LOAD: THIRD,
    PartKind.FEATURE: "#56b4e9",
    PartKind.GC: "#7a5195",
    PartKind.ELSEWHERE: "#d9dde2",
    PartKind.UNATTRIBUTED: "#b4bac2",
    PartKind.BETWEEN: "#4c545d",
}
_PLACE_COLOURS = {
    PlaceKind.START: "#8b929b",
    PlaceKind.IMPORTS: "#56b4e9",
    PlaceKind.BEFORE: THIRD,
    PlaceKind.STUDIES: "#8a6d4b",
    PlaceKind.AFTER: FOURTH,
    PlaceKind.SCRIPT: FIRST,
    PlaceKind.EXIT: "#8b929b",
}
_CALLBACKS = (SECOND, "#d8c51e", "#7a5195")
_USERS = (SECOND, "#8a6d4b", "#8b929b")
SHOWN_SHARE = 0.002  # what is thinner could not be seen
_ROW = 19.0
_NARROWEST_FRAME = 3.0  # of the narrow form


def both(key: str, title: str, text: str, draw: Callable[[bool, Caption], str]) -> Drawing:
    """A figure in both its forms."""
    drawn = [draw(form == "wide", Caption(key=f"{key}-{form}", title=title, text=text)) for form in ("wide", "narrow")]
    return Drawing(wide=drawn[0], narrow=drawn[1])


def part_colours(ledger: LedgerPicture) -> dict[str, str]:
    """The colour of each part by its label: the kinds have theirs, a user's spans take turns."""
    users = [part.label for part in ledger.parts if part.kind is PartKind.USER]
    own = {label: _USERS[index % len(_USERS)] for index, label in enumerate(users)}
    return {part.label: own.get(part.label) or _KIND_COLOURS[part.kind] for part in ledger.parts}


def ledger_bar(ledger: LedgerPicture | None, key: str) -> Drawing | None:
    """One stacked bar: the share of each part in what a trial costs, and below it how much of each was computing."""
    if ledger is None or len(ledger.parts) < 2:
        return None
    text = ", ".join(f"{part.label} {percent_text(part.wall_share)}" for part in ledger.parts)
    return both(
        f"{key}-ledger",
        "Share of each part in the wall of a trial",
        text,
        lambda wide, caption: _bar(ledger, wide, caption),
    )


def _bar(ledger: LedgerPicture, wide: bool, caption: Caption) -> str:
    width = WIDE if wide else NARROW
    colours = part_colours(ledger)
    parts = [part for part in ledger.parts if part.wall_share >= SHOWN_SHARE]
    axis = Axis(low=0.0, high=max(sum(part.wall_share for part in parts), 1e-9), start=0.0, end=width)
    elements: list[Element] = []
    left = 0.0
    for part in parts:
        x, end = axis.at(left), axis.at(left + part.wall_share)
        elements += _bar_part(part, colours[part.label], x, end - x)
        left += part.wall_share
    return sheet(caption, width, 50, elements)


def _bar_part(part: PartLine, colour: str, x: float, room: float) -> Iterator[Element]:
    title = f"{part.label}: {percent_text(part.wall_share)}, {seconds_text(part.wall_s_per_trial)} per trial"
    yield group(colour, [box(x, 0, max(room - 1, 0.5), 34, title)])
    label = cut(f"{part.label} {percent_text(part.wall_share)}", room - 10, 12)
    if label:
        yield words(x + 6, 21.5, label, Note(size=12, colour=text_colour_on(colour)))
    if part.cpu_s_per_trial is None or part.wall_s_per_trial <= 0:
        return
    busy = min(max(part.cpu_s_per_trial / part.wall_s_per_trial, 0.0), 1.0) * max(room - 1, 0.5)
    yield group(WAITING, [box(x + busy, 38, max(room - 1 - busy, 0), 7)])
    yield group(MUTED, [box(x, 38, busy, 7)])


def place_colours(account: AccountPicture) -> dict[str, str]:
    """The colour of each place of a run by its label: parts of trials have the ledger's, callbacks take turns."""
    callbacks = [place.label for place in account.places if place.kind is PlaceKind.CALLBACK]
    users = [place.label for place in account.places if place.part is PartKind.USER]
    turns = {
        **{label: _CALLBACKS[index % len(_CALLBACKS)] for index, label in enumerate(callbacks)},
        **{label: _USERS[index % len(_USERS)] for index, label in enumerate(users)},
    }
    return {place.label: turns.get(place.label) or _place_colour(place) for place in account.places}


def _place_colour(place: PlaceLine) -> str:
    if place.kind is None or place.label == WATCHING:
        return "#b4bac2"
    if place.kind in (PlaceKind.TRIAL, PlaceKind.BETWEEN) and place.part is not None:
        return _KIND_COLOURS[place.part]
    return _PLACE_COLOURS.get(place.kind, "#4c545d")


def account_bar(account: AccountPicture | None, key: str) -> Drawing | None:
    """One stacked bar: the run from its launch to its exit, and below it how much of each place was CPU."""
    if account is None or not account.places:
        return None
    text = ", ".join(f"{place.label} {percent_text(place.share)}" for place in account.places)
    return both(
        f"{key}-account",
        "Share of each place in the wall of the run",
        text,
        lambda wide, caption: _account(account, wide, caption),
    )


def _account(account: AccountPicture, wide: bool, caption: Caption) -> str:
    width = WIDE if wide else NARROW
    colours = place_colours(account)
    places = [place for place in account.places if place.share >= SHOWN_SHARE]
    axis = Axis(low=0.0, high=max(sum(place.share for place in places), 1e-9), start=0.0, end=width)
    elements: list[Element] = []
    left = 0.0
    for place in places:
        x, end = axis.at(left), axis.at(left + place.share)
        title = f"{place.label}: {percent_text(place.share)}, {seconds_text(place.wall_s)}"
        elements += _piece(place.label, title, colours[place.label], (x, end - x), _busy(place.cpu_s, place.wall_s))
        left += place.share
    return sheet(caption, width, 50, elements)


def _busy(cpu_s: float | None, wall_s: float) -> float | None:
    return None if cpu_s is None or wall_s <= 0 else min(max(cpu_s / wall_s, 0.0), 1.0)


def _piece(label: str, title: str, colour: str, place: tuple[float, float], busy: float | None) -> Iterator[Element]:
    x, room = place
    yield group(colour, [box(x, 0, max(room - 1, 0.5), 34, title)])
    said = cut(label, room - 10, 12)
    if said:
        yield words(x + 6, 21.5, said, Note(size=12, colour=text_colour_on(colour)))
    if busy is not None:
        full = max(room - 1, 0.5)
        yield group(WAITING, [box(x + busy * full, 38, max(full - busy * full, 0), 7)])
        yield group(MUTED, [box(x, 38, busy * full, 7)])


def timeline(picture: Timeline | None, key: str) -> Drawing | None:
    """A lane for each thread, its trials as bars."""
    if picture is None:
        return None
    return both(
        f"{key}-timeline",
        "Trials over time by thread",
        picture.statement,
        lambda wide, caption: _lanes(picture, wide, caption),
    )


def _lanes(picture: Timeline, wide: bool, caption: Caption) -> str:
    width, gutter = (WIDE, 96.0) if wide else (NARROW, 74.0)
    pitch = 22.0 if len(picture.lanes) <= 16 else 13.0
    bottom = pitch * len(picture.lanes)
    axis = Axis(low=0.0, high=picture.span_s, start=gutter, end=width - 4)
    scale = time_scale(picture.span_s)
    elements: list[Element] = []
    for tick in ticks(0.0, picture.span_s / scale.factor, 8 if wide else 4):
        x = axis.at(tick * scale.factor)
        elements.append(stroke([(x, 0), (x, bottom)], GRID))
        elements.append(
            words(x, bottom + 16, f"{tick:,.10g}{scale.symbol}", Note(size=12, anchor="middle", colour=MUTED))
        )
    for row, lane in enumerate(picture.lanes):
        size = 12 if pitch > 14 else 10.5
        elements.append(words(0, row * pitch + pitch * 0.68, lane.label, Note(size=size, colour=MUTED)))
        elements += _lane(lane, axis, (row * pitch + 2, pitch - 4), has_titles=wide and not picture.is_dense)
    return sheet(caption, width, bottom + 22, elements)


def _lane(lane: Lane, axis: Axis, place: tuple[float, float], *, has_titles: bool) -> Iterator[Element]:
    """Bars of one colour are one path, unless each is to tell its trial when it is pointed at."""
    top, height = place
    yield group(WAITING, [box(axis.start, top, axis.end - axis.start, height)])
    for state, colour in STATE_COLOURS.items():
        mine = [stretch for stretch in lane.stretches if stretch.state is state]
        if has_titles:
            yield group(colour, [box(*_place(stretch, axis, top, height), _told(stretch)) for stretch in mine])
        elif mine:
            yield group(colour, [boxes(_place(stretch, axis, top, height) for stretch in mine)])


def _place(stretch: Stretch, axis: Axis, top: float, height: float) -> tuple[float, float, float, float]:
    x, end = axis.at(stretch.start_s), axis.at(stretch.end_s)
    room = end - x
    if stretch.trial is not None and room > 2:
        room -= 0.6  # a hair between two trials that follow each other
    y = top + height * (1 - stretch.below_share - stretch.busy_share)
    return x, y, max(room, 0.4), height * stretch.busy_share


def _told(stretch: Stretch) -> str:
    lasted = seconds_text(stretch.end_s - stretch.start_s)
    return f"trial {stretch.trial}, {state_text(stretch.state)}: {lasted}, from {seconds_text(stretch.start_s)}"


def allocations(picture: Flame | None, key: str) -> Drawing | None:
    """The flame graph of allocations."""
    if picture is None:
        return None
    return both(
        f"{key}-allocations",
        "Flame graph of allocations",
        picture.statement,
        lambda wide, caption: _frames(picture, wide, caption),
    )


def flame(picture: Flame | None, key: str) -> Drawing | None:
    """The flame graph, callers above what they call."""
    if picture is None:
        return None
    return both(
        f"{key}-flame",
        "Flame graph of the time inside trials",
        picture.statement,
        lambda wide, caption: _frames(picture, wide, caption),
    )


def _frames(picture: Flame, wide: bool, caption: Caption) -> str:
    width = WIDE if wide else NARROW
    shown = [frame for frame in picture.frames if wide or frame.share * width >= _NARROWEST_FRAME]
    depth = 1 + max(frame.depth for frame in shown)
    elements: list[Element] = []
    for is_user, colour in ((False, WAITING), (True, FOURTH)):
        mine = [frame for frame in shown if frame.is_user is is_user]
        elements.append(group(colour, [_frame(frame, width) for frame in mine]))
    for frame in shown:
        label = _frame_label(frame.label, frame.share * width - 8)
        if label:
            note = Note(size=11.5, colour=ON_PALE if frame.is_user else INK)
            elements.append(words(frame.start_share * width + 4, frame.depth * _ROW + 13.2, label, note))
    return sheet(caption, width, depth * _ROW, elements)


def _frame_label(label: str, room: float) -> str:
    """The whole label, else the function's name alone, else what fits of it."""
    whole = cut(label, room, 11.5)
    return whole if whole == label else cut(label.partition(" (")[0], room, 11.5)


def _frame(frame: FlameFrame, width: float) -> Element:
    seconds = "" if frame.s_per_trial is None else f", {seconds_text(frame.s_per_trial)} per trial"
    size = "" if frame.size_bytes is None else f", {bytes_text(frame.size_bytes)}"
    title = f"{frame.label}: {percent_text(frame.share)}{seconds}{size}"
    room = frame.share * width
    return box(frame.start_share * width, frame.depth * _ROW, max(room - 0.6, 0.4), _ROW - 1.2, title)
