"""The judge: what the harness said of a case against the true answer; pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from diagnosis.case import Case, Cause, Kind


class Grade(Enum):
    """How a diagnosis did."""

    RIGHT = "right"
    NOT_FIRST = "right but not first"
    SILENT = "silent"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding as it was told: its rule, and all that its text says."""

    rule: str
    title: str
    text: str
    ceiling_share: float | None = None
    where: str | None = None  # file:line


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What the harness said of a run."""

    sentence: str  # the headline
    findings: tuple[Said, ...]  # in the order in which they were told
    everything: str  # every text of the JSON summary and the Markdown report
    numbers: tuple[tuple[str, float], ...] = ()  # of the headline: label and value
    account: tuple[tuple[str, float], ...] = ()  # places of the whole run's wall, and their shares

    @classmethod
    def of(cls, summary: Mapping[str, Any], report: str = "") -> "Diagnosis":
        """From the JSON summary of `harness run --json`, and the report's Markdown."""
        run = summary["runs"][0]
        return cls(
            sentence=run["headline"]["sentence"],
            findings=tuple(_finding(finding) for finding in run["findings"]),
            everything="\n".join([*texts(summary), report]),
            numbers=tuple(_numbers(run["headline"]["numbers"])),
            account=tuple(_account(run.get("account"))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A grade, and why it is not better."""

    grade: Grade
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the script measured of itself by plain clocks: shares of the wall of its process."""

    start: float  # the interpreter's start and all imports
    places: Mapping[str, float]  # what its own clocks were put around


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from texts(inner)


def _finding(finding: Mapping[str, Any]) -> Said:
    return Said(
        rule=finding["rule"],
        title=finding["title"],
        text="\n".join(texts(finding)),
        ceiling_share=finding.get("ceiling_share"),
    )


def _numbers(numbers: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    for number in numbers:
        measure = number["measure"]
        value = measure.get(f"value_{measure['unit']}")
        if value is not None:
            yield number["label"], float(value)


def _account(account: Mapping[str, Any] | None) -> Iterator[tuple[str, float]]:
    """The places of the account, where the summary has one."""
    for place in (account or {}).get("places", ()):
        yield f"{place['kind']}: {place['label']}", float(place["share"])


IMPORTS = "slow-imports"  # every script imports: where that is most of a short run, a finding says so and is right
BESIDES = {IMPORTS, "outside-study"}  # every script has both; where they lead, they have to be the answer
TOLERANCE = 1.25  # of a share of imports against the script's own clock


def judge(case: Case, said: Diagnosis, truth: Truth | None = None) -> Judgment:
    """Right, right but not first, silent or wrong; a forbidden sentence is wrong whatever else was said."""
    untrue = _forbidden(case, said)
    if untrue is not None:
        return untrue
    if truth is not None and IMPORTS not in case.rules:
        said = _without_imports(case, said, truth)
    allowed = [
        index
        for index, finding in enumerate(said.findings)
        if _is_true(case, finding) or (index > 0 and finding.rule in BESIDES)
    ]
    false = [finding for index, finding in enumerate(said.findings) if index not in allowed]
    if false:
        return Judgment(grade=Grade.WRONG, why=f"it says {false[0].rule}: {false[0].title!r}")
    match case.kind:
        case Kind.HEALTHY:
            return _of_healthy(case, said)
        case Kind.FAULT:
            return _of_order(said, [_places(case, case.cause, said)])
        case Kind.BOTH | Kind.EITHER:
            assert case.second is not None
            answers = [_places(case, cause, said) for cause in (case.cause, case.second)]
            if case.kind is Kind.EITHER:
                answers.sort(key=lambda places: places[:1] or [len(said.findings)])
            return _of_order(said, answers)


def _forbidden(case: Case, said: Diagnosis) -> Judgment | None:
    """What must not be said, and numbers that cannot be."""
    for pattern in case.never:
        match = case.pattern(pattern).search(said.everything)
        if match:
            return Judgment(grade=Grade.WRONG, why=f"it says {_around(said.everything, match)!r}")
    values = dict(said.numbers)
    for number in case.numbers:
        value = values.get(number.label)
        if value is not None and not number.low <= value <= number.high:
            return Judgment(grade=Grade.WRONG, why=f"{number.label} is {value:.3g}, not {number.low} to {number.high}")
    return None


def _without_imports(case: Case, said: Diagnosis, truth: Truth) -> Diagnosis:
    """Without a finding on imports that is true: it may speak, and lead where imports are more than the fault is."""
    fault = max((share for place, share in truth.places.items() if place != "rest"), default=0.0)
    if case.shares:
        fault = truth.places.get(case.shares[0].clock, 0.0)
    kept = []
    for place, finding in enumerate(said.findings):
        is_true = (finding.ceiling_share or 0.0) <= TOLERANCE * truth.start
        may_lead = place > 0 or fault <= TOLERANCE * truth.start
        if not (finding.rule == IMPORTS and is_true and may_lead):
            kept.append(finding)
    imports_lead = said.findings[:1] != tuple(kept[:1])
    return replace(said, findings=tuple(kept), sentence="" if imports_lead else said.sentence)


def _is_true(case: Case, finding: Said) -> bool:
    """Whether a finding is an answer, or true besides, or the right rule without a place: too little, but not false."""
    if finding.rule in case.also:
        return True
    causes = (
        () if case.kind is Kind.HEALTHY else tuple(cause for cause in (case.cause, case.second) if cause is not None)
    )
    if any(is_said(case, cause, finding) for cause in causes):
        return True
    rules = {rule for cause in causes for rule in (*cause.rules, *case.rules)}
    return finding.rule in rules and finding.where is None


def is_said(case: Case, cause: Cause, finding: Said) -> bool:
    """Whether a finding names a cause: by one of its rules, with every name that the answer has to have."""
    of_rule = not cause.rules or finding.rule in cause.rules
    return of_rule and all(case.says(name, finding.text) for name in cause.names)


def _places(case: Case, cause: Cause, said: Diagnosis) -> list[int]:
    return [place for place, finding in enumerate(said.findings) if is_said(case, cause, finding)]


def _of_order(said: Diagnosis, answers: Sequence[list[int]]) -> Judgment:
    """The first answer leads, and the second is said after it."""
    if not answers[0]:
        return Judgment(grade=Grade.SILENT, why=f"the headline is {said.sentence!r}")
    if answers[0][0] != 0:
        return Judgment(grade=Grade.NOT_FIRST, why=f"first is {said.findings[0].title!r}")
    if any(not answer for answer in answers[1:]):
        return Judgment(grade=Grade.NOT_FIRST, why="the second fault is not said")
    return Judgment(grade=Grade.RIGHT)


def _of_healthy(case: Case, said: Diagnosis) -> Judgment:
    """Its line is in the headline, where no true but smaller finding is."""
    leads = bool(said.findings) or not said.sentence
    for name in case.cause.names:
        if not leads and not case.says(name, said.sentence):
            return Judgment(grade=Grade.SILENT, why=f"the headline is {said.sentence!r}, without {name!r}")
    return Judgment(grade=Grade.RIGHT)


def _around(text: str, match: re.Match[str], width: int = 50) -> str:
    return text[max(0, match.start() - width) : match.end() + width].replace("\n", " ")


def read_summary(text: str) -> Mapping[str, Any]:
    """The JSON summary. Raises ValueError where there is none."""
    summary: Mapping[str, Any] = json.loads(text)
    return summary
