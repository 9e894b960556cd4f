"""How well a part of the data ranks parameters: values on a share beside those of the same points on all of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from harness.experiments.incumbents import incumbents, to_score
from harness.model.record import Record, TrialRow, TrialState

FEWEST = 3  # points: of two, any ranking is perfect

Key = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRanking:
    """One share of the data: how many points are known on it and on all the data, and how alike they rank there."""

    share: float
    points: int
    correlation: float | None  # Spearman's; None where too few points are known on both, or all values are equal


def stage_rank_correlation(record: Record, scored: Record | None = None) -> tuple[StageRanking, ...]:
    """For each share that trials were run on, from points that were run on all the data as well: carried, validated, or
    scored afterwards (`scored`, see harness.runner.scoring).

    Those are the better points of a stage, so this understates how well the share ranks all points.
    """
    whole = _whole(record, scored)
    pairs: dict[float, dict[Key, tuple[float, float]]] = defaultdict(dict)
    for row in record.trials:
        if row.share < 1:
            known = pairs[row.share]
            value, key = _value(row), _key(row)
            if value is not None and key in whole:
                known[key] = (value, whole[key])
    return tuple(
        StageRanking(share=share, points=len(known), correlation=spearman(tuple(known.values())))
        for share, known in sorted(pairs.items())
    )


def over_seeds(found: Sequence[Sequence[StageRanking]]) -> tuple[StageRanking, ...]:
    """The rankings of several runs as one for each share: points together, and the median of their correlations."""
    shares = sorted({one.share for run in found for one in run})
    return tuple(_median([one for run in found for one in run if one.share == share]) for share in shares)


def _median(found: Sequence[StageRanking]) -> StageRanking:
    known = [one.correlation for one in found if one.correlation is not None]
    return StageRanking(
        share=found[0].share,
        points=sum(one.points for one in found if one.correlation is not None),
        correlation=median(known) if known else None,
    )


def spearman(pairs: tuple[tuple[float, float], ...]) -> float | None:
    """Spearman's rank correlation, ties sharing their mean rank."""
    if len(pairs) < FEWEST:
        return None
    first, second = _ranks([one for one, _ in pairs]), _ranks([other for _, other in pairs])
    middle = (len(pairs) + 1) / 2
    together = sum((one - middle) * (other - middle) for one, other in zip(first, second, strict=True))
    spreads = sum((one - middle) ** 2 for one in first), sum((one - middle) ** 2 for one in second)
    return None if 0 in spreads else together / (spreads[0] * spreads[1]) ** 0.5


def _ranks(values: list[float]) -> list[float]:
    places: dict[float, list[int]] = defaultdict(list)
    for place, value in enumerate(sorted(values), 1):
        places[value].append(place)
    return [sum(places[value]) / len(places[value]) for value in values]


def _whole(record: Record, scored: Record | None) -> dict[Key, float]:
    rows = {_key(row): value for row in record.trials if row.share == 1 and (value := _value(row)) is not None}
    if scored is not None:
        by_number = {row.number: row for row in scored.trials}
        for place, one in enumerate(to_score(incumbents(record))):
            row = by_number.get(place)
            if row is not None and (value := _value(row)) is not None:
                rows.setdefault(tuple(sorted(one.params)), value)
    return rows


def _key(row: TrialRow) -> Key:
    return tuple(sorted(row.params.items()))


def _value(row: TrialRow) -> float | None:
    return row.values[0] if row.state is TrialState.COMPLETE and row.values is not None else None
