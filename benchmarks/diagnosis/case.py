"""A case of the exam: a study as a plain script, and the true answer in a TOML file next to it."""

import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
_MARK = re.compile(r"#\s*(HERE(?:-[A-Z])?)\b")
_FIELDS = {
    "title",
    "issue",
    "rules",
    "kind",
    "cause",
    "second",
    "also",
    "never",
    "shares",
    "mended",
    "needs",
    "options",
}
_FIELDS |= {"exit_code", "arguments", "numbers"}
_CAUSE_FIELDS = {"rules", "names", "note"}


class Kind(Enum):
    """What the true answer is."""

    FAULT = "fault"  # a finding has to name the cause
    HEALTHY = "healthy"  # no finding; the headline names what `cause` lists
    BOTH = "both"  # two faults: a finding for each, the larger one first
    EITHER = "either"  # two faults of about the same size: a finding for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What one answer has to say: one of the rules, and every name (regular expressions, `{HERE}` is file:line)."""

    rules: tuple[str, ...] = ()  # none: any rule that says the names
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the whole run's wall: what the script's own clock `clock` measured, as the account calls it."""

    clock: str
    place: str  # regular expression on the account's rows; rows that match are added up


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of the headline, by its label, and between what it lies."""

    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One study and its true answer."""

    name: str
    title: str
    kind: Kind
    source: str
    cause: Cause
    second: Cause | None = None
    issue: str = ""
    rules: tuple[str, ...] = ()  # the rules whose presence or absence it examines
    also: tuple[str, ...] = ()  # rules that may speak besides: true as well, and smaller
    never: tuple[str, ...] = ()  # what must not be said anywhere
    shares: tuple[Share, ...] = ()
    numbers: tuple[Number, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()  # replacements in the source that make the mended twin
    needs: tuple[str, ...] = ()  # modules or programs without which it is left out, by name
    options: tuple[str, ...] = ()  # of `harness run`
    arguments: tuple[str, ...] = ()  # of the script
    exit_code: int = 0

    @property
    def script(self) -> str:
        return f"{self.name}.py"

    @property
    def mended_source(self) -> str:
        """The mended twin. Raises ValueError where a replacement does not apply exactly once."""
        source = self.source
        for old, new in self.mended:
            if source.count(old) != 1:
                raise ValueError(f"{self.name}: {old!r} stands {source.count(old)} times in the script, not once")
            source = source.replace(old, new)
        return source

    def lines(self) -> dict[str, int]:
        """The markers of the script, `# HERE` and `# HERE-A`, and the lines that they stand on."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.source.splitlines(), start=1):
            for mark in _MARK.findall(line):
                if mark in found:
                    raise ValueError(f"{self.name}: two lines are marked {mark}")
                found[mark] = number
        return found

    def pattern(self, name: str) -> re.Pattern[str]:
        """A name of a cause, with its markers filled in."""
        for mark, line in self.lines().items():
            name = name.replace("{" + mark + "}", rf"\b{re.escape(self.script)}:{line}\b")
        if "{HERE" in name:
            raise ValueError(f"{self.name}: {name!r} names a marker that the script does not have")
        return re.compile(name, re.IGNORECASE)

    def says(self, name: str, text: str) -> bool:
        """Whether a text says a name. The script's own name says nothing: it often has the answer in it."""
        pattern = self.pattern(name)
        is_place = "{HERE" in name or re.escape(self.script) in name
        return bool(pattern.search(text if is_place else text.replace(self.name, "")))


def load(path: Path) -> Case:
    """Reads the case of one TOML file. Raises ValueError where a field is unknown or missing."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(data) - _FIELDS
    if unknown:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown))} is no field of a case")
    second = data.get("second")
    return Case(
        name=path.stem,
        title=data["title"],
        kind=Kind(data["kind"]),
        source=path.with_suffix(".py").read_text(encoding="utf-8"),
        cause=_cause(path, data.get("cause", {})),
        second=None if second is None else _cause(path, second),
        issue=data.get("issue", ""),
        shares=tuple(Share(clock=clock, place=place) for clock, place in data.get("shares", {}).items()),
        numbers=tuple(
            Number(label=label, low=low, high=high) for label, (low, high) in data.get("numbers", {}).items()
        ),
        mended=tuple((old, new) for old, new in data.get("mended", [])),
        exit_code=data.get("exit_code", 0),
        **{name: tuple(data.get(name, ())) for name in ("rules", "also", "never", "needs", "options", "arguments")},
    )


def _cause(path: Path, data: dict[str, Any]) -> Cause:
    unknown = set(data) - _CAUSE_FIELDS
    if unknown:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown))} is no field of a cause")
    return Cause(rules=tuple(data.get("rules", ())), names=tuple(data.get("names", ())))


def load_all(folder: Path = CASES) -> tuple[Case, ...]:
    """Every case, by name."""
    return tuple(load(path) for path in sorted(folder.glob("*.toml")))
