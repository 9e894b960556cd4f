"""Addresses of this machine: loopback, its names and addresses, sockets; nothing is asked of a name server."""

from pathlib import Path

import pytest

from harness.attach.hosts import is_here

TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
           |-- 127.0.0.1
              /32 host LOCAL
           |-- 10.1.2.3
              /32 host LOCAL
           |-- 10.1.2.255
              /32 link BROADCAST
"""
V6 = "fe800000000000000242acfffe110002 02 40 20 80 eth0\n00000000000000000000000000000001 01 80 10 80 lo\n"


@pytest.fixture
def known(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "fib_trie").write_text(TRIE)
    (tmp_path / "net" / "if_inet6").write_text(V6)
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n10.1.2.3 box box.lan # mine\n10.9.9.9 other\n")
    return tmp_path, hosts


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://me:***@localhost:5432/optuna", True),
        ("postgresql://me@127.0.0.1/optuna", True),
        ("postgresql://me@127.8.0.1/optuna", True),
        ("mysql+pymysql://[::1]:3306/optuna", True),
        ("postgresql://10.1.2.3/optuna", True),
        ("postgresql://box.lan/optuna", True),
        ("postgresql://My-Machine/optuna", True),
        ("postgresql://[fe80::242:acff:fe11:2]/optuna", True),
        ("postgresql:///optuna", True),
        ("postgresql://me@/optuna?host=/var/run/postgresql", True),
        ("mysql://me@db/optuna?unix_socket=/run/mysqld.sock", True),
        ("redis://localhost:6379", True),
        ("localhost:13000", True),
        ("0.0.0.0:13000", True),
        ("postgresql://db.example/optuna", False),
        ("postgresql://me@/optuna?host=db.example", False),
        ("postgresql://10.1.2.255/optuna", False),
        ("postgresql://other/optuna", False),
        ("10.1.2.4:13000", False),
        ("sqlite:///study.db", None),
        ("/data/study.journal", None),
        ("study.journal", None),
        ("", None),
        (None, None),
        ("postgresql://[broken/optuna", None),
    ],
)
def test_an_address_is_here_or_elsewhere(address: str | None, expected: bool | None, known: tuple[Path, Path]) -> None:
    proc, hosts = known
    assert is_here(address, proc, hosts, own_name="my-machine") is expected


def test_without_what_the_kernel_tells_only_names_are_known(tmp_path: Path) -> None:
    assert is_here("postgresql://localhost/a", tmp_path, tmp_path / "none", own_name="x") is True
    assert is_here("postgresql://10.1.2.3/a", tmp_path, tmp_path / "none", own_name="x") is False
