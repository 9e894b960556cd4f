import pytest

from harness.model.addresses import without_password


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///study.db", "sqlite:///study.db"),
        ("postgresql://me:secret@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("postgresql+psycopg://me:p@ss/w:rd@host/db", "postgresql+psycopg://me:***@host/db"),
        ("redis://:secret@host:6379/0", "redis://:***@host:6379/0"),
        ("mysql://me@host/db", "mysql://me@host/db"),
        ("cannot open 'mysql://a:b@c/d': no", "cannot open 'mysql://a:***@c/d': no"),
        ("http://host:80/path", "http://host:80/path"),
    ],
)
def test_a_password_never_shows_and_the_rest_stays(address: str, shown: str) -> None:
    assert without_password(address) == shown
