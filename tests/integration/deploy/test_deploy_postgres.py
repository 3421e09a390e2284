"""The rights of each role on the real server."""

import asyncpg
import pytest

from deploy.postgres.apply import SERVICES, apply, owner_of
from deploy.secrets import Secrets
from tests.support.infra import Database

OTHERS = [(role, schema) for role in SERVICES for schema in SERVICES if role != schema]


async def _with_table(database: Database, service: str) -> None:
    owner = await asyncpg.connect(database.dsn(owner_of(service)))
    await owner.execute("CREATE TABLE notes (words text)")
    await owner.close()


@pytest.mark.parametrize(("role", "schema"), OTHERS)
async def test_a_service_cannot_read_the_schema_of_another(database: Database, role: str, schema: str) -> None:
    await _with_table(database, schema)
    connection = await asyncpg.connect(database.dsn(role))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch(f"SELECT * FROM {schema}.notes")
    await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_the_books_see_no_table_that_was_not_shown_to_them(database: Database, service: str) -> None:
    await _with_table(database, service)
    connection = await asyncpg.connect(database.dsn("books"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch(f"SELECT * FROM {service}.notes")
    await connection.close()


async def test_a_role_finds_its_own_schema_without_naming_it(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn("router"))
    assert await connection.fetchval("SELECT current_schema()") == "router"
    await connection.close()


async def test_a_service_cannot_make_tables(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn("router"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (x int)")
    await connection.close()


async def test_a_service_that_sits_in_a_transaction_is_cut_off(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn("router"))
    limits = {
        name: await connection.fetchval("SELECT current_setting($1)", name)
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    }
    assert limits == {"statement_timeout": "10s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "3s"}
    await connection.close()


async def test_a_wrong_password_is_refused(database: Database) -> None:
    dsn = database.dsn("router")
    wrong = dsn.replace(dsn.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_applying_again_changes_nothing(database: Database, secrets: Secrets, postgres_admin_dsn: str) -> None:
    await _with_table(database, "router")
    await apply(postgres_admin_dsn, lambda role: secrets.get(f"postgres-{role}"), database.name)
    connection = await asyncpg.connect(database.dsn("router_owner"))
    assert await connection.fetchval("SELECT count(*) FROM notes") == 0
    await connection.close()
