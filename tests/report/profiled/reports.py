"""Reports on fake profiles that these tests share: a whole one, a pair, a history, and one without a finished trial."""

from dataclasses import replace

from harness.findings.finding import Finding
from harness.model.record import Birth
from harness.profile.account.facts import PlaceKind, ProcessAccount, RunAccount
from harness.profile.best import BestTrial, StudyBest
from harness.profile.columns import STATES, Trials
from harness.profile.facts import Duplicates, FlameNode, Ledger, PartKind, Profile
from harness.profile.memory_lines import MemoryLine
from harness.report.profiled import Profiled, build
from harness.report.profiled.summary import ProfileReport
from tests.fakes import EPOCH_S, MACHINE, MIB
from tests.findings.accounts import place, with_account
from tests.profiles import PIDS, fake_ledger, fake_part, fake_profile, fake_trials

FINDINGS = (
    Finding(
        rule="row-callback",
        title="77 % of a trial is one line that calls Python for each row (optimise.py:30)",
        evidence=("There, `rolling.apply` calls slope() for each row.", "893 of 1,160 samples were in that line."),
        basis="At most: the line's share of the samples, as if what replaces it cost nothing.",
        remedy="Compute the whole column at once: `np.convolve(close, kernel)`.",
        command="harness run --no-stacks optimise.py --trials 300",
        ceiling_s_per_trial=0.0516,
        ceiling_share=0.77,
        lever="vectorise",
        where="optimise.py:30",
    ),
    Finding(
        rule="memory-growth",
        title="Memory grows by 12.0 KiB with each trial",
        evidence=("The slope over 100 trials is 12.0 KiB, with 95 % confidence 11.2 to 12.9 KiB.",),
        basis="The slope times the trials.",
        remedy="Find what keeps a reference to each trial's data.",
        command="harness run --no-stacks optimise.py --trials 300",
        ceiling_bytes=3.5 * MIB,
    ),
    Finding(
        rule="lost-trials",
        title="3 trials were left RUNNING by workers that died",
        evidence=(),
        basis="Nothing is saved by it.",
        remedy="Give the storage a heartbeat.",
        command="harness run --no-stacks optimise.py --trials 300",
    ),
)
VERDICT = f"{FINDINGS[0].title}: at most 77 % of the study's wall to be saved; 2 more findings"
NOTHING = "Nothing worth doing: 85 % of a trial is your objective's own code"
VERSION = "0.0.0"


def profiled(profile: Profile, findings: tuple[Finding, ...] = FINDINGS, verdict: str = VERDICT) -> Profiled:
    return Profiled(profile=profile, findings=findings, verdict=verdict, machine=MACHINE)


def asked() -> ProfileReport:
    """One run for which memory line by line and allocations were asked for."""
    lines = (
        memory_line(52, "    bars = load()\n", 30 * MIB),
        memory_line(60, "    kept.append(bars)\n", MIB),
        memory_line(61, "    return score\n", -MIB),
    )
    load = FlameNode(label="load (optimise.py:9)", weight_s=40.0 * MIB, is_user=True, children=())
    root = FlameNode(label="allocations", weight_s=60.0 * MIB, is_user=False, children=(load,))
    return build([replace(profiled(fake_profile()), memory_lines=lines, allocations=root)], VERSION)


def memory_line(line: int, source: str, increment_bytes: int) -> MemoryLine:
    return MemoryLine(
        file="/home/u/optimise.py", line=line, source=source, increment_bytes=increment_bytes, occurrences=300
    )


def whole_account() -> RunAccount:
    """Of a script whose own process waits for three workers."""
    given = with_account(
        fake_profile(),
        place(PlaceKind.BEFORE, "before the study", 12.0, cpu_s=11.0, where="optimise.py:7", library="pandas"),
        place(PlaceKind.CALLBACK, "callback save_best", 8.0, cpu_s=0.5, where="optimise.py:40", calls=300),
        place(PlaceKind.CALLBACK, "callback <b>log</b>", 3.0, cpu_s=3.0, where="optimise.py:48", calls=300),
    ).account
    assert given is not None
    own = (place(PlaceKind.IMPORTS, "imports", 1.5), place(PlaceKind.WAITING, "waiting for own processes", 100.0))
    trials = (place(PlaceKind.BEFORE, "before the study", 0.5), place(PlaceKind.TRIAL, "objective", 99.0))
    processes = tuple(
        ProcessAccount(
            pid=pid,
            parent=None if pid == PIDS[0] else PIDS[0],
            birth=Birth.LAUNCHED,
            is_main=pid == PIDS[0],
            started_s=EPOCH_S,
            ended_s=EPOCH_S + 101.5,
            places=own if pid == PIDS[0] else trials,
            off_s=0.0,
        )
        for pid in PIDS
    )
    return replace(given, processes=processes)


