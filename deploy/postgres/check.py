"""Says in what the server differs from what `apply` makes: what a role changed of itself, what an upgrade left open."""

import asyncpg

from deploy.postgres.apply import BOOKS, DATABASE, SERVICES, Password, Q, dsn_for, in_database, roles, settings_of


async def check(admin_dsn: str, password: Password, database: str = DATABASE) -> list[str]:
    """One line for each difference; none when all is as it should be."""
    found: list[str] = []
    connection = await asyncpg.connect(in_database(admin_dsn, database))
    try:
        for role in roles():
            found += await _role(connection, role)
        for service in SERVICES:
            found += await _service(connection, service)
    finally:
        await connection.close()
    for role in roles():
        if not await _opens(dsn_for(admin_dsn, role, password(role), database)):
            found.append(f"{role}: cannot log in with the password that was given to it")
    return found


async def _role(connection: "asyncpg.Connection[asyncpg.Record]", role: str) -> list[str]:
    row = await connection.fetchrow(Q["attributes"], role)
    if row is None:
        return [f"{role}: is not there"]
    found = [f"{role}: {what}" for what in row["more"]]
    own = [role.removesuffix("_owner")] if role not in (*SERVICES, BOOKS) else []
    found += [f"{role}: has the rights of {other}" for other in row["member_of"] if other not in own]
    expected = {f"{name}={value}" for name, value in settings_of(role).items()}
    there = {setting["setting"] for setting in await connection.fetch(Q["settings"], role)}
    found += [f"{role}: is set to {setting}" for setting in sorted(there - expected)]
    return found + [f"{role}: is not set to {setting}" for setting in sorted(expected - there)]


async def _service(connection: "asyncpg.Connection[asyncpg.Record]", service: str) -> list[str]:
    found = []
    if await connection.fetchval(Q["may_lock"], service):
        found.append(f"{service}: may take every lock of the database; migrate, then run apply again")
    tables = await connection.fetchval(Q["may_write"], service)
    found += [f"{service}: may change {table} by itself; migrate --phase post" for table in tables or ()]
    return found


async def _opens(dsn: str) -> bool:
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    await connection.close()
    return True
