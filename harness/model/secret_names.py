"""Names of what must not be kept: options, keywords, keys and variables that hold a password, a key or a token."""

from functools import lru_cache

from harness.model.patterns import pattern

_SECRET_WORDS = frozenset(
    {
        "password", "passwd", "passwort", "passphrase", "passcode", "pwd", "secret", "token", "apikey",
        "accesskey", "secretkey", "accountkey", "privatekey", "sharedkey", "credential", "credentials",
        "authorization", "bearer", "jwt", "pat", "cookie", "sessionid",
    }
)  # fmt: skip
_ENDINGS = ("password", "passwd", "passphrase", "secret", "apikey", "accesskey", "secretkey", "accountkey", "authtoken")
_KEYS = frozenset(
    {
        "api", "access", "secret", "account", "shared", "private", "auth", "encryption", "signing", "storage",
        "subscription", "master", "ssh", "hmac", "license", "service", "client", "app", "consumer", "deploy",
        "admin", "rapid",
    }
)  # fmt: skip
_WEAK = frozenset({"key", "auth", "pass", "sig", "signature", "sas"})  # secret as a keyword, a word in a sentence
_USERS = frozenset(
    {
        "db", "database", "user", "smtp", "mysql", "ftp", "redis", "pg", "postgres", "imap", "ldap", "mail",
        "proxy", "http", "admin", "root",
    }
)  # fmt: skip
_FLAGS = frozenset({"no", "ask", "prompt", "without", "skip", "use", "has", "is", "require", "show", "hide"})
_WORDS = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"
_MOST = 100
STEMS = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "auth",
    "bearer",
    "jwt",
    "pat",
    "cookie",
    "session",
    "sig",
    "sas",
)
"""A text in which none of these stands has no secret's name."""


@lru_cache(maxsize=1024)
def is_secret_name(name: str, *, may_be_weak: bool = False) -> bool:
    """Whether what a name stands for is a secret, by its last words: `db_password`, `apiKey`, not `max_tokens`.

    `may_be_weak`: `key`, `auth` and `pass` count as well, as keywords of a call do, and words of a sentence do not.
    """
    lower = name[-_MOST:].lower()
    if not any(stem in lower for stem in STEMS):
        return False
    words = [word.lower() for word in pattern(_WORDS).findall(name[-_MOST:])]
    while words and words[-1].isdigit():
        words.pop()
    if not words or words[0] in _FLAGS:
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _SECRET_WORDS or last.endswith(_ENDINGS) or "".join(words) in _SECRET_WORDS:
        return True
    if last in ("key", "keys"):
        return before in _KEYS or (may_be_weak and name.lower() == "key")
    if last == "pass" and before in _USERS:
        return True
    return may_be_weak and "".join(words) in _WEAK
