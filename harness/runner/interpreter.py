"""The options that this Python was started with, as another one is to have them."""

from collections.abc import Sequence

_WITH_VALUE = "WX"
_LONG_WITH_VALUE = ("--check-hash-based-pycs",)
_ENDS = "cm"  # the rest of the words are the program's
_DROPPED = "i"  # a prompt after the program is for whoever started this one


def options_in(words: Sequence[str]) -> tuple[str, ...]:
    """Python's own options in `sys.orig_argv`, each by itself and in their order.

    Not `subprocess._args_from_interpreter_flags`: that knows a handful of -X, no -u, and repeats what the environment
    has said already.
    """
    found: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-") or word in ("-", "--"):
            break
        if word.startswith("--"):
            found += [word, next(rest, "")] if word in _LONG_WITH_VALUE else [word]
            continue
        letters = word[1:]
        for place, letter in enumerate(letters):
            if letter in _ENDS:
                return tuple(found)
            if letter in _WITH_VALUE:
                found += [f"-{letter}", letters[place + 1 :] or next(rest, "")]
                break
            if letter not in _DROPPED:
                found.append(f"-{letter}")
    return tuple(found)
