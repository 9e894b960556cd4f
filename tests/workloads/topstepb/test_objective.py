"""The reference objective: one value whatever the rung, 110 results, settings that are checked."""

from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest

from harness.errors import InputError
from harness.model.plan import DataAccess, FeatureAccess, Plan
from harness.model.search import Portion
from harness.workloads.marks.following import Following, Policy, follow, use_data_access
from harness.workloads.marks.share import share_of_data
from harness.workloads.marks.spool import Spool
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.objective import objective_for, parts
from harness.workloads.topstepb.parameters import SPACE
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.settings import Attributes, Settings, settings_of
from harness.workloads.topstepb.workload import build

MARKET = "crypto:3000:1h:1"


@pytest.fixture(scope="module")
def bars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bars_path(MARKET, tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def _run(bars: Path, settings: Settings, trials: int = 2) -> optuna.Study:
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=3))
    study.optimize(objective_for(bars, settings), n_trials=trials)
    return study


def test_every_rung_gives_the_same_value_to_the_last_bit(bars: Path) -> None:
    values = {rung: [trial.value for trial in _run(bars, Settings(rung=rung)).trials] for rung in Rung}
    assert values[Rung.AS_FOUND] == values[Rung.STREAMING] == values[Rung.COMPILED]
    assert len(set(values[Rung.COMPILED])) == 2


def test_separate_attributes_are_the_seeds_hundred_and_ten(bars: Path) -> None:
    trial = _run(bars, Settings(attributes=Attributes.SEPARATE), trials=1).trials[0]
    assert len(trial.user_attrs) == 110
    assert {name.partition("_")[0] for name in trial.user_attrs} == {"train", "validate"}


def test_one_attribute_holds_the_same_results(bars: Path) -> None:
    separate = _run(bars, Settings(attributes=Attributes.SEPARATE), trials=1).trials[0]
    one = _run(bars, Settings(attributes=Attributes.ONE), trials=1).trials[0]
    assert one.user_attrs == {"results": separate.user_attrs}
    assert not _run(bars, Settings(attributes=Attributes.NONE), trials=1).trials[0].user_attrs


def test_every_dimension_of_the_space_is_suggested(bars: Path) -> None:
    trial = _run(bars, Settings(), trials=1).trials[0]
    assert list(trial.params) == [axis.name for axis in SPACE]
    assert len(SPACE) >= 6


def test_the_first_so_many_bars_are_split_on_their_own(bars: Path) -> None:
    use_data_access(Plan(workload="topstepb").data)
    loaded = parts(bars, 1000)
    assert len(loaded.bars) == 1000
    assert loaded.splits.train == slice(0, 600)
    assert len(loaded.train) == 600
    assert len(parts(bars, 0).bars) == 3000


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ((("colour", "red"),), "no setting 'colour'"),
        ((("rung", "fast"),), "as_found, streaming, compiled"),
        ((("attributes", 3),), "separate, one, none"),
        ((("first", -1),), "number of bars"),
        ((("first", True),), "number of bars"),
        ((("bars", 7),), "bars"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(settings: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        settings_of(Plan(workload="topstepb", settings=settings))


def test_settings_come_back_from_a_plan() -> None:
    settings = Settings(bars="b.parquet", first=7, rung=Rung.AS_FOUND, attributes=Attributes.NONE)
    assert settings_of(Plan(workload="topstepb", settings=settings.as_plan_settings())) == settings


def test_facts_describe_the_bars_a_trial_works_on(bars: Path) -> None:
    plan = Plan(workload="topstepb", settings=Settings(bars=str(bars)).as_plan_settings())
    facts = build(plan).facts()
    assert (facts["bars"], facts["train"], facts["validate"]) == (3000, 1800, 600)
    assert facts["bars_per_trial"] == 2400
    assert facts["table_bytes"] == 3000 * 7 * 8
    assert facts["file_bytes"] == bars.stat().st_size


def test_a_market_is_made_once_and_named_by_what_it_is(tmp_path: Path) -> None:
    made = bars_path("calm:50:1h:2", tmp_path)
    stamp = made.stat().st_mtime_ns
    assert bars_path("calm:50:1h:2", tmp_path) == made
    assert made.stat().st_mtime_ns == stamp
    assert bars_path("elsewhere/my.parquet", tmp_path) == Path("elsewhere/my.parquet")


@pytest.mark.parametrize(
    "policy",
    [
        Policy(data=DataAccess.REUSE, features=FeatureAccess.MEMO),
        Policy(data=DataAccess.SHARED),
        Policy(data=DataAccess.SHARED, features=FeatureAccess.PRECOMPUTE, only=("rsi", "atr", "fast_average")),
    ],
    ids=["kept", "shared", "precomputed"],
)
def test_levers_on_data_and_features_change_no_value(policy: Policy, bars: Path, tmp_path: Path) -> None:
    plain = _run(bars, Settings(rung=Rung.AS_FOUND))
    following = Following(policy, Spool(folder=tmp_path))
    before = follow(following)
    try:
        found = _run(bars, Settings(rung=Rung.AS_FOUND))
    finally:
        follow(before)
    assert [trial.value for trial in found.trials] == [trial.value for trial in plain.trials]
    assert found.trials[0].user_attrs == plain.trials[0].user_attrs
    features = following.counts.marks().features
    assert set(features) == {"fast_average", "slow_average", "rsi", "slope", "atr"}
    assert features["rsi"].calls == 4
    if policy.features is FeatureAccess.PRECOMPUTE:
        assert (features["rsi"].hits, features["rsi"].outside, features["slope"].hits) == (4, 0, 0)
        assert not features["slow_average"].gridded


def test_shared_parts_are_views_of_one_copy_of_the_bars(bars: Path, tmp_path: Path) -> None:
    plain = parts(bars, 0)
    following = Following(Policy(data=DataAccess.SHARED), Spool(folder=tmp_path))
    before = follow(following)
    try:
        shared = parts(bars, 0)
    finally:
        follow(before)
    pd.testing.assert_frame_equal(shared.train, plain.train)
    pd.testing.assert_frame_equal(shared.validate, plain.validate)
    assert (shared.splits, shared.bars.digest) == (plain.splits, plain.bars.digest)
    whole = shared.bars.table["close"].to_numpy()
    assert np.shares_memory(whole, shared.train["close"].to_numpy())
    assert np.shares_memory(whole, shared.validate["close"].to_numpy())
    assert following.counts.marks().sources["parts"].mapped_bytes < plain.bars.memory_bytes + 64


@pytest.mark.parametrize(("portion", "gaps"), [(Portion.LEADING, 0), (Portion.BLOCKS, 3)])
def test_a_share_of_the_bars_is_split_on_its_own(portion: Portion, gaps: int, bars: Path) -> None:
    with share_of_data(0.5, portion, 4):
        loaded = parts(bars, 0)
    assert len(loaded.bars) == 1500
    assert len(loaded.bars.gaps) == gaps
    assert len(loaded.train) == 900
    assert list(loaded.bars.table.index[[0, -1]]) == [0, 1499]
