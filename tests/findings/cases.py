"""Studies that have a rule's fault, and near misses that have not: what the rules' contract runs over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from harness.model.machine import ThreadPool
from harness.model.record import Birth, Collections, Ending, Origin
from harness.profile.account.facts import Place, PlaceKind
from harness.profile.facts import (
    Busy,
    DeadLoops,
    Duplicates,
    Growth,
    Handled,
    Helpers,
    HotLine,
    Memory,
    NativeUse,
    PartKind,
    Profile,
    RepeatedWork,
    ScalarLoop,
    StackProfile,
    StartedProcesses,
    Verdict,
    Waiting,
    WaitingLine,
    WorkerMemory,
)
from harness.stats.interval import Interval
from tests.fakes import EPOCH_S, MIB
from tests.findings.accounts import place, with_account, with_pool
from tests.findings.studies import (
    CALLS,
    SOUND,
    pruned,
    study,
    with_ledger,
    with_processes,
    with_sampler,
    with_study,
    with_trials,
)
from tests.profiles import fake_stacks

Case = Callable[[], Profile]


def spans(**changes: tuple[float, float]) -> dict[str, tuple[float, float]]:
    return {**SOUND, **changes}


def line(**changes: object) -> HotLine:
    given = HotLine(
        span="backtest",
        file="strategy.py",
        line=42,
        function="indicators",
        share=0.8,
        s_per_trial=0.16,
        callback="rolling.apply calls slope() for each row",
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def on_busy_machine(costs: Mapping[str, tuple[float, float]] = SOUND) -> Profile:
    """On a machine whose cores others had for most of the time."""
    return study(costs, busy=Busy(waited_share=0.8, waited_s=0.16, used_cores=0.2, cores=2.0, pool_threads=1))


def tried(extra: Place) -> Profile:
    """A run of a quarter of a minute, to see whether it works."""
    return with_account(study(), place(PlaceKind.TRIAL, "objective", 8.0, part=PartKind.OBJECTIVE), extra)


def repeated(**changes: object) -> RepeatedWork:
    given = RepeatedWork(
        what="pandas.read_csv",
        arguments="bars.csv",
        calls=120,
        calls_in_trials=120,
        processes=1,
        wall_s=6.0,
        saving_s=5.95,
        saving_s_per_trial=5.95 / 120,
        shared_saving_s=5.95,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def scalar(**changes: object) -> ScalarLoop:
    given = ScalarLoop(
        file="strategy.py",
        line=40,
        function="signals",
        handled=Handled.TABLE,
        text="close.iloc[i]",
        lines=(("strategy.py", 42), ("strategy.py", 43)),
        share=0.8,
        s_per_trial=0.16,
        samples=48,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def looping(samples: int = 60, **changes: object) -> StackProfile:
    """Samples of which a share is in a loop over single values."""
    return replace(fake_stacks(hot_lines=(), samples=samples), scalar_loops=(scalar(**changes),))


LOADING = spans(load=(0.050, 0.045))


def threads(threads: int = 9, cpu_s: float = 0.2, cores: float = 2.0, gil_s: float | None = None) -> Profile:
    """Threads whose trials take turns: each waits for all the others."""
    wall_s = threads * cpu_s
    waited_s = wall_s - cpu_s
    gil = waited_s if gil_s is None else gil_s
    return study(
        {"backtest": (wall_s, cpu_s)},
        threads=threads,
        trials=18 * threads,
        between=(0.0, 0.0),
        waiting=Waiting(total_s=waited_s, cores_s=0.0, storage_s=0.0, gil_s=gil, other_s=waited_s - gil),
        usable_cores=cores,
    )


def handed_out(
    computed_s: float = 0.02, queued_s: float = 0.0, count: int = 2, waited_s: float = 0.15, **changes: Any
) -> Profile:
    """Trials that wait for a pool's workers, which compute so much for each."""
    given = study(
        {"other": (waited_s + 0.01, 0.01)},
        usable_cores=2.0,
        helpers=Helpers(count=count, cpu_s_per_trial=computed_s, queued_s_per_trial=queued_s, startup_cpu_s=11.0),
        stacks=waiting_stacks(0.9),
    )
    return replace(given, **changes)


