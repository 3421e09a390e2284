"""The sending loop of one replica: lease a few, hand each over, report each through the step."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notifier.channels.outgoing import Sender
from services.notifier.kinds import Channel
from services.notifier.metrics import effect
from services.notifier.rows import Result, Settle
from services.notifier.rules.retry import Next, OtherChannel, Outcome, Verdict, follow
from services.notifier.sending.alarm import Alarm
from services.notifier.sending.letters import Letter, Row, Texts, key_of, letters, obstacle, outgoing
from services.notifier.sending.limits import Bucket
from services.notifier.sending.results import outcomes
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.errors import Refused, Unavailable
from shared.observability.logs import get_logger
from shared.pipeline.patience import pause
from shared.postgres.errors import TRANSIENT
from shared.service import Running

LEASE = timedelta(seconds=45)
"""Longer than the longest try: a lease that runs out means that its replica is gone."""
MERGE = timedelta(minutes=1)
AT_ONCE = 16
FAREWELL_S = 15.0
log = get_logger()


class Post:
    """Sends what is due. ``senders`` holds the channels that are configured; the others' messages wait."""

    def __init__(
        self,
        running: Running[NotifierState],
        senders: Mapping[Channel, Sender],
        *,
        texts: Texts,
        rates: Mapping[Channel, float],
        look_for: timedelta,
        alarm: Alarm,
        at_once: int = AT_ONCE,
    ) -> None:
        self._running, self._senders, self._texts = running, senders, texts
        self._alarm, self._bell = alarm, alarm.bell()
        self._buckets = {channel: Bucket(rate) for channel, rate in rates.items()}
        self._look_for, self._at_once = look_for, at_once
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; then what is under way is finished and reported, and nothing new begins."""
        tries = 0
        try:
            while True:
                self._running.pulse.beat("sender")
                try:
                    busy = await self._round()
                    tries = 0
                except TRANSIENT as error:
                    log.warning("sender.retried", error=type(error).__name__)
                    tries, busy = tries + 1, False
                    await asyncio.sleep(pause(tries, 0))
                if not busy or len(self._under_way) >= self._at_once:
                    await self._alarm.wait(self._bell)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=FAREWELL_S)

    async def _round(self) -> bool:
        """Lease as many as may go out now; True when there were any."""
        free = self._at_once - len(self._under_way)
        open_now = [channel.value for channel in self._senders if self._left(channel) > 0]
        room = min([free, *(self._left(channel) for channel in self._senders if self._left(channel) > 0)])
        if room <= 0:
            return False
        async with self._running.pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["lease_alone"])
            now = self._running.clock.now()
            leased = await connection.fetch(Q["lease"], now, room, LEASE, [*open_now, "sms"], MERGE)
        if not leased:
            return False
        for letter in letters([dict(row) for row in await self._running.pool.fetch(Q["leased"], [row["id"] for row in leased])]):
            task = asyncio.create_task(self._deliver(letter))
            self._under_way.add(task)
            task.add_done_callback(self._finished)
        return True

    def _left(self, channel: Channel) -> int:
        return self._buckets[channel].left() if channel in self._buckets else self._at_once

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._bell.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("sender.failed", error=type(error).__name__)

    async def _deliver(self, letter: Letter) -> None:
        """The row says "sending" by now: whatever happens to this process, nobody sends it again without looking first."""
        if reason := obstacle(letter):
            await self.report(
                [(row, letter.result(row, "suppressed", "suppressed", reason=reason)) for row in letter.rows],
                last=key_of(letter.head),
            )
            return
        channel = Channel(letter.head["channel"])
        if channel in self._buckets:
            self._buckets[channel].take()
        outcome = await self._try(channel, letter)
        effect(self._running.meters, channel, outcome.verdict)
        self._running.step.fault("after_effect")
        head = letter.head
        now = datetime.now(UTC)
        what = follow(
            outcome,
            channel=channel,
            tries=head["tries"],
            first_try=head["first_try"],
            now=now,
            jitter=random.random(),  # noqa: S311 - spreads retries, no secret
            look_for=self._look_for,
        )
        if outcome.verdict is not Verdict.ACCEPTED:
            log.warning(
                "message.not_accepted",
                message=str(head["id"]),
                channel=channel.value,
                verdict=outcome.verdict.value,
                code=outcome.code,
            )
        await self.report(outcomes(letter, what, outcome), last=key_of(head))
        await self.redirect(head["id"], what)

    async def _try(self, channel: Channel, letter: Letter) -> Outcome:
        try:
            ready = outgoing(letter, self._texts, self._running.clock.now())
        except (
            KeyError,
            ValueError,
        ) as problem:  # a wording that does not fit its values: ours to mend, never the citizen's loss
            return Outcome(Verdict.BROKEN, reason=f"wording: {type(problem).__name__}")
        return await self._senders[channel].send(ready)

    async def redirect(self, message: UUID, what: Next) -> None:
        """Where the same people have another channel, the message goes there too."""
        if isinstance(what, OtherChannel):
            await self._running.pool.fetch(Q["others"], message, None)

    async def report(self, results: Sequence[tuple[Row, Result]], *, last: UUID | None = None) -> None:
        """One command for each key; ``last``, the carrier's, after all others: till then, who takes over looks at all again."""
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
        tries = 0
        while True:
            try:
                await self._running.do(settle, keys=(key,), actor="notifier")
            except Unavailable:
                tries += 1
                await asyncio.sleep(pause(tries, 0))
                continue
            except Refused as refusal:
                log.error("sender.not_settled", key=str(key), code=refusal.code)
            return