def whole() -> ProfileReport:
    """One run that lacks nothing but a sentence."""
    missing = ("1 process (4002) did not close the books: what happened since the last entry is not in them.",)
    return build([profiled(fake_profile(missing=missing, account=whole_account()))], VERSION)


def small() -> ProfileReport:
    """One run of thirty trials."""
    return build([profiled(fake_profile(trials=fake_trials(30)))], VERSION)


def pair() -> ProfileReport:
    """Two runs; the second needs half the time in `backtest` and has nothing worth doing."""
    other = fake_profile(run="20261125T010000-optimise-def456", label="mended.py", ledger=_mended())
    return build([profiled(fake_profile()), profiled(other, (), NOTHING)], VERSION)


def history() -> ProfileReport:
    """A study's history: no CPU, no spans, no memory."""
    return build([profiled(history_profile(), (), NOTHING)], VERSION)


def empty() -> ProfileReport:
    """A run that was killed before a trial finished."""
    return build([profiled(empty_profile(), (), "No trial finished: there is nothing to judge")], VERSION)


def _best() -> StudyBest:
    found = BestTrial(
        objective=0,
        direction="maximize",
        value=1.25,
        number=212,
        found_s=8_400.0,
        of_trials=0.71,
        params=(("fast", 12), ("slow", 0.1 + 0.2), ("kind", "ema")),
    )
    return StudyBest(study=0, completed=296, infeasible=4, trials=(found,), front=None)


def history_profile(trials: int = 300) -> Profile:
    given = fake_profile()
    whole_wall = fake_part("unattributed", PartKind.UNATTRIBUTED, 0.196, 0.0)
    bare = replace(whole_wall, cpu_s_per_trial=None, waiting_s_per_trial=None, wall_share=1.0)
    ledger = fake_ledger(
        parts=(bare,),
        cpu_s_per_trial=None,
        waiting=None,
        children_cpu_s_per_trial=None,
        storage_calls_per_trial=(),
        written_bytes_per_trial=None,
    )
    return replace(
        given,
        origin="history",
        best=(_best(),),
        command=("harness", "study", "sqlite:///study.db"),
        ending=None,
        exit_code=None,
        wall_s=None,
        cpu_s=None,
        studies=tuple(replace(study, sampler=None, pruner=None, running=2) for study in given.studies),
        trials=_bare(trials),
        ledger=ledger,
        memory=None,
        stacks=None,
        repeated=(),
        watching_cpu_s_per_trial=None,
        missing=("This was read from the study's storage without a rerun.",),
    )


def empty_profile() -> Profile:
    return replace(
        fake_profile(),
        ending="killed",
        ending_detail="signal 9",
        exit_code=-9,
        studies=(),
        processes=(),
        trials=fake_trials(0),
        ledger=None,
        memory=None,
        stacks=None,
        repeated=(),
        duplicates=Duplicates(trials=0, wall_s=0.0, groups=0, most=0),
        watching_cpu_s_per_trial=None,
        missing=("No trial finished, so there is nothing to account for.",),
    )


def _bare(trials: int) -> Trials:
    """What a history holds of trials; every 50th failed."""
    full = fake_trials(trials)
    state = full.state.copy()
    state[::50] = next(index for index, state in enumerate(STATES) if state.value == "fail")
    nothing = full.cpu_s * float("nan")
    return replace(
        full,
        state=state,
        cpu_s=nothing,
        process_cpu_s=nothing,
        children_cpu_s=nothing,
        runqueue_s=nothing,
        rss_before_bytes=nothing,
        rss_bytes=nothing,
        peak_rss_bytes=nothing,
        spans={},
        before={},
        calls={},
        segments=type(full.segments)(),
    )


def _mended() -> Ledger:
    given = fake_ledger()
    parts = tuple(
        replace(part, wall_s_per_trial=part.wall_s_per_trial / 2) if part.name == "backtest" else part
        for part in given.parts
    )
    return replace(given, parts=parts, wall_s_per_trial=given.wall_s_per_trial - 0.075)