def starting(startup_s: float = 0.12, **changes: Any) -> Profile:
    """Trials that start a Python each, which takes so much of it to be ready."""
    started = StartedProcesses(
        count=120,
        per_trial=1.0,
        startup_s_per_trial=startup_s,
        life_s_per_trial=0.15,
        imports_s=0.1,
        packages=(("pandas", 0.09), ("numpy", 0.03)),
    )
    return replace(handed_out(count=1), children=started, **changes)


def waiting_stacks(share: float, samples: int = 60) -> StackProfile:
    """Samples of which a share waits for joblib's workers."""
    waits = WaitingLine(file="strategy.py", line=42, function="objective", waits_for="joblib's workers", share=share)
    return replace(fake_stacks(hot_lines=(), samples=samples), waiting_lines=(waits,) if share else ())


def history(calls: Mapping[str, float], storage: str = "RDBStorage") -> Profile:
    """What an existing study's storage shows: writes are counted, nothing but trials is timed."""
    profile = study({"other": (0.2, 0.2)}, calls={**CALLS, **calls}, origin=Origin.HISTORY.value, stacks=None)
    return with_study(with_ledger(profile, waiting=None, cpu_s_per_trial=None), storage=storage)


def interrupted() -> Profile:
    """Four workers of a study that stood still overnight."""
    profile = study(workers=4, trials=200, span_s=50 * 0.2 + 30_000)
    later = profile.trials.number >= 100
    profile = with_trials(
        profile,
        started_s=profile.trials.started_s + np.where(later, 30_000.0, 0.0),
        ended_s=profile.trials.ended_s + np.where(later, 30_000.0, 0.0),
    )
    return with_processes(profile, last_trial_s=float(profile.trials.ended_s.max()))


def starved() -> Profile:
    """Threads that compute outside the lock, on a machine whose cores are busy with something else."""
    profile = study(
        {"backtest": (0.4, 0.2)},
        threads=2,
        waiting=Waiting(total_s=0.2, cores_s=0.2, storage_s=0.0, gil_s=0.0, other_s=0.0),
    )
    return with_trials(profile, runqueue_s=np.full(120, 0.2))


def slow_pools() -> Profile:
    """Pools that wait for something else than a core."""
    profile = study(
        {"other": (2.0, 0.2)},
        workers=4,
        waiting=Waiting(total_s=1.8, cores_s=0.05, storage_s=0.0, gil_s=0.0, other_s=1.75),
    )
    return with_processes(profile, native=NativeUse(trials=20, cores=0.3, queued=0.01, busy=0.5, threads=3))


def busy_elsewhere() -> Profile:
    """Pools that are loaded, and CPU outside the trials' threads that is not theirs: at exit, in the main thread."""
    given = with_processes(crowded(workers=4), thread_pools=(ThreadPool(library="openblas", threads=4),))
    idle = NativeUse(trials=20, cores=0.0, queued=0.0, busy=0.0, threads=0)
    return with_processes(with_trials(given, process_cpu_s=given.trials.cpu_s * 2), study_cpu_s=100.0, native=idle)


def leak(
    mib_per_trial: float = 2.0,
    history_mib: float | None = 0.01,
    verdict: Verdict = Verdict.LEAK,
    trials: int = 120,
) -> Profile:
    growth = Growth(
        pid=4000,
        trials=trials,
        bytes_per_trial=Interval(
            value=mib_per_trial * MIB, low=0.9 * mib_per_trial * MIB, high=1.1 * mib_per_trial * MIB
        ),
        verdict=verdict,
        history_bytes_per_trial=None if history_mib is None else history_mib * MIB,
        because="RSS rose over 120 trials.",
    )
    return study(memory=Memory(peak_pss_bytes=450 * MIB, tree=(), workers=(), growth=(growth,), peak_growth_bytes=None))


def crowded(waited_s: float = 0.1, workers: int = 8, cores: float = 4.0) -> Profile:
    """Worker processes that wait for a core for part of each trial."""
    wall_s = 0.2 + waited_s
    return study(
        {"backtest": (wall_s, 0.2)},
        workers=workers,
        usable_cores=cores,
        waiting=Waiting(total_s=waited_s, cores_s=waited_s, storage_s=0.0, gil_s=0.0, other_s=0.0),
        memory=Memory(
            peak_pss_bytes=450 * MIB,
            tree=(),
            workers=tuple(
                WorkerMemory(pid=4000 + n, uss_bytes=100 * MIB, peak_uss_bytes=120 * MIB, peak_rss_bytes=None)
                for n in range(workers)
            ),
            growth=(),
            peak_growth_bytes=None,
        ),
    )


