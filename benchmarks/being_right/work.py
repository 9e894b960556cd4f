"""The study whose runs make the stream: a fixed amount of pure Python, the same in every trial whatever it draws."""

from typing import Any

STEPS = 200_000


def objective(trial: Any) -> float:
    """Smooth a walk with a drawn span, bar by bar: a tenth of a second of floats, lists and a dict."""
    weight: float = trial.suggest_float("weight", 0.01, 0.5)
    level = 100.0
    seen: list[float] = []
    counts: dict[int, int] = {}
    state = 12345
    for step in range(STEPS):
        state = (1103515245 * state + 12345) % 2147483648
        price = 100.0 + (state >> 16) / 32768.0 - 0.5
        level = weight * price + (1 - weight) * level
        if step % 16 == 0:
            seen.append(level)
            counts[state % 64] = counts.get(state % 64, 0) + 1
    return sum(seen) / len(seen) + len(counts) * 1e-9
