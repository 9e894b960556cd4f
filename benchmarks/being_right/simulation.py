"""Simulated experiments: false alarms, power, coverage, other estimators and other rules; rows for tables."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from being_right.growth import growth
from being_right.noise import MODELS, Array, Model
from being_right.procedure import CONTROLS, Verdict, carry_out, contrasts_of
from being_right.rules import RULES
from being_right.tables import Row
from harness.model.comparison import Aim
from harness.stats.answer import Answer
from harness.stats.orders import balanced_orders
from harness.stats.pairs import ratio_of_logs

SPREAD = 0.09  # of a run: the CPU of a process on a shared machine, so that a pair has 13 %
EFFECT = 1.10
AIM = Aim()


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is simulated."""

    experiments: int
    samples: int


FULL, QUICK = Size(experiments=10_000, samples=5_000), Size(experiments=200, samples=300)


def false_alarms(size: Size) -> Iterator[Row]:
    """How often the procedure says that identical arms differ, with one lever and with four."""
    for levers in (1, 4):
        for name, model in MODELS.items():
            verdicts = _verdicts(model, [1.0] * levers, size.experiments, f"null {levers} {name}")
            count = len(verdicts)
            yield {
                "noise": name,
                "levers": levers,
                "experiments": count,
                "differs": sum(one.has_difference for one in verdicts) / count,
                "ruled to differ": sum(one.has_difference and one.is_sound for one in verdicts) / count,
                "A/A differs": sum(one.same in (Answer.FASTER, Answer.SLOWER) for one in verdicts) / count,
                "same": sum(one.answers[0] is Answer.SAME for one in verdicts) / count,
                "pairs": sum(one.pairs for one in verdicts) / count,
            }