def pooled(pool_share: float = 0.5, size: int = 3, waited_s: float = 0.1, queued: float = 0.5) -> Profile:
    """Four workers on four cores; in each, native threads take a share of the CPU while a trial runs."""
    profile = with_processes(
        replace(crowded(waited_s=waited_s, workers=4), memory=None),
        thread_pools=(ThreadPool(library="openblas", threads=size + 1),),
    )
    own = 0.2 / (0.2 + waited_s)
    cores = own * pool_share / (1 - pool_share)
    native = NativeUse(trials=20, cores=cores, queued=queued, busy=0.6, threads=size if cores else 0)
    return with_processes(profile, native=native)


def idle(late_s: float = 0.0, early_s: float = 4.0) -> Profile:
    """Four workers, of which one begins late or ends early."""
    profile = study(workers=4, trials=200)
    assert profile.ledger is not None
    first, *others = profile.processes
    assert first.first_trial_s is not None
    assert first.last_trial_s is not None
    first = replace(
        first, first_trial_s=first.first_trial_s + late_s, last_trial_s=first.last_trial_s - early_s, busy_s=0.0
    )
    return replace(profile, processes=(first, *others))


def in_turns(processes: int = 40) -> Profile:
    """A process for each trial, one after another, each a new interpreter."""
    profile = study(workers=processes, trials=processes, span_s=1.3 * processes)
    each = tuple(
        replace(
            one,
            birth=Birth.LAUNCHED,
            started_s=EPOCH_S + 1.3 * n,
            ready_s=EPOCH_S + 1.3 * n + 1.0,
            first_trial_s=EPOCH_S + 1.3 * n + 1.0,
            last_trial_s=EPOCH_S + 1.3 * n + 1.2,
        )
        for n, one in enumerate(profile.processes)
    )
    return with_ledger(replace(profile, processes=each, wall_s=1.3 * processes + 1), idle_share=0.9)


def spawned(startup_cpu_s: float = 2.0) -> Profile:
    """Four workers side by side, each a new interpreter."""
    profile = study(workers=4, trials=200)
    return with_processes(profile, birth=Birth.LAUNCHED, startup_cpu_s=startup_cpu_s, started_s=EPOCH_S)


def growing(last_s: float, first_s: float = 0.005, trials: int = 200) -> Profile:
    """A sampler whose CPU goes up in a line with the trial's number, with a ripple."""
    cost_s = np.linspace(first_s, last_s, trials) * (1 + 0.05 * np.sin(np.arange(trials)))
    return with_sampler(study(spans(suggest=((first_s + last_s) / 2,) * 2), trials=trials), cost_s)


def longer(times: float, trials: int = 200, origin: Origin = Origin.HISTORY) -> Profile:
    """Trials of 0.2 s at first and so many times as long in the end, with a ripple."""
    cost_s = 0.2 * np.linspace(1.0, times, trials) * (1 + 0.05 * np.sin(np.arange(trials)))
    given = study({"other": (float(cost_s.mean()),) * 2}, trials=trials, origin=origin.value)
    if origin is Origin.HISTORY:
        given = with_ledger(replace(given, stacks=None), waiting=None, cpu_s_per_trial=None)
        return with_trials(given, wall_s=cost_s, cpu_s=np.full(trials, np.nan))
    return with_trials(given, wall_s=cost_s, cpu_s=cost_s)


def history_read(last_s: float, calls: float = 2.0, first_s: float = 0.005, trials: int = 200) -> Profile:
    """A storage whose CPU goes up in a line with the trial's number."""
    cost_s = np.linspace(first_s, last_s, trials) * (1 + 0.05 * np.sin(np.arange(trials)))
    given = study(spans(storage=((first_s + last_s) / 2,) * 2), trials=trials, calls={**CALLS, "get_all_trials": calls})
    return with_trials(
        given,
        spans={**given.trials.spans, "storage": replace(given.trials.spans["storage"], wall_s=cost_s, cpu_s=cost_s)},
    )


