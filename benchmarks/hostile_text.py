"""What hiding secrets costs a call that is watched, whatever text it is called with.

python benchmarks/hostile_text.py [--characters 100000] [--calls 50]

Calls a function with text that is made to take long: signs that begin an address, a name or a quotation and never end
it. CPU of a call, watched less plain, for that many characters and for a quarter of them. Target: at most 3 ms for each
call, of which the hash of the whole text, by which calls are told apart, is a part; and an error's message at most 6
times for 4 times the text.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.model.redaction import redacted
from harness.probes.loads import Loads
from harness.units import seconds_text

PIECES = (
    "password=", "password= ", "a:b@", "://", "x://u:", "x://u:p ", "'x://u:", "x://u:p@", "oracle:thin:a/",
    "password={", "password='", "aaaaaaa", "a-", "a.", ";", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaa.", "sk-aaaa",
    "Bearer ", "{'key':", '\\"', "@", "\n",
)  # fmt: skip
TARGET_S = 0.003
TARGET_GROWTH = 6.0
_LEAST_S = 1e-4  # below that, growth is the clock's


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU that one kind of text takes."""

    piece: str
    call_s: float  # of one call: watched, less plain
    quarter_s: float  # the same with a quarter of the text
    whole_s: float  # of `redacted` on all of the text, as of an error's message
    whole_quarter_s: float

    @property
    def is_met(self) -> bool:
        grown = self.whole_s / max(self.whole_quarter_s, _LEAST_S)
        return self.call_s <= TARGET_S and grown <= TARGET_GROWTH


def measure(characters: int, calls: int) -> Iterator[Cost]:
    """Each kind of text."""
    for piece in PIECES:
        text = piece * (characters // len(piece) + 1)
        long, short = text[:characters], text[: characters // 4]
        yield Cost(
            piece=piece,
            call_s=_of_call(long, calls),
            quarter_s=_of_call(short, calls),
            whole_s=_cpu_s(lambda long=long: redacted(long), 1),  # type: ignore[misc]
            whole_quarter_s=_cpu_s(lambda short=short: redacted(short), 1),  # type: ignore[misc]
        )


def _of_call(text: str, calls: int) -> float:
    book = Loads(lambda: True)
    watched = _cpu_s(lambda: book.call("feature", len, (text,), {}), calls)
    return max(watched - _cpu_s(lambda: len(text), calls), 0.0)


def _cpu_s(act: Callable[[], object], times: int) -> float:
    """The least of three, for one."""
    least = float("inf")
    for _ in range(3):
        mark = time.process_time()
        for _ in range(times):
            act()
        least = min(least, (time.process_time() - mark) / times)
    return least


def lines(costs: list[Cost]) -> list[str]:
    """A line for each, and the verdict."""
    found = [f"{'text':<30} {'call':>10} {'a quarter':>10} {'message':>10} {'a quarter':>10}"]
    for cost in costs:
        times = (cost.call_s, cost.quarter_s, cost.whole_s, cost.whole_quarter_s)
        shown = " ".join(f"{seconds_text(time_s):>10}" for time_s in times)
        found.append(f"{cost.piece!r:<30} {shown}{'' if cost.is_met else '  NOT MET'}")
    missed = sum(not cost.is_met for cost in costs)
    return [*found, f"{len(costs) - missed} of {len(costs)} kinds of text meet the target"]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--characters", type=int, default=100_000)
    asked.add_argument("--calls", type=int, default=50)
    given = asked.parse_args()
    costs = list(measure(given.characters, given.calls))
    print("\n".join(lines(costs)))
    raise SystemExit(0 if all(cost.is_met for cost in costs) else 1)


if __name__ == "__main__":
    main()
