"""The judge, cases and board of the exam: a diagnosis is right, not first, silent or wrong, by tested rules."""

from pathlib import Path

import pytest

from diagnosis.board import Board, as_json, markdown, summary_of
from diagnosis.case import CASES, Case, Cause, Kind, Number, load, load_all
from diagnosis.judge import Diagnosis, Grade, Said, Truth, judge, texts
from diagnosis.running import Result
from harness.findings.registry import rules

SCRIPT = "import optuna\n\nslow()  # HERE\nfast()  # HERE-A\n"


def case(**changes: object) -> Case:
    fields: dict[str, object] = {
        "name": "study",
        "title": "A slow line",
        "kind": Kind.FAULT,
        "source": SCRIPT,
        "cause": Cause(rules=("slow-line",), names=("{HERE}",)),
    }
    return Case(**{**fields, **changes})  # type: ignore[arg-type]


def said(*findings: Said, sentence: str = "", everything: str = "", **others: object) -> Diagnosis:
    return Diagnosis(sentence=sentence, findings=findings, everything=everything, **others)  # type: ignore[arg-type]


SLOW = Said(rule="slow-line", title="study.py:3 is slow", text="study.py:3 is slow", where="study.py:3")
OTHER = Said(rule="idle-workers", title="Workers idle", text="Workers idle")


def test_the_cause_first_is_right() -> None:
    assert judge(case(), said(SLOW)).grade is Grade.RIGHT


def test_the_cause_after_another_is_not_first_where_the_other_is_true_as_well() -> None:
    assert judge(case(also=("idle-workers",)), said(OTHER, SLOW)).grade is Grade.NOT_FIRST


def test_no_finding_is_silent_whatever_the_headline_says() -> None:
    assert judge(case(), said(sentence="study.py:3 is slow")).grade is Grade.SILENT


def test_a_true_finding_alone_leaves_the_cause_unsaid() -> None:
    assert judge(case(also=("idle-workers",)), said(OTHER)).grade is Grade.SILENT


def test_a_cause_that_is_not_there_is_wrong_even_after_the_right_one() -> None:
    judgment = judge(case(), said(SLOW, OTHER))
    assert judgment.grade is Grade.WRONG
    assert "Workers idle" in judgment.why


@pytest.mark.parametrize("line", [2, 30, 4])
def test_the_right_rule_at_another_line_is_wrong(line: int) -> None:
    text = f"study.py:{line} is slow"
    there = Said(rule="slow-line", title=text, text=text, where=f"study.py:{line}")
    assert judge(case(), said(there)).grade is Grade.WRONG


def test_the_right_rule_without_a_line_is_silent() -> None:
    assert judge(case(), said(Said(rule="slow-line", title="A line is slow", text="slow"))).grade is Grade.SILENT


IMPORTS = Said(rule="slow-imports", title="Imports take 40 % of the run", text="Imports", ceiling_share=0.4)


@pytest.mark.parametrize(
    ("start", "fault", "grade"),
    [
        (0.40, 0.30, Grade.RIGHT),  # imports are more than the fault is, and so they lead
        (0.40, 0.55, Grade.WRONG),  # the fault is more
        (0.20, 0.10, Grade.WRONG),  # imports are half of what is said
    ],
)
def test_imports_may_lead_where_the_own_clocks_say_so(start: float, fault: float, grade: Grade) -> None:
    truth = Truth(start=start, places={"slow": fault, "rest": 0.9})
    assert judge(case(), said(IMPORTS, SLOW), truth).grade is grade


def test_imports_of_a_healthy_study_are_its_headline_where_they_are_true() -> None:
    healthy = case(kind=Kind.HEALTHY, cause=Cause(names=("{HERE}",)))
    told = said(IMPORTS, sentence="Imports take 40 % of the run")
    assert judge(healthy, told, Truth(start=0.4, places={})).grade is Grade.RIGHT
    assert judge(healthy, told, Truth(start=0.1, places={})).grade is Grade.WRONG


def test_the_name_of_the_script_is_no_answer() -> None:
    slow_file = case(name="slow_import", cause=Cause(names=("import",)))
    told = Said(rule="x", title="slow_import.py:3 takes long", text="slow_import.py:3 takes long")
    assert judge(slow_file, said(told)).grade is Grade.WRONG
    told = Said(rule="x", title="import of slow_import.py", text="import of slow_import.py")
    assert judge(slow_file, said(told)).grade is Grade.RIGHT


def test_code_outside_the_study_may_speak_after_the_cause_but_not_lead() -> None:
    outside = Said(rule="outside-study", title="Before the study", text="Before", where="study.py:1")
    assert judge(case(), said(SLOW, outside)).grade is Grade.RIGHT
    assert judge(case(), said(outside, SLOW)).grade is Grade.WRONG


def test_a_forbidden_sentence_is_wrong_wherever_it_stands() -> None:
    judgment = judge(case(never=("your disk",)), said(SLOW, everything="it waits for Your Disk at night"))
    assert judgment.grade is Grade.WRONG
    assert "Your Disk" in judgment.why


def test_a_number_of_the_headline_outside_its_bounds_is_wrong() -> None:
    bounds = (Number(label="Wall of a trial, mean", low=0.1, high=0.5),)
    low, within = (("Wall of a trial, mean", 0.004),), (("Wall of a trial, mean", 0.2),)
    assert judge(case(numbers=bounds), said(SLOW, numbers=low)).grade is Grade.WRONG
    assert judge(case(numbers=bounds), said(SLOW, numbers=within)).grade is Grade.RIGHT


