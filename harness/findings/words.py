"""Small words of findings: counts with their noun, and lists."""

from collections.abc import Sequence

from harness.units import count_text


def counted(count: float, noun: str, plural: str | None = None) -> str:
    """`1 thread`, `9 threads`, `2.50 calls`."""
    return f"{count_text(count)} {noun if count == 1 else plural or noun + 's'}"


def uncapitalized(sentence: str) -> str:
    """A sentence as the rest of another."""
    return sentence[:1].lower() + sentence[1:]


def listed(items: Sequence[str], most: int = 3) -> str:
    """`a`, `a and b`, `a, b, c and 4 more`."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{count_text(len(items) - most)} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
