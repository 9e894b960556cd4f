"""One process's part in a search: enters its legs one after the other and runs trials of each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import optuna
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial

from harness.errors import InputError
from harness.model.directions import Direction
from harness.model.plan import Backend, Plan
from harness.model.points import Point
from harness.model.probing import Space, SpaceParameter
from harness.model.search import Racing
from harness.runner.samplers import sampler_for
from harness.runner.searching.carrying import best_points
from harness.runner.searching.legs import Leg, legs_of, study_name
from harness.runner.searching.narrowing import NarrowingSampler
from harness.runner.searching.passing import GivenSampler
from harness.runner.searching.portions import portion_of, use_portion
from harness.runner.searching.racing import Heat, heats_of, pruner_for, raced
from harness.runner.storages import STUDY
from harness.workloads.base import Objective

Note = Callable[[float, int], None]  # on what share the thread's open trial is run, and its study's first number


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a process searches with."""

    plan: Plan
    workload: str
    directions: tuple[Direction, ...]  # one for each value of the objective
    storage: BaseStorage
    worker: int
    points: Sequence[Point]  # that the plan replays
    creates: bool  # studies, as it is the run's only process; else they are there already
    note: Note


def create_studies(plan: Plan, directions: Sequence[Direction], storage: BaseStorage) -> None:
    """Create all studies of a run, before any worker starts: concurrent first creations race in Optuna."""
    for name in _names(legs_of(plan)):
        optuna.create_study(study_name=name, storage=storage, directions=_directions(directions))


class Searcher:
    """Carries out the legs of a plan's search; the first one's study is opened at once."""

    def __init__(self, ground: Ground) -> None:
        plan = ground.plan
        self.legs = legs_of(plan)
        if not plan.search.is_plain and len(ground.directions) > 1:
            raise InputError(
                f"{plan.workload} has {len(ground.directions)} objectives: stages, racing and validation need "
                "a best trial, which is defined for one"
            )
        self._ground = ground
        self._leg = self.legs[0]
        self._given: tuple[Point, ...] = ()
        self._sampler = self._new_sampler(self._leg)
        self._study = self._open(self._leg)
        if not plan.search.is_plain:
            self._settle(self._leg)

    def run_whole(self, objective: Objective, *, collects: bool) -> None:
        """All trials of all legs in this process: serial, or in Optuna's threads."""
        plan = self._ground.plan
        for leg in self.legs:
            self._enter(leg)
            self._study.optimize(
                self._judged(objective),
                n_trials=leg.trials,
                n_jobs=plan.workers if plan.backend is Backend.THREADS else 1,
                gc_after_trial=collects,
            )

    def space(self) -> Space:
        """The parameters of the open study's trials so far."""
        trials = self._study.get_trials(deepcopy=False)
        found = {name: one for trial in trials for name, one in trial.distributions.items()}
        return Space(
            parameters=tuple(
                SpaceParameter(
                    name=name,
                    distribution=optuna.distributions.distribution_to_json(one),
                    share=sum(name in trial.distributions for trial in trials) / len(trials),
                )
                for name, one in found.items()
            )
        )

    def run_one(self, objective: Objective, leg: int, *, collects: bool) -> None:
        """One trial of a leg, for one ticket."""
        self._enter(self.legs[leg])
        self._study.optimize(self._judged(objective), n_trials=1, gc_after_trial=collects)

    def _enter(self, leg: Leg) -> None:
        """All trials of the legs before have ended."""
        if leg is self._leg:
            return
        if leg.study != self._leg.study:
            self._sampler = self._new_sampler(leg)
            self._study = self._open(leg)
        self._leg = leg
        self._settle(leg)

    def _settle(self, leg: Leg) -> None:
        plan = self._ground.plan
        use_portion(plan.search, plan.share * leg.share)
        sampler = self._sampler
        if leg.width < 1 and (centre := self._best_before(leg)) is not None:
            sampler = NarrowingSampler(sampler, leg.width, centre)
        self._given = (
            best_points(self._trials(self.legs[leg.index - 1]), self._direction, leg.given) if leg.given else ()
        )
        if self._given:
            sampler = GivenSampler(sampler, self._given, leg.first - leg.study_first)
        self._study.sampler = sampler

    def _judged(self, objective: Objective) -> Objective:
        """The objective as the leg has it run."""
        ground, leg, given = self._ground, self._leg, len(self._given)
        search = ground.plan.search
        if search.is_plain:
            return objective

        @contextmanager
        def on_data(heat: Heat) -> Iterator[None]:
            ground.note(heat.judged_share, leg.study_first)
            with portion_of(search, replace(heat, share=ground.plan.share * heat.share)):
                yield

        races = search.racing is not Racing.NONE and not leg.is_validation
        whole = raced(objective, heats_of(search, leg.share), on_data) if races else objective

        def judged(trial: Any) -> Any:
            ground.note(leg.share, leg.study_first)
            if leg.is_validation and trial.number >= given:
                raise optuna.TrialPruned(f"only {given} points have a value that could be validated")
            return whole(trial)

        return judged

    def _best_before(self, leg: Leg) -> Point | None:
        """The best point of the legs before that were on the most data; None where none of their trials has a value."""
        before = self.legs[: leg.index]
        if not before:
            return None
        most = max(one.share for one in before)
        trials = [trial for one in before if one.share == most for trial in self._trials(one)]
        return next(iter(best_points(trials, self._direction, 1)), None)

    def _trials(self, leg: Leg) -> list[FrozenTrial]:
        """The trials of a leg, all of which have ended."""
        study = self._study
        if leg.study != self._leg.study:
            study = optuna.load_study(study_name=study_name(leg.study, STUDY), storage=self._ground.storage)
        first = leg.first - leg.study_first
        return [trial for trial in study.get_trials(deepcopy=False) if first <= trial.number < first + leg.trials]

    @property
    def _direction(self) -> StudyDirection:
        return self._study.direction

    def _new_sampler(self, leg: Leg) -> BaseSampler:
        plan, ground = self._ground.plan, self._ground
        return sampler_for(plan.sampler, plan.seed, max(ground.worker, 0), ground.points, leg.study_first)

    def _open(self, leg: Leg) -> optuna.Study:
        ground = self._ground
        pruner = pruner_for(Racing.NONE if leg.is_validation else ground.plan.search.racing)
        name = study_name(leg.study, STUDY)
        if not ground.creates:
            return optuna.load_study(study_name=name, storage=ground.storage, sampler=self._sampler, pruner=pruner)
        return optuna.create_study(
            study_name=name,
            storage=ground.storage,
            sampler=self._sampler,
            pruner=pruner,
            directions=_directions(ground.directions),
        )


def _directions(directions: Sequence[Direction]) -> list[StudyDirection]:
    return [StudyDirection[direction.name] for direction in directions]


def _names(legs: Sequence[Leg]) -> tuple[str, ...]:
    """Of all studies, each once, in their order."""
    return tuple(dict.fromkeys(study_name(leg.study, STUDY) for leg in legs))
