"""The reference workload's own settings in a plan: which bars, which strategy rung, how results are written."""

from dataclasses import dataclass, fields
from enum import Enum

from harness.errors import InputError
from harness.model.plan import Plan, Setting
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.year import Year


class Attributes(Enum):
    """How a trial's results reach the study: a call and a transaction for each, all in one value, or not at all."""

    SEPARATE = "separate"
    ONE = "one"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `Plan.settings` may name for `topstepb`."""

    bars: str = "crypto:5000:15min:1"  # a file of bars, or a market to make: regime:bars:interval:seed
    first: int = 0  # use only so many of the first bars; 0 for all
    rung: Rung = Rung.COMPILED
    attributes: Attributes = Attributes.ONE
    year: Year = Year.CALENDAR  # what metrics "per year" are counted in

    def as_plan_settings(self) -> tuple[tuple[str, Setting], ...]:
        """These settings as a plan holds them; one without `year` has the default, as those before it existed had."""
        year = () if self.year is Year.CALENDAR else (("year", self.year.value),)
        return (
            ("bars", self.bars),
            ("first", self.first),
            ("rung", self.rung.value),
            ("attributes", self.attributes.value),
            *year,
        )


def settings_of(plan: Plan) -> Settings:
    """Read and check a plan's settings; raises InputError naming the setting and what it may be."""
    choices = dict(plan.choices)
    known = [field.name for field in fields(Settings)]
    for name in choices:
        if name not in known:
            raise InputError(f"topstepb has no setting {name!r}; known are {', '.join(known)}")
    given: dict[str, object] = dict(choices)
    if "rung" in choices:
        given["rung"] = _member(Rung, "rung", choices["rung"])
    if "attributes" in choices:
        given["attributes"] = _member(Attributes, "attributes", choices["attributes"])
    if "year" in choices:
        given["year"] = _member(Year, "year", choices["year"])
    first = given.get("first", 0)
    if not isinstance(first, int) or isinstance(first, bool) or first < 0:
        raise InputError(f"topstepb's setting first is a number of bars, not {first!r}")
    if not isinstance(given.get("bars", ""), str):
        raise InputError(f"topstepb's setting bars is a file or regime:bars:interval:seed, not {given['bars']!r}")
    return Settings(**given)  # type: ignore[arg-type]


def _member(kind: type[Enum], name: str, value: Setting) -> Enum:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(member.value) for member in kind)
        raise InputError(f"topstepb's setting {name} is one of {choices}, not {value!r}") from None
