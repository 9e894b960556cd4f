"""The levers are listed in 80 columns and as JSON, with what goes together on the study that is described."""

import json

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from harness.cli.levers import levers
from harness.errors import InputError
from harness.levers.registry import lever_names


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(levers)
    return CliRunner().invoke(app, [*arguments])


def row(text: str, name: str) -> str:
    """The signs of a lever's row in the matrix, those of the columns in order."""
    line = next(line for line in text.splitlines() if line.startswith(name + " "))
    return line[23:].ljust(2 * len(lever_names()))[::2]


@pytest.mark.parametrize("arguments", [(), ("--relations",)])
def test_every_lever_is_listed_within_80_columns(arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert done.exit_code == 0, done.exception
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    for name in lever_names():
        assert any(line.strip().startswith(name) for line in lines), name


def test_the_list_says_what_a_lever_needs_and_which_claims_are_about_it() -> None:
    text = " ".join(call().stdout.split())
    assert "requires a feature with a declared grid; decides by cpu claims: precompute-indicators" in text
    assert "identical; requires nothing; decides by cpu claims: gc-gain, gc-phase-1" in text


def test_the_matrix_shows_what_commutes_contradicts_and_contains() -> None:
    signs = row(call("--relations").stdout, "gc")
    names = lever_names()
    assert signs[names.index("gc-off")] == "x"
    assert signs[names.index("memo")] == "."
    assert signs[names.index("forkserver")] == "?"
    assert row(call("--relations").stdout, "large-dataset-mode")[names.index("one-write")] == ">"


def test_relations_are_those_of_the_study_that_is_described() -> None:
    signs = row(call("--relations", "--backend", "processes").stdout, "gc")
    assert signs[lever_names().index("forkserver")] == "."


def test_json_holds_every_lever_and_the_relation_of_every_pair() -> None:
    plain = json.loads(call("--json").stdout)
    assert [one["name"] for one in plain["levers"]] == list(lever_names())
    count = len(lever_names())
    assert len(plain["relations"]) == count * (count - 1) // 2
    assert all(one["claims"] or one["no_claim"] for one in plain["levers"])


def test_a_study_that_is_none_is_refused() -> None:
    assert isinstance(call("--storage", "postgres").exception, InputError)
