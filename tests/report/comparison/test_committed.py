"""The committed waterfall, from as found to mended, is what its committed records give today."""

from pathlib import Path

import pytest

from harness import __version__
from harness.experiments.judging import Judged, judge
from harness.model.comparisons import read_compared
from harness.report.comparison import build, json_export, markdown
from harness.stats.answer import Answer

MENDED = Path(__file__).parents[3] / "reports" / "mended"


@pytest.fixture(scope="module")
def judged() -> Judged:
    (folder,) = (MENDED / "records" / "comparisons").iterdir()
    return judge(read_compared(folder))


def test_records_give_the_committed_report(judged: Judged) -> None:
    summary = build(judged, __version__)

    assert json_export.render(summary) == (MENDED / "report.json").read_text()
    assert markdown.render(summary) == (MENDED / "report.md").read_text()


def test_its_controls_are_sound_and_every_step_has_its_interval(judged: Judged) -> None:
    assert judged.is_sound
    assert judged.total is not None
    assert judged.total.decided is not None
    assert judged.total.decided.answer is Answer.FASTER
    assert all(one.decided and one.decided.result and one.decided.result.ratio.high for one in judged.levers)
