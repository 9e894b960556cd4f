"""How a comparison was measured: its order, levels, controls and cost, the machine, and what each arm is."""

from collections.abc import Iterator
from dataclasses import fields

from harness.experiments.circumstances import Busy, Machinery, Range
from harness.experiments.judging import Judged
from harness.model.comparison import Answering, Arm, ArmRole, Comparison, Design
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.report.comparison.summary import Named
from harness.report.comparison.words import pairs_text
from harness.units import bytes_text, count_text, percent_text, printable, seconds_text, significant

_APART = ("workload", "settings", "only", "search", "directions", "needs_direction")  # of a plan's fields
_MACHINERY = 0.10  # of the wall beyond start-up: what an experiment may spend on itself


def how(judged: Judged) -> tuple[str, ...]:
    """A sentence for each thing that a reviewer asks."""
    return tuple(_how(judged))


def _how(judged: Judged) -> Iterator[str]:
    comparison, decisions = judged.compared.comparison, judged.decisions
    aim = comparison.aim
    yield (
        f"{pairs_text(decisions.done)} of fresh processes, each of {count_text(comparison.base.trials)} trials, in "
        "balanced blocks of random order; one run is one sample, and trials of a run are never counted as several."
    )
    if any(arm.answering is Answering.COST for arm in comparison.arms if arm.role is ArmRole.LEVERS):
        yield (
            "All arms ran the same parameters by trial number"
            + (", recorded once from the study's own sampler; its cost is in no arm." if comparison.recording else ".")
        )
    yield (
        "A ratio is the geometric mean over pairs, with Student's interval on its logarithm. CPU has children in it "
        "and start-up left out; memory is the peak of PSS over all processes."
    )
    if comparison.design is not Design.ONE_AT_A_TIME:
        yield _over_what(comparison.design)
    tests = len(decisions.fractions)
    yield (
        f"A difference is called where there is none in at most {percent_text(aim.alpha)} of such experiments: alpha"
        f"{'' if aim.pairs else ', a third of it kept back for the pilot,'} is spent over "
        f"{'1 look' if tests == 1 else f'{tests} looks'} (Lan and DeMets) and shared by all levers (Holm), and each "
        "interval is at the level that its lever was decided at. Metrics beside the deciding one are not adjusted."
    )
    margin = percent_text(aim.effect)
    planned = (
        "The number of pairs was given"
        if aim.pairs
        else f"Planned to see {margin} with probability {percent_text(aim.power)}"
    )
    yield f"{planned}; arms that differ by less than {margin} count as equal."
    if comparison.base.directions is not None:
        yield f"Direction: {comparison.base.directions.text}."
    yield from _cost(judged.machinery)


def _over_what(design: Design) -> str:
    match design:
        case Design.ONE_AT_A_TIME:
            return "A lever's ratio is the study with it alone over the study as it is."
        case Design.LEAVE_ONE_OUT:
            return "A lever's ratio is the study with all levers over the study with all but this one."
        case Design.FACTORIAL:
            return "A lever's ratio is its mean over all combinations of the others, on and off."
        case Design.CUMULATIVE:
            return "A lever's ratio is over the step before: the study with the levers that stand before it."


def _cost(found: Machinery) -> Iterator[str]:
    if found.share is None:
        return
    kept = "" if found.share <= _MACHINERY else f", more than the {percent_text(_MACHINERY)} it should be"
    yield (
        f"Of {seconds_text(found.wall_s)} for {count_text(found.cells)} runs, {seconds_text(found.startup_s)} were "
        f"their own start-up; launching, watching and reading back took {percent_text(found.share)} of the rest{kept}."
    )
    if found.measuring_share is not None:
        yield f"Hearing spans and writing rows took {percent_text(found.measuring_share)} of the baseline's CPU."


def machine_facts(machine: Machine, busy: Busy) -> tuple[Named, ...]:
    """The machine, and how busy it was as the runs began; what is not known is left out."""
    cpu, memory = machine.processor, machine.memory
    found = [
        ("Processor", cpu.model),
        ("Cores it may use", None if cpu.usable_cores is None else count_text(cpu.usable_cores)),
        ("Quota of cores", None if cpu.quota_cores is None else significant(cpu.quota_cores)),
        ("Memory", None if memory.total_bytes is None else bytes_text(memory.total_bytes)),
        ("Memory limit", None if memory.limit_bytes is None else bytes_text(memory.limit_bytes)),
        ("Load average", _span(busy.load, "")),
        ("Waiting for a core", _span(busy.pressure_percent, " % of the time")),
        ("Taken by the hypervisor", _span(busy.steal_percent, " % since boot")),
        ("System", " ".join(part for part in (machine.platform.system, machine.platform.release) if part) or None),
        ("Python", machine.python.version),
        *((name, version) for name, version in machine.versions.items()),
    ]
    return tuple(Named(name=printable(name), text=printable(text)) for name, text in found if text)


def _span(found: Range | None, symbol: str) -> str | None:
    if found is None:
        return None
    low, high = significant(found.low), significant(found.high)
    return f"{low if low == high else f'{low} to {high}'}{symbol}"


def settings(plan: Plan) -> tuple[Named, ...]:
    """The study as it is, without levers: what differs from the plan's defaults, and the workload's settings."""
    plain = Plan(workload=plan.workload)
    changed = [field.name for field in fields(Plan) if field.name not in _APART]
    found = [
        Named(name=name.replace("_", " "), text=_said(getattr(plan, name)))
        for name in changed
        if name in ("trials", "sampler", "storage", "backend") or getattr(plan, name) != getattr(plain, name)
    ]
    return (*found, *(Named(name=printable(name), text=_said(value)) for name, value in plan.settings))


def arms_of(comparison: Comparison) -> tuple[Named, ...]:
    """What each arm is."""
    return tuple(Named(name=printable(arm.name), text=_what(arm)) for arm in comparison.arms)


def _what(arm: Arm) -> str:
    match arm.role:
        case ArmRole.BASELINE:
            is_search = arm.answering is Answering.QUALITY
            return (
                "the study as it is, with its own sampler and a seed for each pair"
                if is_search
                else "the study as it is"
            )
        case ArmRole.SAME:
            return f"{_repeated(arm)} once more: what identical runs differ by"
        case ArmRole.SLOWED:
            return f"{_repeated(arm)}, each objective slowed by {percent_text(arm.plan.slowdown)} of its CPU"
        case ArmRole.LEVERS:
            return f"with {', '.join(printable(name) for name in arm.levers)}"


def _repeated(arm: Arm) -> str:
    return "the study as it is" if arm.of is None else f"the last step ({printable(arm.of)})"


def _said(value: object) -> str:
    return printable(str(getattr(value, "value", value)))
