"""The ledger: claims in TOML, read into claims; the seed's own is built in. docs/claims.md says what may be in one."""

import tomllib
from functools import cache
from pathlib import Path

from harness.claims.checks import check_of
from harness.claims.fields import Table
from harness.claims.places import Places
from harness.claims.plans import plan_of
from harness.errors import InputError
from harness.levers.registry import levers as levers_named
from harness.model.claim import Claim, EvidenceKind, Form, Ledger, Quantity, Ruling, Span
from harness.model.metric import Metric

SEED = Path(__file__).parent / "seed.toml"
FIGURES = ("memory-growth", "peak-memory", "stored", "cpu", "wall", "cpu-per-trial", "wall-per-trial")
KNOWN = (
    "id", "topic", "statement", "source", "saves", "faster", "value", "unit", "reading", "tolerance", "effect",
    "check", "levers", "workload", "plan", "metric", "cell", "figure", "arithmetic", "needs", "note", "expected",
)  # fmt: skip
_UNITS = {
    "s": (Quantity.SECONDS, 1.0),
    "ms": (Quantity.SECONDS, 1e-3),
    "B": (Quantity.BYTES, 1.0),
    "MB": (Quantity.BYTES, 1e6),
    "MiB": (Quantity.BYTES, 1024.0**2),
    "GiB": (Quantity.BYTES, 1024.0**3),
    "bars": (Quantity.BARS, 1.0),
    "count": (Quantity.COUNT, 1.0),
    "ratio": (Quantity.RATIO, 1.0),
    "share": (Quantity.SHARE, 1.0),
    "us per bar": (Quantity.PER_BAR, 1.0),
}


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file; raises InputError with file, line and what was expected."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"the ledger {path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"the ledger {path} is not UTF-8 text: byte {error.start} is none of it") from error
    return parse_ledger(text, str(path))


@cache
def seed_ledger() -> Ledger:
    """The built-in ledger: the claims of the analysis that started the project."""
    return parse_ledger(SEED.read_text(encoding="utf-8"), "seed.toml")