def after_trial(wall_s: float = 0.04, told: bool = True) -> Profile:
    return with_processes(
        study(between=(wall_s, wall_s)),
        collections=Collections(tracked_objects=2_000_000, frozen_objects=0, full_collections=130, after_trial=told),
    )


def pruner(cost_s: float, every: int = 0, saved_s: float = 0.1) -> Profile:
    profile = study(spans(prune=(cost_s, cost_s)))
    return pruned(profile, every, 0.2 + cost_s - saved_s) if every else profile


def far(wait_s: float = 0.02, url: str = "postgresql://user:***@db.example/optuna", cpu_s: float = 0.001) -> Profile:
    """Ten calls in a trial, each of so much waiting and CPU."""
    return with_study(study(spans(storage=(10 * (wait_s + cpu_s), 10 * cpu_s))), storage_url=url)


def unclosed() -> Profile:
    profile = with_processes(study(workers=2), closed=False)
    return with_trials(profile, number=np.arange(120) * 2)


def dead(count: int = 4, open_trials: int = 4, **changes: Any) -> Profile:
    """Workers whose loops a locked database ended, while one went on."""
    given = DeadLoops(
        error="OperationalError",
        message="database is locked",
        where="study.py:11",
        count=count,
        processes=tuple(4000 + n for n in range(count)),
        open_trials=open_trials,
    )
    return replace(idle(early_s=6.0), deaths=(replace(given, **changes),))


def sampled(suggest_s: float, sampler: str = "TPESampler") -> Profile:
    """The sampler is the same large part of each trial from the first on."""
    return with_study(study(spans(suggest=(suggest_s, suggest_s))), sampler=sampler)


