"""Compressed attributes: what is large shrinks and comes back as it was, what is small is not touched."""

import json
import math
import random
import sqlite3
from pathlib import Path
from typing import Any

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.levers.traits import LARGE_ATTRIBUTE_BYTES
from harness.runner.storages.compressed import CompressedBackend, packed, plain, shrunk
from tests.runner.storages.conftest import Open, with_levers

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(value=JSON, times=st.sampled_from([1, 300]))
def test_what_comes_back_is_what_plain_json_would_give_back(value: Any, times: int) -> None:
    given_ = [value] * times
    assert plain(json.loads(packed(json.dumps(given_)))) == json.loads(json.dumps(given_))
    assert plain(shrunk(given_)) == json.loads(json.dumps(given_))


def test_numbers_that_are_none_come_back() -> None:
    curve = [math.nan, math.inf, -math.inf] * 500
    assert repr(plain(shrunk(curve))) == repr(curve)


def test_what_is_short_or_does_not_shrink_is_stored_as_it_is() -> None:
    short = json.dumps("x" * (LARGE_ATTRIBUTE_BYTES - 2))
    assert packed(short) is short
    noise = json.dumps("".join(random.Random(1).choices([chr(code) for code in range(35, 127)], k=1_500)))
    assert packed(noise) is noise
    assert len(packed(json.dumps("x" * LARGE_ATTRIBUTE_BYTES))) < 200


@pytest.mark.parametrize("value", [{"harness:zstd": 1}, {"harness:zstd": "a", "bytes": 1, "more": 2}, [1], "a", None])
def test_what_is_no_marker_is_given_back_as_it_is(value: Any) -> None:
    assert plain(value) is value


@pytest.mark.parametrize("levers", ["compress", "one-write,compress"])
def test_a_database_holds_less_of_a_large_attribute_and_all_of_a_small_one(
    levers: str, opened: Open, tmp_path: Path
) -> None:
    study = optuna.create_study(storage=opened(with_levers(levers)))
    trial = study.ask()
    curve = [round(1e5 + index / 3, 2) for index in range(10_000)]
    trial.set_user_attr("curve", curve)
    trial.set_user_attr("sharpe", 1.25)
    trial.storage.set_trial_system_attr(trial._trial_id, "sampler's", curve)
    study.tell(trial, 1.0)
    study.add_trial(optuna.trial.create_trial(value=1.0, user_attrs={"curve": curve}))

    with sqlite3.connect(tmp_path / "study.sqlite3") as connection:
        stored = connection.execute("SELECT key, value_json FROM trial_user_attributes").fetchall()
        of_sampler = connection.execute("SELECT value_json FROM trial_system_attributes").fetchall()
    connection.close()
    sizes = [len(text) for key, text in stored if key == "curve"]
    assert max(sizes) < len(json.dumps(curve)) / 3
    assert ("sharpe", "1.25") in stored
    assert json.loads(of_sampler[0][0]) == curve  # a sampler of another process reads it itself
    assert [one.user_attrs["curve"] for one in study.trials] == [curve, curve]
    assert study._storage.get_trial_user_attrs(trial._trial_id) == {"curve": curve, "sharpe": 1.25}


def test_a_journal_says_where_it_lies() -> None:
    class Inner:
        _file_path = "study.journal"

    assert CompressedBackend(Inner())._file_path == "study.journal"
