"""Whether an address names this very machine, without asking a name server: that may take seconds, or the network."""

import re
import socket
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from harness.probes.procfs import PROC, read_text

_HOSTS = Path("/etc/hosts")
_LOCAL = re.compile(r"\|-- (\S+)\n\s+/32 host LOCAL")
_SOCKETS = ("host", "unix_socket", "unix_sock")  # where a URL's query names a socket's file


def is_here(address: str | None, proc: Path = PROC, hosts: Path = _HOSTS, own_name: str | None = None) -> bool | None:
    """Of a URL, or `host:port`; None for a file, or what cannot be read. A name that is not known here is elsewhere."""
    if not address or address.startswith(("sqlite", "/")):
        return None
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port, query = parts.hostname, parts.port, parse_qs(parts.query)
    except ValueError:
        return None
    if any(value.startswith("/") for name in _SOCKETS for value in query.get(name, ())):
        return True
    host = host or next(iter(query.get("host", ())), None)
    if "://" not in address and port is None:
        return None
    if host is None:
        return True if "://" in address else None  # a driver's default: its socket, or localhost
    return _is_own(host.lower(), proc, hosts, (own_name or socket.gethostname()).lower())


def _is_own(host: str, proc: Path, hosts: Path, own_name: str) -> bool:
    if host in ("localhost", own_name) or host.endswith(".localhost"):
        return True
    addresses = [host, *_named(host, read_text(hosts) or "")]
    own = {*_LOCAL.findall(read_text(proc / "net" / "fib_trie") or ""), *_own_v6(read_text(proc / "net" / "if_inet6"))}
    return any(_is_local(address, own) for address in addresses)


def _is_local(address: str, own: set[str]) -> bool:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return known.is_loopback or known.is_unspecified or known.exploded in own or str(known) in own


def _named(host: str, table: str) -> list[str]:
    """The addresses that /etc/hosts gives a name."""
    lines = (line.partition("#")[0].split() for line in table.splitlines())
    return [words[0] for words in lines if host in (word.lower() for word in words[1:])]


def _own_v6(table: str | None) -> set[str]:
    words = [line.split()[0] for line in (table or "").splitlines() if line.split()]
    return {":".join(word[at : at + 4] for at in range(0, 32, 4)) for word in words if len(word) == 32}