FAULTS: Mapping[str, tuple[Case, ...]] = {
    "loop-ended-by-exception": (
        dead,
        lambda: dead(1, 0, error="ValueError", message="", where=None),
        lambda: dead(in_loop=False),  # ask and tell, in a worker of multiprocessing
        lambda: replace(study(), deaths=dead(1).deaths, trials=study().trials),
    ),
    "row-callback": (
        lambda: study(stacks=fake_stacks(hot_lines=(line(),))),
        lambda: study(stacks=fake_stacks(hot_lines=(line(share=0.53),), samples=18)),  # a short run
        lambda: study(workers=4, stacks=fake_stacks(hot_lines=(line(callback=None), line(share=0.03)))),
    ),
    "scalar-access": (
        lambda: study(stacks=looping()),
        lambda: study(stacks=looping(handled=Handled.ARRAY)),
        lambda: study(stacks=looping(handled=Handled.GROWTH, text="")),
        lambda: study(stacks=looping(share=0.5, samples=12)),  # few samples, and a share that is sure to be large
    ),
    "threads-share-interpreter": (threads, lambda: threads(4, cores=8.0), lambda: threads(2, cores=2.0)),
    "waits-for-own-processes": (
        handed_out,
        lambda: handed_out(stacks=None),
        lambda: handed_out(stacks=waiting_stacks(0.0, samples=9)),  # too few to tell
        lambda: handed_out(count=1, computed_s=0.07),
        lambda: replace(handed_out(0.14), usable_cores=None),
    ),
    "trial-starts-processes": (starting, lambda: starting(stacks=None)),
    "repeated-load": (
        lambda: study(LOADING, repeated=(repeated(),)),
        lambda: study(repeated=(repeated(what="open"),)),  # in no span of loading
        lambda: study(LOADING, repeated=(repeated(what="pandas.read_sql", is_request=True),)),
        lambda: study(
            LOADING,
            workers=4,
            repeated=(repeated(what="source bars", processes=4, saving_s=0.0, shared_saving_s=5.0),),
        ),
    ),
    "repeated-feature": (
        lambda: study(spans(feature=(0.05, 0.05)), repeated=(repeated(what="feature ema", arguments="span=20"),)),
    ),
    "many-attributes": (
        lambda: study(spans(storage=(0.5, 0.1)), calls={**CALLS, "set_trial_user_attr": 110.0}),
        lambda: study(spans(storage=(0.1, 0.05)), calls={**CALLS, "set_trial_system_attr": 12.0}),
        lambda: history({"set_trial_user_attr": 110.0}),
    ),
    "many-reports": (
        lambda: history({"set_trial_intermediate_value": 100.0}),
        lambda: study(spans(storage=(0.5, 0.1)), calls={**CALLS, "set_trial_intermediate_value": 100.0}),
    ),
    "storage-dominates": (lambda: study(spans(storage=(0.2, 0.05))),),
    "database-far-away": (
        far,
        lambda: with_study(far(url=""), storage="GrpcStorageProxy", storage_url="db.example:13000"),
        lambda: with_study(far(), is_here=False),
    ),
    "sampler-grows": (lambda: growing(0.2), lambda: growing(0.05)),
    "sampler-share": (
        lambda: sampled(0.5),
        lambda: sampled(0.5, "GPSampler"),
        lambda: sampled(0.5, "MySampler"),
        lambda: with_account(sampled(0.5), place(PlaceKind.TRIAL, "sampler", 60.0, part=PartKind.SAMPLER)),
    ),
    "history-read-again": (
        lambda: history_read(0.1),
        lambda: history_read(0.03, calls=1.0),
        lambda: replace(history_read(0.1), stacks=fake_stacks(hot_lines=(line(span="storage", callback=None),))),
    ),
    "trials-get-longer": (
        lambda: longer(1.63),
        lambda: longer(3.0),
        lambda: longer(3.0, origin=Origin.SCRIPT),
    ),
    "gc-after-trial": (after_trial,),
    "gc-in-trials": (lambda: study(spans(gc=(0.05, 0.05))),),
    "heavy-callback": (
        lambda: with_account(
            study(), place(PlaceKind.CALLBACK, "callback save", 30.0, where="study.py:7", calls=120, cpu_s=29.0)
        ),
        lambda: with_account(study(), place(PlaceKind.CALLBACK, "callback save", 8.0)),
    ),
    "outside-study": (
        lambda: with_account(study(), place(PlaceKind.BEFORE, "before the study", 40.0, cpu_s=39.0)),
        lambda: with_account(
            study(),
            place(
                PlaceKind.AFTER,
                "after the study",
                60.0,
                where="study.py:20",
                function="report",
                where_share=0.99,
                library="optuna",
            ),
        ),
        lambda: with_account(study(), place(PlaceKind.STUDIES, "between studies", 20.0, library="numba")),
        lambda: with_account(on_busy_machine(), place(PlaceKind.BEFORE, "before the study", 20.0, cpu_s=8.0)),
        lambda: tried(place(PlaceKind.AFTER, "after the study", 3.5, library="optuna")),  # grows with the trials
    ),
    "between-trials": (
        lambda: with_account(study(), place(PlaceKind.BETWEEN, "rest between trials", 40.0)),
        lambda: with_account(study(), place(PlaceKind.EXIT, "exit", 60.0)),
        lambda: with_account(study(), place(PlaceKind.WAITING, "waiting for own processes", 60.0)),
        lambda: with_account(
            study(),
            place(PlaceKind.BETWEEN, "rest between trials", 40.0),
            place(PlaceKind.CALLBACK, "callback note", 0.1),
        ),
    ),
    "large-place": (
        lambda: with_account(
            study(spans(storage=(0.006, 0.004))), place(PlaceKind.TRIAL, "storage", 60.0, part=PartKind.STORAGE)
        ),
        lambda: with_account(study(), place(PlaceKind.TRIAL, "Optuna itself", 60.0, part=PartKind.UNATTRIBUTED)),
        lambda: with_account(study(), place(PlaceKind.UNSEEN, "not seen", 60.0)),
    ),
    "slow-imports": (
        lambda: with_account(study(), place(PlaceKind.IMPORTS, "imports", 50.0, where="study.py:1", where_share=0.8)),
        lambda: with_account(study(), place(PlaceKind.START, "interpreter start", 70.0)),
    ),
    "idle-pool": (lambda: with_pool(study(), 0.5), lambda: with_pool(study(), 0.3, batches=1)),
    "memory-grows": (
        lambda: leak(0.6),  # little in each trial, much in all
        lambda: leak(5.0, trials=10),  # much in each trial
        lambda: leak(0.3, trials=60),  # little so far, much in a long study
        leak,
        lambda: leak(history_mib=1.9),
        lambda: leak(history_mib=1.9, verdict=Verdict.HISTORY),  # attributes kept in the study
        lambda: leak(history_mib=None),
    ),
    "pools-oversubscribed": (
        pooled,
        lambda: pooled(size=16),
        lambda: pooled(waited_s=0.0),  # only the native threads queue
        lambda: replace(pooled(), usable_cores=12.0),  # cores that somebody else fills
        lambda: with_processes(
            study(usable_cores=2.0), native=NativeUse(trials=9, cores=1.9, queued=50.0, busy=0.99, threads=59)
        ),  # a model that was told to take 60 threads
    ),
    "workers-idle": (
        lambda: idle(early_s=6.0),
        lambda: idle(late_s=6.0, early_s=0.0),
        lambda: with_ledger(study(workers=4, trials=200), idle_share=0.3),
    ),
    "workers-start-up": (spawned, in_turns),
    "more-workers-than-cores": (crowded, lambda: replace(crowded(), memory=None)),
    "more-workers-than-memory": (
        lambda: study(memory_limit_bytes=500 * MIB),
        lambda: study(ending=Ending.OUT_OF_MEMORY.value, ending_detail="The kernel ended it.", memory=None),
    ),
    "duplicate-parameters": (
        lambda: study(duplicates=Duplicates(trials=20, wall_s=4.0, groups=5, most=8)),
        lambda: study(duplicates=Duplicates(trials=20, wall_s=4.0, groups=5, most=8, same=10, same_wall_s=2.0)),
        lambda: study(duplicates=Duplicates(trials=20, wall_s=4.0, groups=5, most=8, same=20, same_wall_s=4.0)),
        lambda: study(
            workers=4,  # seeded alike, with a noisy objective
            duplicates=Duplicates(trials=20, wall_s=4.0, groups=5, most=8, same=0, same_wall_s=0.0),
        ),
    ),
    "pruner-costs-more": (lambda: pruner(0.05), lambda: pruner(0.05, every=10)),
    "trials-left-running": (
        lambda: with_study(study(), running=3),
        lambda: with_study(study(origin=Origin.HISTORY.value), running=1),
        unclosed,
        lambda: with_processes(unclosed(), failed_elsewhere=1),
        lambda: with_study(with_processes(unclosed(), failed_elsewhere=60), heartbeat_s=1.0, retries=True),
    ),
}

