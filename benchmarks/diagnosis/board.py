"""The scoreboard: results in, text, Markdown and JSON out."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from diagnosis.judge import Grade
from diagnosis.mending import Saving
from diagnosis.running import Beside, Result

MOST_SILENT = 0.03
LEAST_RIGHT = 0.95
NEAR = 0.05  # of the run: a share that is off by no more is near


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The results of a sitting."""

    results: tuple[Result, ...]
    left_out: Mapping[str, tuple[str, ...]]
    load: int = 0
    note: str = ""  # of the conditions under which it was made
    savings: Mapping[str, Saving] = field(default_factory=dict)  # by case, as measured with its mended twin

    def count(self, grade: Grade) -> int:
        return Counter(result.judgment.grade for result in self.results)[grade]

    @property
    def is_met(self) -> bool:
        """Nothing wrong, at most 3 % silent, at least 95 % right and first."""
        cases = len(self.results)
        return (
            cases > 0
            and self.count(Grade.WRONG) == 0
            and self.count(Grade.SILENT) <= MOST_SILENT * cases
            and self.count(Grade.RIGHT) >= LEAST_RIGHT * cases
        )

    def write(self, folder: Path) -> None:
        """`report.md` and `report.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        name = f"load-{self.load}" if self.load else "idle"
        (folder / f"{name}.md").write_text(markdown(self), encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps(as_json(self), indent=1) + "\n", encoding="utf-8")


def line_of(result: Result) -> str:
    """One line for the terminal, as each case ends."""
    why = f"  {result.judgment.why}" if result.judgment.why else ""
    shares = f"  [{'; '.join(map(_share, result.shares))}]" if result.shares else ""
    cost = f"{result.wall_s:5.1f} s, CPU {result.cpu_s:4.1f} s"
    return f"{result.name:32} {result.judgment.grade.value:20} {cost}{shares}{why}"


def summary_of(board: Board) -> str:
    """The sum over all cases."""
    cases = len(board.results)
    grades = ", ".join(f"{board.count(grade)} {grade.value}" for grade in Grade)
    left_out = "".join(f"\nleft out: {name} needs {', '.join(needs)}" for name, needs in board.left_out.items())
    bar = "the bar is met" if board.is_met else "the bar is MISSED"
    shares = [one for result in board.results for one in result.shares]
    near = sum(one.said is not None and abs(one.said - one.true) <= NEAR for one in shares)
    return (
        f"{cases} cases: {grades}; {bar} (0 wrong, at most 3 % silent, at least 95 % right and first). "
        f"{near} of {len(shares)} shares of the run lie within {NEAR:.0%} of it of the script's own clocks.{left_out}"
    )


def markdown(board: Board) -> str:
    return "\n".join(_markdown(board)) + "\n"


def _markdown(board: Board) -> Iterator[str]:
    load = f"next to {board.load} busy loops" if board.load else "with nothing next to it"
    yield f"# Diagnosis exam, {load}"
    yield ""
    yield summary_of(board).replace("\n", "\n\n")
    yield ""
    if board.note:
        yield f"{board.note}\n"
    yield "| case | what it is | grade | headline | share of the run, true / said | at most / saved by mending |"
    yield "|---|---|---|---|---|---|"
    for result in board.results:
        cells: tuple[str, ...] = (result.name, result.title, result.judgment.grade.value, result.headline)
        cells += ("; ".join(map(_share, result.shares)), _ceiling(result, board.savings.get(result.name)))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    missed = [result for result in board.results if result.judgment.why]
    if missed:
        yield ""
        yield "## Not right"
        yield ""
        for result in missed:
            yield f"- **{result.name}**: {result.judgment.grade.value}: {result.judgment.why}"


def as_json(board: Board) -> dict[str, object]:
    return {
        "load": board.load,
        "note": board.note,
        "sum": {grade.value: board.count(grade) for grade in Grade},
        "is_met": board.is_met,
        "left_out": {name: list(needs) for name, needs in board.left_out.items()},
        "cases": [
            {
                "name": result.name,
                "title": result.title,
                "grade": result.judgment.grade.value,
                "why": result.judgment.why,
                "headline": result.headline,
                "findings": list(result.findings),
                "ceiling_share": result.ceiling_share,
                "saved_wall": saving.wall if (saving := board.savings.get(result.name)) else None,
                "shares": [{"place": one.place, "true": one.true, "said": one.said} for one in result.shares],
                "wall_s": round(result.wall_s, 2),
                "cpu_s": round(result.cpu_s, 2),
            }
            for result in board.results
        ],
    }


def _share(one: Beside) -> str:
    said = "unsaid" if one.said is None else f"{one.said:.0%}"
    return f"{one.place} {one.true:.0%} / {said}"


def _ceiling(result: Result, saving: Saving | None) -> str:
    """The first finding's ceiling next to what mending saved of a plain run."""
    if saving is None:
        return ""
    ceiling = "no ceiling" if result.ceiling_share is None else f"{result.ceiling_share:.0%}"
    return f"{ceiling} / {saving.wall:.0%} of wall, {saving.cpu:.0%} of CPU"
