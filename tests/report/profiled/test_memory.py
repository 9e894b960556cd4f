"""Memory's pictures lose no peak, put the most worrying process first, and draw the slope that was judged."""

from dataclasses import replace

import numpy as np
import pytest

from harness.profile.facts import Growth, TreePoint, Verdict
from harness.report.profiled.memory import GROWING, POINTS, memory_picture
from harness.report.profiled.summary import MemoryPicture, Tone
from harness.stats.interval import Interval
from tests.fakes import MIB
from tests.profiles import PIDS, fake_memory, fake_profile, fake_trials
from tests.report.profiled import reports
from tests.report.profiled.reports import empty_profile


def growth(pid: int, verdict: Verdict, slope: float = 0.0, trials: int = 80) -> Growth:
    return Growth(
        pid=pid,
        trials=trials,
        bytes_per_trial=Interval(value=slope, low=slope - 1, high=slope + 1),
        verdict=verdict,
        history_bytes_per_trial=None,
        because=f"because of {pid}.",
    )


def picture_of(*lines: Growth) -> MemoryPicture:
    picture = memory_picture(fake_profile(memory=fake_memory(growth=lines)))
    assert picture is not None
    return picture


def test_a_single_high_sample_among_thousands_is_kept() -> None:
    tree = [TreePoint(at_s=float(at), pss_bytes=100 * MIB, processes=1) for at in range(5000)]
    tree[3333] = TreePoint(at_s=3333.0, pss_bytes=900 * MIB, processes=1)
    picture = memory_picture(fake_profile(memory=fake_memory(tree=tuple(tree))))
    assert picture is not None
    assert len(picture.tree) == POINTS
    assert max((sample.pss_bytes, sample.at_s) for sample in picture.tree) == (900 * MIB, 3333.0)


def test_a_leak_stands_first_and_is_an_alarm() -> None:
    picture = picture_of(
        growth(PIDS[0], Verdict.NONE), growth(PIDS[1], Verdict.UNDECIDED), growth(PIDS[2], Verdict.LEAK)
    )
    assert [line.tone for line in picture.growth] == [Tone.ALARM, Tone.OPEN, Tone.FINE]
    assert [line.pid for line in picture.alarms] == [PIDS[2]]
    assert "it grows in 1 process; it may grow or not in 1 process" in picture.statement


@pytest.mark.parametrize(
    ("verdict", "said"),
    [(Verdict.LEAK, "grows in each of 3 processes."), (Verdict.NONE, "does not grow in any of 3 processes.")],
)
def test_processes_that_agree_are_told_at_once(verdict: Verdict, said: str) -> None:
    assert said in picture_of(*(growth(pid, verdict) for pid in PIDS)).statement


def test_more_processes_than_are_listed_are_counted() -> None:
    picture = picture_of(*(growth(9000 + place, Verdict.NONE) for place in range(GROWING + 5)))
    assert len(picture.growth) == GROWING
    assert picture.left_out == 5


def test_the_line_has_the_judged_slope_and_leaves_the_warm_up_out() -> None:
    rows = fake_trials()
    place = rows.number // len(PIDS)
    sizes = 100.0 * MIB + 50.0 * MIB * (place < 20) + 2048.0 * place
    profile = fake_profile(
        trials=replace(rows, rss_bytes=sizes),
        memory=fake_memory(growth=(growth(PIDS[0], Verdict.LEAK, slope=2048.0, trials=80),)),
    )
    picture = memory_picture(profile)
    assert picture is not None
    (drawn,) = picture.after_trials
    first, last = drawn.line
    assert (first.trial, last.trial) == (21, 100)
    assert (last.rss_bytes - first.rss_bytes) / (last.trial - first.trial) == pytest.approx(2048.0)
    assert first.rss_bytes == pytest.approx(100.0 * MIB + 2048.0 * 20)


def test_trials_whose_memory_is_not_known_are_left_out() -> None:
    rows = fake_trials()
    sizes = np.where(rows.number < 200, np.nan, 150.0 * MIB)
    picture = memory_picture(fake_profile(trials=replace(rows, rss_bytes=sizes)))
    assert picture is not None
    assert {point.rss_bytes for drawn in picture.after_trials for point in drawn.points} == {150.0 * MIB}


def test_lines_that_added_memory_are_told_by_the_names_that_the_user_knows() -> None:
    spots = reports.asked().runs[0].memory_lines
    assert [(spot.place, spot.source) for spot in spots] == [
        ("optimise.py:52", "bars = load()"),
        ("optimise.py:60", "kept.append(bars)"),
    ]


def test_what_was_not_measured_says_so() -> None:
    picture = memory_picture(fake_profile(memory=fake_memory(peak_growth_bytes=None, peak_pss_bytes=None, tree=())))
    assert picture is not None
    assert picture.within_trial.missing is not None
    assert memory_picture(empty_profile()) is None
