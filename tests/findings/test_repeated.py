import pytest

from harness.findings.case import case_of
from harness.findings.rules.repeated import name_of, repetition_of
from harness.profile.facts import PartKind
from tests.findings.cases import LOADING, repeated
from tests.findings.studies import study


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ("/home/me/data/bars.parquet", "pandas.read_csv(bars.parquet)"),
        ("data/bars.csv, 100", "pandas.read_csv(bars.csv, 100)"),
        (r"C:\data\bars.csv", "pandas.read_csv(bars.csv)"),
        ("s3://bucket/bars.parquet", "pandas.read_csv(bars.parquet)"),
        ("span=20", "pandas.read_csv(span=20)"),
        ("", "pandas.read_csv"),
        ("a\nb", "pandas.read_csv(a b)"),
    ],
)
def test_names_are_short_and_stay_on_their_line(arguments: str, name: str) -> None:
    assert name_of(repeated(arguments=arguments)) == name


def test_a_reader_inside_a_source_is_counted_once() -> None:
    both = (repeated(what="source bars", arguments=""), repeated())
    case = case_of(study(LOADING, repeated=both))
    assert case.whole is not None
    repetition = repetition_of(case.profile, case.whole, PartKind.LOAD)
    assert repetition is not None
    assert repetition.wall_s_per_trial == pytest.approx(0.050)  # what the ledger has as loading
    assert len(repetition.items) == 2


def test_work_of_the_other_kind_is_left_out() -> None:
    case = case_of(study(LOADING, repeated=(repeated(what="feature ema"),)))
    assert case.whole is not None
    assert repetition_of(case.profile, case.whole, PartKind.LOAD) is None
