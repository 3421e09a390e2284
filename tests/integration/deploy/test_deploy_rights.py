"""A service's database role exceeds its rights on the real server.

The server refuses what it can. A check finds the rest and puts it back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.local.postgres import LocalPostgres
from deploy.postgres.apply import SERVICES, apply, owner_of
from deploy.postgres.check import check
from deploy.secrets import Secrets
from shared.ids import new_id
from shared.pipeline.tables import Q
from shared.postgres.migrations import migrate
from shared.postgres.pool import LIMITS, open_pool
from shared.web.keys import Keys
from tests.support.cutting import ONE_ROW, cutting
from tests.support.infra import Database

ROOT = Path(__file__).parents[3] / "services"


@pytest.fixture(scope="module")
def tables(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    """All four services as they are deployed."""
    own = Database(postgres, secrets)
    asyncio.run(_migrated(own))
    yield own
    own.drop()


async def _migrated(database: Database) -> None:
    for service in SERVICES:
        await migrate(database.dsn(owner_of(service)), service, ROOT / service / "migrations")


@contextlib.asynccontextmanager
async def connected(dsn: str, **settings: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn, server_settings=settings)
    try:
        yield connection
    finally:
        await connection.close()


def other_than(service: str) -> str:
    return next(one for one in SERVICES if one != service)


ACTS = {
    # Its keys and what is only ever added to.
    "deletes its keys": "DELETE FROM keys",
    "writes a key past the function": "INSERT INTO keys (id, prefix, hash, owner, role) VALUES (NULL, '', '', '', '')",
    "gives a key another role": "UPDATE keys SET role = 'koordinator'",
    "makes a revoked key live again": "UPDATE keys SET revoked_at = NULL",
    "empties its keys": "TRUNCATE keys",
    "drops its keys": "DROP TABLE keys",
    "alters its keys": "ALTER TABLE keys ADD COLUMN more text",
    "holds its keys' table": "LOCK TABLE keys IN ACCESS EXCLUSIVE MODE",
    "forgets who read what": "DELETE FROM reads",
    "changes who read what": "UPDATE reads SET actor = 'x'",
    "changes the log": "UPDATE events SET actor = 'x'",
    "deletes from the log": "DELETE FROM events",
    "empties the log": "TRUNCATE events",
    "changes the chain": "UPDATE seals SET link = ''",
    "deletes from the chain": "DELETE FROM seals",
    "empties the chain": "TRUNCATE seals",
    "changes what was migrated": "DELETE FROM migrations",
    # Locks.
    "takes another's relay lock": "SELECT pg_try_advisory_lock(hashtext('relay'), hashtext('{other}'))",
    "waits for another's relay lock": "SELECT pg_advisory_lock(hashtext('relay'), hashtext('{other}'))",
    "takes it for a transaction": "SELECT pg_advisory_xact_lock(hashtext('relay'), hashtext('{other}'))",
    "takes it shared": "SELECT pg_try_advisory_xact_lock_shared(hashtext('relay'), hashtext('{other}'))",
    "takes it under one number": "SELECT pg_try_advisory_lock(1)",
    "takes the lock of migrations": "SELECT pg_advisory_lock(hashtext('migrations'), hashtext('{other}'))",
    "leads another's relay": "SELECT {other}.lead_relay()",
    "locks by another's function": "SELECT {other}.lock_own('lease')",
    "makes another's key": "SELECT {other}.create_key(gen_random_uuid(), 'x', '', 'x', 'operator', NULL)",
    "erases at another's": "SELECT {other}.erase_keys(ARRAY[gen_random_uuid()])",
    # Functions and tables of its own making.
    "replaces a function": "CREATE OR REPLACE FUNCTION lead_relay() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "makes a table": "CREATE TABLE mine (x int)",
    "makes a table for a session": "CREATE TEMPORARY TABLE mine (x int)",
    "makes a schema": "CREATE SCHEMA mine",
    # Roles.
    "changes another's password": "ALTER ROLE {other} PASSWORD 'x'",
    "changes its owner's password": "ALTER ROLE {service}_owner PASSWORD 'x'",
    "changes another's limits": "ALTER ROLE {other} SET statement_timeout = 0",
    "makes itself superuser": "ALTER ROLE {service} SUPERUSER",
    "lets itself make roles": "ALTER ROLE {service} CREATEROLE",
    "lets itself replicate": "ALTER ROLE {service} REPLICATION",
    "passes row security": "ALTER ROLE {service} BYPASSRLS",
    "sets how long its password holds": "ALTER ROLE {service} VALID UNTIL '2000-01-01'",
    "limits its own connections": "ALTER ROLE {service} CONNECTION LIMIT 0",
    "gives another another name": "ALTER ROLE {other} RENAME TO mine",
    "becomes its owner": "SET ROLE {service}_owner",
    "becomes another": "SET ROLE {other}",
    "becomes another by session": "SET SESSION AUTHORIZATION {other}",
    "takes its owner's rights": "GRANT {service}_owner TO {service}",
    "makes a role": "CREATE ROLE mine",
    # The server.
    "changes the server's settings": "ALTER SYSTEM SET log_statement = 'all'",
    "changes the database's settings": "ALTER DATABASE {database} SET statement_timeout = 0",
    "logs every statement": "SET log_statement = 'all'",
    "leaves out triggers": "SET session_replication_role = 'replica'",
    "reads a file": "SELECT pg_read_file('postgresql.conf')",
    "runs a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "reads passwords": "SELECT rolpassword FROM pg_authid",
    "looks into another's schema": "SELECT * FROM {other}.state",
}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_not(tables: Database, service: str) -> None:
    """Each act is refused for want of a right, and for nothing else."""
    names = {"service": service, "other": other_than(service), "database": tables.name}
    done: list[str] = []
    async with connected(tables.dsn(service)) as connection:
        for act, sql in ACTS.items():
            try:
                alone = sql.startswith("ALTER SYSTEM")
                async with contextlib.nullcontext() if alone else connection.transaction():
                    await connection.execute(sql.format(**names))
            except asyncpg.InsufficientPrivilegeError:
                continue
            done.append(act)
    assert done == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_gives_no_right_of_its_own_away(tables: Database, service: str) -> None:
    """The server answers such a grant with a warning and grants nothing."""
    other = other_than(service)
    async with connected(tables.dsn(service)) as connection:
        for table in ("keys", "events", "state"):
            await connection.execute(f"GRANT SELECT ON {table} TO {other}")
            assert not await connection.fetchval(
                "SELECT has_table_privilege($1, $2, 'SELECT')", other, f"{service}.{table}"
            )


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_not_end_the_sessions_of_another(tables: Database, service: str) -> None:
    async with connected(tables.dsn(other_than(service))) as victim, connected(tables.dsn(service)) as connection:
        pid = await victim.fetchval("SELECT pg_backend_pid()")
        for function in ("pg_terminate_backend", "pg_cancel_backend"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"SELECT {function}({pid})")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_leads_its_own_relay_alone_and_keeps_older_replicas_out(tables: Database, service: str) -> None:
    """The lock is the one that code before the functions takes, so both never lead at once."""
    async with (
        connected(tables.dsn(service)) as one,
        connected(tables.dsn(service)) as two,
        connected(tables.dsn(owner_of(service)), search_path=service) as older,
    ):
        assert await one.fetchval(Q["lead"])
        assert not await two.fetchval(Q["lead"])
        old = "SELECT pg_try_advisory_lock(hashtext('relay'), hashtext(current_schema()))"
        assert not await older.fetchval(old)
        await one.close()
        for _ in range(50):
            if await two.fetchval(Q["lead"]):
                break
            await asyncio.sleep(0.05)
        assert not await older.fetchval(old)
        for free in (other for other in SERVICES if other != service):
            async with connected(tables.dsn(free)) as neighbour:
                assert await neighbour.fetchval(Q["lead"])


async def test_keys_are_made_listed_and_ended_by_the_service_itself(tables: Database) -> None:
    pool = await open_pool(tables.dsn("router"), size=1, name="uji")
    try:
        keys = Keys(pool)
        key = await keys.create(owner="uji", role="officer", opd="dishub")
        prefix = key.split("_")[1]
        assert (await keys.find(key, "127.0.0.1")) is not None
        assert [await keys.revoke(prefix), await keys.revoke(prefix), await keys.revoke("nothing")] == [
            True,
            False,
            False,
        ]
        assert await Keys(pool).find(key, "127.0.0.1") is None
        assert prefix in {row["prefix"] for row in await keys.listed()}
    finally:
        await pool.close()


async def test_a_key_whose_commit_is_cut_is_made_once_and_ended_once(tables: Database) -> None:
    async with cutting(tables.dsn("router")) as (proxy, dsn):
        pool = await open_pool(dsn, size=1, name="uji")
        try:
            owner = f"uji {new_id()}"
            await pool.fetchval("SELECT 1")
            proxy.cut(tag="SELECT 1")
            key = await Keys(pool).create(owner=owner, role="koordinator", opd=None)
            assert proxy.cuts == 1
            assert len([row for row in await Keys(pool).listed() if row["owner"] == owner]) == 1
            proxy.cut(tag=ONE_ROW)
            assert await Keys(pool).revoke(key.split("_")[1])
            assert proxy.cuts == 2
        finally:
            await pool.close()


async def test_what_no_server_refuses_harms_no_session_of_ours_is_found_and_put_back(
    tables: Database, secrets: Secrets, postgres_admin_dsn: str
) -> None:
    """A role may always change its own password and settings: then sessions keep their limits, check tells, apply mends."""

    def password(role: str) -> str:
        return secrets.get(f"postgres-{role}")

    async with connected(tables.admin_dsn) as admin:
        assert await check(postgres_admin_dsn, password, tables.name) == []
        async with connected(tables.dsn("sla")) as connection:
            await connection.execute("ALTER ROLE sla SET statement_timeout = 0")
            await connection.execute("ALTER ROLE sla SET idle_in_transaction_session_timeout = 0")
            await connection.execute(f'ALTER ROLE sla IN DATABASE "{tables.name}" SET lock_timeout = 0')
            await connection.execute("ALTER ROLE sla RESET search_path")
        pool = await open_pool(tables.dsn("sla"), size=1, name="uji")
        try:
            for name, value in LIMITS.items():
                assert await pool.fetchval("SELECT current_setting($1)", name) == value
        finally:
            await pool.close()
        async with connected(tables.dsn("sla")) as connection:
            await connection.execute("ALTER ROLE sla PASSWORD 'lain'")
        try:
            await admin.execute("GRANT pg_read_all_data TO sla")
            found = await check(postgres_admin_dsn, password, tables.name)
            assert "sla: cannot log in with the password that was given to it" in found
            assert "sla: has the rights of pg_read_all_data" in found
            assert "sla: is set to statement_timeout=0" in found
            assert "sla: is set to lock_timeout=0" in found
            assert "sla: is not set to search_path=sla" in found
        finally:
            await admin.execute("REVOKE pg_read_all_data FROM sla")
            await apply(postgres_admin_dsn, password, tables.name)
        assert await check(postgres_admin_dsn, password, tables.name) == []


async def test_an_upgrade_closes_the_locks_only_when_the_functions_are_there(
    database: Database, secrets: Secrets, postgres_admin_dsn: str
) -> None:
    """Processes of the older code still call the server's functions until they are gone."""

    def password(role: str) -> str:
        return secrets.get(f"postgres-{role}")

    lock = "SELECT pg_try_advisory_lock(hashtext('relay'), hashtext(current_schema()))"
    async with connected(database.dsn("router_owner")) as owner:
        await owner.execute(
            "CREATE TABLE migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
    await apply(postgres_admin_dsn, password, database.name)
    async with connected(database.dsn("router")) as old:
        assert await old.fetchval(lock)
    await migrate(database.dsn("router_owner"), "router", ROOT / "router" / "migrations")
    assert any("apply again" in line for line in await check(postgres_admin_dsn, password, database.name))
    await apply(postgres_admin_dsn, password, database.name)
    async with connected(database.dsn("router")) as new:
        assert await new.fetchval(Q["lead"])
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await new.fetchval(lock)
    assert await check(postgres_admin_dsn, password, database.name) == []
