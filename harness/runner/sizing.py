"""How a probe gets less data: by a share of what sources bring, by a setting of the workload's own, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from harness.model.plan import Plan, Setting
from harness.model.probing import Cut
from harness.registry import is_registered, load_workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """What a share of the data means for a workload, and the least share that it can work on."""

    cut: Cut
    least_share: float = 0.0
    why_uncut: str | None = None
    setting: str | None = None  # of the workload, that holds a number of rows
    rows: int = 0  # all of them

    def at(self, planned: Plan, share: float) -> Plan:
        """The plan on that share of the data."""
        if self.setting is None:
            return replace(planned, share=share) if self.cut is Cut.SOURCE else planned
        settings: dict[str, Setting] = {**planned.choices, self.setting: max(1, round(self.rows * share))}
        return replace(planned, settings=tuple(settings.items()))

    def without(self, why: str) -> "Sizing":
        """The same where it turned out that the data cannot be cut."""
        return Sizing(cut=Cut.NONE, least_share=1.0, why_uncut=why)


def sizing_of(planned: Plan) -> Sizing:
    """How the data of a plan's workload is cut. Raises InputError for a name that is registered nowhere."""
    if not is_registered(planned.workload):
        return Sizing(cut=Cut.SOURCE)
    load_workload(planned.workload)
    own = _OWN.get(planned.workload)
    if own is not None:
        return own(planned)
    return Sizing(cut=Cut.SOURCE)


def _topstepb(planned: Plan) -> Sizing:
    """Its source brings bars with their splits, which are no table; its setting `first` takes the first bars."""
    from harness.model.home import home
    from harness.workloads.topstepb.arms import fewest_bars
    from harness.workloads.topstepb.bars_files import bars_path
    from harness.workloads.topstepb.readers import read_bars
    from harness.workloads.topstepb.settings import settings_of

    settings = settings_of(planned)
    bars = read_bars(bars_path(settings.bars, home()))
    rows = min(settings.first or len(bars), len(bars))
    least = min(fewest_bars(bars.interval_s) / rows, 1.0)
    return Sizing(cut=Cut.SETTING, least_share=least, setting="first", rows=rows)


_OWN: Mapping[str, Callable[[Plan], Sizing]] = {"topstepb": _topstepb}