def test_a_healthy_study_with_a_finding_is_wrong_and_without_its_line_is_silent() -> None:
    healthy = case(kind=Kind.HEALTHY, cause=Cause(names=("{HERE}",)))
    assert judge(healthy, said(sentence="Nothing worth doing, 98 % in study.py:3 (objective)")).grade is Grade.RIGHT
    assert judge(healthy, said(sentence="Nothing worth doing")).grade is Grade.SILENT
    assert judge(healthy, said(SLOW, sentence="study.py:3 is slow")).grade is Grade.WRONG


def test_of_two_faults_the_larger_one_leads_and_both_are_said() -> None:
    both = case(kind=Kind.BOTH, second=Cause(rules=("idle-workers",)))
    assert judge(both, said(SLOW, OTHER)).grade is Grade.RIGHT
    assert judge(both, said(OTHER, SLOW)).grade is Grade.NOT_FIRST
    assert judge(both, said(SLOW)).grade is Grade.NOT_FIRST
    assert judge(both, said()).grade is Grade.SILENT


def test_two_faults_of_one_size_may_come_in_either_order() -> None:
    either = case(kind=Kind.EITHER, second=Cause(rules=("idle-workers",)))
    assert judge(either, said(SLOW, OTHER)).grade is Grade.RIGHT
    assert judge(either, said(OTHER, SLOW)).grade is Grade.RIGHT
    assert judge(either, said(OTHER)).grade is Grade.NOT_FIRST


def test_a_summary_is_read_with_all_its_texts() -> None:
    finding = {"rule": "slow-line", "title": "Slow", "evidence": ["3 samples"], "where": "study.py:3"}
    measure = {"unit": "s", "value_s": 0.25}
    number = {"label": "Wall of a trial, mean", "measure": measure}
    headline = {"sentence": "Slow", "statements": ["So it is."], "numbers": [number]}
    diagnosis = Diagnosis.of({"runs": [{"headline": headline, "findings": [finding]}]}, "# Report\n")
    assert diagnosis.findings[0].text.splitlines() == ["slow-line", "Slow", "3 samples", "study.py:3"]
    assert diagnosis.numbers == (("Wall of a trial, mean", 0.25),)
    assert {"So it is.", "# Report"} <= set(diagnosis.everything.splitlines())
    assert list(texts({"a": ["b", {"c": "d"}], "e": 1})) == ["b", "d"]


def test_every_case_has_a_short_script_an_answer_and_markers_that_exist() -> None:
    cases = load_all()
    assert len(cases) >= 60
    assert {path.stem for path in CASES.glob("*.py")} == {one.name for one in cases}
    for one in cases:
        assert len(one.source.splitlines()) <= 40, one.name
        compile(one.source, one.script, "exec")
        compile(one.mended_source, one.script, "exec")
        for name in (*one.cause.names, *one.never, *(share.place for share in one.shares)):
            one.pattern(name)
        assert one.kind is Kind.HEALTHY or one.cause.rules or one.cause.names, one.name
        assert (one.second is not None) is (one.kind in {Kind.BOTH, Kind.EITHER}), one.name


# What no small script can bring about on every machine: unit tests of the rule have it.
NO_FAULT = {"database-far-away", "more-workers-than-memory"}


def test_every_rule_is_examined_with_its_fault() -> None:
    examined = {rule for one in load_all() if one.kind is not Kind.HEALTHY for rule in (*one.rules, *one.cause.rules)}
    assert {rule.key for rule in rules()} - NO_FAULT - examined == set()


def test_every_rule_is_examined_without_its_fault() -> None:
    examined = {rule for one in load_all() if one.kind is Kind.HEALTHY for rule in one.rules}
    assert {rule.key for rule in rules()} - {"more-workers-than-memory"} - examined == set()


def test_a_field_that_no_case_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("pass\n")
    (tmp_path / "one.toml").write_text('title = "x"\nkind = "fault"\ncauses = 3\n')
    with pytest.raises(ValueError, match="causes is no field"):
        load(tmp_path / "one.toml")


def test_a_replacement_that_does_not_apply_is_refused() -> None:
    with pytest.raises(ValueError, match="stands 0 times"):
        _ = case(mended=(("medium()", "fast()"),)).mended_source


def result(name: str, grade: Grade) -> Result:
    judgment = judge(case(), said(SLOW))
    judgment = type(judgment)(grade=grade, why="" if grade is Grade.RIGHT else "because")
    return Result(name=name, title="A | title", judgment=judgment, headline="h", findings=(), shares=(), wall_s=1.0)


@pytest.mark.parametrize(
    ("right", "late", "silent", "wrong", "is_met"),
    [
        (100, 0, 0, 0, True),
        (95, 2, 3, 0, True),
        (95, 1, 4, 0, False),
        (94, 6, 0, 0, False),
        (99, 0, 0, 1, False),
        (0, 0, 0, 0, False),
    ],
)
def test_the_bar(right: int, late: int, silent: int, wrong: int, is_met: bool) -> None:
    grades = [Grade.RIGHT] * right + [Grade.NOT_FIRST] * late + [Grade.SILENT] * silent + [Grade.WRONG] * wrong
    board = Board(results=tuple(result(f"case_{i}", grade) for i, grade in enumerate(grades)), left_out={})
    assert board.is_met is is_met
    assert ("is met" in summary_of(board)) is is_met


def test_a_board_names_what_is_not_right_and_what_was_left_out() -> None:
    board = Board(
        results=(result("good", Grade.RIGHT), result("bad", Grade.WRONG)), left_out={"far": ("grpc",)}, load=2
    )
    text = markdown(board)
    assert "- **bad**: wrong: because" in text
    assert "far needs grpc" in text
    assert r"A \| title" in text
    assert as_json(board)["sum"] == {"right": 1, "right but not first": 0, "silent": 0, "wrong": 1}
