"""Warnings before a long run: each a value with its sentence, from the advice's own numbers."""

from collections.abc import Iterator

from harness.model.plan import StorageKind
from harness.model.probing import Cut, Role
from harness.report.advice.forecasts import Known
from harness.report.advice.summary import Concern, Forecast, Warned
from harness.report.advice.words import bytes_span_text, counted, duration_text, share_text, span_text
from harness.report.advice.workers import GAINLESS, Parallel, is_growing
from harness.stats.prediction import FASTER, Basis, Prediction
from harness.units import bytes_text, percent_text, ratio_text, seconds_text

_WIDE = 2.5  # the upper bound over the lower one
_NOTEWORTHY = 0.1  # of the study


def warnings(given: Known, found: Prediction | None, made: tuple[Forecast, ...]) -> tuple[Warned, ...]:
    """All that a user should know before starting the study, most telling first."""
    return (
        *_memory(given),
        *_workers(given),
        *_threads(given),
        *_sampler(given, made),
        *_storage(given),
        *_time(given, found, made),
        *_data(given),
        *_machine(given),
    )


def _memory(given: Known) -> Iterator[Warned]:
    need, available = given.memory.need, given.fit.memory.value
    if given.fit.by_memory == 0 and available is not None:
        yield Warned(
            concern=Concern.MEMORY,
            sentence=f"One worker needs {bytes_span_text(need)}, for which {bytes_text(available)} are too few.",
        )
    if is_growing(given.memory.growth) and given.memory.growth.value is not None:
        each = given.memory.growth.value
        total = bytes_text(each * given.probing.planned.trials)
        yield Warned(
            concern=Concern.MEMORY,
            sentence=f"Memory grows by {bytes_text(each)} per trial: {total} over the study, if it goes on so.",
        )


def _workers(given: Known) -> Iterator[Warned]:
    asked, fit = given.probing.workers, given.fit
    if fit.by_memory is not None and asked > max(fit.by_memory, 1):
        yield Warned(
            concern=Concern.MEMORY,
            sentence=f"{counted(asked, 'worker')} were asked for, and memory has room for {fit.by_memory}.",
        )
    if fit.by_cores is not None and asked > fit.by_cores:
        yield Warned(
            concern=Concern.WORKERS,
            sentence=f"{counted(asked, 'worker')} were asked for; more than {fit.by_cores} share the same cores.",
        )


def _threads(given: Known) -> Iterator[Warned]:
    threads, processes = given.parallel(Role.THREADS), given.parallel(Role.PROCESSES)
    if threads is None or threads.speedup >= GAINLESS:
        return
    said = f"{counted(threads.workers, 'thread')} (n_jobs) did {ratio_text(threads.speedup)} the work of one"
    if processes is not None:
        said += f", {counted(processes.workers, 'process')} {ratio_text(processes.speedup)}"
    yield Warned(concern=Concern.THREADS, sentence=f"{said}: {_why_gainless(threads, processes)}.")


def _why_gainless(threads: Parallel, processes: Parallel | None) -> str:
    """What threads wait for: it is the GIL where the objective itself, storage apart, runs on in processes."""
    if processes is None:
        return "they wait for each other, as threads that hold the GIL do"
    if processes.own_speedup < GAINLESS * threads.own_speedup:
        return "workers wait for each other whatever they are, for the storage, the disk or a lock"
    if processes.speedup >= GAINLESS:
        return "a trial holds the GIL, so that threads gain nothing; use processes"
    return "the objective holds the GIL, and in processes it waits for the storage instead"


def _sampler(given: Known, made: tuple[Forecast, ...]) -> Iterator[Warned]:
    total, last, whole = given.sampler.total.value, given.sampler.last_trial.value, made[0].wall.value
    if total is None or last is None or not whole or total < _NOTEWORTHY * whole:
        return
    carried = ""
    if given.sampler.measured_to is not None and given.probing.planned.trials > given.sampler.measured_to:
        carried = f" (measured to {given.sampler.measured_to:,} trials, then carried on)"
    yield Warned(
        concern=Concern.SAMPLER,
        sentence=(
            f"The {given.sampler.name} sampler takes {seconds_text(last)} per trial at the end, and "
            f"{duration_text(total)} in all, {percent_text(total / whole)} of the study{carried}."
        ),
    )


def _storage(given: Known) -> Iterator[Warned]:
    share = given.trial.storage_share.value
    planned = given.probing.planned
    if share is not None and share >= 0.25:
        more = ""
        if planned.storage is StorageKind.SQLITE:
            more = "; SQLite has one lock for all writers, so that more workers wait for it"
        yield Warned(
            concern=Concern.STORAGE,
            sentence=f"{percent_text(share)} of a trial is the {planned.storage.value} storage{more}.",
        )
    if planned.storage is StorageKind.MEMORY and given.probing.workers > 1:
        yield Warned(
            concern=Concern.STORAGE,
            sentence="Processes cannot share the memory storage: those that were probed used a journal file.",
        )


def _time(given: Known, found: Prediction | None, made: tuple[Forecast, ...]) -> Iterator[Warned]:
    wall = made[0].wall
    if wall.value is not None and wall.low is None:
        yield Warned(
            concern=Concern.TIME,
            sentence="The time rests on too few probes to say how far it may be off: give a larger --budget.",
        )
    elif wall.low is not None and wall.high is not None and wall.high > _WIDE * wall.low:
        yield Warned(
            concern=Concern.TIME,
            sentence="The interval of the time is wide, as probes differed: a larger --budget narrows it.",
        )
    largest = max((point.share for point in given.serial), default=1.0)
    if largest < 1:
        yield Warned(
            concern=Concern.TIME,
            sentence=f"No probe had more than {share_text(largest)} of the data: all is carried on from there.",
        )
    if found is not None and found.exponent is not None and found.exponent > FASTER:
        how = " and was carried on so" if found.basis is Basis.POWER else ""
        yield Warned(
            concern=Concern.TIME,
            sentence=f"Between the two largest shares, time grew with the data to the power {found.exponent:.2f}{how}.",
        )


def _data(given: Known) -> Iterator[Warned]:
    if given.probing.cut is Cut.NONE and given.probing.why_uncut is not None:
        yield Warned(
            concern=Concern.DATA,
            sentence=f"Every probe had all of the data, and only trials are carried on: {given.probing.why_uncut}.",
        )
    for sentence in given.probing.left_out:
        yield Warned(concern=Concern.DATA, sentence=sentence)


def _machine(given: Known) -> Iterator[Warned]:
    wall, free = given.trial.wall.value, given.trial.free_wall
    if wall and free.value is not None and 1 - free.value / wall >= _NOTEWORTHY:
        share = percent_text(1 - free.value / wall)
        yield Warned(
            concern=Concern.MACHINE,
            sentence=(
                f"In {share} of its time a trial was ready and other work had the cores: the forecast is of a machine "
                f"that stays so busy. With a core free a trial takes {span_text(free)}."
            ),
        )
