"""Hosts in addresses: which of them the world can reach, and which never leave the machine or its containers."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, urlsplit

RESERVED: Final = (".example", ".test", ".invalid", ".localhost", ".local", ".internal")
RESERVED_DOMAINS: Final = ("example.com", "example.net", "example.org")
ENCRYPTED: Final = {"require", "verify-ca", "verify-full"}


def host_of(url: str) -> str:
    """Return the host of an address, or nothing."""
    return (urlsplit(url).hostname or "").casefold()


def is_inside(host: str) -> bool:
    """Return whether the host is this machine or, by its one word, a container beside us."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return "." not in host


def is_reserved(host: str) -> bool:
    """Return whether nobody outside can reach this host: a private address, one word, or a name of examples."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        pass
    return "." not in host or host.endswith(RESERVED) or any(f".{host}".endswith(f".{one}") for one in RESERVED_DOMAINS)


def brokers(bootstrap: str) -> Iterator[str]:
    """Yield the host of each broker of `host:port,host:port`."""
    for one in bootstrap.split(","):
        yield one.strip().rpartition(":")[0].strip("[]").casefold()


def servers(dsn: str) -> Iterator[str]:
    """Yield the host of each server of a Postgres address, which may name several."""
    for one in urlsplit(dsn).netloc.rpartition("@")[2].split(","):
        yield host_of(f"//{one}")


def password_of(dsn: str) -> str:
    """Return the password of a Postgres address, or nothing."""
    return urlsplit(dsn).password or ""


def is_encrypted(dsn: str) -> bool:
    """Return whether a Postgres address asks for an encrypted connection."""
    return parse_qs(urlsplit(dsn).query).get("sslmode", [""])[-1] in ENCRYPTED
