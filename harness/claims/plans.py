"""The plan that a claim is tested with: its `workload` and `plan`, with the ledger's defaults beneath."""

from harness.claims.fields import Table
from harness.errors import InputError
from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, Setting, StorageKind

_CHOICES = {"sampler": SamplerKind, "storage": StorageKind, "backend": Backend, "data": DataAccess}
_WHOLE = ("trials", "seed", "workers")
_KNOWN = (*_WHOLE, *_CHOICES, "set")
_TRIALS = 20


def plan_of(table: Table, defaults: Table) -> Plan:
    """The plan of a claim; refuses options that are none, or that do not go together."""
    workload = table.text("workload") or defaults.text("workload")
    if workload is None:
        table.refuse(None, "the field 'workload' is missing: what is run, such as topstepb or my_study:objective")
    options: dict[str, object] = {"trials": _TRIALS}
    settings: dict[str, Setting] = {}
    for outer in (defaults, table):
        plan = outer.table("plan")
        plan.check_keys(_KNOWN)
        options.update(_options(plan))
        settings.update(_settings(plan))
    try:
        return Plan(workload=workload, settings=tuple(settings.items()), **options)  # type: ignore[arg-type]
    except InputError as error:
        table.refuse("plan", str(error))


def _options(plan: Table) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in _WHOLE:
        number = plan.number(name)
        if number is not None:
            if not number.is_integer():
                plan.refuse(name, f"expected a whole number, not {number:g}")
            found[name] = int(number)
    for name, kind in _CHOICES.items():
        member = plan.member(name, kind)
        if member is SamplerKind.REPLAY:
            plan.refuse(name, "a ledger names no points to replay: comparisons record their own")
        if member is not None:
            found[name] = member
    return found


def _settings(plan: Table) -> dict[str, Setting]:
    given = plan.table("set")
    for name, value in given.data.items():
        if not isinstance(value, str | int | float | bool):
            given.refuse(name, f"expected text, a number, true or false, not {value!r}")
    return dict(given.data)
