"""What a secret may look like, and what only looks like one: one table for everything that enters a record."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.addresses import HIDDEN
from harness.model.patterns import pattern
from harness.model.redaction import SHOWN, call_text, redacted, redacted_data, redacted_source, redacted_words

S = "hunter2X"  # the secret of every row
TEXTS = (  # whatever is stored or printed as text; what must be left of it
    (f"postgresql://bob:{S}@db:5432/prices", "postgresql://bob:***@db:5432/prices"),
    (f"postgresql+psycopg://bob:{S}@db/prices?sslmode=require",
     "postgresql+psycopg://bob:***@db/prices?sslmode=require"),
    (f"mysql+pymysql://bob:a b{S}@db/prices", "mysql+pymysql://bob:***@db/prices"),
    (f"mysql://bob:a'b\"{S}@db/prices", "mysql://bob:***@db/prices"),
    (f"postgresql://bob:p@ss{S}@db/prices", "postgresql://bob:***@db/prices"),
    (f"postgresql://bob:p/a/{S}@db/prices", "postgresql://bob:***@db/prices"),
    (f"postgresql://bob:p@s/s w'o\"{S}?#:@db/prices", "postgresql://bob:***@db/prices"),
    (f"postgresql://bob:1234/{S}@db/prices", "postgresql://bob:***@db/prices"),
    (f"redis://:{S}@cache:6379/0", "redis://:***@cache:6379/0"),
    (f"mongodb+srv://bob:{S}@a.b.c/x?w=majority", "mongodb+srv://bob:***@a.b.c/x?w=majority"),
    (f"amqp://bob:%40{S}@mq//", "amqp://bob:***@mq//"),
    (f"https://bob:{S}@host/data.csv", "https://bob:***@host/data.csv"),
    (f"https://{S}{S}{S}0@host/repo.git", "https://***@host/repo.git"),
    (f"could not connect to 'postgresql://bob:p {S}@db/x': timed out",
     "could not connect to 'postgresql://bob:***@db/x': timed out"),
    (f"tried a://b:{S}@c/d and e://f:{S}@g/h", "tried a://b:***@c/d and e://f:***@g/h"),
    (f"jdbc:postgresql://db/x?user=bob&password={S}&ssl=true", "jdbc:postgresql://db/x?user=bob&password=***&ssl=true"),
    (f"jdbc:sqlserver://db:1433;databaseName=x;user=bob;password=a b{S};encrypt=true",
     "jdbc:sqlserver://db:1433;databaseName=x;user=bob;password=***;encrypt=true"),
    (f"jdbc:oracle:thin:bob/{S}@db:1521:x", "jdbc:oracle:thin:bob/***@db:1521:x"),
    (f"bob:{S}@tcp(db:3306)/x", "bob:***@tcp(db:3306)/x"),
    (f"bob:{S}@db.example:5432", "bob:***@db.example:5432"),
    (f"Driver={{ODBC 18}};Server=db;UID=bob;PWD={S};Encrypt=yes",
     "Driver={ODBC 18};Server=db;UID=bob;PWD=***;Encrypt=yes"),
    (f"Server=db;Pwd={{a;b{S}}};Database=x", "Server=db;Pwd=***;Database=x"),
    (f"Server=db;User Id=bob;Password=my pass, {S};", "Server=db;User Id=bob;Password=***;"),
    (f"host=db user=bob password={S} dbname=x", "host=db user=bob password=*** dbname=x"),
    (f"host=db password='a b\\'{S}' dbname=x", "host=db password='***' dbname=x"),
    (f"host=db password=a,b){S} dbname=x", "host=db password=*** dbname=x"),
    (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={S}/+==;EndpointSuffix=x",
     "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;EndpointSuffix=x"),
    (f"Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey={S}=",
     "Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=***"),
    (f"https://host/v1/bars?api_key={S}&symbol=BTC", "https://host/v1/bars?api_key=***&symbol=BTC"),
    (f"https://host/v1/bars?symbol=BTC&apikey={S}", "https://host/v1/bars?symbol=BTC&apikey=***"),
    (f"https://host/v1/bars?key={S}&symbol=BTC", "https://host/v1/bars?key=***&symbol=BTC"),
    (f"https://a.blob.core.windows.net/c/b?sv=2022&sig={S}%3D", "https://a.blob.core.windows.net/c/b?sv=2022&sig=***"),
    (f"s3://bucket/k?X-Amz-Credential={S}&X-Amz-Date=1", "s3://bucket/k?X-Amz-Credential=***&X-Amz-Date=1"),
    (f"Authorization: Bearer {S}.abc", "Authorization: ***"),
    (f"Authorization: Basic {S}==", "Authorization: ***"),
    (f'{{"user": "bob", "password": "{S}", "host": "db"}}', '{"user": "bob", "password": "***", "host": "db"}'),
    (f"{{'token': '{S}', 'n': 1}}", "{'token': '***', 'n': 1}"),
    (f"{{'api-key': '{S}'}}", "{'api-key': '***'}"),
    (f"password: {S}", "password: ***"),
    (f"client_secret: {S}\nport: 5432", "client_secret: ***\nport: 5432"),
    (f"PGPASSWORD={S} psql", "PGPASSWORD=*** psql"),
    (f"AWS_SECRET_ACCESS_KEY={S}", "AWS_SECRET_ACCESS_KEY=***"),
    (f"connect(host='db', password='{S}')", "connect(host='db', password='***')"),
    (f"connect(host=db, key={S}, n=3)", "connect(host=db, key=***, n=3)"),
    (f"ValueError: invalid password: '{S}'", "ValueError: invalid password: '***'"),
    ("login with ghp_abcdefghijklmnopqrstuvwxyz012345 failed", "login with *** failed"),
    ("sk-proj-abcdefghijklmnop1234567890", "***"),
    ("key AKIAABCDEFGHIJKLMNOP was refused", "key *** was refused"),
    ("xoxb-1234567890-abcdefghij", "***"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def", "***"),
    (f"-----BEGIN RSA PRIVATE KEY-----\n{S}\n-----END RSA PRIVATE KEY-----", "***"),
    (f"-----BEGIN PRIVATE KEY-----\n{S}", "***"),
)  # fmt: skip
PLAIN = (  # what only looks like a secret
    "sqlite:///study.db", "sqlite:////home/u/a:b@c.db", "postgresql://bob@db/prices", "postgresql://db:5432/prices",
    "https://host:8080/@scope/package", "https://host/a@b/c", "git@github.com:user/repo.git", "mailto:bob@host",
    "s3://bucket/key.parquet", "redis://cache:6379/0", "file:///C:/data/bars.csv", "image:tag@sha256:0123456789abcdef",
    "max_tokens=512", "token_count=5", "n_tokens: 3", "tokenizer=bert", "keys=3", "primary_key=id", "sort_key=close",
    "key_column=date", "monkey=1", "keyboard: us", "hotkey=F5", "low_pass=0.1", "passes=3", "bypass=true", "compass=n",
    "author=bob", "password=None", "password=", "password: null", "secret=***", "password_file=/run/secrets/db",
    "password authentication failed for user 'bob'", "the token was refused: try again", "Unexpected token: }",
    "optimise.py:12@x", "12:30@home", "objective at 0x7f: 3@5", "a=b", "span=14, kind='ema'", "C:\\data\\bars.csv",
    "sk-learn-estimators-are-here", "Basic strategies", "the Bearer of news", "eyJ", "x" * 3000,
    "--bars crypto.csv --trials 50", "SELECT * FROM bars WHERE key = 3", "pwdx", "secretary=bob",
)  # fmt: skip
SOURCES = (
    (f'password = "{S}"', 'password = "***"'),
    (f"PASSWORD: str = '{S}'", "PASSWORD: str = '***'"),
    (f'db = connect(user="bob", password="{S}")', 'db = connect(user="bob", password="***")'),
    (f'os.environ["DB_PASSWORD"] = "{S}"', 'os.environ["DB_PASSWORD"] = "***"'),
    (f'headers = {{"Authorization": "Bearer {S}"}}', 'headers = {"Authorization": "***"}'),
    (f'engine = create_engine("postgresql://bob:{S}@db/x")', 'engine = create_engine("postgresql://bob:***@db/x")'),
    (f'if token == "{S}":', 'if token == "***":'),
    (f"secret = b'{S}'", "secret = ***"),
)
PLAIN_SOURCES = (
    "password = get_password()", "token = tokens[index]", "rows.sort(key=lambda row: row.close)",
     "key = (symbol, span)",
    "best = max(scores, key=scores.get)", "password = os.environ['DB']", "secret: str", "return token",
     "if not password:",
    "frame = pd.read_hdf(path, key=name)", "cache[key] = frame",
)  # fmt: skip
WORDS = (
    (("--password", S, "x"), ("--password", HIDDEN, "x")),
    (("--api-key", S), ("--api-key", HIDDEN)),
    (("--token", S), ("--token", HIDDEN)),
    (("--key", S), ("--key", HIDDEN)),
    (("-password", S), ("-password", HIDDEN)),
    ((f"--password={S} with, blanks; and signs",), ("--password=***",)),
    ((f"--db.password={S}",), ("--db.password=***",)),
    ((f"PASSWORD={S}",), ("PASSWORD=***",)),
    ((f"secret={S}",), ("secret=***",)),
    (("-u", f"bob:{S}"), ("-u", "bob:***")),
    (("--storage", f"postgresql://bob:p @{S}@db/x"), ("--storage", "postgresql://bob:***@db/x")),
    (("--dsn", f"host=db password={S}"), ("--dsn", "host=db password=***")),
    (("--no-password", "bars.csv"), ("--no-password", "bars.csv")),
    (("--password-file", "p.txt"), ("--password-file", "p.txt")),
    (("--password", "--verbose"), ("--password", "--verbose")),
    (("--max-tokens", "512", "--keys", "3"), ("--max-tokens", "512", "--keys", "3")),
    (("-u", "optimise.py"), ("-u", "optimise.py")),
)
CALLS = (
    (("bob", 3), {"password": f"{S}, x) y"}, "bob, 3, password=***"),
    ((), {"key": S, "n": 3}, "key=***, n=3"),
    ((), {"secret": S, "token": [S]}, "secret=***, token=***"),
    ((), {"auth": ("bob", S)}, "auth=***"),
    ((), {"options": {"key": S, "secret": S, "anon": False}}, "options={key: ***, secret: ***, anon: False}"),
    (([f"postgresql://bob:{S}@db/x"],), {}, "[postgresql://bob:***@db/x]"),
    (("x" * 5_000,), {"password": S}, "x" * SHOWN),
    ((f"postgresql://bob:{S * 500}@db/x",), {}, "postgresql://bob:***"),
    ((), {"password": None, "max_tokens": 5}, "max_tokens=5, password=None"),
    ((), {"password": 12345}, "password=***"),
    ((10**400,), {}, "<int>"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "left"), TEXTS)
def test_a_secret_in_text_is_hidden(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize("text", PLAIN, ids=lambda text: text[:40])
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(("line", "left"), SOURCES)
def test_a_secret_written_in_code_is_hidden(line: str, left: str) -> None:
    assert redacted_source(line) == left


@pytest.mark.parametrize("line", PLAIN_SOURCES)
def test_code_that_computes_stays_readable(line: str) -> None:
    assert redacted_source(line) == line


@pytest.mark.parametrize(("words", "left"), WORDS)
def test_a_secret_among_the_words_of_a_command_is_hidden(words: tuple[str, ...], left: tuple[str, ...]) -> None:
    assert redacted_words(words) == left


@pytest.mark.parametrize(("args", "kwargs", "left"), CALLS)
def test_a_secret_among_the_arguments_of_a_call_is_hidden(args: Any, kwargs: Any, left: str) -> None:
    assert call_text(args, kwargs) == left


def test_no_secret_of_the_tables_is_left_anywhere() -> None:
    shown = [*(redacted(text) for text, _ in TEXTS), *(redacted_source(line) for line, _ in SOURCES)]
    shown += [word for words, _ in WORDS for word in redacted_words(words)]
    shown += [call_text(args, kwargs) for args, kwargs, _ in CALLS]
    assert not [text for text in shown if S in text]
    assert len(TEXTS) >= 40


def test_data_is_gone_through_whole() -> None:
    data = {
        "command": ["run", "--token", S],
        "detail": f"a://b:{S}@c",
        "password": S,
        "n": [1, None],
        "deep": [{"pwd": S}],
        "params": {"password": S},
    }
    assert redacted_data(data) == {
        "command": ["run", "--token", HIDDEN],
        "detail": "a://b:***@c",
        "password": HIDDEN,
        "n": [1, None],
        "deep": [{"pwd": HIDDEN}],
        "params": {"password": S},  # which a run is repeated with
    }


def test_data_that_is_nested_too_deep_is_hidden_there() -> None:
    data: Any = "deep"
    for _ in range(5_000):
        data = [data]
    left = redacted_data({"x": data})
    while left != HIDDEN:
        left = left["x"] if isinstance(left, dict) else left[0]


def test_what_was_hidden_stays_as_it_is() -> None:
    for text, left in TEXTS:
        assert redacted(left) == left, text
    for words, kept in WORDS:
        assert redacted_words(kept) == kept, words


WORDLIKE = ("password", "key", "://", "Bearer ", "eyJ", "token=", "u:p@h")
ALPHABET = st.sampled_from([*"abz09 =:;,@/&?'\"(){}[]\\.-_\n", *WORDLIKE])


@settings(max_examples=300, deadline=None)
@given(st.lists(ALPHABET, max_size=40).map("".join))
def test_no_text_is_too_strange(text: str) -> None:
    once = redacted(text)
    assert redacted(once, is_cut=True) is not None
    assert redacted_source(text) is not None
    assert redacted_words([text, text])
    assert len(call_text((text,), {"key": text})) <= SHOWN


HOSTILE = (
    "password=", "password= ", "a:b@", "://", "x://u:", "x://u:p ", "'x://u:", "oracle:thin:a/", "password={",
     "password='",
    "a" * 7, "a-", "a.", ";", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaa.", "sk-aaaa", "Bearer ", "{'key':", "\\\"",
     "@",
)  # fmt: skip


def steps(text: str) -> int:
    """Lines of Python that are run for a text: what a pattern does in C is bounded by how it is written."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)
    try:
        redacted(text, is_cut=True)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_four_times_the_text_takes_about_four_times_the_steps(piece: str) -> None:
    short, long = piece * (8_000 // len(piece)), piece * (32_000 // len(piece))
    assert steps(long) <= 5 * steps(short) + 200


def test_a_call_costs_the_same_however_long_its_text_is() -> None:
    class Watched(str):
        seen = 0

        def __getitem__(self, key: Any) -> str:
            taken = str.__getitem__(self, key)
            Watched.seen += len(taken)
            return taken

    call_text((Watched("password=" * 100_000),), {})
    assert 0 < Watched.seen <= 2_000


def test_a_process_without_suspicious_text_compiles_no_pattern() -> None:
    pattern.cache_clear()
    for text in ("sqlite:///study-4711.db", "no-name-4711", "bars_4711.csv", "objective 4711", "C:\\4711"):
        assert redacted(text) == text
    assert call_text(("bars_4711.parquet", 3), {"span": 14}) == "bars_4711.parquet, 3, span=14"
    assert pattern.cache_info().currsize == 0