def parse_ledger(text: str, name: str) -> Ledger:
    """The ledger in a text; raises InputError as `read_ledger` does."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is no TOML: {error}") from error
    whole = Table(file=name, places=Places(text), path="", data=data)
    whole.check_keys(("title", "defaults", "claim"))
    defaults = whole.table("defaults")
    defaults.check_keys(("topic", "source", "workload", "plan"))
    claims = tuple(_claim(table, defaults) for table in whole.tables("claim"))
    if not claims:
        raise InputError(f"{name} has no claims: write each below a line [[claim]]; docs/claims.md shows one")
    seen: dict[str, Claim] = {}
    for one, table in zip(claims, whole.tables("claim"), strict=True):
        if one.id in seen:
            table.refuse("id", f"{one.id!r} is the id of the claim in line {seen[one.id].line} already")
        seen[one.id] = one
    return Ledger(name=Path(name).name, title=whole.text("title") or Path(name).stem, claims=claims)


def _claim(table: Table, defaults: Table) -> Claim:
    table.check_keys(KNOWN)
    form, claimed = _range(table)
    quantity, scale = _unit(table, form)
    evidence = _evidence(table)
    levers = table.texts("levers")
    if levers:
        table.made("levers", lambda: levers_named(levers))
    needs = table.text("needs")
    if claimed is None and evidence not in (EvidenceKind.NONE, EvidenceKind.ARITHMETIC):
        table.refuse(None, "a claimed range is missing: give saves = [0.1, 0.2], faster = [1.1, 1.25] or value = 52.6")
    if evidence is EvidenceKind.NONE and needs is None:
        table.refuse(
            None,
            "nothing says how to test it: give levers, cell, figure, arithmetic = true, or needs for what is missing",
        )
    return Claim(
        id=table.needed("id"),
        topic=table.text("topic", defaults.text("topic")) or "Claims",
        statement=table.needed("statement"),
        source=table.text("source", defaults.text("source")) or table.needed("source"),
        form=form,
        quantity=quantity,
        claimed=claimed,
        unit=table.text("unit") or "",
        scale=scale,
        reading=table.text("reading"),
        tolerance=_at_least_zero(table, "tolerance", 0.0),
        effect=_at_least_zero(table, "effect", 0.10),
        checks=tuple(check_of(one) for one in table.tables("check")),
        evidence=evidence,
        levers=levers,
        plan=plan_of(table, defaults) if evidence in (EvidenceKind.COMPARISON, EvidenceKind.STUDY) else None,
        metric=table.member("metric", Metric),
        cell=table.text("cell"),
        figure=_figure(table),
        needs=needs,
        note=table.text("note"),
        expected=table.member("expected", Ruling) or (Ruling.CONFIRMED if needs is None else Ruling.NOT_TESTABLE),
        line=table.places.line(table.path),
    )


def _evidence(table: Table) -> EvidenceKind:
    """How the claim is tested: by the one field that says so."""
    ways = {
        "levers": EvidenceKind.COMPARISON,
        "cell": EvidenceKind.REPRODUCTION,
        "figure": EvidenceKind.STUDY,
        "arithmetic": EvidenceKind.ARITHMETIC,
    }
    given = [key for key in ways if key in table.data]
    if len(given) > 1:
        table.refuse(given[1], f"a claim is tested in one way, and {given[0]} names one already")
    if "arithmetic" in given:
        if table.data["arithmetic"] is not True:
            table.refuse("arithmetic", "expected true, or leave it out")
        if not table.data.get("check"):
            table.refuse("arithmetic", "a claim that is arithmetic needs a [[claim.check]] with its figures")
    return ways[given[0]] if given else EvidenceKind.NONE


def _range(table: Table) -> tuple[Form, Span | None]:
    given = [form for form in Form if form.value in table.data]
    if len(given) > 1:
        table.refuse(given[1].value, f"a claim has one range, and {given[0].value} gives it one already")
    form = given[0] if given else Form.VALUE
    factor = _unit(table, form)[1]
    if not given:
        return form, None
    span = _span(table, form)
    if form is Form.SAVES and not (span.low < 1 and (span.high is None or span.high <= 1)):
        table.refuse("saves", "expected shares of the cost below 1, such as [0.10, 0.20] for 10 to 20 %")
    if form is Form.FASTER and span.low <= 0:
        table.refuse("faster", "expected how many times as fast, such as [3, 5]; less than 1 is slower, and none is 0")
    return form, Span(low=span.low * factor, high=None if span.high is None else span.high * factor)


def _span(table: Table, form: Form) -> Span:
    """One number, [low, high], or [low, inf] for no upper end."""
    found = table.data[form.value]
    listed = found if isinstance(found, list) else [found]
    if len(listed) == 2 and listed[1] == float("inf"):
        listed = [listed[0]]
        (low,) = _Numbers(table, form.value).of(listed)
        return Span(low=low, high=None)
    numbers = _Numbers(table, form.value).of(listed)
    if len(numbers) not in (1, 2) or numbers[0] > numbers[-1]:
        table.refuse(form.value, "expected one number or [low, high], the lower one first; [low, inf] has no upper end")
    return Span(low=numbers[0], high=numbers[-1])


class _Numbers:
    """Finite numbers of one field."""

    def __init__(self, table: Table, key: str) -> None:
        self._table, self._key = table, key

    def of(self, listed: list[object]) -> tuple[float, ...]:
        given = Table(file=self._table.file, places=self._table.places, path=self._table.path, data={self._key: listed})
        return given.numbers(self._key)


def _unit(table: Table, form: Form) -> tuple[Quantity, float]:
    named = table.text("unit")
    if form is not Form.VALUE:
        if named is not None:
            table.refuse("unit", f"{form.value} is a number without a unit; a unit goes with value")
        return (Quantity.SHARE if form is Form.SAVES else Quantity.RATIO), 1.0
    if named is None:
        return Quantity.RATIO, 1.0
    if named not in _UNITS:
        table.refuse("unit", f"{named!r} is none that is known; expected one of {', '.join(_UNITS)}")
    return _UNITS[named]


def _figure(table: Table) -> str | None:
    found = table.text("figure")
    if found is not None and found not in FIGURES:
        table.refuse("figure", f"there is no figure {found!r} of a run; expected one of {', '.join(FIGURES)}")
    return found


def _at_least_zero(table: Table, key: str, default: float) -> float:
    found = table.number(key)
    if found is not None and found < 0:
        table.refuse(key, f"expected a number that is not negative, not {found:g}")
    return default if found is None else found
