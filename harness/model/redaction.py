"""The one place that takes passwords, keys and tokens out of whatever enters a record or is printed.

A secret is recognized by what it is called (`password=`, `--token X`, `AccountKey=`), by where it stands (the user part
of an address) or by its form (`ghp_...`, a JWT, a private key). One that is none of these, a password given as a bare
argument, cannot be recognized: `harness run --no-arguments` keeps none at all. Every pattern is linear in the text.
"""

import os
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from harness.model.addresses import HIDDEN, without_password
from harness.model.patterns import pattern
from harness.model.secret_names import STEMS, is_secret_name

SHOWN = 200  # characters of a call's arguments that are kept
_LOOKED = 512  # at each of them: cut first, then looked through
_MOST_ITEMS = 16
_DEEPEST = 4
_KEPT = frozenset({"params", "points", "settings"})  # what a study is repeated with: it must stay what it is
_CODE = frozenset({"source"})
_DEEPEST_DATA = 50
_LONGEST = 2048  # characters of a value without quotes
_NOT_SECRET = frozenset({"", "none", "null", "true", "false", "***", '""', "''"})
_NAMED = (
    r"(?<![\w.\-])(?P<name>[A-Za-z_][\w.\-]*+)(?P<close>\\?['\"]?\]?(?:\s?:\s?[A-Za-z_][\w.]{0,40}(?=\s?=))?)"
    r"\s{0,3}(?P<sign>=>|[=!]=|=|:)\s{0,3}"
)
_UNTIL = (  # the end of a value without quotes
    r"(?=\s|$|;|,(?:\s|$|[\w.\-]{1,64}=)|[)\]}>](?:$|[\s,;.:)\]}>'\"])|&[\w.%\-]{1,64}=|['\"`](?:$|[\s,;:)\]}]))"
)
_SCHEMED = r"(?:Bearer|Basic|Digest|Token|ApiKey|Negotiate)\s+"
_MORE = r"\s*(?:$|\w[\w ]{0,40}=)"
_FORMS = (
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)"
    r"|(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{16,}+|github_pat_\w{16,}+|glpat-[\w\-]{16,}+|dckr_pat_[\w\-]{16,}+"
    r"|sk-(?=[\w\-]{0,80}[0-9])[\w\-]{20,}+|[sr]k_(?:live|test)_\w{10,}+|xox[abeoprs]-[\w\-]{10,}+"
    r"|A[KS]IA[0-9A-Z]{16}(?!\w)|hf_[A-Za-z0-9]{25,}+|AIza[\w\-]{30,}+|npm_\w{30,}+|pypi-[\w\-]{30,}+"
    r"|ya29\.[\w\-]{20,}+|SG\.[\w\-]{16,}+\.[\w\-]{16,}+"
    r"|eyJ[\w\-]{8,}+\.[\w\-]{8,}+(?:\.[\w\-]*+)?)"
)
_BEARER = r"(?P<word>\bBearer\s+)(?=[^\s]{0,60}[0-9])[A-Za-z0-9+/=._~\-]{12,}+"
_BEGINNINGS = (  # of what `_FORMS` knows: most texts have none of them
    "-----BEGIN", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "dckr_pat_", "sk-", "sk_", "rk_",
    "xox", "AKIA", "ASIA", "hf_", "AIza", "npm_", "pypi-", "ya29.", "SG.", "eyJ",
)  # fmt: skip
_OPTION = r"--?(?P<name>[A-Za-z][\w.\-]*)\Z"
_ASSIGNED = r"(?P<head>-{0,2}(?:[A-Za-z]*:)?(?P<name>[A-Za-z_][\w.\-]*)=)(?P<value>.*)\Z"
_CREDENTIALS = frozenset({"-u", "--user", "--userpwd", "--proxy-user", "-U", "--auth", "-a", "--basic-auth", "--creds"})


@lru_cache(maxsize=512)
def _redacted_short(text: str) -> str:
    return _redacted(text, is_cut=False, is_source=False)


