"""Relays events from the log to Kafka.

One relay per schema is active, elected by an advisory lock (docs/architecture/log-and-relay.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import asyncpg
from aiokafka.errors import KafkaError

from shared.backoff import Backoff, retry
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.observability.metrics import Meters
from shared.outbox.sender import MENDED_OUTSIDE, Sender, Unsent
from shared.pipeline.tables import Q
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import LIMITS, connect
from shared.settings import Settings

log = get_logger()
T = TypeVar("T")
BATCH = 1_000
# Errors of one round, after which the outbox is read again.
UNSENT = (Unsent, KafkaError)
# Pause between two sends. Events that are written meanwhile go together; the first event after a quiet time waits for
# nothing.
GAP_S = 0.010
POLL_MIN_S, POLL_MAX_S = 0.005, 0.05
RETRY_REFUSED_S = 60.0
VACUUM_EVERY = 5_000
IDLE_LIMIT = "3s"
# The outbox is nearly always empty, so the planner takes it for small. It would read and sort all of it for each
# thousand rows of a backlog. These settings leave it no way but the index, in order, up to the limit.
BY_INDEX = {
    "enable_seqscan": "off",
    "enable_sort": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}

# Every statement the leader runs, with arguments that change nothing. We run each once before taking the lock.
# Otherwise asyncpg prepares it later, Postgres counts the session as busy in between, and `idle_session_timeout` does
# not apply: a frozen process would hold the lock forever.
HARMLESS: dict[str, tuple[Any, ...]] = {
    "outbox_read": (0,),
    "outbox_delete": ([],),
    "outbox_stick": (-1, ""),
    "stuck_retry": ([],),
    "alive": (),
    "own_epoch": ("",),
}


class Relay:
    """Sends the outbox in the order of positions, awaits the acknowledgements, and deletes the positions."""

    def __init__(self, settings: Settings, health: Health, meters: Meters, fault: Callable[[str], None]) -> None:
        self._settings = settings
        self._health = health
        self._meters = meters
        self._fault = fault
        self._wake = asyncio.Event()
        self._sender = Sender(settings)
        self._deleted = 0
        self._retried = 0.0
        self._backoff = Backoff()
        self._leading = False

    def leading(self) -> bool:
        """Return whether this replica holds the relay's lock."""
        return self._leading

    def wake(self) -> None:
        """Wake the relay because this process has appended an event."""
        self._wake.set()

    async def run(self) -> None:
        """Lead whenever the lock is free, until cancelled."""
        try:
            await retry(self._term, TRANSIENT, failed=self._lost, backoff=self._backoff)
        finally:
            await self._sender.close()

    async def _lost(self, error: Exception, backoff: Backoff) -> None:
        self._health.trouble("relay")
        if backoff.noteworthy:
            log.warning("relay.lost", error=type(error).__name__)
        await self._sender.abandon()

    async def _term(self) -> None:
        """Stand by and then lead, for the life of one connection. It ends with an error or a cancellation only.

        The server drops the session when it is idle for 3 s or when it does not take an answer for 5 s. A stopped
        process thus loses the lock to a stand-by.
        """
        connection = await connect(
            self._settings.dsn.get_secret_value(),
            timeout=3,
            command_timeout=10,
            max_cached_statement_lifetime=0,  # for ever: nothing is prepared anew while leading
            server_settings={
                "application_name": f"{self._settings.service}-relay-{self._settings.replica}",
                **LIMITS,
                "idle_session_timeout": IDLE_LIMIT,
                "tcp_user_timeout": "5s",
                "synchronous_commit": "off",
                **BY_INDEX,
            },
        )
        try:
            for name, values in HARMLESS.items():
                await connection.fetch(Q[name], *values)
            while not await connection.fetchval(Q["lead"]):
                self._backoff.reset()
                self._health.beat("relay")
                self._health.well("relay")
                await asyncio.sleep(0.25)
            log.info("relay.leading")
            self._backoff.reset()
            self._leading = True
            self._meters.leading.set(1)
            await self._lead(connection)
        finally:
            self._leading = False
            self._meters.leading.set(0)
            connection.terminate()

    async def _lead(self, connection: asyncpg.Connection[Any]) -> None:
        wait, self._retried = POLL_MIN_S, time.monotonic()
        self._sender.epoch = await connection.fetchval(Q["own_epoch"], self._settings.service)

        async def unsent(error: Exception, backoff: Backoff) -> None:
            self._health.trouble("relay")
            if backoff.noteworthy:
                log.warning("relay.unsent", error=str(error) if isinstance(error, Unsent) else type(error).__name__)
            await self._alive(connection, self._sender.abandon())

        while True:
            sent = await retry(
                lambda: self._round(connection),
                UNSENT,
                failed=unsent,
                wait=lambda seconds: self._alive(connection, asyncio.sleep(seconds)),
            )
            self._health.well("relay")
            if sent:
                wait = POLL_MIN_S
                await asyncio.sleep(GAP_S)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):  # not wait_for: in 3.11 it can lose a cancellation
                    await self._wake.wait()
            wait = POLL_MIN_S if self._wake.is_set() else min(POLL_MAX_S, wait * 1.5)

    async def _round(self, connection: asyncpg.Connection[Any]) -> bool:
        """Send the next rows of the outbox. Return whether there were any."""
        if time.monotonic() - self._retried > RETRY_REFUSED_S:
            self._retried = time.monotonic()
            await connection.execute(Q["stuck_retry"], MENDED_OUTSIDE)
        self._wake.clear()
        rows = await connection.fetch(Q["outbox_read"], BATCH)
        self._health.beat("relay")
        if rows:
            await self._send_all(connection, rows)
        return bool(rows)

    async def _alive(self, connection: asyncpg.Connection[Any], what: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine that takes a while, without losing the lock to the idle limit.

        A lost lock ends the term here.
        """
        task = asyncio.ensure_future(what)
        try:
            while not (await asyncio.wait({task}, timeout=1.0))[0]:
                await connection.fetchval(Q["alive"])
                self._health.beat("relay")
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def _send_all(self, connection: asyncpg.Connection[Any], rows: Sequence[Any]) -> None:
        try:
            await self._send(connection, rows)
            sent = len(rows)
        except Unsent as unsent:
            sent = unsent.at
            if unsent.refused:
                await self._delete(connection, rows[:sent])
                await self._alive(connection, self._sender.abandon())
                await self._single_out(connection, rows[sent:])
                return
            await self._delete(connection, rows[:sent])
            raise
        self._fault("after_send")
        await self._delete(connection, rows[:sent])

    async def _single_out(self, connection: asyncpg.Connection[Any], rows: Sequence[Any]) -> None:
        """Send the rows one by one after Kafka refused one of them.

        Only the refused row is marked and holds back its key.
        """
        held: set[tuple[str, object]] = set()
        for row in rows:
            if (row["topic"], row["key"]) in held:
                continue
            try:
                await self._send(connection, [row])
            except Unsent as unsent:
                if not unsent.refused:
                    raise
                await self._alive(connection, self._sender.abandon())
                await connection.execute(Q["outbox_stick"], row["position"], type(unsent.error).__name__)
                log.error("relay.stuck", topic=row["topic"], key=str(row["key"]), reason=type(unsent.error).__name__)
                held.add((row["topic"], row["key"]))
            else:
                await self._delete(connection, [row])

    async def _send(self, connection: asyncpg.Connection[Any], rows: Sequence[Any]) -> None:
        try:
            await self._sender.send(rows, lambda what: self._alive(connection, what))
        except (OSError, TimeoutError) as error:
            raise Unsent(0, error) from error
        self._meters.relayed.inc(len(rows))

    async def _delete(self, connection: asyncpg.Connection[Any], rows: Sequence[Any]) -> None:
        if not rows:
            return
        await connection.execute(Q["outbox_delete"], [row["position"] for row in rows])
        self._deleted += len(rows)
        if self._deleted >= VACUUM_EVERY:
            self._deleted = 0
            await connection.execute(Q["outbox_vacuum"])