NEAR_MISSES: Mapping[str, tuple[Case, ...]] = {
    "loop-ended-by-exception": (study, unclosed),
    "row-callback": (
        lambda: study(stacks=fake_stacks(hot_lines=(line(callback=None),))),
        lambda: study(stacks=fake_stacks(hot_lines=(line(share=0.01),))),
        lambda: study(stacks=fake_stacks(hot_lines=(line(share=0.2),), samples=5)),  # one sample of five
        lambda: study(stacks=None),
    ),
    "scalar-access": (
        lambda: study(stacks=looping(share=0.04, samples=4000)),
        lambda: study(stacks=looping(share=0.2, samples=5)),  # one sample of five
        lambda: study(stacks=replace(looping(), hot_lines=(line(line=40),))),  # told as a callback per row
        lambda: study(stacks=fake_stacks(hot_lines=(line(callback=None),))),
    ),
    "threads-share-interpreter": (
        lambda: threads(cores=1.0),  # nowhere to go
        lambda: study(threads=4),  # every thread computes all the time: outside the lock
        lambda: study({"other": (1.0, 0.05)}, threads=4),  # waiting for something else: no core is full
        lambda: threads(gil_s=0.0),  # waited while nothing else ran
        starved,
        lambda: study(workers=4),
    ),
    "waits-for-own-processes": (
        lambda: handed_out(0.28),  # two processes that compute all the time: a heavy cross-validation
        lambda: handed_out(0.16),  # more than half of the time
        lambda: handed_out(count=1, computed_s=0.08),
        lambda: handed_out(queued_s=0.2),  # they would compute if they had a core
        lambda: handed_out(helpers=None),  # sleep, or input and output
        lambda: handed_out(stacks=waiting_stacks(0.3)),  # waits mostly for something else
        lambda: handed_out(waited_s=0.009),  # computes more than it waits
        lambda: handed_out(ledger=None),
    ),
    "trial-starts-processes": (
        handed_out,  # a pool whose workers started once
        lambda: starting(startup_s=0.01),  # ready at once, and at work
    ),
    "repeated-load": (
        lambda: study(spans(load=(0.002, 0.002)), repeated=(repeated(saving_s=0.24, shared_saving_s=0.24),)),
        lambda: study(LOADING, repeated=(repeated(calls=1, saving_s=0.0, shared_saving_s=0.0),)),
        lambda: study(LOADING, repeated=(repeated(what="open", wall_s=None, saving_s=None, shared_saving_s=None),)),
    ),
    "repeated-feature": (
        lambda: study(spans(feature=(0.05, 0.05)), repeated=(repeated(what="feature ema", saving_s=0.1),)),
        lambda: study(LOADING, repeated=(repeated(),)),
    ),
    "many-attributes": (
        lambda: study(spans(storage=(0.5, 0.1))),
        lambda: study(spans(storage=(0.002, 0.002)), calls={**CALLS, "set_trial_user_attr": 110.0}),
        lambda: history({"set_trial_user_attr": 110.0}, storage="JournalStorage"),
    ),
    "many-reports": (
        lambda: study(spans(storage=(0.5, 0.1)), calls={**CALLS, "set_trial_intermediate_value": 8.0}),
        lambda: study(spans(storage=(0.5, 0.1)), calls={**CALLS, "set_trial_user_attr": 110.0}),
    ),
    "storage-dominates": (
        lambda: study(spans(storage=(0.03, 0.02))),
        lambda: study({"other": (0.005, 0.005), "storage": (0.005, 0.005)}),  # what a journal costs
        lambda: study(spans(storage=(0.5, 0.1)), calls={**CALLS, "set_trial_user_attr": 110.0}),  # told already
    ),
    "database-far-away": (
        lambda: far(url="sqlite:///study.db"),  # that is the disk
        lambda: far(url="postgresql://user@localhost/optuna"),  # slow, perhaps, but not far
        lambda: far(url="postgresql:///optuna"),  # a socket's file
        lambda: with_study(far(), is_here=True),  # this machine by its name
        lambda: with_study(far(url=""), storage="GrpcStorageProxy", storage_url="localhost:13000"),
        lambda: with_study(far(url=""), storage="GrpcStorageProxy", storage_url=None),
        lambda: far(wait_s=0.001, cpu_s=0.0001),  # near
        lambda: far(wait_s=0.008, cpu_s=0.012),  # mostly the client's own work
        lambda: with_study(study(spans(storage=(0.2, 0.19))), storage_url="postgresql://db/optuna"),
    ),
    "sampler-grows": (
        lambda: growing(0.005),
        lambda: growing(0.2, trials=30),
        lambda: growing(0.001, first_s=0.2),
        lambda: growing(0.24, first_s=0.2),  # dear from the start
        lambda: with_sampler(study(), np.full(120, np.nan)),
    ),
    "sampler-share": (
        lambda: sampled(0.1),
        lambda: growing(0.2),  # growth says more
        lambda: with_account(sampled(0.5), place(PlaceKind.BEFORE, "before the study", 5000.0)),  # of the run, nothing
    ),
    "history-read-again": (
        lambda: history_read(0.1, calls=0.5),  # by the sampler now and then
        lambda: history_read(0.005),
        lambda: history_read(0.1, trials=30),
        lambda: history_read(0.006, first_s=0.005),  # dear from the start
    ),
    "trials-get-longer": (
        lambda: longer(1.0),
        lambda: longer(1.15),
        lambda: longer(0.5),
        lambda: longer(3.0, trials=30),
        lambda: longer(1.3, origin=Origin.SCRIPT),  # parameters vary more than that
        lambda: replace(
            longer(3.0), busy=Busy(waited_s=0.1, waited_share=0.5, used_cores=1.0, cores=2.0, pool_threads=1)
        ),
        lambda: growing(0.2),  # told of the sampler
    ),
    "gc-after-trial": (
        lambda: after_trial(told=False),
        lambda: after_trial(wall_s=0.001),
    ),
    "gc-in-trials": (study, after_trial, lambda: study(spans(gc=(0.008, 0.008)))),
    "heavy-callback": (
        lambda: with_account(study()),
        lambda: with_account(study(), place(PlaceKind.CALLBACK, "callback save", 3.0)),
        study,
    ),
    "outside-study": (
        lambda: with_account(study()),
        lambda: tried(place(PlaceKind.BEFORE, "before the study", 3.5, cpu_s=3.4)),
        lambda: tried(place(PlaceKind.AFTER, "after the study", 3.5)),
        lambda: with_account(on_busy_machine(), place(PlaceKind.BEFORE, "before the study", 20.0, cpu_s=2.0)),
        lambda: with_account(study(), place(PlaceKind.BEFORE, "before the study", 8.0)),
    ),
    "between-trials": (
        lambda: with_account(study()),
        lambda: with_account(study(), place(PlaceKind.BETWEEN, "storage between trials", 40.0, part=PartKind.STORAGE)),
    ),
    "slow-imports": (
        lambda: with_account(study()),
        lambda: with_account(study(), place(PlaceKind.IMPORTS, "imports", 20.0, where="study.py:1")),
        lambda: tried(place(PlaceKind.IMPORTS, "imports", 4.5)),
        lambda: with_account(on_busy_machine(), place(PlaceKind.IMPORTS, "imports", 38.0, cpu_s=3.0)),
    ),
    "idle-pool": (study, lambda: with_pool(study(), 0.9)),
    "memory-grows": (
        lambda: leak(verdict=Verdict.NONE),
        lambda: leak(verdict=Verdict.UNDECIDED),
        lambda: leak(mib_per_trial=0.1),
        lambda: leak(0.2, trials=60),
        lambda: study(memory=None),
    ),
    "pools-oversubscribed": (
        lambda: pooled(pool_share=0.05),  # loaded, hardly used
        lambda: replace(pooled(), usable_cores=14.5),  # hardly more threads than cores
        lambda: pooled(pool_share=0.0),
        lambda: replace(pooled(waited_s=0.0, queued=0.0), usable_cores=12.0),  # nobody waits for a core
        lambda: slow_pools(),
        busy_elsewhere,
        lambda: with_processes(busy_elsewhere(), native=None),  # not read: nothing is known
        lambda: with_processes(  # one native thread beside the trial's own, on two cores that others fill
            study(usable_cores=2.0), native=NativeUse(trials=9, cores=0.5, queued=0.4, busy=0.9, threads=1)
        ),
    ),
    "workers-idle": (
        lambda: idle(early_s=2.0),
        lambda: with_ledger(study(), idle_share=0.3),  # one worker
        in_turns,  # the dead do not idle
        lambda: with_processes(idle(early_s=6.0), closed=False),
        dead,  # nor do those that an exception ended
        interrupted,  # nobody was at work
        lambda: with_ledger(threads(), idle_share=0.3),  # they wait for the lock
    ),
    "workers-start-up": (
        lambda: spawned(startup_cpu_s=0.01),
        lambda: with_processes(study(workers=4), birth=Birth.FORKED),
        study,
    ),
    "more-workers-than-cores": (
        lambda: crowded(workers=4),
        lambda: crowded(waited_s=0.01),
        lambda: study({"other": (1.0, 0.05)}, workers=32),  # waiting, but not for a core
        threads,  # told as threads
        pooled,  # told as pools
    ),
    "more-workers-than-memory": (study, lambda: study(memory_limit_bytes=None)),
    "large-place": (
        lambda: with_account(study()),
        lambda: with_account(study(), place(PlaceKind.TRIAL, "Optuna itself", 6.0, part=PartKind.UNATTRIBUTED)),
        lambda: with_account(study(spans(storage=(0.2, 0.05))), place(PlaceKind.TRIAL, "storage", 20.0)),
        lambda: with_account(  # what a special rule explains
            study(spans(storage=(0.2, 0.05))), place(PlaceKind.TRIAL, "storage", 60.0, part=PartKind.STORAGE)
        ),
    ),
    "duplicate-parameters": (
        lambda: study(duplicates=Duplicates(trials=1, wall_s=0.2, groups=1, most=1)),
        lambda: study(duplicates=Duplicates(trials=20, wall_s=4.0, groups=5, most=8, same=9, same_wall_s=1.8)),
        study,
    ),
    "pruner-costs-more": (
        lambda: pruner(0.01, every=3),
        lambda: pruner(0.001),
    ),
    "trials-left-running": (
        lambda: with_study(study(), running=0),
        lambda: with_processes(study(workers=2), closed=False),  # multiprocessing ends its children so
    ),
}
