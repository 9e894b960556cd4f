"""Addresses without their passwords: URLs, JDBC strings and `user:password@host`, whatever a password consists of."""

import re

from harness.model.patterns import pattern

HIDDEN = "***"
_MOST = 1024  # characters after `://` in which the end of a password is looked for
_LONGEST_SCHEME = 40
_MOST_OPEN = 3  # further `://` inside a password
_OF_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-")
_USER = r"[^:/?#@\s'\"<>]*"
_PORT = r"[0-9]{1,5}(?=[/?#\s'\",;)\]}>]|$)"
_CLOSING = {quote: rf"(?<!\\){quote}(?=[\s,;:.)\]}}>]|$)" for quote in "'\"`"}
_WEB = frozenset({"http", "https", "git", "ssh", "npm", "file", "ws", "wss", "git+https", "git+ssh"})
_KEYLIKE = r"(?=[^0-9]*[0-9])[\w\-.~%]{16,}\Z"
_ORACLE = r"(?P<user>\b(?:jdbc:)?oracle:\w{1,20}:[^/\s'\"]{0,200})/(?P<secret>[^\n]{0,1000})@"
_PLAIN = (
    r"(?<![\w/:@.\-+%])(?!mailto:)(?P<user>[A-Za-z_][\w.+\-]*+):(?P<secret>[^\s:/@'\"(),=]++)@"
    r"(?=(?:tcp|unix)\(|(?!sha\d)[A-Za-z0-9_\[][\w.\-]*+(?:[:/)\s,;'\"]|$))"
)


def without_password(text: str, *, is_cut: bool = False) -> str:
    """`text` with the password of every address in it replaced by ***.

    A password may hold any character but a line end: what stands between a user and the last @ of its line is hidden,
    rather more than less. `is_cut`: the text goes on, so a password may, too, and is hidden to the end.
    """
    if "@" not in text and not is_cut:
        return text
    if "://" in text:
        text = _urls(text, is_cut=is_cut)
    if "oracle:" in text:
        text = pattern(_ORACLE).sub(lambda match: f"{match['user']}/{HIDDEN}@", text)
    return pattern(_PLAIN).sub(_without_plain, text)


def _without_plain(match: "re.Match[str]") -> str:
    is_a_place = match["secret"].isdigit()  # optimise.py:12@x
    return match[0] if is_a_place else f"{match['user']}:{HIDDEN}@"


def _urls(text: str, *, is_cut: bool) -> str:
    parts, done = [], 0
    mark = text.find("://")
    while mark >= 0:
        start, begin = mark + 3, _scheme(text, done, mark)
        next_mark = start
        if begin < mark and (is_cut or text.find("@", start, start + _MOST) >= 0):
            end = _end_of(text, begin, start)
            low, high = _secret(text, start, end, text[begin:mark].lower(), is_cut=is_cut)
            if low < high:
                parts += [text[done:low], HIDDEN]
                done = next_mark = high
        mark = text.find("://", next_mark)
    return "".join([*parts, text[done:]])


def _scheme(text: str, low: int, mark: int) -> int:
    """Where the scheme before a `://` begins; `mark` itself where there is none."""
    begin = mark
    while begin > low and mark - begin < _LONGEST_SCHEME and text[begin - 1] in _OF_SCHEME:
        begin -= 1
    while begin < mark and not text[begin].isalpha():
        begin += 1
    return begin


def _secret(text: str, start: int, end: int, scheme: str, *, is_cut: bool) -> tuple[int, int]:
    """Where the secret of the address at `start` begins and ends; the same twice where it has none."""
    user = pattern(_USER).match(text, start, end)
    after = start if user is None else user.end()
    sign = text[after : after + 1] if after < end else ""
    if sign == "@":
        return (start, after) if pattern(_KEYLIKE).match(text, start, after) else (start, start)
    if sign != ":" or text[after + 1 : after + 2].isspace():
        return start, start
    low, last = after + 1, text.rfind("@", after + 1, end)
    port = pattern(_PORT).match(text, low, end)
    if port is not None and (scheme in _WEB or "@" not in _token(text, low, end)):
        return start, start
    if last < 0:
        return (low, len(text)) if is_cut and end == len(text) else (start, start)
    return low, last


def _token(text: str, low: int, end: int) -> str:
    return text[low:end].split(maxsplit=1)[0] if text[low:end].strip() else ""


def _end_of(text: str, scheme: int, start: int) -> int:
    """The end of the line, of what is quoted together with the address, or the beginning of the next address."""
    end = min(len(text), start + _MOST)
    line = text.find("\n", start, end)
    end = end if line < 0 else line
    quoted = _CLOSING.get(text[scheme - 1]) if scheme else None
    closing = None if quoted is None else pattern(quoted).search(text, start, end)
    end = end if closing is None else closing.start()
    other = text.find("://", start, end)
    for _ in range(_MOST_OPEN):  # an address of its own, unless the password before it is not yet over
        if other < 0:
            break
        begin = _scheme(text, start, other)
        if begin < other and ("@" in text[start:begin] or not _is_open(text, start, begin)):
            return begin
        other = text.find("://", other + 3, end)
    return end


def _is_open(text: str, start: int, end: int) -> bool:
    """Whether a user and a colon have been read, and neither a port nor a blank after them."""
    user = pattern(_USER).match(text, start, end)
    after = start if user is None else user.end()
    return text[after : after + 1] == ":" and after + 1 < end and pattern(_PORT).match(text, after + 1) is None
