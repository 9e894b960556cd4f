"""The calibration as a workload: the plan's settings name a case and its sizes."""

from harness.errors import InputError
from harness.model.plan import Plan
from harness.workloads.base import Workload
from harness.workloads.calibration.cases import case_named
from harness.workloads.calibration.tally import Tally


def build(plan: Plan) -> Workload:
    """The objective of the case in the settings.

    Raises InputError for a case that is more than its objective: it enqueues trials, lets them fail, sets the
    environment that libraries are loaded in, or starts workers itself.
    """
    settings = dict(plan.choices)
    case = case_named(str(settings.pop("case", "busy")))
    if case.is_script_only:
        command = f"harness run -m harness.workloads.calibration {case.name}"
        raise InputError(f"calibration's case {case.name!r} is more than an objective: {command}")
    sizes: dict[str, float] = {}
    for name, value in settings.items():
        if isinstance(value, str):
            raise InputError(f"calibration's size {name} is a number, not {value!r}")
        sizes[name] = value
    return Workload(name=plan.workload, objective=case.objective(case.sized(sizes), Tally()))
