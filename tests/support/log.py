"""Events of a service, written to its log as the step writes them, and acts of a superuser on them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from deploy.audit.anchors import Anchor
from deploy.audit.findings import Checked
from deploy.audit.look import Audit
from deploy.postgres.apply import SERVICES
from shared.events.catalogue import SUBMISSIONS
from shared.ids import new_id
from shared.pipeline.sealing import seal
from shared.postgres.pool import Pool, open_pool
from tests.support.infra import Database
from tests.support.toys import World

INSERT = (
    "INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data) "
    "VALUES ($1, $2, $3, $4, $5, now(), 'citizen', $6) RETURNING position"
)


async def write(connection: Any, key: UUID, sequence: int, text: str = "lampu padam", kind: str = "citizen") -> int:
    """Write one event within whatever transaction the connection is in, and return its position."""
    type_ = kind if "." in kind else f"submission.{kind}"
    data = f'{{"text":"{text}"}}'
    return int(await connection.fetchval(INSERT, new_id(), SUBMISSIONS, key, sequence, type_, data))


@asynccontextmanager
async def pool_of(database: Database, service: str, size: int = 2) -> AsyncIterator[Pool]:
    """Yield a pool that has the rights of the service."""
    pool = await open_pool(database.dsn(service), size=size, name="uji")
    try:
        yield pool
    finally:
        await pool.close()


async def sealed(world: World, keys: Sequence[UUID], each: int = 3, service: str = "intake") -> None:
    """Write events of these keys in turns, and seal them."""
    async with pool_of(world.database, service) as pool:
        for sequence in range(1, each + 1):
            for key in keys:
                await write(pool, key, sequence)
        await seal(pool)


async def as_superuser(database: Database, *statements: str) -> None:
    """Run these statements on the database as a superuser."""
    connection = await asyncpg.connect(database.admin_dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def verified(world: World, anchors: Sequence[Anchor] = ()) -> dict[str, Checked]:
    """Return what the audit says of each service, as the role of the books."""
    audit = Audit(world.database.dsn("books"))
    return {checked.service: checked async for checked in audit.verify(anchors, SERVICES)}
