"""The sending loop of one replica: lease a few messages, and hand each over to its delivery."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from services.notifier.channels.senders import make_senders
from services.notifier.codes import Channel
from services.notifier.sending.delivery import Delivery
from services.notifier.sending.letters import Letter, TextSettings, group_into_letters
from services.notifier.sending.limits import Lane, make_lanes
from services.notifier.sending.reporter import Reporter
from services.notifier.sending.wakeup import Wakeup
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.backoff import SHORT_S, Backoff, retry
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running
from shared.trace import id_of

# Longer than the longest try, so that an expired lease means that its replica is gone.
LEASE = timedelta(seconds=60)
MERGE = timedelta(minutes=1)
FAREWELL_S = 15.0
log = get_logger()


async def send_messages(running: Running[NotifierState], settings: NotifierSettings, wakeup: Wakeup) -> None:
    """Send messages on the configured channels until cancelled, then close the senders."""
    senders = make_senders(settings)
    texts = TextSettings(settings.public_url.rstrip("/"), settings.console_url.rstrip("/"))
    reporter = Reporter(running, settings.look_for)
    delivery = Delivery(running, reporter, senders, texts=texts, try_s=settings.try_seconds)
    lanes = {channel: lane for channel, lane in make_lanes(settings).items() if channel in senders}
    try:
        await SendingLoop(running, delivery, lanes=lanes, host_slots=settings.webhook_host_slots, wakeup=wakeup).run()
    finally:
        for sender in senders.values():
            await sender.aclose()


class SendingLoop:
    """The loop that sends messages which are due.

    ``lanes`` holds the slots and the rate of each configured channel. ``host_slots`` is how many webhooks may be under
    way to one host.
    """

    def __init__(
        self,
        running: Running[NotifierState],
        delivery: Delivery,
        *,
        lanes: Mapping[Channel, Lane],
        host_slots: int,
        wakeup: Wakeup,
    ) -> None:
        self._running, self._delivery = running, delivery
        self._wakeup, self._event = wakeup, wakeup.event()
        self._lanes, self._host_slots = lanes, host_slots
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled. Then nothing new begins, and messages under way get up to 15 s to finish and report."""

        async def failed(error: Exception, backoff: Backoff) -> None:
            if backoff.noteworthy:
                log.warning("sender.retried", error=type(error).__name__)

        backoff = Backoff(longest=SHORT_S)
        try:
            while True:
                if not await retry(self._round, TRANSIENT, failed=failed, backoff=backoff):
                    await self._wakeup.wait(self._event)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=FAREWELL_S)

    async def _round(self) -> bool:
        """Lease and start as many messages as each channel's slots and rate allow. Return True when there were any."""
        self._running.health.beat("sender")
        rooms = {channel.value: lane.room() for channel, lane in self._lanes.items() if lane.room() > 0}
        if not rooms:
            return False
        async with self._running.pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["lock_leasing"])
            now = self._running.clock.now()
            leased = await connection.fetch(
                Q["lease"], now, list(rooms), list(rooms.values()), LEASE, MERGE, self._host_slots
            )
        if not leased:
            return False
        rows = await self._running.pool.fetch(Q["load_leased"], [row["id"] for row in leased])
        for letter in group_into_letters([dict(row) for row in rows]):
            self._lanes[Channel(letter.head["channel"])].begin()
            task = asyncio.create_task(self._delivery.deliver(letter))
            self._under_way.add(task)
            task.add_done_callback(partial(self._finished, letter))
        return True

    def _finished(self, letter: Letter, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._lanes[Channel(letter.head["channel"])].end()
        self._event.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("sender.failed", error=type(error).__name__, trace_id=id_of(letter.traceparent))