def power(size: Size) -> Iterator[Row]:
    """How often a true +10 % is called slower, at the pairs that the pilot asked for."""
    for spread in (0.03, 0.06, SPREAD):
        for name, model in MODELS.items():
            verdicts = _verdicts(model, [EFFECT], size.experiments // 4, f"power {name}", spread)
            count = len(verdicts)
            free = [one for one in verdicts if one.planned < AIM.most_pairs]
            yield {
                "noise": name,
                "spread of a pair": spread * math.sqrt(2),
                "experiments": count,
                "seen": sum(one.answers[0] is Answer.SLOWER for one in verdicts) / count,
                "seen where fewer than 60 were asked for": _share([one.answers[0] is Answer.SLOWER for one in free]),
                "asked for 60 or more": 1 - len(free) / count,
                "control seen": sum(one.slowed is Answer.SLOWER for one in verdicts) / count,
                "planned": sum(one.planned for one in verdicts) / count,
                "pairs": sum(one.pairs for one in verdicts) / count,
            }


def unguarded(size: Size) -> Iterator[Row]:
    """The same planned from the lever's own spread, with all of alpha spent: what the guards of planning are for."""
    for spread in (0.06, SPREAD):
        for name, model in MODELS.items():
            random, runs = _random(f"unguarded {spread} {name}"), (CONTROLS + 1) * AIM.most_pairs
            verdicts = []
            for index in range(size.experiments):
                logs = contrasts_of(model(random, runs, spread), [1.0], index, AIM.slowdown)
                verdicts.append(carry_out(logs, AIM, is_guarded=False))
            yield {
                "noise": name,
                "spread of a pair": spread * math.sqrt(2),
                "experiments": len(verdicts),
                "differs": sum(one.has_difference for one in verdicts) / len(verdicts),
                "A/A differs": sum(one.same in (Answer.FASTER, Answer.SLOWER) for one in verdicts) / len(verdicts),
                "pairs": sum(one.pairs for one in verdicts) / len(verdicts),
            }


def coverage(size: Size) -> Iterator[Row]:
    """How often the interval of a fixed number of pairs holds the true ratio, over ratios from 0.5 to 2."""
    ratios = (0.5, 1.0, 1.1, 2.0)
    for pairs in (4, 6, 10, 20, 60):
        for name, model in MODELS.items():
            random = _random(f"coverage {pairs} {name}")
            held = dict.fromkeys((0.05, 0.01), 0)
            for index in range(size.samples):
                ratio = ratios[index % len(ratios)]
                logs = (_pairs(random, model, pairs) + math.log(ratio)).tolist()
                for alpha in held:
                    found = ratio_of_logs(logs, alpha).ratio
                    held[alpha] += found.low is not None and found.high is not None and found.low <= ratio <= found.high
            yield {
                "noise": name,
                "pairs": pairs,
                "at 95 %": held[0.05] / size.samples,
                "at 99 %": held[0.01] / size.samples,
            }


def estimators(size: Size) -> Iterator[Row]:
    """Student beside Wilcoxon's signed ranks and Yuen's trimmed means: false alarms at 1 %, and power at +10 %."""
    for pairs in (8, 12, 24, 48):
        for name, model in MODELS.items():
            random = _random(f"estimators {pairs} {name}")
            null = np.array([_pairs(random, model, pairs) for _ in range(size.samples)])
            row: Row = {"noise": name, "pairs": pairs}
            for method, test in (("Student", _student), ("signed ranks", _ranks), ("Yuen", _yuen)):
                row[f"{method}: alarms"] = float((test(null) <= AIM.alpha).mean())
                row[f"{method}: seen"] = float((test(null + math.log(EFFECT)) <= AIM.alpha).mean())
            yield row


def beside_others(size: Size) -> Iterator[Row]:
    """The rules of other tools on the same noise, blocked (one arm after the other) and interleaved."""
    for name, model in MODELS.items():
        random = _random(f"rules {name}")
        streams = [model(random, 2 * max(rule.runs for rule in RULES), SPREAD) for _ in range(size.samples)]
        for rule in RULES:
            row: Row = {"noise": name, "rule": rule.name, "runs per arm": rule.runs}
            for layout in ("blocked", "interleaved"):
                split = [_arms(stream[: 2 * rule.runs], layout) for stream in streams]
                row[f"alarms, {layout}"] = _share([rule.differs(before, after) for before, after in split])
                row[f"+10 % seen, {layout}"] = _share(
                    [rule.slower(before, [one * EFFECT for one in after]) for before, after in split]
                )
            yield row


def _arms(stream: Array, layout: str) -> tuple[list[float], list[float]]:
    costs = np.exp(stream).tolist()
    half = len(costs) // 2
    return (costs[:half], costs[half:]) if layout == "blocked" else (costs[0::2], costs[1::2])


def _verdicts(model: Model, effects: list[float], experiments: int, what: str, spread: float = SPREAD) -> list[Verdict]:
    random = _random(what)
    runs = (CONTROLS + len(effects)) * AIM.most_pairs
    return [
        carry_out(contrasts_of(model(random, runs, spread), effects, index, AIM.slowdown), AIM)
        for index in range(experiments)
    ]


def _pairs(random: np.random.Generator, model: Model, pairs: int) -> Array:
    """Log-ratios of identical runs in pairs, in the orders that two arms have."""
    noise = model(random, 2 * pairs, SPREAD).reshape(pairs, 2)
    orders = balanced_orders(2, pairs, int(random.integers(2**31)))
    signs = np.array([second - first for first, second in orders], dtype=float)
    return np.asarray((noise[:, 1] - noise[:, 0]) * signs)


def _student(samples: Array) -> Array:
    from scipy.stats import ttest_1samp

    return np.asarray(ttest_1samp(samples, 0.0, axis=1).pvalue)


def _ranks(samples: Array) -> Array:
    from scipy.stats import wilcoxon

    return np.asarray(wilcoxon(samples, axis=1, method="exact").pvalue)


def _yuen(samples: Array) -> Array:
    """Trimmed t of one sample: a fifth cut off on either side, with the Winsorised variance (Yuen 1974)."""
    from scipy.special import stdtr

    count = samples.shape[1]
    cut = int(0.2 * count)
    ordered = np.sort(samples, axis=1)
    kept = ordered[:, cut : count - cut]
    wins = np.clip(ordered, ordered[:, [cut]], ordered[:, [count - cut - 1]])
    error = wins.std(axis=1, ddof=1) / ((1 - 2 * cut / count) * math.sqrt(count))
    return np.asarray(2 * stdtr(count - 2 * cut - 1, -np.abs(kept.mean(axis=1) / error)))


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else math.nan


def _random(what: str) -> np.random.Generator:
    """A generator of its own for every row: one more row changes no other."""
    return np.random.default_rng(list(what.encode()))


PARTS: Mapping[str, Callable[[Size], Iterator[Row]]] = {
    "false alarms": false_alarms,
    "unguarded": unguarded,
    "power": power,
    "coverage": coverage,
    "estimators": estimators,
    "other rules": beside_others,
    "growth": lambda size: growth(max(size.samples // 25, 2)),
}