def redacted(text: str, *, is_cut: bool = False) -> str:
    """Text of any kind without the secrets that can be recognized in it."""
    return _redacted_short(text) if len(text) <= _LOOKED and not is_cut else _redacted(text, is_cut, is_source=False)


def redacted_source(line: str) -> str:
    """A line of code: secrets written in it as text are hidden, and what is computed stays readable."""
    return _redacted(line, is_cut=False, is_source=True)


def redacted_words(words: Sequence[str]) -> tuple[str, ...]:
    """A command's words: as text, and a word after `--password` is hidden wholly."""
    kept: list[str] = []
    before = ""
    for word in words:
        kept.append(_word(word, before))
        before = word
    return tuple(kept)


def redacted_data(value: Any, name: str = "", depth: int = 0) -> Any:
    """Plain JSON data: every text in it, and whatever stands under a secret's name.

    Parameters of trials and a plan's settings are kept as they are, since runs are repeated with them.
    """
    if name in _KEPT:
        return value
    if depth > _DEEPEST_DATA:
        return HIDDEN  # no record of ours is nested so deep
    if isinstance(value, str):
        if name in _CODE:
            return redacted_source(value)
        return HIDDEN if value and is_secret_name(name) else redacted(value)
    if isinstance(value, Mapping):
        return {key: redacted_data(item, str(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, str) for item in value):
            return list(redacted_words(value))
        return [redacted_data(item, name, depth + 1) for item in value]
    return value


def call_text(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """The arguments of a call as short text. Each is cut before it is looked through, so that a call costs little."""
    parts: list[str] = []
    size = 0
    for name, value in (*((None, value) for value in args), *sorted(kwargs.items())):
        text = _argument(value, name or "", 0)
        parts.append(text if name is None else f"{name}={text}")
        size += len(parts[-1]) + 2
        if size > SHOWN:
            break
    return ", ".join(parts)[:SHOWN]


def _argument(value: Any, name: str, depth: int) -> str:
    if value is None or isinstance(value, bool):
        return repr(value)
    if name and is_secret_name(name, may_be_weak=True):
        return HIDDEN
    kind = type(value)
    if kind is int:
        return repr(value) if value.bit_length() < 1024 else "<int>"
    if kind in (float, complex, range):
        return repr(value)
    if isinstance(value, str):
        return redacted(value[:_LOOKED], is_cut=len(value) > _LOOKED)
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        return redacted(path[:_LOOKED]) if isinstance(path, str) else "<path>"
    if depth < _DEEPEST and kind in (list, tuple, set, frozenset):
        return (
            f"[{', '.join(_argument(item, '', depth + 1) for item, _ in zip(value, range(_MOST_ITEMS), strict=False))}]"
        )
    if depth < _DEEPEST and kind is dict:
        items = [(key, item) for (key, item), _ in zip(value.items(), range(_MOST_ITEMS), strict=False)]
        return f"{{{', '.join(f'{str(key)[:80]}: {_argument(item, str(key), depth + 1)}' for key, item in items)}}}"
    if isinstance(value, Enum):
        return f"{kind.__qualname__}.{value.name}"
    return str(getattr(value, "__qualname__", "")) if isinstance(value, type) else f"<{kind.__name__}>"


def _word(word: str, before: str) -> str:
    option = pattern(_OPTION).match(before)
    is_value = option is not None and is_secret_name(option["name"], may_be_weak=True)
    if is_value and not word.startswith("--") and word.lower() not in _NOT_SECRET:
        return HIDDEN
    if before in _CREDENTIALS and ":" in word and not word.startswith("-") and "://" not in word:
        return f"{word.partition(':')[0]}:{HIDDEN}"
    assigned = pattern(_ASSIGNED, re.DOTALL).match(word)
    if assigned is not None and is_secret_name(assigned["name"], may_be_weak=True):
        return word if assigned["value"].lower() in _NOT_SECRET else f"{assigned['head']}{HIDDEN}"
    return redacted(word)


def _redacted(text: str, is_cut: bool, *, is_source: bool) -> str:
    if any(begin in text for begin in _BEGINNINGS):
        text = pattern(_FORMS, re.DOTALL).sub(HIDDEN, text)
    if "Bearer" in text:
        text = pattern(_BEARER).sub(lambda match: f"{match['word']}{HIDDEN}", text)
    text = without_password(text, is_cut=is_cut)
    lower = text.lower() if "=" in text or ":" in text else ""
    return _without_named(text, is_source=is_source) if any(stem in lower for stem in STEMS) else text


def _without_named(text: str, *, is_source: bool) -> str:
    parts, done = [], 0
    for match in pattern(_NAMED).finditer(text):
        if match.start() < done or not _is_named(text, match):
            continue
        low = match.end()
        high = _end_of_value(text, low, match, is_source=is_source)
        value = text[low:high].strip()
        if high > low and value.lower().strip("'\"\\") not in _NOT_SECRET:
            quote = value[0] if value[0] in "'\"" and value[-1] == value[0] and len(value) > 1 else ""
            parts += [text[done:low], f"{quote}{HIDDEN}{quote}"]
            done = high
    return "".join([*parts, text[done:]])


def _is_named(text: str, match: "re.Match[str]") -> bool:
    """Whether the name before a sign is a secret's. Weak names count only where a keyword or a key can stand."""
    name, sign = match["name"], match["sign"]
    if is_secret_name(name):
        return True
    is_keyword = sign == "=" and not match["close"].strip() and text[match.end() - 1] == "="
    is_key = sign == ":" and bool(match["close"].strip("]"))
    return (is_keyword or is_key) and is_secret_name(name, may_be_weak=True)


def _end_of_value(text: str, low: int, match: "re.Match[str]", *, is_source: bool) -> int:
    """Where the value that begins at `low` ends; `low` itself where it is left alone."""
    sign = text[low : low + 1]
    prefix = 1 if sign in "rbfuRBFU" and text[low + 1 : low + 2] in ("'", '"') else 0
    sign = text[low + prefix : low + prefix + 1] if prefix else sign
    if text.startswith('\\"', low):
        return _after(text, '\\"', low + 2)
    if sign and sign in "'\"":
        return _after_quote(text, sign, low + prefix + 1)
    if is_source or not sign:
        return low
    if match["sign"] in ("==", "!=") or text.startswith("***", low):
        return low
    if sign in "{([":
        return _after(text, {"{": "}", "(": ")", "[": "]"}[sign], low + 1)
    end = min(len(text), low + _LONGEST)
    line = text.find("\n", low, end)
    end = end if line < 0 else line
    schemed = pattern(_SCHEMED, re.IGNORECASE).match(text, low, end)
    if schemed is not None:
        low = schemed.end()
    if text[match.start() - 1 : match.start()] not in ("?", "&"):
        semicolon = text.find(";", low, end)
        if semicolon >= 0 and pattern(_MORE).match(text, semicolon + 1, end):  # ODBC, ADO: values may hold blanks
            return semicolon
    until = pattern(_UNTIL).search(text, low, end)
    return end if until is None else until.start()


def _after(text: str, closing: str, at: int) -> int:
    found = text.find(closing, at)
    while closing == "}" and found >= 0 and text[found + 1 : found + 2] == "}":  # ODBC writes } twice inside { }
        found = text.find(closing, found + 2)
    return len(text) if found < 0 else found + len(closing)


def _after_quote(text: str, quote: str, at: int) -> int:
    """Behind the closing quote: one that is neither escaped nor doubled."""
    found = text.find(quote, at)
    while found >= 0:
        if text[found + 1 : found + 2] == quote and found > at:  # doubled: a quote inside
            found = text.find(quote, found + 2)
        elif text[found - 1] == "\\" and text[found - 2 : found - 1] != "\\":
            found = text.find(quote, found + 1)
        else:
            return found + 1
    return len(text)
