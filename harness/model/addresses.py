"""Addresses of storages without their passwords: what may stand in a record, a report or a sentence of ours."""

import re

HIDDEN = "***"
_USER_PART = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*://)(?P<user>[^:/@\s'\"]*):(?P<secret>[^\s'\"]*)@(?=[^@\s]*)")
_QUERY = re.compile(r"(?i)(?P<name>[?&;](?:password|passwd|pwd|sslpassword|token|secret)=)[^&;\s'\"]*")


def without_password(text: str) -> str:
    """`text` with the password of every URL in it replaced by ***, in the user part and in the query.

    Passwords may hold any character but blanks and quotes, an unescaped @ or / included.
    """
    hidden = _USER_PART.sub(lambda match: f"{match['scheme']}{match['user']}:{HIDDEN}@", text)
    return _QUERY.sub(lambda match: f"{match['name']}{HIDDEN}", hidden)
