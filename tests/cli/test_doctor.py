import json

import pytest
import typer
from typer.testing import CliRunner

from harness.cli.doctor import doctor, lines
from harness.errors import ExitCode
from harness.probes.doctor import Area, Check, Status

CHECKS = (
    Check(area=Area.ENVIRONMENT, name="Python", status=Status.OK, found="cpython 3.11.9", is_required=True),
    Check(
        area=Area.ENVIRONMENT,
        name="Hash seed",
        status=Status.LIMITED,
        found="PYTHONHASHSEED=random: sets of strings are ordered differently in each process",
        advice="Unset it, or set it to 0, for runs that repeat exactly and can be compared with each other.",
    ),
    Check(area=Area.OPTIONAL, name="Ray", status=Status.MISSING, found="no Python module", advice="pip install ray"),
)
LACKING = (
    Check(
        area=Area.ENVIRONMENT,
        name="Packages",
        status=Status.MISSING,
        found="optuna absent",
        advice="pip install optuna",
        is_required=True,
    ),
)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setattr("harness.probes.doctor.gather", lambda sources: {"gathered": 1})
    application = typer.Typer()
    application.command()(doctor)
    return application


def test_the_report_reads_well_at_80_columns() -> None:
    assert "\n".join(lines(CHECKS, width=80)) == (
        """\
Environment
ok       Python               cpython 3.11.9
limited  Hash seed            PYTHONHASHSEED=random: sets of strings are ordered
                              differently in each process
                              -> Unset it, or set it to 0, for runs that repeat
                                 exactly and can be compared with each other.

Optional
missing  Ray                  no Python module
                              -> pip install ray

1 ok, 1 limited, 1 missing. Nothing that the harness requires is missing."""
    )


@pytest.mark.parametrize("width", [50, 60, 80, 100])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(len(line) for line in lines(CHECKS, width=width)) <= width


def test_a_hyphenated_name_is_never_broken() -> None:
    check = Check(
        area=Area.OPTIONAL, name="Redis", status=Status.MISSING, found="none", advice="x" * 30 + " redis-server"
    )
    assert any("redis-server" in line for line in lines([check], width=75))


def test_colour_is_added_only_where_it_is_asked_for() -> None:
    assert "\x1b" not in "".join(lines(CHECKS))
    assert "\x1b" in "".join(lines(CHECKS, has_colour=True))


def test_what_is_required_and_missing_is_said_last() -> None:
    assert lines(LACKING, width=100)[-1].endswith("before these are mended: Packages.")


@pytest.mark.parametrize(("checks", "code"), [(CHECKS, ExitCode.OK), (LACKING, ExitCode.LACKING)])
@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_the_exit_code_says_whether_something_required_is_missing(
    app: typer.Typer,
    monkeypatch: pytest.MonkeyPatch,
    checks: tuple[Check, ...],
    code: ExitCode,
    arguments: list[str],
) -> None:
    monkeypatch.setattr("harness.probes.doctor.judge", lambda facts: checks)
    assert CliRunner().invoke(app, arguments).exit_code == code


def test_json_holds_the_checks_the_facts_and_the_answer(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.probes.doctor.judge", lambda facts: CHECKS)
    report = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    assert report["is_ready"] is True
    assert report["facts"] == {"gathered": 1}
    assert [check["status"] for check in report["checks"]] == ["ok", "limited", "missing"]
    assert report["checks"][2]["advice"] == "pip install ray"


def test_output_that_is_piped_is_plain(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.probes.doctor.judge", lambda facts: CHECKS)
    assert "\x1b" not in CliRunner().invoke(app, []).stdout
