"""The codec: what goes out comes back, and what is wrong is named by its path."""

import dataclasses
import json
import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError, RecordError
from harness.model.bounds import MOST_COUNT, number_rule
from harness.model.codec import decode, encode
from harness.model.experiment import Reproduction
from harness.model.machine import Machine
from harness.model.memory import TreeMemory
from harness.model.plan import Backend, Plan, SamplerKind, Setting, StorageKind
from harness.model.record import Header, Outcome, ProcessEnd, ProcessStart
from tests.fakes import a_header

KINDS = (Plan, Header, Outcome, ProcessStart, ProcessEnd, Reproduction, TreeMemory, Machine)


def instances(kind: Any, field: str = "") -> st.SearchStrategy[Any]:
    """Any value of a field's type, as deep as it goes."""
    origin, args = get_origin(kind), get_args(kind)
    if kind is Plan:
        return st.deferred(lambda: PLANS)
    if origin is Annotated:
        return _ruled(*args)
    if origin in (Union, types.UnionType):
        return st.one_of([instances(arg, field) for arg in args])
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return st.lists(instances(args[0], field), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(instances(arg, field) for arg in args))
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(st.text(max_size=5), instances(args[1]), max_size=2)
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if kind is int or kind is float:
        return _numbers(field, is_whole=kind is int)
    return SCALARS[kind]


def _ruled(kind: Any, rule: Any) -> st.SearchStrategy[Any]:
    """Any value that a field's own rule allows."""
    if kind is str:
        return st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)
    return st.integers(rule.low, rule.high) if kind is int else st.floats(rule.low, rule.high)


def _numbers(field: str, *, is_whole: bool) -> st.SearchStrategy[Any]:
    """Any number that the field's name allows."""
    rule = number_rule(field, is_whole=is_whole)
    return st.integers(int(rule.low), int(rule.high)) if is_whole else st.floats(rule.low, rule.high)


def _of_dataclass(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(
        kind, **{field.name: instances(hints[field.name], field.name) for field in dataclasses.fields(kind)}
    )


SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    types.NoneType: st.none(),
    str: st.text(max_size=8),
    bool: st.booleans(),
}
SETTINGS = st.dictionaries(st.text(max_size=5), instances(Setting), max_size=3).map(
    lambda chosen: tuple(chosen.items())
)
PLANS = st.builds(
    Plan,
    workload=st.text(max_size=8),
    trials=st.integers(1, MOST_COUNT),
    seed=st.integers(0, 2**31 - 1),
    sampler=st.sampled_from([kind for kind in SamplerKind if kind is not SamplerKind.REPLAY]),
    storage=st.sampled_from((StorageKind.SQLITE, StorageKind.JOURNAL)),
    backend=st.sampled_from((Backend.THREADS, Backend.PROCESSES)),
    workers=st.integers(1, 64),
    timeout_s=st.none() | st.floats(1e-9, 1e9),
    settings=SETTINGS,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_is_encoded_is_decoded_to_the_same_value_and_types(kind: Any, data: st.DataObject) -> None:
    value = data.draw(instances(kind))

    back = decode(kind, json.loads(json.dumps(encode(value))))

    assert back == value
    assert repr(back) == repr(value)  # 1, 1.0 and True are equal, and are not the same setting


def leaves(node: Any, path: str, replace: Callable[[Any], None]) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Every place in plain data, as its path and a function that puts something else there."""
    yield path, replace
    keys: Any = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        below = f"{path}.{key}" if isinstance(node, dict) else f"{path}[{key}]"
        yield from leaves(node[key], below, lambda item, key=key: node.__setitem__(key, item))


class Alien:
    """Something that no field accepts."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_wrong_value_anywhere_is_named_by_its_path(kind: Any, data: st.DataObject) -> None:
    root = [encode(data.draw(instances(kind)))]
    places = list(leaves(root[0], kind.__name__, lambda item: root.__setitem__(0, item)))
    path, replace = data.draw(st.sampled_from(places))
    replace(Alien())

    with pytest.raises(RecordError) as refused:
        decode(kind, root[0])

    assert str(refused.value).startswith(f"{path}:")


def test_an_unknown_choice_lists_the_choices() -> None:
    data = encode(Plan(workload="w")) | {"sampler": "grid"}

    with pytest.raises(RecordError, match="'grid' is not one of 'numbered', 'random', 'tpe', 'cmaes'"):
        decode(Plan, data, "run.json")


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RecordError, match=r"^Plan: unknown field 'trails'; known are workload, trials"):
        decode(Plan, {"workload": "w", "trails": 5})


def test_a_missing_field_is_refused_and_a_defaulted_one_is_not() -> None:
    assert decode(Plan, {"workload": "w"}) == Plan(workload="w")
    with pytest.raises(RecordError, match="Plan: field 'workload' is missing"):
        decode(Plan, {})


def test_a_plan_that_contradicts_itself_is_named_by_its_place_in_the_record() -> None:
    data = encode(a_header())
    data["plan"]["trials"] = 0

    with pytest.raises(RecordError, match=r"^run\.json\.plan: a plan needs at least one trial"):
        decode(Header, data, "run.json")


@pytest.mark.parametrize("wrong", [True, "3", 3.5, None, [3]])
def test_only_an_integer_is_an_integer(wrong: object) -> None:
    with pytest.raises(RecordError, match=r"^Plan\.trials: expected int, found"):
        decode(Plan, {"workload": "w", "trials": wrong})


def test_a_whole_number_is_accepted_where_seconds_are_expected() -> None:
    assert repr(decode(Plan, {"workload": "w", "timeout_s": 3}).timeout_s) == "3.0"


def test_a_tuple_of_fixed_length_keeps_it() -> None:
    with pytest.raises(RecordError, match=r"Plan\.settings\[0\]: expected 2 items, found 3"):
        decode(Plan, {"workload": "w", "settings": [["a", 1, 2]]})


def test_a_record_error_is_an_input_error() -> None:
    assert issubclass(RecordError, InputError)
