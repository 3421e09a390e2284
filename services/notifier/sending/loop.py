"""The sending loop of one replica: lease a few messages, hand each over, and report each through the step."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from services.notifier.channels.outgoing import Outgoing, Sender
from services.notifier.kinds import Channel
from services.notifier.metrics import effect
from services.notifier.rows import Result, Settle
from services.notifier.rules.retry import Next, Retry, Tried, follow
from services.notifier.rules.verdicts import Outcome, Verdict
from services.notifier.sending.alarm import Alarm
from services.notifier.sending.letters import Letter, Row, Texts, key_of, letters, obstacle, outgoing
from services.notifier.sending.limits import Lane
from services.notifier.sending.results import outcomes
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.backoff import pause
from shared.errors import Refused, Unavailable, Unsure
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

# Longer than the longest try, so that an expired lease means that its replica is gone.
LEASE = timedelta(seconds=60)
MERGE = timedelta(minutes=1)
FAREWELL_S = 15.0
log = get_logger()


class Post:
    """The sender of messages that are due.

    ``senders`` holds the configured channels, ``lanes`` the slots and the rate of each. ``host_slots`` is how many
    webhooks may be under way to one host. ``try_s`` is the time limit of one whole try in seconds.
    """

    def __init__(
        self,
        running: Running[NotifierState],
        senders: Mapping[Channel, Sender],
        *,
        texts: Texts,
        lanes: Mapping[Channel, Lane],
        host_slots: int,
        try_s: float,
        look_for: timedelta,
        alarm: Alarm,
    ) -> None:
        self._running, self._senders, self._texts = running, senders, texts
        self._alarm, self._bell = alarm, alarm.bell()
        self._lanes = {channel: lanes[channel] for channel in senders}
        self._host_slots, self._try_s, self._look_for = host_slots, try_s, look_for
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled. Then nothing new begins, and messages under way get up to 15 s to finish and report."""
        tries = 0
        try:
            while True:
                self._running.health.beat("sender")
                try:
                    busy = await self._round()
                    tries = 0
                except TRANSIENT as error:
                    log.warning("sender.retried", error=type(error).__name__)
                    tries, busy = tries + 1, False
                    await asyncio.sleep(pause(tries, 0))
                if not busy:
                    await self._alarm.wait(self._bell)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=FAREWELL_S)

    async def _round(self) -> bool:
        """Lease and start as many messages as each channel's slots and rate allow. Return True when there were any."""
        rooms = {channel.value: lane.room() for channel, lane in self._lanes.items() if lane.room() > 0}
        if not rooms:
            return False
        async with self._running.pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["lease_alone"])
            now = self._running.clock.now()
            leased = await connection.fetch(
                Q["lease"], now, list(rooms), list(rooms.values()), LEASE, MERGE, self._host_slots
            )
        if not leased:
            return False
        rows = await self._running.pool.fetch(Q["leased"], [row["id"] for row in leased])
        for letter in letters([dict(row) for row in rows]):
            channel = Channel(letter.head["channel"])
            self._lanes[channel].begin()
            task = asyncio.create_task(self._deliver(letter))
            self._under_way.add(task)
            task.add_done_callback(partial(self._finished, channel))
        return True

    def _finished(self, channel: Channel, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._lanes[channel].end()
        self._bell.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("sender.failed", error=type(error).__name__)

    async def _deliver(self, letter: Letter) -> None:
        """Send one letter and report its result.

        The row is in the state `sending` already. If this process dies now, the message becomes `unsure` when its lease
        ends: it may have arrived, and no replica simply sends it again.
        """
        head, channel = letter.head, Channel(letter.head["channel"])
        if reason := obstacle(letter):
            rows = [(row, letter.result(row, "suppressed", "suppressed", reason=reason)) for row in letter.rows]
            await self.report(rows, last=key_of(head))
            return
        ready = self._ready(letter)
        template = ready.template if isinstance(ready, Outgoing) and channel is Channel.WHATSAPP else None
        if template and await self._running.pool.fetchval(Q["stopped_template"], template):
            await self.report(_put_back(letter, template), last=key_of(head))
            return
        outcome = await self._try(channel, ready) if isinstance(ready, Outgoing) else ready
        effect(self._running.meters, channel, outcome.verdict)
        self._running.fault("after_effect")
        if channel is Channel.WEBHOOK:
            await self._heard(head["address"], outcome)
        if outcome.verdict is not Verdict.ACCEPTED:
            log.warning(
                "message.not_accepted",
                message=str(head["id"]),
                channel=channel.value,
                verdict=outcome.verdict.value,
                code=outcome.code,
            )
        await self.report(outcomes(letter, self.decide(outcome, head, template), outcome, template), last=key_of(head))

    def decide(self, outcome: Outcome, head: Row, template: str | None) -> Next:
        """Decide how the message goes on. Every verdict passes here, whatever its source."""
        now = datetime.now(UTC)
        tried = Tried(Channel(head["channel"]), head["round"], head["first_try"] or now, template)
        jitter = random.random()  # noqa: S311 - spreads retries, no secret
        return follow(outcome, tried, now=now, jitter=jitter, look_for=self._look_for)

    def _ready(self, letter: Letter) -> Outgoing | Outcome:
        """Return the composed message, or a `BROKEN` outcome when the wording does not fit its values.

        The message is then given up for a person to see, since the fault is ours, and not lost for the citizen.
        """
        try:
            return outgoing(letter, self._texts, self._running.clock.now())
        except Exception as problem:  # noqa: BLE001 - after any error the message must not be leased again for ever
            log.error("wording.failed", message=str(letter.head["id"]), error=type(problem).__name__)
            return Outcome(Verdict.BROKEN, reason=f"wording: {type(problem).__name__}")

    async def _try(self, channel: Channel, ready: Outgoing) -> Outcome:
        """Make one try and return its outcome.

        The time limit holds for the whole try. With a limit per read, a server that sends a byte now and then would
        never end.
        """
        try:
            async with asyncio.timeout(self._try_s):
                return await self._senders[channel].send(ready)
        except TimeoutError:
            return Outcome(Verdict.UNSURE, reason="no answer in time", silent=True)
        except Exception as problem:  # noqa: BLE001 - a fault of ours; the message may have left all the same
            log.error("sender.failed", message=str(ready.id), error=type(problem).__name__)
            return Outcome(Verdict.UNSURE, reason=type(problem).__name__)

    async def _heard(self, address: str, outcome: Outcome) -> None:
        """Record whether a webhook's host answered. A silent host gets nothing for a while and so holds no slots."""
        # Neither a code nor silence: we never asked the host.
        if not outcome.silent and outcome.code is None:
            return
        try:
            await self._running.pool.execute(Q["silent_host" if outcome.silent else "host_answered"], address)
        except TRANSIENT as error:
            log.warning("host.not_noted", error=type(error).__name__)

    async def report(self, results: Sequence[tuple[Row, Result]], *, last: UUID | None = None) -> None:
        """Report results by one command per key.

        ``last`` is the carrier's key and goes after all others. If this process dies before that, the replica that
        takes over looks at all the rows again.
        """
        by_key: dict[UUID, list[Result]] = {}
        for row, result in results:
            if result.status in ("given_up", "suppressed"):
                effect(self._running.meters, str(result.channel), result.status)
            by_key.setdefault(key_of(row), []).append(result)
        ending = by_key.pop(last, None) if last else None
        await asyncio.gather(*(self._settle(key, Settle(tuple(of_one))) for key, of_one in by_key.items()))
        if last and ending:
            await self._settle(last, Settle(tuple(ending)))

    async def _settle(self, key: UUID, settle: Settle) -> None:
        tries, again = 0, None
        while True:
            try:
                await self._running.do(settle, keys=(key,), actor="notifier", again=again)
            except Unavailable as refusal:
                again = refusal.call if isinstance(refusal, Unsure) else again
                tries += 1
                await asyncio.sleep(pause(tries, 0))
                continue
            except Refused as refusal:
                log.error("sender.not_settled", key=str(key), code=refusal.code)
            return


def _put_back(letter: Letter, template: str) -> list[tuple[Row, Result]]:
    """Return the results that put back a letter whose template is stopped. Nothing was sent.

    The head waits for its template, or for the citizen to write to us. Rows that it carries go back with it.
    """
    waiting = Retry(datetime.now(UTC))
    results = outcomes(letter, waiting, Outcome(Verdict.STOP_TEMPLATE, reason="template stopped"), template)
    return [(row, replace(result, status=None, untried=row is letter.head)) for row, result in results]
