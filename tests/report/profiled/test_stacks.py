from dataclasses import replace

from harness.report.profiled.stacks import bounds, stacks_picture
from tests.findings.cases import line
from tests.profiles import fake_profile, fake_stacks


def test_a_share_of_few_samples_is_shown_with_its_interval() -> None:
    assert bounds(1.0, 1) == "21-100 %"
    assert bounds(0.5, 100) == "40-60 %"
    assert bounds(0.5, 0) == "0-100 %"


def test_a_ranking_that_chance_decides_is_said_to_be_one() -> None:
    lines = (line(share=0.25, samples=25), line(line=43, share=0.2, samples=20), line(line=44, share=0.001, samples=0))
    few = stacks_picture(fake_profile(stacks=fake_stacks(hot_lines=lines, samples=100)))
    many = stacks_picture(fake_profile(stacks=fake_stacks(hot_lines=lines, samples=20_000)))
    assert few is not None
    assert few.ranking.startswith("The first 2 lines cannot be told apart")
    assert many is not None
    assert many.ranking == ""


def test_lines_and_functions_are_told_with_their_counts() -> None:
    picture = stacks_picture(fake_profile())
    assert picture is not None
    assert "893 samples" in picture.hot_lines[0].told
    assert picture.functions[0].told.startswith("slope in optimise.py, lines 30, 31: 79 % (77-81 %, 916 samples)")
    assert stacks_picture(replace(fake_profile(), stacks=None)) is None
