"""The legs of a search: its stages and the validation at the end, with their trials numbered through the run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.model.plan import Plan
from harness.model.search import Carry, Stage

CARRIED = 5  # best points of a stage that the next one tries first, if that leaves it half of its trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stage as it is run. Numbers of trials count through the run, whatever studies it has."""

    index: int
    first: int  # number of its first trial
    trials: int
    share: float  # of the data
    width: float = 1.0  # of each parameter's range
    study: int  # which of the run's studies, from 0
    study_first: int  # number of that study's first trial
    given: int = 0  # so many best points of the leg before are tried first
    is_validation: bool = False

    @property
    def is_new_study(self) -> bool:
        """Whether its first trial is its study's."""
        return self.first == self.study_first


def legs_of(plan: Plan) -> tuple[Leg, ...]:
    """What a plan's search comes to: one leg where it is plain.

    The plan's `trials` is the budget: stages beyond it are cut off, and what they leave over goes to the last. The
    validation's trials come on top; there are none where the last stage is on all the data already.
    """
    search = plan.search
    legs: list[Leg] = []
    first = study = study_first = 0
    for index, stage in enumerate(_within(search.stages or (Stage(trials=plan.trials),), plan.trials)):
        if index > 0 and search.carry is not Carry.HISTORY:
            study, study_first = study + 1, first
        carries = index > 0 and search.carry is Carry.BEST
        legs.append(
            Leg(
                index=index,
                first=first,
                trials=stage.trials,
                share=stage.share,
                width=stage.width,
                study=study,
                study_first=study_first,
                given=min(CARRIED, (stage.trials + 1) // 2, legs[-1].trials) if carries else 0,
            )
        )
        first += stage.trials
    last = legs[-1]
    count = min(search.validated, last.trials)
    if count and last.share < 1:
        validation = Leg(
            index=len(legs),
            first=first,
            trials=count,
            share=1.0,
            study=study + 1,
            study_first=first,
            given=count,
            is_validation=True,
        )
        legs.append(validation)
    return tuple(legs)


def _within(stages: Sequence[Stage], trials: int) -> tuple[Stage, ...]:
    """The stages with `trials` in all."""
    found: list[Stage] = []
    left = trials
    for stage in stages:
        if left == 0:
            break
        found.append(replace(stage, trials=min(stage.trials, left)))
        left -= found[-1].trials
    found[-1] = replace(found[-1], trials=found[-1].trials + left)
    return tuple(found)


def rows_planned(plan: Plan) -> int:
    """Trials that a run of the plan has in all, those of the validation included."""
    return sum(leg.trials for leg in legs_of(plan))


def passes_planned(plan: Plan) -> float:
    """How often a run of the plan goes through all the data, validation included; racing ends some trials before that.

    Divided by the plan's trials, it is what is left, at best, of a cost that grows with data.
    """
    return sum(leg.trials * leg.share for leg in legs_of(plan))


def study_name(study: int, name: str) -> str:
    """The name of one of a run's studies: the first one's is `name`."""
    return name if study == 0 else f"{name}-{study + 1}"
