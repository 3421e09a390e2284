"""Brings a server to one database with a role and a schema per service. Safe to repeat."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from shared.postgres.pool import LIMITS
from shared.postgres.queries import Queries

SERVICES = ("intake", "router", "sla", "notifier")
DATABASE = "tanggap"
BOOKS = "books"
OWNER_LIMITS = {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}
BOOKS_LIMITS = {
    "statement_timeout": "120s",
    "idle_in_transaction_session_timeout": "30s",
    "default_transaction_read_only": "on",
}

Q = Queries.load(Path(__file__).with_name("queries.sql"))
Password = Callable[[str], str]


def owner_of(service: str) -> str:
    """The role that owns the service's schema and migrates it."""
    return f"{service}_owner"


def roles() -> list[str]:
    """Every role that can log in."""
    return [*(role for service in SERVICES for role in (service, owner_of(service))), BOOKS]


def settings_of(role: str) -> dict[str, str]:
    """Return the settings that every session of a role begins with."""
    if role == BOOKS:
        return BOOKS_LIMITS
    return (LIMITS if role in SERVICES else OWNER_LIMITS) | {"search_path": role.removesuffix("_owner")}


def dsn_for(admin_dsn: str, role: str, password: str, database: str = DATABASE) -> str:
    """The address by which `role` reaches the database that `admin_dsn` administers."""
    parts = urlsplit(admin_dsn)
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{role}:{quote(password, safe='')}@{where}", f"/{database}", parts.query, ""))


def in_database(dsn: str, database: str) -> str:
    """The same address with another database, its hosts and options kept."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


async def apply(admin_dsn: str, password: Password, database: str = DATABASE) -> None:
    """Database, roles with the passwords that `password(role)` gives, schemas and who may look into them."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        for role in roles():
            await _role(connection, role, password(role))
        if not await connection.fetchval(Q["database_exists"], database):
            await _do(connection, "quoted_create_database", database)
        await _do(connection, "quoted_close_database", database)
        for role in roles():
            await _do(connection, "quoted_connect", database, role)
            await _do(connection, "quoted_reset_in", role, database)
    finally:
        await connection.close()
    connection = await asyncpg.connect(in_database(admin_dsn, database))
    try:
        async with connection.transaction():
            await connection.execute(Q["close_public"])
            for service in SERVICES:
                await _schema(connection, service)
            await _locks(connection)
    finally:
        await connection.close()


async def _role(connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    if not await connection.fetchval(Q["role_exists"], role):
        await _do(connection, "quoted_create_role", role)
    await _do(connection, "quoted_attributes", role)
    await _do(connection, "quoted_password", role, password)
    await _do(connection, "quoted_reset", role)
    for name, value in settings_of(role).items():
        await _do(connection, "quoted_setting", role, name, value)


async def _locks(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Closes the server's advisory locks, which know no schema, to all but the owners: each schema has functions for its own.

    A schema that was made before these functions keeps the right until it has them and this runs again, for its old processes.
    """
    await connection.execute(await connection.fetchval(Q["quoted_locks_closed"]))
    for service in SERVICES:
        await _do(connection, "quoted_locks_for", "GRANT", "TO", owner_of(service))
        old = await connection.fetchval(Q["made_before_locks"], service)
        await _do(connection, "quoted_locks_for", *(("GRANT", "TO") if old else ("REVOKE", "FROM")), service)


async def _schema(connection: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
    owner = owner_of(service)
    await _do(connection, "quoted_membership", service, owner)
    await _do(connection, "quoted_create_schema", service, owner)
    await _do(connection, "quoted_usage", service, service)
    await _do(connection, "quoted_usage", service, BOOKS)


async def _do(connection: "asyncpg.Connection[asyncpg.Record]", statement: str, *names: str) -> None:
    """Lets the server quote the names, then runs what it wrote."""
    await connection.execute(await connection.fetchval(Q[statement], *names))
