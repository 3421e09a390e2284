"""The cost of a batch and of a look: a fixed number of statements, and indexes at 100,000 rows."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from shared.runtime.running import Running
from tests.support.notifier_facts import assigned, linked, opened

Room = Any
MANY = 100_000
CHUNK = 10_000
FILL = """
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once,
    facts, state, attempt_at, provider_id)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'citizen', 'contact:' || n, 'whatsapp', '+62' || n, 'resolved',
    now(), now() - interval '1 hour', false, '{}', CASE n % 50 WHEN 0 THEN 'due' WHEN 1 THEN 'given_up' ELSE 'sent' END,
    now() - interval '1 minute', 'wamid.' || n
FROM generate_series($1::integer, $1::integer + $2::integer - 1) AS n
"""


class Counting:
    """Counts the statements of a connection while a step runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        from asyncpg.pool import PoolConnectionProxy

        for name in ("fetch", "execute", "fetchval", "fetchrow"):
            monkeypatch.setattr(PoolConnectionProxy, name, self._counted(getattr(PoolConnectionProxy, name)))

    def _counted(self, original: Any) -> Any:
        async def counted(*args: Any, **more: Any) -> Any:
            self.calls += 1
            return await original(*args, **more)

        return counted


def works(live: Running[NotifierState], size: int) -> list[Item]:
    made = []
    for _ in range(size):
        complaint, person, now = uuid4(), uuid4(), live.clock.now()
        facts = [(person, linked(complaint)), (complaint, opened(now, person)), (complaint, assigned())]
        for sequence, (key, fact) in zip((1, 1, 2), facts, strict=True):
            topic = "complaint.contacts.v1" if fact.TYPE.startswith("contact") else "complaint.cases.v1"
            made.append(Item(key, fact, "test", now, new_id(), live.service.keys_of(key, fact), topic, sequence))
    return made


async def test_the_number_of_statements_does_not_grow_with_the_batch(
    quiet_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = quiet_room.live
    counting = Counting(monkeypatch)
    await live.step.run(Batch(works(live, 1)))  # the first step of a process asks what is held
    calls = []
    for size in (1, 200):
        counting.calls = 0
        await live.step.run(Batch(works(live, size)))
        calls.append(counting.calls)
    assert calls[0] == calls[1] <= 6


@pytest.mark.slow
async def test_hot_queries_use_their_indexes_at_100_000_rows(quiet_room: Room) -> None:
    pool, now = quiet_room.live.pool, quiet_room.now()
    for first in range(0, MANY, CHUNK):
        await pool.execute(FILL, first, CHUNK)
    await pool.execute("ANALYZE messages")
    asked: dict[str, tuple[Any, ...]] = {
        "lease": (now, ["whatsapp", "webhook"], [16, 16], timedelta(seconds=45), timedelta(minutes=1), 4),
        "load_leased": ([uuid4()],),
        "recover_lost_tries": (timedelta(seconds=5),),
        "load_unsure": (100,),
        "load_status_messages": ([uuid4()],),
        "list_messages": ("given_up", None, now, uuid4(), 50),
    }
    for name, values in asked.items():
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {Q[name]}", *values))
            await transaction.rollback()
        assert "Seq Scan on messages" not in plan, f"{name}:\n{plan}"
