"""The checks of a ledger: which rule, and the figures that it needs."""

from harness.claims.fields import Table
from harness.model.claim import Check, Rule, Span
from harness.model.search import Stage

_SHARED = ("rule", "why")
_OF_RULE = {
    Rule.RATIO: ("above", "below", "stated", "tolerance", "unit"),
    Rule.PRODUCT: ("times", "over", "stated", "tolerance", "unit"),
    Rule.SUM: ("terms", "stated", "tolerance", "unit"),
    Rule.SHARE: ("part", "whole", "stated", "tolerance", "unit"),
    Rule.CEILING: ("part", "whole", "share", "unit"),
    Rule.COMBINED: ("savings", "stated"),
    Rule.SCHEDULE: ("stages",),
    Rule.NONE: (),
}


def check_of(table: Table) -> Check:
    """One `[[claim.check]]`; refuses figures that its rule does not use, or that it lacks."""
    rule = table.member("rule", Rule)
    if rule is None:
        table.refuse(None, f"the field 'rule' is missing: one of {', '.join(one.value for one in Rule)}")
    table.check_keys((*_SHARED, *_OF_RULE[rule]))
    times, over = table.numbers("times"), table.numbers("over")
    if rule in (Rule.RATIO, Rule.SHARE):
        above, below = ("above", "below") if rule is Rule.RATIO else ("part", "whole")
        times, over = (_must(table, above),), (_must(table, below),)
    made = Check(
        rule=rule,
        times=times,
        over=over,
        terms=table.numbers("terms"),
        part=_part(table, rule),
        whole=table.number("whole") if rule is Rule.CEILING else None,
        savings=_pairs(table, "savings"),
        stages=tuple(_stage(table, pair) for pair in _pairs(table, "stages")),
        stated=_stated(table),
        tolerance=table.number("tolerance"),
        unit=table.text("unit") or "",
        why=table.text("why"),
    )
    _see_that_it_can_be_worked(table, made)
    return made


def _see_that_it_can_be_worked(table: Table, made: Check) -> None:
    needs = {
        Rule.PRODUCT: ("times", made.times),
        Rule.SUM: ("terms", made.terms),
        Rule.COMBINED: ("savings", made.savings),
        Rule.SCHEDULE: ("stages", made.stages),
    }
    key, figures = needs.get(made.rule, ("", (0.0,)))
    if not figures:
        table.refuse(None, f"the rule {made.rule.value} needs the field {key!r}")
    if "stated" in _OF_RULE[made.rule] and made.stated is None:
        table.refuse(None, f"the rule {made.rule.value} needs the field 'stated': what the claimant says it comes to")
    if 0.0 in made.over or made.whole == 0:
        table.refuse("below" if made.rule is Rule.RATIO else "over", "nothing can be divided by 0")


def _part(table: Table, rule: Rule) -> float | None:
    """Of a ceiling: `part` of `whole`, or a `share` by itself."""
    if rule is not Rule.CEILING:
        return None
    share = table.number("share")
    if share is None:
        _must(table, "whole")
        return _must(table, "part")
    if "part" in table.data or "whole" in table.data:
        table.refuse("share", "give either a share, or a part and its whole")
    if not 0 <= share <= 1:
        table.refuse("share", f"expected a share from 0 to 1, not {share:g}")
    return share


def _must(table: Table, key: str) -> float:
    found = table.number(key)
    if found is None:
        table.refuse(None, f"its rule needs the field {key!r}, a number")
    return found


def _stated(table: Table) -> Span | None:
    numbers = table.numbers("stated")
    if not numbers:
        return None
    if len(numbers) > 2 or numbers[0] > numbers[-1]:
        table.refuse("stated", "expected one number or [low, high], the lower one first")
    return Span(low=numbers[0], high=numbers[-1])


def _pairs(table: Table, key: str) -> tuple[tuple[float, float], ...]:
    if key not in table.data:
        return ()
    found = table.data[key]
    if not isinstance(found, list) or not all(isinstance(one, list) and len(one) == 2 for one in found):
        table.refuse(key, "expected pairs of numbers, such as [[0.10, 0.20], [0.20, 0.30]]")
    flat = Table(file=table.file, places=table.places, path=table.path, data={key: [x for one in found for x in one]})
    numbers = flat.numbers(key)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _stage(table: Table, pair: tuple[float, float]) -> Stage:
    """A stage from its pair: trials, and the share of the data."""
    trials, share = pair
    if not trials.is_integer():
        table.refuse("stages", f"expected [trials, share], with a whole number of trials, not {trials:g}")
    return table.made("stages", lambda: Stage(trials=int(trials), share=share))
